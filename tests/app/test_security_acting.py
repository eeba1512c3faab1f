"""Acting against those who may see or do less, numbers of customers, hostile files, and threads that must not end."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import act_bank
import pytest
from act_bank import PILOTS, charter
from streamlit.testing.v1 import AppTest
from test_case_opening import answer, waited
from written import text as shown_by

from cx.act import cases, pain_points, quick_wins, rollout
from cx.act.case_watch import Watch
from cx.act.cases import About, importing, opening
from cx.act.cases import keeping as keeping_cases
from cx.act.experiments import keeping, outcomes
from cx.act.experiments.definition import Arm, Definition
from cx.act.pain_points import Candidate, Matter, Piece
from cx.act.quick_wins import Limits
from cx.bank import reading, rules, templates
from cx.bank.rules import Rules
from cx.collect import secret
from cx.collect.lists import Sheet
from cx.intake import complaints
from cx.intake.complaints import ComplaintMapping
from cx.intake.reading import tabular
from cx.measure.scope import WHOLE_BANK, Rights
from cx.store.database import Database
from cx.words import Problem, Refused
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
TODAY = dt.date.today()
NOW = dt.datetime.now(dt.UTC).replace(tzinfo=None)
MODEL = act_bank.bank()
RULES = rules.load(Path(__file__).parents[2] / "data" / "model")
OWN, OTHER = PILOTS
LOOKS, BRANCH = replace(WHOLE_BANK, act=False), Rights(frozenset((OWN,)))
PHONE = "13812345678"
THERE = {"rights": WHOLE_BANK, "rules": RULES, "calendar": MODEL.calendar}


def refused(deed: Callable[[], object]) -> set[str]:
    with pytest.raises(Refused) as told:
        deed()
    return {problem.code for problem in told.value.problems}


def put(db: Database, title: str, branch: str | None, **more: object) -> cases.Case:
    id, _ = cases.open_case(db, "mgr", About(title, branch, "queue"), **THERE, **more)  # type: ignore[arg-type]
    return the(db, id)


def the(db: Database, id: str) -> cases.Case:
    with db.cursor() as con:
        found = cases.get(con, id, WHOLE_BANK)
    assert found is not None
    return found


def respond(db: Database, **more: object) -> str:
    """A response of today with a 1 and a comment."""
    id = str(uuid.uuid4())
    row = {"response_id": id, "source": "collect", "survey_id": "branch-visit", "survey_version": "1", "mode": "link",
           "nps_kind": "transactional", "submitted_at": NOW, "day": NOW.date(), "branch": OWN, "nps": 1}  # fmt: skip
    row |= more
    said = {name: row[name] for name in ("response_id", "source", "survey_id", "survey_version", "mode", "day")}
    with db.writing() as con:
        for table, values in (("response", row), ("answer", said | {"question_id": "why", "type": "text",
                                                                    "text": "没人理我"})):  # fmt: skip
            names = ", ".join(values)
            con.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(values))})", [*values.values()])
    return id


# Who may do what


def trial(**more: object) -> Definition:
    return Definition(
        title="短信提醒", hypothesis="会多", unit="respondent", arms=(Arm("不发"), Arm("发")), metric="outcome_share",
        least=0.06, start=TODAY + dt.timedelta(days=1), end=TODAY + dt.timedelta(days=28), baseline=0.6, **more,
    )  # type: ignore[arg-type]  # fmt: skip


def test_who_sees_the_whole_bank_but_may_not_act_changes_no_experiment_and_no_limit(db: Database) -> None:
    def by(rights: Rights) -> dict[str, object]:
        return {"rights": rights, "model": MODEL, "find": lambda _: None}

    key = keeping.draft(db, "mgr", trial(), **by(WHOLE_BANK))  # type: ignore[arg-type]
    sheet = Sheet("x.csv", "0", ("k",), (2,), {"k": ("a",)})
    for rights in (LOOKS, replace(BRANCH, act=False)):
        for deed in (
            lambda: keeping.draft(db, "ana", trial(), **by(rights)),  # noqa: B023
            lambda: keeping.revise(db, key, "ana", trial(), **by(rights)),  # noqa: B023
            lambda: keeping.start(db, key, "ana", TODAY, **by(rights)),  # noqa: B023
            lambda: keeping.stop(db, key, "ana", TODAY, rights=rights),  # noqa: B023
            lambda: keeping.note(db, key, "ana", "x", rights=rights),  # noqa: B023
            lambda: keeping.drop(db, key, "ana", rights=rights),  # noqa: B023
            lambda: outcomes.keep(db, key, "ana", sheet, dict.fromkeys(("key", "day", "value"), "k"), TODAY,
                                  rights=rights),  # noqa: B023
            lambda: quick_wins.set_limits(db, "ana", Limits(1, 1), rights=rights),  # noqa: B023
        ):  # fmt: skip
            assert refused(deed) == {"act_not_allowed"}
    assert refused(lambda: quick_wins.set_limits(db, "bm", Limits(1, 1), rights=BRANCH)) == {"act_not_allowed"}
    assert refused(lambda: keeping.drop(db, key, "bm", rights=BRANCH)) == {"experiment_whole_bank"}
    with db.cursor() as con:
        assert keeping.get(con, key, WHOLE_BANK).state == "draft" and quick_wins.limits(con) == Limits()


def test_another_branch_is_reached_by_no_address(bench: Workbench, screen: Screen) -> None:
    db = bench.database
    case = put(db, "邻行的密事", OTHER, note="邻行的说明")
    point = pain_points.enter(
        db, "mgr", Candidate(Matter(OTHER, "queue"), (Piece("people", "people", "said", said="邻行的证据"),)),
        "邻行的痛点", rights=WHOLE_BANK, model=MODEL,
    )  # fmt: skip
    win = quick_wins.propose(db, "mgr", charter(title="邻行的速赢", pilots=(OTHER,)), rights=WHOLE_BANK)
    for page, query in (
        ("cases", {"case": case.id}), ("cases", {"live": "1"}), ("cases", {"branch": OTHER, "state": "all"}),
        ("cases", {"q": case.id[:6]}), ("pain_points", {"pain": point.id}), ("pain_points", {"branch": OTHER}),
        ("quick_wins", {"win": win}), ("quick_wins", {"win": win, "edit": "1"}), ("rollout", {}),
    ):  # fmt: skip
        shown = shown_by(screen(f"act/{page}", "branch_manager", **query))
        assert "邻行" not in shown, (page, query)
    assert refused(lambda: cases.step(db, "bm", case.id, case.recorded_at, **THERE | {"rights": BRANCH}, note="x")) == {
        "case_not_found"
    }
    assert refused(lambda: pain_points.note(db, "bm", point.id, "x", rights=BRANCH)) == {"pain_point_not_found"}
    assert refused(lambda: rollout.withdraw(db, "bm", win, OTHER, "x", rights=BRANCH)) == {"rollout_gone"}


def test_a_click_on_an_old_page_does_nothing_once_the_right_is_gone(bench: Workbench, screen: Screen) -> None:
    case = put(bench.database, "叫号机坏了", OWN)
    at = screen("act/cases", "cx_manager", case=case.id)
    taps = at.button(key=f"take_{case.id}")
    admin = bench.accounts.user("admin")
    assert admin is not None
    bench.accounts.change(admin, "cx_manager", "经理", "viewer")
    taps.click().run()
    assert the(bench.database, case.id).state == "open" and the(bench.database, case.id).owner is None


# Words and numbers of customers


def test_a_response_that_was_corrected_to_another_branch_is_not_read_through_the_case(db: Database) -> None:
    opening.run(db, RULES, MODEL.calendar, now=NOW - dt.timedelta(hours=1))
    id = respond(db)
    opening.run(db, RULES, MODEL.calendar, now=NOW)
    case = the(db, keeping_cases.number("response", id))
    with db.writing() as con:
        assert cases.said(con, case, BRANCH).comments == (("why", "没人理我"),)
        con.execute("UPDATE response SET branch = ? WHERE response_id = ?::UUID", [OTHER, id])
        assert cases.said(con, case, BRANCH) is None and cases.said(con, case, WHOLE_BANK) is not None
        assert cases.said(con, case, LOOKS) is not None
        assert cases.said(con, case, replace(WHOLE_BANK, comments=False)).comments == ()


def test_the_code_of_a_link_is_not_found_letter_by_letter(db: Database) -> None:
    case = put(db, "等太久", OWN)
    more = {"rights": WHOLE_BANK, "rules": RULES, "survey": act_bank.asked_again()}
    code = cases.invite_again(db, "mgr", case.id, case.recorded_at, **more)
    with db.cursor() as con:
        for part in (code[:1], code[:6], code[3:], code[:-1]):
            found = cases.listed(con, LOOKS, cases.Wanted(words=part), NOW).cases
            assert not [one for one in found if part.lower() not in one.id]
        assert [one.id for one in cases.listed(con, LOOKS, cases.Wanted(words=code), NOW).cases] == [case.id]


def test_numbers_of_customers_that_colleagues_write_are_covered_before_anything_is_kept(db: Database) -> None:
    said = f"客户手机 {PHONE}，回电"
    case = put(db, said, OWN, note=said)
    cases.step(db, "mgr", case.id, case.recorded_at, **THERE, note=said)
    point = pain_points.enter(
        db, "mgr", Candidate(Matter(OWN, "queue"), (Piece("people", "people", "said", said=said),)), said,
        rights=WHOLE_BANK, model=MODEL, note=said,
    ).id  # fmt: skip
    pain_points.add(db, "mgr", point, Piece("people", "people", "said", said=f"二：{said}"), rights=WHOLE_BANK)
    pain_points.note(db, "mgr", point, said, rights=WHOLE_BANK)
    win = quick_wins.propose(db, "mgr", charter(title=said, hypothesis=said), rights=WHOLE_BANK)
    quick_wins.comment(db, win, "mgr", said, rights=WHOLE_BANK)
    key = keeping.draft(db, "mgr", trial(), rights=WHOLE_BANK, model=MODEL, find=lambda _: None)
    keeping.note(db, key, "mgr", said, rights=WHOLE_BANK)
    with db.writing() as con:
        con.execute("INSERT INTO rollout_step (quick_win_id, branch, state, wave, starts, ends, note, recorded_at, "
                    "recorded_by, basis) VALUES ('w', ?, 'planned', 1, today(), today(), '', ?, 'mgr', ?)",
                    [OWN, NOW, '{"title": "x"}'])  # fmt: skip
    rollout.withdraw(db, "bm", "w", OWN, said, rights=BRANCH)
    with db.cursor() as con:
        for table in ("case_file", "case_step", "pain_point", "quick_win", "quick_win_entry", "experiment",
                      "rollout_step", "audit_log"):  # fmt: skip
            kept = str(con.execute(f"SELECT * FROM {table}").fetchall())
            assert PHONE not in kept and (table == "audit_log" or "***" in kept), table


# Files


def checked(lines: str, **columns: str) -> complaints.Checked:
    named = {"id": "n", "received": "d", "topic": "t", "status": "s"} | columns
    with tabular.opened(f"n,d,t,s\n{lines}".encode(), "c.csv") as table:
        return complaints.check(table, ComplaintMapping(named), MODEL)


def test_what_a_customer_wrote_is_no_topic_of_a_complaint(db: Database) -> None:
    long = checked(f"1,2026-01-01,{'我的钱不见了' * 30},Closed\n")
    assert {row.problem.code for row in long.problems} == {"complaints_long"}
    hostile = checked(f"1,2026-01-01,<b>=cmd|{PHONE}</b>,Closed\n2,2199-12-31,x,Closed\n3,1970-01-01,x,Closed\n")
    assert not hostile.total
    importing.load(db, hostile, "mgr", rights=WHOLE_BANK, rules=RULES, now=NOW)
    with db.cursor() as con:
        topics = {one.topic for one in cases.listed(con, WHOLE_BANK, cases.Wanted(), NOW).cases}
    assert topics == {"<b>=cmd|***</b>", "x"}


def test_a_large_file_that_closes_cases_holds_up_nobody(db: Database) -> None:
    lines = "".join(f"{at},2026-01-01,x,%s\n" for at in range(3_000))
    took = []
    for word, known in (("Open", frozenset({"Open"})), ("Gone", frozenset())):
        with tabular.opened(f"n,d,t,s\n{lines.replace('%s', word)}".encode(), "c.csv") as table:
            named = {"id": "n", "received": "d", "topic": "t", "status": "s"}
            sound = complaints.check(table, ComplaintMapping(named, known), MODEL)
        began = time.monotonic()
        done = importing.load(db, sound, "mgr", rights=WHOLE_BANK, rules=RULES, now=NOW)
        took.append(time.monotonic() - began)
    assert done.closed == 3_000 and took[1] < 6 * took[0] + 0.5
    with db.cursor() as con:
        one, *_ = cases.listed(con, WHOLE_BANK, cases.Wanted(state="closed"), NOW).cases
        last = cases.history(con, one.id, WHOLE_BANK)[-1]
    assert one.closed_at == NOW and one.note == "Gone" and one.recorded_at == last.at
    assert (last.state, last.action, last.note, last.by) == ("closed", "closed", "Gone", "mgr")


_RULE = "desks: [{id: m, name: M}]\nrules:\n  - {id: r, name: R, when: {nps: 6}, %s}\n%s\n"


@pytest.mark.parametrize(
    ("inside", "beside"),
    [("owner: [m]", ""), ("owner: {a: b}", ""), ("close: 1.0e+9", ""), ("contact: 1.0e+300", ""), ("to: [[m]]", ""),
     ("hot: true", "days: 1.0e+12"), ("hot: true", "days: -5"),
     ("hot: true", "hours: {from: '09:00+02:00', to: '18:00'}"),
     ("hot: true", "hours: {from: '09:00:00', to: '09:00:01'}"), ("hot: true", "hours: [1]"),
     ("hot: true", "again: {survey: a, question: b, reference: c, late: 1.0e+12}")],
)  # fmt: skip
def test_a_hostile_file_of_rules_is_told_and_its_sound_rules_open_cases(
    tmp_path: Path, db: Database, inside: str, beside: str
) -> None:
    (tmp_path / "rules.yaml").write_text(_RULE % (inside, beside), encoding="utf-8")
    began = time.monotonic()
    known = rules.load(tmp_path)
    assert known.problems and "r" in known.rules
    opening.run(db, known, MODEL.calendar, now=NOW - dt.timedelta(hours=1))
    respond(db)
    assert opening.run(db, known, MODEL.calendar, now=NOW) == 1
    case = put(db, "x", OWN)
    more = {"rights": WHOLE_BANK, "rules": RULES, "survey": act_bank.asked_again()}
    cases.invite_again(db, "mgr", case.id, case.recorded_at, **more)
    opening.answered(db, known, NOW)
    assert time.monotonic() - began < 2


def test_a_text_whose_kinds_cannot_be_read_is_not_offered_to_all() -> None:
    told: list[Problem] = []
    approved = "approved: {by: x, on: 2026-01-01}, text: {zh: 甲, en: A}"
    text = f"templates: [{{id: a, name: A, channel: phone, kinds: {{risk: yes}}, {approved}}}]"
    content = reading.parse(text, "templates.yaml", told)
    assert content is not None
    found = templates.read(content, told)
    assert not found.offered(("detractor",), TODAY) and [one.code for one in found.problems] == ["model_not_list"]


# Threads


def test_the_watch_outlives_whatever_goes_wrong_and_finds_what_came_meanwhile(db: Database, bench: Workbench) -> None:
    failing = [True]

    def known() -> Rules:
        if failing:
            raise TypeError("a file of rules that nobody thought of")
        return RULES

    opening.run(db, RULES, MODEL.calendar, now=NOW - dt.timedelta(hours=1))  # before the power went
    id = respond(db)  # landed, and no case
    watch = Watch(db, known, act_bank.bank, bench.accounts, seconds=0.02)
    try:
        time.sleep(0.1)
        failing.clear()
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with db.cursor() as con:
                if cases.get(con, keeping_cases.number("response", id), WHOLE_BANK):
                    break
            time.sleep(0.02)
        else:
            raise AssertionError("no case")
    finally:
        watch.close()


# The customer asked again


def test_a_code_counts_once_for_its_own_case_and_tells_nothing(bench: Workbench) -> None:
    again = bench.rules.again
    assert again is not None
    mine, other = (put(bench.database, "等太久", OWN) for _ in range(2))
    more = {"rights": WHOLE_BANK, "rules": bench.rules, "survey": act_bank.asked_again()}
    code, others = (cases.invite_again(bench.database, "mgr", one.id, one.recorded_at, **more) for one in (mine, other))
    assert code != others and not {mine.id[:8], OWN, "mgr"} & {code}
    now = NOW.replace(microsecond=0)
    for at, (said, score) in enumerate(((code[:-1], 1), (code.swapcase(), 2), (code, 9))):
        moment, own = now + dt.timedelta(seconds=at), secret.submission_id(said)
        answer(bench, again.survey, {again.question: Decimal(score)}, moment, own)
    assert waited(bench, lambda case: case.again is not None).id == mine.id
    time.sleep(0.6)  # another look
    assert the(bench.database, mine.id).again == 9 and the(bench.database, other.id).again is None
