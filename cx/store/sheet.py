"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width ones too count in Asian settings


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: such texts get an apostrophe in front."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def safe_rows(rows: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """Rows for a table on screen whose cells others wrote: its own CSV download takes each cell as it stands."""
    return [
        {safe_cell(name): safe_cell(each) if isinstance(each, str) else each for name, each in row.items()}
        for row in rows
    ]
