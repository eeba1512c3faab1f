"""Comments with what was read in them, under the scope and rights of every number: one by one, and by their words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Connection

_COMMENTS = METRICS["comment_negative"]
_SHOWN = (
    "text, nps, branch, channel, touchpoint, survey_id, question_id, day, language, mood, sentiment, intensity, wow, "
    "emotions, risks, list_transform(themes, lambda t: t.theme)"
)
Order = Literal["newest", "strongest"]


@dataclass(frozen=True)
class Voice:
    """One comment as stored (scrubbed of personal data), with the score 0..10 of the same response, and what was read
    in it: ``mood`` -1, 0, 1; ``sentiment`` -100..100, ``intensity`` 0..100. Whose response it is of is not told."""

    text: str
    score: int | None
    branch: str | None
    channel: str | None
    touchpoint: str | None
    survey: str
    question: str
    day: dt.date
    language: str
    mood: int
    sentiment: int
    intensity: int
    wow: bool
    emotions: tuple[str, ...]
    risks: tuple[str, ...]
    themes: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """Which comments: those that hold ``words`` (letters of any size), speak of ``theme``, have the risk or any
    (``"*"``), the mood, are wow moments."""

    words: str = ""
    theme: str = ""
    risk: str = ""
    mood: int | None = None
    wow: bool = False
    order: Order = "newest"


@dataclass(frozen=True)
class Found:
    """How many comments fit, and those asked for."""

    n: int
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True)
class Terms:
    """In how many comments of two groups each term is, (term, in one, in the other); ``n`` are the groups' comments.
    Only terms that at least the minimum base of people used."""

    rows: tuple[tuple[str, int, int], ...]
    n: tuple[int, int]


def shown(con: Connection, scope: Scope) -> bool:
    """Whether comments of a scope may be shown: the right to them, and enough people that none tells whose it is."""
    return scope.rights.comments and query.measure(con, "comment_negative", scope).total.value is not None


def said(con: Connection, scope: Scope, wanted: Wanted, most: int = 20, skip: int = 0) -> Found:
    """The comments of a scope that are wanted: none without the right to comments or below the minimum base."""
    if not shown(con, scope):
        return Found(0)
    condition, parameters = _wanted(scope, wanted)
    order = "intensity DESC, submitted_at DESC" if wanted.order == "strongest" else "submitted_at DESC"
    n = con.execute(f"SELECT count(*) FROM v_comment WHERE {condition}", parameters).fetchall()[0][0]
    rows = con.execute(
        f"SELECT {_SHOWN} FROM v_comment WHERE {condition} ORDER BY {order}, response_id, question_id LIMIT ? OFFSET ?",
        [*parameters, most, skip],
    ).fetchall()
    return Found(int(n), tuple(Voice(*row[:-3], *map(tuple, row[-3:])) for row in rows))


def _wanted(scope: Scope, wanted: Wanted) -> tuple[str, list[Any]]:
    condition, parameters = query.where(_COMMENTS, scope)
    parts = [condition]
    if wanted.words:
        parts.append("contains(lower(text), lower(?))")
        parameters.append(wanted.words)
    if wanted.theme:
        parts.append("list_contains(list_transform(themes, lambda t: t.theme), ?)")
        parameters.append(wanted.theme)
    if wanted.risk:
        parts.append("len(risks) > 0" if wanted.risk == "*" else "list_contains(risks, ?)")
        parameters += [] if wanted.risk == "*" else [wanted.risk]
    if wanted.mood is not None:
        parts.append("mood = ?")
        parameters.append(wanted.mood)
    if wanted.wow:
        parts.append("wow")
    return " AND ".join(parts), parameters


def named(con: Connection, scope: Scope, what: Literal["risks", "emotions"]) -> dict[str, int]:
    """In how many comments of a scope each risk or emotion is, the most frequent first."""
    if not shown(con, scope):
        return {}
    condition, parameters = query.where(_COMMENTS, scope)
    rows = con.execute(
        f"SELECT each, count(*) FROM (SELECT unnest({what}) AS each FROM v_comment WHERE {condition}) "
        "GROUP BY each ORDER BY 2 DESC, 1",
        parameters,
    ).fetchall()
    return dict(rows)


def strength(con: Connection, scope: Scope, strong: int = 60) -> dict[int, tuple[int, int]]:
    """By mood: how many comments, and how many of them are strongly worded (intensity from ``strong`` on)."""
    if not shown(con, scope):
        return {}
    condition, parameters = query.where(_COMMENTS, scope)
    rows = con.execute(
        f"SELECT mood, count(*), count(*) FILTER (intensity >= ?) FROM v_comment WHERE {condition} GROUP BY mood",
        [strong, *parameters],
    ).fetchall()
    return {mood: (n, k) for mood, n, k in rows}


def of_groups(con: Connection, scope: Scope) -> Terms:
    """Terms of detractors (0 to 6) and of promoters (9 and 10)."""
    return _terms(con, scope, ("nps <= 6", []), ("nps >= 9", []))


def of_periods(con: Connection, scope: Scope, start: dt.date, end: dt.date) -> Terms:
    """Terms of the scope's period, and of the one from ``start`` to ``end`` before it."""
    wide = scope.between(start, scope.end)
    return _terms(con, wide, ("day >= ?", [scope.start]), ("day <= ?", [end]))


def _terms(con: Connection, scope: Scope, one: tuple[str, list[Any]], other: tuple[str, list[Any]]) -> Terms:
    if not shown(con, scope):
        return Terms((), (0, 0))
    condition, parameters = query.where(_COMMENTS, scope)
    sides = f"count(*) FILTER ({one[0]}), count(*) FILTER ({other[0]})"
    given = [*one[1], *other[1]]
    people = (
        f"SELECT {sides.replace('count(*)', 'count(DISTINCT response_id)')}, {sides} FROM v_comment WHERE {condition}"
    )
    counts = con.execute(people, [*given, *given, *parameters]).fetchall()[0]
    if min(counts[:2]) < scope.minimum_base:
        return Terms((), (0, 0))
    rows = con.execute(
        f"SELECT term, {sides} FROM (SELECT response_id, day, nps, unnest(terms) AS term FROM v_comment "
        f"WHERE {condition}) GROUP BY term HAVING count(DISTINCT response_id) >= ? ORDER BY term",
        [*given, *parameters, scope.minimum_base],
    ).fetchall()
    return Terms(tuple(rows), (counts[2], counts[3]))


def where_said(
    con: Connection, scope: Scope, terms: tuple[str, ...], by: Literal["branch", "channel"]
) -> dict[str, tuple[str, int]]:  # fmt: skip
    """For each term the branch or channel where at least half of its comments are, and how many; only where those are
    of at least the minimum base of people."""
    if not terms or not shown(con, scope):
        return {}
    condition, parameters = query.where(_COMMENTS, scope)
    rows = con.execute(
        f"SELECT term, {by}, n FROM (SELECT term, {by}, count(*) AS n, count(DISTINCT response_id) AS people, "
        "sum(count(*)) OVER (PARTITION BY term) AS whole "
        f"FROM (SELECT response_id, {by}, unnest(terms) AS term FROM v_comment WHERE {condition}) "
        f"WHERE list_contains(?::VARCHAR[], term) GROUP BY term, {by}) "
        f"WHERE {by} IS NOT NULL AND people >= ? AND n * 2 >= whole",
        [*parameters, list(terms), scope.minimum_base],
    ).fetchall()
    return {term: (place, n) for term, place, n in rows}


def one_sided(con: Connection, scope: Scope) -> tuple[tuple[str, str, int], ...]:
    """Questions that only detractors, or no detractors, answered in words (survey, question, comments): what is said
    there goes with the score because of who was asked. Those with few comments are left out."""
    if not shown(con, scope):
        return ()
    condition, parameters = query.where(_COMMENTS, scope)
    rows = con.execute(
        "SELECT survey_id, question_id, count(nps) AS n, count(*) FILTER (nps <= 6) AS low "
        f"FROM v_comment WHERE {condition} GROUP BY ALL HAVING n >= ? AND (low = n OR low = 0) ORDER BY n DESC, 1, 2",
        [*parameters, scope.small_base],
    ).fetchall()
    return tuple((survey, question, n) for survey, question, n, _ in rows)
