"""Which units really differ: the funnel around the value of all, scores drawn to the mean, ranks as intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cx.measure import funnel as funnels
from cx.measure import shrinkage
from cx.measure.funnel import Common, Funnel, Side
from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.measure.shrinkage import Shrinkage, Shrunk
from cx.measure.statistics import Estimate, nps_variance
from cx.store import query
from cx.store.query import Connection, Measured

BY = (
    "branch", "region", "channel", "business_line", "segment", "product", "touchpoint", "stage", "survey_id",
    "survey_version",
)  # fmt: skip
_SMALL = 30  # below: a unit's own error is not to be relied on alone
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Unit:
    """One unit: its estimate, where it lies in the funnel, its score drawn to the mean with the ranks it may have, and
    ``apart``: 1 where those are all in the better half, -1 in the worse half, else 0."""

    key: Key
    estimate: Estimate
    side: Side
    shrunk: Shrunk
    apart: int


@dataclass(frozen=True)
class Units:
    """Units by their drawn score, the best first. ``hidden`` have too few answers or protect such. ``funnel`` and
    ``shrinkage`` are None where fewer than two units can be shown or nothing varies."""

    by: tuple[str, ...]
    units: tuple[Unit, ...]
    hidden: tuple[Key, ...]
    total: Estimate
    funnel: Funnel | None
    shrinkage: Shrinkage | None
    measured: Measured

    def at(self, *sides: Side) -> tuple[Unit, ...]:
        """The units on these sides of the funnel."""
        return tuple(unit for unit in self.units if unit.side in sides)

    @property
    def apart(self) -> tuple[Unit, ...]:
        """The units whose ranks are all in one half."""
        return tuple(unit for unit in self.units if unit.apart)


def dimensions(by: str) -> tuple[str, ...]:
    """What the door is asked for: a version number means something only together with its survey."""
    return ("survey_id", "survey_version") if by == "survey_version" else (by,)


def units(con: Connection, scope: Scope, by: str, metric: str) -> Units:
    """The units of one dimension (``BY``) in one metric (``METRICS``) within a scope. Answers without a value of the
    dimension are no unit; they count in the value of all."""
    names = dimensions(by)
    whole, measured = query.measure(con, metric, scope), query.measure(con, metric, scope, names)
    total = whole.total
    shown = [cell for cell in measured.cells if cell.estimate.value is not None and None not in cell.key]
    hidden = tuple(cell.key for cell in measured.cells if cell.estimate.state == "hidden")
    nothing = Units(names, (), hidden, total, None, None, measured)
    if total.value is None or len(shown) < 2:
        return nothing
    estimates = [cell.estimate for cell in shown]
    common = _common(metric, total, estimates)
    if common.deviation <= 0:
        return nothing
    values, bases = [e.value or 0.0 for e in estimates], [e.base for e in estimates]
    funnel = funnels.funnel(common, values, bases)
    errors = [_error(e, common) for e in estimates]
    better = measured.metric.better == "higher"
    drawn = shrinkage.shrink(values, errors, better)
    least, most = METRICS[metric].ends
    found = [
        Unit(cell.key, e, side, replace(one, low=max(least, one.low), high=min(most, one.high)), drawn.apart(one))
        for cell, e, side, one in zip(shown, estimates, funnel.sides, drawn.units, strict=True)
    ]
    found.sort(key=lambda unit: (-unit.shrunk.value if better else unit.shrunk.value, repr(unit.key)))
    return replace(nothing, units=tuple(found), funnel=funnel, shrinkage=drawn)


def _common(metric: str, total: Estimate, estimates: Sequence[Estimate]) -> Common:
    assert total.value is not None
    value, (least, most) = total.value, METRICS[metric].ends
    if total.base < total.n:  # several answers a person: the deviation of people within units
        squares = sum((e.base * (e.se or 0.0)) ** 2 for e in estimates)
        return Common(value, math.sqrt(squares / sum(e.base for e in estimates)), 0.0, least, most)
    if metric == "nps":
        n, up, down = total.n, total.counts["promoters"], total.counts["detractors"]
        return Common(value, 100 * math.sqrt(nps_variance(up, down, n)), _skewness(n, up, down), least, most)
    if metric == "csat":
        k, n = total.counts["k"], total.n
        return Common(value, math.sqrt(value * (1 - value)), _skewness(n, k, 0), least, most)
    return Common(value, (total.se or 0.0) * math.sqrt(total.n), 0.0, least, most)


def _skewness(n: int, up: int, down: int) -> float:
    """Skewness of one answer that is 1, 0 or -1."""
    p, d = up / n, down / n
    mean, variance = p - d, nps_variance(up, down, n)
    third = p * (1 - mean) ** 3 - (1 - p - d) * mean**3 - d * (1 + mean) ** 3
    return third / variance**1.5 if variance else 0.0


def _error(estimate: Estimate, common: Common) -> float:
    """A unit's own error; of a small unit, or one whose answers are all alike, at least that of all units' answers."""
    chance = common.deviation / math.sqrt(estimate.base)
    own = estimate.se or 0.0
    return own if estimate.base >= _SMALL and own > 0 else max(own, chance)
