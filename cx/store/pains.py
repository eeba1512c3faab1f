"""Who passed a touchpoint, how they rated it and how likely they are to recommend the bank: one scan for all places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.measure.severity import CONTENT, Side
from cx.store import query
from cx.store.query import Connection

Key = tuple[str | None, str, str]
"""Branch, touchpoint, NPS kind."""


@dataclass(frozen=True)
class Passed:
    """Respondents of one cell: content with the touchpoint, and unhappy with it."""

    content: Side
    unhappy: Side


@dataclass(frozen=True)
class Reading:
    """Cells by key, and how many gave a score by branch and NPS kind; with the query."""

    cells: Mapping[Key, Passed]
    asked: Mapping[tuple[str | None, str], int]
    sql: str
    parameters: tuple[object, ...]


def read(con: Connection, scope: Scope) -> Reading:
    """All customers' answers of a scope. Who rated a touchpoint several times counts once, by the lowest rating."""
    condition, parameters = query.where(METRICS["satisfaction"], scope)
    sql = (
        "WITH rated AS (\n  SELECT response_id, touchpoint, min(satisfaction) AS lowest\n  FROM v_answer\n"
        f"  WHERE {condition} AND touchpoint IS NOT NULL\n  GROUP BY response_id, touchpoint\n)\n"
        "SELECT r.branch, rated.touchpoint, r.nps_kind, lowest >= ? AS content, count(*),\n"
        "  count_if(r.nps >= 9), count_if(r.nps <= 6)\n"
        "FROM rated JOIN v_response r USING (response_id)\nWHERE r.nps IS NOT NULL AND r.nps_kind IS NOT NULL\n"
        "GROUP BY ALL"
    )
    cells: dict[Key, Passed] = {}
    nobody = Passed(Side(0, 0, 0), Side(0, 0, 0))
    for *key, content, n, promoters, detractors in con.execute(sql, [*parameters, CONTENT]).fetchall():
        side, known = Side(n, promoters, detractors), cells.get(tuple(key), nobody)
        cells[tuple(key)] = Passed(side, known.unhappy) if content else Passed(known.content, side)
    condition, given = query.where(METRICS["responses"], scope)
    rows = con.execute(
        "SELECT branch, nps_kind, count(*) FROM v_response "
        f"WHERE {condition} AND nps IS NOT NULL AND nps_kind IS NOT NULL GROUP BY ALL",
        given,
    ).fetchall()
    return Reading(cells, {(b, k): n for b, k, n in rows}, sql, (*parameters, CONTENT))
