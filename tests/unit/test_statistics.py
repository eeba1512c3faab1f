"""Intervals and tests, checked by hand-sized examples and properties; reference numbers are in tests/shared."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from cx.measure import hiding, periods, statistics
from cx.measure.statistics import HIDDEN, Estimate


def test_nps_by_hand() -> None:
    found = statistics.nps(60, 20, 20)
    assert (found.value, found.n) == (40.0, 100)
    assert found.se == pytest.approx(8.0)  # 100 * sqrt((0.8 - 0.16) / 100)
    assert found.low < 40 < found.high


def test_one_sided_bases_keep_an_interval() -> None:
    found = statistics.nps(10, 0, 0)
    assert found.se == 0
    assert found.low < 60 and found.high == 100


def test_plus_minus_reaches_to_the_far_end_of_the_interval() -> None:
    lopsided = statistics.nps(40, 0, 0)
    assert lopsided.plus_minus == pytest.approx(100 - lopsided.low)
    even = statistics.mean(300, 1000, 100)
    assert even.plus_minus == pytest.approx((even.high - even.low) / 2)
    assert HIDDEN.plus_minus is None


def test_t_quantiles_as_printed_in_every_table() -> None:
    for degrees, value in ((1, 12.706205), (2, 4.302653), (5, 2.570582), (30, 2.042272), (1e7, 1.959964)):
        assert statistics.t_value(degrees) == pytest.approx(value, abs=1e-5)
        assert statistics.t_cdf(statistics.t_value(degrees), min(degrees, 1e6)) == pytest.approx(0.975, abs=1e-6)


def test_wilson_stays_within_0_and_1() -> None:
    assert statistics.share(0, 12).low == 0.0
    assert statistics.share(12, 12).high == 1.0


def test_change_says_up_down_noise_or_too_few() -> None:
    low, high = statistics.nps(200, 200, 600), statistics.nps(600, 200, 200)
    assert statistics.change(low, high).verdict == "up"
    assert statistics.change(high, low).verdict == "down"
    assert statistics.change(high, high).verdict == "noise"
    assert statistics.change(high, HIDDEN).verdict == "too_few"
    assert statistics.change(high, HIDDEN).diff is None


def test_a_few_unanimous_answers_do_not_prove_a_change() -> None:
    """Plain Wald gives seven promoters no error at all, and would call any difference from them certain."""
    few = statistics.nps(7, 0, 0).guarded(5, 30)
    many = statistics.nps(50, 25, 25)
    assert statistics.change(many, few).p > 0.001
    assert statistics.change(few, few).verdict == "noise"


def test_large_unanimous_bases_can_be_compared() -> None:
    assert statistics.change(statistics.nps(0, 0, 500), statistics.nps(500, 0, 0)).verdict == "up"


def test_means_are_compared_by_welch() -> None:
    a, b = statistics.mean(15, 55, 5), statistics.mean(20, 90, 5)  # 1..5, and 2..6: equal spread
    found = statistics.change(a, b)
    assert found.diff == 1
    assert found.p == pytest.approx(0.3466, abs=1e-4)  # t = 1 on 8 degrees
    assert found.high - 1 == pytest.approx(statistics.t_value(8), abs=1e-9)


def test_benjamini_hochberg_by_hand() -> None:
    assert statistics.benjamini_hochberg([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert statistics.benjamini_hochberg([]) == []


def test_guarded_by_people_where_told() -> None:
    found = Estimate(3.0, 2.0, 4.0, 40)
    assert found.guarded(5, 30).state == "ok"
    assert found.guarded(5, 30, respondents=29).state == "small"
    assert found.guarded(5, 30, respondents=4) is HIDDEN


def test_hiding_leaves_sound_tables_alone() -> None:
    assert hiding.hidden({("a",): 5, ("b",): 0, ("c",): 90}, 5) == set()
    assert hiding.hidden({(): 3}, 5) == {()}
    assert hiding.hidden({("a",): 3}, 5) == {("a",)}


@pytest.mark.parametrize("seed", range(40))
def test_hiding_never_leaves_a_line_with_too_little(seed: int) -> None:
    """In any table: what a line hides is nothing, everything, or at least two cells with the minimum together."""
    state = seed
    bases = {}
    for row in range(5):
        for column in range(4):
            state = (state * 1103515245 + 12345) % 2**31
            bases[row, column] = (state >> 8) % 14
    out = hiding.hidden(bases, 5)
    assert all(key in out for key, base in bases.items() if 0 < base < 5)
    for place in (0, 1):
        for value in range(5):
            line = [key for key, base in bases.items() if key[place] == value and base]
            gone = [key for key in line if key in out]
            enough = len(gone) >= 2 and sum(bases[key] for key in gone) >= 5
            assert not gone or enough or len(gone) == len(line)


def test_periods_round_trip_and_step_back() -> None:
    last = dt.date(2026, 9, 28)
    for token in ("2026Q3", "2026-09", "2026", "90d", "all", "2026-01-05..2026-02-03"):
        found = periods.parse(token, last)
        assert found is not None and found.token == token
    quarter = periods.parse("2026Q1", last)
    assert quarter is not None and quarter.before is not None and quarter.before.token == "2025Q4"
    days = periods.parse("90d", last)
    assert days is not None and days.before is not None
    assert days.before.end == days.start - dt.timedelta(days=1)
    assert (days.end - days.start) == (days.before.end - days.before.start)
    for junk in ("", "2026Q5", "2026-13", "0000", "0d", "2026-02-30..2026-03-01", "2026-03-02..2026-03-01", "x' OR 1"):
        assert periods.parse(junk, last) is None, junk


def test_the_default_period_is_the_last_quarter_that_is_over() -> None:
    first, today = dt.date(2025, 4, 1), dt.date(2026, 11, 22)
    assert periods.default(first, dt.date(2026, 9, 28), today).token == "2026Q3"
    assert periods.default(first, dt.date(2026, 11, 20), today).token == "2026Q3"
    assert periods.default(dt.date(2026, 10, 9), dt.date(2026, 11, 20), today).token == "90d"


def test_incomplete_beta_is_symmetric() -> None:
    assert statistics.incomplete_beta(2, 3, 0.4) == pytest.approx(1 - statistics.incomplete_beta(3, 2, 0.6))
    assert math.isclose(statistics.incomplete_beta(1, 1, 0.3), 0.3)


@pytest.mark.parametrize(("value", "count"), [(0.1, 6), (3.3, 11), (72.7, 7), (1e6 + 0.1, 10)])
def test_equal_decimals_do_not_vary_by_rounding(value: float, count: int) -> None:
    before, after = (statistics.mean(sum([x] * count), sum([x * x] * count), count) for x in (value, value + 1))
    assert before.se == 0 and statistics.change(before, after).verdict == "too_few"


def test_whole_numbers_far_from_zero_keep_their_spread() -> None:
    ids = [10**9 + n for n in range(40)]
    found = statistics.mean(sum(ids), sum(n * n for n in ids), len(ids))
    assert found.se is not None and found.se**2 * 40 == pytest.approx(40 * 41 / 12)
