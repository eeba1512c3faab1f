"""The state of the loop today: what came in, the score, and the journey that hurts most."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from cx.insight import journey, nps
from cx.insight.nps import Headline
from cx.measure import periods
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Connection, Measured

KINDS = ("transactional", "relational")
_YEAR = 12  # months


@dataclass(frozen=True)
class Loop:
    """Responses of all surveys now and before; the score of ``kind`` (None without one); the worst journey's id."""

    responses: Measured
    responses_before: Measured | None
    kind: str | None
    score: Headline | None
    journey: str | None


def month(first: dt.date, last: dt.date, today: dt.date) -> Period:
    """The last month that is over and covered by data from its first day; else the last 90 days with data."""
    this = periods.parse(f"{last:%Y-%m}", last)
    for candidate in (this, this.before if this else None):
        assert candidate and candidate.start and candidate.end
        if first <= candidate.start and periods.is_over(candidate.end, last, today):
            return candidate
    ninety = periods.parse("90d", last)
    assert ninety
    return ninety


def shown(con: Connection, scope: Scope, first: dt.date, last: dt.date, today: dt.date) -> Period:
    """``month``, or the latest of the year before it in which enough responded to show anything."""
    latest = candidate = month(first, last, today)
    for _ in range(_YEAR):
        if candidate.start is None or candidate.end is None or candidate.start < first:
            break
        if query.measure(con, "responses", scope.between(candidate.start, candidate.end)).total.value:
            return candidate
        if candidate.before is None:
            break
        candidate = candidate.before
    return latest


def loop(con: Connection, scope: Scope, before: Period | None) -> Loop:
    """What the overview says of one period; ``scope`` names no NPS kind."""
    earlier = scope.between(before.start, before.end) if before else None
    found = query.kinds(con, scope)
    kind = next((kind for kind in KINDS if kind in found), None)
    scores = journey.journeys(con, scope)
    shown = {name: e for name, e in scores.items() if e.value is not None}
    sound = {name: e for name, e in shown.items() if e.state == "ok"} or shown
    return Loop(
        query.measure(con, "responses", scope),
        query.measure(con, "responses", earlier) if earlier else None,
        kind,
        headline(con, scope, kind, before) if kind else None,
        min(sound, key=lambda name: sound[name].value or 0.0, default=None),
    )


def headline(con: Connection, scope: Scope, kind: str, before: Period | None) -> Headline:
    """The score of one NPS kind in a scope that names none."""
    return nps.overview(con, replace(scope, nps_kind=kind), before)
