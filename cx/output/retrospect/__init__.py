"""The review of a period in words and rows, the same on screen and on paper."""

from cx.output.retrospect.agenda import Told, agenda
from cx.output.retrospect.figures import Block, Cell, moved
from cx.output.retrospect.work import answer, blocks

__all__ = ["Block", "Cell", "Told", "agenda", "answer", "blocks", "moved"]
