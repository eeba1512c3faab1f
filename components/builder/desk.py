"""The draft on this tab's desk: its text, what it says, what is wrong with it, undo, and saving after every change."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from components import session
from components.page import Context
from cx.access import rights
from cx.publish import drafts, files
from cx.publish.drafts import Draft
from cx.survey import load, review
from cx.survey.editing import change, document
from cx.survey.load import Reading
from cx.survey.review import Finding
from cx.survey.schema import Survey
from cx.words import Problem, Refused

KEY = "builder_desk"
SETTINGS, THANKS = "@settings", "@thanks"
_UNDO = 100
_SAME_STROKE = 8.0


@dataclass
class Desk:
    """One open draft. ``revision`` is the last one saved here, None while nothing was changed in a survey in service;
    ``drawn`` the last one that could be drawn, 0 for what is in service. ``stamp`` changes when the text changed
    otherwise than by the widgets, so that they are made anew."""

    survey_id: str
    text: str
    revision: int | None
    definition: dict[str, Any]
    author: str = ""
    saved_at: dt.datetime | None = None
    state: str = "draft"
    selected: str = SETTINGS
    stamp: int = 0
    undo: list[tuple[str, str]] = field(default_factory=list)
    redo: list[tuple[str, str]] = field(default_factory=list)
    drawn: int | None = None
    survey: Survey | None = None
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    broken: str | None = None
    broken_problems: tuple[Problem, ...] = ()
    conflict: Draft | None = None
    told: tuple[Problem, ...] = ()
    published: frozenset[str] = frozenset()
    _stroke: tuple[str, float] = ("", 0.0)

    def entry(self) -> dict[str, Any] | None:
        """The selected question."""
        return change.question(self.definition, self.selected)

    def place(self) -> int | None:
        """The selected page, when it is one."""
        if not self.selected.startswith("@page"):
            return None
        number = int(self.selected.removeprefix("@page"))
        return number if number < len(change.pages(self.definition)) else None

    def about(self, key: str) -> tuple[Problem, ...]:
        """Problems of a question, by its key; of the survey itself for :data:`SETTINGS`."""
        return tuple(problem for problem in self.problems if self._owner(problem) == key)

    def hints(self, key: str) -> tuple[Finding, ...]:
        """Findings about a question; about the survey as a whole for :data:`SETTINGS`."""
        wanted = None if key == SETTINGS else key
        return tuple(finding for finding in self.findings if finding.question == wanted)

    def _owner(self, problem: Problem) -> str:
        at = place_of(problem)
        if at is None:
            return SETTINGS
        return next((key for key, place in change.keys(self.definition).items() if place == at), SETTINGS)


def place_of(problem: Problem) -> tuple[int, int] | None:
    """Page and place of the question that a problem is about, from its path (``pages[2].questions[3].label``)."""
    path = problem.where.rpartition(" ")[2]
    numbers = [part.partition("]")[0] for part in path.split("[")[1:]]
    if path.startswith("questions[") and numbers[0].isdigit():
        return 0, int(numbers[0]) - 1
    if path.startswith("pages[") and "].questions[" in path and all(each.isdigit() for each in numbers[:2]):
        return int(numbers[0]) - 1, int(numbers[1]) - 1
    return None


def current() -> Desk | None:
    """The open draft of this tab."""
    return session.get(KEY, None)


def close() -> None:
    """Leave the draft; it is saved."""
    session.drop(KEY)


def begin(ctx: Context, survey_id: str, text: str) -> Desk:
    """Save a new draft and put it on the desk and into the address. Raises :class:`Refused`."""
    return _put(of(ctx, drafts.save(ctx.bench.database, survey_id, text, ctx.user.name, None)))


def open_draft(ctx: Context, survey_id: str) -> Desk:
    """Put the draft of a survey on the desk; where there is none, what is in service, which becomes a draft with the
    first change. Raises :class:`Refused` (``survey_unknown``)."""
    with ctx.bench.database.cursor() as con:
        draft = drafts.find(con, survey_id) if survey_id != drafts.DICTIONARY else None
    if draft is not None:
        return _put(of(ctx, draft))
    served = ctx.bench.shelf.get(survey_id)
    text = files.text_of(ctx.bench.shelf, served) if served else None
    if text is None:
        known = ", ".join(survey.id for survey in ctx.bench.shelf.all())
        raise Refused(Problem("survey_unknown", values={"id": survey_id[:60], "known": known}))
    return _put(_made(ctx, Desk(survey_id, text, None, document.read(text))))


def of(ctx: Context, draft: Draft) -> Desk:
    """A desk with a draft on it, and beside it what its author wrote last that could not be read."""
    definition, broken, problems = {}, None, ()
    try:
        definition = document.read(draft.text)
    except Refused as refused:
        broken, problems = draft.text, refused.problems
    if broken is None:
        broken, problems = _beside(ctx, draft)
    desk = Desk(draft.survey_id, draft.text, draft.revision, definition, draft.author, draft.saved_at, draft.state)
    desk.broken, desk.broken_problems = broken, problems
    return _made(ctx, desk)


def _made(ctx: Context, desk: Desk) -> Desk:
    served = ctx.bench.shelf.get(desk.survey_id)
    desk.published = frozenset(question.id for question in served.questions) if served else frozenset()
    desk.stamp = int(time.monotonic() * 1000)
    desk.selected = next(iter(change.keys(desk.definition)), SETTINGS)
    _look(ctx, desk)
    return desk


def _put(desk: Desk) -> Desk:
    session.put(KEY, desk)
    st.query_params["survey"] = desk.survey_id
    return desk


def _beside(ctx: Context, draft: Draft) -> tuple[str | None, tuple[Problem, ...]]:
    """YAML of one's own over this very revision that was put aside because it could not be read."""
    with ctx.bench.database.cursor() as con:
        text = drafts.beside(con, draft.survey_id, ctx.user.name, draft.revision)
    try:
        if text is not None:
            document.read(text)
    except Refused as refused:
        return text, refused.problems
    return None, ()


def apply(ctx: Context, definition: Mapping[str, Any], stroke: str = "") -> None:
    """Take a changed definition over and save it. Changes of one ``stroke`` close together are one undo."""
    desk = current()
    if desk is None or definition == desk.definition:
        return
    text = document.write(definition, desk.text)
    _step(desk, stroke)
    desk.text, desk.definition = text, document.read(text)
    _saved(ctx, desk)


def retext(ctx: Context, text: str) -> None:
    """Take over what was written as YAML. What cannot be read stays beside the last good text, also over a reload."""
    desk = current()
    if desk is None:
        return
    try:
        definition = document.read(text)
    except Refused as refused:
        desk.broken, desk.broken_problems = text, refused.problems
        _aside(ctx, desk, text)
        return
    desk.broken, desk.broken_problems = None, ()
    if text != desk.text:
        _step(desk, "")
        desk.text, desk.definition = text, definition
        _anew(desk)
        _saved(ctx, desk)


def unbreak(ctx: Context) -> None:
    """Drop what was written as YAML and cannot be read."""
    desk = current()
    if desk is not None:
        desk.broken, desk.broken_problems, desk.stamp = None, (), desk.stamp + 1
        _aside(ctx, desk, desk.text)


def _aside(ctx: Context, desk: Desk, text: str) -> None:
    user = session.user()
    if user is not None and rights.may(user, "surveys_edit"):
        if desk.revision is None:
            _saved(ctx, desk)
        drafts.put_aside(ctx.bench.database, desk.survey_id, text, user.name, desk.revision or 0)


def back(ctx: Context) -> None:
    """Undo."""
    _swap(ctx, "undo", "redo")


def forth(ctx: Context) -> None:
    """Redo."""
    _swap(ctx, "redo", "undo")


def _swap(ctx: Context, source: str, target: str) -> None:
    desk = current()
    if desk is None or not getattr(desk, source):
        return
    getattr(desk, target).append((desk.text, desk.selected))
    desk.text, desk.selected = getattr(desk, source).pop()
    desk.definition = document.read(desk.text)
    desk.broken, desk.broken_problems, desk._stroke = None, (), ("", 0.0)
    _anew(desk)
    _saved(ctx, desk)


def _step(desk: Desk, stroke: str) -> None:
    now = time.monotonic()
    if not stroke or desk._stroke[0] != stroke or now - desk._stroke[1] > _SAME_STROKE:
        desk.undo = [*desk.undo[1 - _UNDO :], (desk.text, desk.selected)]
    desk.redo, desk._stroke = [], (stroke, now)


def _anew(desk: Desk) -> None:
    """Other widgets from now on; the selection stays where it can."""
    desk.stamp += 1
    places = change.keys(desk.definition)
    if desk.selected not in places and desk.place() is None and not desk.selected.startswith("@"):
        desk.selected = next(iter(places), SETTINGS)


def _saved(ctx: Context, desk: Desk) -> None:
    """Save as the next revision; what somebody else saved meanwhile is put beside, and nothing is lost."""
    user = session.user()
    if user is None or not rights.may(user, "surveys_edit"):
        return
    try:
        draft = drafts.save(ctx.bench.database, desk.survey_id, desk.text, user.name, desk.revision)
    except Refused as refused:
        desk.told = refused.problems
        with ctx.bench.database.cursor() as con:
            desk.conflict = drafts.find(con, desk.survey_id)
        if desk.conflict is None:  # published or discarded meanwhile: what is written here begins a new draft
            desk.revision = None
            draft = drafts.save(ctx.bench.database, desk.survey_id, desk.text, user.name, None)
            desk.revision, desk.state = draft.revision, draft.state
    else:
        desk.revision, desk.state, desk.author, desk.told = draft.revision, draft.state, draft.author, ()
        desk.saved_at = draft.saved_at
    _look(ctx, desk)


def _look(ctx: Context, desk: Desk) -> None:
    """Read and review the text as it is now."""
    stages = [stage for journey in ctx.model.journeys.values() for stage in journey.stages]
    known = {point.id for stage in stages for point in stage.touchpoints}
    reading: Reading = load.read(desk.text, "YAML", known)
    desk.survey, desk.problems = reading.survey, tuple(p for p in reading.problems if p.code != "survey_translation")
    if reading.survey is not None:
        found = review.review(reading.survey, measured(ctx))
        desk.findings = tuple(each for each in found if each.code != "translation")  # told by the fields themselves
        if desk.conflict is None:
            desk.drawn = desk.revision or 0


def measured(ctx: Context) -> dict[str, list[str]]:
    """The ids of the indicators that are measured at a touchpoint, by touchpoint."""
    found: dict[str, list[str]] = {}
    for indicator in ctx.model.indicators.values():
        if indicator.touchpoint:
            found.setdefault(indicator.touchpoint, []).append(indicator.id)
    return found
