"""Putting a version into service: publish what was approved, roll back, retire, restore.

The file is written last within the transaction: when it cannot be written nothing happened; when the machine stops
between the two, the next look finds a file changed outside and says so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cx.access.rights import User
from cx.publish import drafts, files, kept, versions
from cx.publish.versions import Origin, Schedule, Version
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey import load
from cx.survey.diff import Level, compare
from cx.survey.schema import Survey
from cx.survey.shelf import Shelf
from cx.words import Problem, Refused


@dataclass(frozen=True)
class Press:
    """Where surveys are published: the database, the folder of definitions, and the shelf that serves it."""

    db: Database
    folder: Path
    shelf: Shelf


def publish(
    press: Press, survey_id: str, revision: int, user: User, level: Level | None = None,
    schedule: Schedule | None = None,
) -> Version:  # fmt: skip
    """Put an approved draft into service. ``level`` may be higher than the changes ask for, never lower; ``schedule``
    sets the first and last day, None keeps those of the definition."""
    drafts.need(user, "surveys_approve")
    versions.look(press.db, press.shelf)
    with audit.writing(press.db) as con:
        draft = drafts.expect(con, survey_id, revision, "approved")
        survey = drafts.readable(draft)
        plan = versions.plan(con, draft, versions.scheduled(survey, schedule) if schedule else survey)
        before = versions.all(con, survey_id)
        if before and plan.level is None:
            raise Refused(Problem("publish_same", survey_id))
        number = plan.at(level, [each.version for each in before])
        text, higher = versions.rewritten(draft.text, number, schedule), level or plan.level
        found = _put(press, con, survey_id, text, "published", higher, user, draft)
        kept.log(con, survey_id, draft.revision, "published", user.name)
    press.shelf.refresh()
    return found


def roll_back(press: Press, survey_id: str, number: int, user: User) -> Version:
    """Publish an earlier version again, under a new version number. It was looked at by four eyes in its time."""
    drafts.need(user, "surveys_approve")
    versions.look(press.db, press.shelf)
    with audit.writing(press.db) as con:
        before = versions.all(con, survey_id)
        chosen = next((each for each in before if each.number == number and each.origin not in versions.OUT), None)
        if chosen is None:
            raise Refused(Problem("version_unknown", survey_id, {"version": number}))
        level = compare(before[0].read(), chosen.read()).level
        if level is None:
            raise Refused(Problem("version_current", survey_id, {"version": chosen.version}))
        text = versions.rewritten(chosen.text, versions.next_number(before, level), None)
        found = _put(press, con, survey_id, text, "rolled_back", level, user, back=chosen.version)
    press.shelf.refresh()
    return found


def retire(press: Press, survey_id: str, user: User, today: dt.date) -> Version:
    """Take no more answers: the survey closes as of yesterday. What was answered stays."""
    return _again(press, survey_id, user, "retired", today)


def restore(press: Press, survey_id: str, user: User) -> Version:
    """Put a survey back as it was before it was retired, or its file removed."""
    return _again(press, survey_id, user, "restored", None)


def _again(press: Press, survey_id: str, user: User, origin: Origin, today: dt.date | None) -> Version:
    drafts.need(user, "surveys_approve")
    versions.look(press.db, press.shelf)
    with audit.writing(press.db) as con:
        before = versions.all(con, survey_id)
        if not before or (before[0].origin in versions.OUT) == (origin == "retired"):
            raise Refused(Problem("draft_moved", survey_id))
        last = next(each for each in before if each.origin not in versions.OUT)
        schedule = None
        if today is not None:
            ended, opens = today - dt.timedelta(days=1), last.read().opens
            schedule = Schedule(opens if opens is not None and opens <= ended else None, ended)
        text = versions.rewritten(last.text, versions.next_number(before, "patch"), schedule)
        found = _put(press, con, survey_id, text, origin, "patch", user)
    press.shelf.refresh()
    return found


def _put(
    press: Press, con: Connection, survey_id: str, text: str, origin: Origin, level: Level | None, user: User,
    draft: drafts.Draft | None = None, back: str | None = None,
) -> Version:  # fmt: skip
    survey = _read(text, survey_id)
    file = files.target(press.folder, press.shelf, survey_id)
    there = files.held(file)
    before = versions.all(con, survey_id)
    if there is not None and not any(there == each.text for each in before):
        kept.add(con, survey_id, None, True, there, audit.SYSTEM)  # somebody's half-done work by hand
    found = versions.add(con, survey, text, origin, level, user.name, draft, back)
    files.write(file, text)
    return found


def _read(text: str, survey_id: str) -> Survey:
    reading = load.read(text, f"{survey_id}.yaml")
    if reading.survey is None:
        raise Refused(*(problem for problem in reading.problems if problem.severity == "error"))
    return reading.survey
