"""Series side by side: lags, effective periods, what is taken out."""

from __future__ import annotations

import numpy as np
import pytest

from cx.measure import lag


def plain(values: object) -> lag.Residuals:
    return lag.without(np.asarray(values, float), np.empty((len(values), 0)))  # type: ignore[arg-type]


def wandering(rng: np.random.Generator, n: int, phi: float) -> np.ndarray:
    noise, x = rng.standard_normal(n + 40), np.zeros(n + 40)
    for i in range(1, n + 40):
        x[i] = phi * x[i - 1] + noise[i]
    return x[40:]


def test_ccf_by_hand() -> None:
    # x: deviations -1, 0, 1; y: 1, 0, -1 (n in the denominator: each deviation is sqrt(2/3))
    found = lag.ccf([1, 2, 3], [3, 2, 1], 1)
    assert found == pytest.approx((0.0, -1.0, 0.0))  # lag ±1: (0·1 + 1·0) / 3 / (2/3)
    assert lag.ccf([1, 5, 2, 2], [4, 4, 4, 4], 1) == (0.0, 0.0, 0.0)


def test_the_lead_is_found_where_it_was_planted() -> None:
    rng = np.random.default_rng(3)
    x = rng.standard_normal(60)
    y = np.concatenate([rng.standard_normal(2), x[:-2]]) + 0.3 * rng.standard_normal(60)
    found = lag.leads(plain(x), plain(y), 4)
    best = max(found, key=lambda lead: lead.r)
    assert best.lag == 2 and best.p is not None and best.p < 1e-6
    assert best.low is not None and 0.5 < best.low < best.r
    backwards = lag.leads(plain(y), plain(x), 4)
    assert all(lead.p is None or lead.p > 0.001 for lead in backwards)


def test_covariates_are_taken_out_whatever_their_scale_or_number() -> None:
    days = np.array([20, 22, 17, 23, 19, 21, 22, 20, 18, 23.0])
    trend = np.arange(10.0)
    columns = np.column_stack([trend, days, 3 * days - 2 * trend + 1, np.ones(10)])  # two of four say nothing new
    found = lag.without(5 + 0.4 * trend - 2 * days, columns)
    assert found.taken == 2
    assert np.abs(found.values).max() < 1e-9
    other = lag.without(np.random.default_rng(1).standard_normal(10), columns)
    assert abs(other.values @ days) < 1e-9 and abs(other.values.sum()) < 1e-9


def test_series_that_repeat_themselves_count_for_less() -> None:
    rng = np.random.default_rng(5)
    slow, fast = wandering(rng, 400, 0.8), rng.standard_normal(400)
    both = lag.effective(plain(slow), plain(wandering(rng, 400, 0.8)))
    assert 400 * 0.36 / 1.64 * 0.6 < both < 400 * 0.36 / 1.64 * 1.6  # n (1 - 0.64) / (1 + 0.64)
    assert lag.effective(plain(slow), plain(fast)) > 330  # one of them alone costs nothing
    assert lag.effective(plain(fast), plain(fast[::-1])) <= 400


@pytest.mark.parametrize("n", [18, 36])
@pytest.mark.parametrize("phi", [0.0, 0.7])
def test_tests_of_unrelated_series_keep_their_level(n: int, phi: float) -> None:
    rng, seen, wrong = np.random.default_rng(11), 0, 0
    for _ in range(160):
        for lead in lag.leads(plain(wandering(rng, n, phi)), plain(wandering(rng, n, phi)), 1):
            seen += lead.p is not None
            wrong += lead.p is not None and lead.p < 0.05
    assert seen > 160
    assert wrong / seen < 0.05 + 3 * (0.05 * 0.95 / 160) ** 0.5  # lags of one series are not independent: n = 160


def test_too_few_periods_say_nothing() -> None:
    found = lag.leads(plain([1, 2, 1, 3, 2]), plain([2, 1, 3, 1, 2]), 3)
    assert [lead.p for lead in found] == [None] * 4
