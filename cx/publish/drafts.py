"""Drafts of surveys, and of the indicator dictionary: saved by editors, submitted, sent back or approved by others.

An edit of a submitted or approved draft makes it a plain draft again, to be looked at anew. Every change goes into the
audit log with its deed, saves apart: those are in the history themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from cx.access.rights import User, may
from cx.publish import kept
from cx.publish.kept import DICTIONARY, Comment, Draft, Revision, State, Step, all, beside, find, history, one, steps
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey import load
from cx.survey.schema import Survey
from cx.survey.tree import LARGEST
from cx.words import Problem, Refused

__all__ = ["Comment", "Draft", "Revision", "State", "Step", "all", "beside", "find", "history", "one", "steps"]

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def save(db: Database, survey_id: str, text: str, user_name: str, revision: int | None) -> Draft:
    """Keep a text as the next revision; ``revision`` is the one it was written over, None to begin a draft.

    Raises :class:`Refused` (``draft_conflict``, ``draft_over``) when that is no longer the latest: somebody else saved,
    or the draft was published or discarded meanwhile. The text is kept all the same, put aside (``values["aside"]``).
    ``draft_id`` for what is no survey: the dictionary is written by :mod:`cx.publish.dictionary` alone.
    """
    if not _ID.fullmatch(survey_id):
        raise Refused(Problem("draft_id", values={"value": survey_id[:40]}))
    return keep(db, survey_id, text, user_name, revision)


def keep(db: Database, survey_id: str, text: str, user_name: str, revision: int | None) -> Draft:
    """:func:`save` for whatever is drafted; whoever calls it has looked at the right and the id."""
    if len(text) > LARGEST:
        raise Refused(Problem("survey_large", survey_id, {"limit": LARGEST, "size": len(text)}))
    with db.writing() as con:
        now = find(con, survey_id)
        if now is not None and now.text == text:
            return now
        if (now.revision if now else None) == revision:
            kept.add(con, survey_id, revision, False, text, user_name)
            return _found(con, survey_id)
        aside = _put_aside(con, survey_id, revision, text, user_name)
    if now is None:
        raise Refused(Problem("draft_over", survey_id, {"aside": aside}))
    values = {"author": now.author, "revision": now.revision, "aside": aside}
    raise Refused(Problem("draft_conflict", survey_id, values))


def put_aside(db: Database, survey_id: str, text: str, user_name: str, based_on: int) -> None:
    """Keep a text beside the draft, such as one that cannot be read; the last one of an author counts."""
    if len(text) <= LARGEST:
        with db.writing() as con:
            if beside(con, survey_id, user_name, based_on) != text:
                kept.add(con, survey_id, based_on, True, text, user_name)


def rename(db: Database, survey_id: str, to: str, text: str, revision: int, user: User) -> Draft:
    """Go on with a draft under another id, which ``text`` says. Everything ever written goes along, so that nobody who
    wrote it may approve it; under the old id the draft ends."""
    need(user, "surveys_edit")
    for id in (survey_id, to):  # the dictionary has one name
        if not _ID.fullmatch(id):
            raise Refused(Problem("draft_id", values={"value": id[:40]}))
    with audit.writing(db) as con:
        draft = expect(con, survey_id, revision)
        if find(con, to) is not None:
            raise Refused(Problem("draft_taken", values={"value": to}))
        kept.carry(con, survey_id, to)
        now = find(con, to)
        kept.add(con, to, now.revision if now else None, False, text, user.name)
        kept.log(con, survey_id, draft.revision, "discarded", user.name)
        audit.write(con, user.name, "survey_renamed", to, {"before": survey_id})
        return _found(con, to)


def take(db: Database, survey_id: str, number: int, user: User, revision: int | None) -> Draft:
    """Make the text of an earlier revision, or of one put aside, the draft; ``revision`` is the latest one seen."""
    need(user, right(survey_id, "edit"))
    with audit.writing(db) as con:
        now = find(con, survey_id)
        chosen = one(con, survey_id, number)
        if chosen is None or (now.revision if now else None) != revision:
            raise Refused(Problem("draft_moved", survey_id))
        if now is None or now.text != chosen.text:
            kept.add(con, survey_id, number, False, chosen.text, user.name)
            detail = {"revision": number, "author": chosen.author}
            audit.write(con, user.name, f"{logged(survey_id)}_taken_over", survey_id, detail)
        return _found(con, survey_id)


def submit(
    db: Database, survey_id: str, revision: int, user: User, check: Callable[[Draft], object] | None = None
) -> Draft:  # fmt: skip
    """Hand the draft over for approval. Raises :class:`Refused` with every error of the definition, which ``check``
    raises where it is not a survey's."""
    need(user, right(survey_id, "edit"))
    with audit.writing(db) as con:
        draft = expect(con, survey_id, revision, "draft", "returned")
        (check or readable)(draft)
        step(con, draft, "submitted", user)
        return _found(con, survey_id)


def send_back(db: Database, survey_id: str, revision: int, user: User, comments: Sequence[Comment]) -> Draft:
    """Return a submitted or approved draft with what is to be changed: at least one comment."""
    need(user, right(survey_id, "approve"))
    said = tuple(Comment(each.question, each.text.strip()) for each in comments if each.text.strip())
    if not said:
        raise Refused(Problem("review_comment", survey_id))
    with audit.writing(db) as con:
        draft = expect(con, survey_id, revision, "submitted", "approved")
        step(con, draft, "returned", user, said)
        return _found(con, survey_id)


def approve(db: Database, survey_id: str, revision: int, user: User, note: str = "") -> Draft:
    """Approve exactly this revision. Four eyes: nobody who wrote any of it since the last publication."""
    need(user, right(survey_id, "approve"))
    with audit.writing(db) as con:
        draft = expect(con, survey_id, revision, "submitted")
        if user.name in draft.authors:
            raise Refused(Problem("four_eyes", survey_id, {"name": user.name}))
        step(con, draft, "approved", user, (Comment(None, note.strip()),) if note.strip() else ())
        return _found(con, survey_id)


def discard(db: Database, survey_id: str, revision: int, user: User) -> None:
    """End the draft unpublished. Its revisions stay and can be taken over again."""
    need(user, right(survey_id, "edit"))
    with audit.writing(db) as con:
        step(con, expect(con, survey_id, revision), "discarded", user)


def expect(con: Connection, survey_id: str, revision: int, *states: State) -> Draft:
    """The draft, when it still is the revision that the user saw and in one of the states (any where none is given)."""
    draft = find(con, survey_id)
    if draft is None or draft.revision != revision or (states and draft.state not in states):
        raise Refused(Problem("draft_moved", survey_id))
    return draft


def readable(draft: Draft) -> Survey:
    """The survey of a draft without errors, with the id under which it is kept."""
    reading = load.read(draft.text, f"{draft.survey_id}.yaml")
    if reading.survey is None:
        raise Refused(*(problem for problem in reading.problems if problem.severity == "error"))
    if reading.survey.id != draft.survey_id:
        raise Refused(Problem("draft_other_id", draft.survey_id, {"id": reading.survey.id}))
    return reading.survey


def right(id: str, deed: Literal["edit", "approve"]) -> str:
    """The right that a deed on a draft needs."""
    return f"{'dictionary' if id == DICTIONARY else 'surveys'}_{deed}"


def logged(id: str) -> str:
    """What the audit log calls what is drafted."""
    return "dictionary" if id == DICTIONARY else "survey"


def need(user: User, right: str) -> None:
    """Raise ``right_missing`` unless the user has the right."""
    if not may(user, right):
        raise Refused(Problem("right_missing", values={"name": user.name}))


def step(con: Connection, draft: Draft, action: str, user: User, comments: tuple[Comment, ...] = ()) -> None:
    """Record a step on a draft, here and in the audit log (which never holds the words of a comment)."""
    kept.log(con, draft.survey_id, draft.revision, action, user.name, comments)
    detail: dict[str, object] = {"revision": draft.revision}
    if comments:
        detail["comments"] = len(comments)
    audit.write(con, user.name, f"{logged(draft.survey_id)}_{action}", draft.survey_id, detail)


def _put_aside(con: Connection, survey_id: str, based_on: int | None, text: str, author: str) -> int:
    """Keep a text that lost the race; the same text only once."""
    before = kept.same(con, survey_id, author, text)
    return before if before is not None else kept.add(con, survey_id, based_on, True, text, author)


def _found(con: Connection, survey_id: str) -> Draft:
    draft = find(con, survey_id)
    assert draft is not None
    return draft
