"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width ones too count in Asian settings


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: such texts get an apostrophe in front."""
    return f"'{text}" if text.startswith(_FORMULA) else text
