"""Groups of people: against scipy, against plain loops, and on data whose groups are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.vq import kmeans2

from cx.insight.personas_data import directions
from cx.measure import clusters, kmeans


def blobs(sizes: tuple[int, ...], apart: float, width: int = 4, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    middles = apart * np.eye(width)[: len(sizes)]
    truth = np.repeat(np.arange(len(sizes)), sizes)
    return middles[truth] + rng.standard_normal((len(truth), width)), truth


def one_cloud(n: int = 1_200) -> np.ndarray:
    """Ratings 1..5 that hang together by one feeling: no groups, however much they go together."""
    rng = np.random.default_rng(3)
    feeling = rng.standard_normal(n)[:, None]
    return np.clip(np.rint(4 + 0.6 * feeling + 0.8 * rng.standard_normal((n, 6))), 1, 5)


def test_lloyd_is_scipys_k_means_from_the_same_start() -> None:
    x, _ = blobs((120, 80, 60), 4)
    start = x[[0, 130, 220]]
    centres, labels = kmeans2(x, start.copy(), iter=100, minit="matrix")
    found = kmeans.settled(x[None], start[None], np.ones((1, len(x))))
    assert (found.labels[0] == labels).all() and np.allclose(found.centres[0], centres)
    assert found.spread[0] == pytest.approx(((x - centres[labels]) ** 2).sum())


def test_runs_at_once_are_each_scipys_of_the_people_who_are_in() -> None:
    x, _ = blobs((120, 80, 60), 2)
    rng = np.random.default_rng(5)
    inside = (rng.random((8, len(x))) < 0.63).astype(float)
    starts = np.stack([x[np.flatnonzero(row)[[0, 40, 90]]] for row in inside])
    found = kmeans.settled(x[None], starts, inside)
    for run, row in enumerate(inside > 0):
        centres, labels = kmeans2(x[row], starts[run].copy(), iter=100, minit="matrix")
        assert (found.labels[run][row] == labels).all() and np.allclose(found.centres[run], centres)
    own = kmeans.settled(np.stack([x, -x]), np.stack([starts[0], -starts[0]]), np.ones((2, len(x))))
    assert (own.labels[0] == own.labels[1]).all(), "each run may have data of its own"
    assert kmeans.Runs(found.labels, found.centres, found.spread).best(4).spread.tolist() == [
        min(found.spread[:4]), min(found.spread[4:]),
    ]  # fmt: skip


def test_starts_are_people_who_are_in_and_lie_apart() -> None:
    x, truth = blobs((100, 100, 100), 40)
    inside = np.zeros((20, len(x)))
    inside[:, ::3] = 1
    starts = kmeans.first(x[None], 3, inside, np.random.default_rng(1))
    place = (((x[None, None] - starts[:, :, None]) ** 2).sum(axis=3)).argmin(axis=2)
    assert (place % 3 == 0).all() and all(set(truth[row]) == {0, 1, 2} for row in place)


def test_many_people_settle_from_starts_of_some() -> None:
    x, truth = blobs((4_000, 2_500, 1_500), 5)
    found = clusters.parted(x, 3, 1)
    assert sum(np.bincount(truth[found.labels == group]).max() for group in range(3)) > 0.97 * len(x)
    assert found.sizes == tuple(np.bincount(found.labels).tolist())
    centres, _ = kmeans2(x, found.centres.copy(), iter=100, minit="matrix")
    assert np.allclose(centres, found.centres), "settled over all people, not over those of the starts"


def test_silhouette_by_the_book() -> None:
    x, truth = blobs((9, 7, 5), 3)
    widths = []
    for i in range(len(x)):
        far = np.sqrt(((x - x[i]) ** 2).sum(axis=1))
        own = far[(truth == truth[i]) & (np.arange(len(x)) != i)].mean()
        other = min(far[truth == g].mean() for g in set(truth) - {truth[i]})
        widths.append((other - own) / max(own, other))
    assert clusters.silhouette(clusters.apart(x), truth) == pytest.approx(np.mean(widths))


def test_groups_that_are_there_are_found_and_come_back() -> None:
    x, truth = blobs((300, 200, 150), 6)
    found = clusters.trials(x, 1)
    best = clusters.chosen(found)
    assert best is not None and best.k == 3 and best.weakest > 0.9
    parted = clusters.parted(x, 3, 1)
    assert parted.sizes[0] > parted.sizes[1] > parted.sizes[2], "the largest first"
    for group in range(3):  # each found group is one true one, but for a few at the edge
        assert np.bincount(truth[parted.labels == group]).max() > 0.95 * (parted.labels == group).sum()


def test_one_cloud_has_no_groups_however_it_is_cut() -> None:
    x = one_cloud()
    assert clusters.chosen(clusters.trials(x, 1)) is None
    assert all(trial.gap < 0.03 for trial in clusters.trials(x, 1, ks=(2, 3)))


def test_the_same_seed_gives_the_same() -> None:
    x, _ = blobs((150, 150), 3)
    assert clusters.trials(x, 5, ks=(2, 3), draws=6) == clusters.trials(x, 5, ks=(2, 3), draws=6)


def test_data_without_groups_keeps_values_and_correlations() -> None:
    x = one_cloud()
    other = clusters.groupless(x, np.random.default_rng(2))
    assert (np.sort(other, axis=0) == np.sort(x, axis=0)).all()
    assert np.abs(np.corrcoef(other.T) - np.corrcoef(x.T)).max() < 0.12


def test_directions_are_counted_as_they_are() -> None:
    rng = np.random.default_rng(4)
    noise = rng.standard_normal((800, 8))
    assert directions(noise, 1).kept == 0
    noise[:, :4] += 1.5 * rng.standard_normal((800, 1))
    assert directions(noise, 1).kept == 1
    noise[:, 4:] += 1.5 * rng.standard_normal((800, 1))
    assert directions(noise, 1).kept == 2


@pytest.mark.parametrize(("value", "word"), [(0.9, "stable"), (0.75, "stable"), (0.7, "doubtful"), (0.59, "unstable")])
def test_standing(value: float, word: str) -> None:
    assert clusters.standing(value) == word
