"""Shrunken scores and rank intervals: against published figures, and by simulation against the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cx.measure import shrinkage
from cx.measure.shrinkage import shrink

# Efron and Morris, Stein's paradox in statistics (Scientific American, May 1977): 18 batting averages after 45 times at
# bat; the shrinking factor is .212.
BATTING = [0.400, 0.378, 0.356, 0.333, 0.311, 0.311, 0.289, 0.267, 0.244, 0.244, 0.222, 0.222, 0.222, 0.222, 0.222,
           0.200, 0.178, 0.156]  # fmt: skip
# Colditz et al. 1994, thirteen trials of the BCG vaccine: cases and others, vaccinated and not.
BCG = [(4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761),
       (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600),
       (186, 50448, 141, 27197), (5, 2493, 3, 2338), (27, 16886, 29, 17825)]  # fmt: skip


def test_batting_averages_shrink_as_published() -> None:
    mean = sum(BATTING) / 18
    found = shrink(BATTING, [math.sqrt(mean * (1 - mean) / 45)] * 18)
    assert 1 - found.units[0].drawn == pytest.approx(0.212, abs=0.003)
    assert found.units[0].value == pytest.approx(0.294, abs=0.001)
    assert found.units[-1].value == pytest.approx(0.242, abs=0.001)


def test_the_variance_between_is_that_of_metafor() -> None:
    logs = [math.log(a / (a + b) / (c / (c + d))) for a, b, c, d in BCG]
    variances = [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in BCG]
    assert shrinkage.dersimonian_laird(logs, variances) == pytest.approx(0.3088, abs=5e-5)
    assert shrinkage.paule_mandel(logs, variances) == pytest.approx(0.3181, abs=5e-5)


def _drawn(random: np.random.Generator, count: int, between: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    errors = 75 / np.sqrt(random.integers(40, 1500, count))
    truth = random.normal(32, between, count)
    return truth, random.normal(truth, errors), errors


@pytest.mark.parametrize(("count", "between"), [(40, 4.0), (12, 8.0), (25, 1.0), (6, 5.0)])
def test_intervals_of_scores_and_of_ranks_cover_the_truth_as_often_as_they_say(count: int, between: float) -> None:
    random = np.random.default_rng(7)
    scores, ranks, times = 0, 0, 3000 // count
    for _ in range(times):
        truth, values, errors = _drawn(random, count, between)
        place = (-truth).argsort().argsort() + 1
        found = shrink(values.tolist(), errors.tolist(), draws=400)
        scores += sum(unit.low <= true <= unit.high for unit, true in zip(found.units, truth, strict=True))
        ranks += sum(unit.first <= rank <= unit.last for unit, rank in zip(found.units, place, strict=True))
    assert 0.935 <= scores / (times * count) <= 0.985
    assert 0.935 <= ranks / (times * count) <= 1.0


def test_without_differences_hardly_a_unit_is_told_apart_from_the_middle() -> None:
    random, told = np.random.default_rng(8), 0
    for _ in range(100):
        _, values, errors = _drawn(random, 40, 0.0)
        found = shrink(values.tolist(), errors.tolist(), draws=400)
        told += sum(found.apart(unit) != 0 for unit in found.units)
    assert told / (100 * 40) < 0.02


def test_shrunken_scores_are_nearer_to_the_truth_than_the_raw_ones() -> None:
    random, raw, drawn = np.random.default_rng(9), 0.0, 0.0
    for _ in range(50):
        truth, values, errors = _drawn(random, 40, 4.0)
        found = shrink(values.tolist(), errors.tolist(), draws=2)
        raw += float(((values - truth) ** 2).sum())
        drawn += float(((np.array([unit.value for unit in found.units]) - truth) ** 2).sum())
    assert drawn < 0.75 * raw


def test_ranks_count_from_the_best_and_are_the_same_every_time() -> None:
    values, errors = [50.0, 30.0, 30.0, 30.0, 10.0], [1.0, 2.0, 2.0, 2.0, 1.0]
    up, again, down = (shrink(values, errors, better) for better in (True, True, False))
    assert up == again
    assert (up.units[0].first, up.units[0].last) == (1, 1) and (down.units[0].first, down.units[0].last) == (5, 5)
    assert [up.apart(unit) for unit in up.units] == [1, 0, 0, 0, -1]
    assert (up.units[1].first, up.units[1].last) == (2, 4)


def test_two_or_three_units_are_not_drawn_to_a_mean() -> None:
    for values in ([50.0], [50.0, 10.0], [50.0, 30.0, 10.0]):
        found = shrink(values, [5.0] * len(values))
        assert [unit.value for unit in found.units] == values
    assert shrink([], []).units == ()
