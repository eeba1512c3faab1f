"""How much branches change from one time to the next, and how far apart their changes lie by themselves. Pure.

Inputs are sums by branch: count, total and squares of the values (answers, or values of an indicator). The variance
of a branch's change is tau² + s² (1/n before + 1/n after): what branches do on their own, and the answers drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Sums:
    """Count, total and sum of squares of each branch in one time, arrays (branches,)."""

    n: Floats
    total: Floats
    squares: Floats

    @property
    def means(self) -> Floats:
        """Mean of each branch; not a number where it has none."""
        import numpy as np

        with np.errstate(invalid="ignore", divide="ignore"):
            return self.total / self.n

    def of(self, keep: npt.NDArray[np.bool_]) -> Sums:
        """Some of the branches."""
        return Sums(self.n[keep], self.total[keep], self.squares[keep])


@dataclass(frozen=True, eq=False)
class Changes:
    """``change`` of each branch's mean and the variance of it that comes from the values drawn (``drawn``)."""

    change: Floats
    drawn: Floats


def changes(before: Sums, after: Sums) -> Changes:
    """Branches must have values on both sides."""
    drawn = spread(before, after) * (1 / before.n + 1 / after.n)
    return Changes(after.means - before.means, drawn)


def spread(*sides: Sums) -> float:
    """Variance of single values within a branch and time, pooled; 0 where no branch has two."""
    import numpy as np

    n, within = (np.concatenate(some) for some in zip(*((s.n, _within(s)) for s in sides), strict=True))
    degrees = float(np.maximum(n - 1, 0).sum())
    return float(within.sum()) / degrees if degrees else 0.0


def _within(side: Sums) -> Floats:
    import numpy as np

    return np.maximum(side.squares - side.total**2 / np.maximum(side.n, 1), 0.0)


def own(history: Sequence[Changes]) -> float:
    """tau²: how far changes lie apart beyond what is drawn, over all of the ``history``, by the moments of Paule and
    Mandel (1982); 0 where the draws explain it all."""
    degrees = sum(len(each.change) - 1 for each in history)

    def excess(tau: float) -> float:
        return sum(_spread_about(each, tau) for each in history) - degrees

    top = max((float(each.change.var()) for each in history), default=0.0) * 4
    if degrees <= 0 or top == 0 or excess(top * 1e-9) <= 0:
        return 0.0
    low, high = 0.0, top
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def _spread_about(each: Changes, tau: float) -> float:
    w = weights(each.drawn, tau)
    return float(w @ (each.change - (w @ each.change) / w.sum()) ** 2)


def weights(drawn: Floats, tau: float) -> Floats:
    """What each branch counts: one over its variance; all alike where there is none."""
    import numpy as np

    variance = drawn + tau
    return 1 / np.where(variance > 0, variance, 1.0) if variance.any() else np.ones_like(drawn)


def error(w: Floats, treated: npt.NDArray[np.bool_]) -> float:
    """Standard error of the treated's weighted mean change minus the others', by the weights' own variances."""
    import numpy as np

    return float(np.sqrt(1 / w[treated].sum() + 1 / w[~treated].sum()))


def slopes(times: Floats, values: Floats) -> Floats:
    """Least squares slope of each row of ``values`` (branches, times); nan entries are left out, nan for fewer than
    three."""
    import numpy as np

    known = np.isfinite(values)
    count = known.sum(axis=1)
    t, v = np.where(known, times, 0.0), np.where(known, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = np.where(known, times - (t.sum(axis=1) / count)[:, None], 0.0)
        found = (centred * v).sum(axis=1) / (centred**2).sum(axis=1)
    return np.where(count >= 3, found, np.nan)
