"""Stages, cohorts, north stars, say and do, benchmarks: figures worked out by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from small_bank import indicator, scores

from cx.bank import model as bank
from cx.bank.benchmarks import Benchmark
from cx.bank.model import Model
from cx.bank.schemes import NorthStar, Schemes
from cx.bank.shape import Indicator
from cx.insight import benchmarks, stages
from cx.insight.benchmarks import Band, NotComparable
from cx.insight.stages import cohorts, monthly, north_star, say_do
from cx.measure.periods import add_months
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.store.database import Database

TODAY = dt.date(2026, 11, 22)
SCOPE = Scope(WHOLE_BANK)
FIRST = dt.date(2025, 4, 1)
MODEL = Model(
    indicators={
        "new": Indicator("new", {"en": "New"}, "customers"),
        "dau": Indicator("dau", {"en": "Daily"}, "users", grain="day"),
        "mau": Indicator("mau", {"en": "Monthly"}, "users"),
        "share": Indicator("share", {"en": "Share"}, "%", target=50.0),
        "wait": Indicator("wait", {"en": "Wait"}, "min", "lower", target=10.0, thresholds={"watch": 12.0}),
        "m1": Indicator("m1", {"en": "M1"}, "%"), "m3": Indicator("m3", {"en": "M3"}, "%"),
        "refer": Indicator("refer", {"en": "Refer"}, "%"),
    },
    schemes=Schemes(
        north_stars=(NorthStar("opening", "share", ("wait", "new")),), cohorts=((3, "m3"), (1, "m1")),
        stickiness=("dau", "mau"), say_do=("relational", "refer"),
    ),
)  # fmt: skip


def test_people_are_added_up_over_branches_and_ratios_are_not(db: Database) -> None:
    indicator(db, "new", 30, FIRST, branch="A")
    indicator(db, "new", 12, FIRST, branch="B")
    indicator(db, "share", 40, FIRST, branch="A", numerator=4, denominator=10)
    indicator(db, "share", 80, FIRST, branch="B", numerator=72, denominator=90)
    with db.cursor() as con:
        new, share = (monthly.figure(con, SCOPE, MODEL, name).last for name in ("new", "share"))
        own = monthly.figure(con, Scope(Rights(frozenset({"B"}))), MODEL, "new").last
    assert new is not None and (new.value, new.n, new.base) == (42.0, 2, None)
    assert share is not None and (share.value, share.base) == (76.0, 100.0)  # (4 + 72) of 100
    assert own is not None and own.value == 12.0


def test_a_value_of_the_whole_bank_is_not_added_to_its_branches(db: Database) -> None:
    for branch, value in ((None, 50), ("A", 30), ("B", 20)):
        indicator(db, "new", value, FIRST, branch=branch)
    with db.cursor() as con:
        found = monthly.figure(con, SCOPE, MODEL, "new").last
    assert found is not None and found.value == 50.0


def test_stickiness_is_mean_daily_users_over_monthly_users(db: Database) -> None:
    for day, value in enumerate((10, 20, 60)):  # mean 30
        indicator(db, "dau", value, dt.date(2026, 2, 1 + day), grain="day", channel="mobile")
    indicator(db, "mau", 120, dt.date(2026, 2, 1), channel="mobile")
    indicator(db, "mau", 500, dt.date(2026, 3, 1), channel="mobile")  # no daily users that month
    with db.cursor() as con:
        (found,) = stages.stickiness(con, SCOPE, MODEL)
    assert (found.share, found.days, found.length) == (0.25, 3, 28)


def test_a_move_is_judged_by_the_usual_ones(db: Database) -> None:
    values = [10, 11] * 5 + [10]  # ten moves of 1 before the last month
    for at, value in enumerate([*values, 14]):
        indicator(db, "wait", value, add_months(FIRST, at))
    with db.cursor() as con:
        found = monthly.figure(con, SCOPE, MODEL, "wait")
    assert found.usual == pytest.approx(3.267)  # D4 of two values times a mean moving range of 1
    assert (found.move, found.verdict) == (4.0, "worse")  # lower is better
    assert monthly.usual([10, 11] * 4) is None  # seven moves say nothing yet


def test_a_gap_before_the_last_month_is_not_bridged(db: Database) -> None:
    for month in (0, 2):
        indicator(db, "wait", 10 + month, add_months(FIRST, month))
    with db.cursor() as con:
        assert monthly.figure(con, SCOPE, MODEL, "wait").move is None


def _line(db: Database, name: str, values: list[float]) -> None:
    for at, value in enumerate(values):
        indicator(db, name, value, add_months(FIRST, at))


def test_a_star_that_rises_while_a_guardrail_breaks_is_told(db: Database) -> None:
    wobble = [0.1, -0.1, 0.2, -0.2, 0.0, 0.1]
    _line(db, "share", [40 + w for w in wobble * 2] + [46 + w for w in wobble])
    _line(db, "wait", [10 + w for w in wobble * 2] + [12.5 + w for w in wobble])
    with db.cursor() as con:
        (found,) = north_star.view(con, SCOPE, MODEL)
    assert (found.line.trend, found.line.against, found.line.state) == ("better", "year", "broken")  # below its target
    assert [(g.figure.indicator.id, g.trend, g.state) for g in found.guards] == [("wait", "worse", "broken")]
    assert found.silent == ("new",) and len(found.traded) == 1
    assert found.line.change.diff == pytest.approx(6)


def test_a_still_star_trades_nothing_and_the_limit_itself_breaks(db: Database) -> None:
    _line(db, "share", [40, 41] * 9)
    _line(db, "wait", [12.0, 12.0] * 9)
    with db.cursor() as con:
        (found,) = north_star.view(con, SCOPE, MODEL)
    assert found.line.trend == "noise" and found.traded == ()
    assert found.guards[0].state == "broken"  # from the threshold on
    assert found.guards[0].trend == "too_few"  # no noise at all: nothing to test against


def test_cohorts_are_told_by_age_and_the_young_are_not_missing(db: Database) -> None:
    for at in range(12):
        kept = 80 if at < 6 else 90
        indicator(db, "m1", kept, add_months(FIRST, at), branch="A", numerator=kept, denominator=100)
        indicator(db, "m1", 50, add_months(FIRST, at), branch="B", numerator=150, denominator=300)
    indicator(db, "m3", 70, FIRST, branch="A", numerator=70, denominator=100)
    with db.cursor() as con:
        found = cohorts.triangle(con, SCOPE, MODEL)
    assert found is not None and [age.months for age in found.ages] == [1, 3] and len(found.cohorts) == 12
    first, third = found.ages
    assert first.cells[FIRST].value == pytest.approx((80 + 150) / 400)
    assert (first.before.value, first.latest.value) == (pytest.approx(0.575), pytest.approx(0.6))
    assert first.before.n == 6 * 400 and first.change.verdict == "noise"  # z = 1.76
    assert third.change.verdict == "too_few"
    assert found.due(FIRST, 3, dt.date(2025, 8, 1)) and not found.due(FIRST, 3, dt.date(2025, 7, 31))


def test_words_and_deeds_are_compared_with_a_year_ago(db: Database) -> None:
    for day, promoters, referred in ((dt.date(2025, 8, 1), 300, 200), (dt.date(2026, 8, 1), 300, 100)):
        for branch in "ABCDEFGHIJ":
            scores(db, promoters // 10, 5, 5, nps_kind="relational", day=day, branch=branch)
            indicator(db, "refer", referred / 10, day, branch=branch, numerator=referred / 10, denominator=100)
    with db.cursor() as con:
        found = say_do.view(con, SCOPE, MODEL)
        own = say_do.view(con, Scope(Rights(frozenset({"A"}))), MODEL)
    assert found is not None and own is not None
    assert [(point.say.value, point.do.value) for point in found.points] == [(0.75, 0.2), (0.75, 0.1)]
    assert (found.say.verdict, found.do.verdict, found.gap) == ("noise", "down", "opens")
    assert found.r is None and len(found.branches) == 10  # all alike: nothing to correlate
    assert [branch.id for branch in own.branches] == ["A"]


def test_a_branch_that_talks_and_does_not_do_is_found(db: Database) -> None:
    day = dt.date(2026, 8, 1)
    for at, branch in enumerate("ABCDEFGHIJK"):
        said, done = (95, 5) if branch == "K" else (40 + at, 20 + at % 3)
        scores(db, said, 0, 100 - said, nps_kind="relational", day=day, branch=branch)
        indicator(db, "refer", done, day, branch=branch, numerator=done * 5, denominator=500)
    with db.cursor() as con:
        found = say_do.view(con, SCOPE, MODEL)
    assert found is not None
    sides = {branch.id: (branch.say_side, branch.do_side) for branch in found.branches}
    assert sides["K"] == ("high", "low") and {sides[b] for b in "DEF"} == {("usual", "usual")}
    assert found.r is not None and found.r < 0 and found.r_high is not None


def _benchmark(**given: object) -> Benchmark:
    facts = {
        "id": "b", "name": {}, "of": "nps", "low": 20.0, "high": 30.0, "source": {"en": "S"}, "scale": "0-10",
        "date": dt.date(2026, 1, 31), "method": "web", "n": 1000, "nps_kind": "relational",
    }  # fmt: skip
    return Benchmark(**{**facts, **given})  # type: ignore[arg-type]


RELATIONAL = Scope(WHOLE_BANK, nps_kind="relational")


@pytest.mark.parametrize(
    ("given", "reasons"),
    [
        ({}, []),
        ({"method": "app", "scale": "0–10"}, []),
        ({"nps_kind": "transactional"}, ["kind"]),
        ({"nps_kind": None}, ["kind"]),
        ({"scale": "1-5"}, ["scale"]),
        ({"scale": ""}, ["scale"]),
        ({"method": "phone"}, ["method"]),
        ({"method": None}, ["method"]),
        ({"n": None}, ["n_missing"]),
        ({"n": 99}, ["n_small"]),
        ({"n": 100}, []),
        ({"date": None}, ["date_missing"]),
        ({"date": dt.date(2024, 11, 1)}, []),
        ({"date": dt.date(2024, 10, 31)}, ["old"]),
        ({"journey": "opening"}, ["place"]),
        ({"said_no": True, "why": {"en": "differs"}}, ["said"]),
        ({"method": "phone", "n": 3, "date": dt.date(2020, 1, 1)}, ["method", "n_small", "old"]),
    ],
)
def test_rules_say_what_must_not_be_compared(given: dict[str, object], reasons: list[str]) -> None:
    found = benchmarks.judged(_benchmark(**given), MODEL, RELATIONAL, TODAY)
    assert [why.code for why in found.why] == reasons if isinstance(found, NotComparable) else reasons == []


def test_an_indicators_benchmark_is_counted_by_machines_in_its_unit() -> None:
    ours = SCOPE.narrowed(indicator="wait", branch="A")
    fits = {"of": "wait", "scale": "min", "method": "system", "n": 12, "nps_kind": None}
    found = benchmarks.judged(_benchmark(**fits), MODEL, ours, TODAY)
    assert isinstance(found, Band) and found.narrowed == ("branch",)
    asked = benchmarks.judged(_benchmark(**{**fits, "method": "panel", "n": 900}), MODEL, ours, TODAY)
    assert isinstance(asked, NotComparable) and [why.code for why in asked.why] == ["method"]


def test_a_value_is_outside_only_with_its_whole_interval() -> None:
    band = Band(_benchmark())
    assert [band.side(v) for v in (None, 19.9, 20, 30, 30.1)] == [None, "below", "within", "within", "above"]
    assert band.side(57, 22, 92) == "unclear" and band.side(57, 31, 80) == "above" and band.side(5, 1, 19) == "below"


def test_the_newest_comparable_benchmark_is_offered() -> None:
    old, new = _benchmark(date=dt.date(2025, 1, 1)), _benchmark(id="n", date=dt.date(2026, 5, 1))
    phone = _benchmark(id="p", date=dt.date(2026, 9, 1), method="phone")
    model = Model(benchmarks={"b": old, "n": new, "p": phone})
    assert benchmarks.of(model, "nps", RELATIONAL, TODAY) == Band(new)
    only = benchmarks.of(Model(benchmarks={"p": phone}), "nps", RELATIONAL, TODAY)
    assert isinstance(only, NotComparable) and benchmarks.of(model, "csat", SCOPE, TODAY) is None


def test_the_shipped_files_are_sound_and_examples_say_so() -> None:
    shipped = bank.load(Path(__file__).resolve().parents[2] / "data" / "model")
    assert shipped.benchmarks and all(one.example for one in shipped.benchmarks.values())
    assert all("示例" in one.name["zh"] and "Example" in one.name["en"] for one in shipped.benchmarks.values())
    assert {"growth", "decision"} <= set(shipped.schemes.schemes)
    assert [len(scheme.stages) for scheme in shipped.schemes.schemes.values()] == [4, 3]
    assert {star.journey for star in shipped.schemes.north_stars} == set(shipped.journeys)
    assert all(len(star.guardrails) == 5 for star in shipped.schemes.north_stars)
