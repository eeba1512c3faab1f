"""What the door hides: small cells, and those that would give them away beside the totals of larger units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from cx.measure import hiding
from cx.measure.dimensions import DIMENSIONS, WITHIN
from cx.measure.hiding import Key


def hidden(
    con: duckdb.DuckDBPyConnection,
    view: str,
    by: Sequence[str],
    bases: Mapping[Key, int],
    minimum: int,
    condition: str,
    parameters: Sequence[Any],
) -> set[Key]:
    """Keys to hide of a table by the dimensions ``by`` with these bases, measured of ``view`` under ``condition``.

    What lies in what is asked of the same rows, and only where something is hidden.
    """
    if not hiding.small(bases, minimum):
        return set()
    source = f"FROM {view} WHERE {condition}"
    return hiding.hidden(bases, minimum, [_units(con, name, by, source, parameters) for name in by])


def _units(
    con: duckdb.DuckDBPyConnection, name: str, by: Sequence[str], source: str, parameters: Sequence[Any]
) -> dict[Any, tuple[str, ...]]:
    """The larger units that the values of a dimension lie in (all, where they are several)."""
    larger = WITHIN.get(name)
    if larger is None or larger in by:
        return {}
    found: dict[Any, set[str]] = {}
    sql = f"SELECT DISTINCT {DIMENSIONS[name].sql}, {DIMENSIONS[larger].sql} {source}"
    for value, unit in con.execute(sql, list(parameters)).fetchall():
        found.setdefault(value, set()).add(str(unit))
    return {value: tuple(sorted(units)) for value, units in found.items()}
