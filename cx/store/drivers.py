"""Answers side by side: what each respondent of one survey said of the outcome and of every driver, in bulk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Connection, Measured

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

TYPES = ("nps", "csat", "rating", "yes_no")
"""Types of questions whose score can be an outcome or a driver."""
_SCORED = replace(METRICS["satisfaction"], name="driver_weight", where="score IS NOT NULL", sums=())


@dataclass(frozen=True)
class Asked:
    """One scored question of a survey in a scope: its answers, and the touchpoint it is about.

    ``points`` is the highest point of its scale (None for yes or no).
    """

    survey: str
    id: str
    type: str
    touchpoint: str | None
    points: int | None
    n: int


@dataclass(frozen=True, eq=False)
class Table:
    """Answers side by side. ``values`` (n, p): drivers on 1..5 in hundredths, then the outcome's score as answered.

    ``known`` (n, p) says which were given. Rows stand in an order that knows nothing of the answers, the same at every
    reading. ``measured`` has what was run, without cells.
    """

    values: npt.NDArray[np.int16]
    known: npt.NDArray[np.bool_]
    measured: Measured


def questions(con: Connection, scope: Scope) -> tuple[Asked, ...]:
    """The scored questions of every survey in a scope; those with fewer answers than its minimum base are left out."""
    condition, parameters = query.where(_SCORED, scope)
    rows = con.execute(
        "SELECT survey_id, question_id, any_value(type), any_value(touchpoint), any_value(points), count(*) "
        f"FROM v_answer WHERE {condition} AND type IN ({', '.join('?' * len(TYPES))}) "
        "GROUP BY 1, 2 HAVING count(*) >= ? ORDER BY 1, 2",
        [*parameters, *TYPES, scope.minimum_base],
    ).fetchall()
    return tuple(Asked(*row) for row in rows)


def table(con: Connection, scope: Scope, drivers: tuple[str, ...], outcome: str) -> Table:
    """Everyone in the scope (of one survey) who answered ``outcome``, with the ``drivers`` that they rated.

    Empty where they are fewer than the scope's minimum base.
    """
    import numpy as np

    condition, parameters = query.where(_SCORED, scope)
    last = len(drivers)
    places = " ".join(f"WHEN ? THEN {place}" for place in range(last + 1))
    columns = ", ".join(f"max(CASE WHEN q = {place} THEN v END) AS q{place}" for place in range(last + 1))
    sql = (
        f"SELECT hash(response_id) AS at, {columns}\nFROM (\n"
        f"  SELECT response_id, CASE question_id {places} END AS q,\n"
        f"    CASE WHEN q = {last} THEN score ELSE satisfaction END AS v\n"
        f"  FROM v_answer\n  WHERE {condition}\n) WHERE q IS NOT NULL\n"
        f"GROUP BY response_id HAVING q{last} IS NOT NULL"
    )
    asked = [*drivers, outcome, *parameters]
    found = con.execute(sql, asked).fetchnumpy()
    order = np.argsort(found.pop("at"), kind="stable")
    if len(order) < scope.minimum_base:
        order = order[:0]
    values = np.empty((len(order), len(found)), np.int16)
    known = np.empty(values.shape, np.bool_)
    for place, column in enumerate(found.values()):
        known[:, place] = ~np.ma.getmaskarray(column)[order]
        values[:, place] = np.ma.filled(column, 0)[order]
    return Table(values, known, Measured(_SCORED, scope, ("question_id",), (), sql, tuple(asked)))
