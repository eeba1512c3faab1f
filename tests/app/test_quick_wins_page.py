"""The quick wins screen: board, one win, form; by role."""

from __future__ import annotations

import datetime as dt

import act_bank
import pytest
from act_bank import PILOTS, START, charter

from cx.act import quick_wins
from cx.act.charter import Milestone
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
    return act_bank.walked(bench.database, to, charter(**changes))


def filled(bench) -> None:
    act_bank.comparable(act_bank.fill(bench.database))


def button(at, key):
    return next(found for found in at.button if found.key == key)


def test_an_empty_board_says_what_next(screen):
    at = screen(PAGE, role="cx_manager")
    assert not at.exception
    assert "还没有速赢" in words(at) and button(at, "quick_win_new")
    at = screen(PAGE, role="analyst")
    assert not at.exception and not [found for found in at.button if found.key == "quick_win_new"]


def test_the_board_answers_first_and_peeks_at_nothing_that_still_runs(bench, screen):
    filled(bench)
    advanced(bench, saving=70_000.0)
    advanced(
        bench, "measuring", pilots=("b0201",), controls=("b0301",), title="柜面一次填单", touchpoint="form-filling"
    )
    advanced(bench, "idea", title="微信提醒", impact=5, confidence=4, effort=1)
    said = words(screen(PAGE, role="analyst"))
    assert "3 个速赢中 1 个已有结论：1 个已证明有效。" in said and "已证明 70,000 元" in said
    assert "柜面一次填单" in said and "期中" not in said and "超期" in said
    assert "优先级 100 = 影响 5 × 把握 4 × 省力 5" in said and "还没签署" in said


def test_a_full_column_shows_the_first_and_more_on_demand(bench, screen):
    act_bank.fill(bench.database)
    for at in range(8):
        advanced(bench, "idea", title=f"想法{at}")
    at = screen(PAGE, role="cx_manager")
    assert sum(str(found.key).startswith("open_") for found in at.button) == 6
    button(at, "more_idea").click().run()
    assert sum(str(found.key).startswith("open_") for found in at.button) == 8


def test_one_win_shows_the_proof_in_words_and_its_story(bench, screen):
    filled(bench)
    key = advanced(bench)
    at = screen(PAGE, role="analyst", win=key)
    said = words(at)
    assert not at.exception
    for expected in (
        "有效：与", "试点网点由 0.0 变为 40.0（+40.0 分）", "启动之前两组走势一致", "目标 40.0 已达到",
        "预约入口放首页最有用", "冻结于", "效果保持住了吗", "2026年9月", "已签署",
    ):  # fmt: skip
        assert expected in said, expected
    assert at.get("vega_lite_chart") or at.get("arrow_vega_lite_chart")
    assert not [found for found in at.button if str(found.key).startswith("do_")]  # an analyst reads
    story = words(screen(PAGE, role="analyst", show=key))
    for expected in ("我们做了什么", "如果可以预约", "有没有用", "有效：与", "下一步", "推广到其他网点"):
        assert expected in story, expected


def test_the_whole_way_on_screen(bench, screen):
    filled(bench)
    key = advanced(bench, "idea")
    at = screen(PAGE, role="cx_manager", charter=key)
    assert "还没签署" in words(at) and "如果可以预约" in words(at) and "每年节省" in words(at)
    button(at, "do_sign").click().run()
    assert not at.exception and "已签署，可以启动了。" in words(at)
    at = screen(PAGE, role="cx_manager", win=key)
    button(at, "do_start").click().run()
    assert not at.exception and "已启动，基线已冻结。" in words(at)
    button(at, "do_measure").click().run()
    button(at, "do_close").click().run()
    assert "还没有写下经验教训" in words(at)
    at.text_area(key="lesson").input("预约有用").run()
    button(at, "do_close").click().run()
    assert not at.exception and "已结案：已证明有效。" in words(at) and "预约有用" in words(at)
    button(at, "do_reopen").click().run()
    assert "观察效果" in words(at)


def test_who_wrote_it_does_not_sign_while_there_is_somebody_else(bench, screen, sign_in):
    filled(bench)
    sign_in("admin")  # a second account that may act
    name = screen(PAGE, role="cx_manager") and next(
        account.name for account in bench.accounts.people(bench.accounts.user("admin")) if account.role == "cx_manager"
    )
    key = quick_wins.propose(bench.database, name, charter(least=0.5), rights=WHOLE_BANK)
    at = screen(PAGE, role="cx_manager", win=key)
    assert "要由第二个人签署" in words(at)
    assert not [found for found in at.button if found.key in ("do_sign", "do_start")]
    at = screen(PAGE, role="admin", win=key)
    assert "就值得做" in "".join(warning.value for warning in at.warning)
    button(at, "do_sign").click().run()
    assert "多半证明不了" in words(at)
    at.checkbox(key=f"knowing_{key}").check().run()
    button(at, "do_sign").click().run()
    assert button(at, "do_start")


def test_milestones_and_comments_beside_a_win(bench, screen):
    act_bank.fill(bench.database)
    steps = (Milestone(START, "上线"), Milestone(START, "培训大堂", branch="b0101"))
    key = advanced(bench, "running", milestones=steps)
    at = screen(PAGE, role="branch_manager", win=key)  # of b0101
    assert [box.disabled for box in at.checkbox] == [True, False]
    at.checkbox[1].check().run()
    at.text_area(key="comment").input("大堂人手够")
    button(at, "do_comment").click().run()
    assert not at.exception and "大堂人手够" in words(at)
    with bench.database.cursor() as con:
        win = quick_wins.get(con, key, WHOLE_BANK)
    assert [each.done is not None for each in win.charter.milestones] == [False, True] and win.comments == 1
    at = screen(PAGE, role="viewer", win=key)
    assert all(box.disabled for box in at.checkbox) and not at.text_area


def test_an_unknown_win_is_told(screen):
    for view in ("win", "charter", "show"):
        at = screen(PAGE, role="cx_manager", **{view: "nothing"})
        assert not at.exception and "没有这个速赢" in words(at)


def test_a_branch_manager_reads_the_word_of_a_win_with_other_branches_and_no_figure(bench, screen):
    filled(bench)
    key = advanced(bench)  # pilots b0101 and b0102; the branch manager has b0101
    advanced(bench, "idea", pilots=("b0201",), title="别家的")
    board = words(screen(PAGE, role="branch_manager"))
    assert "取号机一键预约" in board and "已证明有效" in board and "别家的" not in board
    for view in ("win", "show"):
        at = screen(PAGE, role="branch_manager", **{view: key})
        said = words(at)
        assert not at.exception and "证明有效" in said
        assert "+40.0" not in said and "0.0（n 200）" not in said and "预约入口放首页最有用" not in said
        assert not [found for found in at.button if str(found.key).startswith("do_") and found.key != "do_comment"]


def test_comparable_branches_and_what_can_be_seen_are_proposed(bench, screen):
    filled(bench)
    at = screen(PAGE, role="cx_manager", new="1", touchpoint="queue", metric="nps:transactional", pilot="b0101")
    at.multiselect(key="qw_new_pilots").set_value(list(PILOTS))
    at.date_input(key="qw_new_start").set_value(START).run()
    assert not at.exception
    (controls,) = [box for box in at.multiselect if str(box.key).startswith("qw_new_controls_")]
    assert controls.value and not set(controls.value) & set(PILOTS)
    said = words(at)
    assert "十次有八次看得出来" in said or "算不出能看到多大的变化" in said
    at.number_input(key="qw_new_least_nps").set_value(0.5).run()
    assert "多半看不出来" in "".join(warning.value for warning in at.warning) and "把要求提高" in words(at)
    at.toggle(key="qw_new_others").set_value(True).run()
    assert not at.exception and "以上的变化看得出来" in words(at)
    assert "为什么是这" in "".join(box.label for box in at.expander) and "水平差" in said


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
    assert "还没保存，4 处要补：假设、触点、试点网点、目标" in words(at)  # told by the button too
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


def test_a_thin_baseline_is_told_before_it_is_frozen(bench, screen):
    filled(bench)
    known = advanced(bench, "signed")
    assert "基线取自" not in "".join(warning.value for warning in screen(PAGE, role="cx_manager", win=known).warning)
    late = advanced(bench, "signed", start=START + dt.timedelta(days=300), end=START + dt.timedelta(days=360))
    assert "基线取自" in "".join(warning.value for warning in screen(PAGE, role="cx_manager", win=late).warning)
