"""How many answers an NPS needs, and how far it reaches with those there are. Shares of 0..1 in, points out."""

from __future__ import annotations

import math
from statistics import NormalDist

from cx.measure.statistics import CONFIDENCE, nps_variance, z_value

POWER = 0.8


def wald(promoters: int, passives: int, detractors: int, confidence: float = CONFIDENCE) -> tuple[float, float] | None:
    """Plain Wald interval of the NPS in points. None where it says nothing: all answers alike, or a single one; there
    only the adjusted one does (:func:`cx.measure.statistics.nps_adjusted_wald`)."""
    n = promoters + passives + detractors
    variance = nps_variance(promoters, detractors, n) if n > 1 else 0.0
    if not variance:
        return None
    value, reach = 100 * (promoters - detractors) / n, margin(variance, n, confidence)
    return value - reach, value + reach


def variance_of(promoters: float, detractors: float) -> float:
    """Variance of one answer (+1, 0, -1) where these shares promote and detract."""
    return nps_variance(promoters, detractors, 1)


def margin(variance: float, n: float, confidence: float = CONFIDENCE) -> float:
    """Points by which the NPS of ``n`` answers reaches either way."""
    return 100 * z_value(confidence) * math.sqrt(variance / n)


def size_for(points: float, variance: float, confidence: float = CONFIDENCE) -> int:
    """Answers needed for a margin of so many points."""
    return _whole(variance * (100 * z_value(confidence) / points) ** 2)


def size_to_tell_apart(points: float, variance: float, power: float = POWER, confidence: float = CONFIDENCE) -> int:
    """Answers needed in each of two groups to find a difference of so many points with this power (two-sided test)."""
    reach = z_value(confidence) + NormalDist().inv_cdf(power)
    return _whole(2 * variance * (100 * reach / points) ** 2)


def _whole(n: float) -> int:
    """The next whole number; what floats add to one does not make it another."""
    return math.ceil(round(n, 9))
