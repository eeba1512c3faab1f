"""Who answered how, over several questions of the same people: satisfied and not recommending, expected and found.

Beside the door and under the same scope: rights, voice, quality and minimum base hold here too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from cx.measure import statistics
from cx.measure.metrics import METRICS, Metric
from cx.measure.scope import Scope
from cx.measure.statistics import Estimate
from cx.store import query
from cx.store.comments import Comment
from cx.store.query import Connection, Measured
from cx.survey.asking import ENDING, ENDINGS

Box = Literal["top2", "top"]
BOXES: tuple[Box, ...] = ("top2", "top")
LIMITS = (8, 6)
"""Highest score to recommend that still counts as not recommending."""
_BESIDE = ", ".join(f"'{kind}'" for kind in ENDINGS)
_ASKED = replace(METRICS["satisfaction"], name="asked", where=f"type IN ({_BESIDE}) AND score IS NOT NULL", sums=())
_FROM = {"top2": 1, "top": 0}


@dataclass(frozen=True)
class Sides:
    """One touchpoint: mean satisfaction (1..5) of satisfied who do not recommend, and of satisfied promoters."""

    touchpoint: str
    reluctant: Estimate
    promoters: Estimate


@dataclass(frozen=True)
class Pair:
    """One thing both asked for and rated by the same people: mean of the difference (rated less expected, on 1..5), and
    both means. ``question`` of ``survey`` rates; ``kind`` is what the other one asks."""

    survey: str
    question: str
    kind: Literal["expectation", "importance"]
    gap: Estimate
    asked: float
    rated: float


def satisfied(box: Box) -> str:
    """The condition on a response whose overall satisfaction (its first csat question) is in its scale's top boxes.

    A survey version whose csat questions have different scales is left out: there a score does not say which.
    """
    scale = (
        f"SELECT CASE WHEN min(a.points) = max(a.points) THEN max(a.points) - {_FROM[box]} END FROM v_answer a "
        "WHERE a.type = 'csat' AND a.survey_id = v_response.survey_id AND a.survey_version = v_response.survey_version"
    )
    return f"nps IS NOT NULL AND csat >= ({scale})"


def _share(row: object) -> Estimate:
    return statistics.share(row["k"], row["n"])  # type: ignore[index]


def _metric(box: Box, limit: int) -> Metric:
    return Metric(
        "reluctant", "v_response", satisfied(box),
        (("n", "COUNT(*)"), ("k", f"SUM(CASE WHEN nps <= {int(limit)} THEN 1 ELSE 0 END)")),
        _share, "share", better="lower", kind_needed=True, voice="customer",
    )  # fmt: skip


_METRICS = {(box, limit): _metric(box, limit) for box in BOXES for limit in LIMITS}


def reluctant(con: Connection, scope: Scope, box: Box, limit: int, by: tuple[str, ...] = ()) -> Measured:
    """Of satisfied customers, the share that does not recommend (a score of at most ``limit``)."""
    return query.measure(con, _METRICS[box, limit], scope, by)


def both_asked(con: Connection, scope: Scope) -> int:
    """Responses with both overall satisfaction and a score to recommend."""
    condition, parameters = query.where(METRICS["nps"], scope)
    rows = con.execute(f"SELECT count(csat) FROM v_response WHERE {condition}", parameters).fetchall()
    return int(rows[0][0])


def sides(con: Connection, scope: Scope, box: Box, limit: int) -> tuple[Sides, ...]:
    """How the two groups of satisfied customers rate each touchpoint; those with too few of either are left out."""
    condition, parameters = query.where(_METRICS[box, limit], scope)
    rows = con.execute(
        "SELECT a.touchpoint, r.nps >= 9, SUM(a.satisfaction), SUM(CAST(a.satisfaction AS BIGINT) * a.satisfaction), "
        "COUNT(*), COUNT(DISTINCT a.response_id) FROM v_answer a JOIN (SELECT response_id, nps FROM v_response "
        f"WHERE {condition} AND (nps >= 9 OR nps <= {int(limit)})) r ON a.response_id = r.response_id "
        "WHERE a.type = 'rating' AND a.satisfaction IS NOT NULL AND a.touchpoint IS NOT NULL "
        "GROUP BY 1, 2 ORDER BY 1, 2",
        parameters,
    ).fetchall()
    found: dict[str, dict[bool, Estimate]] = {}
    for touchpoint, promoter, total, squares, n, people in rows:
        estimate = statistics.mean(total / 100, squares / 10_000, n)
        found.setdefault(touchpoint, {})[promoter] = estimate.guarded(scope.minimum_base, scope.small_base, people)
    return tuple(
        Sides(touchpoint, groups[False], groups[True])
        for touchpoint, groups in found.items()
        if len(groups) == 2 and all(e.value is not None for e in groups.values())
    )


def voices(con: Connection, scope: Scope, box: Box, limit: int, most: int = 4) -> tuple[Comment, ...]:
    """The latest comments of satisfied customers who do not recommend; else as :func:`cx.store.comments.latest`."""
    if not scope.rights.comments or reluctant(con, scope, box, limit).total.value is None:
        return ()
    condition, parameters = query.where(_METRICS[box, limit], scope)
    rows = con.execute(
        "SELECT a.text, r.nps, r.branch, a.touchpoint, r.day FROM v_answer a JOIN "
        "(SELECT response_id, nps, branch, day, submitted_at FROM v_response "
        f"WHERE {condition} AND nps <= {int(limit)}) r ON a.response_id = r.response_id "
        "WHERE a.type = 'text' AND length(trim(a.text)) > 1 ORDER BY r.submitted_at DESC, a.question_id LIMIT ?",
        [*parameters, most],
    ).fetchall()
    return tuple(Comment(*row) for row in rows)


def pairs(con: Connection, scope: Scope) -> tuple[Pair, ...]:
    """What the same people were asked to expect (or to call important) and to rate in one survey: ``queue_expected``
    beside ``queue`` (:mod:`cx.survey.asking`). Too few answers: left out."""
    condition, parameters = query.where(METRICS["satisfaction"], scope)
    beside, same = query.where(_ASKED, scope)
    rows = con.execute(
        "WITH asked AS (SELECT response_id, survey_id, question_id, type, "
        f"regexp_replace(question_id, '{ENDING}', '\\1\\3') AS base, "
        f"100 + CAST(round(400.0 * (score - 1) / (points - 1)) AS INTEGER) AS s FROM v_answer WHERE {beside}), "
        f"rated AS (SELECT response_id, question_id, satisfaction AS s FROM v_answer WHERE {condition} "
        "AND question_id IN (SELECT base FROM asked)) "
        "SELECT a.survey_id, r.question_id, a.type, COUNT(*), COUNT(DISTINCT r.response_id), SUM(r.s - a.s), "
        "SUM(CAST(r.s - a.s AS BIGINT) * (r.s - a.s)), AVG(a.s), AVG(r.s) "
        "FROM asked a JOIN rated r ON a.response_id = r.response_id AND a.base = r.question_id "
        "GROUP BY a.survey_id, r.question_id, a.type ORDER BY 1, 2, 3",
        [*same, *parameters],
    ).fetchall()
    found = []
    for survey, question, kind, n, people, total, squares, mean_asked, mean_rated in rows:
        gap = statistics.mean(total / 100, squares / 10_000, n).guarded(scope.minimum_base, scope.small_base, people)
        if gap.value is not None:
            found.append(Pair(survey, question, kind, gap, mean_asked / 100, mean_rated / 100))
    return tuple(found)
