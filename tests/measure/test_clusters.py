"""Groups of people: against scipy, against plain loops, and on data whose groups are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.vq import kmeans2

from cx.insight.personas_data import directions
from cx.measure import clusters


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
    own, middles, spread = clusters.lloyd(x, start)
    assert (own == labels).all() and np.allclose(middles, centres)
    assert spread == pytest.approx(((x - centres[labels]) ** 2).sum())


def test_silhouette_by_the_book() -> None:
    x, truth = blobs((9, 7, 5), 3)
    widths = []
    for i in range(len(x)):
        far = np.sqrt(((x - x[i]) ** 2).sum(axis=1))
        own = far[(truth == truth[i]) & (np.arange(len(x)) != i)].mean()
        other = min(far[truth == g].mean() for g in set(truth) - {truth[i]})
        widths.append((other - own) / max(own, other))
    assert clusters.silhouette(x, truth, np.random.default_rng(1)) == pytest.approx(np.mean(widths))


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
