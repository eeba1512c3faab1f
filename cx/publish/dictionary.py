"""The indicator dictionary from draft to service, under the rules of surveys: four eyes, immutable versions, roll-back.

What is drafted and published is the text of ``indicators.yaml``. Drafts are those of :mod:`cx.publish.drafts` under the
id ``DICTIONARY``; a file changed outside cx is noticed by :func:`look` and becomes a version of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cx.access.rights import User
from cx.bank import diff, model
from cx.bank.diff import Change, Level
from cx.bank.model import Model
from cx.publish import drafts, files, kept, versions
from cx.publish.kept import DICTIONARY, Draft
from cx.publish.versions import Origin, Version
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.diff import bump
from cx.words import Problem, Refused


@dataclass(frozen=True)
class Desk:
    """Where the dictionary is kept: the database, the model in service, and ``own``, which gives the folder to write to
    (a bank that uses the shipped model gets a copy of its own with its first publication)."""

    db: Database
    folder: Path
    own: Callable[[], Path]

    def text(self) -> str:
        """The dictionary in service, as written."""
        return files.held(self.folder / DICTIONARY) or ""

    def read(self, text: str) -> Model:
        """The model as it would be with this text; what is wrong in it is in ``problems``."""
        return model.load(self.folder, texts={DICTIONARY: text})

    def faults(self, text: str) -> tuple[Problem, ...]:
        """What keeps a text from being handed over: its errors; without any, what it would newly break in other files
        of the model (a feed that loses its indicator takes nothing any more)."""
        found = tuple(p for p in self.read(text).problems if p.severity == "error")
        own = tuple(p for p in found if p.where.startswith(DICTIONARY))
        if own or not found:
            return own
        known = {(p.code, p.where) for p in self.read(self.text()).problems}
        return tuple(p for p in found if (p.code, p.where) not in known)


@dataclass(frozen=True)
class Plan:
    """What publishing a text would mean."""

    changes: tuple[Change, ...]
    level: Level
    version: str


@dataclass(frozen=True)
class Break:
    """From ``day`` (UTC) an indicator means something else: its ``fields`` changed with a version."""

    day: dt.date
    version: str
    fields: tuple[str, ...]


def look(desk: Desk) -> None:
    """Note the dictionary when it is seen for the first time, or when its file was changed outside cx."""
    text = desk.text()
    with desk.db.cursor() as con:
        known = versions.all(con, DICTIONARY)
    if not text or (known and known[0].text == text):
        return
    with audit.writing(desk.db) as con:
        known = versions.all(con, DICTIONARY)
        if known and known[0].text == text:
            return
        origin: Origin = "outside" if known else "found"
        changes = _changes(desk, known[0].text, text) if known else ()
        number = bump(known[0].version, diff.level(changes) or "patch") if known else "1.0.0"
        _enter(con, text, number, origin, diff.level(changes), audit.SYSTEM)


def plan(con: Connection, desk: Desk, text: str) -> Plan:
    """The changes against what is in service, and the version number that they ask for."""
    known = versions.all(con, DICTIONARY)
    changes = _changes(desk, known[0].text, text) if known else ()
    level = diff.level(changes) or "patch"
    return Plan(changes, level, bump(known[0].version, level) if known else "1.0.0")


def save(desk: Desk, text: str, user: User, revision: int | None) -> Draft:
    """Keep a text as the next revision; see :func:`cx.publish.drafts.save`. It may still have errors."""
    drafts.need(user, "dictionary_edit")
    return drafts.save(desk.db, DICTIONARY, text, user.name, revision)


def submit(desk: Desk, revision: int, user: User) -> Draft:
    """Hand the draft over for approval. Raises :class:`Refused` with every error in it."""

    def check(draft: Draft) -> None:
        if faults := desk.faults(draft.text):
            raise Refused(*faults)

    return drafts.submit(desk.db, DICTIONARY, revision, user, check)


def publish(desk: Desk, revision: int, user: User) -> Version:
    """Put an approved draft into service."""
    drafts.need(user, "dictionary_approve")
    look(desk)
    with audit.writing(desk.db) as con:
        draft = drafts.expect(con, DICTIONARY, revision, "approved")
        if faults := desk.faults(draft.text):
            raise Refused(*faults)
        if draft.text == versions.all(con, DICTIONARY)[0].text:
            raise Refused(Problem("publish_same", DICTIONARY))
        what = plan(con, desk, draft.text)
        found = _enter(con, draft.text, what.version, "published", what.level, user.name, draft)
        kept.log(con, DICTIONARY, draft.revision, "published", user.name)
        files.write(desk.own() / DICTIONARY, draft.text)
    return found


def roll_back(desk: Desk, number: int, user: User) -> Version:
    """Put an earlier version into service again, under a new number. It was looked at by four eyes in its time."""
    drafts.need(user, "dictionary_approve")
    look(desk)
    with audit.writing(desk.db) as con:
        known = versions.all(con, DICTIONARY)
        chosen = next((each for each in known if each.number == number), None)
        if chosen is None or not chosen.intact:
            raise Refused(Problem("version_unknown", DICTIONARY, {"version": number}))
        if chosen.text == known[0].text:
            raise Refused(Problem("version_current", DICTIONARY, {"version": chosen.version}))
        if faults := desk.faults(chosen.text):  # one that came from outside, or the rest of the model moved on
            raise Refused(*faults)
        what = plan(con, desk, chosen.text)
        found = _enter(con, chosen.text, what.version, "rolled_back", what.level, user.name, back=chosen.version)
        files.write(desk.own() / DICTIONARY, chosen.text)
    return found


def between(desk: Desk, before: Version, after: Version) -> tuple[Change, ...]:
    """What changed from one version to another, the gravest first."""
    return _changes(desk, before.text, after.text)


def breaks(con: Connection, desk: Desk, indicator: str) -> tuple[Break, ...]:
    """When an indicator began to mean something else, oldest first: values before and after are not comparable."""
    known = [each for each in reversed(versions.all(con, DICTIONARY)) if each.intact]
    found = []
    for before, after in zip(known, known[1:], strict=False):
        if after.level != "major":
            continue
        changes = _changes(desk, before.text, after.text)
        fields = tuple(c.field for c in changes if c.indicator == indicator and c.level == "major" and c.field)
        if fields:
            found.append(Break(after.at.date(), after.version, fields))
    return tuple(found)


def _changes(desk: Desk, before: str, after: str) -> tuple[Change, ...]:
    return diff.compare(desk.read(before).indicators, desk.read(after).indicators)


def _enter(
    con: Connection, text: str, number: str, origin: Origin, level: Level | None, who: str, draft: Draft | None = None,
    back: str | None = None,
) -> Version:  # fmt: skip
    return versions.enter(con, DICTIONARY, number, origin, level, versions.hashed(text), text, who, draft, back)
