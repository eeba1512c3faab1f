"""Sources, coverage and stages as their readers see them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from small_bank import indicator, ratings, scores
from streamlit.testing.v1 import AppTest
from written import text

from components import source_gaps
from components.page import Context
from cx.access.rights import User
from cx.insight import sources
from cx.measure.periods import add_months
from cx.measure.scope import WHOLE_BANK, Scope
from cx.words import Translator
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
EMPTY = '<div class="cx-empty"'
TODAY = dt.date.today()
THIS = TODAY.replace(day=1)


@pytest.fixture
def bank(bench: Workbench) -> Workbench:
    """18 months of referrals and queueing of two branches up to last month but two; one value for the bank's app."""
    first, second, *_ = bench.model.branches
    db = bench.database
    for back in range(3, 21):
        day = add_months(THIS, -back)
        for branch, rate in ((first, 20), (second, 61)):
            indicator(db, "referral_rate", rate, day, branch=branch, numerator=rate * 3, denominator=300)
            indicator(db, "queue_minutes", 21.0 if branch == first else 87.5, day, branch=branch)
        indicator(db, "mau", 123456, day, channel="mobile")
    scores(db, 60, 20, 20, branch=first, day=add_months(THIS, -4), nps_kind="transactional")
    ratings(db, {4: 40}, branch=first, touchpoint="queue", stage="serve", journey="account-opening", day=TODAY)
    return bench


def test_sources_without_data_say_what_to_do(screen: Screen) -> None:
    shown = text(screen("listen/sources", "cx_manager"))
    assert EMPTY in shown and "先上传指标文件" in shown


def test_sources_tell_who_is_late_and_who_owes_what(bank: Workbench, screen: Screen) -> None:
    shown = text(screen("listen/sources", "cx_manager"))
    entry = bank.model.indicators["queue_minutes"]
    due = add_months(THIS, -1)  # T+1 after the month before the last: the first of last month
    late = (TODAY - due).days
    assert f"迟 {late} 天" in shown and "项从未报送" in shown
    assert entry.owner in shown and "排队叫号系统" in shown
    assert "2 个单位" in shown  # both branches lack the same months
    drawn = next(
        json.loads(chart.proto.spec) for chart in screen("listen/sources", "cx_manager").get("vega_lite_chart")
    )
    scored = {row["source"]: row["value"] for row in drawn["layer"][0]["data"]["values"] if row["bold"]}
    assert scored["排队叫号系统"] is not None and scored["设备监控"] is None  # never sent anything


def test_what_lacks_is_listed_by_the_owner_chosen(bank: Workbench, screen: Screen) -> None:
    owner = bank.model.indicators["referral_rate"].owner
    at = screen("listen/sources", "analyst", owner=owner)
    assert at.selectbox(key="filter_owner").value == owner
    table = next(e.body for e in at.get("html") if "应到日期" in e.body and "转介绍开户占比" in e.body)
    assert "平均排队时长" not in table


def test_the_file_for_the_owner_has_a_line_for_each_value_that_lacks(bank: Workbench) -> None:
    user = User("m", "m", "cx_manager", None, "zh")
    ctx = Context(user, Translator("zh"), bank, WHOLE_BANK, bank.model)
    with bank.database.cursor() as con:
        found = sources.view(con, Scope(WHOLE_BANK), bank.model, TODAY)
    head, *rows = source_gaps.file_rows(ctx, [gap for gap in found.gaps if gap.indicator == "queue_minutes"])
    months = [ctx.t.period(add_months(THIS, -back), "month") for back in (2, 1)]
    names = [bank.model.branches[id].name["zh"] for id in list(bank.model.branches)[:2]]
    assert {(row[1], row[2]) for row in rows} == {(name, month) for name in names for month in months}
    assert len(rows) == 4 and len(head) == len(rows[0]) and "运营管理部" in rows[0]


def test_branch_roles_do_not_see_the_sources(bank: Workbench, screen: Screen) -> None:
    assert EMPTY in text(screen("listen/sources", "branch_manager"))


def test_the_map_shows_every_touchpoint_in_words(bank: Workbench, screen: Screen) -> None:
    shown = text(screen("analyse/coverage", "cx_manager"))
    cells = [t for journey in bank.model.journeys.values() for stage in journey.stages for t in stage.touchpoints]
    assert f"{len(cells)} 个触点里" in shown
    assert all(touchpoint.name["zh"] in shown for touchpoint in cells)
    assert "40 次评价" in shown and "问了但无人答" in shown and "空白" in shown
    assert "还没有埋点覆盖率的数据" in shown


def test_a_branch_manager_counts_own_answers_and_gets_no_links_to_the_builder(bank: Workbench, screen: Screen) -> None:
    second = list(bank.model.branches)[1]
    ratings(
        bank.database, {4: 555}, branch=second, touchpoint="queue", stage="serve", journey="account-opening", day=TODAY
    )
    at = screen("analyse/coverage", "branch_manager")
    assert "40 次评价" in text(at) and "595 次评价" not in text(at) and "只算您自己的网点" in text(at)
    assert not at.get("page_link")


def test_stages_without_data_say_what_to_do(screen: Screen) -> None:
    assert EMPTY in text(screen("analyse/stages", "viewer"))


def test_stages_show_the_sum_of_what_one_may_see(bank: Workbench, screen: Screen) -> None:
    shown = text(screen("analyse/stages", "cx_manager", stage="referral"))
    assert "40.5%" in shown and "2 个单位 · 分母合计 600" in shown  # (60 + 183) of 600
    assert "123,456" in text(screen("analyse/stages", "cx_manager"))


def test_a_branch_manager_sees_own_figures_only(bank: Workbench, screen: Screen) -> None:
    referral = text(screen("analyse/stages", "branch_manager", stage="referral"))
    assert "20%" in referral and "40.5%" not in referral and "61%" not in referral
    acquisition = text(screen("analyse/stages", "branch_manager", stage="acquisition"))
    assert "123,456" not in acquisition and "这个范围没有数" in acquisition and "月活跃用户" in acquisition


def test_a_star_and_its_guardrails_are_told(bank: Workbench, screen: Screen) -> None:
    first = next(iter(bank.model.branches))
    for back in range(3, 21):
        indicator(
            bank.database, "first_login_share", 60 if back > 8 else 75 + back % 2, add_months(THIS, -back), branch=first
        )
    shown = text(screen("analyse/stages", "cx_manager", journey="account-opening"))
    assert "失守" in shown and "平均排队时长" in shown and "先看清再庆功" in shown


def test_benchmarks_that_must_not_be_compared_say_why(bank: Workbench, screen: Screen) -> None:
    shown = text(screen("analyse/stages", "cx_manager"))
    assert "不可比：方法不同（对方电话访问，本行线上问卷）" in shown and "太旧" in shown and "示例" in shown


def test_indicators_on_the_journey_say_how_fresh_they_are(bank: Workbench, screen: Screen) -> None:
    late = (TODAY - add_months(THIS, -1)).days
    shown = text(screen("understand/journey", "cx_manager", period="365d"))
    assert f"（T+1，迟 {late} 天）" in shown
