"""Stages of a scheme (获客 → 留存 → 收益 → 自传播, or any other): each one's figures by month, with how they move."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cx.bank.schemes import Asked, SchemeStage
from cx.insight.stages import monthly
from cx.insight.stages.monthly import Line
from cx.measure import periods
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import Change, Estimate, change
from cx.store import query
from cx.store.query import Connection, Measured

if TYPE_CHECKING:
    from cx.bank.model import Model


@dataclass(frozen=True)
class Heard:
    """A survey metric of a stage: this period against the one before."""

    asked: Asked
    estimate: Estimate
    change: Change
    measured: Measured


@dataclass(frozen=True)
class Stage:
    """One stage with its figures; indicators without any value in the scope are in ``silent``."""

    stage: SchemeStage
    lines: tuple[Line, ...]
    heard: tuple[Heard, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True)
class Sticky:
    """Stickiness by month: mean daily users of the month over monthly users. ``days`` with daily users (None: the
    source gives the mean itself), ``length`` of the month."""

    day: dt.date
    daily: float
    monthly: float
    days: int | None
    length: int

    @property
    def share(self) -> float:
        return self.daily / self.monthly


def view(con: Connection, scope: Scope, model: Model, scheme: str, period: Period) -> tuple[Stage, ...]:
    """Every stage of the scheme of that id: indicators by month, survey metrics in a period against the one before."""
    chosen = model.schemes.schemes[scheme].stages
    lines = monthly.lines(con, scope, model, (name for stage in chosen for name in stage.indicators))
    return tuple(
        Stage(
            stage,
            tuple(lines[name] for name in stage.indicators if lines[name].figure.months),
            tuple(heard(con, scope, asked, period) for asked in stage.asked),
            tuple(name for name in stage.indicators if not lines[name].figure.months),
        )
        for stage in chosen
    )


def stickiness(con: Connection, scope: Scope, model: Model) -> tuple[Sticky, ...]:
    """Mean daily users of a month over its monthly users, for months that have both."""
    if model.schemes.stickiness is None:
        return ()
    daily, users = (monthly.monthly(con, scope, model.indicators[name])[0] for name in model.schemes.stickiness)
    by_month = {month.day: month for month in users if month.value}
    own = model.indicators[model.schemes.stickiness[0]].grain == "day"
    return tuple(
        Sticky(
            one.day, one.value, by_month[one.day].value, one.days if own else None,
            (periods.add_months(one.day, 1) - one.day).days,
        )
        for one in daily
        if one.day in by_month
    )  # fmt: skip


def heard(con: Connection, scope: Scope, asked: Asked, period: Period) -> Heard:
    """A survey metric in a period, tested against the one before."""
    place = {name: value for name in ("journey", "stage", "touchpoint") if (value := getattr(asked, name))}
    here = Scope(scope.rights, period.start, period.end, asked.nps_kind, scope.where).narrowed(**place)
    measured = query.measure(con, asked.metric, here)
    before = period.before
    if before is None:
        moved = Change(None, None, None, None, "too_few")
    else:
        past = query.measure(con, asked.metric, here.between(before.start, before.end))
        moved = change(past.total, measured.total)
    return Heard(asked, measured.total, moved, measured)
