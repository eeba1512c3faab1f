"""A dictionary that changes what an indicator means: nothing is compared across that day, on no screen."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

import pytest
from small_bank import indicator, ratings

from cx.act.charter import Charter
from cx.act.telling import finding
from cx.act.verification import as_json, before_after, of_json
from cx.bank.model import Model, dictionary
from cx.bank.shape import Index, Journey, Stage, Touchpoint
from cx.insight import crosscheck, indicator_values, meanings, readings, signals, tree
from cx.insight.crosscheck.shape import Rules
from cx.insight.signals.limits import Settings
from cx.insight.stages import monthly
from cx.measure import periods
from cx.measure.scope import WHOLE_BANK, Scope
from cx.output.charts import indicators as drawn
from cx.store.database import Database
from cx.words import LANGUAGES, Translator

TEXT = """indicators:
  - {id: wait, name: Wait, unit: min, direction: lower, target: 10, thresholds: {watch: 12, alarm: 30}}
  - {id: done, name: Done, unit: "%", direction: higher, target: 90, scale: {zero: 0, full: 100}}
  - {id: visits, name: Visits}
  - {id: users, name: Users}
  - {id: per_user, name: Per user, computed: visits / users, target: 3}
"""
SECONDS, MILD = TEXT.replace("unit: min", "unit: s"), TEXT.replace("target: 90", "target: 95")
JUNE, JULY = dt.date(2026, 6, 1), dt.date(2026, 7, 1)
NOW = Scope(WHOLE_BANK, JULY, dt.date(2026, 7, 31))
BEFORE = NOW.between(JUNE, dt.date(2026, 6, 30))
PLACE = {"journey": "opening", "stage": "serve", "touchpoint": "queue"}
MODEL = Model(
    journeys={"opening": Journey("opening", {}, (Stage("serve", {}, (Touchpoint("queue", {}),)),))},
    indicators={id: replace(each, **PLACE) for id, each in dictionary(SECONDS).items()},
    index=Index({"en": "Index"}, {}),
)


def served(db: Database, *versions: tuple[dt.date, str, str | None]) -> None:
    """Versions of the dictionary as they went into service: (day, text, level)."""
    with db.writing() as con:
        for number, (day, text, level) in enumerate(versions, start=1):
            digest = hashlib.sha256(text.encode()).hexdigest()
            row = {
                "survey_id": "indicators.yaml", "number": number, "version": f"{number}.0.0", "origin": "published",
                "level": level, "digest": digest, "sha256": digest, "text": text, "authors": "[]", "who": "w",
                "happened_at": dt.datetime.combine(day, dt.time(9)),
            }  # fmt: skip
            marks = ", ".join("?" * len(row))
            con.execute(f"INSERT INTO survey_version ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def in_seconds(db: Database, since: dt.date) -> None:
    served(db, (dt.date(2024, 1, 1), TEXT, None), (dt.date(2024, 2, 1), MILD, "minor"), (since, SECONDS, "major"))


def two_months(db: Database) -> None:
    for name, before, after in (("wait", 20, 900), ("done", 60, 80)):
        indicator(db, name, before, JUNE)
        indicator(db, name, after, JULY)


def test_only_what_changes_the_meaning_breaks_and_a_computed_one_breaks_with_its_parts(db: Database) -> None:
    counted = SECONDS.replace("name: Visits", "name: Visits, unit: users")
    in_seconds(db, JULY)
    with db.cursor() as con:
        assert [(b.day, b.version, b.fields) for b in meanings.breaks(con, MODEL)["wait"]] == [
            (JULY, "3.0.0", ("unit",))
        ]
        assert set(meanings.breaks(con, MODEL)) == {"wait"}
    other = Database(":memory:")
    served(other, (JUNE, SECONDS, None), (JULY, counted, "major"))
    with other.cursor() as con:
        found = meanings.breaks(con, MODEL)
    assert set(found) == {"visits", "per_user"} and found["per_user"][0].indicator == "visits"
    other.close()


def test_an_indicator_that_was_taken_out_and_comes_back_otherwise_is_broken(db: Database) -> None:
    gone = "indicators:\n" + "".join(line for line in TEXT.splitlines(True)[2:])
    served(db, (dt.date(2026, 1, 1), TEXT, None), (JUNE, gone, "major"), (JULY, SECONDS, "minor"))
    with db.cursor() as con:
        assert [b.day for b in meanings.breaks(con, MODEL)["wait"]] == [JULY]


@pytest.mark.parametrize("day", [dt.date(2026, 6, 2), dt.date(2026, 6, 15), JULY])
def test_the_contribution_across_a_break_is_availability_never_change(db: Database, day: dt.date) -> None:
    two_months(db)
    with db.cursor() as con:
        plain = tree.look(con, NOW, BEFORE, MODEL)
    assert not plain.unlike and plain.parts["wait"] != 0
    in_seconds(db, day)
    with db.cursor() as con:
        view = tree.look(con, NOW, BEFORE, MODEL)
    assert view.unlike == {"wait"} and tree.came(view) == ("wait",)
    assert view.moved is not None and not view.parts.get("wait") and view.moved.availability
    # 900 s is beyond the alarm (0 points): 60 → (80 + 0) / 2. "done" alone moved by its 20 points with a mean weight.
    assert (float(view.moved.before), float(view.moved.after)) == (60, 40)
    assert float(sum(view.parts.values()) + view.moved.gone_or_new) == -20
    leaf = next(leaf for leaf in view.leaves if leaf.indicator.id == "wait")
    assert [value for value in leaf.trend if value is not None] == [900]


@pytest.mark.parametrize("day", [JUNE, dt.date(2026, 7, 2), dt.date(2026, 9, 1)])
def test_a_break_before_or_after_both_periods_leaves_them_comparable(db: Database, day: dt.date) -> None:
    two_months(db)
    in_seconds(db, day)
    with db.cursor() as con:
        assert not tree.look(con, NOW, BEFORE, MODEL).unlike


def test_within_a_period_only_the_values_since_the_break_are_added_up(db: Database) -> None:
    two_months(db)
    in_seconds(db, JULY)
    with db.cursor() as con:
        view = tree.look(con, NOW.between(JUNE, NOW.end), None, MODEL)
    assert {leaf.indicator.id: leaf.now.value for leaf in view.leaves if leaf.now.n} == {"wait": 900, "done": 70}


def _months(db: Database, name: str, values: list[float], **dims: object) -> list[dt.date]:
    days = [periods.add_months(dt.date(2024, 9, 1), place) for place in range(len(values))]
    for day, value in zip(days, values, strict=True):
        indicator(db, name, value, day, **dims)
    return days


def test_limits_never_use_values_from_before_a_break(db: Database) -> None:
    old, new = [10 + place % 3 for place in range(12)], [600 + 7 * (place % 3) for place in range(10)]
    days = _months(db, "wait", [*old, *new])
    in_seconds(db, days[12])
    with db.cursor() as con:
        watched = signals.view(con, WHOLE_BANK, MODEL, Settings(), 12).of("indicator:wait:month:")
    assert watched is not None and watched.limits.phase is not None
    assert watched.limits.phase[0] == days[12] and [p.day for p in watched.limits.before] == days[:12]
    assert watched.limits.chart is not None and min(watched.limits.chart.values) >= 600
    agreed = [alarm for alarm in watched.alarms if alarm.agreed]
    assert [alarm.first for alarm in agreed] == [days[12]], "30 is agreed for seconds, not for the minutes before"


def test_without_values_since_the_break_there_are_no_limits_and_no_threshold_alarm(db: Database) -> None:
    days = _months(db, "wait", [40.0] * 20)
    in_seconds(db, periods.add_months(days[-1], 1))
    with db.cursor() as con:
        watched = signals.view(con, WHOLE_BANK, MODEL, Settings(), 12).of("indicator:wait:month:")
    assert watched is not None and watched.limits.chart is None and not watched.alarms


def test_a_stage_is_not_compared_across_a_break(db: Database) -> None:
    days = _months(db, "wait", [*[10 + place % 2 for place in range(18)], *[600 + place % 2 for place in range(3)]])
    with db.cursor() as con:
        assert monthly.lines(con, Scope(WHOLE_BANK), MODEL, ["wait"])["wait"].trend != "too_few"
    in_seconds(db, days[18])
    with db.cursor() as con:
        line = monthly.lines(con, Scope(WHOLE_BANK), MODEL, ["wait"])["wait"]
    assert line.trend == "too_few" and [month.day for month in line.figure.alike] == days[18:]
    assert line.figure.move == -1 and line.figure.year is None and line.state == "broken"


def test_a_limit_of_today_says_nothing_of_values_that_meant_something_else(db: Database) -> None:
    days = _months(db, "wait", [40.0] * 3)
    in_seconds(db, dt.date(2026, 1, 1))
    with db.cursor() as con:
        assert monthly.line(con, Scope(WHOLE_BANK), MODEL, "wait").state == "untold"
        scope = Scope(WHOLE_BANK, days[0], dt.date(2025, 12, 31))
        assert [r.verdict for r in readings.readings(con, scope, MODEL, "opening")] == ["broken"]


def test_the_cross_check_does_not_judge_or_compare_across_a_break(db: Database) -> None:
    last, today = dt.date(2026, 7, 31), dt.date(2026, 8, 20)
    for day in _months(db, "wait", [40 + place % 4 for place in range(23)]):
        ratings(db, {5: 12, 1: 8}, day=day, stage="serve", touchpoint="queue")

    def seen() -> tuple[str, str, str]:
        with db.cursor() as con:
            cross = crosscheck.check(con, NOW, MODEL, None, last, today, Rules(against="goal"))
        (one,) = [each for place in cross.places for each in place.seen if each.indicator.id == "wait"]
        return one.signal, one.reason, one.no_time

    assert seen() == ("bad", "", "")
    in_seconds(db, dt.date(2026, 7, 10))  # July began before
    assert seen()[:2] == ("unknown", "broken")


def test_over_time_the_cross_check_begins_anew_at_a_break(db: Database) -> None:
    last, today = dt.date(2026, 7, 31), dt.date(2026, 8, 20)
    days = _months(db, "wait", [40 + place % 4 for place in range(23)])
    for day in days:
        ratings(db, {5: 12, 1: 8}, day=day, stage="serve", touchpoint="queue")
    in_seconds(db, days[18])
    with db.cursor() as con:
        cross = crosscheck.check(con, NOW, MODEL, None, last, today, Rules(against="goal"))
    (one,) = [each for place in cross.places for each in place.seen if each.indicator.id == "wait"]
    assert one.signal == "bad" and one.no_time == "meaning" and [day for day, _, _ in one.points] == days[18:]


def test_computed_indicators_stand_beside_a_journey_and_in_stages(db: Database) -> None:
    for day, visits in ((JUNE, 200), (JULY, 800)):
        indicator(db, "visits", visits, day)
        indicator(db, "users", 200, day)
    with db.cursor() as con:
        found = {r.indicator.id: r for r in readings.readings(con, NOW, MODEL, "opening")}
        figure = monthly.figure(con, Scope(WHOLE_BANK), MODEL, "per_user")
    assert found["per_user"].estimate.value == 4 and found["per_user"].verdict == "within"
    assert [(month.day, month.value) for month in figure.months] == [(JUNE, 1.0), (JULY, 4.0)]


def test_the_line_breaks_where_the_meaning_did(db: Database) -> None:
    days = _months(db, "wait", [10.0, 11.0, 600.0])
    in_seconds(db, days[1] + dt.timedelta(days=9))
    with db.cursor() as con:
        found = indicator_values.series(con, Scope(WHOLE_BANK), MODEL, "wait")
        broken = meanings.breaks(con, MODEL)["wait"]
    for lang in LANGUAGES:
        chart = drawn.series(found, {}, Translator(lang), 0, broken)
        assert [row["segment"] for row in chart.spec["datasets"]["points"]] == [0, 0, 1]
        (mark,) = chart.spec["datasets"]["breaks"]
        assert mark["period"] == chart.spec["datasets"]["points"][2]["period"] and "3.0.0" in mark["label"]
        assert mark["label"] in chart.about


def test_a_pilot_across_a_change_of_meaning_shows_no_effect(db: Database) -> None:
    in_seconds(db, JULY)
    for place, day in enumerate(periods.add_months(dt.date(2026, 1, 1), back) for back in range(12)):
        for branch in ("A", "B"):
            indicator(db, "wait", 20 + place % 3 if day < JULY else 900 + place % 3, day, branch=branch)
            indicator(db, "done", 60 + place % 3 if day < JULY else 90 + place % 3, day, branch=branch)
    asked = Charter("P", "h", "queue", "wait", 10.0, "o", JULY, dt.date(2026, 10, 20), ("A", "B"), better="lower")
    today = dt.date(2026, 11, 1)
    with db.cursor() as con:
        found = before_after(con, asked, WHOLE_BANK, today)
        sound = before_after(con, replace(asked, metric="done", better="higher"), WHOLE_BANK, today)
    assert (found.verdict, found.redefined, found.broken) == ("not_shown", "3.0.0", True)
    assert (sound.verdict, sound.redefined) == ("improved", None)
    assert of_json(as_json(found)) == found
    assert "3.0.0" in finding(Translator("zh"), asked, found, MODEL)
