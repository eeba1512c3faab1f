"""From a customer's answer to a case, and from a file of complaints to cases, as it happens in a running cx."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable

from handing_in import hand_over
from streamlit.testing.v1 import AppTest
from test_collecting import phone, send
from written import text

from cx.act import cases
from cx.act.cases import opening, signalled
from cx.measure.scope import WHOLE_BANK, Rights
from cx.store import facts
from cx.store.facts import Received
from cx.store.query import Connection
from cx.store.record import Record
from cx.survey import flow
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
FILE = """number,came,spoken,kind,state,in time,where
C-1,2026-03-02,2026-03-03,Cards,Resolved,Yes,b0101
C-2,2026-03-02,2026-03-06,Cards,Being looked at,No,b0101
C-3,2026-03-04,,Loans,Being looked at,,b0304
"""


def answer(bench: Workbench, survey_id: str, said: dict[str, object], moment: dt.datetime, sid: str = "") -> str:
    survey = bench.shelf.get(survey_id)
    assert survey is not None
    sid = sid or str(uuid.uuid4())
    received = Received(sid, moment, dt.date.today(), {"branch": "b0101"}, mode="link", lang="zh")
    final = flow.complete(survey, said)
    made = facts.rows(survey, final, received, bench.model)
    hand_over(bench.journal, Record("response", sid, survey.id, moment, {"form": flow.to_form(survey, final)}, made))
    return sid


def voices(con: Connection) -> set[str]:
    """Every text that is read as a customer's."""
    return {text for (text,) in con.execute("SELECT text FROM answer WHERE type = 'text'").fetchall()}


def waited(bench: Workbench, holds: Callable[[cases.Case], bool]) -> cases.Case:
    """The first case of which it holds."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with bench.database.cursor() as con:
            found = cases.listed(con, WHOLE_BANK, cases.Wanted(), now()).cases
        if wanted := [case for case in found if holds(case)]:
            return wanted[0]
        time.sleep(0.02)
    raise TimeoutError


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def test_from_a_low_score_to_a_case_to_the_same_customer_asked_again(bench: Workbench) -> None:
    said = {"nps": 2, "csat": 2, "waited": "gt30", "solved": False, "reason": "再不解决我就向银保监会投诉，太气人了"}
    before = now()
    sid = answer(bench, "branch-visit", said, before)
    case = waited(bench, lambda case: case.response_id == sid)
    took = (now() - before).total_seconds()
    assert case.hot and case.owner == "branch_manager" and "very_low" in case.kinds
    assert took < 30, "usually half a second; here the machine may be busy"
    read = waited(bench, lambda case: case.response_id == sid and "risk" in case.kinds)  # once the words are read
    assert read.kind == "risk" and read.desk == "complaints"
    there = {"rights": WHOLE_BANK, "rules": bench.rules, "calendar": bench.model.calendar}
    cases.step(bench.database, "cx_manager", read.id, read.recorded_at, **there, state="closed", outcome="solved",
               root_cause="wait", note="当面道歉并办好")  # fmt: skip
    done = waited(bench, lambda case: not case.open)
    assert bench.rules.again is not None
    survey = bench.shelf.get(bench.rules.again.survey)
    assert survey is not None
    code = cases.invite_again(
        bench.database, "cx_manager", done.id, done.recorded_at, rights=WHOLE_BANK, rules=bench.rules, survey=survey
    )
    browser, url = phone(), f"/i/{code}"
    page = browser.get(url).text
    assert 'type="radio" name="recommend" value="10"' in page and 'type="range"' not in page
    assert send(browser, url, page, recommend="9", more="好多了").status_code == 303
    assert waited(bench, lambda case: case.again is not None).again == 9
    with bench.database.cursor() as con:
        back = cases.said_again(con, waited(bench, lambda case: case.again is not None), WHOLE_BANK)
        assert back and [(each.question, each.number) for each in back.answers] == [("recommend", 9), ("more", None)]
        assert back.comments == (("more", "好多了"),)
        assert voices(con) == {said["reason"], "好多了"}, "nothing but what customers wrote"
        assert cases.recovery(con, WHOLE_BANK).counts["recovered"] == 1
        assert not cases.listed(con, Rights(frozenset({"b0304"})), cases.Wanted(), now()).n
    # nobody's NPS: the answer of those who had a case stands apart
    with bench.database.cursor() as con:
        assert con.execute("SELECT count(nps) FROM response").fetchall() == [(1,)]


def test_a_file_of_complaints_is_mapped_by_hand_and_loaded_twice_without_doubles(
    bench: Workbench, screen: Screen
) -> None:
    def choose(content: str) -> AppTest:
        at = screen("listen/uploads", "cx_manager")
        at.segmented_control(key="up_kind").set_value("cases").run()
        at.file_uploader(key="up_file_cases").set_value(("complaints.csv", content.encode(), "text/csv")).run()
        tag = next(box.key for box in at.selectbox if box.key.startswith("cp_id_")).removeprefix("cp_id_")
        for name, header in (("id", "number"), ("received", "came"), ("contacted", "spoken"), ("topic", "kind"),
                             ("status", "state"), ("timely", "in time"), ("branch", "where")):  # fmt: skip
            at.selectbox(key=f"cp_{name}_{tag}").set_value(header)
        at.run()
        at.multiselect(key=f"cp_status_words_{tag}").set_value(["Being looked at"])
        at.multiselect(key=f"cp_timely_words_{tag}").set_value(["No"])
        return at.run()

    at = choose(FILE)
    assert not at.exception and "3 件投诉都读懂了" in at.success[0].value
    at.button(key="cp_load").click().run()
    assert "新立 3 件" in at.success[1].value and "1 件不及时，2 件未办结" in text(at)
    at = choose(
        FILE.replace("C-2,2026-03-02,2026-03-06,Cards,Being looked at", "C-2,2026-03-02,2026-03-06,Cards,Resolved")
    )
    at.button(key="cp_load").click().run()
    assert "新立 0 件，随文件办结 1 件，已有且未变 2 件" in at.success[1].value
    at = choose(FILE.replace("C-3,2026-03-04,,", "C-2,2026-13-40,,").replace("b0304", "nowhere"))
    assert not at.success and "3" in at.error[0].value  # no such day, number twice, no such branch
    with bench.database.cursor() as con:
        own = cases.listed(con, Rights(frozenset({"b0304"})), cases.Wanted(), now()).cases
        assert [(case.topic, case.state, case.kind) for case in own] == [("Loans", "open", "complaint")]
        assert cases.standing(con, WHOLE_BANK, now()).closed == 2
    at = screen("listen/uploads", "analyst")  # may upload, may not work on cases
    at.segmented_control(key="up_kind").set_value("cases").run()
    at.file_uploader(key="up_file_cases").set_value(("complaints.csv", FILE.encode(), "text/csv")).run()
    assert "不能把文件导入为工单" in text(at) and not [b for b in at.button if b.key == "cp_load"]


def test_an_indicator_beyond_its_limit_opens_one_case_and_an_old_one_none(bench: Workbench) -> None:
    last = dt.date.today().replace(day=1)
    months = [last]
    while len(months) < 20:
        months.append((months[-1] - dt.timedelta(days=1)).replace(day=1))
    with bench.database.writing() as con:
        for at, day in enumerate(months):
            for branch, value in (("b0101", 30 if at < 3 else 9 + at % 3), ("b0102", 9 + at % 3)):
                con.execute(
                    "INSERT INTO indicator_value (upload_id, indicator, grain, day, branch, value) "
                    "VALUES ('u', 'queue_minutes', 'month', ?, ?, ?)",
                    [day, branch, value],
                )
    rules = bench.rules
    rule = next(each for each in rules.active if each.when.alarm)
    with bench.database.cursor() as con:
        found = signalled.standing(con, bench.model, dt.date.today())
    assert any(alarm.agreed and alarm.subject.branch == "b0101" for alarm, _ in found)
    told = {"now": now(), "begin": now() - dt.timedelta(days=40)}
    found = [(alarm, point) for alarm, point in found if alarm.subject.branch in ("b0101", "b0102")]
    assert opening.of_alarms(bench.database, found, rule, rules, bench.model.calendar, **told) == 1
    assert opening.of_alarms(bench.database, found, rule, rules, bench.model.calendar, **told) == 0, "once a signal"
    with bench.database.cursor() as con:
        (case,) = cases.listed(con, WHOLE_BANK, cases.Wanted(), now()).cases
    assert (case.kind, case.about.branch, case.about.touchpoint) == ("alarm", "b0101", "queue") and case.close_due
    later = {"now": now(), "begin": now() + dt.timedelta(days=40)}
    assert opening.of_alarms(bench.database, found, rule, rules, bench.model.calendar, **later) == 0
