"""Control limits hold what they promise: drawn again and again without any difference, so many units lie outside."""

from __future__ import annotations

import math

import numpy as np
import pytest

from cx.measure import funnel
from cx.measure.funnel import OUTER, WARNING, Common

BASES = np.array([30, 40, 60, 90, 150, 220, 300, 450, 700, 1000, 1500, 2500] * 4)


def nps_common(p: float, d: float) -> Common:
    values, shares = np.array([1.0, 0.0, -1.0]), np.array([p, 1 - p - d, d])
    mean = values @ shares
    deviation = math.sqrt((values - mean) ** 2 @ shares)
    skewness = ((values - mean) ** 3 @ shares) / deviation**3
    return Common(100 * mean, 100 * deviation, skewness, -100.0, 100.0)


def nps_drawn(random: np.random.Generator, p: float, d: float, times: int) -> np.ndarray:
    counts = np.stack([random.multinomial(n, [p, 1 - p - d, d], size=times) for n in BASES], axis=1)
    return 100 * (counts[:, :, 0] - counts[:, :, 2]) / BASES


def outside(common: Common, drawn: np.ndarray, confidence: float) -> float:
    ends = np.array([funnel.limits(common, 0.0, float(n), confidence) for n in BASES])
    return float(np.mean((drawn < ends[:, 0]) | (drawn > ends[:, 1])))


@pytest.mark.parametrize(("p", "d"), [(0.5, 0.15), (0.8, 0.05), (0.2, 0.5), (0.34, 0.33)])
def test_without_differences_one_in_twenty_scores_lies_outside_the_inner_and_one_in_500_outside_the_outer_line(
    p: float, d: float
) -> None:
    drawn = nps_drawn(np.random.default_rng(1), p, d, 2000)
    common = nps_common(p, d)
    assert outside(common, drawn, WARNING) == pytest.approx(0.05, abs=0.006)
    assert outside(common, drawn, OUTER) == pytest.approx(0.002, abs=0.0009)


@pytest.mark.parametrize("share", [0.5, 0.76, 0.9])
def test_the_same_holds_of_shares(share: float) -> None:
    random = np.random.default_rng(2)
    drawn = np.stack([random.binomial(n, share, size=2000) / n for n in BASES], axis=1)
    spread = math.sqrt(share * (1 - share))
    common = Common(share, spread, (1 - 2 * share) / spread, 0.0, 1.0)
    assert outside(common, drawn, WARNING) == pytest.approx(0.05, abs=0.008)
    assert outside(common, drawn, OUTER) == pytest.approx(0.002, abs=0.0012)


def test_limits_are_those_of_the_normal_distribution_for_answers_that_are_not_skewed() -> None:
    from scipy.stats import norm

    for base, confidence, between in ((50, 0.95, 0.0), (400, 0.998, 3.0)):
        low, high = funnel.limits(Common(30.0, 80.0), between, base, confidence)
        sd = math.sqrt(80.0**2 / base + between**2)
        assert (low, high) == pytest.approx(norm.interval(confidence, 30.0, sd))
    assert funnel.limits(Common(95.0, 30.0, 0.0, -100.0, 100.0), 0.0, 5, 0.998)[1] == 100.0


@pytest.mark.parametrize("true", [0.0, 2.0, 4.0, 8.0])
def test_with_usual_variation_between_units_as_many_lie_outside_the_widened_lines(true: float) -> None:
    random, common = np.random.default_rng(3), nps_common(0.5, 0.15)
    found, inner, outer = [], 0, 0
    for _ in range(60):
        places = random.normal(common.value, true, len(BASES))
        values = random.normal(places, common.deviation / np.sqrt(BASES))
        one = funnel.funnel(common, values.tolist(), BASES.tolist())
        found.append(one.between or 0.0)
        inner += sum(side != "inside" for side in one.sides)
        outer += sum(side.endswith("outer") for side in one.sides)
    assert float(np.median(found)) == pytest.approx(true, abs=0.7)
    assert 0.03 < inner / (60 * len(BASES)) < 0.07
    assert outer / (60 * len(BASES)) < 0.007


def test_a_few_units_that_are_truly_different_lie_outside_and_do_not_widen_the_lines() -> None:
    random, common = np.random.default_rng(4), nps_common(0.5, 0.15)
    bases = [400] * 40
    values = random.normal(common.value + random.normal(0, 2.5, 40), common.deviation / 20)
    values[:3] -= 30
    values[3:6] += 30
    found = funnel.funnel(common, values.tolist(), bases)
    assert found.sides[:3] == ("below_outer",) * 3 and found.sides[3:6] == ("above_outer",) * 3
    assert sum(side.endswith("outer") for side in found.sides[6:]) == 0
    assert found.between is not None and found.between < 6


def test_the_usual_variation_solves_its_equation() -> None:
    from scipy.optimize import brentq
    from scipy.stats import norm

    random = np.random.default_rng(5)
    errors = 75 / np.sqrt(random.integers(50, 900, 25))
    away = random.normal(0, 9, 25)
    cut = norm.ppf(0.9)
    expected = norm.expect(lambda z: min(abs(z), cut) ** 2)
    tau = brentq(lambda t: np.mean(np.minimum(np.abs(away) / np.hypot(errors, t), cut) ** 2) - expected, 0, 100)
    assert max(np.abs(away) / np.hypot(errors, tau)) < norm.ppf(0.999)  # nobody is left out
    assert funnel.usual_variation(away.tolist(), errors.tolist()) == pytest.approx(tau, rel=1e-6)


@pytest.mark.parametrize("base", [1, 5, 12, 30, 400])
@pytest.mark.parametrize("skewness", [-6.0, -1.0, 0.0, 3.0])
def test_the_inner_limits_lie_within_the_outer_ones(base: int, skewness: float) -> None:
    common = Common(0.9, 0.3, skewness)
    (low, high), (low_outer, high_outer) = (funnel.limits(common, 0.0, base, c) for c in (WARNING, OUTER))
    assert low_outer < low < high < high_outer


def test_few_units_say_nothing_of_their_usual_variation() -> None:
    found = funnel.funnel(Common(30.0, 75.0), [10.0, 30.0, 50.0], [400, 400, 400])
    assert found.between is None and found.sides == ("below_outer", "inside", "above_outer")
    with pytest.raises(ValueError, match="vary"):
        funnel.funnel(Common(100.0, 0.0), [100.0], [10])
