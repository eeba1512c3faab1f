"""Quick wins (速赢): small improvements with a charter, walked from idea to a recorded result.

Owner of the table ``quick_win``, which is append-only: a change is a new row, so that the history says who did what
when. Writes take ``rights``: all pilot branches must lie within them.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from cx.act import charter as charters
from cx.act import verification
from cx.act.charter import Charter
from cx.act.verification import BeforeAfter, Verdict
from cx.measure.scope import Rights
from cx.store import audit, moments
from cx.store.database import Database
from cx.store.query import Connection
from cx.words import Label, Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model

__all__ = ["STATES", "Charter", "QuickWin", "Result", "State", "Step"]

State = Literal["idea", "running", "measuring", "closed", "dropped"]
STATES: tuple[State, ...] = ("idea", "running", "measuring", "closed")
# From a state, the states that may follow it (an idea may be rewritten: idea → idea).
STEPS: Mapping[str, frozenset[str]] = {
    "idea": frozenset({"idea", "running", "dropped"}),
    "running": frozenset({"measuring"}),
    "measuring": frozenset({"closed"}),
    "closed": frozenset({"measuring"}),
    "dropped": frozenset(),
}
_COLUMNS = "quick_win_id, state, charter, result, recorded_at, recorded_by"


@dataclass(frozen=True)
class Result:
    """What was found when a win was closed. ``verdict`` is the recorded word; ``found`` the figures it rests on."""

    verdict: Verdict
    found: BeforeAfter
    closed_on: dt.date
    lesson: Label


@dataclass(frozen=True)
class QuickWin:
    """A win as it stands. Without ``figures`` (pilots beyond the asker's rights) baseline and result are left out."""

    id: str
    state: State
    charter: Charter
    result: Result | None
    recorded_at: dt.datetime
    recorded_by: str
    figures: bool


@dataclass(frozen=True)
class Step:
    """One line of a win's history: the state reached, when (UTC) and by whom."""

    at: dt.datetime
    by: str
    state: State


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
        _record(con, key, "idea", charter, None, user_name, at)
    return key


def revise(
    db: Database, id: str, user_name: str, charter: Charter, *, rights: Rights, model: Model | None = None,
    at: dt.datetime | None = None,
) -> None:  # fmt: skip
    """Rewrite an idea's charter. A charter that has started stands."""
    _checked(charter, rights, model)
    with audit.writing(db) as con:
        _step(con, id, rights, "idea")
        _record(con, id, "idea", charter, None, user_name, at)


def start(
    db: Database, id: str, user_name: str, model: Model, today: dt.date, *, rights: Rights,
    at: dt.datetime | None = None,
) -> None:  # fmt: skip
    """idea → running: checks the charter against the model and freezes the baseline."""
    with audit.writing(db) as con:
        charter = _step(con, id, rights, "running").charter
        _checked(charter, rights, model)
        if today < charter.start:
            raise Refused(Problem("quick_win_early", "start", {"start": charter.start, "today": today}))
        if charter.indicator:
            lower = model.indicators[charter.indicator].direction == "lower"
            charter = replace(charter, better="lower" if lower else "higher")
        charter = replace(charter, baseline=verification.baseline(con, charter, rights, today))
        _record(con, id, "running", charter, None, user_name, at)


def to_measuring(db: Database, id: str, user_name: str, *, rights: Rights, at: dt.datetime | None = None) -> None:
    """running → measuring: the change is made, its effect is being watched."""
    with audit.writing(db) as con:
        win = _step(con, id, rights, "measuring", since=("running",))
        _record(con, id, "measuring", win.charter, None, user_name, at)


def close(
    db: Database, id: str, user_name: str, today: dt.date, lesson: Label, *, rights: Rights,
    at: dt.datetime | None = None,
) -> Result:  # fmt: skip
    """measuring → closed: computes before and after now and records them with the verdict and the lesson.

    Closed before its planned end, a win is never recorded as improved: whoever may stop at the best moment finds
    effects in noise.
    """
    if not charters.written(lesson):
        raise Refused(Problem("quick_win_lesson", "lesson"))
    with audit.writing(db) as con:
        win = _step(con, id, rights, "closed")
        found = verification.before_after(con, win.charter, rights, today)
        early = found.verdict == "improved" and not found.complete
        learned = lesson.strip() if isinstance(lesson, str) else lesson
        result = Result("not_shown" if early else found.verdict, found, today, learned)
        _record(con, id, "closed", win.charter, result, user_name, at)
    return result


def reopen(db: Database, id: str, user_name: str, *, rights: Rights, at: dt.datetime | None = None) -> None:
    """closed → measuring, to measure again; the recorded result stays in the history."""
    with audit.writing(db) as con:
        win = _step(con, id, rights, "measuring", since=("closed",))
        _record(con, id, "measuring", win.charter, None, user_name, at)


def drop(db: Database, id: str, user_name: str, *, rights: Rights, at: dt.datetime | None = None) -> None:
    """idea → dropped. Only an idea: a win that ran is closed with its result, good or bad."""
    with audit.writing(db) as con:
        win = _step(con, id, rights, "dropped")
        _record(con, id, "dropped", win.charter, None, user_name, at)


def all(con: Connection, rights: Rights) -> tuple[QuickWin, ...]:
    """Every win not dropped that touches a branch within the rights; best impact for effort first."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_quick_win WHERE state <> 'dropped'").fetchall()
    wins = [win for win in (_win(row, rights) for row in rows) if win.charter.touches(rights)]
    return tuple(sorted(wins, key=lambda win: (win.charter.effort - win.charter.impact, win.charter.start, win.id)))


def get(con: Connection, id: str, rights: Rights) -> QuickWin | None:
    """The latest state of one win; None where there is none that touches a branch within the rights."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_quick_win WHERE quick_win_id = ?", [id]).fetchall()
    win = _win(rows[0], rights) if rows else None
    return win if win is not None and win.charter.touches(rights) else None


def history(con: Connection, id: str, rights: Rights) -> tuple[Step, ...]:
    """Who did what when, oldest first; empty where the win may not be seen."""
    if get(con, id, rights) is None:
        return ()
    rows = con.execute(
        "SELECT recorded_at, recorded_by, state FROM quick_win WHERE quick_win_id = ? ORDER BY recorded_at", [id]
    ).fetchall()
    return tuple(Step(*row) for row in rows)


def _checked(charter: Charter, rights: Rights, model: Model | None) -> None:
    if found := charters.problems(charter, model):
        raise Refused(*found)
    if not charter.covered_by(rights):
        raise Refused(Problem("quick_win_not_yours", "pilots"))


def _step(con: Connection, id: str, rights: Rights, to: State, since: tuple[str, ...] | None = None) -> QuickWin:
    win = get(con, id, rights)
    if win is None:
        raise Refused(Problem("quick_win_not_found", id))
    if not win.charter.covered_by(rights):
        raise Refused(Problem("quick_win_not_yours", "pilots"))
    if to not in STEPS[win.state] or (since is not None and win.state not in since):
        title = win.charter.title
        where = title if isinstance(title, str) else " · ".join(title.values())
        raise Refused(Problem("quick_win_step", where, {"state": win.state, "to": to}))
    return win


def _record(
    con: Connection, id: str, state: State, charter: Charter, result: Result | None, user: str, at: dt.datetime | None
) -> None:
    last = con.execute("SELECT max(recorded_at) FROM quick_win WHERE quick_win_id = ?", [id]).fetchall()[0][0]
    moment = moments.after(last, at)
    con.execute(
        "INSERT INTO quick_win (quick_win_id, recorded_at, recorded_by, state, charter, result) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [id, moment, user, state, _dump(charters.as_json(charter)), _dump(_result_json(result)) if result else None],
    )
    if at is None:  # a past that is only told (the demo bank) is nobody's doing of today
        audit.write(con, user, f"quick_win_{state}", id, {"pilots": charter.pilots})


def _dump(plain: Mapping[str, Any]) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _win(row: tuple[Any, ...], rights: Rights) -> QuickWin:
    key, state, charter_text, result_text, at, by = row
    charter = charters.of_json(json.loads(charter_text))
    figures = charter.covered_by(rights)
    result = _result(json.loads(result_text)) if result_text and figures else None
    if result is not None and rights.branches is not None:  # measured under those of who closed
        result = replace(result, found=replace(result.found, elsewhere=None))
    return QuickWin(key, state, charter if figures else replace(charter, baseline=None), result, at, by, figures)


def _result_json(result: Result) -> dict[str, Any]:
    return {
        "verdict": result.verdict,
        "found": verification.as_json(result.found),
        "closed_on": result.closed_on.isoformat(),
        "lesson": result.lesson,
    }


def _result(plain: Mapping[str, Any]) -> Result:
    found, closed_on = verification.of_json(plain["found"]), dt.date.fromisoformat(plain["closed_on"])
    return Result(plain["verdict"], found, closed_on, plain["lesson"])
