"""Which watched figures leave their usual range, and how many would do so by chance.

Limits come from a phase that is stated; what is watched is everything after it. ``docs/signals.md`` tells the method.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from cx.insight.signals import limits as signal_limits
from cx.insight.signals import series as signal_series
from cx.insight.signals.limits import Drawn, Limited, Settings
from cx.insight.signals.series import Subject
from cx.measure import false_alarms, process
from cx.measure.process import Chart, Rule
from cx.measure.scope import Rights
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Model

_LOOK_BACK = dt.timedelta(days=366)
BUDGETS: tuple[int | None, ...] = (12, 4, 52, None)
"""False alarms a year over all charts that one may choose from; the first is the default, None the textbook's rules."""


@dataclass(frozen=True)
class Alarm:
    """Points in a row that break a rule.

    ``first`` and ``last`` are periods; ``worst`` is the one furthest out, with its value, the usual value and limits,
    its distance ``z`` in sigmas and ``beyond`` in widths of the limits. ``better``: the good direction. ``ongoing``:
    the last period is one of them. Rule ``threshold`` is the dictionary's alarm value: no matter of chance.
    """

    subject: Subject
    first: dt.date
    last: dt.date
    ongoing: bool
    rules: tuple[str, ...]
    side: Literal["high", "low"]
    better: bool
    worst: dt.date
    value: float
    usual: float | None = None
    low: float | None = None
    high: float | None = None
    z: float | None = None
    beyond: float = 0.0
    periods: int = 1

    @property
    def agreed(self) -> bool:
        """Whether it is about an agreed threshold, not about chance."""
        return self.rules == ("threshold",)


@dataclass(frozen=True)
class Watched:
    """One figure, judged: the rules asked, limits ``width`` sigmas off, ``rate`` expected new alarms a point by chance
    and ``per_year`` a year."""

    limits: Limited
    rules: tuple[Rule, ...] = ()
    width: float = process.WIDTH
    rate: float = 0.0
    per_year: float = 0.0
    alarms: tuple[Alarm, ...] = ()

    @property
    def subject(self) -> Subject:
        return self.limits.subject

    def drawn(self) -> tuple[Drawn, ...]:
        """The points as charted, see :meth:`Limited.drawn`."""
        return self.limits.drawn(self.width)


@dataclass(frozen=True)
class View:
    """Every watched figure and its alarms. ``per_year`` is what all charts together alarm by chance in a year,
    ``by_chance`` in the periods that were watched. ``budget`` is what was asked for (None: the textbook's rules).
    ``crowded`` are grains with so many values that their branches are not watched."""

    watched: tuple[Watched, ...]
    per_year: float
    by_chance: float
    budget: int | None
    rules: tuple[Rule, ...]
    crowded: tuple[str, ...] = ()

    @property
    def alarms(self) -> tuple[Alarm, ...]:
        """All alarms: for the worse first, what chance may explain before what was agreed, then those that go on, then
        the furthest beyond their limits; those that were agreed, the longest beyond them."""
        found = [alarm for each in self.watched for alarm in each.alarms]
        return tuple(sorted(found, key=lambda a: (
            a.better, a.agreed, not a.ongoing, -a.beyond, -a.periods if a.agreed else 0, -a.first.toordinal()
        )))  # fmt: skip

    def of(self, key: str) -> Watched | None:
        """One chart by its subject's key."""
        return next((each for each in self.watched if each.subject.key == key), None)


def view(con: Connection, rights: Rights, model: Model, settings: Settings, budget: int | None) -> View:
    """Everything that these rights may see, judged so that ``budget`` false alarms a year are to be expected at most.

    Under a budget, the run rules and EWMA go first, then limits become wider than 3 sigmas, for each chart by what its
    own phase can tell.
    """
    bases = dict(settings.bases)
    read, crowded = signal_series.read(con, rights, model)
    found = [signal_limits.limited(series, model, bases.get(series.subject.key), settings) for series in read]
    rules, alarms = _strictness(found, budget)
    watched = tuple(_judged(each, model, rules, alarms) for each in found)
    by_chance = sum(each.rate * len(_recent(each.limits)) for each in watched)
    return View(watched, sum(each.per_year for each in watched), by_chance, budget, rules, crowded)


def _strictness(found: Iterable[Limited], budget: int | None) -> tuple[tuple[Rule, ...], float | None]:
    """The rules to ask, and how many false alarms a point they may give (None: at 3 sigmas as they come)."""
    charts = [(each.chart, each.extra, _points_a_year(each)) for each in found if each.chart is not None]
    sets: tuple[tuple[Rule, ...], ...] = (process.RULES, ("limit",))
    for rules in sets:
        if budget is None or _within(budget, (_rate(chart, rules, extra) * n for chart, extra, n in charts)):
            return rules, None
    return ("limit",), budget / sum(n for _, _, n in charts)


def _within(budget: float, parts: Iterable[float]) -> bool:
    """Whether parts add up to a budget at most; not asked further once they do not."""
    return all(so_far <= budget for so_far in accumulate(parts))


def _rate(chart: Chart, rules: tuple[Rule, ...], extra: float, width: float = process.WIDTH) -> float:
    return false_alarms.rate(chart, rules, width, extra)


def _points_a_year(each: Limited) -> float:
    """Points that a figure has in a year: fewer than the calendar has days where the bank is closed."""
    grain = each.subject.grain
    if grain != "day" or len(each.days) < 2:
        return false_alarms.PER_YEAR[grain]
    return false_alarms.PER_YEAR[grain] * min(1.0, len(each.days) / ((each.days[-1] - each.days[0]).days + 1))


def _judged(each: Limited, model: Model, rules: tuple[Rule, ...], alarms: float | None) -> Watched:
    agreed = _threshold(each, model)
    if each.chart is None:
        return Watched(each, alarms=agreed)
    asked: tuple[Rule, ...] = ("limit",) if each.chart.alike else rules
    width = process.WIDTH if alarms is None else false_alarms.width_for(each.chart, alarms, each.extra)
    rate = _rate(each.chart, asked, each.extra, width)
    judged = Watched(each, asked, width, rate, rate * _points_a_year(each))
    return replace(judged, alarms=(*_episodes(judged, each.chart, model), *agreed))


def _recent(each: Limited) -> range:
    """Places of the points that are watched: after the phase, and of the last year."""
    if each.chart is None:
        return range(0)
    first = max(at for at, inside in enumerate(each.chart.phase) if inside) + 1
    while first < len(each.days) and each.days[first] <= each.days[-1] - _LOOK_BACK:
        first += 1
    return range(first, len(each.days))


def _episodes(each: Watched, chart: Chart, model: Model) -> tuple[Alarm, ...]:
    """Broken rules among the points watched; neighbours on one side are one alarm."""
    recent = _recent(each.limits)
    groups: list[list[process.Signal]] = []
    for signal in process.signals(chart, each.rules, each.width):
        if signal.at not in recent:
            continue
        last = groups[-1][-1] if groups else None
        if last and last.at == signal.at - 1 and last.side == signal.side:
            groups[-1].append(signal)
        else:
            groups.append([signal])
    drawn = each.drawn() if groups else ()
    return tuple(_alarm(each, group, drawn, model) for group in groups)


def _alarm(each: Watched, group: list[process.Signal], drawn: tuple[Drawn, ...], model: Model) -> Alarm:
    worst = max(group, key=lambda signal: abs(signal.z))
    point, side = drawn[worst.at], worst.side
    rules = tuple(rule for rule in process.RULES if any(rule in signal.rules for signal in group))
    days = each.limits.days
    return Alarm(
        each.subject, days[group[0].at], days[group[-1].at], group[-1].at == len(days) - 1, rules, side,
        (side == "high") == (_better(each.subject, model) == "higher"), point.day, point.value, point.usual, point.low,
        point.high, worst.z, abs(worst.z) / each.width, len(group),
    )  # fmt: skip


def _better(subject: Subject, model: Model) -> Literal["higher", "lower"]:
    return model.indicators[subject.name].direction if subject.kind == "indicator" else "higher"


def _threshold(each: Limited, model: Model) -> tuple[Alarm, ...]:
    """The alarm value of the dictionary, where the last period has reached it."""
    if each.subject.kind != "indicator" or not each.series.points:
        return ()
    entry = model.indicators[each.subject.name]
    limit, lower = entry.thresholds.get("alarm"), entry.direction == "lower"
    if limit is None:
        return ()
    beyond = []
    for point in reversed(each.series.points):
        earlier = each.series.since is not None and point.day < each.series.since  # agreed for another meaning
        if earlier or not (point.value >= limit if lower else point.value <= limit):
            break
        beyond.append(point)
    if not beyond:
        return ()
    worst = max(beyond, key=lambda p: p.value if lower else -p.value)
    side: Literal["high", "low"] = "high" if lower else "low"
    return (
        Alarm(each.subject, beyond[-1].day, beyond[0].day, True, ("threshold",), side, False, worst.day, worst.value,
              usual=limit, periods=len(beyond)),
    )  # fmt: skip
