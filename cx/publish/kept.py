"""What is kept of drafts: every text ever saved, every step taken, and the draft that follows from them.

Of surveys, and likewise of the indicator dictionary (:data:`DICTIONARY`). Owner of the tables ``survey_revision``
and ``survey_step``, both append-only. A draft is the last revision since its survey was last published or discarded;
its state is the last step taken on exactly that revision.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Literal

from cx.store.definitions import DICTIONARY  # no survey can have that id
from cx.store.query import Connection
from cx.survey import load
from cx.survey.schema import Survey

State = Literal["draft", "submitted", "returned", "approved"]
ENDS = ("published", "discarded")
_REVISION = "revision, based_on, aside, text, author, saved_at"


@dataclass(frozen=True)
class Comment:
    """What a reviewer says about one question, or about the whole (``question`` None)."""

    question: str | None
    text: str
    who: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True)
class Revision:
    """One saved text. ``based_on`` is the revision it was written over, or whose text it takes; one put ``aside`` was
    written over a revision that was no longer the latest, so it is kept but is not the draft. Moments are UTC."""

    revision: int
    based_on: int | None
    aside: bool
    text: str
    author: str
    saved_at: dt.datetime


@dataclass(frozen=True)
class Step:
    """Something done with a draft: submitted, returned, approved, published, discarded, retired, restored …"""

    action: str
    revision: int
    comments: tuple[Comment, ...]
    who: str
    at: dt.datetime


@dataclass(frozen=True)
class Draft:
    """A draft as it stands. ``comments`` are those of the last time it was sent back, also while it is mended.

    ``authors`` wrote any revision since the survey was last published: none of them may approve it.
    """

    survey_id: str
    revision: int
    text: str
    author: str
    saved_at: dt.datetime
    state: State
    comments: tuple[Comment, ...]
    authors: frozenset[str]
    approved_by: str | None = None

    def read(self) -> Survey | None:
        """The survey it defines; None while it has errors."""
        return load.read(self.text, f"{self.survey_id}.yaml").survey


def find(con: Connection, survey_id: str) -> Draft | None:
    """The draft of a survey; None where nothing was written since it was last published or discarded."""
    rows = con.execute(
        f"SELECT {_REVISION} FROM survey_revision WHERE survey_id = $id AND NOT aside AND revision > "
        "(SELECT coalesce(max(revision), 0) FROM survey_step WHERE survey_id = $id AND action IN $ends) "
        "ORDER BY revision DESC LIMIT 1",
        {"id": survey_id, "ends": list(ENDS)},
    ).fetchall()
    return _draft(con, survey_id, Revision(*rows[0])) if rows else None


def all(con: Connection) -> tuple[Draft, ...]:
    """Every draft of a survey, by survey id."""
    rows = con.execute(
        "SELECT DISTINCT survey_id FROM survey_revision WHERE survey_id <> ? ORDER BY survey_id", [DICTIONARY]
    ).fetchall()
    return tuple(draft for (survey_id,) in rows if (draft := find(con, survey_id)) is not None)


def history(con: Connection, survey_id: str) -> tuple[Revision, ...]:
    """Every text ever saved for a survey, newest first, also of drafts that were published or discarded."""
    rows = con.execute(
        f"SELECT {_REVISION} FROM survey_revision WHERE survey_id = ? ORDER BY revision DESC", [survey_id]
    ).fetchall()
    return tuple(Revision(*row) for row in rows)


def one(con: Connection, survey_id: str, number: int) -> Revision | None:
    """One text ever saved for a survey."""
    rows = con.execute(
        f"SELECT {_REVISION} FROM survey_revision WHERE survey_id = ? AND revision = ?", [survey_id, number]
    ).fetchall()
    return Revision(*rows[0]) if rows else None


def beside(con: Connection, survey_id: str, author: str, based_on: int) -> str | None:
    """The last text that an author put aside over a revision."""
    rows = con.execute(
        "SELECT text FROM survey_revision WHERE survey_id = ? AND author = ? AND aside AND based_on = ? "
        "ORDER BY revision DESC LIMIT 1",
        [survey_id, author, based_on],
    ).fetchall()
    return str(rows[0][0]) if rows else None


def carry(con: Connection, survey_id: str, to: str) -> None:
    """Every revision of a survey once more under another id, after what is there: texts, authors and moments."""
    con.execute(
        "INSERT INTO survey_revision SELECT $to, revision + after, based_on + after, aside, text, author, saved_at "
        "FROM survey_revision, (SELECT coalesce(max(revision), 0) AS after FROM survey_revision WHERE survey_id = $to) "
        "WHERE survey_id = $id",
        {"id": survey_id, "to": to},
    )


def steps(con: Connection, survey_id: str) -> tuple[Step, ...]:
    """Everything done with a survey's drafts and versions, newest first."""
    rows = con.execute(
        "SELECT action, revision, comments, who, happened_at FROM survey_step WHERE survey_id = ? ORDER BY step DESC",
        [survey_id],
    ).fetchall()
    return tuple(_step(*row) for row in rows)


def authors(con: Connection, survey_id: str) -> frozenset[str]:
    """Who wrote any revision since the survey was last published."""
    rows = con.execute(
        "SELECT DISTINCT author FROM survey_revision WHERE survey_id = $id AND revision > "
        "(SELECT coalesce(max(revision), 0) FROM survey_step WHERE survey_id = $id AND action = 'published')",
        {"id": survey_id},
    ).fetchall()
    return frozenset(author for (author,) in rows)


def add(con: Connection, survey_id: str, based_on: int | None, aside: bool, text: str, author: str) -> int:
    """Keep a text; returns the number of its revision."""
    rows = con.execute(
        "INSERT INTO survey_revision SELECT $id, 1 + coalesce(max(revision), 0), $based, $aside, $text, $author, $now "
        "FROM survey_revision WHERE survey_id = $id RETURNING revision",
        {"id": survey_id, "based": based_on, "aside": aside, "text": text, "author": author, "now": now()},
    ).fetchall()
    return int(rows[0][0])


def same(con: Connection, survey_id: str, author: str, text: str) -> int | None:
    """The latest revision in which that author saved that very text."""
    rows = con.execute(
        "SELECT max(revision) FROM survey_revision WHERE survey_id = ? AND author = ? AND text = ?",
        [survey_id, author, text],
    ).fetchall()
    return None if rows[0][0] is None else int(rows[0][0])


def log(
    con: Connection, survey_id: str, revision: int, action: str, who: str, comments: tuple[Comment, ...] = ()
) -> None:
    """Add one line to a survey's steps."""
    said = [{"question": each.question, "text": each.text} for each in comments]
    con.execute(
        "INSERT INTO survey_step SELECT $id, 1 + coalesce(max(step), 0), $action, $revision, $comments, $who, $now "
        "FROM survey_step WHERE survey_id = $id",
        {"id": survey_id, "action": action, "revision": revision, "who": who, "now": now(),
         "comments": json.dumps(said, ensure_ascii=False)},
    )  # fmt: skip


def now() -> dt.datetime:
    """The moment in UTC, without zone, as the tables hold it."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _draft(con: Connection, survey_id: str, last: Revision) -> Draft:
    taken, comments = None, ()
    for each in steps(con, survey_id):
        if each.action in ENDS:
            break
        if taken is None and each.revision == last.revision and each.action in ("submitted", "returned", "approved"):
            taken = each
        if each.action == "returned":
            comments = each.comments
            break
    state: Any = taken.action if taken else "draft"
    by = taken.who if taken and taken.action == "approved" else None
    writers = authors(con, survey_id)
    return Draft(survey_id, last.revision, last.text, last.author, last.saved_at, state, comments, writers, by)


def _step(action: str, revision: int, comments: str, who: str, moment: dt.datetime) -> Step:
    said = tuple(Comment(each["question"], each["text"], who, moment) for each in json.loads(comments))
    return Step(action, revision, said, who, moment)
