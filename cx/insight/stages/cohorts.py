"""Cohort retention: of those who came in a month, how many are still there so many months later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cx.insight import meanings
from cx.insight.indicators import projected
from cx.measure import periods
from cx.measure.scope import Scope
from cx.measure.statistics import Change, Estimate, change, share
from cx.store import query
from cx.store.query import Connection, Measured

if TYPE_CHECKING:
    from cx.bank.model import Model

COMPARED = 6
"""Cohorts on each side of the comparison."""


@dataclass(frozen=True)
class Age:
    """One column: the share (0..1) still there after ``months``, by cohort; the latest cohorts against those before."""

    months: int
    indicator: str
    cells: Mapping[dt.date, Estimate]
    latest: Estimate
    before: Estimate
    change: Change


@dataclass(frozen=True)
class Triangle:
    """Cohorts, oldest first, by age. ``last``: the newest month that any figure of the family could be of today."""

    cohorts: tuple[dt.date, ...]
    ages: tuple[Age, ...]
    measured: Measured

    def due(self, cohort: dt.date, months: int, today: dt.date) -> bool:
        """Whether a cohort has reached an age."""
        return periods.add_months(cohort, months + 1) <= today


def triangle(con: Connection, scope: Scope, model: Model) -> Triangle | None:
    """The family of indicators that ``schemes.yaml`` names; None without one, or without values."""
    family = sorted(model.schemes.cohorts)
    if not family:
        return None
    here = projected(scope)[0].between(None, None).narrowed(indicator=[name for _, name in family])
    measured = query.measure(con, "indicator", here, ("indicator", "month"))
    found: dict[str, dict[dt.date, Estimate]] = {}
    for (name, day), estimate in measured.as_dict().items():
        found.setdefault(name, {})[day] = as_share(estimate)
    cohorts = sorted({day for cells in found.values() for day in cells})
    if not cohorts:
        return None
    every, broken = tuple(_between(cohorts[0], cohorts[-1])), meanings.breaks(con, model)
    ages = tuple(
        _age(months, name, cells, meanings.alike(broken, name, cells))
        for months, name in family
        for cells in [found.get(name, {})]
    )
    return Triangle(every, ages, measured)


def as_share(estimate: Estimate) -> Estimate:
    """A per cent with the customers behind it as a share with Wilson's interval; without them, or beyond 0 to 100, the
    value alone."""
    whole = estimate.counts["with_base"] == estimate.n and estimate.counts["denominator"]
    if estimate.value is None or not whole or not 0 <= estimate.value <= 100:
        value = None if estimate.value is None else estimate.value / 100
        return Estimate(value, None, None, estimate.n, state=estimate.state)
    n = round(float(estimate.counts["denominator"]))
    return share(round(estimate.value / 100 * n), n)


def _age(months: int, name: str, cells: Mapping[dt.date, Estimate], days: Sequence[dt.date]) -> Age:
    """``days`` are the cohorts that may be compared."""
    latest, before = _pooled(cells, days[-COMPARED:]), _pooled(cells, days[-2 * COMPARED : -COMPARED])
    return Age(months, name, cells, latest, before, change(before, latest))


def _pooled(cells: Mapping[dt.date, Estimate], days: Sequence[dt.date]) -> Estimate:
    """Several cohorts together; empty unless every one says how many customers it has."""
    kept = [cells[day] for day in days]
    if len(kept) < COMPARED or any("k" not in one.counts for one in kept):
        return share(0, 0)
    return share(sum(one.counts["k"] for one in kept), sum(one.n for one in kept))


def _between(first: dt.date, last: dt.date) -> list[dt.date]:
    days = [first]
    while days[-1] < last:
        days.append(periods.add_months(days[-1], 1))
    return days
