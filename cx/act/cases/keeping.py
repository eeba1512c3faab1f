"""The two tables of cases: what was done, and each case as it stands. Every write goes through here."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from cx.act.cases.shape import About, Action, Case, Cause
from cx.measure.scope import Rights
from cx.store import moments
from cx.store.query import Connection
from cx.survey.personal import scrub

COLUMNS = (
    "case_id", "kind", "kinds", "hot", "title", "branch", "touchpoint", "subject", "agreed", "first", "last", "channel",
    "topic", "survey_id", "response_id::VARCHAR", "score", "state", "desk", "owner", "contact_due", "close_due",
    "contacted_at", "closed_at", "escalated_at", "reopened", "root_cause", "outcome", "note", "reference", "again",
    "again_at", "timely", "opened_at", "opened_by", "recorded_at", "recorded_by", "placed",
)  # fmt: skip
LISTED = ", ".join(COLUMNS)
_NEW = {
    "kind": "hand", "kinds": [], "hot": False, "title": "", "source": "hand", "state": "open", "desk": "",
    "reopened": 0, "note": "", "reference": "", "owner": None,
}  # fmt: skip


def seen(rights: Rights) -> tuple[str, list[object]]:
    """The condition under which these rights see a case."""
    if rights.branches is None:
        return "TRUE", []
    return "list_contains(?::VARCHAR[], branch)", [sorted(rights.branches)]


def number(*key: object) -> str:
    """The id of the only case that there can be of a response, a line of a file and so on."""
    return hashlib.sha256(json.dumps(key, default=str).encode()).hexdigest()[:32]


def opened(con: Connection, values: Sequence[Mapping[str, Any]], who: str, at: dt.datetime) -> int:
    """Keep new cases (columns of ``case_file``; ``case_id`` must be there); those that are there already stay as they
    are. Returns how many are new."""
    shared = {**_NEW, "opened_at": at, "opened_by": who, "recorded_at": at, "recorded_by": who}
    rows = list({each["case_id"]: _scrubbed({**shared, **each}) for each in values}.values())
    if not rows:
        return 0
    con.register("case_given", table(rows))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE case_fresh AS SELECT * FROM case_given ANTI JOIN case_file USING (case_id)"
    )
    con.unregister("case_given")
    con.execute("INSERT INTO case_file BY NAME SELECT * FROM case_fresh")
    con.execute(
        "INSERT INTO case_step (case_id, recorded_at, recorded_by, state, owner, note, charter, action) "
        "SELECT f.case_id, f.recorded_at, f.recorded_by, f.state, f.owner, f.note, to_json(f), 'opened' "
        "FROM case_fresh f"
    )
    return int(con.execute("SELECT count(*) FROM case_fresh").fetchall()[0][0])


def _scrubbed(row: dict[str, Any]) -> dict[str, Any]:
    """What people write of a customer names nobody by number, whoever wrote it."""
    return row | {name: scrub(row[name]) for name in ("title", "note", "topic") if row.get(name)}


def table(rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows of ``case_file`` or ``case_step`` as a table of Arrow, for statements over many."""
    import pyarrow as pa  # when a case opens, not before the first page is served

    types = {name: kind for kind, each in _kinds(pa).items() for name in each}
    names = sorted({name for row in rows for name in row})
    return pa.table({name: pa.array([row.get(name) for row in rows], types.get(name, pa.string())) for name in names})


def _kinds(pa: Any) -> dict[Any, tuple[str, ...]]:
    """Types of the columns that hold no text."""
    return {
        pa.bool_(): ("hot", "agreed", "timely"), pa.int32(): ("score", "again", "reopened"),
        pa.date32(): ("first", "last"), pa.list_(pa.string()): ("kinds",),
        pa.timestamp("us"): ("contact_due", "close_due", "contacted_at", "closed_at", "escalated_at", "again_at",
                             "opened_at", "recorded_at"),
    }  # fmt: skip


def changed(
    con: Connection, case: Case, who: str, action: Action, at: dt.datetime | None = None, template: str | None = None,
    **values: Any,
) -> dt.datetime:  # fmt: skip
    """A step on a case: what changes of it, and the line of its history. Returns the step's moment."""
    moment = moments.after(case.recorded_at, at)
    values = _scrubbed(values)
    note = values.get("note", "")
    row = {**values, "recorded_at": moment, "recorded_by": who}
    if not note:
        row.pop("note", None)
    con.execute(
        f"UPDATE case_file SET {', '.join(f'{name} = ?' for name in row)} WHERE case_id = ?", [*row.values(), case.id]
    )
    now = {"case_id": case.id, "state": case.state, "owner": case.owner, "outcome": None, "root_cause": None, **row}
    _write(con, now, action, note, template)
    return moment


def changed_all(
    con: Connection, changes: Sequence[tuple[Case, Mapping[str, Any]]], who: str, action: Action, at: dt.datetime
) -> None:
    """The same step on many cases, in two statements: nobody else can write meanwhile. All bring the same columns."""
    rows, steps = [], []
    for known, given in changes:
        moment, values = moments.after(known.recorded_at, at), _scrubbed(dict(given))
        here = {"case_id": known.id, "recorded_at": moment, "recorded_by": who}
        rows.append(values | here | {"note": values.get("note") or known.note})
        state, note = values.get("state", known.state), values.get("note", "")
        steps.append(here | {"state": state, "owner": known.owner, "note": note, "action": action})
    if not rows:
        return
    con.register("case_given", table(rows))
    sets = ", ".join(f"{name} = g.{name}" for name in rows[0] if name != "case_id")
    con.execute(f"UPDATE case_file SET {sets} FROM case_given g WHERE case_file.case_id = g.case_id")
    con.unregister("case_given")
    con.register("case_given", table(steps))
    con.execute("INSERT INTO case_step BY NAME SELECT * FROM case_given")
    con.unregister("case_given")


def _write(con: Connection, row: Mapping[str, Any], action: Action, note: str, template: str | None) -> None:
    con.execute(
        "INSERT INTO case_step (case_id, recorded_at, recorded_by, state, owner, outcome, note, action, root_cause, "
        "template) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [row["case_id"], row["recorded_at"], row["recorded_by"], row["state"], row.get("owner"), row.get("outcome"),
         note, action, row.get("root_cause"), template],
    )  # fmt: skip


def case(row: tuple[Any, ...]) -> Case:
    """A row of :data:`LISTED`."""
    id, kind, kinds, hot, title, branch, touchpoint, subject, agreed, first, last, *rest = row
    cause = Cause(subject, agreed, first, last) if subject else None
    return Case(id, kind, tuple(kinds), hot, About(title, branch, touchpoint, hot, cause), *rest)
