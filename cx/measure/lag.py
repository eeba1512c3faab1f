"""How two series move together over time: R's ccf, effective sample size, calendar taken out. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from cx.measure.statistics import CONFIDENCE, t_tails

Floats = npt.NDArray[np.float64]
FEWEST = 6  # independent periods that must be left after what is taken out and repeated


@dataclass(frozen=True)
class Lead:
    """Correlation of an indicator with the survey ``lag`` periods later: ``r`` with interval, p (two-sided).

    ``n`` pairs of periods, ``effective`` of them independent. ``p`` None: too few to say.
    """

    lag: int
    r: float
    low: float | None
    high: float | None
    n: int
    effective: float
    p: float | None


@dataclass(frozen=True)
class Residuals:
    """A series with covariates taken out, and how many of them (beside the mean) it took."""

    values: Floats
    taken: int


def ccf(x: Sequence[float] | Floats, y: Sequence[float] | Floats, most: int) -> tuple[float, ...]:
    """Cross-correlations at lags -most..most as R's ``ccf(x, y)`` has them.

    The value at lag k is that of x[t + k] with y[t], with means and deviations of the whole series and n in the
    denominator: x leading y by k shows at lag -k. Series of one value throughout give 0.
    """
    a, b = scaled(np.asarray(x, float)), scaled(np.asarray(y, float))
    n = len(a)
    return tuple(
        float(a[max(k, 0) : n + min(k, 0)] @ b[max(-k, 0) : n - max(k, 0)]) / n for k in range(-most, most + 1)
    )


def scaled(series: Floats) -> Floats:
    """A series less its mean, in its own standard deviations (n in the denominator); zeros where it never moves."""
    centred = series - series.mean()
    deviation = float(np.sqrt((centred**2).mean()))
    return centred / deviation if deviation > 1e-12 * max(1.0, float(np.abs(series).max(initial=0))) else centred * 0


def without(series: Sequence[float] | Floats, covariates: Floats) -> Residuals:
    """The residuals of least squares on a mean and the columns of ``covariates`` (n rows); columns that are constant
    or follow from those before them are passed over."""
    y = np.asarray(series, float)
    basis = [np.full(len(y), 1 / math.sqrt(len(y)))]
    for column in np.asarray(covariates, float).T:
        scale = float(np.linalg.norm(column - column.mean()))
        for known in basis:
            column = column - known * (known @ column)
        length = float(np.linalg.norm(column))
        if length > 1e-6 * max(scale, 1e-12):
            basis.append(column / length)
    for known in basis:
        y = y - known * (known @ y)
    return Residuals(y, len(basis) - 1)


def effective(x: Residuals, y: Residuals) -> float:
    """How many independent periods two series of autocorrelations a and b are worth (Bartlett 1946):

    ``n / (1 + 2 · Σ_j (1 - j/n) · a(j) · b(j))``, j = 1 … n-1, never above n. The a and b are those of a process of
    first order, a(j) = a(1)^j, whose a(1) is the sample's, corrected for the bias that taking out a mean and ``taken``
    covariates brings: ``r(1) + (1 + taken + 3·r(1)) / n``. A sample's higher autocorrelations are too noisy to add up.
    """
    n = len(x.values)
    one, two = _persistence(x), _persistence(y)
    steps = np.arange(1, n)
    return n / max(1.0, 1 + 2 * float(((1 - steps / n) * (one * two) ** steps).sum()))


def leads(x: Residuals, y: Residuals, most: int) -> tuple[Lead, ...]:
    """Whether x leads y by 0..most periods, each tested by Student's t with the effective number of periods.

    Degrees: ``effective · (n - k - taken) / n - 2``; interval by Fisher's z. A bank asks all lags: correct for them.
    """
    n = len(x.values)
    correlations = ccf(x.values, y.values, min(most, n - 2))[::-1]
    middle, share = len(correlations) // 2, effective(x, y) / n
    found = []
    for k in range(min(most, n - 2) + 1):
        r = correlations[middle + k]  # turned round: R's lag -k is x leading by k
        left = share * (n - k - max(x.taken, y.taken))
        low, high = interval(r, left)
        found.append(Lead(k, r, low, high, n - k, left, p_value(r, left)))
    return tuple(found)


def p_value(r: float, effective_n: float) -> float | None:
    """Two-sided p of a correlation over so many independent pairs; None where they are too few."""
    degrees = effective_n - 2
    if effective_n < FEWEST:
        return None
    return t_tails(r * math.sqrt(degrees / max(1 - r * r, 1e-12)), degrees)


def interval(r: float, effective_n: float, spread: float = 1.0) -> tuple[float | None, float | None]:
    """Fisher's interval of a correlation; ``spread`` multiplies the variance of z. None where pairs are too few."""
    if effective_n < FEWEST:
        return None, None
    z = math.atanh(max(-0.999999, min(0.999999, r)))
    reach = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2) * math.sqrt(spread / (effective_n - 3))
    return math.tanh(z - reach), math.tanh(z + reach)


def _persistence(series: Residuals) -> float:
    n, r = len(series.values), ccf(series.values, series.values, 1)[0]
    return float(np.clip(r + (1 + series.taken + 3 * r) / n, 0.0, 0.98))
