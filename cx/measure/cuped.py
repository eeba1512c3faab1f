"""CUPED: what was known before takes noise out of a comparison (Deng, Xu, Kohavi and Walker 2013). Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cx.measure.statistics import CONFIDENCE, Change, Estimate, change, mean

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class Cuped:
    """``raw`` and ``adjusted``: Welch's test of treated minus others, as measured and with ``theta`` times the
    earlier value taken out; ``se_raw`` and ``se`` their errors. ``reduction``: the share of the values' variance that
    this takes away, which is their squared correlation with the earlier ones."""

    theta: float
    raw: Change
    adjusted: Change
    se_raw: float
    se: float
    reduction: float


def cuped(
    before: Sequence[float], after: Sequence[float], treated: Sequence[int], confidence: float = CONFIDENCE
) -> Cuped | None:
    """One entry a unit that was measured both times. theta is the covariance over the variance of the earlier values,
    of all units together. None where an arm has fewer than two units or nothing varies."""
    import numpy as np

    earlier, later, arm = np.asarray(before, float), np.asarray(after, float), np.asarray(treated, bool)
    alike = any(np.ptp(values) <= 1e-12 * np.abs(values).max() for values in (earlier, later) if len(values))
    if min(arm.sum(), (~arm).sum()) < 2 or alike:
        return None
    theta = float(np.cov(earlier, later)[0, 1] / earlier.var(ddof=1))
    kept = later - theta * (earlier - earlier.mean())
    sides = [[_mean(y[side] - later.mean(), confidence) for side in (~arm, arm)] for y in (later, kept)]
    raw, adjusted = (change(*pair, confidence) for pair in sides)
    errors = [math.hypot(*(side.se or 0.0 for side in pair)) for pair in sides]
    return Cuped(theta, raw, adjusted, errors[0], errors[1], 1 - float(kept.var() / later.var()))


def _mean(values: npt.NDArray[np.floating[Any]], confidence: float) -> Estimate:
    return mean(float(values.sum()), float(values @ values), len(values), confidence)
