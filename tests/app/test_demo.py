"""The demo bank has a known truth, and the door finds it."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import math
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cx import demo
from cx.act import alarms, cases, pain_points, quick_wins, rollout, verification
from cx.act.pain_points import seeking, showing, weighing
from cx.act.pain_points.seeking import Look
from cx.bank import model as bank
from cx.bank import population
from cx.bank.model import Model
from cx.demo import comments, feelings, loading
from cx.demo.truth import truth
from cx.insight import groups, journey_map, personas, sources, tiles, weighting, weighting_shares
from cx.insight import journey as journeys
from cx.insight.compare import units as compared
from cx.insight.stages import cohorts, monthly, north_star, say_do
from cx.intake import uploads
from cx.measure import relative
from cx.measure import rollout as rollouts
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.measure.statistics import Estimate, change
from cx.output import tiles as told
from cx.publish import board_shelf
from cx.store import facts
from cx.store.database import Database
from cx.store.query import Connection, measure
from cx.survey import flow
from cx.survey.load import read_file
from cx.survey.schema import Survey
from cx.words import Refused, Translator

ROOT = Path(__file__).resolve().parents[2]
TRUE = truth()
TABLES = (
    "response", "answer", "indicator_value", "upload", "quick_win", "quick_win_entry", "pain_point", "experiment",
    "case_step", "case_file", "action_step", "kudos", "setting",
)  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Model:
    return bank.load(ROOT / "data" / "model")


@pytest.fixture(scope="module")
def surveys() -> tuple[Survey, ...]:
    read = [read_file(file) for file in sorted((ROOT / "survey_defs").glob("*.yaml"))]
    return tuple(reading.survey for reading in read if reading.survey)


@pytest.fixture(scope="module")
def steps() -> list[tuple[float, str]]:
    return []


@pytest.fixture(scope="module")
def db(model: Model, surveys: tuple[Survey, ...], steps: list[tuple[float, str]]) -> Database:
    """The whole demo bank, loaded once; tests that change it take their own."""
    database = Database(":memory:")
    demo.load(database, model, surveys, lambda share, key: steps.append((share, key)))
    return database


@pytest.fixture
def con(db: Database) -> Connection:
    return db.cursor()


@pytest.fixture
def found(con: Connection) -> demo.Summary:
    here = demo.summary(con)
    assert here
    return here


def scope(kind: str | None = None, **where: Any) -> Scope:
    return Scope(WHOLE_BANK, nps_kind=kind).narrowed(**where)


def near(estimate: Estimate, expected: float, errors: float = 3.3) -> bool:
    """Within so many standard errors: with 50 comparisons, 2 would fail by chance."""
    assert estimate.value is not None and estimate.se is not None
    return abs(estimate.value - expected) <= errors * estimate.se


def rows(con: Connection, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return con.execute(sql, list(values)).fetchall()


def test_every_shipped_survey_is_in_the_demo(surveys: tuple[Survey, ...], found: demo.Summary) -> None:
    asked_again = {"case-followup"}  # of customers with a case, by a link of their own
    assert {survey.id for survey in surveys} - asked_again == set(TRUE.surveys) == set(found.surveys)
    assert {key: spec.responses for key, spec in TRUE.surveys.items()} == found.surveys


def test_how_much_there_is(con: Connection, found: demo.Summary, model: Model) -> None:
    assert 55_000 <= found.responses <= 65_000
    assert rows(con, "SELECT count(*) FROM response WHERE source = 'demo'") == [(found.responses,)]
    assert rows(con, "SELECT count(*) FROM answer WHERE source = 'demo'") == [(found.answers,)]
    assert rows(con, "SELECT count(DISTINCT response_id), count(DISTINCT branch) FROM response") == [
        (found.responses, 40)
    ]
    assert rows(con, "SELECT min(day), max(day), count(DISTINCT date_trunc('month', day)) FROM response") == [
        (TRUE.first, TRUE.last, 18)
    ]
    assert rows(con, "SELECT count(*), count(DISTINCT indicator) FROM v_indicator") == [
        (found.indicator_values, sum(not each.computed for each in model.indicators.values()))
    ]


def test_progress_rises_and_every_step_has_words(db: Database, steps: list[tuple[float, str]]) -> None:
    shares = [share for share, _ in steps]
    assert shares[0] == 0.0 and shares[-1] == 1.0 and shares == sorted(shares) and len(steps) > 20
    assert all(Translator("zh").has(key) for _, key in steps)


def test_nps_of_every_kind_and_survey_is_the_truth(con: Connection, found: demo.Summary) -> None:
    for name in ("transactional", "relational", "competitive"):
        assert near(measure(con, "nps", scope(name)).total, found.nps[f"kind:{name}"]), name
    for survey, spec in TRUE.surveys.items():
        if f"survey:{survey}" in found.nps:
            kind = rows(con, "SELECT any_value(nps_kind) FROM response WHERE survey_id = ?", survey)[0][0]
            assert abs(found.nps[f"survey:{survey}"] - spec.nps) < 0.5
            assert near(measure(con, "nps", scope(kind, survey_id=survey)).total, spec.nps), survey


def test_every_brand_has_its_own_nps(con: Connection) -> None:
    by_brand = measure(con, "brand_nps", scope("competitive"), ("brand",))
    assert {cell.key[0] for cell in by_brand.cells} == set(TRUE.brands)
    for brand, expected in TRUE.brands.items():
        assert near(by_brand.of(brand), expected), brand


def test_bad_branches_are_below_and_good_ones_above(con: Connection, found: demo.Summary) -> None:
    by_branch = measure(con, "nps", scope("transactional"), ("branch",))
    for branch, expected in ((key[7:], value) for key, value in found.nps.items() if key.startswith("branch:")):
        assert near(by_branch.of(branch), expected, 3.8), branch
    order = [cell.key[0] for cell in sorted(by_branch.cells, key=lambda cell: cell.estimate.value or 0)]
    assert set(order[:3]) == set(TRUE.bad) and set(order[-3:]) == set(TRUE.good)
    whole = measure(con, "nps", scope("transactional")).total
    assert all(change(whole, by_branch.of(branch)).verdict == "down" for branch in TRUE.bad)
    assert all(change(whole, by_branch.of(branch)).verdict == "up" for branch in TRUE.good)


def test_the_sample_is_off_where_the_truth_says_and_weighting_moves_the_score_as_it_says(
    con: Connection, model: Model
) -> None:
    base = population.shipped(ROOT / "data" / "model", model)
    assert base is not None
    scope, drawn = Scope(WHOLE_BANK, nps_kind="relational"), TRUE.surveys["relational-nps"].segments
    shares = weighting_shares.compare(con, scope, base, "segment")
    for row in shares.rows:
        sample = drawn[row.value] / sum(drawn.values())
        assert row.sample == pytest.approx(sample, abs=4 * math.sqrt(sample / 7000))
        assert row.verdict == ("under" if row.value == "senior" else "over")  # all others are a tenth too many or more
    # What segments and regions add to the score, among customers and among those who answered.
    regions = weighting_shares.compare(con, scope, base, "region")
    effects = {**TRUE.segments, **TRUE.regions}
    expected = sum(effects[row.value] * (row.base - row.sample) for row in (*shares.rows, *regions.rows))
    found = weighting.weigh(con, scope, base)
    assert found.by == ("segment", "region") and found.cost is not None
    assert found.move.low < expected < found.move.high
    # The weighted score once more, by hand: each margin in turn, person by person.
    rows = con.execute(
        "SELECT segment, region, CASE WHEN nps >= 9 THEN 1 WHEN nps <= 6 THEN -1 ELSE 0 END FROM response "
        "WHERE nps_kind = 'relational' AND NOT flagged AND nps IS NOT NULL"
    ).fetchall()
    weights = [1.0] * len(rows)
    for _ in range(40):
        for place, name in enumerate(("segment", "region")):
            sums = Counter[str]()
            for row, weight in zip(rows, weights, strict=True):
                sums[row[place]] += weight
            wanted = base.shares(name)
            weights = [
                w * wanted[row[place]] * len(rows) / sums[row[place]] for row, w in zip(rows, weights, strict=True)
            ]
    by_hand = 100 * sum(w * score for w, (*_, score) in zip(weights, rows, strict=True)) / sum(weights)
    assert found.weighted.value == pytest.approx(by_hand)
    assert found.cost.effective == pytest.approx(sum(weights) ** 2 / sum(w * w for w in weights))


def test_the_worst_stage_and_channel_is_found(con: Connection, model: Model) -> None:
    cells = measure(con, "satisfaction", scope(), ("journey", "stage", "channel")).cells
    sound = [cell for cell in cells if cell.estimate.state == "ok" and cell.key[1]]
    worst = min(sound, key=lambda cell: cell.estimate.value or 9)
    assert worst.key == (TRUE.worst["journey"], TRUE.worst["stage"], TRUE.worst["channel"])
    heat = journeys.heatmap(con, scope(), model, TRUE.worst["journey"])
    assert journeys.pains(heat)[0].key == (TRUE.worst["stage"], TRUE.worst["channel"])
    view = journeys.cells(con, scope(), model, TRUE.worst["journey"])
    assert view.worst and view.worst.key[1] == TRUE.worst["touchpoint"] and view.worst.signal == "both"


def test_only_the_app_has_a_trend(con: Connection) -> None:
    """The same months of two years, so that the season does not count."""
    first, second = ((dt.date(year, 4, 1), dt.date(year, 9, 30)) for year in (2025, 2026))
    for channel, verdict in ((TRUE.trend_channel, "up"), ("phone", "noise")):
        here = scope("transactional", channel=channel)
        before = measure(con, "nps", here.between(*first)).total
        assert change(before, measure(con, "nps", here.between(*second)).total).verdict == verdict, channel


def effect(con: Connection, metric: str, win_id: str, **where: Any) -> tuple[float, float]:
    """Difference of differences and its standard error: pilots against the others, before and after the start."""
    win = next(win for win in TRUE.quick_wins if win.id == win_id)
    others = [row[0] for row in rows(con, "SELECT DISTINCT branch FROM response") if row[0] not in win.pilots]
    kind = "transactional" if metric == "nps" else None
    values, variance = [], 0.0
    periods = ((None, win.start - dt.timedelta(days=1)), (win.start, None))
    for branches, period in itertools.product((win.pilots, others), periods):
        total = measure(con, metric, scope(kind, branch=branches, **where).between(*period)).total
        assert total.value is not None and total.se is not None
        values.append(total.value)
        variance += total.se**2
    return (values[1] - values[0]) - (values[3] - values[2]), variance**0.5


def test_the_first_quick_win_truly_worked(con: Connection) -> None:
    win = TRUE.quick_wins[0]
    felt, error = effect(con, "satisfaction", win.id, touchpoint="queue", channel="branch")
    assert felt > 3 * error and felt > 0.3
    nps, error = effect(con, "nps", win.id, channel="branch")
    assert abs(nps - win.nps) < 3.3 * error and nps > 2 * error
    minutes, error = effect(con, "indicator", win.id, indicator="queue_minutes")
    assert minutes < -3 * error


def test_the_second_quick_win_did_nothing(con: Connection) -> None:
    win = TRUE.quick_wins[1]
    for metric, where in (
        ("nps", {"channel": "branch"}),
        ("satisfaction", {"touchpoint": "queue", "channel": "branch"}),
        ("indicator", {"indicator": "form_minutes"}),
    ):
        difference, error = effect(con, metric, win.id, **where)
        assert abs(difference) < 2.5 * error, metric


def test_the_incident_is_the_first_signal_and_quiet_figures_alarm_as_stated(con: Connection, model: Model) -> None:
    """Quiet: nothing in the truth moves them; what the signals say of them is chance alone."""
    (branch, step), *_ = TRUE.indicators["atm_uptime"].steps.items()
    board = alarms.board(con, WHOLE_BANK, model, 12, TRUE.last)
    first = board.standing[0].alarm
    assert (first.subject.name, first.subject.branch, first.first) == ("atm_uptime", branch, step["from"])
    assert first.ongoing and not first.better
    failed = {
        s.alarm.subject.name for s in board.standing if s.alarm.worst == TRUE.feeds["transfer-probe"].incident["day"]
    }
    assert {"transfer_probe_success", "transfer_probe_ms"} <= failed
    moved = {name for win in TRUE.quick_wins for name in win.indicators}
    quiet = [
        each for each in board.view.watched
        if (spec := TRUE.indicators.get(each.subject.name)) and not spec.trend and each.subject.name not in moved
        and each.subject.branch not in spec.steps and each.subject.branch is not None
    ]  # fmt: skip
    assert len(quiet) > 400
    for budget in (12, None):
        view = board.view if budget else alarms.board(con, WHOLE_BANK, model, None, TRUE.last).view
        judged = [each for key in (each.subject.key for each in quiet) if (each := view.of(key)) and each.limits.chart]
        counted = sum(not alarm.agreed for each in judged for alarm in each.alarms)
        watched = {each.subject.key: len(each.limits.days) - 12 for each in judged}
        expected = sum(each.rate * watched[each.subject.key] for each in judged)
        assert counted <= expected + 3 * expected**0.5 + 1, (budget, counted, expected)


def test_stages_tell_the_trends_of_the_truth_and_no_others(con: Connection, model: Model) -> None:
    names = [name for name in TRUE.indicators if name in model.schemes.schemes["growth"].stages[0].indicators]
    names += ["retention_m1", "retention_m6", "products_per_customer", "loan_conversion", "referral_rate"]
    for name, line in monthly.lines(con, scope(), model, names).items():
        trend = TRUE.indicators[name].trend
        assert line.trend == ("better" if trend > 0 else "worse" if trend < 0 else "noise"), name


def test_words_stand_still_while_referrals_fall_and_bad_branches_are_low_on_both(con: Connection, model: Model) -> None:
    found = say_do.view(con, scope(), model)
    assert found is not None and found.gap == "opens" and found.do.verdict == "down"
    spec = TRUE.indicators["referral_rate"]
    assert found.do.diff == pytest.approx(spec.trend * 12 / 17 / 100, abs=0.005)
    low = {one.id for one in found.branches if (one.say_side, one.do_side) == ("low", "low")}
    assert low == set(TRUE.bad)
    assert found.r_low is not None and found.r_low > 0


def test_a_star_rises_while_its_guardrail_breaks_and_the_others_do_not(con: Connection, model: Model) -> None:
    views = {view.star.journey: view for view in north_star.view(con, scope(), model)}
    rising = {name for name, view in views.items() if TRUE.indicators[view.star.indicator].trend > 0}
    assert {name for name, view in views.items() if view.line.trend == "better"} == rising == {"daily-banking"}
    assert [line.figure.indicator.id for line in views["daily-banking"].traded] == ["referral_rate"]


def test_cohorts_end_where_they_are_too_young(con: Connection, model: Model) -> None:
    found = cohorts.triangle(con, scope(), model)
    assert found is not None
    months = (TRUE.last.year - TRUE.first.year) * 12 + TRUE.last.month - TRUE.first.month + 1
    assert [len(age.cells) for age in found.ages] == [months - age.months for age in found.ages]
    for age in found.ages:  # over branches alike, but for the bad ones
        spec = TRUE.indicators[age.indicator]
        expected = spec.mean + spec.bad * len(TRUE.bad) / len(model.branches)
        assert age.cells[TRUE.first].value == pytest.approx(expected / 100, abs=0.012), age.indicator


def test_the_branch_that_stopped_sending_is_found(con: Connection, model: Model) -> None:
    view = sources.view(con, scope(), model, TRUE.last + dt.timedelta(days=1))
    owed = {
        (gap.indicator, gap.unit[0], day) for gap in view.gaps for day in gap.periods if day < TRUE.last.replace(day=1)
    }
    assert owed == {
        (name, branch, day)
        for name, spec in TRUE.indicators.items()
        for branch, days in spec.lacks.items()
        for day in days
    }
    assert all(standing.state == "on_time" for standing in view.standings)


def test_quick_wins_are_closed_with_the_right_verdict(con: Connection, found: demo.Summary) -> None:
    verdicts = {}
    for name in (win.id for win in TRUE.quick_wins):
        win = quick_wins.get(con, found.quick_wins[name], WHOLE_BANK)
        assert win and win.state == "closed" and win.result and win.charter.baseline and win.charter.controls
        states = [step.state for step in quick_wins.history(con, found.quick_wins[name], WHOLE_BANK)]
        assert list(dict.fromkeys(states)) == ["idea", "signed", "running", "measuring", "closed"]
        verdicts[name] = win.result.verdict
    assert verdicts["ticket-redesign"] == "proven"
    assert verdicts["form-prefill-sms"] in ("not_proven", "too_small")


def test_proofs_find_the_effects_of_the_truth(con: Connection, model: Model, found: demo.Summary) -> None:
    for win in TRUE.quick_wins:
        kept = quick_wins.get(con, found.quick_wins[win.id], WHOLE_BANK)
        assert kept
        charter, after = kept.charter, win.end + dt.timedelta(days=1)
        proof = verification.proof(con, charter, WHOLE_BANK, after, model)
        true = win.satisfaction.get(win.touchpoint, 0.0) if win.metric == "satisfaction" else 0.0
        difference = proof.difference
        assert difference and abs(difference.effect - true) < 3 * difference.se
        assert proof.pretrend and proof.pretrend.passed and proof.placebo and proof.placebo.passed
        assert not proof.hurt and not set(charter.controls) & set(win.pilots)
        for each in proof.beside:
            if each.difference and each.metric in win.indicators:
                truly = win.indicators[each.metric]
                assert each.difference.word == "better" and abs(each.difference.effect - truly) < 4 * each.difference.se
        watched = verification.watch(con, charter, WHOLE_BANK, TRUE.last, model, proof)
        assert watched.word == ("held" if true else "open") and not watched.alarm
        before = verification.design(con, charter, WHOLE_BANK, win.start, model)
        assert before.visible and not before.reasons
        assert not true or (before.enough and before.visible < true)  # what was there to be found could be seen


def test_quick_wins_are_told_in_the_language_of_the_reader(con: Connection, found: demo.Summary) -> None:
    win = quick_wins.get(con, found.quick_wins["ticket-redesign"], WHOLE_BANK)
    assert win and win.result
    for lang, title, owner in (("zh", "取号改版", "服务质量组"), ("en", "Ticket redesign", "Service quality team")):
        t = Translator(lang)
        assert (t.pick(win.charter.title), t.pick(win.charter.owner)) == (title, owner)
        for text in (win.charter.hypothesis, win.result.lesson):
            assert bool(re.search(r"[\u4e00-\u9fff]", t.pick(text))) == (lang == "zh")


def test_cases_are_those_of_the_rules_and_became_what_the_truth_says(con: Connection) -> None:
    said, last = TRUE.cases, TRUE.last + dt.timedelta(days=1)
    low = rows(
        con, "SELECT count(*) FROM response r WHERE voice = 'customer' AND submitted_at >= ? AND ((nps <= 6 AND "
        "nps_kind <> 'competitive') OR EXISTS (FROM answer a WHERE a.response_id = r.response_id AND ((type = "
        "'csat' AND score * 5 <= 2 * points) OR (type = 'contact' AND choice = 'yes') OR (type = "
        "'rating' AND score = 1 AND "
        "r.survey_id IN ('branch-visit', 'call-center')))))", last - dt.timedelta(days=said["days"]),
    )  # fmt: skip
    shares = "count(*), count(*) FILTER (state = 'closed'), count(contacted_at), count(escalated_at)"
    others = f"SELECT {shares} FROM case_file WHERE branch IS DISTINCT FROM '{said['neglects']}'"
    followed, closed, _, _ = rows(con, others)[0]
    lying = rows(con, f"SELECT {shares} FROM case_file WHERE branch = '{said['neglects']}'")[0]
    assert [(followed + lying[0],)] == low and lying[0] == lying[3] > 0 and lying[1:3] == (0, 0)
    error = (said["closed"] * (1 - said["closed"]) / followed) ** 0.5
    assert abs(closed / followed - said["closed"]) < 4 * error
    back = cases.recovery(con, WHOLE_BANK)
    assert back.low is not None and back.high is not None and back.low <= said["recovered"] <= back.high
    assert cases.root_causes(con, WHOLE_BANK)[0][0] == max(said["causes"], key=said["causes"].__getitem__)
    assert rows(con, "SELECT count(*) FROM case_file WHERE hot <> (score <= 3)") == [(0,)]
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)  # what is open counts back from the loading, the closed do not
    there = cases.standing(con, WHOLE_BANK, now)
    assert lying[0] <= there.escalated < there.late < there.open / 2 and 0 < there.nobody < there.open / 2
    ended = rows(con, "SELECT max(opened_at) FROM case_file WHERE state = 'closed'")[0][0]
    oldest = rows(con, "SELECT min(opened_at) FROM case_file WHERE state <> 'closed'")[0][0]
    assert ended < dt.datetime.combine(last, dt.time()) and now - oldest < dt.timedelta(days=21)
    assert rows(con, "SELECT count(*) FROM case_step WHERE recorded_at > now()::TIMESTAMP") == [(0,)]
    placed = dict(rows(con, "SELECT split_part(placed, ':', 1), count(*) FROM case_file GROUP BY 1"))
    assert min(placed["rating"], placed["theme"], placed["survey"]) > 0 and placed["none"] < there.open


def test_the_history_of_uploads_tells_the_demo_once(con: Connection, found: demo.Summary) -> None:
    told = uploads.history(con)
    assert [(one.source, one.rows, one.in_force) for one in told] == [
        (demo.SOURCE, found.indicator_values, found.indicator_values)
    ]


SAMPLE = "SELECT response_id FROM response WHERE survey_id = ? ORDER BY hash(response_id) LIMIT 40"


def test_rows_are_what_the_facts_module_makes_of_the_same_answers(
    con: Connection, surveys: tuple[Survey, ...], model: Model
) -> None:
    for survey in surveys:
        responses = _sample(con, "response", survey)
        by_response: dict[str, list[dict[str, Any]]] = {row["response_id"]: [] for row in responses}
        for row in _sample(con, "answer", survey):
            by_response[row["response_id"]].append(row)
        for stored in responses:
            answers = by_response[stored["response_id"]]
            given = _given(answers, survey)
            assert flow.complete(survey, given) == given
            assert not flow.problems(survey, given), (survey.id, given)
            received = facts.Received(
                stored["response_id"], stored["submitted_at"], stored["day"],
                {name: stored[name] for name in facts.DIMENSIONS},
                "demo", stored["mode"], stored["lang"], stored["seconds"],
            )  # fmt: skip
            made = facts.rows(survey, given, received, model)
            assert {key: made.response.get(key) for key in stored} == stored
            assert _comparable({**made.response, **row} for row in made.answers) == _comparable(answers)


def _sample(con: Connection, table: str, survey: Survey) -> list[dict[str, Any]]:
    sql = f"SELECT * REPLACE (response_id::VARCHAR AS response_id) FROM {table} WHERE response_id IN ({SAMPLE})"
    result = con.execute(sql, [survey.id])
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _comparable(answers: Iterable[Mapping[str, Any]]) -> list[tuple[str, ...]]:
    plain = [{**row, "number": None if row.get("number") is None else f"{row['number']:.4f}"} for row in answers]
    return sorted(tuple(str(row.get(name)) for name in (*facts.SHARED, *facts.OWN)) for row in plain)


def _given(answers: list[dict[str, Any]], survey: Survey) -> dict[str, object]:
    """The answers that the stored rows came from, in the survey's order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in answers:
        found.setdefault(row["question_id"], []).append(row)
    asked = [question for question in survey.questions if question.id in found]
    return {q.id: _value(q.type, [choice.id for choice in q.choices], found[q.id]) for q in asked}


def _value(type_: str, order: list[str], given: list[dict[str, Any]]) -> object:
    row = given[0]
    if type_ == "multiple":
        return tuple(sorted((one["choice"] for one in given), key=order.index))
    if type_ == "yes_no":
        return bool(row["score"])
    if type_ == "date":
        return dt.date.fromisoformat(row["text"])
    return next(row[name] for name in ("score", "choice", "number", "text") if row[name] is not None)


def test_dimensions_and_circumstances_are_filled(con: Connection, model: Model) -> None:
    always = ("branch", "region", "channel", "seconds", "lang")
    assert rows(con, "SELECT count(*) FROM response WHERE " + " OR ".join(f"{name} IS NULL" for name in always)) == [
        (0,)
    ]
    visits = (
        "SELECT count(segment) = count(*), count(product) = count(*) FROM response WHERE survey_id = 'branch-visit'"
    )
    assert rows(con, visits) == [(True, True)]
    for dimension in (
        "branch",
        "region",
        "channel",
        "segment",
        "product",
        "business_line",
        "journey",
        "stage",
        "touchpoint",
    ):
        for value, _ in rows(con, f"SELECT {dimension}, count(*) FROM answer WHERE {dimension} IS NOT NULL GROUP BY 1"):
            assert model.label(dimension, value, Translator("zh")) != value, (dimension, value)
    assert {mode for (mode,) in rows(con, "SELECT DISTINCT mode FROM response")} == {"link", "qr", "kiosk", "staff"}
    late = "SELECT count(*) FROM response WHERE CAST(submitted_at + INTERVAL 8 HOUR AS DATE) <> day"
    assert rows(con, late) == [(0,)]


def test_the_map_of_the_worst_journey_marks_its_pain_peak_and_end(con: Connection, model: Model) -> None:
    found = journey_map.draw(con, scope(), model, TRUE.worst["journey"], None, "zh")
    points = {point.touchpoint: point for point in found.points}
    worst = points[TRUE.worst["touchpoint"]]
    assert {"pain", "peak"} <= worst.marks and len(found.marked("pain")) == 1
    assert worst.spread is not None and worst.spread.worst == TRUE.worst["channel"]
    asked = [name for name, in con.execute(
        "SELECT DISTINCT touchpoint FROM answer WHERE journey = ? AND satisfaction IS NOT NULL", [TRUE.worst["journey"]]
    ).fetchall()]  # fmt: skip
    last = [name for name in points if name in asked][-1]
    assert points[last].marks >= {"end"} and {p.touchpoint for p in found.points if p.state == "shown"} == set(asked)
    assert worst.said is not None and any(word in worst.said.text for word in ("排队", "等候"))
    scored = con.execute("SELECT count(nps) FROM response WHERE survey_id = ?", [TRUE.worst["journey"]]).fetchall()
    assert found.whole.score.n == scored[0][0] and found.whole.verdict != "too_few"


def test_every_stage_of_every_journey_has_data(con: Connection, model: Model) -> None:
    cells = measure(con, "satisfaction", scope(), ("journey", "stage")).cells
    sound = {cell.key for cell in cells if cell.estimate.state == "ok"}
    assert {(name, stage.id) for name, shape in model.journeys.items() for stage in shape.stages} <= sound


def test_the_way_to_a_new_account_is_felt_as_it_is(con: Connection) -> None:
    opening = scope(survey_id="account-opening")
    by_touchpoint = measure(con, "satisfaction", opening, ("touchpoint",))
    for touchpoint in ("welcome-call", "first-login", "phone-booking", "mobile-booking"):
        assert near(by_touchpoint.of(touchpoint), TRUE.touchpoints[touchpoint]), touchpoint
    values = {cell.key[0]: cell.estimate.value or 0.0 for cell in by_touchpoint.cells}
    assert max(values, key=values.__getitem__) == "welcome-call"
    assert min(values, key=values.__getitem__) == "phone-booking"


def test_comments_in_both_languages(con: Connection) -> None:
    shares = dict(rows(con, "SELECT lang, count(*) FROM answer WHERE type = 'text' GROUP BY 1"))
    assert 0.08 < shares["en"] / sum(shares.values()) < 0.25
    texts = rows(con, "SELECT DISTINCT lang, text FROM answer WHERE type = 'text'")
    assert len(texts) > 6000
    assert all(bool(re.search(r"[\u4e00-\u9fff]", text)) == (lang == "zh") for lang, text in texts)
    assert not [text for _, text in texts if re.search(r"\d{3,}|@|\{|，，|。，|：，|！，|  |, ,|: [A-Z][a-z]", text)]


def test_no_comment_is_heard_too_often(con: Connection) -> None:
    counted = "SELECT survey_id, text, count(*) AS n FROM answer WHERE type = 'text' GROUP BY ALL"
    for survey, most, total in rows(con, f"SELECT survey_id, max(n), sum(n) FROM ({counted}) GROUP BY 1"):
        assert most <= max(4, 0.005 * total), survey


def _said(con: Connection, low: int, high: int, *questions: str) -> list[str]:
    sql = (
        "SELECT text FROM answer JOIN response r USING (response_id) WHERE answer.type = 'text' "
        "AND r.nps BETWEEN ? AND ? AND question_id IN (SELECT unnest(?::VARCHAR[]))"
    )
    return [text for (text,) in rows(con, sql, low, high, list(questions))]


def test_comments_fit_the_score_and_the_question(con: Connection) -> None:
    """A side's fragments are found in nothing that the other side says; wishes and open matters sound like it."""

    def fragments(side: str) -> list[str]:
        themes = comments.parts()["themes"].values()
        return [text for theme in themes for lang in theme.values() for text in lang.get(side, ())]

    unhappy, happy = _said(con, 0, 6, "reason"), _said(con, 9, 10, "reason", "liked")
    assert len(unhappy) > 1000 and len(happy) > 1000
    assert not [text for text in unhappy for praise in fragments("good") if praise in text]
    assert not [text for text in happy for blame in fragments("bad") if blame in text]
    wishes = _said(con, 9, 10, "improve", "suggestion", "better")
    assert len(wishes) > 300
    assert all(re.search(r"希望能|就更好了|更完美|建议|期待|[Pp]lease|could", text) for text in wishes)
    assert not [text for text in wishes if re.search("失望|不满意|拖|最基本|Not happy|Disappointing", text)]
    still_open = _said(con, 9, 10, "not_solved", "open_matter")
    assert still_open and not [text for text in still_open if "排队" in text or "柜员" in text or "queue" in text]
    assert all(re.search("满意|很好|耐心|没得说|顺利|kind|Happy|patient|well|small", text) for text in still_open)


def test_queueing_is_what_the_branch_complains_about_most(con: Connection) -> None:
    def said(words: str, survey: str) -> int:
        sql = "SELECT count(*) FROM answer WHERE survey_id = ? AND question_id = 'reason' AND regexp_matches(text, ?)"
        return int(rows(con, sql, survey, words)[0][0])

    queue = said("排队|叫号|窗口开|等候|站着|取了号", "branch-visit")
    assert queue > 2 * said("柜员|柜台|问题讲不清", "branch-visit") and queue > 2 * said(
        "填单|单子|表格|同样的信息", "branch-visit"
    )


def test_fragments_are_the_same_in_both_languages() -> None:
    parts = comments.parts()
    for theme, langs in parts["themes"].items():
        assert list(langs) == ["zh", "en"] and langs["zh"].keys() == langs["en"].keys(), theme
        assert all(said for lang in langs.values() for said in lang.values()), theme
    for mix in parts["mixes"].values():
        for side, themes in mix.items():
            assert all(side in parts["themes"][theme]["zh"] for theme in themes)
            assert side != "bad" or all("wish" in parts["themes"][theme]["zh"] for theme in themes)
    for kind, langs in parts["voices"].items():
        assert langs["zh"].keys() == langs["en"].keys(), kind
    for spec in TRUE.surveys.values():
        assert spec.themes in parts["mixes"] and set(spec.texts.values()) <= set(parts["voices"])


def test_a_branch_manager_sees_the_own_branch_only(con: Connection) -> None:
    mine = Scope(Rights(frozenset({"b0101"})), nps_kind="transactional")
    assert {cell.key for cell in measure(con, "nps", mine, ("branch",)).cells} == {("b0101",)}


def test_loading_twice_is_refused(db: Database, model: Model, surveys: tuple[Survey, ...], found: demo.Summary) -> None:
    with pytest.raises(Refused, match="demo_here"):
        demo.load(db, model, surveys)
    assert loading.digest(db.cursor()) == found.digest


def test_the_same_again_to_the_last_bit_and_removal_leaves_nothing(model: Model, surveys: tuple[Survey, ...]) -> None:
    own = Database(":memory:")
    with own.writing() as con:
        con.execute("INSERT INTO setting VALUES ('theme', 'x', now()::TIMESTAMP)")
        con.execute("INSERT INTO draft VALUES (uuid(), 'branch-visit', '{}', now()::TIMESTAMP)")
        con.execute(
            "INSERT INTO indicator_value (upload_id, indicator, grain, day, branch, region, value) "
            "VALUES ('mine', 'queue_minutes', 'month', DATE '2026-01-01', 'b0101', 'shanghai-west', 4)"
        )
    before = {table: rows(own.cursor(), f"SELECT * FROM {table}") for table in (*TABLES, "draft")}
    few = [survey for survey in surveys if survey.id in ("staff-pulse", "competitive-nps")]
    again = demo.load(own, model, few)
    assert demo.loaded(own.cursor())
    mine = "SELECT value FROM v_indicator WHERE indicator = 'queue_minutes' AND branch = 'b0101' AND day = ?"
    assert [float(value) for (value,) in rows(own.cursor(), mine, dt.date(2026, 1, 1))] == [4.0]
    assert demo.remove(own) == again.responses == 6000
    assert {table: rows(own.cursor(), f"SELECT * FROM {table}") for table in (*TABLES, "draft")} == before
    assert not demo.loaded(own.cursor())
    assert demo.load(own, model, reversed(few)).digest == again.digest
    own.close()


def test_stopping_a_load_leaves_nothing(model: Model, surveys: tuple[Survey, ...]) -> None:
    class Stop(BaseException):
        pass

    def stop_at(limit: float) -> Any:
        def progress(share: float, _key: str) -> None:
            if share >= limit:
                raise Stop

        return progress

    own = Database(":memory:")
    few = [survey for survey in surveys if survey.id == "staff-pulse"]
    for limit in (0.5, 0.92):
        with pytest.raises(Stop):
            demo.load(own, model, few, stop_at(limit))
        assert all(rows(own.cursor(), f"SELECT count(*) FROM {table}") == [(0,)] for table in TABLES), limit
    own.close()


def test_without_surveys_or_branches_it_says_so(model: Model) -> None:
    own = Database(":memory:")
    with pytest.raises(Refused, match="demo_no_surveys"):
        demo.load(own, model, ())
    own.close()


def test_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], surveys: tuple[Survey, ...]
) -> None:
    from cx.__main__ import main

    one = tmp_path / "surveys"
    one.mkdir()
    (one / "staff-pulse.yaml").write_bytes((ROOT / "survey_defs" / "staff-pulse.yaml").read_bytes())
    monkeypatch.setenv("CX_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CX_SURVEYS", str(one))
    assert main(["demo", "load", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["surveys"] == {"staff-pulse": 1500}
    assert main(["demo", "load", "--lang", "zh"]) == 1
    assert "示范银行" in capsys.readouterr().err
    assert main(["demo", "status", "--lang", "zh"]) == 0
    assert "1,500" in capsys.readouterr().out
    assert main(["demo", "remove", "--lang", "en"]) == 0
    assert "1,500" in capsys.readouterr().out
    assert main(["demo", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"loaded": False}


def test_the_funnel_finds_the_branches_that_truly_differ_and_hardly_any_other(con: Connection) -> None:
    found = compared.units(con, scope("transactional", channel="branch"), "branch", "nps")
    sides = {unit.key[0]: unit.side.removesuffix("_outer") for unit in found.units if unit.side != "inside"}
    true = dict.fromkeys(TRUE.bad, "below") | dict.fromkeys(TRUE.good, "above")
    assert {branch: sides.get(branch) for branch in true} == true
    assert len(sides) <= len(true) + 1
    assert any(unit.side.endswith("outer") for unit in found.units)
    apart = {unit.key[0]: unit.apart for unit in found.units}
    assert all(apart[branch] == -1 for branch in TRUE.bad) and all(apart[branch] == 1 for branch in TRUE.good)
    first, last = (found.units[at].shrunk for at in (0, -1))
    assert first.last <= 6 and last.first >= 35


def test_a_segment_is_satisfied_and_does_not_recommend(con: Connection) -> None:
    found = groups.reluctant(con, scope("relational"), "top2", 8)
    assert (first := found.parts[0]).more and (first.by, first.key) == ("segment", TRUE.reluctant["segment"])
    drivers = {name for name in TRUE.surveys["relational-nps"].drivers if name != "default"}
    assert {one.sides.touchpoint for one in found.apart if one.real} == drivers


def test_what_callers_expected_is_found(con: Connection) -> None:
    """Whom it asks, what was expected, and by how much what they found falls short, as the truth says."""
    [(pair, q)] = groups.gaps(con, Scope(WHOLE_BANK))
    [(survey, expected)] = TRUE.expectations.items()
    assert (pair.survey, f"{pair.question}_expected") == (survey, *expected)[:2] and pair.kind == "expectation"
    true = TRUE.touchpoints["default"] - expected[f"{pair.question}_expected"]
    assert pair.gap.low is not None and pair.gap.high is not None and pair.gap.low < true < pair.gap.high < 0
    assert q < 0.05 and pair.gap.n > 3000
    narrow = Scope(WHOLE_BANK).narrowed(survey_id=survey, question_id=f"{pair.question}_expected")
    assert measure(con, "satisfaction", narrow).total.n == 0, "what was expected is no satisfaction"


def test_branches_and_channels_differ_by_what_is_true(con: Connection) -> None:
    branches = groups.alike(con, scope("transactional", channel=["branch"]), "branch", "nps").spread
    assert branches is not None and branches.real
    effects = feelings.branch_effects(TRUE, bank.load(ROOT / "data" / "model"))
    true = statistics.pstdev(effects.values())
    assert branches.low <= true * 1.25 and branches.high >= true * 0.8, "regions and a pilot add a little to them"


def test_the_kinds_of_customers_are_found(con: Connection) -> None:
    kinds = TRUE.personas["kinds"]
    found = personas.portrait(con, scope("relational"), TRUE.personas["survey"])
    assert found.chosen == len(kinds) and all(one.standing == "stable" for one in found.personas)
    signs = {  # what each planted kind rates furthest from the others, by its sign
        name: {key if value > 0 else f"-{key}" for key, value in kind["ratings"].items() if abs(value) >= 0.8}
        for name, kind in kinds.items()
    }
    seen = []
    for one in found.personas:
        rated = [t for t in one.traits if t.asked and t.asked.kind == "rated" and t.real][:4]
        told = {t.asked.key if t.effect > 0 else f"-{t.asked.key}" for t in rated if t.asked}
        seen.append(max(signs, key=lambda name: len(signs[name] & told)))
        assert len(signs[seen[-1]] & told) >= 2, told
    assert sorted(seen) == sorted(kinds), "each planted kind is one group"


def test_the_ready_dashboards_find_the_truth(con: Connection, model: Model, tmp_path: Path) -> None:
    t, said = Translator("en"), {}
    for kept in board_shelf.Shelf(tmp_path).all():
        period = relative.period(kept.board.period, TRUE.last, TRUE.last)
        assert period is not None
        for tile in kept.board.tiles:
            asked = tiles.asking(tile, WHOLE_BANK, (), period, TRUE.last, TRUE.last, model)
            found = tiles.found(con, tile.bare, asked, model)
            assert tile.chart == "text" or not isinstance(found.answer, tiles.Nothing), (kept.board.id, tile.id)
            said[kept.board.id, tile.id] = told.answer(tile, found, t, model)
    worst = {name: model.label(name, TRUE.worst[name], t) for name in ("stage", "channel", "touchpoint")}
    assert said["executive", "heat"].startswith(f"{worst['stage']} × {worst['channel']}")
    assert said["cx-team", "steps"].startswith(f"Lowest: {worst['touchpoint']} × {worst['channel']}")
    bad = {model.label("branch", branch, t) for branch in TRUE.bad}
    told_low = set(said["cx-team", "branches"].partition("Below the rest: ")[2].rstrip(".").split(", "))
    assert told_low and told_low <= bad


def test_the_worst_cell_leads_the_register_and_is_found_again_today(con: Connection, model: Model) -> None:
    known = pain_points.everything(con, WHOLE_BANK)
    scales = weighing.scales(con, WHOLE_BANK)
    severities = {p.touchpoint: weighing.today(scales, p, model, WHOLE_BANK) for p in known}
    worst = max(severities, key=lambda name: severities[name].total if severities[name] else 0.0)  # type: ignore[union-attr]
    assert worst == TRUE.worst["touchpoint"] == known[0].touchpoint
    where = dict(known[0].pieces[0].where)
    assert {name: (TRUE.worst[name],) for name in ("journey", "stage", "channel", "touchpoint")} == where
    now = showing.shown(con, known[0].pieces[0], WHOLE_BANK)
    assert now.again is None and now.now.value is not None, "the frozen figure is still what the data of its days says"
    first = severities[worst]
    others = [one.total for name, one in severities.items() if name != worst and one is not None]
    assert first is not None and first.unit == "nps" and first.total > 3 * max(others)
    quarter = relative.period("this_quarter", TRUE.last, TRUE.last)
    assert quarter is not None
    look = Look(WHOLE_BANK, None, quarter, TRUE.last, TRUE.last)
    confirmed = seeking.crosscheck(con, look, model)
    assert [one.matter.touchpoint for one in confirmed] == [worst]
    fixes = {one.matter.touchpoint for one in seeking.drivers(con, look, model)}
    vital = {name for name in TRUE.surveys["relational-nps"].drivers if name != "default"}
    assert fixes and fixes <= vital, "vital and rated below average"


def test_what_the_wins_proved_verifies_their_pain_points_and_goes_on_to_the_other_branches(
    con: Connection, model: Model, found: demo.Summary
) -> None:
    words = {}
    for point in pain_points.everything(con, WHOLE_BANK):
        if point.state == "verify":
            (proof,) = pain_points.proofs(con, point, WHOLE_BANK)
            words[point.touchpoint] = proof.verdict
    assert words == {"queue": "proven", "form-filling": "not_proven"}
    (field,) = rollout.fields(con, model, ())
    win = next(win for win in TRUE.quick_wins if win.id == "ticket-redesign")
    assert field.win.id == found.quick_wins[win.id], "what did nothing is not rolled out"
    assert {b.place.branch for b in field.branches} == set(model.branches) - set(win.pilots)
    effect = field.win.effect
    assert effect.low is not None and effect.high is not None and effect.low <= win.satisfaction["queue"] <= effect.high
    slots = rollouts.waves(rollout.places([field]), rollouts.Weights(), 6, TRUE.last, 4)
    volume = {b.place.branch: b.place.volume for b in field.branches}
    first = [slot.place.branch for slot in slots if slot.wave == 1]
    for branch in first:
        assert volume[branch] > 0.8 or branch in TRUE.bad
    done = {branch for branch in TRUE.bad if branch not in win.pilots}
    assert done & set(first) and not field.chosen_for_pain, "bad branches come early; pilots were not chosen for pain"
