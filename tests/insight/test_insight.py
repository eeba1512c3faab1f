"""What insight says of a bank whose figures can be worked out in the head."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace

import pytest
from small_bank import brand_scores, indicator, ratings, scores

from cx.bank.model import Model
from cx.bank.shape import Indicator, Journey, Stage, Touchpoint
from cx.insight import indicators, journey, nps, overview, readings
from cx.measure import periods
from cx.measure.metrics import METRICS
from cx.measure.scope import WHOLE_BANK, Scope
from cx.output import charts
from cx.store.database import Database
from cx.words import LANGUAGES, Translator

LAST, TODAY = dt.date(2026, 9, 28), dt.date(2026, 11, 22)
Q3 = periods.parse("2026Q3", LAST)
assert Q3 and Q3.before
SCOPE = Scope(WHOLE_BANK, Q3.start, Q3.end, "transactional")


def _stage(name: str, *touchpoints: str) -> Stage:
    return Stage(name, {"en": name}, tuple(Touchpoint(t, {"en": t}) for t in touchpoints))


MODEL = Model(
    journeys={"opening": Journey("opening", {}, (_stage("book", "app"), _stage("serve", "queue", "desk")))},
    indicators={
        "wait": Indicator("wait", {"en": "Wait"}, "min", "lower", target=10.0, journey="opening", stage="serve",
                          touchpoint="queue"),
        "uptime": Indicator("uptime", {"en": "Uptime"}, "%", "higher", target=99.0, journey="opening", stage="book"),
    },
)  # fmt: skip


def test_headline_tests_the_quarter_against_the_one_before(db: Database) -> None:
    scores(db, 100, 100, 200, day=dt.date(2026, 5, 5))  # -25
    scores(db, 200, 100, 100, day=dt.date(2026, 8, 5))  # +25
    found = nps.overview(db.cursor(), SCOPE, Q3.before)
    assert (found.estimate.value, found.change.diff, found.change.verdict) == (25.0, 50.0, "up")
    unbounded = nps.overview(db.cursor(), replace(SCOPE, start=None, end=None), None)
    assert unbounded.change.verdict == "too_few"


def test_distribution_counts_each_score_and_hides_with_its_base(db: Database) -> None:
    scores(db, 2, 1, 1)
    assert nps.distribution(db.cursor(), SCOPE) == ()
    scores(db, 4, 1, 1)
    bars = nps.distribution(db.cursor(), SCOPE)
    assert [(b.score, b.n, b.group) for b in bars if b.n] == [
        (3, 2, "detractor"),
        (7, 2, "passive"),
        (9, 6, "promoter"),
    ]
    assert sum(b.share for b in bars) == pytest.approx(1)


def test_trend_keeps_gaps_and_never_compares_a_running_period(db: Database) -> None:
    for month, promoters in ((4, 50), (5, 50), (8, 90), (9, 10)):
        scores(db, promoters, 0, 100 - promoters, day=dt.date(2026, month, 15))
    found = nps.trend(db.cursor(), SCOPE, "month", dt.date(2026, 9, 15), dt.date(2026, 9, 20))
    assert [p.estimate.state for p in found.points] == ["ok", "ok", "empty", "empty", "ok", "ok"]
    assert [p.complete for p in found.points] == [True] * 5 + [False]
    # July is empty: August has nothing to be compared with.
    assert found.compared == (dt.date(2026, 7, 1), dt.date(2026, 8, 1))
    assert found.change.verdict == "too_few"
    later = nps.trend(db.cursor(), SCOPE, "month", dt.date(2026, 9, 15), TODAY)
    assert later.compared == (dt.date(2026, 8, 1), dt.date(2026, 9, 1))
    assert (later.change.diff, later.change.verdict) == (-160.0, "down")


@pytest.mark.parametrize("grain", periods.GRAINS)
def test_trend_by_every_grain_spans_at_most_its_length(db: Database, grain: str) -> None:
    for month in range(24):
        scores(db, 10, 5, 5, day=periods.add_months(dt.date(2024, 10, 1), month))
    found = nps.trend(db.cursor(), SCOPE, grain, LAST, TODAY)
    assert 1 < len(found.points) <= nps.SPAN[grain]
    days = [p.day for p in found.points]
    assert days == [periods.step(days[0], grain, at) for at in range(len(days))]


def test_trend_breaks_where_a_survey_changes_its_meaning(db: Database) -> None:
    scores(db, 50, 0, 50, day=dt.date(2026, 8, 1), survey_version="1.4.0")
    scores(db, 90, 0, 10, day=dt.date(2026, 9, 1), survey_version="2.0.0")
    found = nps.trend(db.cursor(), SCOPE, "month", LAST, TODAY)
    assert [(b.day, b.before, b.after) for b in found.breaks] == [(dt.date(2026, 9, 1), "1.4.0", "2.0.0")]
    assert found.compared is None and found.change.verdict == "too_few"


def test_a_break_names_the_versions_on_both_sides_and_a_minor_one_is_none(db: Database) -> None:
    for day, version in (((2026, 7, 1), "1.9.0"), ((2026, 7, 20), "1.10.0"), ((2026, 8, 1), "1.10.0"),
                         ((2026, 8, 9), "2.1.0"), ((2026, 9, 1), "2.0.0"), ((2026, 9, 2), "1.2.0")):  # fmt: skip
        scores(db, 30, 10, 10, day=dt.date(*day), survey_version=version)
    scores(db, 30, 10, 10, day=dt.date(2026, 9, 1), survey_version="2026", survey_id="imported")
    found = nps.trend(db.cursor(), SCOPE, "month", LAST, TODAY)
    assert [(b.day, b.survey, b.before, b.after) for b in found.breaks] == [
        (dt.date(2026, 8, 1), "branch-visit", "1.10.0", "2.0.0")
    ]
    drawn = charts.trend(found, Translator("zh"), surveys={"branch-visit": "到访"}).to_dict()
    assert "到访 升至 2.0.0 版" in json.dumps(drawn, ensure_ascii=False)


def test_a_trend_keeps_its_periods_in_order_however_they_arrive(db: Database) -> None:
    import vl_convert

    for month in (6, 7, 8, 9):
        scores(db, 30, 10, 10, day=dt.date(2026, month, 9))
    drawn = charts.trend(nps.trend(db.cursor(), SCOPE, "month", LAST, TODAY), Translator("zh"), width=400).to_dict()
    drawn["datasets"]["rows"].reverse()  # as a chart that is drawn already gets them: later ones before earlier ones
    svg = vl_convert.vegalite_to_svg(drawn)
    at = {label: float(x) for x, label in re.findall(r"translate\(([\d.]+),[^>]*>(26-0\d)<", svg)}
    assert len(at) >= 4 and sorted(at, key=at.__getitem__) == sorted(at)


def test_breakdown_compares_each_unit_with_the_rest(db: Database) -> None:
    scores(db, 80, 10, 10, branch="A")
    for branch in "BCDEF":
        scores(db, 40, 20, 40, branch=branch)
    found = nps.breakdown(db.cursor(), SCOPE, "branch")
    assert [row.key for row in found.rows][0] == "A"
    verdicts = {row.key: row.verdict for row in found.rows}
    assert verdicts["A"] == "higher"
    assert found.rows[0].rest.diff == pytest.approx(70)  # 70 against 0 of all others together
    assert all(row.q >= row.rest.p for row in found.rows)
    assert {verdicts[b] for b in "BCDEF"} <= {"same", "lower"}


def test_equal_units_are_not_ranked(db: Database) -> None:
    for at, branch in enumerate("ABCDEFGHIJ"):
        scores(db, 40 + at % 3, 20, 40 - at % 3, branch=branch)
    assert {row.verdict for row in nps.breakdown(db.cursor(), SCOPE, "branch").rows} == {"same"}


def test_a_hidden_unit_cannot_be_worked_out_from_anything_a_breakdown_holds(db: Database) -> None:
    scores(db, 60, 20, 20, branch="A")
    scores(db, 10, 20, 30, branch="B")
    scores(db, 0, 0, 3, branch="C")
    found = nps.breakdown(db.cursor(), SCOPE, "branch")
    assert set(found.hidden) == {"B", "C"}
    assert [row.key for row in found.rows] == ["A"]
    left = {name: found.total.counts[name] - found.rows[0].estimate.counts[name] for name in found.total.counts}
    assert left["n"] == 63  # B and C together: as large a group as any that is shown
    t = Translator("en")
    drawn = json.dumps(charts.ranking(found, t, str).to_dict())
    assert '"B"' not in drawn and '"C"' not in drawn


def test_brands_stand_side_by_side(db: Database) -> None:
    brand_scores(db, "ours", 30, 10, 10)
    brand_scores(db, "peer", 10, 10, 30)
    found = nps.brands(db.cursor(), replace(SCOPE, nps_kind="competitive"))
    assert [(row.key, row.estimate.value) for row in found.rows] == [("ours", 40.0), ("peer", -40.0)]


@pytest.fixture
def walked(db: Database) -> Database:
    """Queue is bad (2), desk and app are good (4); last quarter the queue was 3."""
    for score, stage, touchpoint in ((2, "serve", "queue"), (4, "serve", "desk"), (4, "book", "app")):
        spread = {score - 1: 20, score: 60, score + 1: 20}
        ratings(db, spread, stage=stage, touchpoint=touchpoint, channel="branch")
    ratings(db, {2: 20, 3: 60, 4: 20}, stage="serve", touchpoint="queue", day=dt.date(2026, 5, 5))
    indicator(db, "wait", 27, dt.date(2026, 8, 1), branch="A")
    indicator(db, "uptime", 99.5, dt.date(2026, 8, 1), branch="A")
    return db


def _view(db: Database) -> journey.View:
    return journey.cells(db.cursor(), replace(SCOPE, nps_kind=None), MODEL, "opening", Q3.before)


def test_the_worst_step_is_named_with_its_change_and_indicator(walked: Database) -> None:
    found = _view(walked)
    assert found.worst is not None and found.worst.key == ("serve", "queue")
    assert found.worst.estimate.value == pytest.approx(2.0)
    assert (found.worst.change.diff, found.worst.change.verdict) == (pytest.approx(-1.0), "down")
    assert found.worst.feeling == "pain" and found.worst.signal == "both"
    assert [s.key[0] for s in found.stages] == ["book", "serve"]
    assert [s.key[1] for s in found.touchpoints] == ["app", "queue", "desk"]


def test_indicators_are_judged_by_their_direction(walked: Database) -> None:
    found = {r.indicator.id: r.verdict for s in _view(walked).stages for r in s.readings}
    assert found == {"wait": "beyond", "uptime": "within"}
    assert indicators.verdict(MODEL.indicators["uptime"], 98.9) == "beyond"
    assert indicators.verdict(MODEL.indicators["wait"], 10.0) == "within"
    assert indicators.verdict(replace(MODEL.indicators["wait"], target=None), 5.0) == "untold"


def test_filters_unknown_to_indicators_are_left_out_and_told(walked: Database) -> None:
    scope = replace(SCOPE, nps_kind=None).narrowed(segment="mass")
    found = readings.readings(walked.cursor(), scope, MODEL, "opening")
    assert {r.left_out for r in found} == {("segment",)}


def test_touchpoints_without_answers_are_gaps(db: Database) -> None:
    ratings(db, {4: 40}, stage="serve", touchpoint="desk")
    found = _view(db)
    assert [s.feeling for s in found.touchpoints if s.key[1] in ("app", "queue")] == ["no_data", "no_data"]
    assert _view(Database(":memory:")).worst is None


def test_a_hidden_stage_hides_its_touchpoints_and_cells(db: Database) -> None:
    ratings(db, {4: 3}, stage="book", touchpoint="app", channel="app")
    ratings(db, {3: 40}, stage="serve", touchpoint="queue", channel="branch")
    ratings(db, {3: 50}, stage="serve", touchpoint="desk", channel="branch")
    found = _view(db)
    assert {s.estimate.state for s in (*found.stages, *found.touchpoints)} == {"hidden"}
    heat = journey.heatmap(db.cursor(), replace(SCOPE, nps_kind=None), MODEL, "opening")
    assert {heat.of(row, column).estimate.value for row in heat.rows for column in heat.columns} == {None}


def test_heat_map_names_cells_that_hurt(walked: Database) -> None:
    ratings(walked, {4: 50, 5: 50}, stage="serve", touchpoint="desk", channel="app")
    heat = journey.heatmap(walked.cursor(), replace(SCOPE, nps_kind=None), MODEL, "opening", Q3.before)
    assert heat.columns == ("book", "serve") and heat.rows == ("app", "branch")
    assert heat.of("app", "book").estimate.state == "empty"
    assert [p.key for p in journey.pains(heat)] == [("serve", "branch")]


def test_the_loop_of_a_month(walked: Database) -> None:
    scores(walked, 60, 20, 20, day=dt.date(2026, 8, 20))
    month = overview.month(dt.date(2026, 5, 5), dt.date(2026, 8, 20), TODAY)
    assert month.token == "2026-08"
    scope = Scope(WHOLE_BANK, month.start, month.end)
    found = overview.loop(walked.cursor(), scope, month.before)
    assert (found.kind, found.journey) == ("transactional", "opening")
    assert found.score is not None and found.score.estimate.value == 40.0
    assert found.responses.total.n == 100


def test_a_quiet_month_does_not_empty_the_overview(db: Database) -> None:
    scores(db, 60, 20, 20, day=dt.date(2026, 5, 20))
    scores(db, 1, 0, 0, day=dt.date(2026, 8, 20))
    first, last, anyone = dt.date(2026, 1, 5), dt.date(2026, 8, 20), Scope(WHOLE_BANK)
    assert overview.month(first, last, TODAY).token != "2026-05"
    assert overview.shown(db.cursor(), anyone, first, last, TODAY).token == "2026-05"
    assert overview.shown(db.cursor(), anyone, dt.date(2026, 6, 1), last, TODAY) == overview.month(
        dt.date(2026, 6, 1), last, TODAY
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_chart_is_drawn_and_described(walked: Database, lang: str) -> None:
    import altair
    import vl_convert

    t, con = Translator(lang), walked.cursor()
    scores(walked, 60, 20, 20, branch="A")
    scores(walked, 60, 20, 20, branch="B")
    anywhere = replace(SCOPE, nps_kind=None)
    drawn = [
        charts.distribution(nps.distribution(con, SCOPE), t, width=400),
        charts.trend(nps.trend(con, SCOPE, "month", LAST, TODAY), t, [(dt.date(2026, 8, 3), "改版")], width=400),
        charts.ranking(nps.breakdown(con, SCOPE, "branch"), t, str, width=400),
        charts.heat(journey.heatmap(con, anywhere, MODEL, "opening"), t, lambda _, value: str(value), width=400),
    ]
    for chart in drawn:
        assert len(chart.about) > 20
        altair.LayerChart.from_dict(chart.to_dict(), validate=True)
        assert "<svg" in vl_convert.vegalite_to_svg(chart.to_dict())


def test_metrics_are_all_documented_and_named() -> None:
    from pathlib import Path

    page = (Path(__file__).resolve().parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
    for name, metric in METRICS.items():
        assert f"## `{name}`" in page, name
        section = page.split(f"## `{name}`")[1].split("\n## ")[0]
        assert f"`{metric.view}`" in section, name
        for lang in LANGUAGES:
            assert Translator(lang).has(f"metric.{name}") and Translator(lang).has(f"metric.{name}_about"), name
    assert page.count("\n## `") == len(METRICS)


def test_no_change_is_claimed_across_a_change_of_meaning(db: Database) -> None:
    quarter = periods.parse("2026Q3", LAST)
    assert quarter is not None and quarter.before is not None
    scores(db, 50, 0, 50, day=dt.date(2026, 5, 1), survey_version="1.4.0")
    scores(db, 90, 0, 10, day=dt.date(2026, 8, 1), survey_version="1.5.0")
    scope = SCOPE.between(quarter.start, quarter.end)
    same = nps.overview(db.cursor(), scope, quarter.before)
    assert same.change.verdict == "up" and not same.breaks
    scores(db, 90, 0, 10, day=dt.date(2026, 9, 1), survey_version="2.0.0")
    broken = nps.overview(db.cursor(), scope, quarter.before)
    assert broken.change.diff is None and broken.change.verdict == "too_few"
    assert [(b.before, b.after) for b in broken.breaks] == [("1.5.0", "2.0.0")]
