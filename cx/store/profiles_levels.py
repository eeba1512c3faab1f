"""Scores to recommend by what customers are: a dimension, an answer (age group) or a number (year of birth, products).

Beside the door and under the same scope: rights, voice and quality hold here too; who sums rows up hides small cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from cx.measure.dimensions import DIMENSIONS
from cx.measure.metrics import METRICS, Metric
from cx.measure.scope import Scope
from cx.measure.statistics import EMPTY
from cx.store import query
from cx.store.query import Connection

Felt = Literal["none", "satisfaction", "nps"]
_GIVEN = Metric("responses", "v_answer", "choice IS NOT NULL OR number IS NOT NULL", (), lambda _: EMPTY, "count")


@dataclass(frozen=True)
class Source:
    """Where a customer's value comes from: a dimension of the response, the choice or the number given to a question.

    Numbers come as their integer part, so that there are few of them.
    """

    kind: Literal["dimension", "choice", "number"]
    name: str


@dataclass(frozen=True)
class Level:
    """Responses with one value: ``felt`` is high, middle or low (None: not asked)."""

    value: str | None
    felt: str | None
    n: int
    promoters: int
    detractors: int


_SCALE = (
    "(SELECT CASE WHEN min(a.points) = max(a.points) THEN max(a.points) END FROM v_answer a WHERE a.type = 'csat' "
    "AND a.survey_id = v_response.survey_id AND a.survey_version = v_response.survey_version)"
)
_FELT: dict[Felt, str] = {
    "none": "NULL",
    "nps": "CASE WHEN nps >= 9 THEN 'high' WHEN nps >= 7 THEN 'middle' ELSE 'low' END",
    # The highest point, the one below, and all others.
    "satisfaction": (
        f"CASE WHEN csat IS NULL OR {_SCALE} IS NULL THEN NULL WHEN csat >= {_SCALE} THEN 'high' "
        f"WHEN csat = {_SCALE} - 1 THEN 'middle' ELSE 'low' END"
    ),
}


def levels(con: Connection, scope: Scope, source: Source, felt: Felt = "none") -> tuple[Level, ...]:
    """Responses with a score to recommend, by value and by how they feel; None is no value."""
    rows = con.execute(*statement(scope, source, felt)).fetchall()
    return tuple(Level(*row) for row in rows)


def statement(scope: Scope, source: Source, felt: Felt = "none") -> tuple[str, list[Any]]:
    """What :func:`levels` asks, and the parameters."""
    condition, parameters = query.where(METRICS["nps"], scope)
    join, first = "", []
    value = DIMENSIONS[source.name].sql if source.kind == "dimension" else "given.value"
    if source.kind != "dimension":
        column = "choice" if source.kind == "choice" else "CAST(CAST(FLOOR(number) AS BIGINT) AS VARCHAR)"
        join = (
            f"LEFT JOIN (SELECT response_id, MIN({column}) AS value FROM v_answer WHERE question_id = ? "
            "GROUP BY response_id) given USING (response_id)"
        )
        first = [source.name]
    sql = (
        f"SELECT {value}, {_FELT[felt]}, COUNT(*), SUM(CASE WHEN nps >= 9 THEN 1 ELSE 0 END), "
        f"SUM(CASE WHEN nps <= 6 THEN 1 ELSE 0 END) FROM v_response {join} WHERE {condition} "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return sql, [*first, *parameters]


def questions(con: Connection, scope: Scope) -> tuple[str, ...]:
    """Ids of the questions that customers in a scope gave a choice or a number to."""
    condition, parameters = query.where(_GIVEN, scope)
    rows = con.execute(f"SELECT DISTINCT question_id FROM v_answer WHERE {condition} ORDER BY 1", parameters).fetchall()
    return tuple(name for (name,) in rows)
