"""What an experiment found so far: every arm's figure, every arm against the first at the looks that were agreed, and
whether the arms' sizes are those that chance gives. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from cx.act.experiments import assigning
from cx.act.experiments.counting import Counted, Place, Sums, added, finish
from cx.act.experiments.definition import Definition
from cx.measure import sequential
from cx.measure.sequential import Look, Point
from cx.measure.statistics import EMPTY, Estimate, t_value

Verdict = Literal["better", "worse", "same", "not_shown", "running", "too_few"]
LEAST_BASE = 30
"""Answers that every arm must have for a look."""
LEAST_UNITS = 2


@dataclass(frozen=True)
class Side:
    """One arm: its figure with the usual interval, answers ``n`` and units (0: everybody stands for themselves)."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    units: int = 0


@dataclass(frozen=True)
class Pair:
    """An arm against the first. ``looks`` end with the one that decided, or with the last so far."""

    arm: int
    verdict: Verdict
    looks: tuple[Look, ...] = field(hash=False)


@dataclass(frozen=True)
class Found:
    """What was found by the day ``through``, included. ``balance`` is the p of the arms' sizes ``arrived``;
    ``days_left`` how many days more it takes at this speed (None: nobody can say); ``changed``: a version of the survey
    was changed on the way."""

    through: dt.date
    sides: tuple[Side, ...]
    pairs: tuple[Pair, ...]
    arrived: tuple[int, ...] = ()
    balance: float = 1.0
    days_left: int | None = None
    changed: bool = False

    @property
    def broken(self) -> bool:
        """Whether the arms' sizes say that something is wrong with giving them out or counting them."""
        return self.balance < assigning.SUSPECT

    @property
    def decided(self) -> bool:
        """Whether nothing is left to wait for."""
        return all(pair.verdict != "running" for pair in self.pairs)

    def without_figures(self) -> Found:
        """The verdicts alone."""
        pairs = tuple(replace(pair, looks=()) for pair in self.pairs)
        return Found(self.through, (), pairs)


def judge(definition: Definition, counted: Counted, through: dt.date) -> Found:
    """What the sums say by the day ``through``; only the looks that were agreed count."""
    days = _cumulated(counted, len(definition.arms))
    make = finish(definition)
    last = days[max(days)] if days else {}
    sides = tuple(_side(_units(last, arm), definition, make) for arm in range(len(definition.arms)))
    pairs, left = [], []
    for arm in range(1, len(definition.arms)):
        points = [_point(day, here, arm, definition, make) for day, here in _filled(days, definition, through)]
        known = [point for point in points if point is not None]
        pairs.append(_pair(arm, definition, known, through))
        left.append(_left(definition, pairs[-1], known, through))
    balance = assigning.balance(counted.arrived, definition.weights) if counted.arrived else 1.0
    longest = None if None in left else max(day for day in left if day is not None)
    changed = any(count > 1 for count in counted.versions)
    return Found(through, sides, tuple(pairs), counted.arrived, balance, longest, changed)


def as_json(found: Found) -> dict[str, Any]:
    """What was found as plain values."""
    plain = asdict(found) | {"through": found.through.isoformat()}
    for pair in plain["pairs"]:
        pair["looks"] = [look | {"day": look["day"].isoformat()} for look in pair["looks"]]
        for look in pair["looks"]:
            look["reach"] = None if math.isinf(look["reach"]) else look["reach"]
    return plain


def of_json(plain: Mapping[str, Any]) -> Found:
    """What :func:`as_json` wrote."""
    return Found(**{
        **plain,
        "through": dt.date.fromisoformat(plain["through"]),
        "sides": tuple(Side(**side) for side in plain["sides"]),
        "arrived": tuple(plain["arrived"]),
        "pairs": tuple(
            Pair(pair["arm"], pair["verdict"], tuple(_look(look) for look in pair["looks"])) for pair in plain["pairs"]
        ),
    })  # fmt: skip


def _look(plain: Mapping[str, Any]) -> Look:
    reach = math.inf if plain["reach"] is None else plain["reach"]
    return Look(**{**plain, "day": dt.date.fromisoformat(plain["day"]), "reach": reach})


def _cumulated(counted: Counted, arms: int) -> dict[dt.date, dict[Place, Sums]]:
    found: dict[dt.date, dict[Place, Sums]] = {}
    so_far: dict[Place, Sums] = {}
    for day in sorted(counted.days):
        so_far = dict(so_far)
        for place, sums in counted.days[day].items():
            if place[0] < arms:
                so_far[place] = added(so_far.get(place, {}), sums)
        found[day] = so_far
    return found


def _filled(
    days: Mapping[dt.date, dict[Place, Sums]], definition: Definition, through: dt.date
) -> list[tuple[dt.date, dict[Place, Sums]]]:
    """What there was on each day of a look, the last day's where none came."""
    found, so_far = [], {}
    last = min(through, definition.end)
    for place in range((last - definition.start).days + 1):
        day = definition.start + dt.timedelta(days=place)
        so_far = days.get(day, so_far)
        if (definition.every and (place + 1) % definition.every == 0) or day == definition.end:
            found.append((day, so_far))
    return found


def _units(sums: Mapping[Place, Sums], arm: int) -> list[Sums]:
    return [found for (at, _), found in sorted(sums.items()) if at == arm]


def _side(units: Sequence[Sums], definition: Definition, make: Any) -> Side:
    found, degrees = _estimate(units, definition, make)
    if definition.unit == "respondent":
        return Side(found.value, found.low, found.high, found.n)
    if found.value is None or found.se is None:
        return Side(found.value, None, None, found.n, len(units))
    reach = t_value(degrees) * found.se
    return Side(found.value, found.value - reach, found.value + reach, found.n, len(units))


def _estimate(units: Sequence[Sums], definition: Definition, make: Any) -> tuple[Estimate, int]:
    """An arm's figure; of branches and weeks with an error from how they differ, and its degrees of freedom."""
    if not units:
        return EMPTY, 0
    whole: Sums = {}
    for sums in units:
        whole = added(whole, sums)
    pooled: Estimate = make(whole)
    if definition.unit == "respondent":
        return pooled, 0
    if len(units) < LEAST_UNITS or pooled.value is None:
        return Estimate(pooled.value, None, None, pooled.n), 0
    each = [make(sums) for sums in units]
    squares = sum((e.n * (e.value - pooled.value)) ** 2 for e in each if e.value is not None)
    se = math.sqrt(squares * len(each) / (len(each) - 1)) / pooled.n
    return Estimate(pooled.value, None, None, pooled.n, se), len(each) - 1


def _point(day: dt.date, sums: Mapping[Place, Sums], arm: int, definition: Definition, make: Any) -> Point | None:
    (one, first), (other, second) = (_estimate(_units(sums, at), definition, make) for at in (0, arm))
    if None in (one.value, other.value, one.se, other.se) or min(one.n, other.n) < LEAST_BASE:
        return None
    assert one.value is not None and other.value is not None and one.se is not None and other.se is not None
    degrees = first + second or None
    return Point(day, other.value - one.value, math.hypot(one.se, other.se), degrees)


def _pair(arm: int, definition: Definition, points: Sequence[Point], through: dt.date) -> Pair:
    final = through >= definition.end
    looks = sequential.looked(points, definition.information, definition.alpha, final)
    return Pair(arm, _verdict(definition, looks, final), looks)


def _verdict(definition: Definition, looks: Sequence[Look], final: bool) -> Verdict:
    if not looks:
        return "too_few" if final else "running"
    last = looks[-1]
    if last.crossed:
        return "better" if (last.diff > 0) == (definition.better == "higher") else "worse"
    if not final and last.time < 1:
        return "running"
    return "same" if -definition.least < last.low and last.high < definition.least else "not_shown"


def _left(definition: Definition, pair: Pair, points: Sequence[Point], through: dt.date) -> int | None:
    """Days until all information is in, at the speed so far; never beyond the last day."""
    if pair.verdict != "running":
        return 0
    if not points:
        return None
    time = 1 / points[-1].se ** 2 / definition.information if points[-1].se > 0 else 0.0
    spent = (points[-1].day - definition.start).days + 1
    most = (definition.end - through).days
    return min(most, math.ceil(spent * (1 - time) / time)) if time > 0 else most
