"""An arm's figure, and an arm against the first, with the error of how they were given out. Pure.

By customer on devices of their own everybody stands for themselves. By branch, week or day the error is that between
these. What customers said on one shared device on one day is taken together, arm against arm, and the error is that
between such device days (linearised, with g / (g - 1)), because whole hours there may go wrong in the same way: a queue
that is in a hurry, one child who taps ten times, a cut of the network during which one version stays on screen.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from cx.act.experiments.counting import Counted, Make, Place, Sums, added
from cx.act.experiments.definition import Definition
from cx.measure.statistics import EMPTY, Estimate, t_value

LEAST_UNITS, LEAST_DAYS = 2, 4
"""Fewer branches or weeks (days) an arm tell no error. Days are looked at as they come, and the first few are as they
happen to be: with two of them 7% instead of 5% were called different."""
LEAST_CLUSTERS = 30
"""Answers of fewer device days are shown and not judged by."""
SHARED = "shared"
Term = tuple[int, str]
"""Of one arm the answers (``n``) or what they add up to (``total``)."""


@dataclass(frozen=True)
class Sofar:
    """All up to a day: sums by place, shared devices of an arm together under ``SHARED``; of those the cross products
    of what a device day said, and how many such days there were."""

    sums: Mapping[Place, Sums]
    products: Mapping[tuple[Term, Term], float]
    clusters: int = 0


@dataclass(frozen=True)
class Figure:
    """A figure or a difference: its error, Student's degrees (None: normal), answers (of a difference those of the
    smaller arm) and units."""

    value: float | None
    se: float | None = None
    degrees: float | None = None
    n: int = 0
    units: int = 0
    low: float | None = None
    high: float | None = None


NOTHING = Sofar({}, {})


def cumulated(counted: Counted, definition: Definition, make: Make) -> Mapping[dt.date, Sofar]:
    """What there was by each day on which something came."""
    found, sofar = {}, NOTHING
    for day in sorted(counted.days):
        here = {place: one for place, one in counted.days[day].items() if place[0] < len(definition.arms)}
        sofar = found[day] = _and(sofar, here, definition.devices, make)
    return found


def arm(sofar: Sofar, at: int, definition: Definition, make: Make) -> Figure:
    """One arm with its interval."""
    if (at, SHARED) in sofar.sums and definition.devices:
        found = _mixed(sofar, {at: 1}, make)
    elif definition.unit == "respondent":
        pooled = _whole(sofar.sums, at, make)
        return Figure(pooled.value, pooled.se, None, pooled.n, 0, pooled.low, pooled.high)
    else:
        found = _between(sofar.sums, at, make)
    if found.value is None or found.se is None:
        return found
    reach = t_value(found.degrees or math.inf) * found.se
    least, most = definition.ends
    low, high = max(least, found.value - reach), min(most, found.value + reach)
    return Figure(found.value, found.se, found.degrees, found.n, found.units, low, high)


def people(sofar: Sofar, at: int) -> int:
    """How many stand behind an arm's figure."""
    return sum(one.get("respondents", one["n"]) for (arm, _), one in sofar.sums.items() if arm == at)


def judged(sofar: Sofar, definition: Definition) -> Sofar:
    """What a difference rests on: few device days tell no error, and what was said on them is left out."""
    return only(sofar, shared=False) if definition.devices and sofar.clusters < LEAST_CLUSTERS else sofar


def difference(sofar: Sofar, at: int, definition: Definition, make: Make) -> Figure:
    """An arm less the first one."""
    sofar = judged(sofar, definition)
    if sofar.clusters:
        return _mixed(sofar, {0: -1, at: 1}, make)
    one, other = (
        _alone(_whole(sofar.sums, each, make))
        if definition.unit == "respondent"
        else _between(sofar.sums, each, make)
        for each in (0, at)
    )  # fmt: skip
    few = definition.unit == "day" and min(one.units, other.units) < LEAST_DAYS
    if few or None in (one.value, other.value, one.se, other.se):
        return Figure(None)
    assert one.value is not None and other.value is not None and one.se is not None and other.se is not None
    degrees = (one.degrees or 0) + (other.degrees or 0) or None
    return Figure(other.value - one.value, math.hypot(one.se, other.se), degrees, min(one.n, other.n))


def only(sofar: Sofar, shared: bool) -> Sofar:
    """What was said on shared devices, or on people's own."""
    sums = {place: one for place, one in sofar.sums.items() if bool(place[1]) == shared}
    return Sofar(sums, sofar.products, sofar.clusters) if shared else Sofar(sums, {})


def _and(sofar: Sofar, here: Mapping[Place, Sums], devices: bool, make: Make) -> Sofar:
    sums, products, clusters = dict(sofar.sums), dict(sofar.products), sofar.clusters
    together: dict[str, dict[Term, float]] = {}
    for (at, unit), one in here.items():
        place = (at, SHARED) if devices and unit else (at, unit)
        sums[place] = added(sums.get(place, {}), one)
        if place[1] == SHARED:
            said = make(one)
            together.setdefault(unit, {}).update({(at, "n"): said.n, (at, "total"): said.n * (said.value or 0.0)})
    for terms in together.values():
        clusters += 1
        for one_term, x in terms.items():
            for other, y in terms.items():
                products[one_term, other] = products.get((one_term, other), 0.0) + x * y
    return Sofar(sums, products, clusters)


def _alone(found: Estimate) -> Figure:
    return Figure(found.value, found.se, None, found.n)


def _whole(sums: Mapping[Place, Sums], at: int, make: Make) -> Estimate:
    return _pooled([one for (arm, _), one in sums.items() if arm == at], make)


def _pooled(parts: Sequence[Sums], make: Make) -> Estimate:
    return make(reduce(added, parts)) if parts else EMPTY


def _between(sums: Mapping[Place, Sums], at: int, make: Make) -> Figure:
    """Of branches, weeks and days: an error from how they differ."""
    units = [one for (arm, _), one in sorted(sums.items()) if arm == at]
    pooled = _pooled(units, make)
    if pooled.value is None:
        return Figure(None)
    if len(units) < LEAST_UNITS:
        return Figure(pooled.value, None, None, pooled.n, len(units))
    squares = sum((e.n * (e.value - pooled.value)) ** 2 for e in map(make, units) if e.value is not None)
    se = math.sqrt(squares * len(units) / (len(units) - 1)) / pooled.n
    return Figure(pooled.value, se, len(units) - 1, pooled.n, len(units))


def _mixed(sofar: Sofar, signs: Mapping[int, int], make: Make) -> Figure:
    """The arms' figures added up with their signs, over people's own devices and shared ones."""
    value, answers, own, least = 0.0, 0, 0.0, math.inf
    weights: dict[Term, float] = {}
    for at, sign in signs.items():
        whole, alone = _whole(sofar.sums, at, make), make(sofar.sums[at, ""]) if (at, "") in sofar.sums else EMPTY
        if whole.value is None:
            return Figure(None)
        value, least = value + sign * whole.value, min(least, whole.n)
        weights |= {(at, "total"): sign / whole.n, (at, "n"): -sign * whole.value / whole.n}
        if alone.value is not None:
            squares = (alone.n * (alone.se or 0.0)) ** 2 + alone.n * (alone.value - whole.value) ** 2
            own, answers = own + squares / whole.n**2, answers + alone.n
    n, clusters = int(least), sofar.clusters
    if clusters < LEAST_UNITS:
        return Figure(value, None, None, n, clusters)
    squares = sum(weights.get(x, 0.0) * weights.get(y, 0.0) * product for (x, y), product in sofar.products.items())
    worth = _worth(sofar, tuple(signs))
    shared = max(0.0, squares) * worth / (worth - 1)
    parts = [part * part / free for part, free in ((own, answers - 1), (shared, worth - 1)) if part]
    spread = own + shared
    return Figure(value, math.sqrt(spread), spread * spread / sum(parts) if parts else None, n, clusters)


def _worth(sofar: Sofar, arms: Collection[int]) -> float:
    """As many device days of even size as these are worth: a few large ones among many small tell less of the error."""
    squares = sum(sofar.products.get(((one, "n"), (other, "n")), 0.0) for one in arms for other in arms)
    answers = sum(sums["n"] for (arm, unit), sums in sofar.sums.items() if unit == SHARED and arm in arms)
    return max(2.0, answers * answers / squares)
