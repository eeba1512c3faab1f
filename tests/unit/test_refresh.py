"""When a value is due, as people write it; worked out by the calendar by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from cx.bank import refresh
from cx.bank.calendar import Calendar

OCTOBER = dt.date(2026, 10, 31)  # a Saturday


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ("T+1", (2026, 11, 1)),
        ("t + 7", (2026, 11, 7)),
        ("T＋３", (2026, 11, 3)),
        ("D+2天", (2026, 11, 2)),
        ("T+1工作日", (2026, 11, 2)),  # Monday
        ("T+5个工作日", (2026, 11, 6)),  # Friday
        ("T+6 working days", (2026, 11, 9)),
        ("每月3日", (2026, 11, 3)),
        ("次月 5 日前", (2026, 11, 5)),
        ("每季后15日", (2026, 11, 15)),
        ("monthly on the 5th", (2026, 11, 5)),
        ("10 days after the month", (2026, 11, 10)),
        ("每周一", (2026, 11, 2)),
        ("每周六", (2026, 11, 7)),  # not the period's own last day
        ("weekly on Wednesday", (2026, 11, 4)),
        ("每日", (2026, 11, 1)),
        ("实时", (2026, 10, 31)),
        ("每小时", (2026, 10, 31)),
        ("1h", (2026, 10, 31)),
        ("1d", (2026, 11, 1)),
    ],
)
def test_words_are_understood(said: str, due: tuple[int, int, int]) -> None:
    found = refresh.parse(said)
    assert found is not None and found.due(OCTOBER) == dt.date(*due)


@pytest.mark.parametrize("said", ["", "月度", "M+1", "每月", "ask Ms Li", "T+", "T+1000000", "每月32小时前看"])
def test_what_is_not_understood_is_not_guessed(said: str) -> None:
    assert refresh.parse(said) is None


def test_working_days_leave_holidays_out_and_count_swapped_weekends() -> None:
    rule = refresh.parse("T+3 working days") or refresh.parse("T+3工作日")
    assert rule is not None and rule.working
    off, on = {dt.date(2026, 10, 1) + dt.timedelta(days=i) for i in range(7)}, {dt.date(2026, 10, 10)}
    works = Calendar(frozenset(off), frozenset(on)).works
    assert rule.due(dt.date(2026, 9, 30), works) == dt.date(2026, 10, 10)  # Thu 8, Fri 9, Sat 10 (worked)
    assert rule.due(dt.date(2026, 9, 30)) == dt.date(2026, 10, 5)  # Monday to Friday only
