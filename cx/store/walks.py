"""Walk-throughs one by one: their answers and photos, under the same scope and rights as every number."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Connection

_SCORE = METRICS["checklist"]
_ANY = replace(_SCORE, where="TRUE")
_SUMS = ", ".join(f"{sql} AS {name}" for name, sql in _SCORE.sums)


@dataclass(frozen=True)
class Walk:
    """One walk-through: ``points`` of ``n`` items, an item having 400. ``submitted_at`` is UTC."""

    id: str
    survey_id: str
    version: str
    branch: str | None
    day: dt.date
    submitted_at: dt.datetime
    seconds: int | None
    mode: str
    flagged: bool
    n: int
    points: int
    photos: int

    @property
    def score(self) -> float | None:
        """Share of the best possible points; None where no item was answered."""
        return self.points / 400 / self.n if self.n else None


@dataclass(frozen=True)
class Said:
    """One answer row, as stored."""

    walk: str
    question: str
    type: str
    score: int | None
    points: int | None
    choice: str | None
    number: Decimal | None
    text: str | None


@dataclass(frozen=True)
class Photo:
    """A photo's name, and where and when it was taken."""

    walk: str
    question: str
    name: str
    branch: str | None
    day: dt.date


def all(con: Connection, scope: Scope) -> tuple[Walk, ...]:
    """The walks of a scope of the voice ``walk``, newest first; those flagged too, so marked."""
    scope = replace(scope, include_flagged=True)
    condition, parameters = query.where(METRICS["responses"], scope)
    scored, more = query.where(_SCORE, scope)
    rows = con.execute(
        "SELECT r.response_id::VARCHAR, r.survey_id, r.survey_version, r.branch, r.day, r.submitted_at, r.seconds, "
        "r.mode, r.flagged, coalesce(s.n, 0), coalesce(s.points, 0), coalesce(p.photos, 0) "
        f"FROM (SELECT * FROM v_response WHERE {condition}) r "
        f"LEFT JOIN (SELECT response_id, {_SUMS} FROM v_answer WHERE {scored} GROUP BY response_id) s "
        "USING (response_id) LEFT JOIN (SELECT response_id, count(*) AS photos FROM v_answer WHERE type = 'photo' "
        "AND voice = 'walk' GROUP BY response_id) p USING (response_id) ORDER BY r.submitted_at DESC, r.response_id",
        [*parameters, *more],
    ).fetchall()
    return tuple(Walk(*row[:9], *map(int, row[9:])) for row in rows)


def answers(con: Connection, scope: Scope, walk: str | None = None) -> tuple[Said, ...]:
    """What was answered, of one walk or all of a scope; without the right to comments no text and no photo."""
    condition, parameters = query.where(_ANY, scope)
    if walk is not None:
        condition, parameters = f"{condition} AND response_id = try_cast(? AS UUID)", [*parameters, walk]
    if not scope.rights.comments:
        condition += " AND type NOT IN ('text', 'photo')"
    text = "text" if scope.rights.comments else "NULL"
    rows = con.execute(
        f"SELECT response_id::VARCHAR, question_id, type, score, points, choice, number, {text} FROM v_answer "
        f"WHERE {condition} ORDER BY ALL",
        parameters,
    ).fetchall()
    return tuple(Said(*row) for row in rows)


def photos(con: Connection, scope: Scope, walk: str | None = None, name: str | None = None) -> tuple[Photo, ...]:
    """The photos of a scope, of one walk or of that name; newest first. None without the right to comments."""
    if not scope.rights.comments:
        return ()
    condition, parameters = query.where(_ANY, scope)
    for column, value in (("response_id", walk), ("text", name)):
        if value is not None:
            kind = "UUID" if column == "response_id" else "VARCHAR"
            condition, parameters = f"{condition} AND {column} = try_cast(? AS {kind})", [*parameters, value]
    rows = con.execute(
        "SELECT response_id::VARCHAR, question_id, text, branch, day FROM v_answer "
        f"WHERE {condition} AND type = 'photo' AND text IS NOT NULL ORDER BY day DESC, response_id, question_id, text",
        parameters,
    ).fetchall()
    return tuple(Photo(*row) for row in rows)
