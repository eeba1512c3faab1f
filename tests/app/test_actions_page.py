"""The action board, and what a branch's own staff see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from act_bank import PILOTS, visits
from streamlit.testing.v1 import AppTest

from cx.act import actions, kudos, pain_points
from cx.act.actions import Promise
from cx.act.pain_points import Candidate, Matter, Piece
from cx.measure.scope import WHOLE_BANK, Rights
from cx.words import Refused
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
TODAY = dt.date.today()
OWN, OTHER = PILOTS
MINE = Rights(branches=frozenset({OWN}))


def promise(bench: Workbench, title: str = "等候时间上屏", rights: Rights = WHOLE_BANK, **more: object) -> str:
    promised = Promise(**{"title": title, "department": "it", "due": TODAY, "branch": OWN} | more)  # type: ignore[arg-type]
    return actions.promise(bench.database, "mgr", promised, rights=rights, model=bench.model, today=TODAY)


def refused(deed: Callable[[], object]) -> set[str]:
    with pytest.raises(Refused) as told:
        deed()
    return {problem.code for problem in told.value.problems}


def step(bench: Workbench, id: str, state: str, note: str = "", rights: Rights = WHOLE_BANK, **more: object) -> None:
    with bench.database.cursor() as con:
        seen = next(a for a in actions.everything(con, WHOLE_BANK) if a.id == id).recorded_at
    actions.step(bench.database, "mgr", id, seen, rights=rights, state=state, note=note, **more)  # type: ignore[arg-type]


def shown(at: AppTest) -> str:
    assert not at.exception
    parts = [html.body for html in at.get("html")]
    return " ".join([*parts, *(str(m.value) for m in (*at.markdown, *at.caption, *at.button, *at.warning, *at.text))])


def test_what_is_promised_is_checked_and_no_step_is_lost(bench: Workbench) -> None:
    assert refused(lambda: promise(bench, " ", department="nobody", due=TODAY - dt.timedelta(days=1))) == {
        "action_title", "action_department", "action_due"
    }  # fmt: skip
    assert refused(lambda: promise(bench, "长" * 121)) == {"action_long"}
    assert refused(lambda: promise(bench, rights=MINE, branch=None)) == {"action_not_yours"}
    assert refused(lambda: promise(bench, rights=MINE, branch=OTHER)) == {"action_not_yours"}
    id = promise(bench)
    with bench.database.cursor() as con:
        first = actions.get(con, id, MINE)
    assert first and first.state == "todo"
    assert refused(lambda: step(bench, id, "done")) == {"action_note"}
    assert refused(lambda: step(bench, id, "done", "长" * 1001)) == {"action_long"}
    assert refused(lambda: step(bench, id, "todo", due=TODAY + dt.timedelta(days=9))) == {"action_note"}
    step(bench, id, "doing")
    stale = lambda: actions.step(  # noqa: E731
        bench.database, "mgr", id, first.recorded_at, rights=WHOLE_BANK, state="done", note="完成"
    )
    assert refused(stale) == {"action_changed"}
    step(bench, id, "done", "屏幕已装好", answer="等候时间已上屏")
    with bench.database.cursor() as con:
        told = [(line.state, line.note) for line in actions.history(con, id, MINE)]
        kept = actions.get(con, id, WHOLE_BANK)
        assert actions.get(con, id, Rights(branches=frozenset({OTHER}))) is None
    assert told == [("todo", ""), ("doing", ""), ("done", "屏幕已装好")] and kept and kept.answer == "等候时间已上屏"


def test_the_board_counts_departments_and_warns_of_too_much_at_once(bench: Workbench, screen: Screen) -> None:
    for at in range(actions.LIMIT + 1):
        step(bench, promise(bench, f"第{at}项"), "doing")
    promise(bench, "全行的一项", department="digital", branch=None)
    board = shown(screen("act/actions", "cx_manager"))
    assert f"2 个部门共有 {actions.LIMIT + 2} 项" in board and f"同时推进 {actions.LIMIT + 1} 项" in board
    own = shown(screen("act/actions", "branch_manager"))
    assert "第0项" in own and "全行的一项" not in own
    reader = screen("act/actions", "viewer")
    assert "全行的一项" in shown(reader) and not reader.text_input
    assert "全行的一项" not in shown(screen("act/actions", "branch_staff"))


def test_an_action_is_promised_and_done_by_clicks(bench: Workbench, screen: Screen) -> None:
    found = Candidate(Matter(None, "queue"), (Piece("people", "people", "said", said="太慢"),))
    by = {"rights": WHOLE_BANK, "model": bench.model}
    pain = pain_points.enter(bench.database, "mgr", found, {"zh": "排队太久", "en": "Queues"}, **by).id  # type: ignore[arg-type]
    at = screen("act/actions", "cx_manager", title="印清楚的填单样例", source="pain_point", about=pain)
    assert any("来自痛点：排队太久" in str(link.proto) for link in at.get("page_link")), "what it is made from is named"
    assert at.text_input(key="action_title").value == "印清楚的填单样例"
    at.selectbox(key="action_department").select("operations")
    at.button(key="action_save").click().run()
    with bench.database.cursor() as con:
        (made,) = actions.of(con, "pain_point", pain, WHOLE_BANK)
    assert made.promise.department == "operations" and made.opened_by == "cx_manager"
    assert "来自痛点：排队太久" in shown(screen("act/actions", "viewer")), "on its card"
    at = screen("act/actions", "cx_manager", action=made.id)
    at.radio(key=f"action_state_{made.id}").set_value("done")
    at.button(key=f"action_save_{made.id}").click().run()
    assert "缺少说明" in " ".join(error.value for error in at.error)
    at.text_area(key=f"action_note_{made.id}").input("样例已送到各网点")
    at.button(key=f"action_save_{made.id}").click().run()
    assert "样例已送到各网点" in shown(at)
    with bench.database.cursor() as con:
        found = actions.get(con, made.id, WHOLE_BANK)
    assert found and found.state == "done"


def test_staff_read_thanks_and_what_was_done_and_no_comment(bench: Workbench, screen: Screen) -> None:
    visits(bench.database, OWN, TODAY - dt.timedelta(days=60), TODAY, 40, 10, 10)
    given = kudos.give(
        bench.database, "mgr", OWN, "小王 帮老人填单，\n电话 13812345678", rights=WHOLE_BANK, said_on=TODAY
    )
    assert (
        kudos.give(bench.database, "x", OWN, "小王 帮老人填单， 电话 13812345678", rights=MINE, said_on=TODAY) == given
    )
    assert refused(lambda: kudos.give(bench.database, "x", OTHER, "谢谢", rights=MINE)) == {"kudos_not_yours"}
    assert refused(lambda: kudos.take_back(bench.database, "x", given, rights=Rights(frozenset()))) == {
        "kudos_not_found"
    }
    kudos.give(bench.database, "mgr", OTHER, "别家网点的感谢", rights=WHOLE_BANK)
    id = promise(bench)
    step(bench, id, "done", "装好了", answer="等候时间已上屏，因为大家反映")
    at = screen("act/my_branch", "branch_staff", branch=OTHER)
    said = shown(at)
    assert "小王 帮老人填单" in said and "13812345678" not in said and "别家网点的感谢" not in said
    assert "等候时间已上屏，因为大家反映" in said and not at.text_area and "转达" not in said
    boss = screen("act/my_branch", "branch_manager")
    boss.text_area(key="kudos_text").input("周六加班辛苦了")
    boss.button(key="kudos_give").click().run()
    assert "周六加班辛苦了" in shown(boss)
    boss.button(key=f"back_{given}").click().run()
    assert "小王" not in shown(screen("act/my_branch", "branch_staff"))
