"""Published versions: what was in service when, who wrote, approved and published it; owner of ``survey_version``.

Publishing writes the definition into the folder of surveys, from where the shelf serves it. A file changed there by
hand is noticed at the next :func:`look` and becomes a version of its own, so that nothing that was asked is unknown.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from cx.publish import drafts, files, kept
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey import load
from cx.survey.diff import LEVELS, Diff, Level, bump, compare
from cx.survey.editing import document
from cx.survey.schema import Survey
from cx.survey.shelf import Shelf
from cx.words import Problem, Refused

Origin = Literal["found", "published", "rolled_back", "outside", "removed", "retired", "restored"]
OUT = ("retired", "removed")
"""Origins of versions that take no answers: the text is that of the version before."""
_COLUMNS = (
    "survey_id, number, version, origin, level, digest, sha256, text, revision, authors, approved_by, who, happened_at"
)


@dataclass(frozen=True)
class Version:
    """One version that was in service. ``number`` counts them; ``who`` put it there at ``at`` (UTC).

    ``origin``: found with the first look, published, rolled back to, changed or removed outside cx, retired, or
    restored.
    ``digest`` names its meaning as responses and the shelf know it, ``sha256`` its text.
    """

    survey_id: str
    number: int
    version: str
    origin: Origin
    level: Level | None
    digest: str
    sha256: str
    text: str
    revision: int | None
    authors: tuple[str, ...]
    approved_by: str | None
    who: str
    at: dt.datetime

    @property
    def intact(self) -> bool:
        """Whether the text still is the one that was published."""
        return hashed(self.text) == self.sha256

    def read(self) -> Survey:
        """The survey as it was. Raises :class:`Refused` (``version_altered``) when it no longer is what it was."""
        survey = load.read(self.text, f"{self.survey_id}.yaml").survey if self.intact else None
        if survey is None:
            raise Refused(Problem("version_altered", self.survey_id, {"version": self.version}))
        return survey


@dataclass(frozen=True)
class Schedule:
    """The first and last day, both included; None leaves that side open."""

    opens: dt.date | None = None
    closes: dt.date | None = None


@dataclass(frozen=True)
class Plan:
    """What publishing would mean: the changes (None for a first publication) and the version number they ask for."""

    diff: Diff | None
    level: Level | None
    version: str

    def at(self, level: Level | None, known: Iterable[str]) -> str:
        """The number at a level that a person chose, which may be higher, never lower."""
        if level is None or self.level is None:
            return self.version
        if LEVELS.index(level) < LEVELS.index(self.level):
            raise Refused(Problem("publish_level", values={"least": self.level, "level": level}))
        return bump(_highest(known), level)


def all(con: Connection, survey_id: str) -> tuple[Version, ...]:
    """Every version that was in service, newest first."""
    rows = con.execute(
        f"SELECT {_COLUMNS} FROM survey_version WHERE survey_id = ? ORDER BY number DESC", [survey_id]
    ).fetchall()
    return tuple(_version(row) for row in rows)


def latest(con: Connection) -> Mapping[str, Version]:
    """The last version of every survey, by survey id."""
    rows = con.execute(
        f"SELECT {_COLUMNS} FROM survey_version WHERE survey_id <> ? "
        "QUALIFY row_number() OVER (PARTITION BY survey_id ORDER BY number DESC) = 1 ORDER BY survey_id",
        [kept.DICTIONARY],
    ).fetchall()
    return {row[0]: _version(row) for row in rows}


def look(db: Database, shelf: Shelf) -> None:
    """Compare the shelf with what was published: note surveys found for the first time, files changed or removed."""
    with db.cursor() as con:
        if not _strange(con, shelf.all()) and not _absent(con, shelf.all()):
            return
    with audit.writing(db) as con:
        shelf.refresh()  # whoever just published may have been faster than the shelf
        last, served = latest(con), shelf.all()
        for id in _absent(con, served):
            before = last[id]
            enter(con, before.survey_id, before.version, "removed", None, before.digest, before.text, audit.SYSTEM)
        for survey in _strange(con, served):
            text = files.text_of(shelf, survey)
            if text is None:
                continue  # written over meanwhile: the next look sees it
            origin: Origin = "outside" if survey.id in last else "found"
            level = _compared(last[survey.id], survey) if origin == "outside" else None
            add(con, survey, text, origin, level, audit.SYSTEM)


def plan(con: Connection, draft: drafts.Draft, survey: Survey) -> Plan:
    """What publishing a draft would mean. A first publication keeps the version that the definition names."""
    versions = all(con, draft.survey_id)
    if not versions:
        return Plan(None, None, survey.version)
    diff = compare(versions[0].read(), survey)
    return Plan(diff, diff.level, next_number(versions, diff.level or "patch"))


def next_number(versions: Iterable[Version], level: Level) -> str:
    """The next version number of a level: above every number ever used."""
    return bump(_highest(each.version for each in versions), level)


def between(con: Connection, survey_id: str, before: str, after: str) -> Diff | None:
    """What changed from one version number to another; None where either definition is not known."""
    known = {each.version: each for each in reversed(all(con, survey_id)) if each.intact}
    if before not in known or after not in known:
        return None
    return compare(known[before].read(), known[after].read())


def origin_of(version: Version, known: Iterable[Version]) -> Version | None:
    """The version that a roll-back put into service again: the first that reads the same but for the number."""
    if version.origin != "rolled_back":
        return None
    earlier = sorted((each for each in known if each.number < version.number), key=lambda each: each.number)
    fit = (each for each in earlier if each.origin not in OUT and each.intact)
    return next((each for each in fit if rewritten(each.text, version.version, None) == version.text), None)


def scheduled(survey: Survey, schedule: Schedule) -> Survey:
    """The survey with other first and last days. Raises :class:`Refused` (``publish_dates``) where they are crossed."""
    if schedule.opens and schedule.closes and schedule.closes < schedule.opens:
        raise Refused(Problem("publish_dates", values={"opens": schedule.opens, "closes": schedule.closes}))
    return replace(survey, opens=schedule.opens, closes=schedule.closes)


def rewritten(text: str, version: str, schedule: Schedule | None) -> str:
    """A definition with another version number and, where given, other first and last days; the rest as written."""
    definition = {**document.read(text), "version": version}
    if schedule is not None:
        for key, day in (("opens", schedule.opens), ("closes", schedule.closes)):
            definition.pop(key, None)
            if day is not None:
                definition[key] = day.isoformat()
    return document.write(definition, text)


def add(
    con: Connection, survey: Survey, text: str, origin: Origin, level: Level | None, who: str,
    draft: drafts.Draft | None = None, back: str | None = None,
) -> Version:  # fmt: skip
    """Record a version within a write transaction, here and in the audit log (with the one gone ``back`` to)."""
    return enter(con, survey.id, survey.version, origin, level, survey.digest, text, who, draft, back)


def enter(
    con: Connection, id: str, version: str, origin: Origin, level: Level | None, digest: str, text: str, who: str,
    draft: drafts.Draft | None = None, back: str | None = None,
) -> Version:  # fmt: skip
    """Record a version of whatever is kept under an id, here and in the audit log."""
    before = all(con, id)
    values = {
        "survey_id": id, "number": before[0].number + 1 if before else 1, "version": version,
        "origin": origin, "level": level, "digest": digest, "sha256": hashed(text), "text": text,
        "revision": draft.revision if draft else None, "authors": json.dumps(sorted(draft.authors) if draft else []),
        "approved_by": draft.approved_by if draft else None, "who": who, "happened_at": kept.now(),
    }  # fmt: skip
    marks = ", ".join("?" * len(values))
    con.execute(f"INSERT INTO survey_version ({_COLUMNS}) VALUES ({marks})", list(values.values()))
    told = ("number", "version", "level", "digest", "sha256", "revision", "approved_by")
    detail = {name: values[name] for name in told if values[name] is not None}
    audit.write(con, who, f"{drafts.logged(id)}_{origin}", id, {**detail, **({"back_to": back} if back else {})})
    return all(con, id)[0]


def hashed(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _strange(con: Connection, served: Iterable[Survey]) -> list[Survey]:
    """Surveys in service that are not the last version known, or were removed and are here again."""
    known = _known(con)
    return [s for s in served if known.get(s.id) is None or known[s.id][0] != s.digest or known[s.id][1] == "removed"]


def _absent(con: Connection, served: Iterable[Survey]) -> list[str]:
    """Surveys that were in service and are not any more, although nobody removed them here."""
    here = {survey.id for survey in served}
    return sorted(id for id, (_, origin) in _known(con).items() if id not in here and origin != "removed")


def _known(con: Connection) -> dict[str, tuple[str, str]]:
    """Digest and origin of the last version, by survey id."""
    rows = con.execute(
        "SELECT survey_id, arg_max(digest, number), arg_max(origin, number) FROM survey_version WHERE survey_id <> ? "
        "GROUP BY survey_id",
        [kept.DICTIONARY],
    ).fetchall()
    return {id: (digest, origin) for id, digest, origin in rows}


def _compared(before: Version, after: Survey) -> Level | None:
    return compare(before.read(), after).level if before.intact else None


def _highest(versions: Iterable[str]) -> str:
    return max(versions, key=lambda version: tuple(map(int, version.split("."))))


def _version(row: tuple[object, ...]) -> Version:
    values = list(row)
    values[9] = tuple(json.loads(str(values[9])))
    return Version(*values)  # type: ignore[arg-type]
