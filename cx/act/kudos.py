"""Kudos: thanks that a branch's staff read. A customer's praise that somebody with the right to comments passes on, or
a colleague's own words; nothing of a comment reaches staff unless somebody chose it.

Owner of the table ``kudos``, which is append-only: what is taken back stays in the history.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from cx.measure.scope import Rights
from cx.store import audit, moments
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey import personal
from cx.words import Problem, Refused

LONGEST = 500
"""Characters."""


@dataclass(frozen=True)
class Kudos:
    """One thank-you to a branch. ``said_on``: the day a customer said it; None where a colleague wrote it."""

    id: str
    branch: str
    text: str
    said_on: dt.date | None
    given_at: dt.datetime
    given_by: str


def give(db: Database, who: str, branch: str, text: str, *, rights: Rights, said_on: dt.date | None = None) -> str:
    """Pass thanks on to a branch; returns their id. The same words of the same day come once, however many click.
    Personal data is taken out.

    Raises :class:`Refused`: ``kudos_text``, ``kudos_not_yours``.
    """
    said = personal.scrub(" ".join(text.split()))
    if not said or len(said) > LONGEST:
        raise Refused(Problem("kudos_text", "text", {"most": LONGEST}))
    if rights.branches is not None and branch not in rights.branches:
        raise Refused(Problem("kudos_not_yours", branch))
    with audit.writing(db) as con:
        for known in of(con, branch, rights, most=1000):
            if (known.text, known.said_on) == (said, said_on):
                return known.id
        id = uuid.uuid4().hex
        _record(con, id, who, branch, "given", said, said_on)
        audit.write(con, who, "kudos_given", id, {"branch": branch})
    return id


def take_back(db: Database, who: str, id: str, *, rights: Rights) -> None:
    """Take thanks off the wall. Raises :class:`Refused` (``kudos_not_found``)."""
    with audit.writing(db) as con:
        rows = con.execute("SELECT branch, text, said_on FROM v_kudos WHERE kudos_id = ?", [id]).fetchall()
        if not rows or (rights.branches is not None and rows[0][0] not in rights.branches):
            raise Refused(Problem("kudos_not_found", id))
        branch, text, said_on = rows[0]
        _record(con, id, who, branch, "taken_back", text, said_on)
        audit.write(con, who, "kudos_taken_back", id, {"branch": branch})


def of(con: Connection, branch: str, rights: Rights, most: int = 20) -> tuple[Kudos, ...]:
    """The thanks of one branch, the latest first; none of a branch beyond the rights. A customer's words were passed on
    to the branch: others read them with the right to comments only."""
    if rights.branches is not None and branch not in rights.branches:
        return ()
    words = "TRUE" if rights.comments or rights.branches is not None else "said_on IS NULL"
    rows = con.execute(
        "SELECT kudos_id, branch, text, said_on, recorded_at, recorded_by FROM v_kudos "
        f"WHERE branch = ? AND {words} ORDER BY recorded_at DESC, kudos_id LIMIT ?",
        [branch, most],
    ).fetchall()
    return tuple(Kudos(*row) for row in rows)


def _record(con: Connection, id: str, who: str, branch: str, state: str, text: str, said_on: dt.date | None) -> None:
    last = con.execute("SELECT max(recorded_at) FROM kudos WHERE kudos_id = ?", [id]).fetchall()[0][0]
    con.execute(
        "INSERT INTO kudos VALUES (?, ?, ?, ?, ?, ?, ?)", [id, moments.after(last), who, branch, state, text, said_on]
    )
