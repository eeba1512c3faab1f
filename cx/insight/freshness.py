"""How fresh the bank's own figures are: which period should be there today, which is, and how many days it is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from cx.bank import refresh
from cx.bank.refresh import Refresh
from cx.measure import periods
from cx.measure.scope import Scope
from cx.store import arrivals
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Indicator, Model

Works = Callable[[dt.date], bool]
"""Whether a day is a working day."""
State = Literal["on_time", "late", "missing", "untold"]


@dataclass(frozen=True)
class Standing:
    """One indicator on a day. ``as_of`` is the first day of the last period with values, in ``grain``.

    ``missing``: no value at all; ``untold``: there are values, and the dictionary does not say when the next is due (or
    in words that are not understood). ``late`` by ``days``: the period after ``as_of`` was due on ``due``.
    """

    indicator: Indicator
    state: State
    grain: str
    refresh: Refresh | None
    as_of: dt.date | None = None
    due: dt.date | None = None
    days: int = 0
    values: int = 0


def all(con: Connection, scope: Scope, model: Model, today: dt.date) -> dict[str, Standing]:
    """Every indicator of the dictionary, by id, as far as the scope's rights and filters reach."""
    found: dict[str, tuple[str, dt.date, int]] = {}
    for name, grain, _, last, count in arrivals.latest(con, scope.between(None, None)):
        usual = name in model.indicators and model.indicators[name].grain == grain
        if usual or name not in found:
            found[name] = (grain, last, count)
    works = model.calendar.works
    own = {name: standing(entry, found.get(name), today, works) for name, entry in model.indicators.items()}
    return {name: _of_parts(one, own, model) if one.indicator.computed else one for name, one in own.items()}


def _of_parts(one: Standing, own: Mapping[str, Standing], model: Model) -> Standing:
    """What is computed is as fresh as the stalest of its parts."""
    formula = model.formulas.get(one.indicator.id)
    parts = [own[name] for name in (formula.parts if formula else ()) if name in own]
    if not parts:
        return one
    stalest = min(parts, key=lambda part: (part.as_of is not None, part.as_of or dt.date.max, -part.days))
    return replace(stalest, indicator=one.indicator)


def standing(indicator: Indicator, last: tuple[str, dt.date, int] | None, today: dt.date, works: Works) -> Standing:
    """One indicator, from (grain, first day of its last period, number of values)."""
    rule = refresh.parse(indicator.refresh)
    if last is None:
        return Standing(indicator, "missing", indicator.grain, rule)
    grain, as_of, count = last
    if rule is None:
        return Standing(indicator, "untold", grain, None, as_of, values=count)
    due = rule.due(end(after(as_of, grain), grain), works)
    days = max((today - due).days, 0)
    return Standing(indicator, "late" if days else "on_time", grain, rule, as_of, due, days, count)


def newest(rule: Refresh, grain: str, today: dt.date, works: Works) -> dt.date:
    """The first day of the last period whose value should be there: the day on which it is due is over."""
    day = start(today, grain)
    while rule.due(end(day, grain), works) >= today:
        day = after(day, grain, -1)
    return day


def start(day: dt.date, grain: str) -> dt.date:
    """The first day of the period that ``day`` lies in."""
    return day if grain == "day" else periods.floor(day, grain)


def after(day: dt.date, grain: str, count: int = 1) -> dt.date:
    """The first day of the period ``count`` periods after the one that starts on ``day``."""
    return day + dt.timedelta(days=count) if grain == "day" else periods.step(day, grain, count)


def end(day: dt.date, grain: str) -> dt.date:
    """The last day of the period that starts on ``day``."""
    return after(day, grain) - dt.timedelta(days=1)


def between(first: dt.date, last: dt.date, grain: str) -> Iterator[dt.date]:
    """First days of the periods from the one that starts on ``first`` to the one that starts on ``last``."""
    while first <= last:
        yield first
        first = after(first, grain)
