"""The cross-check on a small bank: which quadrant, what is confirmed, what is refused and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from small_bank import indicator, ratings

from cx.bank.calendar import Calendar
from cx.bank.model import Model
from cx.bank.shape import Branch, Indicator, Journey, Stage, Touchpoint
from cx.insight import crosscheck
from cx.insight.crosscheck import read as crosscheck_read
from cx.insight.crosscheck.shape import Cross, Place, Rules, Seen
from cx.measure import periods
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.store.database import Database

LAST, TODAY = dt.date(2026, 9, 30), dt.date(2026, 11, 22)
MONTHS = [periods.add_months(dt.date(2025, 8, 1), i) for i in range(14)]
BRANCHES = [f"b{i:02}" for i in range(16)]
NOW = periods.parse("2026-09", LAST)
assert NOW and NOW.before
SCOPE = Scope(WHOLE_BANK, NOW.start, NOW.end)


def _entry(name: str, touchpoint: str, direction: str = "lower", target: float | None = 10.0) -> Indicator:
    return Indicator(name, {"en": name}, "min", direction, target=target, thresholds={"alarm": 30.0},  # type: ignore[arg-type]
                     journey="opening", stage="serve", touchpoint=touchpoint)  # fmt: skip


POINTS = ("queue", "form", "desk", "guide", "app", "lobby")
MODEL = Model(
    branches={b: Branch(b, {}, "north" if i % 2 else "south") for i, b in enumerate(BRANCHES)},
    journeys={"opening": Journey("opening", {}, (Stage("serve", {}, tuple(Touchpoint(p, {}) for p in POINTS)),))},
    indicators={entry.id: entry for entry in (
        _entry("wait", "queue"), _entry("forms", "form"), _entry("minutes", "desk"), _entry("asked", "guide"),
        _entry("crash", "app"),
    )},
)  # fmt: skip


def _rated(db: Database, touchpoint: str, good: int, bad: int, **dims: object) -> None:
    ratings(db, {5: good, 1: bad}, touchpoint=touchpoint, stage="serve", **dims)


@pytest.fixture
def db() -> Iterator[Database]:
    """September: queue bad and linked over branches, form bad and not linked, desk bad for customers only, guide for
    the indicator only, app without answers, lobby without indicator."""
    found = Database(":memory:")
    day = dt.date(2026, 9, 10)
    for place, branch in enumerate(BRANCHES):
        mixed = (place * 7) % 16  # an order that has nothing to do with the branches' own
        _rated(found, "queue", 8 - place // 2, 4 + place // 2, branch=branch, day=day)
        _rated(found, "form", 8 - mixed // 2, 4 + mixed // 2, branch=branch, day=day)
        _rated(found, "desk", 4, 8, branch=branch, day=day)
        for well in ("guide", "lobby"):
            _rated(found, well, 9, 0, branch=branch, day=day)
        indicator(found, "wait", 12 + place, dt.date(2026, 9, 1), branch=branch)
        indicator(found, "forms", 12 + place, dt.date(2026, 9, 1), branch=branch)
        indicator(found, "minutes", 5, dt.date(2026, 9, 1), branch=branch)
        indicator(found, "asked", 20, dt.date(2026, 9, 1), branch=branch)
    indicator(found, "crash", 20, dt.date(2026, 9, 1))
    yield found
    found.close()


def check(db: Database, scope: Scope = SCOPE, model: Model = MODEL, **rules: object) -> Cross:
    assert NOW
    return crosscheck.check(db.cursor(), scope, model, NOW.before, LAST, TODAY, Rules(**rules))  # type: ignore[arg-type]


def place(cross: Cross, touchpoint: str) -> Place:
    return next(found for found in cross.places if found.touchpoint == touchpoint)


def only(cross: Cross, touchpoint: str) -> Seen:
    (seen,) = place(cross, touchpoint).seen
    return seen


def test_each_touchpoint_lands_where_its_two_sides_say(db: Database) -> None:
    cross = check(db)
    assert {p.touchpoint: p.quadrant for p in cross.places} == {
        "queue": "both", "form": "both", "desk": "survey", "guide": "indicator", "app": "unknown", "lobby": "unknown",
    }  # fmt: skip
    assert [p.touchpoint for p in cross.confirmed] == ["queue"], "bad on both sides is not enough: form is not linked"
    assert place(cross, "app").heard.reason == "none" and not place(cross, "lobby").seen
    rank = only(cross, "queue").link.rank  # type: ignore[union-attr]
    assert rank and rank.n == 16 and rank.r > 0.95 and rank.within
    assert cross.verdict.rate <= cross.verdict.level


def test_rules_move_the_signals(db: Database) -> None:
    assert place(check(db, line="alarm"), "queue").quadrant == "survey"  # 19.5 minutes on average, alarm at 30
    assert place(check(db, gap=3.9), "queue").quadrant == "indicator"
    assert place(check(db, against="goal", goal=1.2), "desk").heard.signal == "fine"
    assert place(check(db, against="goal", goal=4.0), "desk").heard.signal == "bad"
    assert place(check(db, metric="top2", gap=None), "desk").heard.signal == "bad"
    assert place(check(db, against="before"), "queue").quadrant == "unknown"  # nobody was asked in August


def test_its_own_before_is_compared_unless_the_survey_changed_its_meaning(db: Database) -> None:
    for branch in BRANCHES[:4]:
        _rated(db, "queue", 30, 0, branch=branch, day=dt.date(2026, 8, 10))
        _rated(db, "desk", 30, 0, branch=branch, day=dt.date(2026, 8, 10), survey_id="other", survey_version="0.9.0")
        _rated(db, "desk", 5, 5, branch=branch, day=dt.date(2026, 9, 10), survey_id="other")
    cross = check(db, against="before")
    assert place(cross, "queue").heard.signal == "bad" and place(cross, "queue").quadrant == "both"
    assert (place(cross, "desk").heard.signal, place(cross, "desk").heard.reason) == ("unknown", "broken")


def test_an_indicator_without_any_limit_is_held_against_its_branches_before(db: Database) -> None:
    bare = replace(MODEL.indicators["minutes"], target=None, thresholds={})
    model = replace(MODEL, indicators={"minutes": bare})
    assert (only(check(db, model=model), "desk").signal, only(check(db, model=model), "desk").reason) == (
        "unknown", "few",
    )  # fmt: skip
    for number, branch in enumerate(BRANCHES):
        indicator(db, "minutes", 3 + number % 3 / 10, dt.date(2026, 8, 1), branch=branch)
    cross = check(db, model=model)
    assert only(cross, "desk").signal == "bad" and only(cross, "desk").limit is None
    assert only(cross, "desk").moved.diff == pytest.approx(5 - 3 - 15 / 160)


def test_a_branch_sees_its_own_and_no_comparison_of_branches(db: Database) -> None:
    own = replace(SCOPE, rights=Rights(frozenset(BRANCHES[15:])))
    cross = check(db, own)
    seen = only(cross, "queue")
    assert seen.no_branches == "rights" and seen.spread == () and not cross.confirmed
    assert seen.estimate.value == 27 and seen.estimate.n == 1 and place(cross, "queue").heard.estimate.n == 12
    assert only(cross, "app").estimate.value is None, "a value of the whole bank is not the branch's"
    everyone = replace(SCOPE, rights=Rights(frozenset(BRANCHES)))
    assert only(check(db, everyone), "queue").no_branches == "rights"
    assert only(check(db, SCOPE.narrowed(branch="b01")), "queue").no_branches == "one"


def test_time_needs_a_run_of_periods_and_finds_the_lead(db: Database) -> None:
    assert only(check(db), "queue").no_time == "periods"
    shape = [0, 3, 1, 5, 2, 6, 0, 4, 7, 1, 5, 2, 6]
    for month, day in enumerate(MONTHS[:-1]):
        indicator(db, "crash", 20 + shape[month], day)
        bad = shape[month - 1] if month else 0  # answers follow a month later
        _rated(db, "app", 20 - 2 * bad, 2 * bad, day=day, branch="b00")
    cross = check(db)
    seen = only(cross, "app")
    assert not seen.no_time and len(seen.points) == 13, "September has no answers"
    assert seen.link and seen.link.best and seen.link.best.lag == 1 and seen.link.best.r > 0.5
    assert seen.no_branches == "values" and cross.taken[:2] == ("trend", "season")
    _rated(db, "app", 5, 5, day=MONTHS[3], branch="b00", survey_version="2.0.0")
    assert only(check(db), "app").no_time == "broken"


def test_finer_values_are_added_up_by_their_denominators_and_coarser_ones_never_split(db: Database) -> None:
    for day, value, weight in ((3, 10, 100), (4, 40, 300)):
        indicator(db, "minutes", value, dt.date(2026, 7, day), branch="b00", grain="day", denominator=weight)
    indicator(db, "asked", 99, dt.date(2026, 7, 1), branch="b00", grain="quarter")
    weekly = crosscheck_read.figures(db.cursor(), SCOPE, MODEL, MODEL.indicators, "week", None, LAST, TODAY)
    mean = (10 * 100 + 40 * 300) / 400
    assert weekly.history == {"minutes": {dt.date(2026, 6, 29): mean}}, "months and quarters are no weeks"
    # Where the dictionary's own grain has values, no other is mixed in: months from months, though days would fit.
    monthly = crosscheck_read.figures(db.cursor(), SCOPE, MODEL, MODEL.indicators, "month", None, LAST, TODAY)
    assert monthly.history["minutes"] == {dt.date(2026, 9, 1): 5.0}
    daily = {"minutes": replace(MODEL.indicators["minutes"], grain="day")}
    added = crosscheck_read.figures(db.cursor(), SCOPE, MODEL, daily, "month", None, LAST, TODAY)
    assert added.history["minutes"] == {dt.date(2026, 7, 1): mean}
    assert dt.date(2026, 7, 1) not in added.history.get("asked", {})


def test_values_of_the_whole_bank_are_not_added_to_those_of_branches(db: Database) -> None:
    indicator(db, "minutes", 500, dt.date(2026, 9, 1))
    assert only(check(db), "desk").estimate.value == 5


def test_what_is_taken_out_counts_the_days_of_each_period() -> None:
    off = frozenset(dt.date(2026, 5, day) for day in (1, 4, 5))
    days = [periods.add_months(dt.date(2025, 6, 1), i) for i in range(14)]
    model = replace(MODEL, calendar=Calendar(off, frozenset({dt.date(2026, 5, 9)}), (31,), (20,)))
    columns, names = crosscheck_read.covariates(days, "month", model)
    assert names == ("trend", "season", "working_days", "holidays"), "every month has one bill day: nothing to take out"
    assert columns[days.index(dt.date(2026, 5, 1)), -2:].tolist() == [19, 3]  # 21 weekdays, 3 off, 1 swapped
    weeks = [dt.date(2026, 6, 1) + dt.timedelta(weeks=i) for i in range(8)]
    columns, names = crosscheck_read.covariates(weeks, "week", model)
    assert names == ("trend", "bill_days", "repayment_days"), "less than a year shows no season"
    assert columns[:, 1].tolist() == [0, 0, 0, 0, 1, 0, 0, 0]  # June has no 31st: its last day, Tuesday 30
    assert columns[:, 2].tolist() == [0, 0, 1, 0, 0, 0, 0, 1]  # Saturday 20 June, Monday 20 July


def test_few_answers_are_not_good_news(db: Database) -> None:
    _rated(db, "app", 4, 3, branch="b00", day=dt.date(2026, 9, 10))
    heard = place(check(db), "app").heard
    assert (heard.signal, heard.reason) == ("unknown", "wide") and heard.q is not None
    _rated(db, "app", 400, 300, branch="b01", day=dt.date(2026, 9, 10))
    assert place(check(db), "app").heard.signal == "fine"  # 3.29; the others on average below
    assert place(check(db, gap=0.1), "guide").heard.signal == "fine"
