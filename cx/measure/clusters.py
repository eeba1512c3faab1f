"""Groups of people by their answers: k-means, whether there are groups at all, and whether each comes back.

Pure; numpy and scipy are imported where they are used. Rows are people, columns are answers made comparable.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Matrix = npt.NDArray[np.float64]
    Labels = npt.NDArray[np.int64]

LEAST, MOST = 2, 7
STABLE, DOUBTFUL = 0.75, 0.6
"""Mean Jaccard from which a cluster is stable, and below which it is none (Hennig 2007, section 5)."""
TRIED = 1_500
"""People with whom numbers of groups are compared: the comparison clusters hundreds of times."""
MATERIAL = 0.02
"""Least gap: people are at least 2% closer together than without groups."""
_STARTS, _ROUNDS, _CLOSER = 6, 100, 3
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
    """The best of ``starts`` k-means partitions (Lloyd 1982, k-means++ starts), groups by size."""
    import numpy as np

    labels, centres, _ = _best(x, k, np.random.default_rng([seed, k]), starts)
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
) -> tuple[Trial, ...]:
    """Every number of groups in ``ks``, tried on the same people (at most ``TRIED``, drawn with the seed).

    ``seen`` takes answers to what is grouped (a few directions of them). Data without groups are made as answers and
    seen the same way: several answers together would show two heaps where each single one does not.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    if len(x) > TRIED:
        x = x[rng.choice(len(x), TRIED, replace=False)]
    without = [seen(groupless(x, rng)) for _ in range(max(5, draws // 3))]
    x = seen(x)
    found = []
    for k in ks:
        here = parted(x, k, seed)
        gap, error = _gap(x, here, without, rng)
        stable = jaccard(x, here, rng, draws)
        found.append(Trial(k, silhouette(x, here.labels, rng), gap, error, tuple(stable)))
    return tuple(found)


def chosen(found: Sequence[Trial]) -> Trial | None:
    """Of the sound numbers of groups the one with the best silhouette; None where none is sound."""
    return max((trial for trial in found if trial.sound), key=lambda trial: trial.silhouette, default=None)


def jaccard(x: Matrix, whole: Partition, rng: np.random.Generator, draws: int = 25) -> list[float]:
    """How well each group is found again in bootstrap samples of the people: the mean over ``draws`` of the largest
    Jaccard similarity (shared ÷ in either) with a group of the sample (Hennig 2007, "Cluster-wise assessment of
    cluster stability", scheme 'boot')."""
    import numpy as np

    k, total = len(whole.centres), np.zeros(len(whole.centres))
    for _ in range(draws):
        drawn = np.unique(rng.integers(0, len(x), len(x)))  # who is in; twice or once is the same group
        labels, _, _ = _best(x[drawn], k, rng, 2)
        both = np.zeros((k, k))
        np.add.at(both, (whole.labels[drawn], labels), 1)
        either = both.sum(1)[:, None] + both.sum(0)[None, :] - both
        total += (both / np.maximum(either, 1)).max(axis=1)
    return (total / draws).tolist()  # type: ignore[no-any-return]


def silhouette(x: Matrix, labels: Labels, rng: np.random.Generator) -> float:
    """Mean silhouette width (Rousseeuw 1987) of at most 1,000 people: 1 is far apart, 0 is touching."""
    import numpy as np
    from scipy.spatial.distance import cdist

    if len(x) > _SEEN:
        some = rng.choice(len(x), _SEEN, replace=False)
        x, labels = x[some], labels[some]
    groups, place = np.unique(labels, return_inverse=True)
    if len(groups) < 2:
        return 0.0
    member = np.eye(len(groups))[place]
    sums, sizes = cdist(x, x) @ member, member.sum(axis=0)
    row, own = np.arange(len(x)), sizes[place]
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
        points = product(drawn * np.sqrt(np.maximum(values, 0)), vectors)
        found = np.take_along_axis(ordered, np.argsort(np.argsort(points, axis=0), axis=0), axis=0)
        cloud = cloud + wanted - _together(found)
    return found


def _together(x: Matrix) -> Matrix:
    """Correlations of the columns; a column that is always the same goes with none."""
    import numpy as np

    away = x - x.mean(axis=0)
    spread = np.sqrt((away**2).mean(axis=0))
    away = away / np.where(spread > 0, spread, 1.0)
    return product(away.T, away.T) / len(x)


def _gap(x: Matrix, here: Partition, without: Sequence[Matrix], rng: np.random.Generator) -> tuple[float, float]:
    """The gap (Tibshirani, Walther and Hastie 2001), mean log spread without groups less that of ``x``; its error."""
    import numpy as np

    k = len(here.centres)
    spread = np.log(((x - here.centres[here.labels]) ** 2).sum())
    logs = np.array([np.log(_best(each, k, rng, 2)[2]) for each in without])
    return float(logs.mean() - spread), float(logs.std(ddof=1) * np.sqrt(1 + 1 / len(logs)))


def _best(x: Matrix, k: int, rng: np.random.Generator, starts: int) -> tuple[Labels, Matrix, float]:
    found = [lloyd(x, _first(x, k, rng)) for _ in range(starts)]
    return min(found, key=lambda one: one[2])


def _first(x: Matrix, k: int, rng: np.random.Generator) -> Matrix:
    """Middles to start from, far from each other (k-means++, Arthur and Vassilvitskii 2007)."""
    import numpy as np

    middles = [x[rng.integers(len(x))]]
    near = ((x - middles[0]) ** 2).sum(axis=1)
    while len(middles) < k:
        total = float(near.sum())
        place = np.searchsorted(np.cumsum(near), rng.random() * total) if total > 0 else rng.integers(len(x))
        middles.append(x[min(int(place), len(x) - 1)])
        near = np.minimum(near, ((x - middles[-1]) ** 2).sum(axis=1))
    return np.array(middles)


def lloyd(x: Matrix, centres: Matrix) -> tuple[Labels, Matrix, float]:
    """k-means from given middles until nobody changes group, at most 100 rounds: labels, middles, spread (the sum of
    squared distances). An empty group keeps its middle."""
    import numpy as np

    labels = np.full(len(x), -1)
    for _ in range(_ROUNDS):
        away = (centres * centres).sum(axis=1) - 2 * product(x, centres)
        now = away.argmin(axis=1)
        if (now == labels).all():
            break
        labels = now
        sizes = np.bincount(labels, minlength=len(centres))[:, None]
        sums = np.stack([np.bincount(labels, column, len(centres)) for column in x.T], axis=1)
        centres = np.where(sizes > 0, sums / np.maximum(sizes, 1), centres)
    return labels.astype(np.int64), centres, float(((x - centres[labels]) ** 2).sum())


def product(x: Matrix, rows: Matrix) -> Matrix:
    """``x @ rows.T`` without the linear algebra library: where others use the cores too, its threads wait for each
    other and such small products take fifty times as long."""
    import numpy as np

    return np.einsum("ij,kj->ik", x, rows)  # type: ignore[no-any-return]
