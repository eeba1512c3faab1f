"""Tiles as people see them, on screen, on paper and as a table: titles, sentences, charts, rows. Pure."""

from cx.output.amounts import Amounts
from cx.output.tiles.drawing import chart
from cx.output.tiles.facts import amounts, direction, goal, label, title
from cx.output.tiles.rows import csv_bytes, rows
from cx.output.tiles.saying import answer, base, judged, moved, nothing

__all__ = [
    "Amounts", "amounts", "answer", "base", "chart", "csv_bytes", "direction", "goal", "judged", "label", "moved",
    "nothing", "rows", "title",
]  # fmt: skip
