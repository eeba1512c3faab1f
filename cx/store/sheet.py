"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width ones too count in Asian settings
_FIGURE = re.compile(r"[+-][0-9][0-9,]*(\.[0-9]+)?%?")  # a number, not an expression: a spreadsheet computes nothing


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: such texts get an apostrophe in front."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def safe_rows(rows: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """Rows for a table on screen: its own CSV download takes each cell as it stands. Plain numbers stay (``+3``)."""
    return [{safe_cell(name): _shown(each) for name, each in row.items()} for row in rows]


def _shown(cell: object) -> object:
    return safe_cell(cell) if isinstance(cell, str) and not _FIGURE.fullmatch(cell) else cell
