"""An indicator by month: the last one, how far it commonly moves, and half a year against the year before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from cx.insight import indicator_values, meanings
from cx.insight.indicators import projected, verdict
from cx.measure import periods
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, Change, Estimate, benjamini_hochberg, change, mean
from cx.store import query
from cx.store.query import Connection, Measured

if TYPE_CHECKING:
    from cx.bank.model import Indicator, Model

COUNTED = frozenset({"users", "customers"})
"""Units that are added up over branches, not averaged."""
USUAL = 3.267
"""Upper limit of a moving range of two, in mean moving ranges (D4; Montgomery, table of control chart constants)."""
LEAST = 8
"""Moves from month to month that are needed to say what is usual."""
_GRAINS = ("month", "day", "week", "quarter")
Verdict = Literal["better", "worse", "usual", "too_few"]
MONTHS = 6
"""Months on each side of the comparison."""
Trend = Literal["better", "worse", "noise", "too_few"]
State = Literal["broken", "holds", "untold"]


@dataclass(frozen=True)
class Month:
    """One month of an indicator: its value, how many values it rests on, on how many days they lie, and the sum of
    denominators where every value has one."""

    day: dt.date
    value: float
    n: int
    days: int = 1
    base: float | None = None


@dataclass(frozen=True)
class Figure:
    """One indicator's months, the last of which is the headline. ``usual`` is how far it commonly moves from one month
    to the next; None: too few months to say. ``measured`` is what the door answered. ``broken``: from then on it means
    what it means now; no month that begins before is compared with one that begins later.
    """

    indicator: Indicator
    months: tuple[Month, ...]
    usual: float | None
    measured: Measured
    broken: dt.date | None = None

    @property
    def last(self) -> Month | None:
        return self.months[-1] if self.months else None

    @property
    def alike(self) -> tuple[Month, ...]:
        """The months that mean the same as the last."""
        return tuple(month for month in self.months if self.broken is None or self.outdated or month.day >= self.broken)

    @property
    def outdated(self) -> bool:
        """Whether even the last month is from before the present meaning: targets and limits are not about it."""
        return bool(self.months) and self.broken is not None and self.months[-1].day < self.broken

    @property
    def move(self) -> float | None:
        """From the month before to the last; None where that month has no value."""
        if len(self.alike) < 2 or periods.add_months(self.alike[-2].day, 1) != self.alike[-1].day:
            return None
        return self.alike[-1].value - self.alike[-2].value

    @property
    def year(self) -> float | None:
        """From the same month of the year before to the last."""
        if not self.months:
            return None
        ago = periods.add_months(self.months[-1].day, -12)
        before = next((month for month in self.alike if month.day == ago), None)
        return None if before is None else self.months[-1].value - before.value

    @property
    def verdict(self) -> Verdict:
        """Whether the last move is more than the usual ones, and which way."""
        if self.move is None or self.usual is None:
            return "too_few"
        if abs(self.move) <= self.usual:
            return "usual"
        return "better" if (self.move > 0) == (self.indicator.direction == "higher") else "worse"


@dataclass(frozen=True)
class Line:
    """One indicator's last six months against the same of the year before (``against`` year) or, where those lack,
    the six before them. ``limit`` is what it must not reach; ``q`` the change's p, adjusted for all that are looked at
    together."""

    figure: Figure
    change: Change
    limit: float | None
    state: State
    against: Literal["year", "before"]
    q: float | None = None

    @property
    def trend(self) -> Trend:
        """Which way it went, beyond the noise of its months."""
        if self.change.diff is None or self.q is None:
            return "too_few"
        if self.q >= 1 - CONFIDENCE:
            return "noise"
        return "better" if (self.change.diff > 0) == (self.figure.indicator.direction == "higher") else "worse"


def lines(con: Connection, scope: Scope, model: Model, names: Iterable[str]) -> dict[str, Line]:
    """Several indicators' lines, their changes adjusted for one another (Benjamini-Hochberg)."""
    found = {name: line(con, scope, model, name) for name in dict.fromkeys(names)}
    tested = [name for name, one in found.items() if one.change.p is not None]
    adjusted = benjamini_hochberg([found[name].change.p or 0.0 for name in tested])
    return found | {name: replace(found[name], q=q) for name, q in zip(tested, adjusted, strict=True)}


def line(con: Connection, scope: Scope, model: Model, name: str) -> Line:
    """One indicator's months against earlier ones, and against its limit."""
    indicator, found = model.indicators[name], figure(con, scope, model, name)
    limit = indicator.thresholds.get("watch", indicator.target)
    values = {month.day: month.value for month in found.alike}
    latest = list(values)[-MONTHS:]
    year = [values[ago] for day in latest if (ago := periods.add_months(day, -12)) in values]
    against: Literal["year", "before"] = "year" if len(year) == MONTHS else "before"
    past = year if against == "year" else list(values.values())[-2 * MONTHS : -MONTHS]
    moved = change(_mean(past), _mean([values[day] for day in latest]))
    state = _state(indicator, None if found.last is None or found.outdated else found.last.value)
    return Line(found, moved, limit, state, against)


def _mean(values: list[float]) -> Estimate:
    if len(values) < MONTHS:
        return Estimate(None, None, None, 0, state="empty")
    return mean(sum(values), sum(value * value for value in values), len(values))


def _state(indicator: Indicator, value: float | None) -> State:
    """Broken from the threshold ``watch`` on, in the bad direction; without one, beyond the target."""
    watch = indicator.thresholds.get("watch")
    if value is None or (watch is None and indicator.target is None):
        return "untold"
    if watch is None:
        return "broken" if verdict(indicator, value) == "beyond" else "holds"
    beyond = value >= watch if indicator.direction == "lower" else value <= watch
    return "broken" if beyond else "holds"


def figure(con: Connection, scope: Scope, model: Model, name: str) -> Figure:
    """One indicator by month, uploaded or computed."""
    if name in model.formulas:
        months, measured = _computed(con, scope, model, name)
    else:
        months, measured = monthly(con, scope, model.indicators[name])
    broken = meanings.since(meanings.breaks(con, model), name)
    found = Figure(model.indicators[name], months, None, measured, broken)
    return replace(found, usual=usual([month.value for month in found.alike[:-1]]))


def _computed(con: Connection, scope: Scope, model: Model, name: str) -> tuple[tuple[Month, ...], Measured]:
    here = projected(scope)[0].between(None, None)
    found = indicator_values.worked_out(con, here, model, name, "month")
    months = tuple(Month(key[0], e.value, e.n) for key, e in sorted(found.items()) if e.value is not None)
    return months, indicator_values.behind(con, here, model, name)


def monthly(con: Connection, scope: Scope, indicator: Indicator) -> tuple[tuple[Month, ...], Measured]:
    """One indicator by month. Counts of people are added up over units and averaged over days; all else is as the door
    adds it up. Of several grains the usual one counts, else the finest."""
    here = projected(scope)[0].between(None, None).narrowed(indicator=indicator.id)
    counted = indicator.unit in COUNTED
    by = ("grain", "day", "branch") if counted else ("grain", "month")
    measured = query.measure(con, "indicator", here, by)
    there = {cell.key[0] for cell in measured.cells}
    grain = indicator.grain if indicator.grain in there else next((g for g in _GRAINS if g in there), None)
    cells = [cell for cell in measured.cells if cell.key[0] == grain]
    if not counted:
        return tuple(_month(cell.key[1], cell.estimate) for cell in cells if cell.estimate.value is not None), measured
    return _added(cells), measured


def usual(values: Sequence[float]) -> float | None:
    """How far a series commonly moves from one value to the next: the upper limit of its moving range."""
    moves = [abs(after - before) for before, after in zip(values, values[1:], strict=False)]
    return USUAL * sum(moves) / len(moves) if len(moves) >= LEAST else None


def _month(day: dt.date, estimate: Estimate) -> Month:
    assert estimate.value is not None
    whole = estimate.counts["with_base"] == estimate.n and estimate.counts["denominator"]
    return Month(day, estimate.value, estimate.n, base=float(estimate.counts["denominator"]) if whole else None)


def _added(cells: Sequence[query.Cell]) -> tuple[Month, ...]:
    """Totals of each day, averaged over the days of the month. Where the whole bank has a value of its own, the
    branches are parts of it and not added."""
    days: dict[dt.date, dict[str | None, query.Cell]] = {}
    for cell in cells:
        days.setdefault(cell.key[1], {})[cell.key[2]] = cell
    totals: dict[dt.date, list[tuple[float, int]]] = {}
    for day, units in days.items():
        kept = [units[None]] if None in units else list(units.values())
        total = sum(float(cell.estimate.counts["total"]) for cell in kept)
        totals.setdefault(day.replace(day=1), []).append((total, sum(cell.estimate.n for cell in kept)))
    return tuple(
        Month(day, sum(total for total, _ in found) / len(found), sum(n for _, n in found), len(found))
        for day, found in sorted(totals.items())
    )
