"""The screens of cases: list, one case, texts, asked again, live; by role."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable

import pytest
from handing_in import hand_over
from streamlit.testing.v1 import AppTest
from written import text

from components.cases import listing
from cx.act import cases
from cx.act.cases import About, Case, Wanted
from cx.measure.scope import WHOLE_BANK
from cx.store import facts
from cx.store.facts import Received
from cx.store.record import Record
from cx.survey import flow
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
PAGE = "act/cases"


def put(bench: Workbench, title: str, branch: str | None, **more: object) -> str:
    return cases.open_case(
        bench.database, "cx_manager", About(title, branch, "queue"), rights=WHOLE_BANK, rules=bench.rules,
        calendar=bench.model.calendar, **more,
    )[0]  # type: ignore[arg-type]  # fmt: skip


def the(bench: Workbench, id: str) -> Case:
    with bench.database.cursor() as con:
        found = cases.get(con, id, WHOLE_BANK)
    assert found is not None
    return found


def every(bench: Workbench, **wanted: object) -> tuple[Case, ...]:
    with bench.database.cursor() as con:
        return cases.listed(con, WHOLE_BANK, Wanted(**wanted), dt.datetime.now(dt.UTC).replace(tzinfo=None)).cases  # type: ignore[arg-type]


def complain(bench: Workbench, nps: int, words: str, branch: str = "b0101") -> Case:
    """A customer answers as on the questionnaire; the case that this opened by itself."""
    survey = bench.shelf.get("branch-visit")
    assert survey is not None
    moment, sid = dt.datetime.now(dt.UTC).replace(tzinfo=None), str(uuid.uuid4())
    received = Received(sid, moment, dt.date.today(), {"branch": branch, "channel": "branch"}, mode="link", lang="en")
    said = {"nps": nps, "csat": 2, "waited": "gt30", "solved": False, "reason": words}
    final = flow.complete(survey, said)
    made = facts.rows(survey, final, received, bench.model)
    hand_over(bench.journal, Record("response", sid, survey.id, moment, {"form": flow.to_form(survey, final)}, made))
    bench.journal.flush()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = [case for case in every(bench) if case.response_id == sid]
        if found:
            return found[0]
        time.sleep(0.05)
    raise TimeoutError("no case")


def test_nothing_open_says_what_to_do(bench: Workbench, screen: Screen) -> None:
    at = screen(PAGE, "cx_manager")
    assert "没有未结工单" in text(at) and "自动立单" in text(at)
    at = screen(PAGE, "cx_manager", view="record")
    assert "已办结 0 件；满 5 件后" in text(at) and "还没有贬损者再次评分" in text(at)


def test_a_case_is_opened_worked_on_and_closed_by_clicks(bench: Workbench, screen: Screen) -> None:
    at = screen(PAGE, "cx_manager")
    at.text_input(key="new_case_title").set_value("<b>叫号机</b>坏了")
    at.selectbox(key="new_case_branch").set_value("b0101")
    at.button(key="new_case_save").click().run()
    assert any("已立为工单" in each.value for each in at.success)
    (case,) = every(bench)
    assert case.owner == "branch_manager"  # the only one who looks after that branch
    at = screen(PAGE, "cx_manager", case=case.id)
    assert "&lt;b&gt;叫号机" in text(at) and "<b>叫号机" not in text(at)
    assert "办结还剩" in text(at)
    at.button(key=f"take_{case.id}").click().run()
    assert the(bench, case.id).owner == "cx_manager" and the(bench, case.id).state == "working"
    at.button(key=f"escalate_{case.id}").click().run()
    assert "已升级" in text(at) and the(bench, case.id).escalated_at is not None
    at.button(key=f"case_save_{case.id}").click().run()
    assert at.error  # nothing was said
    at.text_area(key=f"case_note_{case.id}").set_value("已换新机")
    at.radio(key=f"case_state_{case.id}").set_value("closed")
    at.selectbox(key=f"case_outcome_{case.id}").set_value("solved")
    at.button(key=f"case_save_{case.id}").click().run()
    assert at.error and at.text_area(key=f"case_note_{case.id}").value == "已换新机"  # closing needs a root cause
    at.selectbox(key=f"case_cause_{case.id}").set_value("system")
    at.button(key=f"case_save_{case.id}").click().run()
    assert not at.exception and "已解决" in text(at) and "已换新机" in text(at) and "系统或设备故障" in text(at)
    assert the(bench, case.id).state == "closed"
    shown = text(screen(PAGE, "viewer", state="closed"))
    assert "没有未结工单；已办结 1 件" in shown and "已解决" in shown
    at = screen(PAGE, "cx_manager", case=case.id)
    at.text_area(key=f"case_note_{case.id}").set_value("又坏了")
    at.button(key=f"case_save_{case.id}").click().run()
    assert the(bench, case.id).state == "working" and "重开 1 次" in text(at)
    assert "更早的 1 步" in [each.label for each in at.expander], "the last steps; the rest on demand"


def test_what_a_customer_said_is_answered_with_approved_words_and_asked_again(bench: Workbench, screen: Screen) -> None:
    case = complain(bench, 2, "等了一个小时，没人理我")
    at = screen(PAGE, "branch_manager", case=case.id)
    shown = text(at)
    assert "等了一个小时，没人理我" in shown and "极低评分" in shown
    order = ["办妥了吗？", "您等了多久？", "柜面服务的满意程度", "哪一点最让您不满意？</th>", "推荐申江银行？"]
    told = [shown.index(each) for each in order]
    assert told == sorted(told, reverse=True), "the whole questionnaire in its order"
    assert "2 / 10" in shown and "超过 30 分钟" in shown and ">否<" in shown and "非常不满意" not in shown
    assert "柜面服务，因为“您对柜面服务的满意程度如何？”评分最低" in shown and "服务态度、业务不熟练" in shown
    assert "首次联系" in shown and "马上接手" in shown
    box = at.selectbox(key=f"case_text_{case.id}")
    assert not [option for option in box.options if "待审" in option], "what is not approved is not offered"
    box.set_value("phone-first").run()
    at.button(key=f"case_said_{case.id}_phone-first").click().run()
    now = the(bench, case.id)
    assert now.contacted_at is not None and "首次回电" in text(at)
    with bench.database.cursor() as con:
        assert [s.template for s in cases.history(con, case.id, WHOLE_BANK) if s.template] == ["phone-first"]
    at.selectbox(key=f"case_text_{case.id}").set_value("message-solved").run()
    assert "请先在下方生成链接" in text(at)
    at.button(key=f"again_{case.id}").click().run()
    code = the(bench, case.id).reference
    assert code and "请先在下方生成链接" not in text(at) and "客户还没有再评" in text(at)
    with bench.database.writing() as con:  # found by the rules of quality, later
        con.execute("UPDATE response SET flagged = TRUE WHERE response_id = ?::UUID", [case.response_id])
    other = text(screen(PAGE, "viewer", case=case.id))
    assert "等了一个小时" not in other and "“客户原话”权限" in other and "极低评分" in other
    assert "超过 30 分钟" in other and "已填写（原话须有权限才能看）" in other and "后来被判为无效" in other
    at = screen(PAGE, "branch_manager", case=case.id)
    at.button(key=f"invalid_{case.id}").click().run()
    assert (the(bench, case.id).state, the(bench, case.id).outcome) == ("closed", "invalid") and "作答无效" in text(at)


def test_who_was_overtaken_keeps_what_they_wrote(bench: Workbench, screen: Screen) -> None:
    id = put(bench, "叫号机坏了", "b0101")
    at = screen(PAGE, "cx_manager", case=id)
    seen = the(bench, id).recorded_at
    at.text_area(key=f"case_note_{id}").set_value("我写的说明")
    more = {"rights": WHOLE_BANK, "rules": bench.rules, "calendar": bench.model.calendar}
    cases.step(bench.database, "branch_manager", id, seen, note="抢先一步", **more)
    at.button(key=f"case_save_{id}").click().run()
    assert any("刚刚更新过" in error.value for error in at.error) and "抢先一步" in text(at)
    assert at.text_area(key=f"case_note_{id}").value == "我写的说明"
    at.button(key=f"case_save_{id}").click().run()  # having seen it
    with bench.database.cursor() as con:
        notes = [step.note for step in cases.history(con, id, WHOLE_BANK)]
    assert notes[-2:] == ["抢先一步", "我写的说明"]


def test_the_address_filters_and_turns_pages(bench: Workbench, screen: Screen) -> None:
    for n in range(2 * listing.SHOWN + 3):
        put(bench, f"第{n:02}件", "b0101" if n % 2 else "b0304", owner="cx_manager" if n < 2 else None)
    at = screen(PAGE, "cx_manager")
    assert f"共 {2 * listing.SHOWN + 3} 件，显示第 1–{listing.SHOWN} 件" in text(at)
    last = text(screen(PAGE, "cx_manager", page="3"))
    rest = f"显示第 {2 * listing.SHOWN + 1}–{2 * listing.SHOWN + 3} 件"
    assert rest in last
    assert rest in text(screen(PAGE, "cx_manager", page="99"))
    mine = text(screen(PAGE, "cx_manager", whose="mine"))
    assert "共 2 件" in mine and "第00件" in mine and "第05件" not in mine
    one = screen(PAGE, "cx_manager", branch="b0304", q="第1")
    assert "共 5 件" in text(one) and "第11件" not in text(one)
    one.text_input(key="case_words").set_value("第12").run()
    assert "共 1 件" in text(one) and one.query_params["q"] == "第12"
    assert "这里没有工单" in text(screen(PAGE, "cx_manager", late="1"))
    assert "这里没有工单" in text(screen(PAGE, "cx_manager", kind="risk"))


def test_the_live_screen_shows_hot_ones_and_one_tap_takes_them(
    bench: Workbench, screen: Screen, sign_in: Callable[[str], str]
) -> None:
    put(bench, "普通工单", "b0101")
    assert "现在没有等着的客户" in text(screen(PAGE, "branch_manager", live="1"))
    case, other = complain(bench, 1, "柜台没人"), complain(bench, 0, "别家网点的话", "b0304")
    mild = complain(bench, 6, "一般般")
    at = screen(PAGE, "branch_manager", live="1")
    shown = text(at)
    assert "1 位客户刚给了差评" in shown and "柜台没人" in shown and "普通工单" not in shown
    assert "别家网点的话" not in shown and "一般般" not in shown
    assert mild.hot is False and other.hot
    staff = text(screen("act/my_branch", "branch_staff"))
    assert "1 位客户很不满意" in staff and "柜面服务 · 刚刚 · 还没有人过去" in staff and "柜台没人" not in staff
    viewer = screen(PAGE, "viewer", live="1")
    assert "柜台没人" not in text(viewer) and not [b for b in viewer.button if (b.key or "").startswith("go_")]
    slower = screen(PAGE, "cx_manager", live="1")
    screen(PAGE, "branch_manager", live="1").button(key=f"go_{case.id}").click().run()
    now = the(bench, case.id)
    assert (now.owner, now.state) == ("branch_manager", "working")
    assert "已经有人去了" in text(screen(PAGE, "branch_manager", live="1"))
    sign_in("cx_manager")
    slower.button(key=f"go_{case.id}").click().run()
    assert the(bench, case.id).owner == "branch_manager", "who was quicker keeps it"
    assert any("刚刚更新过" in toast.value for toast in slower.toast)


@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_who_may_only_look_does_not_act(bench: Workbench, screen: Screen, role: str) -> None:
    id = put(bench, "别人的事", "b0304")
    for at in (screen(PAGE, role), screen(PAGE, role, case=id)):
        assert "别人的事" in text(at)
        keys = [button.key or "" for button in at.button]
        assert not [key for key in keys if key.startswith(("take_", "case_save", "escalate_", "again_", "new_case"))]


def test_a_branch_sees_its_own_and_staff_nothing(bench: Workbench, screen: Screen) -> None:
    put(bench, "自己的事", "b0101")
    other, whole = put(bench, "别人的事", "b0304"), put(bench, "全行的事", None)
    at = screen(PAGE, "branch_manager")
    assert "自己的事" in text(at) and "别人的事" not in text(at) and "全行的事" not in text(at)
    assert "未结 1 件" in text(at)
    for id in (other, whole):
        assert "的事" not in text(screen(PAGE, "branch_manager", case=id)).replace("自己的事", "")
    assert "自己的事" not in text(screen(PAGE, "branch_staff"))


def test_english(bench: Workbench, screen: Screen) -> None:
    case = complain(bench, 2, "Nobody came")
    bench.accounts.set_language("cx_manager", "en")
    shown = text(screen(PAGE, "cx_manager", case=case.id))
    assert "First contact" in shown and "What the customer said" in shown and "2 of 10" in shown
    assert "More than 30 minutes" in shown and "was rated lowest" in shown
