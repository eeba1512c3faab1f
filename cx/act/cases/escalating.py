"""What is late too long goes to the manager: once, by itself."""

from __future__ import annotations

import datetime as dt

from cx.act.cases import clock, keeping
from cx.act.cases.keeping import LISTED
from cx.act.cases.opening import Alone, nobody
from cx.act.cases.reading import get
from cx.act.cases.shape import Case
from cx.act.cases.working import escalated
from cx.bank.calendar import Calendar
from cx.bank.rules import Rules
from cx.measure.scope import WHOLE_BANK
from cx.store import audit
from cx.store.database import Database


def run(db: Database, rules: Rules, calendar: Calendar, *, now: dt.datetime, alone: Alone = nobody) -> int:
    """Escalate the cases that are late for longer than their rule allows; returns how many."""
    with db.cursor() as con:
        rows = con.execute(
            f"SELECT {LISTED} FROM case_file WHERE state <> 'closed' AND escalated_at IS NULL AND (close_due < ? OR "
            "(contacted_at IS NULL AND contact_due < ?))",
            [now, now],
        ).fetchall()
    due = [case for case in map(keeping.case, rows) if _overdue(case, rules, calendar, now)]
    if not due:
        return 0
    done = 0
    with db.writing() as con:
        for each in due:
            case = get(con, each.id, WHOLE_BANK)
            if case is None or case.recorded_at != each.recorded_at:
                continue  # somebody was at it meanwhile: looked at again the next time
            values = escalated(case, rules, now)
            owner = alone(values["desk"], case.about.branch) or case.owner
            keeping.changed(con, case, audit.SYSTEM, "escalated", now, owner=owner, **values)
            done += 1
    return done


def _overdue(case: Case, rules: Rules, calendar: Calendar, now: dt.datetime) -> bool:
    rule = rules.rules.get(case.kind)
    if rule is None or rule.escalate is None:
        return False
    waits = [case.close_due, case.contact_due if case.contacted_at is None else None]
    allowed = rule.escalate
    return any(due is not None and due < now and clock.due(due, allowed, rules.hours, calendar) <= now for due in waits)
