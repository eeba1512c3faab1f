"""The screen of cases: opened by hand and from a signal, worked on, closed; by role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from streamlit.testing.v1 import AppTest
from written import text

from cx.act import cases
from cx.act.cases import About
from cx.measure.scope import WHOLE_BANK
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
PAGE = "act/cases"


def put(bench: Workbench, title: str, branch: str | None, **more: object) -> str:
    return cases.open_case(
        bench.database, "cx_manager", About(title, branch, "queue"), rights=WHOLE_BANK,
        works=bench.model.calendar.works, today=dt.date.today(), **more,
    )[0]  # type: ignore[arg-type]  # fmt: skip


def test_nothing_open_says_what_to_do(bench: Workbench, screen: Screen) -> None:
    assert "没有未结的事项" in text(at := screen(PAGE, "cx_manager")) and "“信号”页" in text(at)


def test_a_case_is_opened_worked_on_and_closed_by_clicks(bench: Workbench, screen: Screen) -> None:
    at = screen(PAGE, "cx_manager")
    at.text_input(key="new_case_title").set_value("<b>叫号机</b>坏了")
    at.selectbox(key="new_case_branch").set_value("b0101")
    at.button(key="new_case_save").click().run()
    assert "已立为待办" in text(at) or any("已立为待办" in each.value for each in at.success)
    with bench.database.cursor() as con:
        (case,) = cases.everything(con, WHOLE_BANK)
    assert case.owner == "branch_manager"  # the only one who looks after that branch
    at = screen(PAGE, "cx_manager", case=case.id)
    assert "&lt;b&gt;叫号机" in text(at) and "<b>叫号机" not in text(at)
    at.button(key=f"case_save_{case.id}").click().run()
    assert any("说明" in error.value for error in at.error)
    at.text_area(key=f"case_note_{case.id}").set_value("已换新机")
    at.radio(key=f"case_state_{case.id}").set_value("closed")
    at.selectbox(key=f"case_outcome_{case.id}").set_value("solved")
    at.button(key=f"case_save_{case.id}").click().run()
    assert not at.exception and "已解决" in text(at) and "已换新机" in text(at)
    shown = text(screen(PAGE, "viewer"))
    assert "没有未结的事项；已办结 1 件" in shown and "已解决" in shown


def test_who_was_overtaken_keeps_what_they_wrote(bench: Workbench, screen: Screen) -> None:
    id = put(bench, "叫号机坏了", "b0101")
    at = screen(PAGE, "cx_manager", case=id)
    with bench.database.cursor() as con:
        seen = cases.get(con, id, WHOLE_BANK)
    at.text_area(key=f"case_note_{id}").set_value("我写的说明")
    cases.step(bench.database, "analyst", id, seen.recorded_at, rights=WHOLE_BANK, note="抢先一步", owner="admin")
    at.button(key=f"case_save_{id}").click().run()
    assert any("analyst 刚刚更新过" in error.value for error in at.error) and "抢先一步" in text(at)
    assert at.text_area(key=f"case_note_{id}").value == "我写的说明"
    at.button(key=f"case_save_{id}").click().run()  # having seen it
    with bench.database.cursor() as con:
        assert [step.note for step in cases.history(con, id, WHOLE_BANK)] == ["", "抢先一步", "我写的说明"]


def test_a_branch_sees_its_own_and_a_viewer_only_looks(bench: Workbench, screen: Screen) -> None:
    put(bench, "自己的事", "b0101")
    other = put(bench, "别人的事", "b0304")
    at = screen(PAGE, "branch_manager")
    assert "自己的事" in text(at) and "别人的事" not in text(at)
    assert "别人的事" not in text(screen(PAGE, "branch_manager", case=other))
    viewer = screen(PAGE, "viewer")
    assert "别人的事" in text(viewer) and not [b for b in viewer.button if "save" in (b.key or "")]
    assert "自己的事" not in text(screen(PAGE, "branch_staff"))
