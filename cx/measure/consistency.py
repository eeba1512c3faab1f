"""How alike units are: what is left of their differences once the noise of small samples is taken off."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cx.measure.shrinkage import paule_mandel
from cx.measure.statistics import CONFIDENCE, Estimate, z_value

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

LEAST = 3
"""Units from which a spread between them is told."""


@dataclass(frozen=True)
class Spread:
    """How far units truly lie apart, in the unit of their estimates.

    ``between`` is the standard deviation of the units' true values with its interval ``low`` to ``high``; ``middle``
    their mean; ``noise`` the standard deviation that chance alone would show; ``p`` the chance that units which are all
    alike differ at least so much (Cochran's Q); ``units`` how many they are.
    """

    middle: float
    between: float
    low: float
    high: float
    noise: float
    p: float
    units: int

    @property
    def apart(self) -> float:
        """How far two units drawn at random lie apart, on average: 2/√π standard deviations of normal values."""
        return apart(self.between)

    @property
    def real(self) -> bool:
        """Whether the units differ by more than noise."""
        return self.p < 1 - CONFIDENCE

    @property
    def usual(self) -> tuple[float, float]:
        """Between which values the truth of 95 of 100 such units lies."""
        return self.middle - z_value() * self.between, self.middle + z_value() * self.between


def apart(between: float) -> float:
    """Mean difference of two units whose true values have this standard deviation."""
    return 2 / math.sqrt(math.pi) * between


def spread(estimates: Sequence[Estimate], confidence: float = CONFIDENCE) -> Spread | None:
    """How far units lie apart beyond noise; None with fewer than three that have a value and an error.

    Random effects: a unit's estimate is its true value plus sampling noise of known size. The spread is the root of
    Paule and Mandel's (1982) variance: that at which the weighted squares of the residuals come to their expectation,
    k - 1. Its interval inverts the same statistic, which follows chi-square with k - 1 degrees (Q-profile, Viechtbauer
    2007): it holds for few units too, where a bootstrap over 5 channels does not.
    """
    import numpy as np
    from scipy.stats import chi2

    known = [(e.value, _error(e)) for e in estimates if e.value is not None and _error(e) > 0]
    if len(known) < LEAST:
        return None
    values, errors = (np.array(each, dtype=float) for each in zip(*known, strict=True))
    degrees, tail = len(known) - 1, (1 - confidence) / 2
    given = values.tolist(), (errors**2).tolist()
    low, high = (math.sqrt(paule_mandel(*given, float(chi2.ppf(q, degrees)))) for q in (1 - tail, tail))
    variance = paule_mandel(*given)
    weights = 1 / (errors**2 + variance)
    middle = float((weights * values).sum() / weights.sum())
    noise = math.sqrt(len(known) / float((1 / errors**2).sum()))
    p = float(chi2.sf(_misfit(values, errors), degrees))
    return Spread(middle, math.sqrt(variance), low, high, noise, p, len(known))


def _error(estimate: Estimate) -> float:
    """The standard error; of an NPS with a one-sided base, where Wald's is zero or too small, that of its interval."""
    reach = estimate.plus_minus
    own = estimate.se or 0.0
    if reach is None or (estimate.state == "ok" and own > 0):
        return own
    return max(own, reach / z_value())


def _misfit(values: Floats, errors: Floats) -> float:
    weights = 1 / (errors * errors)
    middle = (weights * values).sum() / weights.sum()
    return float((weights * (values - middle) ** 2).sum())
