"""Weights, scales, durations and sample sizes: by hand, by brute force, and where nothing can be said."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from cx.measure import precision, raking, reliability, statistics, survival, two_samples, weighted
from cx.measure.raking import Margin
from cx.measure.weighted import Cell
from cx.words import Refused


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, object]]:
    return [(problem.code, problem.values.get("value")) for problem in refused.value.problems]


def test_one_margin_is_post_stratification() -> None:
    found = raking.rake([1, 1, 1, 1], [Margin("sex", ["f", "m", "m", "m"], {"f": 50, "m": 50})])
    assert found.weights == pytest.approx((50, 50 / 3, 50 / 3, 50 / 3)) and found.rounds == 1


def test_all_margins_hold_whatever_the_weights_began_with() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.choice(list("xyz"), 400), rng.choice(list("uv"), 400)
    wanted = [Margin("a", list(a), {"x": 10, "y": 30, "z": 60}), Margin("b", list(b), {"u": 70, "v": 30})]
    weights = np.array(raking.rake(rng.uniform(0.5, 3, 400).tolist(), wanted).weights)
    for margin, values in zip(wanted, (a, b), strict=True):
        for value, total in margin.totals.items():
            assert weights[values == value].sum() == pytest.approx(total, rel=1e-8)


def test_what_cannot_be_raked_is_refused_by_name() -> None:
    with pytest.raises(Refused) as nobody:
        raking.rake([1, 1], [Margin("s", ["a", "a"], {"a": 1, "b": 2, "c": 0})])
    assert codes(nobody) == [("raking_empty", "b")]
    with pytest.raises(Refused) as unwanted:
        raking.rake([1, 1], [Margin("s", ["a", "d"], {"a": 3})])
    assert codes(unwanted) == [("raking_unwanted", "d")]
    # Everybody who is a is u: 80% a and 50% u cannot both be.
    apart = [Margin("s", ["a", "b"], {"a": 80, "b": 20}), Margin("t", ["u", "v"], {"u": 50, "v": 50})]
    with pytest.raises(Refused) as contradicting:
        raking.rake([1, 1], apart)
    assert codes(contradicting) == [("raking_apart", None)]


def test_what_weights_cost() -> None:
    found = raking.effect([1, 3], [30, 10])  # (30 + 30)² / (30 + 90) = 30 of 40
    assert (found.effective, found.design) == (pytest.approx(30), pytest.approx(40 / 30))
    assert (found.largest, found.smallest) == (pytest.approx(2), pytest.approx(2 / 3))
    assert raking.effect([7, 7, 7]).design == pytest.approx(1)


def test_trimming_keeps_the_sum_and_the_limit() -> None:
    weights, counts = (10.0, 2.0, 1.0, 0.5), (5, 20, 60, 100)
    trimmed = raking.trim(weights, counts, 2.0)
    total = np.dot(weights, counts)
    assert np.dot(trimmed, counts) == pytest.approx(total)
    assert max(trimmed) <= 2.0 * total / sum(counts) * (1 + 1e-6)
    assert raking.trim((1.0, 1.0), (3, 4), 2.0) == (1.0, 1.0)


def test_equal_weights_change_nothing() -> None:
    cells = [Cell(40, 10, 30, 2.5), Cell(60, -5, 25, 2.5)]
    plain = statistics.nps(30, 45, 25)  # total 5, squares 55: 30 promote, 25 detract
    found = weighted.nps(cells)
    assert (found.value, found.low, found.high) == pytest.approx((plain.value, plain.low, plain.high))
    assert weighted.moved(cells).diff == pytest.approx(0) and weighted.moved(cells).verdict == "noise"
    share, other = statistics.share(20, 100), weighted.proportion([Cell(30, 15, 15, 1), Cell(70, 5, 5, 1)])
    assert (other.value, other.low, other.high) == pytest.approx((share.value, share.low, share.high))
    mean, third = statistics.mean(320, 1100, 100), weighted.mean([Cell(50, 150, 500, 3), Cell(50, 170, 600, 3)])
    assert (third.value, third.low, third.high) == pytest.approx((mean.value, mean.low, mean.high))


def test_a_weighted_figure_is_the_one_of_its_people() -> None:
    rng = np.random.default_rng(8)
    cell, scores = rng.integers(0, 3, 900), rng.integers(-1, 2, 900)
    scores = np.where(cell == 2, np.maximum(scores, 0), scores)
    weight = np.array([0.4, 1.0, 2.2])
    cells = [
        Cell(
            int((cell == c).sum()), int(scores[cell == c].sum()), int((scores[cell == c] ** 2).sum()), float(weight[c])
        )
        for c in range(3)
    ]
    w = weight[cell]
    value = 100 * np.average(scores, weights=w)
    assert weighted.nps(cells).value == pytest.approx(value)
    effective = w.sum() ** 2 / (w**2).sum()
    spread = np.average(scores**2, weights=w) - np.average(scores, weights=w) ** 2
    assert weighted.nps(cells).se == pytest.approx(100 * math.sqrt(spread / effective))
    # The move, from linearised variables of every person.
    scaled = w / w.mean()
    parts = scaled * (scores - value / 100) - (scores - scores.mean())
    found = weighted.moved(cells, 100)
    assert found.diff == pytest.approx(value - 100 * scores.mean())
    z = found.diff / (100 * math.sqrt((parts**2).sum()) / 900)
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(z)))
    assert found.verdict == "up"


def test_the_move_claims_too_much_as_rarely_as_it_says() -> None:
    """Scores that have nothing to do with the weights move by chance alone: 5 of 100 times beyond the interval."""
    rng, moved = np.random.default_rng(11), 0
    for _ in range(600):
        counts = rng.multinomial(500, [0.5, 0.3, 0.2])
        promoters = rng.binomial(counts, 0.45)
        cells = [
            Cell(int(n), int(2 * p - n), int(n), w) for n, p, w in zip(counts, promoters, (0.6, 1.0, 2.0), strict=True)
        ]
        moved += weighted.moved(cells).verdict != "noise"
    assert 0.03 < moved / 600 < 0.075


def test_alpha_is_that_of_its_definition() -> None:
    rng = np.random.default_rng(2)
    x = np.rint(rng.normal(3, 1, (200, 1)) + rng.normal(0, 1, (200, 4)))
    totals, products = x.sum(0).tolist(), (x.T @ x).tolist()
    found = reliability.alpha(reliability.covariances(200, totals, products), 200)
    assert found is not None

    def plain(rows: np.ndarray) -> float:
        k = rows.shape[1]
        return k / (k - 1) * (1 - rows.var(0, ddof=1).sum() / rows.sum(1).var(ddof=1))

    assert found.raw == pytest.approx(plain(x)) and found.low < found.raw < found.high
    assert [item.dropped for item in found.items] == pytest.approx([plain(np.delete(x, i, 1)) for i in range(4)])
    rest = [np.corrcoef(x[:, i], np.delete(x, i, 1).sum(1))[0, 1] for i in range(4)]
    assert [item.rest for item in found.items] == pytest.approx(rest)
    two = reliability.alpha(np.cov(x[:, :2].T).tolist(), 200)
    assert two is not None and [item.dropped for item in two.items] == [None, None]
    assert reliability.alpha([[0.0, 0.0], [0.0, 0.0]], 50) is None


def test_durations_are_those_of_scipy() -> None:
    rng = np.random.default_rng(4)
    times, happened = np.ceil(rng.exponential(9, 80)), rng.random(80) < 0.7
    found = survival.curve(times.tolist(), happened.tolist())
    other = stats.ecdf(stats.CensoredData.right_censored(times, ~happened)).sf
    expected = dict(zip(other.quantiles.tolist(), other.probabilities.tolist(), strict=True))
    assert found.steps and [s.share for s in found.steps] == pytest.approx([expected[s.time] for s in found.steps])
    groups = rng.integers(0, 2, 80)
    halves = [stats.CensoredData.right_censored(times[groups == g], ~happened[groups == g]) for g in (0, 1)]
    test, by_scipy = survival.log_rank(times.tolist(), happened.tolist(), groups.tolist()), stats.logrank(*halves)
    assert test is not None and test.degrees == 1
    assert (test.chi, test.p) == pytest.approx((by_scipy.statistic**2, by_scipy.pvalue))
    assert survival.log_rank([1, 2], [True, True], ["a", "a"]) is None
    assert survival.curve([3, 4], [False, False]).median is None
    whole = survival.curve([1, 2, 3, 4], [True] * 4)
    assert whole.median == 2.5  # the curve lies on a half from 2 to 3
    assert (whole.low, whole.high) == (1, None)  # four that are done do not bound the median from above


def test_what_says_nothing_is_said_so() -> None:
    assert precision.wald(5, 0, 0) is None and precision.wald(0, 1, 0) is None
    low, high = precision.wald(30, 40, 30) or (0, 0)
    assert (low + high) / 2 == pytest.approx(0) and high == pytest.approx(
        100 * 1.959964 * math.sqrt(0.6 / 100), rel=1e-6
    )
    assert precision.size_for(precision.margin(0.6, 100), 0.6) == 100
    assert two_samples.means([1.0], [2.0, 3.0]) is None and two_samples.means([1, 1], [2, 2]) is None
    assert two_samples.means([72.7] * 30, [72.7] * 31) is None and two_samples.means([0.1] * 7, [1.1] * 8) is None
    assert two_samples.ranks([], [1.0]) is None and two_samples.ranks([2, 2], [2]) is None


def test_the_error_of_a_stratified_sample_is_that_of_its_strata() -> None:
    """One margin that is the strata themselves, weights equal within each: the textbook formula (Cochran, ch. 5)."""
    rng = np.random.default_rng(6)
    strata = np.repeat(["a", "b"], [30, 50])
    y = rng.normal(np.where(strata == "a", 1.0, 4.0), 2.0)
    share = {"a": 0.7, "b": 0.3}
    weights = [share[s] * 80 / (30 if s == "a" else 50) for s in strata]
    parts = [(share[s], y[strata == s]) for s in share]
    expected = math.sqrt(sum(w**2 * v.var(ddof=1) / len(v) for w, v in parts))
    found = raking.mean_error(y.tolist(), weights, [1.0] * 80, [strata.tolist()], strata=strata.tolist())
    assert found == pytest.approx(expected)
    alone = raking.mean_error(y.tolist(), weights, [1.0] * 80, [strata.tolist()], list(range(80)), strata.tolist())
    assert alone == pytest.approx(expected)  # clusters of one are no clusters
