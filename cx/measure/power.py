"""What a pilot can show: the smallest true change that it would find. Pure.

The pooled t formula for a difference of two means of branches (Bloom 1995): the error times the sum of the quantiles
for the confidence and the power. The test that judges is a permutation; it comes to the same (tests compare by
simulation).
"""

from __future__ import annotations

import math

from cx.measure import permutation
from cx.measure.statistics import CONFIDENCE, t_cdf, t_value

POWER = 0.8


def visible(
    error: float, treated: int, others: int, power: float = POWER, confidence: float = CONFIDENCE
) -> float:  # fmt: skip
    """Smallest true change found with ``power``, ``error`` being the standard error of the difference of the groups;
    infinite where a permutation of so few branches can never reach the confidence."""
    level = permutation.level(treated + others, treated, confidence)
    if treated + others < 3 or not level:
        return math.inf
    degrees = treated + others - 2
    return error * (t_value(degrees, 1 - level) + t_value(degrees, 2 * power - 1))


def chance(
    part: float, treated: int, others: int, power: float = POWER, confidence: float = CONFIDENCE
) -> float:  # fmt: skip
    """The power of the same groups for a true change of which ``part`` is the share of the visible one: at 1 the
    ``power`` that made it visible, at 0 the chance to be wrong on this side."""
    level = permutation.level(treated + others, treated, confidence)
    degrees = treated + others - 2
    needed, beyond = t_value(degrees, 1 - level), t_value(degrees, 2 * power - 1)
    return t_cdf(part * (needed + beyond) - needed, degrees)


def of_groups(
    deviation: float, treated: int, others: int, power: float = POWER, confidence: float = CONFIDENCE
) -> float:  # fmt: skip
    """The same for groups of branches whose changes all have this standard deviation."""
    return visible(deviation * math.sqrt(1 / treated + 1 / others), treated, others, power, confidence)
