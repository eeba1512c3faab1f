"""The way of a quick win: idea → running → measuring → closed, each step with the right to it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING

from cx.act import charter_checks, verification
from cx.act.charter import Charter
from cx.act.quick_wins import planning, stored
from cx.act.quick_wins.entries import acting
from cx.act.quick_wins.shapes import STEPS, QuickWin, Result, State
from cx.measure.scope import Rights
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.personal import covered
from cx.words import Label, Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model


def propose(
    db: Database, user_name: str, charter: Charter, *, rights: Rights, model: Model | None = None,
    at: dt.datetime | None = None,
) -> str:  # fmt: skip
    """Record an idea; returns its id. Raises :class:`Refused` with every problem of the charter.

    ``at`` (UTC, without zone) is the moment recorded, by default now; likewise in the functions below.
    """
    _checked(charter, rights, model)
    key = uuid.uuid4().hex
    with audit.writing(db) as con:
        stored.record(con, key, "idea", charter, None, user_name, at)
    return key


def revise(
    db: Database, id: str, user_name: str, charter: Charter, *, rights: Rights, model: Model | None = None,
    at: dt.datetime | None = None,
) -> None:  # fmt: skip
    """Rewrite an idea's charter; a signature holds only for what was signed. A charter that has started stands."""
    _checked(charter, rights, model)
    with audit.writing(db) as con:
        _step(con, id, rights, "idea")
        stored.record(con, id, "idea", charter, None, user_name, at)


def start(
    db: Database, id: str, user_name: str, model: Model, today: dt.date, *, rights: Rights,
    at: dt.datetime | None = None,
) -> None:  # fmt: skip
    """idea → running: checks the signed charter against the model and freezes controls and baseline."""
    with audit.writing(db) as con:
        win = _step(con, id, rights, "running")
        charter = win.charter
        _checked(charter, rights, model)
        if today < charter.start:
            raise Refused(Problem("quick_win_early", "start", {"start": charter.start, "today": today}))
        if win.signature is None:
            raise Refused(Problem("quick_win_unsigned", "signed"))
        if clash := planning.clashes(con, charter, id):
            raise Refused(*clash)
        stored.record(con, id, "running", _frozen(con, charter, rights, model, today), None, user_name, at)


def _frozen(con: Connection, charter: Charter, rights: Rights, model: Model, today: dt.date) -> Charter:
    if charter.indicator:
        lower = model.indicators[charter.indicator].direction == "lower"
        charter = replace(charter, better="lower" if lower else "higher")
    if not charter.controls:
        likest = verification.design(con, charter, rights, today, model, planning.busy(con, charter)).controls
        charter = replace(charter, controls=tuple(dict.fromkeys(match.branch for match in likest)))
    return replace(charter, baseline=verification.baseline(con, charter, rights, today))


def to_measuring(db: Database, id: str, user_name: str, *, rights: Rights, at: dt.datetime | None = None) -> None:
    """running → measuring: the change is made, its effect is being watched."""
    with audit.writing(db) as con:
        win = _step(con, id, rights, "measuring", since=("running",))
        stored.record(con, id, "measuring", win.charter, None, user_name, at)


def close(
    db: Database, id: str, user_name: str, today: dt.date, lesson: Label, *, rights: Rights, model: Model,
    at: dt.datetime | None = None,
) -> Result:  # fmt: skip
    """measuring → closed: makes the proof now and records it with the verdict and the lesson.

    Closed before its planned end, a win is never recorded as proven: whoever may stop at the best moment finds
    effects in noise.
    """
    if not charter_checks.written(lesson):
        raise Refused(Problem("quick_win_lesson", "lesson"))
    with audit.writing(db) as con:
        win = _step(con, id, rights, "closed")
        proof = verification.proof(con, win.charter, rights, today, model)
        result = stored.concluded(proof, today, covered(lesson.strip() if isinstance(lesson, str) else lesson))
        stored.record(con, id, "closed", win.charter, result.recorded, user_name, at)
    return result


def reopen(db: Database, id: str, user_name: str, *, rights: Rights, at: dt.datetime | None = None) -> None:
    """closed → measuring, to measure again; the recorded result stays in the history."""
    with audit.writing(db) as con:
        win = _step(con, id, rights, "measuring", since=("closed",))
        stored.record(con, id, "measuring", win.charter, None, user_name, at)


def drop(db: Database, id: str, user_name: str, *, rights: Rights, at: dt.datetime | None = None) -> None:
    """idea → dropped. Only an idea: a win that ran is closed with its result, good or bad."""
    with audit.writing(db) as con:
        win = _step(con, id, rights, "dropped")
        stored.record(con, id, "dropped", win.charter, None, user_name, at)


def _checked(charter: Charter, rights: Rights, model: Model | None) -> None:
    acting(rights)
    if found := charter_checks.problems(charter, model):
        raise Refused(*found)
    if not charter.covered_by(rights):
        raise Refused(Problem("quick_win_not_yours", "pilots"))


def _step(con: Connection, id: str, rights: Rights, to: State, since: tuple[str, ...] | None = None) -> QuickWin:
    acting(rights)
    win = stored.get(con, id, rights)
    if win is None:
        raise Refused(Problem("quick_win_not_found", id))
    if not win.charter.covered_by(rights):
        raise Refused(Problem("quick_win_not_yours", "pilots"))
    if to not in STEPS[win.state] or (since is not None and win.state not in since):
        raise Refused(Problem("quick_win_step", "", {"state": win.state, "to": to}))
    return win
