"""Wild cluster bootstrap: a p value for few clusters, as a second opinion. Pure; numpy inside the functions."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]

DRAWS = 999
_SEED = 20261031
_FEW = 12  # below, two weights give too few different draws: Webb's six


def wild(
    x: Sequence[Sequence[float]], y: Sequence[float], branch: Sequence[Hashable], column: int, draws: int = DRAWS
) -> float | None:
    """Two-sided p that the coefficient of ``column`` of ``x`` (n, k) is 0, clustered by branch.

    Restricted: residuals of the model without that column change their sign (Rademacher; with fewer than 12 clusters
    Webb's six weights) cluster by cluster, and the clustered t is found anew (Cameron, Gelbach and Miller 2008; Webb
    2014). With few treated clusters it finds too little (MacKinnon and Webb 2017). None where there is nothing to test.
    """
    import numpy as np

    matrix, values = np.asarray(x, float), np.asarray(y, float)
    places: dict[Hashable, int] = {}
    at = np.array([places.setdefault(label, len(places)) for label in branch])
    if len(places) < 3 or np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        return None
    others = np.delete(matrix, column, axis=1)
    fitted = others @ np.linalg.lstsq(others, values, rcond=None)[0]
    turned = fitted[:, None] + (values - fitted)[:, None] * _weights(len(places), draws)[at]
    found = np.abs(_t(matrix, np.column_stack([values, turned]), at, column))
    if not np.isfinite(found[0]):
        return None
    return float((1 + np.sum(found[1:] >= found[0] * (1 - 1e-9))) / (draws + 1))


def _t(x: Floats, y: Floats, at: npt.NDArray[np.int_], column: int) -> Floats:
    """Clustered t of one coefficient for every column of ``y``; without the correction that is the same for all."""
    import numpy as np

    bread = np.linalg.inv(x.T @ x)
    row = x @ bread[:, column]
    rest = y - x @ (bread @ (x.T @ y))
    sums = np.eye(at.max() + 1)[:, at] @ (row[:, None] * rest)
    errors = np.sqrt((sums**2).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(errors > 1e-12 * np.abs(y).max(initial=1e-300), (row @ y) / errors, np.inf)


def _weights(clusters: int, draws: int) -> Floats:
    import numpy as np

    six = np.sqrt([1.5, 1.0, 0.5])
    values = np.concatenate([six, -six]) if clusters < _FEW else np.array([1.0, -1.0])
    return np.random.default_rng(_SEED).choice(values, (clusters, draws))
