"""What an experiment found so far: every arm's figure, every arm against the first at the looks that were agreed, and
whether the arms' sizes are those that chance gives. Pure."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from cx.act.experiments import assigning, comparing
from cx.act.experiments.comparing import Sofar
from cx.act.experiments.counting import Counted, Make, finish
from cx.act.experiments.definition import Definition
from cx.measure import sequential
from cx.measure.scope import WHOLE_BANK, Scope
from cx.measure.sequential import Look, Point

Verdict = Literal["better", "worse", "same", "not_shown", "running", "too_few"]
LEAST_BASE = 30
"""Answers that every arm must have for a look."""
FEWEST = Scope(WHOLE_BANK).minimum_base
"""Fewer answers are nobody's to see."""


@dataclass(frozen=True)
class Side:
    """One arm: its figure with the usual interval, answers ``n`` and units: branches, weeks, days, device days (0:
    everybody stands for themselves). ``hidden``: too few have answered, or it would give away what too few have."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    units: int = 0
    hidden: bool = False


HIDDEN = Side(None, None, None, 0, hidden=True)


@dataclass(frozen=True)
class Pair:
    """An arm against the first. ``looks`` end with the one that decided, or with the last so far; ``sides`` are the
    first arm and this one at that look, as far as it rests on them (empty: no look, or recorded without them)."""

    arm: int
    verdict: Verdict
    looks: tuple[Look, ...] = field(hash=False)
    sides: tuple[Side, ...] = ()


@dataclass(frozen=True)
class Found:
    """What was found by the day ``through``, included. ``balance`` is the p of the arms' sizes ``arrived``;
    ``days_left`` how many days more it takes at this speed (None: nobody can say); ``changed``: a version of the survey
    was changed on the way. ``apart``: where shared devices take part, each arm on people's own devices and on those."""

    through: dt.date
    sides: tuple[Side, ...]
    pairs: tuple[Pair, ...]
    arrived: tuple[int, ...] = ()
    balance: float = 1.0
    days_left: int | None = None
    changed: bool = False
    apart: tuple[tuple[Side, Side], ...] = ()

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
        return Found(self.through, (), tuple(replace(pair, looks=(), sides=()) for pair in self.pairs))

    def guarded(self) -> Found:
        """Without what fewer than ``FEWEST`` have said. Whoever knows the whole survey and all arms but one knows that
        one too, and a difference gives an arm away: where one is to be hidden, every figure is; the verdicts stay."""
        apart: tuple[tuple[Side, Side], ...] = ((HIDDEN, HIDDEN),) * len(self.apart)
        if _few(self.sides):
            sides = (HIDDEN,) * len(self.sides)
            return replace(self, sides=sides, pairs=self.without_figures().pairs, apart=apart)
        return replace(self, apart=apart) if any(map(_few, self.apart)) else self


def judge(definition: Definition, counted: Counted, through: dt.date) -> Found:
    """What the sums say by the day ``through``; only the looks that were agreed count."""
    make = finish(definition)
    days = comparing.cumulated(counted, definition, make)
    last = days[max(days)] if days else comparing.NOTHING
    arms = range(len(definition.arms))
    sides = tuple(_side(last, arm, definition, make) for arm in arms)
    apart = tuple(_apart(last, arm, definition, make) for arm in arms) if definition.devices else ()
    pairs, left = [], []
    for arm in range(1, len(definition.arms)):
        filled = dict(_filled(days, definition, through))
        points = [_point(day, here, arm, definition, make) for day, here in filled.items()]
        known = [point for point in points if point is not None]
        pair = _pair(arm, definition, known, through)
        pairs.append(replace(pair, sides=_at(pair, filled, definition, make)))
        left.append(_left(definition, pairs[-1], known, through))
    balance = assigning.balance(counted.arrived, definition.weights) if counted.arrived else 1.0
    longest = None if None in left else max(day for day in left if day is not None)
    changed = any(count > 1 for count in counted.versions)
    return Found(through, sides, tuple(pairs), counted.arrived, balance, longest, changed, apart).guarded()


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
        "apart": tuple((Side(**own), Side(**devices)) for own, devices in plain.get("apart", ())),
        "pairs": tuple(
            Pair(pair["arm"], pair["verdict"], tuple(_look(look) for look in pair["looks"]),
                 tuple(Side(**side) for side in pair.get("sides", ())))
            for pair in plain["pairs"]
        ),
    }).guarded()  # fmt: skip


def _look(plain: Mapping[str, Any]) -> Look:
    reach = math.inf if plain["reach"] is None else plain["reach"]
    return Look(**{**plain, "day": dt.date.fromisoformat(plain["day"]), "reach": reach})


def _filled(days: Mapping[dt.date, Sofar], definition: Definition, through: dt.date) -> list[tuple[dt.date, Sofar]]:
    """What there was on each day of a look, the last day's where none came."""
    found, sofar = [], comparing.NOTHING
    for place in range((min(through, definition.end) - definition.start).days + 1):
        day = definition.start + dt.timedelta(days=place)
        sofar = days.get(day, sofar)
        if (definition.every and (place + 1) % definition.every == 0) or day == definition.end:
            found.append((day, sofar))
    return found


def _side(sofar: Sofar, arm: int, definition: Definition, make: Make) -> Side:
    if 0 < comparing.people(sofar, arm) < FEWEST:
        return HIDDEN
    found = comparing.arm(sofar, arm, definition, make)
    return Side(found.value, found.low, found.high, found.n, found.units)


def _few(sides: Sequence[Side]) -> bool:
    return any(side.hidden or 0 < side.n < FEWEST for side in sides)


def _at(pair: Pair, days: Mapping[dt.date, Sofar], definition: Definition, make: Make) -> tuple[Side, ...]:
    if not pair.looks:
        return ()
    then = comparing.judged(days[pair.looks[-1].day], definition)
    return tuple(_side(then, arm, definition, make) for arm in (0, pair.arm))


def _apart(sofar: Sofar, arm: int, definition: Definition, make: Make) -> tuple[Side, Side]:
    own, shared = (_side(comparing.only(sofar, on), arm, definition, make) for on in (False, True))
    return own, shared


def _point(day: dt.date, sofar: Sofar, arm: int, definition: Definition, make: Make) -> Point | None:
    found = comparing.difference(sofar, arm, definition, make)
    if found.value is None or found.se is None or found.n < LEAST_BASE:
        return None
    # An error from few units jumps about: taken for information it would choose the days on which it is too small.
    time = None if definition.unit == "respondent" else ((day - definition.start).days + 1) / definition.days
    return Point(day, found.value, found.se, found.degrees, time)


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
    if definition.unit != "respondent":
        return (definition.end - through).days
    time = 1 / points[-1].se ** 2 / definition.information if points[-1].se > 0 else 0.0
    spent = (points[-1].day - definition.start).days + 1
    most = (definition.end - through).days
    return min(most, math.ceil(spent * (1 - time) / time)) if time > 0 else most
