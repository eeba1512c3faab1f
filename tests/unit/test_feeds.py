"""Feeds without a server: counts that add up, quantiles within the stated error, feeds described, those of the demo."""

from __future__ import annotations

import datetime as dt
import json
import math
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx.bank import model as bank
from cx.bank.feeds import Feed
from cx.bank.model import Model
from cx.demo import feeding, landing
from cx.demo.truth import truth
from cx.intake.feeds import cells as feed_cells
from cx.intake.feeds import payload
from cx.intake.feeds import taking as feeds
from cx.intake.feeds.plan import period
from cx.intake.feeds.sent import Sender
from cx.measure import latency
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store.database import Database
from cx.store.query import measure
from cx.words import Refused

ROOT = Path(__file__).resolve().parents[2]
TRUE = truth()


@pytest.fixture(scope="module")
def model() -> Model:
    return bank.load(ROOT / "data" / "model")


@given(st.lists(st.floats(0, 3_600_000), min_size=1, max_size=300), st.sampled_from((0.5, 0.9, 0.95, 0.99, 1.0)))
def test_a_quantile_is_within_the_stated_error(sample: list[float], share: float) -> None:
    parts: list[dict[int, int]] = [{}, {}, {}]
    for place, ms in enumerate(sample):
        part = parts[place % 3]
        part[latency.bucket(ms)] = part.get(latency.bucket(ms), 0) + 1
    exact = sorted(sample)[max(1, math.ceil(share * len(sample))) - 1]
    found = latency.quantile(latency.added(parts), share)
    assert found is not None and abs(found - exact) <= latency.ERROR * exact * (1 + 1e-9) + latency.LEAST


def test_a_quantile_agrees_with_numpy_on_many() -> None:
    r = random.Random(3)
    sample = [r.lognormvariate(6, 0.7) for _ in range(20_000)]
    counts: dict[int, int] = {}
    for ms in sample:
        counts[latency.bucket(ms)] = counts.get(latency.bucket(ms), 0) + 1
    exact = float(np.quantile(np.array(sample), 0.95, method="inverted_cdf"))
    assert latency.quantile(counts, 0.95) == pytest.approx(exact, rel=latency.ERROR)
    assert latency.quantile({}, 0.95) is None


@pytest.mark.parametrize(
    ("grain", "first"),
    [("day", "2026-05-20"), ("week", "2026-05-18"), ("month", "2026-05-01"), ("quarter", "2026-04-01")],
)
def test_periods(grain: str, first: str) -> None:
    assert period(dt.date(2026, 5, 20), grain) == dt.date.fromisoformat(first)


def test_a_feed_of_a_computed_indicator_is_refused_as_an_upload_is(tmp_path: Path) -> None:
    for file in (ROOT / "data" / "model").glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "feeds.yaml").write_text(
        "feeds:\n  - {id: a, name: A, kind: events, indicators: {success_rate: stickiness}}\n", encoding="utf-8"
    )
    found = bank.load(tmp_path)
    assert [p.code for p in found.problems if p.where.startswith("feeds.yaml")] == ["upload_computed_indicator"]
    assert found.feeds["a"].indicators == {}


def test_what_is_wrong_in_a_feed_is_told_at_its_line_and_left_out(tmp_path: Path) -> None:
    for file in (ROOT / "data" / "model").glob("*.yaml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "feeds.yaml").write_text(
        "feeds:\n"
        "  - {id: a, name: A, kind: spy, refresh: soon, late_days: 9999, dimensions: [customer, channel],\n"
        "     fixed: {channel: fax}, required: [phone], colour: red,\n"
        "     indicators: {success_rate: queue_minutes, latency_p95: nothing, speed: dau, coverage: event_coverage}}\n"
        "  - {id: a, name: again, kind: probe}\n"
        "  - {id: b, name: {zh: 乙, en: B}, kind: probe, refresh: 15m,\n"
        "     indicators: {success_rate: transfer_probe_success}}\n",
        encoding="utf-8",
    )
    found = bank.load(tmp_path)
    assert set(found.feeds) == {"a", "b"}
    bad, good = found.feeds["a"], found.feeds["b"]
    assert (bad.kind, bad.dimensions, bad.fixed, bad.indicators) == ("events", ("channel",), {}, {})
    assert (bad.required, bad.late_days, bad.every) == (("at", "ok"), 35, dt.timedelta(days=1))
    assert (good.every, good.indicators) == (dt.timedelta(minutes=15), {"success_rate": "transfer_probe_success"})
    told = [problem for problem in found.problems if problem.where.startswith("feeds.yaml")]
    assert len(told) >= 10 and {problem.line for problem in told} == {2, 5}


def test_a_model_without_feeds_is_whole(tmp_path: Path) -> None:
    for file in (ROOT / "data" / "model").glob("*.yaml"):
        if file.name != "feeds.yaml":
            (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    found = bank.load(tmp_path)
    assert not found.feeds and not [p for p in found.problems if "feeds" in p.where]


def test_the_shipped_feeds_are_sound(model: Model) -> None:
    assert not [problem for problem in model.problems if problem.where.startswith("feeds.yaml")]
    assert {feed.kind for feed in model.feeds.values()} >= {"events", "synthetic"}
    touchpoints = {point.id for j in model.journeys.values() for stage in j.stages for point in stage.touchpoints}
    assert set(model.feeds["app-events"].names) <= touchpoints


@pytest.fixture(scope="module")
def fed(model: Model) -> Database:
    """The demo's feeds alone."""
    db = Database(":memory:")
    with db.writing() as con:
        landing.insert_indicators(con, feeding.keep(con, TRUE, model), TRUE.last)
    return db


def by_day(db: Database, indicator: str) -> dict[dt.date, float]:
    scope = Scope(WHOLE_BANK).narrowed(indicator=indicator)
    with db.cursor() as con:
        cells = measure(con, "indicator", scope, ("day",)).cells
    return {cell.key[0]: cell.estimate.value or 0.0 for cell in cells}


def test_the_demo_shows_its_incident_and_nothing_like_it(fed: Database) -> None:
    spec = TRUE.feeds["transfer-probe"]
    day, n = spec.incident["day"], spec.attempts
    share = by_day(fed, "transfer_probe_success")
    assert len(share) == spec.days and min(share, key=lambda one: share[one]) == day
    limit = 100 * (spec.success - 4 * math.sqrt(spec.success * (1 - spec.success) / n))
    assert [one for one in sorted(share) if share[one] < limit] == [day]
    assert share[day] == pytest.approx(100 * spec.incident["success"], abs=100 * 3 * math.sqrt(0.16 * 0.84 / n))
    slow = by_day(fed, "transfer_probe_p95")
    expected = spec.ms * math.exp(1.644854 * spec.spread)  # of a lognormal latency
    usual = sorted(slow[one] for one in slow if one != day)
    assert usual[len(usual) // 2] == pytest.approx(expected, rel=0.05) and slow[day] > 2 * usual[-1]


def test_the_demo_passes_the_goal_of_event_coverage_when_a_screen_joins(fed: Database, model: Model) -> None:
    spec, names = TRUE.feeds["app-events"], model.feeds["app-events"].names
    ((_, since),) = spec.later.items()
    shown = by_day(fed, "event_coverage")
    before = 100 * (len(names) - len(spec.never) - 1) / len(names)
    assert {round(shown[day], 4) for day in shown if day < since} == {round(before, 4)}
    assert {round(shown[day], 4) for day in shown if day >= since} == {round(before + 100 / len(names), 4)}
    assert before < (model.indicators["event_coverage"].target or 0) <= before + 100 / len(names)


def test_latency_over_days_comes_from_the_counts_of_all(fed: Database) -> None:
    spec = TRUE.feeds["transfer-probe"]
    with fed.cursor() as con:
        found, n = feed_cells.p95(con, "transfer-probe", TRUE.last - dt.timedelta(days=6), TRUE.last)
    assert n == 7 * spec.attempts
    assert found == pytest.approx(spec.ms * math.exp(1.644854 * spec.spread), rel=0.05)


@pytest.mark.parametrize(
    "name", ["customer_no", "userId", "手机号", "device_id", "client_ip", "ip", "lat", "cardNumber"]
)
def test_fields_about_people_are_called_so(name: str) -> None:
    problems: list = []
    payload.fields({name: 1}, Feed("f", {}).fields, "events[0]", problems)
    assert [problem.code for problem in problems] == ["feed_personal_field"]


@pytest.mark.parametrize("name", ["latency", "page", "language", "colour", "branch", "shipment"])
def test_other_fields_are_only_unknown(name: str) -> None:
    problems: list = []
    payload.fields({name: 1}, ("at",), "events[0]", problems)
    assert [problem.code for problem in problems] == ["feed_field"]


@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reader_down(body: bytes) -> None:
    try:
        assert isinstance(payload.read(body), dict)
    except Refused as refused:
        assert refused.problems


def test_branches_add_up_by_their_bases_and_a_month_over_its_days(model: Model) -> None:
    measures = {"success_rate": "transfer_success", "latency_mean": "transfer_probe_ms",
                "latency_p95": "transfer_probe_p95"}  # fmt: skip
    feed = Feed("counters", {}, dimensions=("branch", "channel"), indicators=measures)
    r, moment, db = random.Random(5), dt.datetime(2026, 9, 20, 12, tzinfo=dt.UTC), Database(":memory:")
    branches, sent = list(model.branches)[:6], []
    for batch in range(3):
        said = []
        for _ in range(400):
            branch, ok, ms = r.choice(branches), r.random() < 0.9, round(r.lognormvariate(6, 0.5), 2)
            at = moment - dt.timedelta(days=r.randrange(12), minutes=r.randrange(300))
            sent.append((branch, at.astimezone().date(), ok, ms))
            name = model.branches[branch].name["zh" if len(sent) % 2 else "en"]
            said.append({"at": at.isoformat(), "ok": ok, "ms": ms, "branch": name, "channel": "手机银行"})
        body = json.dumps({"events": said}, ensure_ascii=False).encode()
        took = feeds.take_events(db, model, feed, body, f"batch-{batch:04}", Sender("t", "token:t", "s"), moment)
        assert took.answer["accepted"] == 400
    scope = Scope(WHOLE_BANK)
    with db.cursor() as con:
        by_branch = measure(con, "indicator", scope.narrowed(indicator="transfer_success"), ("branch",)).as_dict()
        whole = measure(con, "indicator", scope.narrowed(indicator="transfer_success")).total
        slow = measure(con, "indicator", scope.narrowed(indicator="transfer_probe_ms")).total
        p95 = measure(con, "indicator", scope.narrowed(indicator="transfer_probe_p95"), ("branch", "day")).as_dict()
        rows = con.execute("SELECT DISTINCT grain, day, channel, region FROM v_indicator WHERE indicator = "
                           "'transfer_success' AND branch = ?", [branches[0]]).fetchall()  # fmt: skip
    assert rows == [("month", dt.date(2026, 9, 1), "mobile", model.branches[branches[0]].region)]
    for branch in branches:
        mine = [ok for b, _, ok, _ in sent if b == branch]
        assert by_branch[(branch,)].value == pytest.approx(100 * sum(mine) / len(mine), abs=1e-4)
    assert whole.value == pytest.approx(100 * sum(ok for _, _, ok, _ in sent) / len(sent), abs=1e-4)
    assert slow.value == pytest.approx(sum(ms for *_, ms in sent) / len(sent), abs=1e-3)
    for (branch, day), estimate in p95.items():
        of_day = sorted(ms for _, d, _, ms in sent if d == day)
        exact = of_day[math.ceil(0.95 * len(of_day)) - 1]
        assert branch is None and estimate.value == pytest.approx(exact, rel=latency.ERROR)
