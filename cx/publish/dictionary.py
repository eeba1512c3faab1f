"""The indicator dictionary from draft to service, under the rules of surveys: four eyes, immutable versions, roll-back.

What is drafted and published is the text of ``indicators.yaml``. Drafts are those of :mod:`cx.publish.drafts` under the
id ``DICTIONARY``; a file changed outside cx is noticed by :func:`look` and becomes a version of its own. From when
values are not comparable any more, :mod:`cx.insight.meanings` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
    return drafts.keep(desk.db, DICTIONARY, text, user.name, revision)


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
    """Put an earlier version into service again, under a new number: one person, as four eyes saw its text in its time.

    Refused (``version_unapproved``) where they did not, see :func:`seen`; and where the text has errors today or would
    break other files of the model.
    """
    drafts.need(user, "dictionary_approve")
    look(desk)
    with audit.writing(desk.db) as con:
        known = versions.all(con, DICTIONARY)
        chosen = next((each for each in known if each.number == number), None)
        if chosen is None or not chosen.intact:
            raise Refused(Problem("version_unknown", DICTIONARY, {"version": number}))
        if chosen.text == known[0].text:
            raise Refused(Problem("version_current", DICTIONARY, {"version": chosen.version}))
        if faults := desk.faults(chosen.text):  # the rest of the model moved on
            raise Refused(*faults)
        if not seen(chosen, known):
            raise Refused(Problem("version_unapproved", DICTIONARY, {"version": chosen.version}))
        what = plan(con, desk, chosen.text)
        found = _enter(con, chosen.text, what.version, "rolled_back", what.level, user.name, back=chosen.version)
        files.write(desk.own() / DICTIONARY, chosen.text)
    return found


def seen(version: Version, known: Iterable[Version]) -> bool:
    """Whether a version's text was published with four eyes, or is the one that cx began with: then one person may put
    it back. What somebody wrote into the file outside cx is neither."""
    return any(each.text == version.text for each in known if each.origin in ("found", "published"))


def between(desk: Desk, before: Version, after: Version) -> tuple[Change, ...]:
    """What changed from one version to another, the gravest first."""
    return _changes(desk, before.text, after.text)


def _changes(desk: Desk, before: str, after: str) -> tuple[Change, ...]:
    return diff.compare(desk.read(before).indicators, desk.read(after).indicators)


def _enter(
    con: Connection, text: str, number: str, origin: Origin, level: Level | None, who: str, draft: Draft | None = None,
    back: str | None = None,
) -> Version:  # fmt: skip
    return versions.enter(con, DICTIONARY, number, origin, level, versions.hashed(text), text, who, draft, back)
