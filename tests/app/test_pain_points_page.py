"""The register of pain points on screen: found today, one click, one entry, its steps, and who sees what."""

from __future__ import annotations

import act_bank
import pytest
from act_bank import END, START
from test_quick_wins_page import button, words

from cx.act import pain_points
from cx.act.pain_points import Candidate, Matter, Piece
from cx.measure.scope import WHOLE_BANK

PAGE = "act/pain_points"
TITLE = {"zh": "排队让客户<b>不满意</b>", "en": "Queue"}


@pytest.fixture
def bank(bench):
    act_bank.fill(bench.database)
    for branch in act_bank.PILOTS:
        act_bank.visits(bench.database, branch, START, END, 90, 10, 0, touchpoint="counter-service")
        act_bank.visits(bench.database, branch, START, END, 5, 5, 90, touchpoint="form-filling")
    return bench


def entered(bench, branch: str | None = None, touchpoint: str = "queue") -> str:
    piece = Piece("people", "people", "said", said="排到门口")
    found = Candidate(Matter(branch, touchpoint), (piece,))
    return pain_points.enter(bench.database, "cx_manager", found, TITLE, rights=WHOLE_BANK, model=bench.model).id


def links(at) -> list[str]:
    return [str(link.proto) for link in at.get("page_link")]


def test_what_the_journey_found_is_entered_with_one_click_and_once(bank, screen):
    assert "清单上没有未解决的痛点" in words(screen(PAGE, role="cx_manager"))
    at = screen(PAGE, role="cx_manager", view="found", source="journey")
    assert not at.exception and "填单让客户不满意" in words(at)
    at.button(key="enter_journey_0").click().run()
    assert not at.exception and "已立为痛点" in words(at)
    (point,) = pain_points.everything(bank.database.cursor(), WHOLE_BANK)
    assert point.touchpoint == "form-filling" and at.query_params["pain"] == point.id
    assert "影响" in words(at) and "当时" in words(at) and "还没有更新的数据" in words(at)
    at = screen(PAGE, role="cx_manager", view="found", source="journey")
    assert "清单上已有" in words(at)
    assert not [b for b in at.button if b.key == "enter_journey_0"], "the same evidence is not offered twice"


def test_each_source_opens_and_evidence_by_hand_joins_the_entry(bank, screen):
    key = entered(bank)
    for source in ("drivers", "crosscheck", "signals", "voices", "cases", "walks"):
        at = screen(PAGE, role="analyst", view="found", source=source)
        assert not at.exception, source
        assert not [b for b in at.button if b.key.startswith("enter_")], "an analyst only looks"
    at = screen(PAGE, role="cx_manager", view="found", source="people")
    at.button(key="hand_save").click().run()
    assert "请选触点" in words(at)
    at.selectbox(key="hand_touchpoint").select("queue")
    at.text_area(key="hand_said").set_value("大堂说午后最挤")
    at.button(key="hand_save").click().run()
    assert not at.exception and "证据已补充" in words(at)
    assert [p.said for p in pain_points.get(bank.database.cursor(), key, WHOLE_BANK).pieces][-1] == "大堂说午后最挤"


def test_one_entry_goes_its_way_and_is_closed_on_a_verification_only(bank, screen):
    key = entered(bank)
    act_bank.visits(
        bank.database, "b0401", START, END, 9, 9, 90, nps_kind="relational", touchpoint="complaint-handling"
    )
    other = entered(bank, touchpoint="complaint-handling")
    said = words(screen(PAGE, role="viewer"))
    assert "同一种的分数可以互相比" in said and "分（全体交易型 NPS）" in said and "分（全体关系型 NPS）" in said
    pain_points.drop(bank.database, "lin", other, "只为对照", rights=WHOLE_BANK)
    at = screen(PAGE, role="cx_manager", pain=key)
    said = words(at)
    assert "排队让客户&lt;b&gt;" in said and "<b>不满意" not in said
    assert "经过者少掉的 NPS 分数" in said and "取号时分流" in said
    begin = next(link for link in links(at) if "quick_wins" in link and "title=" in link)
    assert all(part in begin for part in (f"pain_point={key}", "touchpoint=queue", "effort=2", "weeks=8")), begin
    assert "看“平均排队时长”是否改善" in said and "建议转为" not in said
    act_bank.walked(bank.database, "running", act_bank.charter(pain_point=key))
    assert "正在试点，建议转为“优化”" in words(screen(PAGE, role="viewer"))
    at = screen(PAGE, role="cx_manager", pain=key)
    at.button(key=f"accept_{key}").click().run()
    assert pain_points.get(bank.database.cursor(), key, WHOLE_BANK).state == "optimise"
    at.selectbox(key=f"to_{key}").select("verify")
    at.text_input(key=f"found_{key}").set_value("到验证")
    at.button(key=f"move_save_{key}").click().run()
    assert not at.exception and "已保存" in words(at)
    assert "close" not in at.selectbox(key=f"to_{key}").options and "结案要有验证记录" in words(at)
    at.date_input(key=f"check_day_{key}").set_value(START)
    at.button(key=f"check_save_{key}").click().run()
    assert not at.exception and "前后对比：平均排队时长" in words(at)
    at.selectbox(key=f"to_{key}").select("close")
    at.text_input(key=f"found_{key}").set_value("等候缩短了")
    at.button(key=f"move_save_{key}").click().run()
    assert not at.exception
    point = pain_points.get(bank.database.cursor(), key, WHOLE_BANK)
    assert point.state == "closed" and point.proof and point.proof.kind == "check"
    assert "已结案或撤销 2 个" in " ".join(e.label for e in screen(PAGE, role="viewer").expander)


def test_a_branch_sees_its_own_and_no_figure_of_the_bank(bank, screen):
    whole, own = entered(bank), entered(bank, "b0101", "form-filling")
    at = screen(PAGE, role="branch_manager")
    assert not at.exception and "清单上有 1 个痛点" in words(at) and "本网点占" not in words(at)
    assert [b.key for b in at.button if b.key.startswith("open_")] == [f"open_{own}"]
    assert "找不到" in words(at := screen(PAGE, role="branch_manager", pain=whole)) or "没有这个痛点" in words(at)
    at = screen(PAGE, role="branch_manager", pain=own)
    assert button(at, f"move_save_{own}") and "本网点占比" not in words(at)
    assert "本网点占比" in words(screen(PAGE, role="cx_manager", pain=own))
    at = screen(PAGE, role="viewer", pain=own)
    assert not at.exception and not [b for b in at.button if b.key.startswith(("move_save", "check_save"))]
    assert not [link for link in links(at) if "pain_point=" in link]
    at = screen(PAGE, role="branch_staff")
    assert not at.exception and "排到门口" not in words(at) and not at.button
