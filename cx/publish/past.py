"""What happened to a survey, newest first, with many saves in a row told as one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from cx.publish import drafts, versions
from cx.publish.drafts import Comment, Revision, Step
from cx.publish.versions import Version
from cx.store.query import Connection

PAUSE = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Event:
    """Something that happened. ``kind`` is saved, aside, or a step; ``first`` and ``last`` are revisions (one step: the
    same); ``version`` is the number that it put into service, ``back`` the one that a roll-back took it from."""

    kind: str
    who: str
    at: dt.datetime
    first: int
    last: int
    comments: tuple[Comment, ...] = ()
    version: str | None = None
    back: str | None = None


def events(con: Connection, survey_id: str) -> tuple[Event, ...]:
    """Everything in a survey's history: saves, reviews, versions."""
    known = versions.all(con, survey_id)
    published = [_of_version(each, known) for each in known]
    done = [_of_step(step) for step in drafts.steps(con, survey_id) if step.action != "published"]
    saved = [_of_revision(each) for each in drafts.history(con, survey_id)]
    return tuple(_joined(sorted([*published, *done, *saved], key=lambda event: event.at, reverse=True)))


def folded(revisions: Iterable[Revision]) -> tuple[Revision, ...]:
    """Of texts, newest first, the last of each run that one author saved with no longer pause than :data:`PAUSE`;
    of those put aside likewise."""
    out: list[Revision] = []
    before: Revision | None = None
    for each in revisions:
        run = before is not None and (before.aside, before.author) == (each.aside, each.author)
        if before is None or not run or before.saved_at - each.saved_at > PAUSE:
            out.append(each)
        before = each
    return tuple(out)


def _of_version(each: Version, known: Iterable[Version]) -> Event:
    origin, revision = versions.origin_of(each, known), each.revision or 0
    return Event(
        each.origin, each.who, each.at, revision, revision, (), each.version, origin.version if origin else None
    )


def _of_step(step: Step) -> Event:
    return Event(step.action, step.who, step.at, step.revision, step.revision, step.comments)


def _of_revision(each: Revision) -> Event:
    return Event("aside" if each.aside else "saved", each.author, each.saved_at, each.revision, each.revision)


def _joined(found: Iterable[Event]) -> list[Event]:
    out: list[Event] = []
    for event in found:
        before = out[-1] if out else None
        if before is not None and event.kind == before.kind in ("saved", "aside") and event.who == before.who:
            out[-1] = Event(event.kind, event.who, before.at, event.first, before.last)
        else:
            out.append(event)
    return out
