"""Complaints of another system as cases: each once, however often its file comes; what closed meanwhile is closed."""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import dataclass, field
from typing import Any

from cx.act.cases import clock, keeping
from cx.act.cases.keeping import LISTED
from cx.act.cases.shape import COMPLAINT
from cx.bank.rules import Hours, Rules
from cx.intake.complaints import Checked, Complaint
from cx.measure.scope import Rights
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.words import Problem, Refused


@dataclass(frozen=True)
class Loaded:
    """What a file brought: cases that are new, those that it closed, and those that were there already."""

    new: int
    closed: int
    unchanged: int


@dataclass(frozen=True)
class Facts:
    """What cases of one source say of how timely they were seen to. ``days`` is the median from receipt to first
    contact; ``late`` how many say so of themselves; ``per_day`` by the bank's day of receipt."""

    n: int
    first: dt.date | None
    last: dt.date | None
    days: float | None
    late: int
    open: int
    by_topic: dict[str, int] = field(default_factory=dict)
    per_day: dict[dt.date, int] = field(default_factory=dict)
    disputed: dict[str | None, int] = field(default_factory=dict)


def load(db: Database, checked: Checked, who: str, *, rights: Rights, rules: Rules, now: dt.datetime) -> Loaded:
    """Keep the complaints of a checked file, whole or not at all. Raises :class:`Refused`: ``case_not_allowed``,
    ``complaints_whole_bank``, ``complaints_rows``."""
    if not rights.act:
        raise Refused(Problem("case_not_allowed"))
    if rights.branches is not None:
        raise Refused(Problem("complaints_whole_bank"))
    if checked.total:
        raise Refused(Problem("complaints_rows", checked.name, {"n": checked.total}))
    source = checked.mapping.source
    rows = [_row(each, source, rules, who, now) for each in checked.complaints]
    with audit.writing(db) as con:
        before = con.execute("SELECT count(*) FROM case_file").fetchall()[0][0]
        keeping.opened(con, rows, who, now)
        new = con.execute("SELECT count(*) FROM case_file").fetchall()[0][0] - before
        closed = _close(con, rows, who, now)
        audit.write(con, who, "cases_loaded", source, {
            "file": checked.name, "sha256": checked.sha256, "rows": len(rows), "new": new, "closed": closed,
        })  # fmt: skip
    return Loaded(new, closed, len(rows) - new - closed)


def _row(each: Complaint, source: str, rules: Rules, who: str, now: dt.datetime) -> dict[str, Any]:
    def begins(day: dt.date | None) -> dt.datetime | None:
        return None if day is None else clock.midnight(day, rules.hours)

    return {
        "case_id": keeping.number("complaint", source, each.id), "kind": COMPLAINT, "kinds": [COMPLAINT],
        "title": "", "topic": each.topic, "branch": each.branch, "source": source,
        "state": "open" if each.open else "closed", "desk": _desk(rules), "note": each.status,
        "opened_at": begins(each.received), "opened_by": who, "contacted_at": begins(each.contacted),
        "closed_at": None if each.open else begins(each.closed), "timely": each.timely, "disputed": each.disputed,
        "recorded_at": now, "recorded_by": who,
    }  # fmt: skip


def _desk(rules: Rules) -> str:
    """The desk that complaints go to: one of that name, else that of risks, else none."""
    if "complaints" in rules.desks:
        return "complaints"
    risk = next((rule.owner for rule in rules.active if rule.when.risks), "")
    return risk if risk in rules.desks else ""


def _close(con: Connection, rows: list[dict[str, Any]], who: str, now: dt.datetime) -> int:
    """Close the cases that the file says are closed, and that nobody has closed here."""
    done = {row["case_id"]: row for row in rows if row["state"] == "closed"}
    known = con.execute(
        f"SELECT {LISTED} FROM case_file WHERE state <> 'closed' AND case_id IN (SELECT unnest(?::VARCHAR[]))",
        [list(done)],
    ).fetchall()
    changes = []
    for case in map(keeping.case, known):
        row = done[case.id]
        shared = {name: row[name] for name in ("note", "timely", "disputed")}
        spoken = {"contacted_at": case.contacted_at or row["contacted_at"], "closed_at": row["closed_at"] or now}
        changes.append((case, {"state": "closed", **shared, **spoken}))
    keeping.changed_all(con, changes, who, "closed", now)
    return len(known)


def facts(con: Connection, rights: Rights, source: str, hours: Hours) -> Facts:
    """What the cases of a source say of how timely they were seen to."""
    where, values = keeping.seen(rights)
    rows = con.execute(
        "SELECT opened_at, contacted_at, coalesce(topic, ''), state <> 'closed', timely, disputed, count(*) "
        f"FROM case_file WHERE source = ? AND {where} GROUP BY ALL",
        [source, *values],
    ).fetchall()
    told = Facts(0, None, None, None, 0, 0)
    n, late, still, waits = 0, 0, 0, []
    for opened, contacted, topic, is_open, timely, disputed, count in rows:
        day = clock.local_day(opened, hours)
        n, still, late = n + count, still + count * is_open, late + count * (timely is False)
        told.per_day[day] = told.per_day.get(day, 0) + count
        told.by_topic[topic] = told.by_topic.get(topic, 0) + count
        told.disputed[disputed] = told.disputed.get(disputed, 0) + count
        if contacted is not None:
            waits += [(clock.local_day(contacted, hours) - day).days] * count
    ends = (min(told.per_day), max(told.per_day)) if told.per_day else (None, None)
    return Facts(
        n, *ends, statistics.median(waits) if waits else None, late, still, told.by_topic, told.per_day, told.disputed
    )
