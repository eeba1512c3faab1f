"""The understand section as its readers see it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from small_bank import brand_scores, comment, ratings, scores
from streamlit.testing.v1 import AppTest
from written import text

from cx import demo
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
EMPTY = '<div class="cx-empty"'
PAGES = ("understand/overview", "understand/nps", "understand/journey")


@pytest.fixture
def bank(bench: Workbench) -> Workbench:
    """First branch: NPS 40 of 100 in the third quarter of 2026, -10 the quarter before; second branch: -60 of 100."""
    first, second, *_ = bench.model.branches
    journey = next(iter(bench.model.journeys.values()))
    stage, touchpoint = journey.stages[0].id, journey.stages[0].touchpoints[0].id
    db = bench.database
    scores(db, 30, 30, 40, branch=first, day=dt.date(2026, 5, 5))
    scores(db, 60, 20, 20, branch=first, day=dt.date(2026, 8, 5))
    scores(db, 10, 20, 70, branch=second, day=dt.date(2026, 8, 5))
    scores(db, 6, 0, 0, branch=first, day=dt.date(2026, 9, 30), channel="mobile")
    ratings(db, {2: 40, 3: 40}, branch=first, journey=journey.id, stage=stage, touchpoint=touchpoint)
    comment(db, "<script>alert(1)</script> waited an hour", branch=second, day=dt.date(2026, 9, 30))
    brand_scores(db, "ours", 30, 10, 10)
    scores(db, 5, 5, 5, nps_kind="competitive", day=dt.date(2026, 8, 1))
    return bench


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_on_an_empty_database(screen: Screen, name: str) -> None:
    assert EMPTY in text(screen(name))


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ["branch_manager", "viewer"])
def test_every_page_opens_for_every_role(bank: Workbench, screen: Screen, name: str, role: str) -> None:
    assert EMPTY not in text(screen(name, role))


def test_the_overview_tells_in_words_that_the_demo_bank_is_here(bank: Workbench, screen: Screen) -> None:
    few = [survey for survey in bank.shelf.all() if survey.id == "staff-pulse"]
    demo.load(bank.database, bank.model, few)
    shown = text(screen("understand/overview"))
    assert shown.count("示范银行已载入") == 1 and "已上传" not in shown


def test_the_score_says_its_interval_base_and_tested_change(bank: Workbench, screen: Screen) -> None:
    shown = text(screen("understand/nps", branch=next(iter(bank.model.branches)), channel="branch"))
    assert '<div class="cx-big">40<small>± 17</small>' in shown  # as far as the interval's longer side, 40 − 23
    assert "比2026年2季度上升" in shown and ">50</b> 分，超出随机波动。" in shown
    assert "100 份回复 · 95% 区间 23 至 54" in shown


def test_the_address_is_the_view(bank: Workbench, screen: Screen) -> None:
    first = next(iter(bank.model.branches))
    at = screen("understand/nps", period="2026Q2", branch=first)
    assert '<div class="cx-big">−10<small>' in text(at)
    assert at.selectbox(key="filter_period").value == "2026Q2"
    assert at.selectbox(key="filter_branch").value == first
    at.selectbox(key="filter_period").set_value("2026Q3").run()
    assert not at.exception
    assert "period" not in at.query_params  # the default leaves the address clean
    at.selectbox(key="filter_channel").set_value("mobile").run()
    assert at.query_params["channel"] == "mobile"
    assert "6 份回复" in text(at) and "小样本" in text(at)


def test_unknown_values_of_an_address_are_ignored_and_told(bank: Workbench, screen: Screen) -> None:
    shown = text(screen("understand/nps", branch="nowhere' OR 1=1", period="2026Q9", kind="all"))
    assert "nowhere" in shown and "2026Q9" in shown and "kind=all" in shown
    assert "206 份回复" in shown or "207 份回复" in shown


def test_a_forged_address_does_not_widen_rights(bank: Workbench, screen: Screen) -> None:
    first, second, *_ = bank.model.branches
    shown = text(screen("understand/nps", "branch_manager", branch=second, by="branch"))
    assert f"branch={second}" in shown  # ignored, and said so
    assert "106 份回复" in shown
    assert "waited an hour" not in shown  # written in the other branch


def test_comments_are_escaped_and_need_the_right(bank: Workbench, screen: Screen) -> None:
    shown = text(screen("understand/nps", "analyst"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; waited an hour" in shown
    assert "<script>" not in shown
    assert "waited an hour" not in text(screen("understand/nps", "viewer"))


def test_small_groups_are_named_as_hidden_and_are_nowhere_in_the_page(bank: Workbench, screen: Screen) -> None:
    scores(bank.database, 0, 0, 3, branch="tiny", day=dt.date(2026, 8, 8))
    at = screen("understand/nps", by="branch")
    assert "少于 5 份" in text(at) and "tiny" in text(at)
    drawn = [json.loads(chart.proto.spec) for chart in at.get("vega_lite_chart")]
    assert drawn and "tiny" not in json.dumps(drawn)
    assert all("tiny" not in frame.value.to_string() for frame in at.dataframe)


def test_kinds_are_shown_one_at_a_time(bank: Workbench, screen: Screen) -> None:
    at = screen("understand/nps", kind="competitive")
    assert "与同业相比" in text(at)
    assert at.selectbox(key="filter_kind").options == ["交易型 NPS", "竞争型 NPS"]


def test_grain_and_breakdown_stand_in_the_address(bank: Workbench, screen: Screen) -> None:
    at = screen("understand/nps", grain="quarter", by="channel")
    assert "2026年3季度比2026年2季度" in text(at) or "2026年3季度与2026年2季度" in text(at)
    assert "哪些渠道与众不同" in text(at)


def test_the_journey_names_its_worst_step_and_its_gaps(bank: Workbench, screen: Screen) -> None:
    journey = next(iter(bank.model.journeys.values()))
    shown = text(screen("understand/journey"))
    assert "最难受：满意度 2.5" in shown
    assert journey.stages[0].touchpoints[0].name["zh"] in shown
    assert "无数据" in shown


def test_branch_staff_see_their_own_headline_and_nothing_else(bank: Workbench, screen: Screen) -> None:
    at = screen("understand/overview", "branch_staff")
    shown = text(at)
    assert '<div class="cx-big">100<small>' in shown and "6 份回复" in shown  # September, own branch
    assert not at.get("vega_lite_chart") and "速赢" not in shown


def test_the_overview_shows_the_loop(bank: Workbench, screen: Screen) -> None:
    journey = next(iter(bank.model.journeys.values()))
    ratings(bank.database, {2: 40}, journey=journey.id, stage=journey.stages[0].id, day=dt.date(2026, 9, 15))
    shown = text(screen("understand/overview", "cx_manager", why="heat"))
    for word in ("倾听", "洞察", "行动", "验证", "旅程热度", "正在发生", "查询结果的所有行合在一起；每行是"):
        assert word in shown


def test_where_a_survey_changed_its_meaning_no_change_is_claimed(bank: Workbench, screen: Screen) -> None:
    first = next(iter(bank.model.branches))
    scores(bank.database, 20, 5, 5, branch=first, day=dt.date(2026, 9, 20), survey_version="2.0.0")
    for name, told in (("nps", "与2026年2季度不可直接比较"), ("overview", "与2026年8月不可直接比较")):
        shown = text(screen(f"understand/{name}", period="2026Q3"))
        assert told in shown and "超出随机波动。</div>" not in shown
    assert "升至 2.0.0 版，问题含义改变" in text(screen("understand/nps", period="2026Q3"))


def test_a_step_whose_survey_changed_its_meaning_is_not_compared(bank: Workbench, screen: Screen) -> None:
    journey = next(iter(bank.model.journeys.values()))
    place = {"journey": journey.id, "stage": journey.stages[0].id, "touchpoint": journey.stages[0].touchpoints[0].id}
    ratings(bank.database, {2: 20, 5: 40}, day=dt.date(2026, 5, 5), survey_version="1.0.0", **place)
    compared = text(screen("understand/journey", period="2026Q3", journey=journey.id))
    ratings(bank.database, {2: 20, 5: 40}, day=dt.date(2026, 9, 5), survey_version="2.0.0", **place)
    shown = text(screen("understand/journey", period="2026Q3", journey=journey.id))
    assert "不可比" not in compared and "比上期" in compared
    assert "问卷含义已变，与上期不可比" in shown and "升至 2.0.0 版" in shown and "口径已变，不可比" in shown
