"""Experiments from draft to lesson. Owner of the table ``experiment``, which is append-only: a change is a new row.

An experiment is the whole bank's: only who sees the whole bank writes one down, starts or stops it.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from cx.act.experiments import checks, counting, judging
from cx.act.experiments import definition as definitions
from cx.act.experiments.definition import Definition, text, written
from cx.act.experiments.judging import Found
from cx.bank.model import Model
from cx.measure.scope import Rights
from cx.store import audit, moments
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.personal import covered, scrub
from cx.words import Label, Problem, Refused

State = Literal["draft", "running", "stopped", "concluded", "dropped"]
# From a state, the states that may follow it.
STEPS: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"draft", "running", "dropped"}),
    "running": frozenset({"stopped"}),
    "stopped": frozenset({"concluded"}),
    "concluded": frozenset(),
    "dropped": frozenset(),
}
_COLUMNS = "experiment_id, state, definition, found, lesson, recorded_at, recorded_by, created_by"


@dataclass(frozen=True)
class Experiment:
    """An experiment as it stands. ``found`` is what was found when it was stopped (None before); beyond the rights only
    its verdicts."""

    id: str
    state: State
    definition: Definition
    found: Found | None
    lesson: Label = field(hash=False)
    recorded_at: dt.datetime
    recorded_by: str
    created_by: str

    def shows(self, today: dt.date) -> bool:
        """Whether its arms are given out on a day."""
        return self.state == "running" and self.definition.start <= today <= self.definition.end


@dataclass(frozen=True)
class Step:
    """One line of the log: when (UTC), by whom, the state then, and what was noted."""

    at: dt.datetime
    by: str
    state: State
    note: str


def draft(
    db: Database, user: str, definition: Definition, *, rights: Rights, model: Model, find: checks.Find,
    id: str | None = None, at: dt.datetime | None = None,
) -> str:  # fmt: skip
    """Write an experiment down; returns its id, which decides who gets which arm. Raises :class:`Refused` with every
    problem.

    ``at`` (UTC, without zone) is the moment recorded, by default now; likewise in the functions below.
    """
    allowed(rights)
    _checked(definition, model, find)
    key = id or uuid.uuid4().hex
    with audit.writing(db) as con:
        _known(con, definition.follows)
        _record(con, key, "draft", definition, user, at)
    return key


def revise(
    db: Database, id: str, user: str, definition: Definition, *, rights: Rights, model: Model, find: checks.Find
) -> None:
    """Rewrite a draft. What runs stands: an arm never changes under a customer."""
    _checked(definition, model, find)
    with audit.writing(db) as con:
        _step(con, id, rights, "draft")
        _known(con, definition.follows)
        _record(con, id, "draft", definition, user, None)


def start(
    db: Database, id: str, user: str, today: dt.date, *, rights: Rights, model: Model, find: checks.Find,
    at: dt.datetime | None = None,
) -> None:  # fmt: skip
    """draft → running. Its first day must lie ahead, because a day that it runs only in part would be counted whole."""
    with audit.writing(db) as con:
        definition = _step(con, id, rights, "running").definition
        _checked(definition, model, find)
        if definition.start <= today:
            raise Refused(Problem("experiment_late", "start", {"start": definition.start, "today": today}))
        for other in all(con, rights):
            if other.state == "running" and set(other.definition.surveys) & set(definition.surveys):
                raise Refused(Problem("experiment_taken", "arms", {"other": text(other.definition.title)}))
        _record(con, id, "running", definition, user, at)


def stop(
    db: Database, id: str, user: str, today: dt.date, note: str = "", *, rights: Rights, at: dt.datetime | None = None
) -> Found:
    """running → stopped: every customer gets the first arm again, and what was found up to yesterday is recorded."""
    with audit.writing(db) as con:
        experiment = _step(con, id, rights, "stopped")
        definition = experiment.definition
        through = min(definition.end, today - dt.timedelta(days=1))
        found = judging.judge(definition, counting.counted(con, id, definition, rights, through), through)
        _record(con, id, "stopped", definition, user, at, found=found, note=note)
    return found


def conclude(db: Database, id: str, user: str, lesson: Label, *, rights: Rights, at: dt.datetime | None = None) -> None:
    """stopped → concluded, with what was learned."""
    if not written(lesson):
        raise Refused(Problem("experiment_empty", "lesson"))
    with audit.writing(db) as con:
        experiment = _step(con, id, rights, "concluded")
        _record(con, id, "concluded", experiment.definition, user, at, found=experiment.found, lesson=lesson)


def drop(db: Database, id: str, user: str, *, rights: Rights) -> None:
    """draft → dropped. What ran is stopped and concluded, good or bad."""
    with audit.writing(db) as con:
        _record(con, id, "dropped", _step(con, id, rights, "dropped").definition, user, None)


def note(db: Database, id: str, user: str, said: str, *, rights: Rights) -> None:
    """A line in the log, whatever the state."""
    if not said.strip():
        raise Refused(Problem("experiment_empty", "note"))
    with audit.writing(db) as con:
        allowed(rights)
        found = get(con, id, rights)
        if found is None:
            raise Refused(Problem("experiment_not_found", id))
        kept = {"found": found.found, "lesson": found.lesson}
        _record(con, id, found.state, found.definition, user, None, note=said.strip(), **kept)


def all(con: Connection, rights: Rights) -> tuple[Experiment, ...]:
    """Every experiment not dropped, the latest first."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_experiment WHERE state <> 'dropped'").fetchall()
    found = [_experiment(row, rights) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.definition.start, one.id), reverse=True))


def get(con: Connection, id: str, rights: Rights) -> Experiment | None:
    """One experiment as it stands."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_experiment WHERE experiment_id = ?", [id]).fetchall()
    return _experiment(rows[0], rights) if rows else None


def history(con: Connection, id: str) -> tuple[Step, ...]:
    """Who did what when, oldest first."""
    rows = con.execute(
        "SELECT recorded_at, recorded_by, state, note FROM experiment WHERE experiment_id = ? ORDER BY recorded_at",
        [id],
    ).fetchall()
    return tuple(Step(*row) for row in rows)


def chain(experiments: tuple[Experiment, ...], id: str) -> tuple[Experiment, ...]:
    """An experiment with those it learned from and those that learned from it, the first one first."""
    known = {one.id: one for one in experiments}
    found, wanted = {}, [id]
    while wanted:
        one = known.get(wanted.pop() or "")
        if one is not None and one.id not in found:
            found[one.id] = one
            wanted.append(one.definition.follows or "")
            wanted += [other.id for other in experiments if other.definition.follows == one.id]
    return tuple(sorted(found.values(), key=lambda one: (one.definition.start, one.id)))


def allowed(rights: Rights) -> None:
    """Raises :class:`Refused` (``act_not_allowed``, ``experiment_whole_bank``) for who may only look, or not at all."""
    if not rights.act:
        raise Refused(Problem("act_not_allowed"))
    if rights.branches is not None:
        raise Refused(Problem("experiment_whole_bank"))


def _checked(definition: Definition, model: Model, find: checks.Find) -> None:
    if found := checks.problems(definition, model, find):
        raise Refused(*found)


def _known(con: Connection, id: str | None) -> None:
    if id and not con.execute("SELECT 1 FROM experiment WHERE experiment_id = ? LIMIT 1", [id]).fetchall():
        raise Refused(Problem("experiment_not_found", id))


def _step(con: Connection, id: str, rights: Rights, to: State) -> Experiment:
    allowed(rights)
    found = get(con, id, rights)
    if found is None:
        raise Refused(Problem("experiment_not_found", id))
    if to not in STEPS[found.state]:
        raise Refused(Problem("experiment_step", text(found.definition.title), {"state": found.state, "to": to}))
    return found


def _record(
    con: Connection, id: str, state: State, definition: Definition, user: str, at: dt.datetime | None, *,
    found: Found | None = None, lesson: Label = "", note: str = "",
) -> None:  # fmt: skip
    last = con.execute("SELECT max(recorded_at) FROM experiment WHERE experiment_id = ?", [id]).fetchall()[0][0]
    said = {name: covered(getattr(definition, name)) for name in ("title", "hypothesis")}
    definition = replace(definition, **said)
    con.execute(
        "INSERT INTO experiment (experiment_id, recorded_at, recorded_by, state, definition, found, lesson, note) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [id, moments.after(last, at), user, state, _dump(definitions.as_json(definition)),
         _dump(judging.as_json(found)) if found else None, _dump(covered(lesson)), scrub(note)],
    )  # fmt: skip
    if at is None:  # a past that is only told (the demo bank) is nobody's doing of today
        audit.write(con, user, "experiment_noted" if note and state != "stopped" else f"experiment_{state}", id)


def _dump(plain: Any) -> str:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _experiment(row: tuple[Any, ...], rights: Rights) -> Experiment:
    id, state, definition, found, lesson, *rest = row
    seen = judging.of_json(json.loads(found)) if found else None
    one = Experiment(
        id, state, definitions.of_json(json.loads(definition)), seen, json.loads(lesson) if lesson else "", *rest
    )
    return one if rights.branches is None else replace(one, found=seen.without_figures() if seen else None)
