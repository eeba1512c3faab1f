"""Cases: opened once, by whom they may be seen, stepped on one after the other, due on working days."""

from __future__ import annotations

import datetime as dt
import json
import threading
from pathlib import Path

import duckdb
import pytest

from cx.act import cases
from cx.act.cases import About, Cause
from cx.bank import rules
from cx.bank.calendar import Calendar
from cx.measure.scope import WHOLE_BANK, Rights
from cx.store import audit
from cx.store.database import Database
from cx.words import Refused

FRIDAY = dt.datetime(2026, 9, 25, 1)  # 9:00 in Shanghai; UTC, as all moments
HOLIDAYS = frozenset(dt.date(2026, 10, day) for day in range(1, 8))
CALENDAR = Calendar(off=HOLIDAYS)
RULES = rules.load(Path(__file__).parents[2] / "data" / "model")
THERE = {"rights": WHOLE_BANK, "rules": RULES, "calendar": CALENDAR}
OWN = Rights(frozenset({"b0101"}))
CAUSE = Cause("indicator:queue_minutes:month:b0101", False, dt.date(2026, 8, 1), dt.date(2026, 9, 1))


def opened(
    db: Database, about: About, who: str = "li", rights: Rights = WHOLE_BANK, **more: object
) -> tuple[str, bool]:
    return cases.open_case(db, who, about, rights=rights, rules=RULES, calendar=CALENDAR, **{"now": FRIDAY} | more)  # type: ignore[arg-type]


def the(db: Database, id: str, rights: Rights = WHOLE_BANK) -> cases.Case:
    with db.cursor() as con:
        found = cases.get(con, id, rights)
    assert found is not None
    return found


def listed(con: object, rights: Rights = WHOLE_BANK, **wanted: object) -> tuple[cases.Case, ...]:
    return cases.listed(con, rights, cases.Wanted(**wanted), FRIDAY).cases  # type: ignore[arg-type]


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_case_is_due_after_working_days(db: Database) -> None:
    usual, _ = opened(db, About("叫号机坏了", "b0101", "queue"))
    urgent, _ = opened(db, About("客户在等", "b0101", None, urgent=True))
    assert the(db, usual).close_due == dt.datetime(2026, 9, 29, 10) and the(db, urgent).close_due == dt.datetime(
        2026, 9, 25, 10
    )
    assert the(db, urgent).late(dt.datetime(2026, 9, 25, 10, 1)) and not the(db, urgent).late(
        dt.datetime(2026, 9, 25, 10)
    )
    with db.cursor() as con:
        assert [case.id for case in listed(con)] == [urgent, usual]


def test_one_signal_makes_one_case_however_many_click_at_once(db: Database) -> None:
    found: list[tuple[str, bool]] = []
    clicks = [
        threading.Thread(target=lambda: found.append(opened(db, About("排队", "b0101", "queue", cause=CAUSE))))
        for _ in range(8)
    ]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert len({id for id, _ in found}) == 1 and sum(new for _, new in found) == 1
    id = found[0][0]
    cases.step(
        db,
        "wang",
        id,
        the(db, id).recorded_at,
        **THERE,
        state="closed",
        outcome="solved",
        root_cause="system",
        note="好了",
    )
    assert opened(db, About("排队", "b0101", "queue", cause=CAUSE)) == (id, False)  # of this very signal
    later = Cause(CAUSE.subject, False, dt.date(2026, 11, 1), dt.date(2026, 11, 1))
    assert opened(db, About("排队", "b0101", "queue", cause=later))[1]


def test_who_comes_second_is_told_and_nothing_is_lost(db: Database) -> None:
    id, _ = opened(db, About("叫号机坏了", "b0101", None))
    seen = the(db, id).recorded_at
    cases.step(db, "wang", id, seen, **THERE, state="working", owner="wang", note="已报修")
    with pytest.raises(Refused) as refused:
        cases.step(db, "zhao", id, seen, **THERE, state="closed", outcome="solved", root_cause="system", note="好了")
    assert codes(refused) == ["case_changed"] and refused.value.problems[0].values["by"] == "wang"
    now = the(db, id)
    assert (now.state, now.owner, now.note, now.opened_by) == ("working", "wang", "已报修", "li")
    with db.cursor() as con:
        assert [(step.by, step.state) for step in cases.history(con, id, WHOLE_BANK)] == [
            ("li", "open"),
            ("wang", "working"),
        ]
        assert [entry.action for entry in audit.entries(con)][:2] == ["case_step", "case_opened"]


def test_a_branch_sees_and_touches_its_own_only(db: Database) -> None:
    own, _ = opened(db, About("自己的", "b0101", None))
    other, _ = opened(db, About("别人的", "b0304", None))
    whole, _ = opened(db, About("全行的", None, None))
    with db.cursor() as con:
        assert [case.id for case in listed(con, OWN)] == [own]
        assert not cases.get(con, other, OWN) and not cases.get(con, whole, OWN)
        assert not cases.history(con, other, OWN)
    for id in (other, whole):
        with pytest.raises(Refused) as refused:
            cases.step(db, "bm", id, the(db, id).recorded_at, **THERE | {"rights": OWN}, note="x")
        assert codes(refused) == ["case_not_found"]
    for branch in ("b0304", None):
        with pytest.raises(Refused) as refused:
            opened(db, About("x", branch, None), rights=OWN)
        assert codes(refused) == ["case_not_yours"]


def test_closing_needs_an_outcome_and_words_and_can_be_taken_back(db: Database) -> None:
    id, _ = opened(db, About("叫号机坏了", "b0101", None))
    for more, code in (
        ({"state": "closed", "note": "好了"}, "case_outcome"),
        ({"state": "closed", "note": "好了", "outcome": "solved"}, "case_root_cause"),
        ({"state": "closed", "outcome": "solved"}, "case_note"),
        ({}, "case_note"),
    ):
        with pytest.raises(Refused) as refused:
            cases.step(db, "li", id, the(db, id).recorded_at, **THERE, **more)  # type: ignore[arg-type]
        assert codes(refused) == [code]
    cases.step(db, "li", id, the(db, id).recorded_at, **THERE, owner="wang")  # giving it on needs no words
    cases.step(
        db,
        "li",
        id,
        the(db, id).recorded_at,
        **THERE,
        state="closed",
        outcome="solved",
        root_cause="system",
        note="好了",
    )
    assert (the(db, id).outcome, the(db, id).open) == ("solved", False)
    cases.step(db, "li", id, the(db, id).recorded_at, **THERE, state="working", note="又坏了")
    assert (the(db, id).outcome, the(db, id).owner, the(db, id).open) == (None, "wang", True)


def test_how_long_cases_take_counts_open_ones_as_far_as_they_have_come(db: Database) -> None:
    now = dt.datetime(2026, 9, 30)
    for days, closed in ((1, True), (2, True), (2, True), (4, False), (8, True), (9, False)):
        begun = now - dt.timedelta(days=20 if closed else days)
        id, _ = opened(db, About("x", None, None), now=begun)
        if closed:
            cases.step(db, "li", id, begun, **THERE, state="closed", outcome="solved", root_cause="other", note="x",
                       now=begun + dt.timedelta(days=days))  # fmt: skip
    with db.cursor() as con:
        curve = cases.closing(con, WHOLE_BANK, now)
    # by hand: 5/6 after day 1, 5/6 * 3/5 = 1/2 after day 2, 1/2 * 1/2 = 1/4 after day 8
    assert [round(step.share, 6) for step in curve.steps] == [0.833333, 0.5, 0.25]
    assert [(step.time, step.at_risk) for step in curve.steps] == [(1, 6), (2, 5), (8, 2)]


def test_cases_written_before_they_had_a_file_of_their_own_are_there_as_they_stood(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "old.duckdb")) as con:
        con.execute(
            "CREATE TABLE case_step (case_id VARCHAR NOT NULL, recorded_at TIMESTAMP NOT NULL, "
            "recorded_by VARCHAR NOT NULL, state VARCHAR NOT NULL, owner VARCHAR, due DATE NOT NULL, "
            "outcome VARCHAR, note VARCHAR NOT NULL, "
            "charter VARCHAR NOT NULL)"
        )
        cause = {"subject": CAUSE.subject, "agreed": False, "first": "2026-08-01", "last": "2026-09-01"}
        about = {"title": "排队", "branch": "b0101", "touchpoint": "queue", "urgent": True, "cause": cause}
        for day, who, state, owner, outcome, note in (
            (1, "li", "open", None, None, ""), (2, "wang", "working", "wang", None, "去看了"),
            (3, "wang", "closed", "wang", "solved", "好了"),
        ):  # fmt: skip
            con.execute(
                "INSERT INTO case_step VALUES ('a', ?, ?, ?, ?, '2026-09-04', ?, ?, ?)",
                [dt.datetime(2026, 9, day), who, state, owner, outcome, note, json.dumps(about)],
            )
    for _ in range(2):  # opened twice, it is there once
        db = Database(tmp_path / "old.duckdb")
        with db.cursor() as con:
            (case,) = listed(con)
            steps = cases.history(con, "a", WHOLE_BANK)
        assert (case.kind, case.hot, case.about.cause, case.about.title) == ("signal", True, CAUSE, "排队")
        assert (case.state, case.owner, case.outcome, case.note) == ("closed", "wang", "solved", "好了")
        assert (case.opened_by, case.opened_at, case.closed_at) == (
            "li",
            dt.datetime(2026, 9, 1),
            dt.datetime(2026, 9, 3),
        )
        assert [step.by for step in steps] == ["li", "wang", "wang"]
        assert opened(db, About("排队", "b0101", "queue", cause=CAUSE)) == ("a", False)
        db.close()
