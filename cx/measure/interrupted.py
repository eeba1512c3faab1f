"""One series with a start in it: how far it lies from where its own trend was going. Pure.

Segmented regression with a common slope (Wagner et al. 2002), by generalised least squares where neighbouring values
hang together (Prais and Winsten 1954). It cannot tell the start from whatever else began on that day: a hint, no proof.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cx.measure.statistics import CONFIDENCE, t_tails, t_value

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]

BEFORE, AFTER = 5, 2  # values on each side, below which a trend says nothing
_MOST = 0.9
_ROUNDS = 6


@dataclass(frozen=True)
class Jump:
    """How far the values after the start lie from the trend: ``effect`` with its 95% interval and two-sided ``p``."""

    effect: float
    low: float
    high: float
    p: float


def jump(times: Sequence[float], values: Sequence[float], after: Sequence[bool]) -> Jump | None:
    """The jump of a series at its start; ``times`` grow. None with fewer than 5 values before or 2 after, or where all
    lie on one line."""
    import numpy as np

    late = np.asarray(after, bool)
    if late.sum() < AFTER or (~late).sum() < BEFORE:
        return None
    t, y = np.asarray(times, float), np.asarray(values, float)
    x = np.column_stack([np.ones(len(y)), t - t.mean(), late.astype(float)])
    if np.linalg.matrix_rank(x) < 3:
        return None
    rho = 0.0
    for _ in range(_ROUNDS):
        beta = np.linalg.lstsq(_whitened(x, rho), _whitened(y, rho), rcond=None)[0]
        rho = _lasting(y - x @ beta)
    wx, wy = _whitened(x, rho), _whitened(y, rho)
    beta = np.linalg.lstsq(wx, wy, rcond=None)[0]
    degrees = len(y) - 4  # what hangs together is estimated too
    variance = float(((wy - wx @ beta) ** 2).sum() / degrees * np.linalg.inv(wx.T @ wx)[2, 2])
    if variance <= 1e-18:
        return None
    error, effect = math.sqrt(variance), float(beta[2])
    reach = t_value(degrees, CONFIDENCE) * error
    return Jump(effect, effect - reach, effect + reach, t_tails(effect / error, degrees))


def _lasting(left: Floats) -> float:
    """How much of one value's rest the next one has: never below 0, and set right for short series (Kendall 1954)."""
    total = float(left @ left)
    if not total:
        return 0.0
    found, n = float(left[1:] @ left[:-1]) / total, len(left)
    return min(_MOST, max(0.0, (found * n + 3) / (n - 7) if n > 12 else (found * n + 3) / n))


def _whitened(x: Floats, rho: float) -> Floats:
    import numpy as np

    found = np.array(x, float)
    found[1:] -= rho * np.asarray(x)[:-1]
    found[0] *= math.sqrt(1 - rho * rho)
    return found
