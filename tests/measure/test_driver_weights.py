"""Importances against definitions worked out another way, and resampling against the ordinary bootstrap."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import numpy.typing as npt
import pytest

from cx.measure import drivers, drivers_draws

Floats = npt.NDArray[np.float64]


def made(
    seed: int, n: int, slopes: tuple[float, ...], shared: float = 0.5, missing: float = 0.0
) -> tuple[Floats, Floats]:
    """Rows of correlated drivers and an outcome of known slopes, and which values are known."""
    r = np.random.default_rng(seed)
    common = r.standard_normal((n, 1))
    x = np.sqrt(shared) * common + np.sqrt(1 - shared) * r.standard_normal((n, len(slopes)))
    y = x @ np.array(slopes) + r.standard_normal(n)
    known = np.column_stack([r.random(x.shape) >= missing, np.full(n, True)])
    return np.column_stack([x, y]), known


def fit(x: Floats, y: Floats) -> float:
    """R² by least squares."""
    if not x.shape[1]:
        return 0.0
    design = np.column_stack([np.ones(len(x)), x])
    rest = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return float(1 - rest.var() / y.var())


def split(rows: Floats, known: Floats) -> tuple[Floats, Floats]:
    r = drivers.moments(rows, known).correlations
    return r[:-1, :-1], r[:-1, -1]


def test_lmg_is_what_a_driver_adds_averaged_over_all_orders() -> None:
    rows, known = made(1, 300, (0.8, 0.3, 0.0, -0.4))
    x, y = rows[:, :-1], rows[:, -1]
    added = np.zeros(4)
    orders = list(permutations(range(4)))
    for order in orders:
        for place, driver in enumerate(order):
            added[driver] += fit(x[:, order[: place + 1]], y) - fit(x[:, order[:place]], y)
    assert drivers.lmg(*split(rows, known)) == pytest.approx(added / len(orders), abs=1e-9)


def test_johnson_sums_to_what_least_squares_explains() -> None:
    rows, known = made(2, 400, (0.9, 0.5, 0.2, 0.1, 0.0))
    of, on = split(rows, known)
    assert drivers.johnson(of, on).sum() == pytest.approx(fit(rows[:, :-1], rows[:, -1]), abs=1e-9)
    assert drivers.explained(of, on) == pytest.approx(fit(rows[:, :-1], rows[:, -1]), abs=1e-9)


def test_drivers_that_share_nothing_weigh_their_squared_correlation() -> None:
    on = np.array([0.5, 0.3, -0.4])
    assert drivers.johnson(np.eye(3), on) == pytest.approx(on**2)
    assert drivers.lmg(np.eye(3), on) == pytest.approx(on**2)


def test_last_and_inflation_equal_regressions_without_and_of_a_driver() -> None:
    rows, known = made(3, 300, (0.8, 0.3, 0.1))
    of, on = split(rows, known)
    x, y = rows[:, :-1], rows[:, -1]
    for driver in range(3):
        others = np.delete(x, driver, axis=1)
        assert drivers.last(of, on)[driver] == pytest.approx(fit(x, y) - fit(others, y), abs=1e-9)
        assert drivers.inflation(of)[driver] == pytest.approx(1 / (1 - fit(others, x[:, driver])), rel=1e-9)


def test_each_correlation_is_over_those_who_gave_both_answers() -> None:
    rows, known = made(4, 500, (0.8, 0.3, 0.1), missing=0.3)
    found = drivers.moments(rows, known)
    for one in range(4):
        for other in range(4):
            both = known[:, one] & known[:, other]
            assert found.n[one, other] == both.sum()
            expected = np.corrcoef(rows[both, one], rows[both, other])[0, 1]
            assert found.correlations[one, other] == pytest.approx(expected, abs=1e-12)


def test_contradicting_correlations_are_seen_and_the_pair_is_named() -> None:
    alike = np.array([[1.0, 0.1, 0.2], [0.1, 1.0, 0.9999999999], [0.2, 0.9999999999, 1.0]])
    apart = np.array([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])
    assert drivers.definite(np.stack([np.eye(3), alike, apart])).tolist() == [True, False, False]
    close = np.array([[1.0, 0.2, 0.1], [0.2, 1.0, 0.97], [0.1, 0.97, 1.0]])
    assert drivers.entangled(close) == (1, 2)
    assert not drivers.definite(np.full((2, 2), np.nan))


def test_logistic_weights_do_not_exist_where_drivers_tell_the_outcome_apart() -> None:
    x = np.arange(40.0)[:, None] * [1, 0.5] + np.random.default_rng(5).standard_normal((40, 2))
    assert np.isnan(drivers.johnson_logit(x, x[:, 0] > 20)).all()


def test_packets_hold_every_row_once() -> None:
    rows, known = made(6, 2_345, (0.8, 0.3, 0.1), missing=0.2)
    dealt = drivers_draws.packets(rows, known)
    whole, pooled = drivers.moments(rows, known), drivers_draws.pooled(dealt)
    assert len(dealt.n) <= drivers_draws.PACKETS
    for name in ("n", "x", "xx", "xy"):
        assert getattr(pooled, name) == pytest.approx(getattr(whole, name), abs=1e-8)


def test_draws_of_packets_spread_as_draws_of_rows_do() -> None:
    rows, known = made(7, 3_000, (0.9, 0.5, 0.2, 0.0), missing=0.2)
    twice, both = np.column_stack([rows, rows[:, -1]]), np.column_stack([known, known[:, -1]])
    ours = drivers_draws.solved(drivers_draws.drawn(drivers_draws.packets(twice, both), 400, (1,)), 4)
    r = np.random.default_rng(8)
    plain = []
    for _ in range(400):
        some = r.integers(0, len(rows), len(rows))
        plain.append(drivers.johnson(*split(rows[some], known[some])))
    assert len(ours) == 400 and not ours.failed
    assert ours.weights.std(axis=0) == pytest.approx(np.std(plain, axis=0), rel=0.2)
    assert ours.weights.mean(axis=0) == pytest.approx(np.mean(plain, axis=0), abs=0.01)


def test_the_same_seed_draws_the_same_and_ranks_are_told() -> None:
    rows, known = made(9, 800, (0.9, 0.4, 0.0))
    twice, both = np.column_stack([rows, rows[:, -1]]), np.column_stack([known, known[:, -1]])
    dealt = drivers_draws.packets(twice, both)
    one, again, other = (drivers_draws.solved(drivers_draws.drawn(dealt, 50, (seed,)), 3) for seed in (1, 1, 2))
    assert (one.weights == again.weights).all() and (one.weights != other.weights).any()
    assert len(one.also(other)) == 100
    assert (one.ranks[:, 0] == 1).all() and sorted(one.ranks[0].tolist()) == [1, 2, 3]
    low, high = one.interval(one.slopes)
    assert low[0] < 0.9 < high[0] and low[2] < 0 < high[2]
