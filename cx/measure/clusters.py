"""Groups of people by their answers: k-means, whether there are groups at all, and whether each comes back.

Pure; numpy and scipy are imported where they are used. Rows are people, columns are answers made comparable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cx.measure.kmeans import runs, settled

if TYPE_CHECKING:
    import numpy as np

    from cx.measure.kmeans import Labels, Matrix

LEAST, MOST = 2, 7
STABLE, DOUBTFUL = 0.75, 0.6
"""Mean Jaccard from which a cluster is stable, and below which it is none (Hennig 2007, section 5)."""
TRIED = 1_000
"""People with whom numbers of groups are compared: the comparison clusters hundreds of times."""
MATERIAL = 0.02
"""Least gap: people are at least 2% closer together than without groups."""
_STARTS, _AGAIN, _CLOSER = 6, 2, 3
_SEEN = 1_000  # people in a silhouette: it needs all distances between them
Standing = Literal["stable", "doubtful", "unstable"]


@dataclass(frozen=True)
class Trial:
    """What speaks for ``k`` groups. ``silhouette`` from -1 to 1; ``gap`` how much closer together people are than in
    data without groups, with its standard error; ``jaccard`` of each group, the largest group first."""

    k: int
    silhouette: float
    gap: float
    error: float
    jaccard: tuple[float, ...]

    @property
    def weakest(self) -> float:
        """The least stable group."""
        return min(self.jaccard)

    @property
    def sound(self) -> bool:
        """Whether there is more than data without groups would show, and every group comes back."""
        return self.gap > max(MATERIAL, 2 * self.error) and self.weakest >= STABLE


@dataclass(frozen=True)
class Partition:
    """Which of ``k`` groups each person is in (0 is the largest), and each group's middle."""

    labels: Labels
    centres: Matrix

    @property
    def sizes(self) -> tuple[int, ...]:
        """People a group."""
        import numpy as np

        return tuple(np.bincount(self.labels, minlength=len(self.centres)).tolist())


def _as_is(x: Matrix) -> Matrix:
    return x


def standing(jaccard: float) -> Standing:
    """What a mean Jaccard says about a group."""
    return "stable" if jaccard >= STABLE else "doubtful" if jaccard >= DOUBTFUL else "unstable"


def parted(x: Matrix, k: int, seed: int, starts: int = _STARTS) -> Partition:
    """The best of ``starts`` k-means partitions (k-means++ starts), groups by size.

    Of more than ``TRIED`` people so many are drawn for the starts; from the best of these all settle.
    """
    import numpy as np

    rng = np.random.default_rng([seed, k])
    some = x if len(x) <= TRIED else x[rng.choice(len(x), TRIED, replace=False)]
    found = runs(some, k, np.ones((starts, len(some))), rng).best(starts)
    if len(some) < len(x):
        found = settled(x[None], found.centres, np.ones((1, len(x))))
    labels, centres = found.labels[0], found.centres[0]
    order = np.argsort(-np.bincount(labels, minlength=k), kind="stable")
    rank = np.empty(k, dtype=np.int64)
    rank[order] = np.arange(k)
    return Partition(rank[labels], centres[order])


def trials(
    x: Matrix,
    seed: int,
    ks: Sequence[int] = range(LEAST, MOST + 1),
    draws: int = 20,
    seen: Callable[[Matrix], Matrix] = _as_is,
    tell: Callable[[int, int], object] = max,
) -> tuple[Trial, ...]:
    """Every number of groups in ``ks``, tried on the same people (at most ``TRIED``, drawn with the seed).

    ``seen`` takes answers to what is grouped (a few directions of them). Data without groups are made as answers and
    seen the same way: several answers together would show two heaps where each single one does not. ``tell(done, of)``
    hears of every number that was tried, and may raise to stop.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    if len(x) > TRIED:
        x = x[rng.choice(len(x), TRIED, replace=False)]
    without = np.stack([seen(groupless(x, rng)) for _ in range(max(5, draws // 3))])
    x = seen(x)
    found, some = [], rng.choice(len(x), min(len(x), _SEEN), replace=False)
    away = apart(x[some])
    for k in ks:
        here = parted(x, k, seed)
        gap, error = _gap(x, here, without, rng)
        stable = jaccard(x, here, rng, draws)
        found.append(Trial(k, silhouette(away, here.labels[some]), gap, error, tuple(stable)))
        tell(len(found), len(ks))
    return tuple(found)


def chosen(found: Sequence[Trial]) -> Trial | None:
    """Of the sound numbers of groups the one with the best silhouette; None where none is sound."""
    return max((trial for trial in found if trial.sound), key=lambda trial: trial.silhouette, default=None)


def jaccard(x: Matrix, whole: Partition, rng: np.random.Generator, draws: int = 25) -> list[float]:
    """How well each group is found again in bootstrap samples of the people: the mean over ``draws`` of the largest
    Jaccard similarity (shared ÷ in either) with a group of the sample (Hennig 2007, "Cluster-wise assessment of
    cluster stability", scheme 'boot')."""
    import numpy as np

    k, n = len(whole.centres), len(x)
    drawn = rng.integers(0, n, (draws, n)) + n * np.arange(draws)[:, None]
    inside = (np.bincount(drawn.ravel(), minlength=draws * n) > 0).reshape(draws, n).astype(float)  # once is as twice
    found = runs(x, k, np.repeat(inside, _AGAIN, axis=0), rng).best(_AGAIN)
    groups = np.arange(k)[:, None]
    there = (found.labels[:, None, :] == groups) * inside[:, None, :]
    here = (whole.labels == groups) * inside[:, None, :]
    both = here @ np.swapaxes(there, 1, 2)
    either = here.sum(axis=2)[:, :, None] + there.sum(axis=2)[:, None, :] - both
    return (both / np.maximum(either, 1)).max(axis=2).mean(axis=0).tolist()  # type: ignore[no-any-return]


def apart(x: Matrix) -> Matrix:
    """Distances of all people from each other."""
    from scipy.spatial.distance import cdist

    return cdist(x, x)  # type: ignore[no-any-return]


def silhouette(away: Matrix, labels: Labels) -> float:
    """Mean silhouette width (Rousseeuw 1987) by the distances of all from each other: 1 is far apart, 0 is touching."""
    import numpy as np

    groups, place = np.unique(labels, return_inverse=True)
    if len(groups) < 2:
        return 0.0
    member = np.eye(len(groups))[place]
    sums, sizes = away @ member, member.sum(axis=0)
    row, own = np.arange(len(away)), sizes[place]
    inside = sums[row, place] / np.maximum(own - 1, 1)
    means = sums / sizes
    means[row, place] = np.inf
    outside = means.min(axis=1)
    width = np.where(own > 1, (outside - inside) / np.maximum(np.maximum(outside, inside), 1e-300), 0.0)
    return float(width.mean())


def groupless(x: Matrix, rng: np.random.Generator) -> Matrix:
    """Data like ``x`` without groups: the same values in every column and nearly the same correlations, drawn from one
    normal cloud whose ranks are replaced by the columns' own values (a Gaussian copula).

    Tibshirani, Walther and Hastie (2001) draw from a box instead; answers on few points that hang together would beat a
    box without there being any groups. Few points also weaken correlations: the cloud's are raised until they agree.
    """
    import numpy as np

    ordered, drawn = np.sort(x, axis=0), rng.standard_normal(x.shape)
    wanted = _together(x)
    cloud, found = wanted.copy(), x
    for _ in range(_CLOSER):
        values, vectors = np.linalg.eigh(cloud)
        points = (drawn * np.sqrt(np.maximum(values, 0))) @ vectors.T
        found = np.empty_like(x)
        np.put_along_axis(found, np.argsort(points, axis=0), ordered, axis=0)
        cloud = cloud + wanted - _together(found)
    return found


def _together(x: Matrix) -> Matrix:
    """Correlations of the columns; a column that is always the same goes with none."""
    import numpy as np

    away = x - x.mean(axis=0)
    spread = np.sqrt((away**2).mean(axis=0))
    away = away / np.where(spread > 0, spread, 1.0)
    return away.T @ away / len(x)  # type: ignore[no-any-return]


def _gap(x: Matrix, here: Partition, without: Matrix, rng: np.random.Generator) -> tuple[float, float]:
    """The gap (Tibshirani, Walther and Hastie 2001), mean log spread without groups less that of ``x``; its error."""
    import numpy as np

    spread = np.log(((x - here.centres[here.labels]) ** 2).sum())
    each = np.repeat(without, _AGAIN, axis=0)
    logs = np.log(runs(each, len(here.centres), np.ones(each.shape[:2]), rng).best(_AGAIN).spread)
    return float(logs.mean() - spread), float(logs.std(ddof=1) * np.sqrt(1 + 1 / len(logs)))
