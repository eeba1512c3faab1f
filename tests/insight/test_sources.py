"""Freshness and quality of sources, counted in the head: two branches, a year of months, one fault of each kind."""

from __future__ import annotations

import datetime as dt

import pytest
from small_bank import indicator

from cx.bank.model import Model
from cx.bank.shape import Branch, Indicator
from cx.insight import freshness, sources
from cx.measure.periods import add_months
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.store.database import Database

TODAY = dt.date(2026, 11, 22)
SCOPE = Scope(WHOLE_BANK)
MODEL = Model(
    branches={name: Branch(name, {"en": name}) for name in ("A", "B", "C")},
    indicators={
        "wait": Indicator("wait", {"en": "Wait"}, "min", "lower", refresh="T+1", source="queue", owner="Ops",
                          low=0.0, high=60.0),
        "share": Indicator("share", {"en": "Share"}, "%", refresh="whenever", source="other", low=0.0, high=100.0),
        "gone": Indicator("gone", {"en": "Gone"}, refresh="T+1", source="queue", owner="Ops"),
    },
)  # fmt: skip
MONTHS = [add_months(dt.date(2025, 11, 1), back) for back in range(12)]  # 2025-11 … 2026-10: all that is due


def upload(db: Database, name: str, day: dt.date) -> None:
    with db.writing() as con:
        con.execute(
            "INSERT INTO upload VALUES (?, 'indicators', 's', 'f', '', 0, '{}', 'me', ?, 'loaded')",
            [name, dt.datetime.combine(day, dt.time(9))],
        )


def filled(db: Database, name: str = "wait", branches: str = "AB", months: list[dt.date] = MONTHS) -> None:
    for branch in branches:
        for day in months:
            indicator(db, name, 10 + day.month, day, branch=branch)


def of(db: Database, name: str, scope: Scope = SCOPE) -> sources.Source:
    with db.cursor() as con:
        return next(s for s in sources.view(con, scope, MODEL, TODAY).sources if s.name == name)


def test_lag_is_counted_from_the_day_after_the_last_on_time(db: Database) -> None:
    def state(last: dt.date | None, today: dt.date) -> tuple[str, int]:
        found = freshness.standing(
            MODEL.indicators["wait"], (("month", last, 1) if last else None), today, MODEL.calendar.works
        )
        return found.state, found.days

    september = dt.date(2026, 9, 1)
    assert state(september, dt.date(2026, 11, 1)) == ("on_time", 0)  # October is due on 1 November
    assert state(september, dt.date(2026, 11, 2)) == ("late", 1)
    assert state(september, TODAY) == ("late", 21)
    assert state(None, TODAY) == ("missing", 0)


def test_an_update_nobody_understands_is_told_not_judged(db: Database) -> None:
    indicator(db, "share", 50, MONTHS[0], branch="A")
    with db.cursor() as con:
        found = freshness.all(con, SCOPE, MODEL, TODAY)["share"]
    assert (found.state, found.as_of, found.refresh) == ("untold", MONTHS[0], None)


def test_a_whole_year_is_complete(db: Database) -> None:
    filled(db)
    part = of(db, "queue").parts["completeness"]
    # two branches × 12 months, and `gone`, which never came, as one unit of 12
    assert (part.good, part.all) == (24, 36)


def test_gaps_are_found_in_the_middle_and_at_the_end(db: Database) -> None:
    filled(db, branches="A")
    filled(db, branches="B", months=MONTHS[2:5] + MONTHS[6:11])  # began later, lacks one, and the last
    found = of(db, "queue")
    (gap,) = (gap for gap in found.gaps if gap.periods)
    assert (gap.unit[0], gap.periods, gap.due) == ("B", (MONTHS[5], MONTHS[11]), dt.date(2026, 5, 1))
    assert (found.parts["completeness"].good, found.parts["completeness"].all) == (20, 22 + 12)
    assert [gap.indicator for gap in found.gaps if not gap.periods] == ["gone"]
    assert found.never == {"wait": 1}  # branch C


def test_values_on_a_limit_and_corrected_ones_are_not_accurate(db: Database) -> None:
    filled(db, branches="A")
    indicator(db, "wait", 60, MONTHS[0], branch="B")  # exactly the limit
    indicator(db, "wait", 20, MONTHS[1], branch="B", superseded_by="u2")
    indicator(db, "wait", 25, MONTHS[1], branch="B", upload_id="u2")
    indicator(db, "wait", 30, MONTHS[2], branch="B", superseded_by="u2")
    indicator(db, "wait", 30, MONTHS[2], branch="B", upload_id="u2")  # loaded again, not changed
    part = of(db, "queue").parts["accuracy"]
    assert (part.good, part.all) == (13, 15)


def test_parts_must_give_the_value_and_the_grain_be_the_usual_one(db: Database) -> None:
    indicator(db, "share", 25, MONTHS[0], branch="A", numerator=25, denominator=100)
    indicator(db, "share", 25, MONTHS[1], branch="A", numerator=30, denominator=100)
    indicator(db, "share", 0.25, MONTHS[2], branch="A", numerator=25, denominator=100)  # a share for a per cent
    indicator(db, "share", 25, MONTHS[3], branch="A")
    indicator(db, "share", 25, MONTHS[3], branch="A", grain="day")
    found = of(db, "other")
    assert (found.parts["consistency"].good, found.parts["consistency"].all, found.parted) == (2, 5, 3)


def test_two_values_for_one_place_and_period_are_one_too_many(db: Database) -> None:
    filled(db, branches="A")
    indicator(db, "wait", 12, MONTHS[0], branch="A", region="north")
    part = of(db, "queue").parts["uniqueness"]
    assert (part.good, part.all) == (12, 13)


def test_timeliness_counts_only_what_fell_due_since_the_first_file(db: Database) -> None:
    upload(db, "old", dt.date(2026, 8, 20))
    upload(db, "late", dt.date(2026, 10, 5))
    upload(db, "good", dt.date(2026, 11, 1))
    for upload_id, months in (("old", MONTHS[:9]), ("late", MONTHS[10:11]), ("good", MONTHS[11:])):
        for day in months:
            indicator(db, "wait", 10, day, branch="A", upload_id=upload_id)
    part = of(db, "queue").parts["timeliness"]
    # July and before is history; August (due 1 September) never came, September came late, October in time
    assert (part.good, part.all) == (1, 3)


def test_the_score_is_the_weighted_mean_of_what_can_be_counted(db: Database) -> None:
    indicator(db, "share", 0.5, MONTHS[0], branch="A", numerator=50, denominator=100)
    indicator(db, "share", 40, MONTHS[1], branch="A")
    found = of(db, "other")
    assert found.parts["timeliness"].share is None  # nobody said when it is due
    assert found.score == pytest.approx((30 * 1 + 20 * 1 + 15 * 0.5 + 10 * 1) / 75 * 100)
    assert of(db, "queue").score is None  # never gave a value


def test_days_on_which_a_daily_indicator_never_comes_are_not_expected(db: Database) -> None:
    model = Model(indicators={"daily": Indicator("daily", {}, refresh="T+1", source="d", grain="day")})
    monday = dt.date(2026, 11, 2)
    for day in range(19):  # weekdays of three weeks, without one Wednesday; today is Sunday the 22nd
        when = monday + dt.timedelta(days=day)
        if when.weekday() < 5 and when != dt.date(2026, 11, 11):
            indicator(db, "daily", 1, when, grain="day")
    with db.cursor() as con:
        (found,) = sources.view(con, SCOPE, model, TODAY).sources
    assert [gap.periods for gap in found.gaps] == [(dt.date(2026, 11, 11),)]
    assert (found.parts["completeness"].good, found.parts["completeness"].all) == (14, 15)


def test_a_branch_sees_its_own_series_only(db: Database) -> None:
    filled(db, months=MONTHS[:11])
    indicator(db, "share", 5, MONTHS[0])
    scope = Scope(Rights(frozenset({"A"})))
    assert {gap.unit[0] for gap in of(db, "queue", scope).gaps} == {"A"}
    assert of(db, "queue", scope).parts["uniqueness"].all == 11
    with db.cursor() as con:
        assert freshness.all(con, scope, MODEL, TODAY)["share"].state == "missing"
