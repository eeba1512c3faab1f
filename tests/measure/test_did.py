"""Few branches: permutations, bootstrap, power, matching; against counting by hand and simulation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from cx.measure import changes, cuped, did, matching, permutation, power, statistics, wild


def by_hand(values, treated, weights):
    """p of every choice counted one by one: the t of a weighted regression on membership."""

    def t(z):
        x, w = np.column_stack([np.ones(len(z)), z]), np.diag(weights)
        bread = np.linalg.inv(x.T @ w @ x)
        beta = bread @ x.T @ w @ values
        rest = values - x @ beta
        return abs(beta[1]) / math.sqrt(rest @ w @ rest / (len(z) - 2) * bread[1, 1])

    size, own = len(values), t(np.asarray(treated, float))
    every = [np.isin(np.arange(size), some).astype(float) for some in itertools.combinations(range(size), sum(treated))]
    return np.mean([t(z) >= own * (1 - 1e-9) for z in every])


@pytest.mark.parametrize(("size", "chosen"), [(7, 2), (8, 3), (8, 4)])
def test_p_is_the_share_of_choices_as_far_out(size, chosen):
    rng = np.random.default_rng(size * chosen)
    for _ in range(4):
        values, weights = rng.normal(size=size), rng.uniform(0.2, 3, size)
        treated = np.arange(size) < chosen
        found = permutation.test(values + 1.2 * treated, treated, weights)
        assert found is not None and found.exact and found.count == math.comb(size, chosen)
        assert found.p == pytest.approx(by_hand(values + 1.2 * treated, treated, weights))
        mean = np.average(values[:chosen], weights=weights[:chosen]) + 1.2
        assert found.effect == pytest.approx(mean - np.average(values[chosen:], weights=weights[chosen:]))


def test_the_interval_is_the_test_turned_round():
    rng = np.random.default_rng(3)
    values, weights, treated = rng.normal(size=9), rng.uniform(0.5, 2, 9), np.arange(9) < 3
    found = permutation.test(values, treated, weights)
    assert found is not None and found.low < found.effect < found.high
    for end, inside in ((found.low, 1e-6), (found.high, -1e-6)):
        for step, kept in ((inside, True), (-inside, False)):
            shifted = permutation.test(values - (end + step) * treated, treated, weights)
            assert shifted is not None and (shifted.p > 0.05) == kept


def test_halves_of_six_can_never_tell_and_the_interval_is_open():
    found = permutation.test([5.0, 5.1, 5.2, 0.0, 0.1, 0.2], [True] * 3 + [False] * 3)
    assert found is not None and found.p == pytest.approx(0.1) and found.low == -math.inf
    assert permutation.attainable(6, 3) == pytest.approx(0.1) and permutation.level(6, 3) == 0
    assert permutation.attainable(7, 2) == pytest.approx(1 / 21) == permutation.level(7, 2)


def test_many_branches_are_drawn_and_agree_with_students_t():
    rng = np.random.default_rng(5)
    values, treated = rng.normal(size=40), np.arange(40) < 12
    found = permutation.test(values + 0.7 * treated, treated)
    assert found is not None and not found.exact
    first, second = (values + 0.7 * treated)[treated], values[~treated]
    pooled = (11 * first.var(ddof=1) + 27 * second.var(ddof=1)) / 38
    error = math.sqrt(pooled * (1 / 12 + 1 / 28))
    assert found.se == pytest.approx(error)
    assert found.p == pytest.approx(statistics.t_tails(found.effect / error, 38), abs=0.015)
    reach = statistics.t_value(38) * error
    assert (found.low, found.high) == pytest.approx((found.effect - reach, found.effect + reach), abs=0.08)


def test_the_wild_bootstrap_follows_the_errors_of_the_panel():
    rng = np.random.default_rng(11)
    for draws, clusters in enumerate((8, 30)):  # Webb's weights, Rademacher's
        branch = np.repeat(np.arange(clusters), 4)
        treated, after = (branch % 2).astype(float), np.tile([0.0, 0.0, 1.0, 1.0], clusters)
        noise = rng.normal(size=len(branch)) + rng.normal(size=clusters)[branch] * after
        x = np.column_stack([np.ones_like(after), treated, after, treated * after])
        nothing, much = wild.wild(x, noise, branch, 3), wild.wild(x, noise + 6 * treated * after, branch, 3)
        assert nothing is not None and much is not None and much < 0.02 < nothing
        plain = did.did(noise, treated, after, branch)
        assert plain is not None and nothing == pytest.approx(plain.p_cluster, abs=(0.15, 0.06)[draws])
    assert wild.wild([[1, 0], [1, 1]], [1.0, 2.0], ["a", "b"], 1) is None


def test_the_wild_bootstrap_keeps_its_level():
    rng = np.random.default_rng(2)
    x = np.column_stack([np.ones(14), np.arange(14) < 6])
    p = [wild.wild(x, rng.normal(size=14), range(14), 1, draws=199) for _ in range(300)]
    assert 0.02 <= np.mean([each <= 0.05 for each in p]) <= 0.09


@pytest.mark.parametrize(("treated", "others"), [(3, 6), (8, 16)])
def test_power_is_what_simulation_gives(treated, others):
    size = power.of_groups(2.0, treated, others)
    rng, z = np.random.default_rng(7), np.arange(treated + others) < treated
    tests = [permutation.test(rng.normal(0, 2.0, len(z)) + size * z, z) for _ in range(500)]
    found = np.mean([each.p <= 0.05 and each.effect > 0 for each in tests if each])
    assert found == pytest.approx(0.8, abs=0.05)


def test_power_where_nothing_can_be_found():
    assert power.of_groups(1.0, 3, 3) == math.inf and power.visible(1.0, 1, 1) == math.inf
    assert power.of_groups(1.0, 4, 12) < power.of_groups(1.0, 3, 12)


def test_own_moves_are_told_from_those_that_are_drawn():
    rng = np.random.default_rng(4)
    n = rng.integers(20, 400, 60).astype(float)
    drawn = 50**2 * 2 / n
    history = [changes.Changes(rng.normal(0, np.sqrt(9.0 + drawn)), drawn) for _ in range(8)]
    assert changes.own(history) == pytest.approx(9.0, rel=0.35)
    still = [changes.Changes(rng.normal(0, np.sqrt(drawn)), drawn) for _ in range(8)]
    assert changes.own(still) < 1.5
    assert changes.own([]) == 0.0


def test_slopes_leave_gaps_out():
    values = np.array([[1.0, 2.0, 3.0, 4.0], [1.0, np.nan, 5.0, 7.0], [1.0, np.nan, np.nan, 2.0]])
    found = changes.slopes(np.arange(4.0), values)
    assert found[:2].tolist() == pytest.approx([1.0, 2.0]) and np.isnan(found[2])


def test_likenesses_are_the_nearest_each_once_and_no_stranger():
    features = {f"b{i}": [float(i), 0.0] for i in range(10)} | {"odd": [60.0, 0.0]}
    found = matching.chosen(features, ("b2", "b7"), 6)
    assert {(pair.one, pair.other) for pair in found[:2]} <= {("b2", "b1"), ("b2", "b3"), ("b7", "b6"), ("b7", "b8")}
    others = [pair.other for pair in found]
    assert len(set(others)) == len(others) == 6 and not {"odd", "b2", "b7"} & set(others)
    assert matching.nearest(features, ("b2", "b7"), ("b8",))[0].one == "b7"
    assert not matching.chosen(features, ("odd",), 4)
    assert not matching.chosen({}, ("b1",), 4)


def test_two_branches_leave_no_error_to_judge_by():
    rng = np.random.default_rng(9)
    branch, after = [0] * 10 + [1] * 10, [0] * 5 + [1] * 5 + [0] * 5 + [1] * 5
    treated, period, y = branch, [*range(10)] * 2, rng.normal(50, 4, 20)
    assert did.did(y, treated, after, branch) is None
    assert did.two_way(y, treated, after, branch, period) is None


def test_earlier_values_that_are_all_alike_take_nothing_out():
    rng = np.random.default_rng(9)
    some, same, half = rng.normal(50, 4, 20).tolist(), [0.1] * 20, [0] * 10 + [1] * 10
    assert cuped.cuped(same, some, half) is None and cuped.cuped(some, same, half) is None
