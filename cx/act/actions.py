"""Actions: what a department promised to do by a day, from any source, on one board (体验+N).

Owner of the table ``action_step``, which is append-only: a change is a new row. A step on top of a colleague's that one
has not seen is refused.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from cx.measure.scope import Rights
from cx.store import audit, labels, moments
from cx.store.database import Database
from cx.store.query import Connection
from cx.words import Label, Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model

State = Literal["todo", "doing", "done", "dropped"]
STATES: tuple[State, ...] = ("todo", "doing", "done")
SOURCES = ("pain_point", "quick_win", "case", "review")
LIMIT = 5
"""Actions that a department may have under way before the board warns."""
LONGEST = {"title": 120, "note": 1000, "answer": 200}
"""Characters of what is written."""
_COLUMNS = "action_id, state, charter, note, answer, opened_at, opened_by, recorded_at, recorded_by"


@dataclass(frozen=True)
class Promise:
    """What is to be done: by a department of the bank, by ``due``. ``owner`` is a user or None; ``branch`` None: the
    bank as a whole. ``source`` (one of ``SOURCES``) and ``about`` (its id) say what it came from."""

    title: Label = field(hash=False)
    department: str
    due: dt.date
    owner: str | None = None
    branch: str | None = None
    touchpoint: str | None = None
    source: str | None = None
    about: str | None = None


@dataclass(frozen=True)
class Action:
    """One action as it stands. ``note`` is what was said at the last step; ``answer`` what the branch's staff and
    customers may be told of it ("you said, we did"). Moments are UTC."""

    id: str
    state: State
    promise: Promise
    note: Label = field(hash=False)
    answer: Label = field(hash=False)
    opened_at: dt.datetime
    opened_by: str
    recorded_at: dt.datetime
    recorded_by: str

    @property
    def open(self) -> bool:
        return self.state in ("todo", "doing")

    def late(self, today: dt.date) -> bool:
        """Whether it should have been done before today."""
        return self.open and self.promise.due < today


@dataclass(frozen=True)
class Step:
    """One line of the history."""

    at: dt.datetime
    by: str
    state: State
    note: Label = field(hash=False)


def promise(db: Database, who: str, promised: Promise, *, rights: Rights, model: Model, today: dt.date) -> str:
    """Put an action on the board; returns its id.

    Raises :class:`Refused`: ``action_title``, ``action_long``, ``action_department``, ``action_due``,
    ``action_not_yours``.
    """
    _checked(promised, rights, model, today)
    id = uuid.uuid4().hex
    with audit.writing(db) as con:
        _record(con, id, who, None, "todo", _kept(promised), "", "")
        audit.write(con, who, "action_promised", id, {"department": promised.department, "branch": promised.branch})
    return id


def step(
    db: Database, who: str, id: str, seen: dt.datetime, *, rights: Rights, state: State, note: str, answer: str = "",
    due: dt.date | None = None, owner: str | None = None,
) -> None:  # fmt: skip
    """A step: taken up, done, dropped, put back, or another day or owner. ``seen``: ``recorded_at`` as the user saw it.

    Raises :class:`Refused`: ``action_not_found``, ``action_changed`` (a colleague was quicker), ``action_note`` (what
    is done, dropped or put off says why).
    """
    if found := [*_long("note", note), *_long("answer", answer)]:
        raise Refused(*found)
    with audit.writing(db) as con:
        known = get(con, id, rights)
        if known is None:
            raise Refused(missing(id))
        if known.recorded_at != seen:
            raise Refused(Problem("action_changed", labels.kept(known.promise.title), {"by": known.recorded_by}))
        before = known.promise
        after = Promise(**(asdict(before) | {"due": due or before.due, "owner": owner or before.owner}))
        if not note.strip() and (state in ("done", "dropped") or after.due != before.due):
            raise Refused(Problem("action_note", "note"))
        _record(
            con, id, who, known.recorded_at, state, after, note.strip(), answer.strip() or labels.kept(known.answer)
        )
        audit.write(con, who, "action_step", id, {"from": known.state, "to": state})


def everything(con: Connection, rights: Rights) -> tuple[Action, ...]:
    """Every action not dropped that these rights may see: what is due first at the top, what is done last."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_action WHERE state <> 'dropped'").fetchall()
    found = [action for action in map(_action, rows) if _within(action.promise, rights)]
    return tuple(sorted(found, key=lambda action: (not action.open, action.promise.due, action.opened_at)))


def of(con: Connection, source: str, about: str, rights: Rights) -> tuple[Action, ...]:
    """The actions that came from one pain point, quick win, case or review."""
    return tuple(
        each for each in everything(con, rights) if (each.promise.source, each.promise.about) == (source, about)
    )


def get(con: Connection, id: str, rights: Rights) -> Action | None:
    """One action; None where there is none that may be seen."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_action WHERE action_id = ?", [id]).fetchall()
    action = _action(rows[0]) if rows else None
    return action if action and _within(action.promise, rights) else None


def history(con: Connection, id: str, rights: Rights) -> tuple[Step, ...]:
    """Who did what when, oldest first; empty where it may not be seen."""
    if get(con, id, rights) is None:
        return ()
    rows = con.execute(
        "SELECT recorded_at, recorded_by, state, note FROM action_step WHERE action_id = ? ORDER BY recorded_at", [id]
    ).fetchall()
    return tuple(Step(at, by, state, labels.read(note)) for at, by, state, note in rows)


def crowded(found: Sequence[Action]) -> dict[str, int]:
    """Departments with more than ``LIMIT`` actions under way, and how many."""
    doing = [action.promise.department for action in found if action.state == "doing"]
    return {name: doing.count(name) for name in dict.fromkeys(doing) if doing.count(name) > LIMIT}


def missing(id: str) -> Problem:
    """That there is no such action."""
    return Problem("action_not_found", id)


def _checked(promised: Promise, rights: Rights, model: Model, today: dt.date) -> None:
    title = labels.kept(promised.title)
    found = _long("title", title)
    if not title.strip():
        found.append(Problem("action_title", "title"))
    if promised.department not in model.departments:
        found.append(Problem("action_department", "department", {"value": promised.department}))
    if promised.due < today:
        found.append(Problem("action_due", "due", {"today": today}))
    if not _within(promised, rights):
        found.append(Problem("action_not_yours", promised.branch or ""))
    if found:
        raise Refused(*found)


def _long(field: str, text: str) -> list[Problem]:
    return [Problem("action_long", field, {"most": LONGEST[field]})] if len(text) > LONGEST[field] else []


def _kept(promised: Promise) -> Promise:
    return Promise(**(asdict(promised) | {"title": labels.kept(promised.title).strip()}))


def _within(promised: Promise, rights: Rights) -> bool:
    return rights.branches is None or promised.branch in rights.branches


def _record(
    con: Connection,
    id: str,
    who: str,
    last: dt.datetime | None,
    state: State,
    promised: Promise,
    note: str,
    answer: str,
) -> None:
    charter = json.dumps(asdict(promised), ensure_ascii=False, sort_keys=True, default=str)
    con.execute(
        "INSERT INTO action_step VALUES (?, ?, ?, ?, ?, ?, ?)",
        [id, moments.after(last), who, state, charter, note, answer],
    )


def _action(row: tuple[Any, ...]) -> Action:
    id, state, charter, note, answer, *rest = row
    plain = json.loads(charter)
    promised = Promise(**{**plain, "due": dt.date.fromisoformat(plain["due"])})
    return Action(id, state, promised, labels.read(note), labels.read(answer), *rest)
