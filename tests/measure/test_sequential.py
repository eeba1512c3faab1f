"""Looking again and again: boundaries against published ones, the error by simulation, sample sizes by hand."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from scipy.stats import norm

from cx.measure import sequential
from cx.measure.sequential import Point

DAY = dt.date(2026, 6, 1)


def evenly(looks: int) -> tuple[float, ...]:
    return tuple((at + 1) / looks for at in range(looks))


# Lan and DeMets: spending of the O'Brien-Fleming type, two-sided 0.05, evenly spread looks; the bounds that the
# programs ld98 (Reboussin et al. 2000) and gsDesign (sfLDOF, 0.025 a side) print.
PUBLISHED = {
    1: (1.9600,),
    2: (2.9626, 1.9686),
    3: (3.7103, 2.5114, 1.9930),
    4: (4.3326, 2.9631, 2.3590, 2.0141),
    5: (4.8769, 3.3569, 2.6803, 2.2898, 2.0310),
}


@pytest.mark.parametrize("looks", PUBLISHED)
def test_the_bounds_are_the_published_ones(looks: int) -> None:
    assert sequential.bounds(evenly(looks)) == pytest.approx(PUBLISHED[looks], abs=1.5e-4)


def test_crossing_agrees_with_published_tests() -> None:
    # Looking 2, 4, 10 and 20 times with 1.96 (Armitage, McPherson and Rowe 1969).
    for looks, error in ((2, 0.083), (4, 0.126), (10, 0.193), (20, 0.248)):
        assert sum(sequential.crossing(evenly(looks), [norm.ppf(0.975)] * looks)) == pytest.approx(error, abs=6e-4)
    # Pocock's and O'Brien and Fleming's constants for 5 looks (Jennison and Turnbull 2000, tables 2.1 and 2.3).
    times = evenly(5)
    assert sum(sequential.crossing(times, [2.413] * 5)) == pytest.approx(0.05, abs=1e-4)
    assert sum(sequential.crossing(times, [2.040 / math.sqrt(t) for t in times])) == pytest.approx(0.05, abs=1e-4)


def test_the_error_is_kept_by_looking_every_day_at_whatever_pace() -> None:
    rng = np.random.default_rng(20260601)
    for pace in (np.ones(60), rng.gamma(0.7, size=60), np.r_[np.full(30, 3.0), np.full(30, 0.3)]):
        times = np.cumsum(pace) / pace.sum()
        limits = np.array(sequential.bounds(tuple(times)))
        steps = rng.standard_normal((15_000, 60)) * np.sqrt(np.diff(times, prepend=0))
        crossed = (np.abs(np.cumsum(steps, axis=1)) > limits * np.sqrt(times)).any(axis=1).mean()
        assert crossed == pytest.approx(0.05, abs=3.3 * math.sqrt(0.05 * 0.95 / 15_000))
    plain = (np.abs(np.cumsum(steps, axis=1)) > 1.96 * np.sqrt(times)).any(axis=1).mean()
    assert plain > 0.25  # what looking every day without this would do


def test_the_last_look_of_all_uses_what_is_left() -> None:
    early = sequential.bounds((0.2, 0.5))
    final = sequential.bounds((0.2, 0.5), final=True)
    assert final[0] == early[0] and final[1] < early[1]
    assert sum(sequential.crossing((0.2, 0.5), final)) == pytest.approx(0.05, abs=1e-6)


def test_power_and_sample_size_are_what_theory_and_simulation_say() -> None:
    # Without looks: (1.960 + 0.842)² = 7.849; two shares 0.42 and 0.47: 7.849 · (0.2436 + 0.2491) / 0.05² = 1,547.
    variances = (sequential.variance("share", 0.42), sequential.variance("share", 0.47))
    assert sequential.needed(variances, (1, 1), sequential.information(0.05, 1)) == (1547, 1547)
    unequal = sequential.needed((1.0, 1.0), (3, 1), sequential.information(0.1, 1))
    assert unequal[0] == pytest.approx(3 * unequal[1], abs=3) and 1 / (1 / unequal[0] + 1 / unequal[1]) >= 784
    # NPS with 50% promoters, 30% passives, 20% detractors: 100² · (0.7 - 0.3²) = 6,100; mean with deviation 1.2.
    assert sequential.variance("points", 30, 0.3) == pytest.approx(6100)
    assert sequential.variance("mean", 4, 1.2) == pytest.approx(1.44)
    rng, looks = np.random.default_rng(7), 20
    wanted = sequential.information(0.05, looks)
    assert 1.03 < sequential.inflation(looks) < 1.06
    times = evenly(looks)
    steps = rng.standard_normal((20_000, looks)) / math.sqrt(looks) + 0.05 * math.sqrt(wanted) / looks
    limits = np.array(sequential.bounds(times)) * np.sqrt(times)
    assert (np.abs(np.cumsum(steps, axis=1)) > limits).any(axis=1).mean() == pytest.approx(0.8, abs=0.01)


def points(values: list[tuple[float, float]], **more: float) -> list[Point]:
    return [Point(DAY + dt.timedelta(days=at), diff, se, **more) for at, (diff, se) in enumerate(values)]


def test_looks_end_with_what_decides_or_with_all_the_information() -> None:
    found = sequential.looked(points([(5, 4), (5, 2), (5, 1), (0, 0.9)]), wanted=1.0)
    assert [look.day.day for look in found] == [1, 2, 3]  # full at the third; what came later is no look
    assert found[-1].time == 1 and found[-1].crossed and found[-1].low > 0
    assert not found[0].crossed and found[0].high - found[0].low > 8 * 4 * 1.9
    decided = sequential.looked(points([(5, 2), (6, 1.5), (0, 1)]), wanted=1.0)
    assert [look.crossed for look in decided] == [False, True]  # the first crossing stands, whatever comes after
    assert sequential.looked([], 1.0) == () == sequential.looked(points([(1, 0.0)]), 1.0)


def test_a_day_without_new_data_is_no_look_and_the_planned_end_is() -> None:
    days = points([(2.1, 1.5), (2.1, 1.5), (2.1, 1.4999)])
    assert len(sequential.looked(days, 1.0)) == 1
    last = sequential.looked(days, 1.0, final=True)
    assert [look.day.day for look in last] == [1, 3] and last[-1].reach < 2.1 * 1.5
    few = sequential.looked(points([(2.1, 1.0)], degrees=6), 1.0)
    assert few[0].reach == pytest.approx(2.4469, abs=1e-3)  # Student's t with 6 degrees


@pytest.mark.parametrize("share", [0.5, 0.12])
def test_the_error_of_two_shares_is_kept_with_daily_looks_at_real_answers(share: float) -> None:
    """25 respondents a day and arm of the same share, looked at every day as an experiment is."""
    rng, days, runs = np.random.default_rng(11), 28, 6_000
    n = 25 * np.arange(1, days + 1)
    p = rng.binomial(25, share, size=(runs, 2, days)).cumsum(axis=2) / n
    diff, se = p[:, 1] - p[:, 0], np.sqrt((p * (1 - p)).sum(axis=1) / n)
    limits = np.minimum(sequential.bounds(tuple(n / n[-1])), 99)
    asked = n >= 30
    crossed = ((np.abs(diff) > limits * se) & (se > 0))[:, asked].any(axis=1)
    assert crossed.mean() == pytest.approx(0.05, abs=0.01)
    wanted = n[-1] / (2 * share * (1 - share))
    for run in [*np.flatnonzero(crossed)[:6], *np.flatnonzero(~crossed)[:6]]:
        series = [Point(DAY + dt.timedelta(days=int(at)), diff[run, at], se[run, at]) for at in np.flatnonzero(asked)]
        looks = sequential.looked(series, wanted, final=True)
        margin = min(abs(abs(diff[run, at]) - limits[at] * se[run, at]) for at in np.flatnonzero(asked))
        assert looks[-1].crossed == crossed[run] or margin < 0.15 * se[run, -1]  # times follow the errors seen
