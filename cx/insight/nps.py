"""Do customers recommend us: the score, its distribution, its trend, and who differs from the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from cx.insight import breaks as meaning
from cx.insight.breaks import Break
from cx.measure import periods
from cx.measure.dimensions import DIMENSIONS
from cx.measure.metrics import METRICS, rest
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, EMPTY, Change, Estimate, benjamini_hochberg, change
from cx.store import query
from cx.store.query import Connection, Measured

SPAN = {"day": 62, "week": 26, "month": 18, "quarter": 8, "year": 6}
_NOTHING = Change(None, None, None, None, "too_few")


@dataclass(frozen=True)
class Headline:
    """A number of one period and the test against the equal period before (None where the period is unbounded).

    Where a survey changed its meaning in these two periods, ``breaks`` names it and no change is claimed.
    """

    now: Measured
    before: Measured | None
    change: Change
    breaks: tuple[Break, ...] = ()

    @property
    def estimate(self) -> Estimate:
        return self.now.total


@dataclass(frozen=True)
class Bar:
    """Responses with one score 0..10; ``group`` promoter, passive or detractor; ``share`` of all, 0..1."""

    score: int
    n: int
    share: float
    group: Literal["promoter", "passive", "detractor"]


@dataclass(frozen=True)
class Point:
    """One period of a trend by its first day; ``complete`` is false for a period still running."""

    day: dt.date
    estimate: Estimate
    complete: bool


@dataclass(frozen=True)
class Trend:
    """Points without gaps, the last two complete ones and the test between them, and breaks of comparability.

    ``cuts`` are the points (first days) that do not compare with the one before: no line leads there and nothing is
    tested. ``mixed`` hold answers of both meanings of a survey. ``turns`` are the points that differ from the one
    before by more than noise when all ``tested`` steps are looked at together (false discovery rate 5%).
    """

    grain: str
    points: tuple[Point, ...]
    compared: tuple[dt.date, dt.date] | None
    change: Change
    breaks: tuple[Break, ...]
    measured: Measured
    cuts: frozenset[dt.date] = frozenset()
    mixed: frozenset[dt.date] = frozenset()
    turns: Mapping[dt.date, Change] = field(default_factory=dict, hash=False)
    tested: int = 0


@dataclass(frozen=True)
class Row:
    """One unit of a breakdown; ``rest`` tests it against all other units of the scope, ``q`` is the adjusted p.

    ``verdict``: higher, lower, same (within noise) or too_few, after adjustment for the number of units.
    """

    key: str | None
    estimate: Estimate
    rest: Change
    q: float | None
    verdict: Literal["higher", "lower", "same", "too_few"]


@dataclass(frozen=True)
class Breakdown:
    """Units by score, highest first; ``hidden`` are those with too few responses or hidden to protect them."""

    by: str
    rows: tuple[Row, ...]
    hidden: tuple[str | None, ...]
    total: Estimate
    measured: Measured


def overview(con: Connection, scope: Scope, before: Period | None = None, metric: str = "nps") -> Headline:
    """The number of the scope and its change since the period ``before``."""
    now = query.measure(con, metric, scope)
    if before is None:
        return Headline(now, None, _NOTHING)
    previous = query.measure(con, metric, scope.between(before.start, before.end))
    breaks = meaning.since(con, scope, before, _told_by(metric))
    return Headline(now, previous, _NOTHING if breaks else change(previous.total, now.total), breaks)


def _told_by(metric: str) -> str:
    """The metric whose answers tell breaks: a filter may be one that only its own view knows."""
    return "responses" if METRICS[metric].view == "v_response" else metric


def distribution(con: Connection, scope: Scope) -> tuple[Bar, ...]:
    """Responses by score 0..10; nothing where the whole base is hidden or empty."""
    return bars(query.measure(con, "nps_scores", scope))


def bars(measured: Measured) -> tuple[Bar, ...]:
    """The distribution that a measurement of ``nps_scores`` holds."""
    total = measured.total
    if total.value is None:
        return ()
    counts = [int(total.counts[f"score_{score}"]) for score in range(11)]
    return tuple(Bar(score, n, n / sum(counts), _group(score)) for score, n in enumerate(counts))


def _group(score: int) -> Literal["promoter", "passive", "detractor"]:
    return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"


def trend(con: Connection, scope: Scope, grain: str, last: dt.date, today: dt.date, metric: str = "nps") -> Trend:
    """The metric by ``grain`` up to the scope's end, at most ``SPAN`` periods; ``last`` is the last day with data."""
    end = periods.floor(min(scope.end or last, last), grain)
    start = periods.step(end, grain, 1 - SPAN[grain])
    wide = scope.between(start, periods.step(end, grain) - dt.timedelta(days=1))
    measured = query.measure(con, metric, wide, (grain,))
    points = _points(measured, grain, end, last, today)
    breaks, mixed = meaning.line(con, wide, grain, _told_by(metric))
    cuts = frozenset(b.day for b in breaks) | mixed | {periods.step(day, grain) for day in mixed}
    compared, test = _last_change(points, cuts)
    changed, tested = turns(points, cuts)
    return Trend(grain, points, compared, test, breaks, measured, cuts, mixed, changed, tested)


def _points(measured: Measured, grain: str, end: dt.date, last: dt.date, today: dt.date) -> tuple[Point, ...]:
    found = {key[0]: estimate for key, estimate in measured.as_dict().items()}
    days: list[dt.date] = []
    day = min(found, default=end)
    while day <= end:
        days.append(day)
        day = periods.step(day, grain)
    over = {day: periods.is_over(periods.step(day, grain) - dt.timedelta(days=1), last, today) for day in days}
    return tuple(Point(day, found.get(day, EMPTY), over[day]) for day in days)


def turns(points: tuple[Point, ...], cuts: frozenset[dt.date]) -> tuple[dict[dt.date, Change], int]:
    """Complete points that differ from the one before by more than noise, all steps being tested together (false
    discovery rate 5%), and how many were tested; none at ``cuts``."""
    steps = [
        (after.day, change(before.estimate, after.estimate))
        for before, after in pairwise(point for point in points if point.complete)
        if after.day not in cuts
    ]
    tested = [(day, step) for day, step in steps if step.p is not None]
    adjusted = benjamini_hochberg([step.p for _, step in tested if step.p is not None])
    found = {day: step for (day, step), q in zip(tested, adjusted, strict=True) if q < 1 - CONFIDENCE}
    return found, len(tested)


def _last_change(points: tuple[Point, ...], cuts: frozenset[dt.date]) -> tuple[tuple[dt.date, dt.date] | None, Change]:
    done = [point for point in points if point.complete]
    if len(done) < 2:
        return None, _NOTHING
    before, after = done[-2:]
    if after.day in cuts:
        return None, _NOTHING
    return (before.day, after.day), change(before.estimate, after.estimate)


def breakdown(con: Connection, scope: Scope, by: str, metric: str = "nps") -> Breakdown:
    """The metric by one dimension, each unit tested against the rest, the false discovery rate held at 5%."""
    total = query.measure(con, metric, scope).total
    measured = query.measure(con, metric, scope, (by,))
    cells = [cell for cell in measured.cells if cell.estimate.value is not None]
    tests = [_against_rest(measured, total, cell.estimate) for cell in cells]
    adjusted = iter(benjamini_hochberg([test.p for test in tests if test.p is not None]))
    rows = [
        _row(cell.key[0], cell.estimate, test, None if test.p is None else next(adjusted))
        for cell, test in zip(cells, tests, strict=True)
    ]
    rows.sort(key=lambda row: -(row.estimate.value or 0.0))
    hidden = tuple(cell.key[0] for cell in measured.cells if cell.estimate.state == "hidden")
    return Breakdown(by, tuple(rows), hidden, total, measured)


def brands(con: Connection, scope: Scope) -> Breakdown:
    """Brands side by side (competitive NPS). Not tested against a rest: the same respondents rate several brands."""
    measured = query.measure(con, "brand_nps", scope, ("brand",))
    shown = [cell for cell in measured.cells if cell.estimate.value is not None]
    rows = [Row(cell.key[0], cell.estimate, _NOTHING, None, "same") for cell in shown]
    rows.sort(key=lambda row: -(row.estimate.value or 0.0))
    hidden = tuple(cell.key[0] for cell in measured.cells if cell.estimate.state == "hidden")
    return Breakdown("brand", tuple(rows), hidden, EMPTY, measured)


def _against_rest(measured: Measured, total: Estimate, unit: Estimate) -> Change:
    """The unit minus all others of the scope. The rest comes from integer sums, so hidden units stay in it, unnamed."""
    if total.value is None:
        return _NOTHING
    scope = measured.scope
    others = rest(measured.metric, total, unit, not any(DIMENSIONS[name].inside for name in measured.by))
    return change(others.guarded(scope.minimum_base, scope.small_base), unit)


def _row(key: str | None, estimate: Estimate, rest: Change, q: float | None) -> Row:
    if rest.verdict == "too_few" or q is None:
        return Row(key, estimate, rest, q, "too_few")
    if q >= 1 - CONFIDENCE:
        return Row(key, estimate, replace(rest, verdict="noise"), q, "same")
    return Row(key, estimate, rest, q, "higher" if (rest.diff or 0.0) > 0 else "lower")
