"""The quick wins screen: board, one win, form; by role."""

from __future__ import annotations

import datetime as dt

import act_bank
import pytest
from act_bank import END, PILOTS, START, charter

from cx.act import quick_wins
from cx.measure.scope import WHOLE_BANK

PAGE = "act/quick_wins"


def words(at) -> str:
    """Everything said on the page."""
    parts = [
        *at.markdown,
        *at.caption,
        *at.text,
        *at.error,
        *at.success,
        *at.info,
        *at.header,
        *at.subheader,
        *at.title,
    ]
    parts += at.get("html")
    return "\n".join(str(getattr(part, "value", None) or part.proto.body) for part in parts)


def advanced(bench, to="closed", **changes) -> str:
    by = {"rights": WHOLE_BANK}
    key = quick_wins.propose(bench.database, "lin", charter(**changes), **by)
    if to != "idea":
        quick_wins.start(bench.database, key, "lin", bench.model, START, **by)
    if to in ("measuring", "closed"):
        quick_wins.to_measuring(bench.database, key, "lin", **by)
    if to == "closed":
        quick_wins.close(bench.database, key, "lin", END, "预约入口放首页最有用", **by)
    return key


def button(at, key):
    return next(found for found in at.button if found.key == key)


def test_an_empty_board_says_what_next(screen):
    at = screen(PAGE, role="cx_manager")
    assert not at.exception
    assert "还没有速赢" in words(at) and button(at, "quick_win_new")
    at = screen(PAGE, role="analyst")
    assert not at.exception and not [found for found in at.button if found.key == "quick_win_new"]


def test_the_board_answers_first(bench, screen):
    act_bank.fill(bench.database)
    advanced(bench)
    advanced(bench, "measuring", pilots=("b0201",), title="柜面一次填单")
    advanced(bench, "idea", title="微信提醒")
    said = words(screen(PAGE, role="analyst"))
    assert "3 个速赢中 1 个已有结论：1 个已改善。" in said
    assert "柜面一次填单" in said and "期中：未能证明" in said and "超期" in said


def test_one_win_shows_figures_verdict_and_history(bench, screen):
    act_bank.fill(bench.database)
    key = advanced(bench)
    at = screen(PAGE, role="analyst", win=key)
    said = words(at)
    assert not at.exception
    for expected in (
        "已改善：试点网点的NPS（交易型）由 0.0（n 200）变为 40.0（n 200）",
        "其余网点同期",
        "目标 40.0 已达到",
        "预约入口放首页最有用",
        "冻结于",
    ):
        assert expected in said, expected
    assert not [found for found in at.button if str(found.key).startswith("do_")]  # an analyst reads


def test_the_whole_way_on_screen(bench, screen):
    act_bank.fill(bench.database)
    key = advanced(bench, "idea")
    at = screen(PAGE, role="cx_manager", win=key)
    button(at, "do_start").click().run()
    assert not at.exception and "已启动，基线已冻结。" in words(at)
    button(at, "do_measure").click().run()
    button(at, "do_close").click().run()
    assert "还没有写下经验教训" in words(at)
    at.text_area(key="lesson").input("预约有用").run()
    button(at, "do_close").click().run()
    assert not at.exception and "已结案：已改善。" in words(at) and "预约有用" in words(at)
    button(at, "do_reopen").click().run()
    assert "观察效果" in words(at)


def test_an_unknown_win_is_told(screen):
    at = screen(PAGE, role="cx_manager", win="nothing")
    assert not at.exception and "没有这个速赢" in words(at)


def test_a_branch_manager_sees_the_state_of_wins_with_other_branches_only(bench, screen):
    act_bank.fill(bench.database)
    key = advanced(bench)  # pilots b0101 and b0102; the branch manager has b0101
    advanced(bench, "idea", pilots=("b0201",), title="别家的")
    said = words(screen(PAGE, role="branch_manager"))
    assert "取号机一键预约" in said and "40.0" not in said and "别家的" not in said
    at = screen(PAGE, role="branch_manager", win=key)
    assert "40.0（n 200）" not in words(at) and "预约入口放首页最有用" not in words(at)
    assert not [found for found in at.button if str(found.key).startswith("do_")]


def test_a_link_from_the_journey_opens_the_form_on_its_touchpoint(bench, screen):
    act_bank.fill(bench.database)
    at = screen(PAGE, role="cx_manager", touchpoint="queue")
    assert not at.exception
    assert at.selectbox(key="qw_new_touchpoint").value == "queue"
    metric = at.selectbox(key="qw_new_metric_queue")
    assert any("平均排队时长" in option for option in metric.options)
    assert any("触点满意度" in option and "n " in option for option in metric.options)


def test_problems_stand_by_their_fields_and_nothing_is_lost(bench, screen):
    act_bank.fill(bench.database)
    at = screen(PAGE, role="cx_manager", new="1")
    at.text_input(key="qw_new_title").input("新想法")
    button(at, "quick_win_save").click().run()
    assert not at.exception and words(at).count(":red[") == 4  # touchpoint, pilots, target, hypothesis
    assert at.text_input(key="qw_new_title").value == "新想法"
    at.selectbox(key="qw_new_touchpoint").select("queue")
    at.multiselect(key="qw_new_pilots").set_value(list(PILOTS))
    at.text_area(key="qw_new_hypothesis").input("因为等待")
    at.run()
    assert words(at).count(":red[") == 1 and "最近 12 周" in words(at)
    at.number_input(key="qw_new_target_satisfaction").set_value(4.2)
    button(at, "quick_win_save").click().run()
    assert not at.exception and "已保存" in words(at)
    with bench.database.cursor() as con:
        (win,) = quick_wins.all(con, WHOLE_BANK)
    assert (win.charter.title, win.charter.metric, win.charter.target) == ("新想法", "satisfaction", 4.2)
    assert win.charter.length == dt.timedelta(weeks=12) and win.charter.pilots == PILOTS


def test_an_idea_can_be_changed(bench, screen):
    act_bank.fill(bench.database)
    key = advanced(bench, "idea")
    at = screen(PAGE, role="cx_manager", win=key, edit="1")
    assert at.text_input(key=f"qw_{key}_title").value == "取号机一键预约"
    assert at.number_input(key=f"qw_{key}_target_nps").value == 40.0
    at.text_input(key=f"qw_{key}_owner").input("王经理")
    button(at, "quick_win_save").click().run()
    assert not at.exception
    with bench.database.cursor() as con:
        assert quick_wins.get(con, key, WHOLE_BANK).charter.owner == "王经理"


@pytest.mark.parametrize("query", [{"new": "1"}, {"touchpoint": "queue"}])
def test_who_may_not_act_gets_the_board(bench, screen, query):
    at = screen(PAGE, role="analyst", **query)
    assert not at.exception and not at.text_input


def test_a_branch_manager_proposes_for_own_branches_only(bench, screen):
    at = screen(PAGE, role="branch_manager", new="1")
    assert not at.exception and len(at.multiselect(key="qw_new_pilots").options) == 1


def test_texts_in_several_languages_show_one_and_stay_where_nobody_rewrote_them(bench, screen):
    act_bank.fill(bench.database)
    title, owner = {"zh": "取号改版", "en": "Ticket redesign"}, {"zh": "服务质量组", "en": "Service quality team"}
    key = advanced(bench, "idea", title=title, owner=owner)
    for said in (words(screen(PAGE)), words(screen(PAGE, win=key))):
        assert "取号改版" in said and "服务质量组" in said and "Ticket" not in said and "Service" not in said
    at = screen(PAGE, role="cx_manager", win=key, edit="1")
    assert at.text_input(key=f"qw_{key}_title").value == "取号改版"
    at.text_input(key=f"qw_{key}_owner").input("王经理")
    button(at, "quick_win_save").click().run()
    assert not at.exception
    with bench.database.cursor() as con:
        saved = quick_wins.get(con, key, WHOLE_BANK).charter
    assert (saved.title, saved.owner) == (title, "王经理")
