"""Cases: opened once, by whom they may be seen, stepped on one after the other, due on working days."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from cx.act import cases
from cx.act.cases import About, Cause
from cx.bank.calendar import Calendar
from cx.measure.scope import WHOLE_BANK, Rights
from cx.store import audit
from cx.store.database import Database
from cx.words import Refused

FRIDAY = dt.date(2026, 9, 25)
HOLIDAYS = frozenset(dt.date(2026, 10, day) for day in range(1, 8))
WORKS = Calendar(off=HOLIDAYS).works
OWN = Rights(frozenset({"b0101"}))
CAUSE = Cause("indicator:queue_minutes:month:b0101", False, dt.date(2026, 8, 1), dt.date(2026, 9, 1))


def opened(
    db: Database, about: About, who: str = "li", rights: Rights = WHOLE_BANK, **more: object
) -> tuple[str, bool]:
    return cases.open_case(db, who, about, rights=rights, works=WORKS, today=FRIDAY, **more)  # type: ignore[arg-type]


def the(db: Database, id: str, rights: Rights = WHOLE_BANK) -> cases.Case:
    with db.cursor() as con:
        found = cases.get(con, id, rights)
    assert found is not None
    return found


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_a_case_is_due_after_working_days(db: Database) -> None:
    usual, _ = opened(db, About("叫号机坏了", "b0101", "queue"))
    urgent, _ = opened(db, About("客户在等", "b0101", None, urgent=True))
    assert the(db, usual).due == dt.date(2026, 9, 30) and the(db, urgent).due == dt.date(2026, 9, 28)
    assert cases.due_day(dt.date(2026, 9, 30), 1, WORKS) == dt.date(2026, 10, 8)
    assert the(db, urgent).late(dt.date(2026, 9, 29)) and not the(db, urgent).late(dt.date(2026, 9, 28))
    with db.cursor() as con:
        assert [case.id for case in cases.everything(con, WHOLE_BANK)] == [urgent, usual]


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
        db, "wang", id, the(db, id).recorded_at, rights=WHOLE_BANK, state="closed", outcome="solved", note="好了"
    )
    assert opened(db, About("排队", "b0101", "queue", cause=CAUSE)) == (id, False)  # of this very signal
    later = Cause(CAUSE.subject, False, dt.date(2026, 11, 1), dt.date(2026, 11, 1))
    assert opened(db, About("排队", "b0101", "queue", cause=later))[1]


def test_who_comes_second_is_told_and_nothing_is_lost(db: Database) -> None:
    id, _ = opened(db, About("叫号机坏了", "b0101", None))
    seen = the(db, id).recorded_at
    cases.step(db, "wang", id, seen, rights=WHOLE_BANK, state="working", owner="wang", note="已报修")
    with pytest.raises(Refused) as refused:
        cases.step(db, "zhao", id, seen, rights=WHOLE_BANK, state="closed", outcome="solved", note="好了")
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
        assert [case.id for case in cases.everything(con, OWN)] == [own]
        assert not cases.get(con, other, OWN) and not cases.get(con, whole, OWN)
        assert not cases.history(con, other, OWN)
    for id in (other, whole):
        with pytest.raises(Refused) as refused:
            cases.step(db, "bm", id, the(db, id).recorded_at, rights=OWN, note="x")
        assert codes(refused) == ["case_not_found"]
    for branch in ("b0304", None):
        with pytest.raises(Refused) as refused:
            opened(db, About("x", branch, None), rights=OWN)
        assert codes(refused) == ["case_not_yours"]


def test_closing_needs_an_outcome_and_words_and_can_be_taken_back(db: Database) -> None:
    id, _ = opened(db, About("叫号机坏了", "b0101", None))
    for more, code in (
        ({"state": "closed", "note": "好了"}, "case_outcome"),
        ({"state": "closed", "outcome": "solved"}, "case_note"),
        ({}, "case_note"),
    ):
        with pytest.raises(Refused) as refused:
            cases.step(db, "li", id, the(db, id).recorded_at, rights=WHOLE_BANK, **more)  # type: ignore[arg-type]
        assert codes(refused) == [code]
    cases.step(db, "li", id, the(db, id).recorded_at, rights=WHOLE_BANK, owner="wang")  # giving it on needs no words
    cases.step(db, "li", id, the(db, id).recorded_at, rights=WHOLE_BANK, state="closed", outcome="solved", note="好了")
    assert (the(db, id).outcome, the(db, id).open) == ("solved", False)
    cases.step(db, "li", id, the(db, id).recorded_at, rights=WHOLE_BANK, state="working", note="又坏了")
    assert (the(db, id).outcome, the(db, id).owner, the(db, id).open) == (None, "wang", True)


def test_how_long_cases_take_counts_open_ones_as_far_as_they_have_come(db: Database) -> None:
    now, found = dt.datetime(2026, 9, 30), []
    for days, closed in ((1, True), (2, True), (2, True), (4, False), (8, True), (9, False)):
        at = now - dt.timedelta(days=20)
        end = at + dt.timedelta(days=days) if closed else now
        begun = at if closed else now - dt.timedelta(days=days)
        state = "closed" if closed else "working"
        found.append(cases.Case("x", state, None, FRIDAY, None, "", About("x", None, None), begun, "li", end, "li"))
    curve = cases.closing(found, now)
    # by hand: 5/6 after day 1, 5/6 * 3/5 = 1/2 after day 2, 1/2 * 1/2 = 1/4 after day 8
    assert [round(step.share, 6) for step in curve.steps] == [0.833333, 0.5, 0.25]
    assert [step.at_risk for step in curve.steps] == [6, 5, 2]
