"""Funnel plots: which of many units lie further from the common value than chance and their usual variation allow.

Units are compared with a control limit that is wider the fewer answers a unit has, instead of with each other's rank
(Spiegelhalter 2005, Funnel plots for comparing institutional performance, Statistics in Medicine 24, 1185-1202). Where
units differ among themselves in many small ways, almost every large one lies outside limits that know of chance only;
the limits then allow for the usual variation between units too (over-dispersion, the additive model of Spiegelhalter
2005, Handling over-dispersion of performance indicators, Quality and Safety in Health Care 14, 347-351).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from cx.measure.statistics import CONFIDENCE, z_value

WARNING, OUTER = CONFIDENCE, 0.998
WINSORISED = 0.1  # share of units at either end that are drawn in, so that few different ones do not widen the limits
ENOUGH = 10  # units from which the usual variation between units can be told
_MOST_SKEWED = 1.1  # beyond, the correction would put the inner limit outside the outer one
Side = Literal["above_outer", "above", "inside", "below", "below_outer"]


@dataclass(frozen=True)
class Common:
    """What all units have in common: the value, the deviation and skewness of one answer (of one person where somebody
    gave several), and the least and largest value that there can be. All but the skewness in the metric's unit.
    """

    value: float
    deviation: float
    skewness: float = 0.0
    least: float = -math.inf
    most: float = math.inf


@dataclass(frozen=True)
class Funnel:
    """``between``: deviation of the usual variation between units, in the metric's unit, 0 where there is no more than
    chance; None where there are too few units to tell. ``sides``: where each unit lies, in the order given.
    """

    common: Common
    between: float | None
    sides: tuple[Side, ...]

    def limits(self, base: float, confidence: float = OUTER) -> tuple[float, float]:
        """Lower and upper control limit of a unit with so many answers."""
        return limits(self.common, self.between or 0.0, base, confidence)


def funnel(common: Common, values: Sequence[float], bases: Sequence[int]) -> Funnel:
    """Where units with these values and bases (answers; people where somebody gave several) lie in the funnel.

    Each base must be above 0. Raises ``ValueError`` where there is nothing that varies.
    """
    if common.deviation <= 0:
        raise ValueError("answers that do not vary have no control limits")
    errors = [common.deviation / math.sqrt(base) for base in bases]
    away = [value - common.value for value in values]
    between = usual_variation(away, errors) if len(values) >= ENOUGH else None
    sides = tuple(_side(common, between or 0.0, value, base) for value, base in zip(values, bases, strict=True))
    return Funnel(common, between, sides)


def usual_variation(away: Sequence[float], errors: Sequence[float]) -> float:
    """Deviation between units, of those that are not truly different: the additive variance at which the winsorised
    squared scores are on average what they are for a normal distribution; 0 where they are so without any.

    ``away`` are the units' distances from the common value, ``errors`` their standard errors. Spiegelhalter winsorises
    a tenth at either end and takes moments; that alone is too small by a third (winsorised squares are 0.68 on average,
    not 1), so the equation is solved with its own expectation, as in Huber's proposal 2 (Huber 1981, Robust Statistics,
    ch. 5). Units outside the outer limits of the solution are then left out and it is solved anew until none is.
    """
    kept = list(zip(away, errors, strict=True))
    while True:
        between = _solved(kept)
        line = z_value(OUTER)
        inside = [(a, e) for a, e in kept if abs(a) <= line * math.hypot(e, between)]
        if len(inside) == len(kept) or len(inside) < ENOUGH:
            return between
        kept = inside


def _solved(units: Sequence[tuple[float, float]]) -> float:
    normal = NormalDist()
    cut = normal.inv_cdf(1 - WINSORISED)
    expected = 1 - 2 * WINSORISED - 2 * cut * normal.pdf(cut) + 2 * WINSORISED * cut * cut

    def excess(between: float) -> float:
        squares = (min(abs(a) / math.hypot(e, between), cut) ** 2 for a, e in units)
        return sum(squares) / len(units) - expected

    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, max(abs(a) for a, _ in units) * 10
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def limits(common: Common, between: float, base: float, confidence: float) -> tuple[float, float]:
    """Control limits: ``value ± z * sqrt(deviation² / base + between²)``, for skewed answers corrected by the second
    term of Cornish and Fisher (1938), and kept within what the metric can be."""
    chance = common.deviation / math.sqrt(base)
    total = math.hypot(chance, between)
    skewness = common.skewness / math.sqrt(base) * (chance / total) ** 3
    skewness = max(-_MOST_SKEWED, min(_MOST_SKEWED, skewness))
    z = z_value(confidence)
    shift = (z * z - 1) * skewness / 6
    low, high = common.value + total * (shift - z), common.value + total * (shift + z)
    return max(common.least, low), min(common.most, high)


def _side(common: Common, between: float, value: float, base: float) -> Side:
    for confidence, above, below in ((OUTER, "above_outer", "below_outer"), (WARNING, "above", "below")):
        low, high = limits(common, between, base, confidence)
        if value > high:
            return above  # type: ignore[return-value]
        if value < low:
            return below  # type: ignore[return-value]
    return "inside"
