"""Difference in differences by least squares, with errors that are clustered. Pure; numpy inside the functions.

A panel is four arrays of equal length: the value, whether its branch is treated, whether its period is after the start,
and its branch. For few branches see :mod:`cx.measure.permutation` and :mod:`cx.measure.wild`: the normal reference used
here (and by the usual software) finds too much then.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cx.measure.statistics import CONFIDENCE, t_tails, z_value

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Did:
    """``effect``: change of the treated minus change of the others. ``se`` and ``p`` by ordinary least squares
    (Student's t); ``se_cluster``, ``z``, ``p_cluster``, ``low`` and ``high`` clustered by branch (normal)."""

    effect: float
    se: float
    p: float
    se_cluster: float
    z: float
    p_cluster: float
    low: float
    high: float


def did(
    y: Sequence[float], treated: Sequence[int], after: Sequence[int], branch: Sequence[Hashable],
    confidence: float = CONFIDENCE,
) -> Did | None:  # fmt: skip
    """y on treated, after and both. None where one of the four cells is empty or nothing is left to judge errors by."""
    import numpy as np

    values, t, a = (np.asarray(some, float) for some in (y, treated, after))
    x = np.column_stack([np.ones_like(t), t, a, t * a])
    found = _fit(x, values, branch)
    if found is None:
        return None
    beta, plain, clustered = found
    effect, se, se_cluster = float(beta[3]), math.sqrt(plain[3, 3]), math.sqrt(clustered[3, 3])
    if _without_rest(values, se, se_cluster):
        return None
    z, reach = effect / se_cluster, z_value(confidence) * se_cluster
    return Did(
        effect, se, t_tails(effect / se, len(values) - 4), se_cluster, z, math.erfc(abs(z) / math.sqrt(2)),
        effect - reach, effect + reach,
    )  # fmt: skip


def two_way(
    y: Sequence[float], treated: Sequence[int], after: Sequence[int], branch: Sequence[Hashable],
    period: Sequence[Hashable],
) -> tuple[float, float] | None:  # fmt: skip
    """Effect and error clustered by branch, with a level of its own for each branch and each period (two-way fixed
    effects). The branches' levels count among the parameters of the small-sample correction. None as in :func:`did`."""
    import numpy as np

    values, both = np.asarray(y, float), np.asarray(treated, float) * np.asarray(after, float)
    x = np.column_stack([_dummies(branch), _dummies(period)[:, 1:], both])
    found = _fit(x, values, branch)
    if found is None:
        return None
    beta, plain, clustered = found
    error = math.sqrt(max(clustered[-1, -1], 0.0))
    return None if _without_rest(values, math.sqrt(plain[-1, -1]), error) else (float(beta[-1]), error)


def _without_rest(y: Floats, plain: float, clustered: float) -> bool:
    """Whether an error is only what rounding leaves of none: of the values, or of each branch's sum of residuals."""
    return bool(plain <= 1e-12 * abs(y).max() or clustered <= 1e-6 * plain)


def _fit(x: Floats, y: Floats, branch: Sequence[Hashable]) -> tuple[Floats, Floats, Floats] | None:
    """Coefficients, their plain covariance, and the one clustered by branch (Liang and Zeger 1986), corrected by
    G/(G-1) · (N-1)/(N-K)."""
    import numpy as np

    (n, k), member = x.shape, _dummies(branch)
    clusters = member.shape[1]
    if n <= k or clusters < 2 or np.linalg.matrix_rank(x) < k:
        return None
    bread = np.linalg.inv(x.T @ x)
    beta = bread @ (x.T @ y)
    rest = y - x @ beta
    scores = member.T @ (x * rest[:, None])
    correction = clusters / (clusters - 1) * (n - 1) / (n - k)
    return beta, bread * float(rest @ rest) / (n - k), correction * bread @ (scores.T @ scores) @ bread


def _dummies(labels: Sequence[Hashable]) -> Floats:
    """One column a label, in the order of their first appearance; (rows, labels)."""
    import numpy as np

    places: dict[Hashable, int] = {}
    at = [places.setdefault(label, len(places)) for label in labels]
    return np.eye(len(places))[at]
