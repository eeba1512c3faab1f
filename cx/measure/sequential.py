"""Looking at an experiment again and again without being fooled: group-sequential boundaries by alpha spending.

Lan and DeMets (1983): at information ``t`` (0..1 of what was planned) no more than ``spent(t)`` of the error may have
been used. The spending function is their O'Brien-Fleming type, so that early looks cost next to nothing and the last
one is almost a test without looks. The probabilities are those of a Brownian motion seen at the looks (Armitage,
McPherson and Rowe 1969), integrated look by look with Gauss and Legendre's rule.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Any

ALPHA, POWER = 0.05, 0.8
LEAST_STEP = 0.004
"""Looks with less new information (a share of all) are no looks: they would decide nothing."""
_NOTHING = 1e-12
_MANY = 60  # looks beyond which more of them take hardly more data (180 instead of 60: 0.3%)
_FAR = 8.5  # standard errors beyond which nothing lies
_NORMAL = NormalDist()


@dataclass(frozen=True)
class Point:
    """What the data said up to a day, included: difference of two arms and its standard error; ``degrees`` of Student's
    t where the error rests on few units; ``time`` is the share of all that was planned where the error cannot tell
    it."""

    day: dt.date
    diff: float
    se: float
    degrees: float | None = None
    time: float | None = None


@dataclass(frozen=True)
class Look:
    """A look: ``time`` is the share of the planned information, ``reach`` how far the difference must be from nothing,
    ``low`` and ``high`` the repeated interval, which holds at all looks together with 1 - alpha."""

    day: dt.date
    diff: float
    se: float
    time: float
    reach: float

    @property
    def crossed(self) -> bool:
        """Whether the difference is decided."""
        return abs(self.diff) > self.reach

    @property
    def low(self) -> float:
        return self.diff - self.reach

    @property
    def high(self) -> float:
        return self.diff + self.reach


def spent(time: float, alpha: float = ALPHA) -> float:
    """The two-sided error that may have been used up to an information time."""
    if time <= 0:
        return 0.0
    if time >= 1:
        return alpha
    return 4 * (1 - _NORMAL.cdf(_NORMAL.inv_cdf(1 - alpha / 4) / math.sqrt(time)))


@lru_cache(maxsize=256)
def bounds(times: tuple[float, ...], alpha: float = ALPHA, final: bool = False) -> tuple[float, ...]:
    """The critical |z| of each look at rising information times (0, 1]; infinite where nothing may be used yet.

    ``final``: the last look is the last one of all and uses what is left, however little information there is.
    """
    motion, used, found = _Motion(0.0), 0.0, []
    for place, time in enumerate(times):
        allowed = alpha if final and place == len(times) - 1 else spent(time, alpha)
        motion.step(time)
        if allowed - used < _NOTHING:
            found.append(math.inf)
        else:
            found.append(_limit(motion, allowed - used))
            used = allowed
        motion.keep(found[-1])
    return tuple(found)


def crossing(times: Sequence[float], limits: Sequence[float], drift: float = 0.0) -> tuple[float, ...]:
    """How likely |z| first passes its limit at each look; ``drift`` is the mean of z at information 1."""
    motion, found = _Motion(drift), []
    for time, limit in zip(times, limits, strict=True):
        motion.step(time)
        found.append(motion.beyond(limit))
        motion.keep(limit)
    return tuple(found)


@lru_cache(maxsize=64)
def inflation(looks: int, alpha: float = ALPHA, power: float = POWER) -> float:
    """How many times more data than a test without looks, for the same power, with evenly spread looks."""
    count = min(looks, _MANY)
    times = tuple((place + 1) / count for place in range(count))
    limits, plain = bounds(times, alpha), _plain(alpha, power)
    drift = _root(lambda drift: sum(crossing(times, limits, drift)) - power, 0.8 * plain, 1.6 * plain, 1e-5)
    return (drift / plain) ** 2


def information(least: float, looks: int, alpha: float = ALPHA, power: float = POWER) -> float:
    """The information (1 / se²) at which a difference ``least`` is found with this power in so many looks."""
    return (_plain(alpha, power) / least) ** 2 * inflation(looks, alpha, power)


def needed(variances: tuple[float, float], weights: tuple[float, float], wanted: float) -> tuple[int, int]:
    """Answers an arm for the information ``wanted``; ``variances`` are those of one answer (:func:`variance`)."""
    whole = sum(weights)
    shares = [weight / whole for weight in weights]
    total = wanted * sum(v / share for v, share in zip(variances, shares, strict=True))
    return math.ceil(total * shares[0]), math.ceil(total * shares[1])


def variance(kind: str, value: float, spread: float = 0.0) -> float:
    """Of one answer: ``share`` p(1 - p) of a share 0..1; ``points`` of NPS scored +100, 0, -100, ``spread`` being the
    share of passives; ``mean`` the square of the standard deviation ``spread``."""
    if kind == "share":
        return value * (1 - value)
    if kind == "points":
        return max(0.0, 100.0**2 * (1 - spread) - value**2)
    return spread * spread


def looked(points: Sequence[Point], wanted: float, alpha: float = ALPHA, final: bool = False) -> tuple[Look, ...]:
    """The looks at a difference in the order of days, up to the one that decides or has all the information ``wanted``.

    ``final``: the last point is the planned end, whatever information there is.
    """
    chosen: list[tuple[Point, float]] = []
    last = 0.0
    for place, point in enumerate(points):
        if last == 1.0 or not point.se > 0:
            continue
        time = 1 / point.se**2 / wanted if point.time is None else point.time
        time = 1.0 if time > 1 - LEAST_STEP else time
        if final and place == len(points) - 1:
            time = max(time, last + LEAST_STEP)
        if time - last >= LEAST_STEP:
            chosen.append((point, time))
            last = time
    limits = bounds(tuple(time for _, time in chosen), alpha, final) if chosen else ()
    found = []
    for (point, time), limit in zip(chosen, limits, strict=True):
        found.append(Look(point.day, point.diff, point.se, time, _reach(limit, point)))
        if found[-1].crossed:
            break
    return tuple(found)


def _reach(limit: float, point: Point) -> float:
    """The limit in the unit of the difference; where units are few, with the tail of Student's t instead."""
    if point.degrees is None or math.isinf(limit):
        return limit * point.se
    from scipy.special import ndtr, stdtrit

    return float(-stdtrit(point.degrees, ndtr(-limit))) * point.se


def _plain(alpha: float, power: float) -> float:
    return _NORMAL.inv_cdf(1 - alpha / 2) + _NORMAL.inv_cdf(power)


def _limit(motion: _Motion, wanted: float) -> float:
    """The |z| that is passed now, and was not before, with this probability."""
    return _root(lambda z: math.log(wanted) - math.log(max(motion.beyond(z), 1e-300)), 0.01, _FAR)


def _root(rising: Callable[[float], float], low: float, high: float, close: float = 1e-7) -> float:
    """Where a rising function is 0 (regula falsi, Illinois); scipy.optimize takes longer to import than this to run."""
    below, above, side, middle = rising(low), rising(high), 0, low
    while high - low > close:
        last, middle = middle, (low * above - high * below) / (above - below)
        value = rising(middle)
        if value < 0:
            low, below, above, side = middle, value, above / 2 if side < 0 else above, -1
        else:
            high, above, below, side = middle, value, below / 2 if side > 0 else below, 1
        if value == 0 or abs(middle - last) < close:
            break
    return middle


class _Motion:
    """A Brownian motion with drift, as far as it was not stopped: its density on a grid at the last look."""

    def __init__(self, drift: float) -> None:
        self._drift, self._time, self._step = drift, 0.0, 0.0
        self._at: Any = None  # nodes; none at the start, where all lies at 0
        self._mass: Any = None  # density times weight

    def step(self, time: float) -> None:
        """On to the next look. Raises ``ValueError`` for a time that is not later."""
        if not time > self._time:
            raise ValueError(f"look at {time} after {self._time}")
        self._step, self._time = time - self._time, time

    def beyond(self, limit: float) -> float:
        """How likely |z| is beyond the limit now, not having been beyond any before."""
        import numpy as np
        from scipy.special import ndtr

        if math.isinf(limit):
            return 0.0
        at, mass = (np.zeros(1), np.ones(1)) if self._at is None else (self._at, self._mass)
        edge, mean, sd = limit * math.sqrt(self._time), at + self._drift * self._step, math.sqrt(self._step)
        return float((mass * (ndtr((-edge - mean) / sd) + ndtr((mean - edge) / sd))).sum())

    def keep(self, limit: float) -> None:
        """Go on with those within the limit."""
        import numpy as np

        root, sd = math.sqrt(self._time), math.sqrt(self._step)
        centre = self._drift * self._time
        low = max(-limit * root, centre - _FAR * root)
        high = min(limit * root, centre + _FAR * root)
        nodes, weights = _rule(min(600, max(64, 16 * math.ceil((high - low) / sd / 8))))
        at = (high + low) / 2 + (high - low) / 2 * nodes
        before = np.zeros(1) if self._at is None else self._at
        mass = np.ones(1) if self._mass is None else self._mass
        away = (at[:, None] - before[None, :] - self._drift * self._step) / sd
        density = np.exp(-0.5 * away * away) @ mass / (sd * math.sqrt(2 * math.pi))
        self._at, self._mass = at, density * weights * (high - low) / 2


@lru_cache(maxsize=64)
def _rule(count: int) -> tuple[Any, Any]:
    import numpy as np

    return np.polynomial.legendre.leggauss(count)
