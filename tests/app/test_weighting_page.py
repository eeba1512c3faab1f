"""Sample and weighting as its readers see it, the line beside the score, and explanations that a link opens."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from small_bank import ratings, scores
from streamlit.testing.v1 import AppTest
from written import text

from cx.insight import reliability
from cx.store import audit
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
PAGE = "analyse/weighting"
DAY = dt.date(2026, 8, 5)
BASE = "维度,取值,客户数\n客群,大众客户,500\n客群,老年客群,500\n"


@pytest.fixture
def bank(bench: Workbench) -> Workbench:
    """NPS 45 of 100: mass 75 of 80, senior -75 of 20; two rating questions of 40 people on one page."""
    branch = next(iter(bench.model.branches))
    scores(bench.database, 60, 20, 0, segment="mass", branch=branch, day=DAY)
    scores(bench.database, 0, 5, 15, segment="senior", branch=branch, day=DAY)
    ratings(bench.database, {5: 40}, segment="mass", branch=branch, day=DAY)
    return bench


def give(at: AppTest, content: str, name: str = "ours.csv") -> AppTest:
    at.file_uploader[0].set_value((name, content.encode(), "text/csv"))
    return at.run()


def test_the_answer_both_figures_and_the_banks_own_base(bank: Workbench, screen: Screen) -> None:
    at = screen(PAGE, "analyst")
    assert not at.exception
    assert "大众客户偏多（答卷 80%，客户 46%）" in text(at)  # by the base that comes with cx
    give(at, BASE.replace("500", "5x0", 1))
    assert any("ours.csv:2" in error.value.replace("\\", "") and "5x0" in error.value for error in at.error)
    assert all(button.key != "weighting_give" for button in at.button)  # with one wrong row nothing is replaced
    give(at, BASE)
    at.button(key="weighting_give").click().run()
    assert not at.exception
    shown = text(at)
    assert "客户总体已更新" in at.success[0].value and "由 analyst 上传" in shown
    assert "老年客群偏少（答卷 20%，客户 50%）" in shown
    assert "45.0 ± 15.7" in shown and "低 45.0 分，超出随机波动" in shown
    with bank.database.cursor() as con:
        assert [(e.who, e.subject) for e in audit.entries(con) if e.action == "customer_base"] == [
            ("analyst", "ours.csv")
        ]
    viewed = screen("understand/nps", "viewer")
    assert any("按客群加权后 0 ±" in link.label and "低出随机波动" in link.label for link in viewed.get("page_link"))
    part = screen("understand/nps", "viewer", channel="branch")  # the base is the whole bank's
    assert not any("加权后" in link.label for link in part.get("page_link"))


def test_who_may_see_and_who_may_change(bank: Workbench, screen: Screen) -> None:
    own = screen(PAGE, "branch_manager")
    assert not own.exception and "全行口径" in text(own) and not own.file_uploader
    assert "1,200,000" not in text(own)
    links = screen("understand/nps", "branch_manager").get("page_link")
    assert links and not any("加权后" in link.label for link in links)
    viewer = screen(PAGE, "viewer")
    assert not viewer.exception and not viewer.file_uploader and viewer.get("download_button")


def test_what_cannot_be_weighted_is_told_by_name(bank: Workbench, screen: Screen) -> None:
    at = screen(PAGE, "analyst", by="segment")
    assert not at.exception
    assert any("客群：“私行客户”的客户没有一人作答" in error.value for error in at.error)
    assert "45.0 ± 15.7" in text(at)  # the unweighted figure stands all the same


def test_competitive_scores_are_not_weighted(bank: Workbench, screen: Screen) -> None:
    scores(bank.database, 30, 10, 10, nps_kind="competitive", day=DAY)
    assert "不按本行客户加权" in text(screen(PAGE, "analyst", kind="competitive"))


def test_a_link_opens_the_explanation_with_formula_scope_sql_and_itself(bank: Workbench, screen: Screen) -> None:
    at = screen("understand/nps", "analyst", why="headline", segment="mass")
    assert not at.exception
    shown = text(at)
    assert "公式：100 × \\(推荐者 − 贬损者\\) ÷ 回复数" in shown and "客群 大众客户" in shown
    codes = [code.value for code in at.code]
    assert any("SUM(CASE WHEN nps >= 9" in code for code in codes)
    link = next(code for code in codes if "why=headline" in code)
    assert "segment=mass" in link and "kind=transactional" in link and "period=" in link
    assert "why" not in at.query_params  # opened once: a later click does not open it again
    closed = screen("understand/nps", "analyst")
    assert not any("why=" in code.value for code in closed.code)


def test_the_weighted_figure_explains_its_weights(bank: Workbench, screen: Screen) -> None:
    at = give(screen(PAGE, "analyst"), BASE)
    at.button(key="weighting_give").click().run()
    at.query_params["why"] = "weighted"
    shown = text(at.run())
    assert "加权：按客群做迭代比例拟合" in shown and "有效样本量 n = " in shown
    assert any("GROUP BY 1" in code.value and "segment" in code.value for code in at.code)


def test_alpha_in_words_once_it_is_asked_for(bank: Workbench, screen: Screen) -> None:
    survey = next(survey for survey in bank.shelf.all() if survey.id == "call-center")
    scale = next(iter(reliability.scales_of([survey])))
    people = [uuid.uuid4() for _ in range(40)]
    for item in scale.items:  # ten people each, who say nearly the same to every question
        for ten, points in enumerate((1, 3, 4, 4 if item == scale.items[0] else 5)):
            dims = {"survey_id": survey.id, "question_id": item, "type": "rating", "day": DAY}
            ratings(bank.database, {points: 10}, people[10 * ten : 10 * ten + 10], **dims)
    scores(bank.database, 5, 5, 5, survey_id=survey.id, segment="mass", day=DAY)
    closed = screen(PAGE, "analyst")
    assert "α = " not in text(closed)
    at = screen(PAGE, "analyst", scale=scale.id)
    assert not at.exception
    assert "α = 0.9" in text(at) and "n 40" in text(at) and "可以合成一个分数" in text(at)
