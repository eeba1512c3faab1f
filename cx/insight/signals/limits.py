"""Limits of one series: the phase they come from, the weekdays' pattern taken out, and the points as charted."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cx.insight.signals.series import Point, Series, Subject, opening
from cx.measure import process
from cx.measure.process import Chart, TooFew

if TYPE_CHECKING:
    from cx.bank.model import Model

PHASE = 12
"""Periods of the usual phase; of daily figures as many weeks, so that each weekday is in it. While there are no more,
the first 8 (of daily figures 4 weeks): better wide limits than none."""
_WEEKS_LEAST = 4  # fewest values of a weekday that its median is taken of


@dataclass(frozen=True)
class Base:
    """From when on limits are computed, and up to when (None: the usual length)."""

    start: dt.date
    end: dt.date | None = None


@dataclass(frozen=True)
class Settings:
    """What people decided: phases by subject key, and explained periods (first and last day), left out of limits."""

    bases: tuple[tuple[str, Base], ...] = ()
    explained: tuple[tuple[str, dt.date, dt.date], ...] = ()


@dataclass(frozen=True)
class Drawn:
    """One point: value, usual value and limits in the figure's own unit; ``shift`` is what its weekday lies off."""

    day: dt.date
    value: float
    usual: float
    low: float
    high: float
    in_phase: bool
    shift: float = 0.0


@dataclass(frozen=True)
class Limited:
    """One subject with its limits. ``chart`` None: not enough values (``refusal``). ``season`` is what each weekday
    lies above the middle. ``skipped`` are holidays and weekdays with too few values; ``before`` the points before the
    phase. ``extra`` is what the season adds to the spread of a new point, in sigmas squared. ``noisy`` counts points of
    the phase itself beyond 3 sigmas.
    """

    series: Series
    days: tuple[dt.date, ...]
    chart: Chart | None
    refusal: TooFew | None = None
    season: Mapping[int, float] = field(default_factory=dict)
    extra: float = 0.0
    skipped: tuple[Point, ...] = ()
    before: tuple[Point, ...] = ()
    noisy: int = 0

    @property
    def subject(self) -> Subject:
        return self.series.subject

    @property
    def phase(self) -> tuple[dt.date, dt.date] | None:
        """First and last period that the limits come from."""
        inside = [day for day, here in zip(self.days, self.chart.phase, strict=True) if here] if self.chart else []
        return (inside[0], inside[-1]) if inside else None

    def drawn(self, width: float) -> tuple[Drawn, ...]:
        """The points with usual value and limits ``width`` sigmas off, in the figure's own unit, as of that weekday."""
        if self.chart is None:
            return ()
        whole, limits = self.series.whole or 1.0, self.chart.limits(width)
        found = []
        for at, day in enumerate(self.days):
            shift = self.season.get(day.weekday(), 0.0)
            low, high = (whole * limit + shift for limit in limits[at])
            value, usual = (whole * v + shift for v in (self.chart.values[at], self.chart.centre))
            found.append(Drawn(day, value, usual, low, high, self.chart.phase[at], shift))
        return tuple(found)


def limited(series: Series, model: Model, base: Base | None, settings: Settings) -> Limited:
    """A series with its limits, not yet judged."""
    begun = opening(series.subject.grain, series.points[-1].day) if series.points else None
    start = max([day for day in (base.start if base else None, series.since, begun) if day], default=None)
    closed = model.calendar.off | model.calendar.on if series.subject.grain == "day" else frozenset[dt.date]()
    points = [p for p in series.points if p.day not in closed]
    before = tuple(p for p in points if start and p.day < start)
    points = points[len(before) :]
    phase = _phase(points, series, base, settings)
    season = _season(points, phase) if series.subject.grain == "day" else {}
    known = [p.day.weekday() in season for p in points] if season else [True] * len(points)
    skipped = [p for p in series.points if p.day in closed and (not start or p.day >= start)]
    skipped += [p for p, here in zip(points, known, strict=True) if not here]
    phase = [inside for inside, here in zip(phase, known, strict=True) if here]
    points = [p for p, here in zip(points, known, strict=True) if here]
    blank = Limited(series, tuple(p.day for p in points), None, before=before, skipped=tuple(skipped), season=season)
    if sum(phase) < process.LEAST:
        return replace(blank, refusal=TooFew(sum(phase), process.LEAST))
    try:
        chart = process.fair(_chart(series, points, phase, season, model))
    except TooFew as few:
        return replace(blank, refusal=few)
    weeks = sum(phase) / len(season) if season else 0
    noisy = sum(1 for z, inside in zip(chart.z, phase, strict=True) if inside and abs(z) > process.WIDTH)
    # What the medians of the weekdays add to a new point beside the phase's own: pi / 2 and 1, in weeks (simulated).
    return replace(blank, chart=chart, extra=2.57 / weeks if season else 0.0, noisy=noisy)


def _phase(points: list[Point], series: Series, base: Base | None, settings: Settings) -> list[bool]:
    """Which points the limits come from."""
    key = series.subject.key
    gone = [(first, last) for subject, first, last in settings.explained if subject == key]
    usable = [not any(first <= p.day <= last for first, last in gone) for p in points]
    if not points:
        return []
    if base and base.end:
        return [here and p.day <= base.end for p, here in zip(points, usable, strict=True)]
    if series.subject.grain == "day":
        whole = points[-1].day - points[0].day >= dt.timedelta(weeks=PHASE)
        end = points[0].day + dt.timedelta(weeks=PHASE if whole else _WEEKS_LEAST)
        return [here and p.day < end for p, here in zip(points, usable, strict=True)]
    found, left = [], PHASE if sum(usable) > PHASE else process.LEAST
    for here in usable:
        found.append(here and left > 0)
        left -= here
    return found


def _season(points: list[Point], phase: list[bool]) -> dict[int, float]:
    """What each weekday lies above the middle of the phase: median of its values minus the median of all.

    Weekdays with fewer than four values are not in it. Empty where no weekday has four.
    """
    values: dict[int, list[float]] = {}
    for point, inside in zip(points, phase, strict=True):
        if inside:
            values.setdefault(point.day.weekday(), []).append(point.value)
    known = {day: found for day, found in values.items() if len(found) >= _WEEKS_LEAST}
    if not known:
        return {}
    middle = statistics.median(value for found in known.values() for value in found)
    return {day: statistics.median(found) - middle for day, found in sorted(known.items())}


def _chart(series: Series, points: list[Point], phase: list[bool], season: Mapping[int, float], model: Model) -> Chart:
    values = [p.value - season.get(p.day.weekday(), 0.0) for p in points]
    if series.whole:
        bases = [p.base or 0.0 for p in points]
        counts = [value / series.whole * base for value, base in zip(values, bases, strict=True)]
        return process.pchart(counts, bases, phase, laney=None)
    if series.deviation is not None:
        return process.meanchart(values, [p.base or 0.0 for p in points], series.deviation, phase)
    entry = model.indicators[series.subject.name]
    chart = process.xmr(values, phase)
    if season:  # with the weekday put back, limits could lie anywhere
        return chart
    ends = {name: end for name, end in (("low_end", entry.low), ("high_end", entry.high)) if end is not None}
    return replace(chart, **ends)
