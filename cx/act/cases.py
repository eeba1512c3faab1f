"""Cases: something that somebody must see to for a customer, a branch or a figure, by a day, until it is closed.

Owner of the table ``case_step``, which is append-only: a change is a new row. One signal makes one case, however many
people click at once, and a step on top of a colleague's that one has not seen is refused.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from cx.measure import survival
from cx.measure.scope import Rights
from cx.measure.survival import Curve
from cx.store import audit, moments
from cx.store.database import Database
from cx.store.query import Connection
from cx.words import Problem, Refused

if TYPE_CHECKING:
    from cx.insight.signals import Alarm

State = Literal["open", "working", "closed"]
OUTCOMES = ("solved", "explained", "not_solved", "no_answer", "not_ours")
DAYS = {True: 1, False: 3}
"""Working days that an urgent case may take, and any other."""
_COLUMNS = "case_id, state, owner, due, outcome, note, charter, opened_at, opened_by, recorded_at, recorded_by"


@dataclass(frozen=True)
class Cause:
    """The signal that a case was opened on: ``subject`` is the key of its chart, days are first days of periods."""

    subject: str
    agreed: bool
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class About:
    """What a case is about. ``branch`` None: the bank as a whole."""

    title: str
    branch: str | None
    touchpoint: str | None
    urgent: bool = False
    cause: Cause | None = None


@dataclass(frozen=True)
class Case:
    """One case as it stands; ``note`` is what was said at the last step, moments are UTC, ``due`` the bank's day."""

    id: str
    state: State
    owner: str | None
    due: dt.date
    outcome: str | None
    note: str
    about: About
    opened_at: dt.datetime
    opened_by: str
    recorded_at: dt.datetime
    recorded_by: str

    @property
    def open(self) -> bool:
        return self.state != "closed"

    def late(self, today: dt.date) -> bool:
        """Whether it should have been closed before today."""
        return self.open and self.due < today


@dataclass(frozen=True)
class Step:
    """One line of the history."""

    at: dt.datetime
    by: str
    state: State
    owner: str | None
    outcome: str | None
    note: str


def open_case(
    db: Database, who: str, about: About, *, rights: Rights, works: Callable[[dt.date], bool], today: dt.date,
    owner: str | None = None, note: str = "",
) -> tuple[str, bool]:  # fmt: skip
    """Open a case; returns its id and whether it is new. Of one signal, or of one chart as long as a case on it is
    open, there is one case: that one is returned. ``works`` says which days are working days.

    Raises :class:`Refused`: ``case_title``, ``case_not_yours``.
    """
    if not about.title.strip():
        raise Refused(Problem("case_title", "title"))
    if not _within(about, rights):
        raise Refused(Problem("case_not_yours", about.branch or ""))
    with audit.writing(db) as con:  # one at a time: what is looked for cannot appear in between
        for known in everything(con, rights):
            if about.cause and known.about.cause and _same(known, about.cause):
                return known.id, False
        id, kept = uuid.uuid4().hex, replace(about, title=about.title.strip())
        due = due_day(today, DAYS[about.urgent], works)
        _record(con, id, who, None, "open", owner, due, None, note.strip(), kept)
        audit.write(con, who, "case_opened", id, {"branch": about.branch, "cause": kept.cause and kept.cause.subject})
    return id, True


def step(
    db: Database, who: str, id: str, seen: dt.datetime, *, rights: Rights, state: State | None = None,
    owner: str | None = None, outcome: str | None = None, note: str = "",
) -> None:  # fmt: skip
    """A step on a case: taken up, given to somebody (``owner``), closed with an outcome, opened again, or only a note.

    ``seen`` is ``recorded_at`` of the case as the user saw it. Raises :class:`Refused`: ``case_not_found``,
    ``case_changed`` (a colleague was quicker), ``case_note``, ``case_outcome``.
    """
    with audit.writing(db) as con:
        known = get(con, id, rights)
        if known is None:
            raise Refused(missing(id))
        if known.recorded_at != seen:
            raise Refused(Problem("case_changed", known.about.title, {"by": known.recorded_by}))
        to = state or known.state
        if not note.strip() and (to != known.state or owner in (None, known.owner)):
            raise Refused(Problem("case_note", "note"))
        if to == "closed" and outcome not in OUTCOMES:
            raise Refused(Problem("case_outcome", "outcome"))
        kept = outcome if to == "closed" else None
        kept_by, said = owner or known.owner, note.strip()
        _record(con, id, who, known.recorded_at, to, kept_by, known.due, kept, said, known.about)
        audit.write(con, who, "case_step", id, {"from": known.state, "to": to, "outcome": kept})


def everything(con: Connection, rights: Rights) -> tuple[Case, ...]:
    """Every case that these rights may see: open ones first, what is due first at the top."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_case").fetchall()
    found = [case for case in map(_case, rows) if _within(case.about, rights)]
    return tuple(sorted(found, key=lambda case: (not case.open, case.due, not case.about.urgent, case.opened_at)))


def get(con: Connection, id: str, rights: Rights) -> Case | None:
    """One case; None where there is none that may be seen."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_case WHERE case_id = ?", [id]).fetchall()
    case = _case(rows[0]) if rows else None
    return case if case and _within(case.about, rights) else None


def closing(found: Sequence[Case], now: dt.datetime) -> Curve:
    """How many days cases take from opening to closing; those still open count as far as they have come (Kaplan-Meier).

    A case opened again counts as open.
    """
    ends = [now if case.open else case.recorded_at for case in found]
    days = [max((end - case.opened_at).total_seconds(), 0.0) / 86_400 for case, end in zip(found, ends, strict=True)]
    return survival.curve(days, [not case.open for case in found])


def history(con: Connection, id: str, rights: Rights) -> tuple[Step, ...]:
    """Who did what when, oldest first; empty where it may not be seen."""
    if get(con, id, rights) is None:
        return ()
    rows = con.execute(
        "SELECT recorded_at, recorded_by, state, owner, outcome, note FROM case_step WHERE case_id = ? "
        "ORDER BY recorded_at",
        [id],
    ).fetchall()
    return tuple(Step(*row) for row in rows)


def missing(id: str) -> Problem:
    """That there is no such case, or none that may be seen."""
    return Problem("case_not_found", id[:40])


def of_alarm(alarm: Alarm) -> Cause:
    """What a case says of the signal that it was opened on."""
    return Cause(alarm.subject.key, alarm.agreed, alarm.first, alarm.last)


def due_day(today: dt.date, days: int, works: Callable[[dt.date], bool]) -> dt.date:
    """The working day that many working days after today."""
    day = today
    while days:
        day += dt.timedelta(days=1)
        days -= works(day)
    return day


def _same(known: Case, cause: Cause) -> bool:
    theirs = known.about.cause
    return theirs is not None and theirs.subject == cause.subject and (
        known.open or (theirs.agreed, theirs.first) == (cause.agreed, cause.first)
    )  # fmt: skip


def _within(about: About, rights: Rights) -> bool:
    return rights.branches is None or about.branch in rights.branches


def _record(
    con: Connection, id: str, who: str, last: dt.datetime | None, state: State, owner: str | None, due: dt.date,
    outcome: str | None, note: str, about: About,
) -> None:  # fmt: skip
    charter = json.dumps(asdict(about), ensure_ascii=False, sort_keys=True, default=str)
    con.execute(
        "INSERT INTO case_step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [id, moments.after(last), who, state, owner, due, outcome, note, charter],
    )


def _case(row: tuple[Any, ...]) -> Case:
    id, state, owner, due, outcome, note, charter, *moments = row
    plain = json.loads(charter)
    cause = plain.pop("cause")
    if cause:
        days = {name: dt.date.fromisoformat(cause[name]) for name in ("first", "last")}
        cause = Cause(**{**cause, **days})
    return Case(id, state, owner, due, outcome, note, About(**plain, cause=cause), *moments)
