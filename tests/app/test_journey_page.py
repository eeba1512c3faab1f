"""The journey map as its readers see it, and the files that it leaves as."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from small_bank import comment, ratings, scores
from streamlit.testing.v1 import AppTest
from written import text

from components import filters, page
from components.journey_map import export
from cx.access.rights import User
from cx.insight import journey_map
from cx.measure import periods
from cx.measure.scope import Rights, Scope
from cx.output.charts.journey_map import board
from cx.store import query
from cx.words import Translator
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
PAGE = "understand/journey"


@pytest.fixture
def bank(bench: Workbench) -> Workbench:
    """One journey: the first two branches, two touchpoints; the second one's queue is bad."""
    first, second, *_ = bench.model.branches
    db, day = bench.database, dt.date(2026, 8, 5)
    place = {"journey": "account-opening", "stage": "serve", "day": day}
    ratings(db, {3: 20, 4: 60, 5: 20}, branch=first, touchpoint="counter-service", **place)
    ratings(db, {1: 50, 2: 40}, branch=second, touchpoint="queue", **place)
    ratings(db, {4: 2}, branch=first, touchpoint="smart-counter", **place)
    ratings(db, {4: 6}, branch=first, touchpoint="form-filling", **place)  # hidden with it
    scores(db, 50, 20, 30, branch=first, journey="account-opening", day=day)
    comment(db, "<b>柜面服务</b>很好", branch=first, journey="account-opening", score=9, day=day)
    ((who,),) = db.cursor().execute("SELECT response_id FROM answer WHERE type = 'text'").fetchall()
    ratings(db, {4: 1}, respondents=[who], branch=first, touchpoint="counter-service", **place)
    return bench


def _cards(shown: str) -> dict[str, str]:
    """What each touchpoint's card says, tags left out."""
    found = re.findall(r'<li class="cx-jm-card[^>]*><strong><i>\d+</i>([^<]*)</strong>(.*?)</li>', shown, re.DOTALL)
    return {name: re.sub(r"<[^>]+>", " ", body) for name, body in found}


def test_the_map_has_every_touchpoint_of_the_model_in_its_order(bank: Workbench, screen: Screen) -> None:
    shown = text(screen(PAGE, period="2026Q3", why="journey"))
    journey = bank.model.journeys["account-opening"]
    names = [t.name["zh"] for stage in journey.stages for t in stage.touchpoints]
    cards = _cards(shown)
    assert list(cards) == names
    assert "1.44" in cards["排队等候"] and "痛点" in cards["排队等候"] and "峰" in cards["排队等候"]
    assert "不显示" in cards["智能柜台"] and not re.search(r"\d\.\d\d", cards["智能柜台"])
    assert "没有评价" in cards["官网介绍"]
    assert shown.count('role="list"') >= len(journey.stages)


def test_a_branch_learns_of_its_own_people_only(bank: Workbench, screen: Screen) -> None:
    cards = _cards(text(screen(PAGE, "branch_manager", period="2026Q3")))  # of the first branch
    assert "4.00" in cards["柜面服务"] and "1.44" not in " ".join(cards.values())
    assert "没有评价" in cards["排队等候"]


def test_files_are_made_at_the_click_and_recorded(bank: Workbench, screen: Screen) -> None:
    user = User("branch_manager", "王敏", "branch_manager", frozenset(list(bank.model.branches)[:1]), "zh")
    ctx = page.Context(user, Translator("zh"), bank, Rights(user.branches), bank.model)
    with bank.database.cursor() as con:
        scope = Scope(ctx.rights).narrowed(journey="account-opening")
        found = journey_map.draw(con, scope, bank.model, "account-opening", None, "zh")
        chosen = filters.Chosen(scope, periods.ALL, query.contents(con, scope, ()), dt.date(2026, 9, 1))
    drawn = board(found, bank.model, ctx.t)
    made = {k: export._maker(ctx, chosen, found, drawn, k)() for k in ("pdf", "svg", "png")}
    assert made["pdf"].startswith(b"%PDF") and made["png"].startswith(b"\x89PNG")
    svg = made["svg"].decode()
    assert "4.00" in svg and "1.44" not in svg and "仅限权限内网点" in svg and "王敏制图" in svg
    with bank.database.cursor() as con:
        rows = con.execute("SELECT who, detail FROM audit_log WHERE action = 'report_made' ORDER BY seq").fetchall()
    assert len(rows) == 3 and {who for who, _ in rows} == {"branch_manager"} and '"kind":"pdf"' in rows[0][1]


def test_comments_are_escaped_and_need_the_right(bank: Workbench, screen: Screen) -> None:
    assert "“&lt;b&gt;柜面服务&lt;/b&gt;很好”" in text(screen(PAGE, "cx_manager", period="2026Q3"))
    assert "柜面服务&lt;" not in text(screen(PAGE, "viewer", period="2026Q3"))


def test_gaps_lead_to_the_coverage_map_and_marks_are_explained(bank: Workbench, screen: Screen) -> None:
    at = screen(PAGE, period="2026Q3", why="journey_parts")
    shown = text(at)
    assert "其中哪一部分：查询结果的所有行" in shown
    assert "个触点没有评价，也没有指标" in shown and "峰终定律" in shown and "至少 0.3 分" in shown
    assert "整段旅程与各个触点，说法一致吗？" in shown and "客户会记住什么？" in shown
