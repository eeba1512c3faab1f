"""k-means of the same people many times at once: whether groups come back asks for hundreds of runs. Pure.

numpy is imported where it is used. Runs stand on the first axis, so that a round of all of them is a few array
operations; runs that have settled leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Matrix = npt.NDArray[np.float64]
    Labels = npt.NDArray[np.int64]

_ROUNDS = 100


@dataclass(frozen=True, eq=False)
class Runs:
    """Runs: ``labels`` (runs, people), also of people who were not in; ``centres`` (runs, k, columns); ``spread``
    (runs), the sum of squared distances of those who were in."""

    labels: Labels
    centres: Matrix
    spread: Matrix

    def best(self, each: int) -> Runs:
        """Of every ``each`` runs in a row the one with the least spread."""
        import numpy as np

        least = self.spread.reshape(-1, each).argmin(axis=1)
        place = np.arange(len(least)) * each + least
        return Runs(self.labels[place], self.centres[place], self.spread[place])


def runs(x: Matrix, k: int, weights: Matrix, rng: np.random.Generator) -> Runs:
    """One run for each row of ``weights`` (runs, people), which says who is in it (1 or 0), from k-means++ starts.

    ``x`` (people, columns), or (runs, people, columns) where each run has data of its own.
    """
    x = x[None] if x.ndim == 2 else x
    return settled(x, first(x, k, weights, rng), weights)


def first(x: Matrix, k: int, weights: Matrix, rng: np.random.Generator) -> Matrix:
    """Middles to start from, far from each other (k-means++, Arthur and Vassilvitskii 2007)."""
    import numpy as np

    row, own = np.arange(len(weights)), np.arange(len(weights)) if len(x) > 1 else 0
    square = (x * x).sum(axis=2)
    near, middles = weights, []
    for at in range(k):
        up = np.cumsum(near, axis=1)
        level = rng.random(len(weights)) * up[:, -1]
        place = (up <= level[:, None]).sum(axis=1) % x.shape[1]  # all people at the middles already: anyone
        middle = x[own, place]
        away = square[own] - 2 * (x @ middle[:, :, None])[:, :, 0] + (middle * middle).sum(axis=1)[:, None]
        away = np.maximum(away, 0.0) * weights
        away[row, place] = 0.0
        near = away if at == 0 else np.minimum(near, away)
        middles.append(middle)
    return np.stack(middles, axis=1)


def settled(x: Matrix, centres: Matrix, weights: Matrix) -> Runs:
    """Runs from given middles (runs, k, columns) until nobody changes group, at most 100 rounds (Lloyd 1982).

    An empty group keeps its middle.
    """
    import numpy as np

    many, k = centres.shape[:2]
    ones = np.ones((*x.shape[:2], 1))
    wide = np.concatenate([x, ones], axis=2)  # with a column of ones: one product gives sums and sizes
    tall = np.ascontiguousarray(np.swapaxes(wide, 1, 2))
    labels = np.full((many, x.shape[1]), k, dtype=np.uint8)
    centres, going, groups = centres.copy(), np.arange(many), np.arange(k, dtype=np.uint8)[:, None]
    size = np.zeros((many, k))
    for _ in range(_ROUNDS):
        now = _nearest(tall if len(x) == 1 else tall[going], centres[going])
        moved = (now != labels[going]).any(axis=1)
        labels[going] = now
        going, now = going[moved], now[moved]
        if not len(going):
            break
        inside = (now[:, None, :] == groups) * weights[going][:, None, :]
        sums = inside @ (wide if len(x) == 1 else wide[going])
        sizes = sums[:, :, -1:]
        size[going] = sizes[:, :, 0]
        centres[going] = np.where(sizes > 0, sums[:, :, :-1] / np.maximum(sizes, 1e-300), centres[going])
    spread = ((x * x).sum(axis=2) * weights).sum(axis=1) - ((centres * centres).sum(axis=2) * size).sum(axis=1)
    return Runs(labels.astype(np.int64), centres, np.maximum(spread, 0.0))


def _nearest(tall: Matrix, centres: Matrix) -> npt.NDArray[np.uint8]:
    """The nearest middle of everyone, whose columns and a one stand in ``tall`` (runs or 1, columns + 1, people)."""
    import numpy as np

    square = (centres * centres).sum(axis=2)[:, :, None]
    away = np.empty((centres.shape[1], len(centres), tall.shape[2]))  # groups first: each is one stretch of memory
    np.matmul(np.concatenate([-2 * centres, square], axis=2), tall, out=away.swapaxes(0, 1))
    least, labels = away[0], np.zeros(away.shape[1:], dtype=np.uint8)
    for group in range(1, len(away)):  # far faster than argmin across so short an axis, or than labels[closer] = group
        closer = away[group] < least
        np.maximum(labels, closer.view(np.uint8) * np.uint8(group), out=labels)
        np.minimum(least, away[group], out=least)
    return labels
