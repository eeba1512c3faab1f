"""What computed indicators come down to: parts added up over the periods and units in which all have a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cx.measure.dimensions import DIMENSIONS
from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Cell, Connection, Measured

_CELL = "day, branch, region, channel, business_line"


def shared(con: Connection, scope: Scope, names: Sequence[str], grain: str) -> bool:
    """Whether each cell (period and unit) within ``scope`` that has one of ``names`` has all of them."""
    condition, parameters = query.where(METRICS["indicator"], scope.narrowed(indicator=set(names), grain=grain))
    rows = con.execute(
        f"SELECT 1 FROM v_indicator WHERE {condition} GROUP BY {_CELL} HAVING COUNT(*) <> {len(set(names))} LIMIT 1",
        parameters,
    ).fetchall()
    return not rows


def parts(con: Connection, scope: Scope, names: Sequence[str], grain: str, by: Sequence[str] = ()) -> Measured:
    """The metric ``indicator`` of each of ``names`` (then by the dimensions ``by``), over the cells (period and unit)
    that all of them share within ``scope``. A cell that lacks one is left out of all: ratios compare like with like.
    """
    entry, names = METRICS["indicator"], tuple(dict.fromkeys(names))
    inner = scope.narrowed(indicator=names, grain=grain)
    condition, parameters = query.where(entry, inner)
    marks = range(len(names))
    picked = [f"MAX(CASE WHEN indicator = ? THEN {column} END) AS {column}_{n}"
              for n in marks for column in ("value", "denominator")]  # fmt: skip
    cells = (
        f"SELECT {_CELL}, {', '.join(picked)}\nFROM {entry.view} WHERE {condition}\n"
        f"GROUP BY {_CELL} HAVING COUNT(*) = {len(names)}"
    )
    sums = ", ".join(f"{sql} AS {name}" for name, sql in entry.sums)
    columns = [DIMENSIONS[name].sql for name in by]
    group = f" GROUP BY {', '.join(str(at + 2) for at in range(len(columns)))}" if columns else ""
    each = [
        f"SELECT {n} AS part, {', '.join([*columns, sums])}\n"
        f"FROM (SELECT {_CELL}, value_{n} AS value, denominator_{n} AS denominator FROM cells) AS of_part{group}"
        for n in marks
    ]
    sql = f"WITH cells AS (\n{cells}\n)\n" + "\nUNION ALL\n".join(each) + "\nORDER BY 1"
    asked = [name for name in names for _ in ("value", "denominator")] + parameters
    keys = [name for name, _ in entry.sums]
    rows = [(names[part], *rest) for part, *rest in con.execute(sql, asked).fetchall()]
    found = [_cell(row, len(columns) + 1, keys) for row in rows]
    return Measured(entry, inner, ("indicator", *by), tuple(found), sql, tuple(asked))


def _cell(row: tuple[Any, ...], width: int, names: Sequence[str]) -> Cell:
    counts = {name: value or 0 for name, value in zip(names, row[width:], strict=True)}
    return Cell(row[:width], replace(METRICS["indicator"].finish(counts), counts=counts))
