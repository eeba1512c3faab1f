"""How a feed's counts become indicator values: pure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cx.bank.feeds import Feed
from cx.bank.model import Model
from cx.intake.feeds.events import Cell, Key
from cx.measure import latency

Place = tuple[str | None, str | None]
"""Branch and channel."""
Figures = tuple[Decimal, Decimal | None, Decimal | None]
"""Value, numerator, denominator."""
Groups = dict[tuple[str, dt.date, Place | None], tuple[Cell, set[str | None]]]
_WHOLE = ("latency_p95", "coverage")  # of the whole feed: they cannot be added up over places from their values


@dataclass(frozen=True)
class Measure:
    """What one measure of a feed gives."""

    name: str
    indicator: str
    grain: str
    unit: str


@dataclass(frozen=True)
class Plan:
    """How a feed's counts become values, as it was when they came: kept with the upload."""

    feed: str
    measures: tuple[Measure, ...]
    names: tuple[str, ...]
    whole: Place

    @staticmethod
    def of(feed: Feed, model: Model) -> Plan:
        """The plan of a feed as the model says now."""
        known = model.indicators
        measures = (Measure(name, id, known[id].grain, known[id].unit) for name, id in feed.indicators.items())
        return Plan(feed.id, tuple(measures), feed.names, (feed.fixed.get("branch"), feed.fixed.get("channel")))

    def to_json(self) -> str:
        """One text for equal plans."""
        measures = [list(vars(measure).values()) for measure in self.measures]
        found = {"feed": self.feed, "measures": measures, "names": self.names, "whole": self.whole}
        return json.dumps(found, ensure_ascii=False, sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Plan:
        """The plan in a text of :meth:`to_json`."""
        found = json.loads(text)
        measures = tuple(Measure(*one) for one in found["measures"])
        return Plan(found["feed"], measures, tuple(found["names"]), tuple(found["whole"]))


@dataclass(frozen=True)
class Target:
    """One value to be worked out."""

    measure: Measure
    day: dt.date
    place: Place


def targets(plan: Plan, keys: Iterable[Key]) -> tuple[Target, ...]:
    """The values that counts of these keys change."""
    found = {}
    for day, branch, channel, _ in keys:
        for measure in plan.measures:
            place = plan.whole if measure.name in _WHOLE else (branch, channel)
            found[Target(measure, period(day, measure.grain), place)] = None
    return tuple(found)


def figures_of(plan: Plan, cells: Mapping[Key, Cell]) -> dict[Target, Figures]:
    """The values that counts give by themselves."""
    groups = grouped(plan, cells.items())
    return {target: one for target in targets(plan, cells) if (one := worked_out(target, plan, groups)) is not None}


def period(day: dt.date, grain: str) -> dt.date:
    """The first day of the period that a day is in."""
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1}.get(grain)
    return day if month is None else dt.date(day.year, month, 1)


def grouped(plan: Plan, kept: Iterable[tuple[Key, Cell]]) -> Groups:
    """Counts added up by grain, period and place, with the names they had; place None is the whole feed."""
    groups: Groups = {}
    grains = {measure.grain for measure in plan.measures}
    for (day, branch, channel, name), cell in kept:
        for grain in grains:
            for place in (None, (branch, channel)):
                total, names = groups.setdefault((grain, period(day, grain), place), (Cell(), set()))
                total.add(cell)
                names.add(name)
    return groups


def worked_out(target: Target, plan: Plan, groups: Groups) -> Figures | None:
    measure = target.measure
    place = None if measure.name in _WHOLE else target.place
    total, names = groups.get((measure.grain, target.day, place), (Cell(), set()))
    if not total.attempts:
        return None
    if measure.name == "success_rate":
        return _share(total.successes, total.attempts)
    if measure.name == "coverage":
        return _share(len(names & set(plan.names)), len(plan.names))
    if measure.name == "count":
        return Decimal(total.attempts), None, None
    if not total.timed:
        return None
    unit = 1000 if measure.unit == "ms" else 1_000_000
    if measure.name == "latency_mean":
        time, n = Decimal(total.microseconds) / unit, Decimal(total.timed)
        return round(time / n, 6), time, n
    quick = latency.quantile(total.buckets, 0.95)
    return round(Decimal(quick or 0.0) * 1000 / unit, 6), None, None


def _share(part: int, whole: int) -> Figures:
    return round(Decimal(100 * part) / whole, 6), Decimal(part), Decimal(whole)
