"""Two samples side by side: their means, their ranks, and how large the difference is. scipy where it is used."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cx.measure.statistics import CONFIDENCE


@dataclass(frozen=True)
class Means:
    """Welch's test of ``a - b``: t, its degrees of freedom, two-sided p, interval, and Cohen's d by the pooled
    deviation (None where nothing varies)."""

    difference: float
    t: float
    degrees: float
    p: float
    low: float
    high: float
    d: float | None


@dataclass(frozen=True)
class Ranks:
    """Mann and Whitney's U of the first sample; two-sided p, asymptotic, corrected for ties and continuity."""

    u: float
    p: float


def means(a: Sequence[float], b: Sequence[float], confidence: float = CONFIDENCE) -> Means | None:
    """Welch's t test. None where it cannot say anything: fewer than two values, or no deviation in either sample."""
    if min(len(a), len(b)) < 2:
        return None
    import numpy as np
    from scipy import stats

    x, y = np.asarray(a, float), np.asarray(b, float)
    if max(np.ptp(x), np.ptp(y)) <= 1e-12 * max(np.abs(x).max(), np.abs(y).max()):
        return None
    deviations = x.var(ddof=1), y.var(ddof=1)
    found = stats.ttest_ind(x, y, equal_var=False)
    reach = found.confidence_interval(confidence)
    pooled = math.sqrt(((len(x) - 1) * deviations[0] + (len(y) - 1) * deviations[1]) / (len(x) + len(y) - 2))
    difference = float(x.mean() - y.mean())
    numbers = (float(n) for n in (found.statistic, found.df, found.pvalue, reach.low, reach.high))
    return Means(difference, *numbers, d=difference / pooled if pooled else None)


def ranks(a: Sequence[float], b: Sequence[float]) -> Ranks | None:
    """Mann-Whitney's test. None where a sample is empty or all values are alike."""
    if not a or not b or len({*a, *b}) < 2:
        return None
    from scipy import stats

    found = stats.mannwhitneyu(a, b, alternative="two-sided", method="asymptotic", use_continuity=True)
    return Ranks(float(found.statistic), float(found.pvalue))
