"""Voices and their lexicon as readers and editors see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from small_bank import comment
from streamlit.testing.v1 import AppTest
from written import text

from cx.insight import voices_lexicon
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
PAGE, WORDS = "understand/voices", "listen/lexicon"
NOW, BEFORE = dt.date(2026, 8, 15), dt.date(2026, 5, 15)


@pytest.fixture
def bank(bench: Workbench) -> Workbench:
    """30 detractors of the first branch, of whom 24 speak of the queue; 30 promoters and a redesign at the second."""
    first, second, *_ = bench.model.branches
    db = bench.database
    comment(db, "排队时间太长，非常失望，要投诉", 2, 24, branch=first, day=NOW)
    comment(db, "柜员态度恶劣", 5, 6, branch=first, day=NOW)
    comment(db, "柜员很耐心，比预想的好", 9, 30, branch=second, day=NOW)
    comment(db, "手机银行改版很难用", 7, 8, branch=second, day=NOW)
    comment(db, "手机银行<b>还可以</b>", 8, 60, branch=second, day=BEFORE)
    comment(db, "手机银行<b>还可以</b>", 8, 6, branch=second, day=dt.date(2026, 9, 30))
    return bench


@pytest.mark.parametrize("view", ["themes", "words", "feelings", "alerts", "search"])
def test_every_view_answers_first(bank: Workbench, screen: Screen, view: str) -> None:
    at = screen(PAGE, role="cx_manager", view=view, words="排队", why="voices_nps")
    assert not at.exception
    shown = text(at)
    assert "其中哪一部分：查询结果中主题为“排队等候”的那一行" in shown
    assert "最拉低推荐意愿的是“排队等候”" in shown and "95% 区间" in shown
    expected = {
        "themes": "谁在说什么", "words": "“柜员”主要在", "feelings": "条负面意见中", "alerts": "条意见含有风险用词",
        "search": "<mark>排队</mark>",
    }  # fmt: skip
    assert expected[view] in shown
    if view == "themes":
        often = [row["占比"] for row in at.dataframe[1].value.to_dict("records")]
        assert "提得最多的是“" in shown and often and all("±" in each for each in often)
    if view == "feelings":
        assert "还可以" not in shown.split("不满有多强烈")[1], "the strongest of the displeased, and not of all"


def test_a_branch_manager_reads_of_the_own_branch_only(bank: Workbench, screen: Screen) -> None:
    own, other = list(bank.model.branches)[:2]
    names = [bank.model.branches[id].name["zh"] for id in (own, other)]
    shown = text(screen(PAGE, role="branch_manager", view="search", words="柜员"))
    assert names[0] in shown and names[1] not in shown and "恶劣" in shown and "耐心" not in shown


def test_what_customers_wrote_is_no_markup(bank: Workbench, screen: Screen) -> None:
    comment(bank.database, "手机银行<b>转账</b>失败", 3, 9, branch="b0102", day=NOW, touchpoint="transfer")
    shown = text(screen(PAGE, role="analyst", theme="app"))
    assert "&lt;b&gt;" in shown and "<b>还可以" not in shown and "转账" in shown
    narrow = text(screen(PAGE, role="analyst", theme="app", touchpoint="transfer"))
    assert "转账" in narrow and "还可以" not in narrow, "one touchpoint's comments only"


@pytest.mark.parametrize("role", ["viewer", "branch_staff"])
def test_who_may_not_read_comments_sees_none(bank: Workbench, screen: Screen, role: str) -> None:
    shown = text(screen(PAGE, role=role))
    assert "排队" not in shown and "cx-said" not in shown


def test_comments_can_be_taken_along(bank: Workbench, screen: Screen) -> None:
    at = screen(PAGE, role="analyst")
    next(each for each in at.button if each.label == "准备下载文件").click().run()
    assert not at.exception and at.get("download_button")


def labelled(at: AppTest, label: str) -> object:
    return next(found for found in at.button if found.label == label)


def test_a_theme_is_drafted_tried_saved_and_taken_back(bank: Workbench, screen: Screen) -> None:
    at = screen(WORDS, role="analyst", view="yaml")
    at.selectbox(key="lexicon_file").set_value("themes.yaml").run()
    at.text_area[0].set_value("themes:\n  - id: novel\n    name: {zh: 新版, en: New look}\n    terms: {zh: [改版]}\n")
    labelled(at, "检查并预览").click().run()
    assert not at.exception and "条的主题" in text(at)
    labelled(at, "保存并立即生效").click().run()
    assert "已保存" in "".join(each.value for each in at.success)
    assert "novel" in voices_lexicon.lexicon(bank.place).themes
    assert "新版" in text(screen(PAGE, role="analyst", theme="novel"))
    at = screen(WORDS, role="analyst", view="past")
    assert not at.exception and "analyst" in "".join(each.value for each in at.markdown)


def test_bad_yaml_is_told_with_its_line_and_cannot_be_saved(bank: Workbench, screen: Screen) -> None:
    at = screen(WORDS, role="analyst", view="yaml")
    at.text_area[0].set_value("words:\n  - weight: heavy\n    terms: [慢]\n")
    labelled(at, "检查并预览").click().run()
    assert "zh.yaml:2" in "".join(each.value for each in at.error).replace("\\", "")
    assert not [each for each in at.button if each.label == "保存并立即生效"]


@pytest.mark.parametrize("role", ["viewer", "branch_manager", "branch_staff"])
def test_who_may_not_edit_the_lexicon_does_not_see_it(bank: Workbench, screen: Screen, role: str) -> None:
    at = screen(WORDS, role=role)
    assert not at.dataframe and not at.text_area
