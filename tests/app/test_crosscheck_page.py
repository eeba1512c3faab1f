"""The cross-check as its readers see it, and on the demo bank, whose truth is known."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from small_bank import indicator, ratings
from streamlit.testing.v1 import AppTest
from written import text

from cx.__main__ import main
from cx.bank import model as bank
from cx.demo.truth import truth
from cx.insight import crosscheck
from cx.measure import periods
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store.database import Database
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
ROOT = Path(__file__).resolve().parents[2]
PAGE = "analyse/crosscheck"
DAY = dt.date(2026, 9, 10)


@pytest.fixture
def linked(bench: Workbench) -> Workbench:
    """Queueing is worse the longer it takes, over 16 branches; the counter is fine on both sides."""
    for place, branch in enumerate(tuple(bench.model.branches)[:16]):
        here = {"branch": branch, "day": DAY, "journey": "account-opening", "stage": "serve"}
        ratings(bench.database, {5: 8 - place // 2, 1: 4 + place // 2}, touchpoint="queue", **here)
        ratings(bench.database, {5: 20}, touchpoint="counter-service", **here)
        indicator(bench.database, "queue_minutes", 12 + place, DAY.replace(day=1), branch=branch)
        indicator(bench.database, "counter_minutes", 9, DAY.replace(day=1), branch=branch)
    return bench


def test_nothing_to_compare_says_what_to_do(screen: Screen) -> None:
    assert '<div class="cx-empty"' in text(screen(PAGE, "analyst"))


def test_the_answer_comes_first_and_every_part_is_there(linked: Workbench, screen: Screen) -> None:
    at = screen(PAGE, "analyst", period="2026-09")
    shown = text(at)
    assert "1 个痛点得到两边确认：排队等候" in shown and "误判率" in shown and "已确认" in shown
    specs = [json.loads(chart.proto.spec) for chart in at.get("vega_lite_chart")]
    assert len(specs) == 2, "matrix and branches; one month makes no line"
    assert "口径已改动" not in shown


def test_rules_stand_in_the_address(linked: Workbench, screen: Screen) -> None:
    at = screen(PAGE, "analyst", period="2026-09", line="alarm", level="0.01", gap="1", against="goal")
    shown = text(at)
    assert "口径已改动" in shown and "不超过 1%" in shown
    assert {box.key: box.value for box in at.selectbox}["filter_line"] == "alarm"
    at.selectbox(key="filter_level").set_value("0.05").run()
    assert "level" not in at.query_params and "不超过 5%" in text(at)


def test_a_branch_manager_sees_the_own_branch_and_why_branches_are_not_compared(
    linked: Workbench, screen: Screen
) -> None:
    shown = text(screen(PAGE, "branch_manager", period="2026-09"))
    assert "只看得到本网点" in shown and "12 分钟" in shown
    assert "这一期没有痛点" in shown and "13 分钟" not in shown


@pytest.mark.parametrize("query", [{"metric": "nps"}, {"metric": "top2"}, {"grain": "week"}, {"grain": "quarter"}])
def test_every_choice_opens(linked: Workbench, screen: Screen, query: dict[str, str]) -> None:
    assert "误判率" in text(screen(PAGE, "viewer", **query)) or query["metric"] == "nps"


@pytest.fixture(scope="module")
def told(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo bank in a folder of its own."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(demo_file, folder / "cx.duckdb")
    return folder


def test_on_the_demo_bank_the_true_pain_is_confirmed_and_the_win_that_did_nothing_is_not(told: Path) -> None:
    model, database = bank.load(ROOT / "data" / "model"), Database(told / "cx.duckdb")
    try:
        period = periods.parse("2026Q3", truth().last)
        assert period
        scope, began = Scope(WHOLE_BANK, period.start, period.end), time.process_time()
        cross = crosscheck.check(database.cursor(), scope, model, period.before, truth().last, dt.date(2026, 11, 22))
        spent = time.process_time() - began
    finally:
        database.close()
    places = {place.touchpoint: place for place in cross.places}
    queue = places[truth().worst["touchpoint"]]
    assert queue.quadrant == "both" and queue.confirmed
    assert "queue_minutes" in [seen.indicator.id for seen in queue.seen if seen.confirmed]
    useless = truth().quick_wins[1].touchpoint  # the one that truly does nothing
    assert places[useless].heard.estimate.n > 250 and places[useless].quadrant == "indicator"
    assert not any(seen.confirmed for seen in places[useless].seen)
    assert [place.touchpoint for place in cross.confirmed] == ["queue"], "nothing else is true in the demo bank"
    assert cross.verdict.rate <= cross.verdict.level == 0.05 and cross.verdict.tried > 40
    assert spent < 3, "1 s of processor time where this was written"


def test_the_command_says_the_same(
    told: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CX_DATA", str(told))
    assert main(["crosscheck", "--period", "2026Q3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["confirmed"] == ["queue"] and found["false_confirmations"]["shuffled"] <= 0.05
    queue = next(one for one in found["touchpoints"] if one["touchpoint"] == "queue")
    assert queue["survey"]["signal"] == "bad" and queue["survey"]["low"] < queue["survey"]["value"]
    assert main(["crosscheck", "--period", "2026Q3", "--level", "0.01", "--line", "alarm"]) == 0
    assert "queue\tsurvey\tno" in capsys.readouterr().out  # 14.5 minutes are below the alarm line
    assert main(["crosscheck", "--period", "soon"]) == 2
    assert main(["crosscheck", "--journey", "none"]) == 2
