"""What drives an outcome: importance of correlated drivers from their correlations alone. Pure.

A correlation matrix is ``r`` (…, p, p) of the drivers and ``y`` (…, p) of each with the outcome; leading axes are many
matrices at once. Importances are shares of R², the variance of the outcome that all drivers together explain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]

DEFINITE = 1e-8
"""Smallest eigenvalue below which a correlation matrix counts as singular, or not as one at all."""
MOST_SUBSETS = 10
"""Drivers up to which LMG is worked out: it asks for the R² of every subset."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over pairs of columns, each (…, p, p); entry [j, k] is over the rows that have both j and k.

    ``n`` rows, ``x`` and ``xx`` sums of column j and of its square, ``xy`` of the product.
    """

    n: Floats
    x: Floats
    xx: Floats
    xy: Floats

    def each(self, change: Callable[[Floats], Floats]) -> Moments:
        """The same change to every sum."""
        return Moments(change(self.n), change(self.x), change(self.xx), change(self.xy))

    def of(self, columns: Sequence[int]) -> Moments:
        """Those of some columns, in this order."""
        return self.each(lambda part: part[..., columns, :][..., columns])

    @property
    def correlations(self) -> Floats:
        """Pearson's, each over its own pairs; NaN where a column never moves or there are no pairs."""
        import numpy as np

        with np.errstate(invalid="ignore", divide="ignore"):
            mean = self.x / self.n
            variance = self.xx / self.n - mean**2
            cov = self.xy / self.n - mean * np.swapaxes(mean, -1, -2)
            variance = np.where(variance > 1e-12 * np.maximum(1, mean**2), variance, np.nan)
            return cov / np.sqrt(variance * np.swapaxes(variance, -1, -2))

    @property
    def deviations(self) -> Floats:
        """Standard deviation of each column over all rows that have it (n in the denominator)."""
        import numpy as np

        n, x, xx = (np.diagonal(part, axis1=-2, axis2=-1) for part in (self.n, self.x, self.xx))
        return np.sqrt(np.maximum(xx / n - (x / n) ** 2, 0))


def moments(values: Floats, known: npt.NDArray[np.bool_]) -> Moments:
    """Moments of rows (…, rows, p), of which only the ``known`` values count."""
    import numpy as np

    m = known.astype(float)
    x = np.where(known, values, 0).astype(float)
    m_t, x_t = np.swapaxes(m, -1, -2), np.swapaxes(x, -1, -2)
    return Moments(m_t @ m, x_t @ m, np.swapaxes(x * x, -1, -2) @ m, x_t @ x)


def johnson(r: Floats, y: Floats) -> Floats:
    """Relative weights (Johnson 2000; the same as Genizi 1993): they sum to R².

    Each driver's part in the orthogonal variables that are closest to the drivers, times the part of those in the
    outcome. ``r`` must be positive definite.
    """
    return weighed(*spectrum(r), y)


def spectrum(r: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues of each matrix, the smallest first, and the directions that they belong to."""
    import numpy as np

    size, axes = np.linalg.eigh(r)
    return size, axes


def weighed(size: Floats, axes: Floats, y: Floats) -> Floats:
    """Relative weights by the :func:`spectrum` of the drivers."""
    import numpy as np

    root = np.sqrt(size)[..., None, :]
    back = np.swapaxes(axes, -1, -2)
    loadings = (axes * root) @ back
    beta = ((axes / root) @ back @ y[..., None])[..., 0]
    return ((loadings**2) @ (beta**2)[..., None])[..., 0]


def slopes(r: Floats, y: Floats) -> Floats:
    """Standardised regression coefficients."""
    import numpy as np

    return np.linalg.solve(r, y[..., None])[..., 0]


def explained(r: Floats, y: Floats) -> Floats:
    """R² of all drivers together."""
    return (slopes(r, y) * y).sum(axis=-1)


def first(y: Floats) -> Floats:
    """R² of each driver alone."""
    return y**2


def last(r: Floats, y: Floats) -> Floats:
    """What R² loses without each driver."""
    import numpy as np

    return slopes(r, y) ** 2 / np.diagonal(np.linalg.inv(r), axis1=-2, axis2=-1)


def lmg(r: Floats, y: Floats) -> Floats:
    """Shapley values of R² (Lindeman, Merenda, Gold 1980) of one matrix: what a driver adds, averaged over all orders.

    Time and memory double with every driver.
    """
    import numpy as np

    p = len(y)
    known = np.zeros(1 << p)
    for size in range(1, p + 1):
        chosen = np.array(list(combinations(range(p), size)))
        parts = r[chosen[:, :, None], chosen[:, None, :]]
        known[(1 << chosen).sum(axis=1)] = explained(parts, y[chosen])
    sets = np.arange(1 << p)
    count = np.array([bin(each).count("1") for each in sets.tolist()])
    share = np.array([factorial(s) * factorial(p - s - 1) / factorial(p) for s in range(p)])
    found = []
    for driver in range(p):
        without = sets[sets >> driver & 1 == 0]
        found.append(float((share[count[without]] * (known[without | 1 << driver] - known[without])).sum()))
    return np.array(found)


def johnson_logit(values: Floats, outcome: npt.NDArray[np.bool_]) -> Floats:
    """Relative weights of complete rows (n, p) in a logistic regression, as shares that sum to 1 (Tonidandel and
    LeBreton 2010). NaN where the drivers tell the outcome apart without a rest, so that there is no best fit."""
    import numpy as np

    n, p = values.shape
    z = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    left, _, right = np.linalg.svd(z, full_matrices=False)
    closest = left @ right * np.sqrt(n - 1)
    loadings = closest.T @ z / (n - 1)
    design = np.column_stack([np.ones(n), closest])
    beta = np.zeros(p + 1)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-np.clip(design @ beta, -35, 35)))
        spread = design.T * (chance * (1 - chance))
        try:
            step = np.linalg.solve(spread @ design, design.T @ (outcome - chance))
        except np.linalg.LinAlgError:
            return np.full(p, np.nan)
        beta += step
        if np.abs(step).max() < 1e-10:
            weights = (loadings**2).T @ beta[1:] ** 2
            return weights / weights.sum()
    return np.full(p, np.nan)


def inflation(r: Floats) -> Floats:
    """Variance inflation factor of each driver: 1 / (1 - R² of it by the others)."""
    import numpy as np

    return np.diagonal(np.linalg.inv(r), axis1=-2, axis2=-1)


def definite(r: Floats) -> npt.NDArray[np.bool_]:
    """Whether each matrix is positive definite. Correlations over pairs of their own need not be."""
    import numpy as np

    known = np.isfinite(r).all(axis=(-2, -1))
    size = np.linalg.eigvalsh(np.where(known[..., None, None], r, 0))
    return known & (size[..., 0] > DEFINITE)


def contradicting(r: Floats) -> bool:
    """Whether a matrix cannot be one of correlations at all: over pairs of their own, too few rated the same things."""
    import numpy as np

    return bool(np.linalg.eigvalsh(r)[0] < -DEFINITE)


def blame(r: Floats) -> Floats:
    """How much each driver has to do with the direction of least spread; sums to 1."""
    import numpy as np

    _, axes = np.linalg.eigh(r)
    return axes[:, 0] ** 2


def entangled(r: Floats) -> tuple[int, int]:
    """The two drivers that come closest to saying the same: the largest parts of the direction with least spread."""
    import numpy as np

    _, axes = np.linalg.eigh(r)
    order = np.argsort(-np.abs(axes[:, 0]), kind="stable")
    return int(min(order[:2])), int(max(order[:2]))
