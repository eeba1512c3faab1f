"""Scores of several questions of one survey, summed two by two, so that no person's row leaves the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Connection, Measured

_SCORES = replace(METRICS["top2"], name="alpha", sums=(), unit="value")


@dataclass(frozen=True)
class Sums:
    """Of the ``n`` people who scored every question: totals and sums of products, in the order asked. ``partial``
    scored some only. Fewer than the minimum base: ``hidden``, and nothing is told. ``measured`` explains it."""

    n: int
    partial: int
    measured: Measured
    totals: tuple[int, ...] = ()
    products: tuple[tuple[int, ...], ...] = ()
    hidden: bool = False


def sums(con: Connection, scope: Scope, survey: str, items: Sequence[str]) -> Sums:
    """Sums over the answers within a scope to the questions ``items`` of one survey."""
    narrow = replace(scope, nps_kind=None).narrowed(survey_id=survey, question_id=list(items))
    condition, parameters = query.where(_SCORES, narrow)
    size = range(len(items))
    picked = ", ".join(f"MAX(CASE WHEN question_id = ? THEN score END) AS q{i}" for i in size)
    whole = " AND ".join(f"q{i} IS NOT NULL" for i in size)
    pairs = [(i, j) for i in size for j in range(i, len(items))]
    added = [f"SUM(CAST(q{i} AS BIGINT))" for i in size]
    added += [f"SUM(CAST(q{i} AS BIGINT) * q{j})" for i, j in pairs]
    sql = (
        f"WITH people AS (SELECT response_id, {picked}\nFROM v_answer\nWHERE {condition}\nGROUP BY response_id)\n"
        f"SELECT COUNT(*), (SELECT COUNT(*) FROM people), {', '.join(added)}\nFROM people\nWHERE {whole}"
    )
    measured = Measured(_SCORES, narrow, (), (), sql, (*items, *parameters))
    n, everybody, *found = con.execute(sql, [*items, *parameters]).fetchall()[0]
    if n < scope.minimum_base:
        return Sums(0, 0, measured, hidden=n > 0)
    numbers = [int(number) for number in found]
    products = [[0] * len(items) for _ in items]
    for (i, j), number in zip(pairs, numbers[len(items) :], strict=True):
        products[i][j] = products[j][i] = number
    return Sums(n, everybody - n, measured, tuple(numbers[: len(items)]), tuple(map(tuple, products)))
