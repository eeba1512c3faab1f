"""Two groups of few branches: what other choices of the treated would have shown. Pure; numpy inside the functions.

Each branch brings one number (its change), so that nothing is assumed about how its months hang together. The groups'
weighted means are compared by the sum of squares between them, which orders the choices as Student's t would. If the
start did nothing, the choice that was made is one of many that could have been: exact for any distribution (Fisher
1935).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cx.measure.statistics import CONFIDENCE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]

MOST = 5_000
"""Choices up to which all are looked at; above, as many drawn at random (the same ones each time)."""
_SEED = 20261031
_SLACK = 1e-9  # what rounding may do to choices that are equally far out


@dataclass(frozen=True)
class Permuted:
    """``effect``: weighted mean of the treated minus that of the others; ``p`` two-sided; ``low`` and ``high``: the
    effects that are not rejected (infinite where the choices are too few to say). ``se``: of the pooled weighted
    regression."""

    effect: float
    low: float
    high: float
    p: float
    se: float
    exact: bool
    count: int


def level(branches: int, treated: int, confidence: float = CONFIDENCE) -> float:
    """The share of false findings that a test of so few branches really has: p comes in steps."""
    step = attainable(branches, treated)
    if step < 1e-6:
        return 1 - confidence
    return int((1 - confidence) / step + _SLACK) * step


def attainable(branches: int, treated: int) -> float:
    """The smallest p that so many branches can give; 1 where a group is empty."""
    if not 0 < treated < branches:
        return 1.0
    return (2 if 2 * treated == branches else 1) / math.comb(branches, treated)


def test(
    values: Sequence[float], treated: Sequence[bool], weights: Sequence[float] | None = None,
    confidence: float = CONFIDENCE,
) -> Permuted | None:  # fmt: skip
    """Compare the treated with the others. None where a group is empty or there are fewer than three branches.

    ``weights`` must not know who was treated. The interval is the test turned round, and so agrees with ``p``: it
    leaves out 0 exactly where p is at most 1 - confidence.
    """
    import numpy as np

    y, z = np.asarray(values, float), np.asarray(treated, bool)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, float)
    size, chosen = len(y), int(z.sum())
    if size < 3 or not 0 < chosen < size:
        return None
    labels, exact = _choices(size, chosen)
    whole, own = w.sum(), math.sqrt((w @ z) * (w @ ~z) / w.sum())
    effect = float((w * z) @ y / (w @ z) - (w * ~z) @ y / (w @ ~z))
    sums = labels @ np.column_stack([w, w * (y - (w @ y) / whole), w * z])
    inside, of_values, of_choice = sums.T
    scale = np.sqrt(whole / (inside * (whole - inside)))  # difference of the means, times the root of what both weigh
    a, b = of_values * scale, (of_choice - (w @ z) * inside / whole) * scale
    if not exact:  # the choice that was made counts as one of those drawn
        a, b = np.append(a, effect * own), np.append(b, own)
    lows, highs = _accepted(a, b, effect, own)
    p = float(np.mean(np.abs(a) >= abs(effect) * own * (1 - _SLACK)))
    place = min(int((1 - confidence) * len(a) + _SLACK), len(a) - 1)
    low, high = np.partition(lows, place)[place], -np.partition(-highs, place)[place]
    return Permuted(effect, float(low), float(high), p, _error(y, z, w, own), exact, len(a))


def _accepted(a: Floats, b: Floats, effect: float, own: float) -> tuple[Floats, Floats]:
    """For each choice the range of true effects under which it looks at least as far out as the one that was made:
    the roots of (a - e b)² = (own (effect - e))², which lie on both sides of the effect found."""
    import numpy as np

    square = own * own - b * b
    always = square <= _SLACK * own * own  # the choice itself, and with halves its mirror image
    square = np.where(always, 1.0, square)
    middle = (own * own * effect - a * b) / square
    root = np.sqrt(np.maximum(middle * middle - (own * own * effect * effect - a * a) / square, 0.0))
    return np.where(always, -np.inf, middle - root), np.where(always, np.inf, middle + root)


def _error(y: Floats, z: npt.NDArray[np.bool_], w: Floats, own: float) -> float:
    squares = sum(float(w[side] @ (y[side] - (w[side] @ y[side]) / w[side].sum()) ** 2) for side in (z, ~z))
    return math.sqrt(squares / max(len(y) - 2, 1)) / own


@lru_cache(maxsize=4)
def _choices(size: int, chosen: int) -> tuple[Floats, bool]:
    import numpy as np

    if math.comb(size, chosen) <= MOST:
        labels = np.zeros((math.comb(size, chosen), size))
        for row, some in enumerate(itertools.combinations(range(size), chosen)):
            labels[row, list(some)] = 1
        return labels, True
    order = np.random.default_rng(_SEED).random((MOST - 1, size)).argsort(axis=1)
    return (order < chosen).astype(float), False
