"""Tiles of dashboards: what may be asked for, and the answer to one."""

from cx.insight.tiles.answering import found, is_tested
from cx.insight.tiles.asking import KINDS, Asking, asking, catalogue
from cx.insight.tiles.shapes import Answer, Comments, Distribution, Found, Grid, Nothing, Number, Table

__all__ = [
    "KINDS", "Answer", "Asking", "Comments", "Distribution", "Found", "Grid", "Nothing", "Number", "Table", "asking",
    "catalogue", "found", "is_tested",
]  # fmt: skip
