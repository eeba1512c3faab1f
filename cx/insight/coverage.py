"""What of the journeys is measured: by customers' answers, by the bank's own figures, by both, by nothing; and what is
wired wrongly between the two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Connection, Measured
from cx.survey.schema import Question, Survey
from cx.survey.types import TYPES

if TYPE_CHECKING:
    from cx.bank.model import Model

EVENTS = "event_coverage"
"""The indicator that says how much of what should send events does so."""
EVENT_GOAL = 90.0
Signal = Literal["both", "survey", "indicator", "none"]
Place = tuple[str, str, str | None]
"""(journey, stage, touchpoint); without touchpoint: the stage as a whole."""


@dataclass(frozen=True)
class Asked:
    """One question (or row of one) about a place. ``linked``: only by an indicator that it names, not by itself."""

    survey: Survey
    question: Question
    links: tuple[str, ...]
    linked: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return self.survey.id, self.question.id


@dataclass(frozen=True)
class Cell:
    """A touchpoint, or a stage as a whole, and what measures it. ``events``: a feed of events names it."""

    place: Place
    asked: tuple[Asked, ...]
    indicators: tuple[str, ...]
    events: bool = False

    @property
    def signal(self) -> Signal:
        if self.asked:
            return "both" if self.indicators else "survey"
        return "indicator" if self.indicators else "none"


@dataclass(frozen=True)
class Finding:
    """Something to mend. ``code``: unknown_link (an error), no_link, no_indicator, no_question, no_place, no_measure.

    ``names`` are what it is about besides the place: a survey and question, or an indicator.
    """

    code: str
    place: Place | None = None
    survey: str = ""
    question: str = ""
    names: tuple[str, ...] = ()

    @property
    def error(self) -> bool:
        return self.code == "unknown_link"


@dataclass(frozen=True)
class Map:
    """Touchpoints in the journeys' order, stages as wholes, and what to mend."""

    cells: tuple[Cell, ...]
    stages: Mapping[tuple[str, str], Cell]
    findings: tuple[Finding, ...]

    def count(self, signal: Signal, journey: str | None = None) -> int:
        return sum(cell.signal == signal and journey in (None, cell.place[0]) for cell in self.cells)

    @property
    def measured(self) -> int:
        return len(self.cells) - self.count("none")


@dataclass(frozen=True)
class Counts:
    """What came since ``since``: ratings by touchpoint (None: too few to show), values by indicator; and the questions
    that were asked for them."""

    since: dt.date
    ratings: Mapping[str, int | None]
    values: Mapping[str, int]
    behind: tuple[Measured, Measured]


@dataclass(frozen=True)
class Events:
    """The last event coverage in per cent, its day and its goal; ``value`` None: none came yet."""

    value: float | None
    day: dt.date | None
    goal: float


def chart(model: Model, surveys: Iterable[Survey]) -> Map:
    """The map, from definitions alone. Only surveys of customers count; hand over those in service."""
    asked = [one for survey in surveys if survey.kind == "customer" for one in _asked(survey)]
    by_place: dict[Place, list[Asked]] = {}
    for one in asked:
        for place, linked in _places(one, model):
            by_place.setdefault(place, []).append(Asked(one.survey, one.question, one.links, linked))
    named = {name for feed in model.feeds.values() for name in feed.names}
    cells, stages = [], {}
    for journey in model.journeys.values():
        for stage in journey.stages:
            stages[journey.id, stage.id] = _cell((journey.id, stage.id, None), by_place, model)
            for touchpoint in stage.touchpoints:
                place = (journey.id, stage.id, touchpoint.id)
                cells.append(_cell(place, by_place, model, touchpoint.id in named))
    found = (*_wiring(asked, model), *_places_lacking(cells, stages), *_indicators(asked, cells, stages, model))
    return Map(tuple(cells), stages, found)


def counts(con: Connection, scope: Scope) -> Counts:
    """Ratings and values within a scope, which must have a start."""
    assert scope.start is not None
    ratings = query.measure(con, "satisfaction", scope, ("touchpoint",))
    values = query.measure(con, "indicator", scope, ("indicator",))
    hidden = {c.key[0]: None if c.estimate.state == "hidden" else c.estimate.n for c in ratings.cells if c.key[0]}
    return Counts(scope.start, hidden, {cell.key[0]: cell.estimate.n for cell in values.cells}, (ratings, values))


def events(con: Connection, scope: Scope, model: Model) -> Events:
    """The latest event coverage against its goal (the indicator's target, else 90)."""
    entry = model.indicators.get(EVENTS)
    goal = entry.target if entry and entry.target is not None else EVENT_GOAL
    cells = query.measure(con, "indicator", scope.narrowed(indicator=EVENTS), ("indicator", "day")).cells
    last = cells[-1] if cells else None
    return Events(last.estimate.value, last.key[1], goal) if last else Events(None, None, goal)


def _asked(survey: Survey) -> Iterator[Asked]:
    """Questions that a respondent answers; a matrix by its rows. What was expected measures nothing."""
    for question in survey.questions:
        if TYPES[question.type].asked:
            for part in question.parts.values() if question.rows else (question,):
                if part.id not in survey.beside:
                    yield Asked(survey, part, question.links)


def _places(one: Asked, model: Model) -> Iterator[tuple[Place, bool]]:
    """Where a question belongs: its own place, the survey's for a score without one, and those of its indicators."""
    own = _own(one, model)
    if own is not None:
        yield own, False
    for link in one.links:
        entry = model.indicators.get(link)
        if entry is not None and entry.journey and entry.stage:
            place = (entry.journey, entry.stage, entry.touchpoint)
            if place != own:
                yield place, True


def _own(one: Asked, model: Model) -> Place | None:
    question, about = one.question, one.survey.about
    own = {name: getattr(question, name) for name in ("journey", "stage", "touchpoint")}
    if not any(own.values()) and TYPES[question.type].storage == "score":
        own = {name: about.get(name) for name in own}
    if own["touchpoint"]:
        found = model.place_of(own["touchpoint"])
        return (*found, own["touchpoint"]) if found else None
    journey = own["journey"] or about.get("journey")
    known = journey in model.journeys and own["stage"] in {stage.id for stage in model.journeys[journey].stages}
    return (str(journey), str(own["stage"]), None) if known else None


def _cell(place: Place, by_place: Mapping[Place, list[Asked]], model: Model, events: bool = False) -> Cell:
    own = tuple(
        entry.id
        for entry in model.indicators.values()
        if (entry.journey, entry.stage, entry.touchpoint) == place
    )  # fmt: skip
    return Cell(place, tuple(by_place.get(place, ())), own, events)


def _wiring(asked: Iterable[Asked], model: Model) -> Iterator[Finding]:
    """Questions: links that lead nowhere, and ratings that could be set against an indicator of the same touchpoint."""
    told = set()
    for one in asked:
        unknown = tuple(link for link in one.links if link not in model.indicators)
        key = (one.survey.id, one.question.id.partition(".")[0])
        if unknown and key not in told:
            told.add(key)
            yield Finding("unknown_link", _own(one, model), *key, names=unknown)
        place = _own(one, model)
        if place is None or one.links or TYPES[one.question.type].storage != "score":
            continue
        here = tuple(e.id for e in model.indicators.values() if e.touchpoint and e.touchpoint == place[2])
        if here and (one.question.touchpoint or one.question.stage):
            yield Finding("no_link", place, one.survey.id, one.question.id, here)


def _places_lacking(cells: Iterable[Cell], stages: Mapping[tuple[str, str], Cell]) -> Iterator[Finding]:
    measured = {cell.place[:2] for cell in (*cells, *stages.values()) if cell.signal != "none"}
    yield from (Finding("no_measure", stage.place) for key, stage in stages.items() if key not in measured)
    yield from (Finding("no_indicator", cell.place) for cell in cells if cell.signal == "survey")


def _indicators(
    asked: Iterable[Asked], cells: Iterable[Cell], stages: Mapping[tuple[str, str], Cell], model: Model
) -> Iterator[Finding]:
    linked = {link for one in asked for link in one.links}
    by_place = {cell.place: cell for cell in cells} | {cell.place: cell for cell in stages.values()}
    staged = {name for scheme in model.schemes.schemes.values() for s in scheme.stages for name in s.indicators}
    for entry in model.indicators.values():
        if not entry.journey and entry.id not in staged:
            yield Finding("no_place", None, names=(entry.id,))
        elif entry.stage and entry.id not in linked:
            cell = by_place.get((entry.journey, entry.stage, entry.touchpoint))
            if cell is not None and not cell.asked:
                yield Finding("no_question", cell.place, names=(entry.id,))
