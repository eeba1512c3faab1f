"""Scores of many units that are sure to different degrees: drawn towards the common value, with ranks as intervals.

A unit with few answers is at the top or the bottom of every league table, by chance. Empirical Bayes draws each value
towards the mean of all, the more the less is known of it (Efron and Morris 1975; Morris 1983, Parametric empirical
Bayes inference: theory and applications, JASA 78, 47-55). Ranks come from draws of all units' true values together and
are intervals (Goldstein and Spiegelhalter 1996, League tables and their limitations, JRSS A 159, 385-443).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cx.measure.statistics import CONFIDENCE, z_value

DRAWS = 4000
SEED = 20050
FEWEST = 4  # units below which nothing is drawn to a mean: k - 3 in Morris' formula would not be above 0
_ROUNDS = 100


@dataclass(frozen=True)
class Shrunk:
    """One unit: ``value`` drawn towards the mean by the share ``drawn`` (0..1), its interval, and the ranks that its
    true value may have, 1 the best."""

    value: float
    low: float
    high: float
    drawn: float
    first: int
    last: int
    error: float


@dataclass(frozen=True)
class Shrinkage:
    """``mean`` of the units and deviation ``between`` their true values (0: no difference beyond chance), and each unit
    in the order given."""

    mean: float
    between: float
    units: tuple[Shrunk, ...]

    def apart(self, unit: Shrunk) -> int:
        """1 where all ranks that a unit may have are in the better half, -1 in the worse half, else 0."""
        middle = (len(self.units) + 1) / 2
        return 1 if unit.last < middle else -1 if unit.first > middle else 0


def shrink(
    values: Sequence[float],
    errors: Sequence[float],
    higher_is_better: bool = True,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Shrinkage:
    """Empirical-Bayes scores and rank intervals of units with these values and standard errors (all above 0).

    Morris (1983, section 5): with V the squared error, A the variance between, B = (k - 3) / (k - 1) * V / (V + A),
    the score is ``mean + (1 - B)(value - mean)`` and its variance ``V (1 - (k - r) / k * B) + v (value - mean)²``,
    whose last term stands for A being estimated. With fewer than 4 units nothing is drawn.
    """
    count = len(values)
    if not count:
        return Shrinkage(0.0, 0.0, ())
    variances = [error * error for error in errors]
    between = paule_mandel(values, variances)
    weights = [1 / (v + between) for v in variances]
    total = sum(weights)
    mean = sum(w * y for w, y in zip(weights, values, strict=True)) / total
    typical = sum(w * v for w, v in zip(weights, variances, strict=True)) / total
    found = []
    for value, v, weight in zip(values, variances, weights, strict=True):
        if count < FEWEST:
            found.append((value, math.sqrt(v), 0.0))
            continue
        b = (count - 3) / (count - 1) * v * weight
        leverage = weight / total  # r / k of the source
        unsure = 2 / (count - 3) * b * b * (typical + between) * weight
        variance = v * (1 - (1 - leverage) * b) + unsure * (value - mean) ** 2
        found.append((mean + (1 - b) * (value - mean), math.sqrt(variance), b))
    ranks = rank_intervals([f[0] for f in found], [f[1] for f in found], higher_is_better, confidence, draws, seed)
    z = z_value(confidence)
    units = tuple(
        Shrunk(score, score - z * error, score + z * error, drawn, first, last, error)
        for (score, error, drawn), (first, last) in zip(found, ranks, strict=True)
    )
    return Shrinkage(mean, math.sqrt(between), units)


def dersimonian_laird(values: Sequence[float], variances: Sequence[float]) -> float:
    """Variance between units by moments (DerSimonian and Laird 1986, Controlled Clinical Trials 7, 177-188)."""
    weights = [1 / v for v in variances]
    total = sum(weights)
    mean = sum(w * y for w, y in zip(weights, values, strict=True)) / total
    q = sum(w * (y - mean) ** 2 for w, y in zip(weights, values, strict=True))
    room = total - sum(w * w for w in weights) / total
    return max(0.0, (q - (len(values) - 1)) / room) if room > 0 else 0.0


def paule_mandel(values: Sequence[float], variances: Sequence[float], target: float | None = None) -> float:
    """Variance between units at which the weighted squares are what they should be, k - 1 (Paule and Mandel 1982;
    Morris 1983 solves the same equation), or another ``target``. Started from DerSimonian and Laird, of which it is the
    repeated step; less biased than one step where bases are unequal."""
    if len(values) < 2:
        return 0.0
    wanted = len(values) - 1 if target is None else target
    between = dersimonian_laird(values, variances)
    for _ in range(_ROUNDS):
        weights = [1 / (v + between) for v in variances]
        total = sum(weights)
        mean = sum(w * y for w, y in zip(weights, values, strict=True)) / total
        squares = [(y - mean) ** 2 for y in values]
        excess = sum(w * s for w, s in zip(weights, squares, strict=True)) - wanted
        slope = sum(w * w * s for w, s in zip(weights, squares, strict=True))
        if slope == 0:
            return 0.0
        step = excess / slope
        between, before = max(0.0, between + step), between
        if abs(between - before) <= 1e-12 * max(between, max(variances)):
            break
    return between


def rank_intervals(
    scores: Sequence[float],
    errors: Sequence[float],
    higher_is_better: bool = True,
    confidence: float = CONFIDENCE,
    draws: int = DRAWS,
    seed: int = SEED,
) -> list[tuple[int, int]]:
    """First and last rank that each unit's true value has in the middle ``confidence`` of draws; 1 is the best.

    The seed is fixed: the same scores always have the same ranks.
    """
    import numpy as np

    if len(scores) == 1:
        return [(1, 1)]
    drawn = np.random.default_rng(seed).normal(scores, errors, size=(draws, len(scores)))
    order = np.argsort(-drawn if higher_is_better else drawn, axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(scores) + 1)[None, :], axis=1)
    tail = (1 - confidence) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return [(int(first), int(last)) for first, last in zip(low, high, strict=True)]
