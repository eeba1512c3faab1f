"""Fair comparison as its readers see it: who differs, level by level, side by side."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable

import pytest
from small_bank import ratings, scores
from streamlit.testing.v1 import AppTest

from cx.insight import reliability
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
NAME = "understand/compare"
SPRING, SUMMER = dt.date(2026, 5, 5), dt.date(2026, 8, 5)


@pytest.fixture
def bank(bench: Workbench) -> Workbench:
    """Twelve branches: the first truly bad since the summer, the others alike; 40 customers each."""
    model, db = bench.model, bench.database
    for at, branch in enumerate(list(model.branches)[:12]):
        region = model.branches[branch].region
        for day in (SPRING, SUMMER):
            bad = at == 0 and day == SUMMER
            scores(db, 2 if bad else 20 + at % 3, 8, 30 if bad else 12 - at % 3, branch=branch, region=region, day=day)
    ratings(db, {3: 20, 5: 20}, branch=branch, region=region, day=SUMMER)
    return bench


def text(at: AppTest) -> str:
    """Everything written on the page."""
    assert not at.exception, at.exception
    kinds = ("html", "markdown", "caption", "title", "header", "subheader")
    return "\n".join(str(getattr(e, "body", None) or e.value) for kind in kinds for e in at.get(kind))


def names(bank: Workbench, *places: int) -> list[str]:
    return [list(bank.model.branches.values())[at].name["zh"] for at in places]


def test_it_opens_on_an_empty_database(screen: Screen) -> None:
    assert '<div class="cx-empty"' in text(screen(NAME))


def test_it_names_the_branch_that_differs_and_gives_ranks_as_intervals(bank: Workbench, screen: Screen) -> None:
    at = screen(NAME, period="2026Q3")
    (bad,) = names(bank, 0)
    assert f"有 1 个明显不一样，偶然解释不了：偏低 1 个（{bad}）" in text(at)
    assert "排在最前的" in text(at) and len(at.get("vega_lite_chart")) == 2
    table = at.dataframe[0].value
    last = table.iloc[-1]
    assert last["网点"] == bad and last["漏斗图结论"] == "明显更低" and last["名次区间"] == "12–12"
    assert set(table["漏斗图结论"][:-1]) == {"正常范围内"}


def test_metric_and_dimension_stand_in_the_address(bank: Workbench, screen: Screen) -> None:
    shown = text(screen(NAME, metric="satisfaction", by="channel"))
    assert "没有两个以上可以比较的渠道" in shown
    shown = text(screen(NAME, by="region", period="2026Q3"))
    assert "和整体相比，哪些片区在线外" in shown and "少于 10 个单位" in shown


def test_levels_go_down_by_a_click_and_up_by_the_path(bank: Workbench, screen: Screen) -> None:
    region = next(iter(bank.model.branches.values())).region
    at = screen(NAME, view="levels", period="2026Q3")
    assert "<h2>总行（全行）</h2>" in text(at) and "下一级 2 个片区" in text(at)
    at.button(key=f"down_{region}").click().run()
    assert at.query_params["region"] == region
    (bad,) = names(bank, 0)
    assert f"下降 1 个（{bad}）" in text(at) and "已按多重比较校正" in text(at)
    branch = next(iter(bank.model.branches))
    at.button(key=f"down_{branch}").click().run()
    assert f"<h2>{bad}</h2>" in text(at) and "下降 " in text(at) and "40 位受访者" in text(at)
    at.button(key="up_1").click().run()
    assert at.query_params == {**at.query_params, "region": region} and "branch" not in at.query_params
    at.button(key="up_0").click().run()
    assert "region" not in at.query_params and "<h2>总行（全行）</h2>" in text(at)


def test_someone_of_a_branch_starts_there_and_learns_nothing_of_others(bank: Workbench, screen: Screen) -> None:
    own, other = names(bank, 0, 1)
    theirs = next(iter(bank.model.branches))
    at = screen(NAME, "branch_manager", view="levels", period="2026Q3", region="jiangsu", branch="b0102")
    assert f"<h2>{own}</h2>" in text(at) and "40 位受访者" in text(at) and not at.get("button")
    pages = [at, *(screen(NAME, "branch_manager", view=view, period="2026Q3") for view in ("differ", "sides"))]
    assert "您只看得到自己的网点" in text(screen(NAME, "branch_manager", by="branch", period="2026Q3"))
    for page in pages:
        drawn = json.dumps([json.loads(chart.proto.spec) for chart in page.get("vega_lite_chart")], ensure_ascii=False)
        tables = "".join(frame.value.to_string() for frame in page.dataframe)
        offered = [option for box in page.selectbox for option in box.options]
        assert not any(other in place for place in (text(page), drawn, tables, *offered)), theirs


def test_two_selections_stand_side_by_side(bank: Workbench, screen: Screen) -> None:
    first, second = list(bank.model.branches)[:2]
    at = screen(NAME, view="sides", a_branch=first, b_branch=second, a_period="2026Q3", b_period="2026Q3")
    assert "A 比 B 低" in text(at) and "超出随机波动" in text(at) and text(at).count("40 位受访者") == 2
    assert "两组有什么不同" in text(at) and len(at.get("vega_lite_chart")) == 1
    at.selectbox(key="filter_b_branch").set_value(first).run()
    assert at.query_params["b_branch"] == first and "两组的条件完全相同" in text(at)
    at.selectbox(key="filter_b_branch").set_value("").run()
    assert "A 组是 B 组的一部分" in text(at)


def test_selections_that_do_not_compare_say_why(bank: Workbench, screen: Screen) -> None:
    first = next(iter(bank.model.branches))
    scores(bank.database, 30, 5, 5, branch=first, day=SUMMER, nps_kind="relational", survey_id="yearly")
    where = {"a_period": "2026Q3", "b_period": "2026Q3", "a_kind": "transactional", "b_kind": "relational"}
    at = screen(NAME, view="sides", **where)
    assert "这两组不可比" in text(at) and "NPS 类型不同" in text(at) and not at.get("vega_lite_chart")
    scores(bank.database, 30, 5, 5, branch=first, day=SUMMER, survey_version="2.0.0")
    at = screen(NAME, view="sides", a_period="2026Q3", b_period="2026Q2", a_branch=first, b_branch=first)
    assert "主版本不是同一个" in text(at) and "A 组为 1.x, 2.x，B 组为 1.x" in text(at)


@pytest.mark.parametrize(("view", "told"), [
    ("differ", "By branch, 1 of 12 clearly differ"), ("levels", "2 units below, by region"),
    ("sides", "A against B: "),
])  # fmt: skip
def test_it_speaks_english(bank: Workbench, screen: Screen, view: str, told: str) -> None:
    bank.accounts.set_language("viewer", "en")
    shown = text(screen(NAME, "viewer", view=view, period="2026Q3", a_period="2026Q3", b_period="2026Q2"))
    assert told in shown and "Fair comparison" in shown


def test_a_score_of_several_questions_says_how_well_they_agree(bench: Workbench, screen: Screen) -> None:
    survey = next(survey for survey in bench.shelf.all() if survey.id == "call-center")
    scale = next(iter(reliability.scales_of([survey])))
    people = [uuid.uuid4() for _ in range(40)]
    for item in scale.items:  # ten people each, who say the same to every question
        for ten, points in enumerate((1, 3, 4, 5)):
            dims = {"survey_id": survey.id, "question_id": item, "type": "rating", "day": SUMMER}
            ratings(bench.database, {points: 10}, people[10 * ten : 10 * ten + 10], **dims)
    scores(bench.database, 5, 5, 5, survey_id=survey.id, day=SUMMER)
    shown = text(screen(NAME, view="levels", metric="satisfaction", period="2026Q3"))
    assert f"{len(scale.items)} 道题 α 1" in shown and "n 40" in shown
    assert "道题 α" not in text(screen(NAME, view="levels", metric="nps", period="2026Q3"))
