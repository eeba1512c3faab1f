"""How alike units are, against published figures and against data whose spread is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cx.measure.consistency import apart, spread
from cx.measure.statistics import EMPTY, Estimate, nps

# Thirteen trials of BCG vaccine (Colditz 1994), log risk ratios and their variances, and what R's metafor 4 says of
# them: tau² by Paule and Mandel, and its Q-profile interval (confint).
_VALUES = (
    -0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209, 0.0120, -0.4694, -1.3713, -0.3394, 0.4459, -0.0173,
)  # fmt: skip
_VARIANCES = (
    0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730, 0.0124, 0.5325, 0.0714,
)  # fmt: skip


def estimate(value: float, error: float) -> Estimate:
    return Estimate(value, value - 1.96 * error, value + 1.96 * error, 100, error)


def test_published_figures() -> None:
    found = spread([estimate(v, math.sqrt(s)) for v, s in zip(_VALUES, _VARIANCES, strict=True)])
    assert found is not None and found.units == 13 and found.p < 1e-20
    assert found.between**2 == pytest.approx(0.3181, abs=2e-3)
    assert found.low**2 == pytest.approx(0.1197, abs=2e-3) and found.high**2 == pytest.approx(1.1115, abs=5e-3)


@pytest.mark.parametrize("units", [5, 40])
def test_the_interval_holds_the_truth_as_often_as_it_says(units: int) -> None:
    rng, held, true = np.random.default_rng(11), 0, 6.0
    for _ in range(300):
        errors = rng.uniform(2, 6, units)
        values = rng.normal(30, true, units) + rng.normal(0, errors)
        found = spread([estimate(v, s) for v, s in zip(values, errors, strict=True)])
        assert found is not None
        held += found.low <= true <= found.high
    assert 0.92 <= held / 300 <= 0.98


def test_units_that_are_alike_are_told_to_be_within_noise() -> None:
    rng, wrong = np.random.default_rng(12), 0
    for _ in range(300):
        found = spread([estimate(30 + rng.normal(0, 5), 5) for _ in range(20)])
        assert found is not None and found.low == 0 or found.real
        wrong += found.real
    assert wrong <= 300 * 0.08


def test_two_units_that_differ_by_the_spread() -> None:
    draws = np.random.default_rng(1).normal(0, 4, (2, 200_000))
    assert apart(4) == pytest.approx(np.abs(draws[0] - draws[1]).mean(), rel=0.01)


def test_too_few_units_and_those_without_values() -> None:
    assert spread([estimate(1, 1), estimate(2, 1), EMPTY]) is None
    assert spread([nps(20, 5, 2), nps(5, 5, 5), nps(4, 0, 0)]) is not None, "a one-sided base has an error too"
