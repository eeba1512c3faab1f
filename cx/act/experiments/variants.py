"""Another wording of a survey: one text changed or one question moved, as a draft of its own that goes the way of every
survey (submitted, approved by somebody else, published); and a version that won on its way into the survey itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cx.access.rights import User
from cx.publish import drafts, files
from cx.publish.drafts import Draft
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey import load
from cx.survey.editing import change, document
from cx.survey.schema import Survey
from cx.survey.shelf import Shelf
from cx.words import Problem, Refused

Part = Literal["title", "intro", "thanks", "label", "help", "order"]
TOP: tuple[Part, ...] = ("intro", "title", "thanks")
OF_QUESTION: tuple[Part, ...] = ("label", "help", "order")
Place = Literal["first", "up", "down", "last"]
PLACES: tuple[Place, ...] = ("first", "up", "down", "last")
_NUMBERED = re.compile(r"-v\d+$")


@dataclass(frozen=True)
class Spot:
    """What is changed: a text of the survey, or of one ``question``; or where that question stands."""

    part: Part
    question: str | None = None


def spots(survey: Survey) -> tuple[Spot, ...]:
    """What can be changed in a survey, the likeliest first; hints where there are any."""
    found = [Spot(part) for part in TOP if part != "thanks" or survey.thanks]
    for question in survey.questions:
        if question.type != "computed":
            parts = [part for part in OF_QUESTION if part != "help" or question.help]
            found += [Spot(part, question.id) for part in parts]
    return tuple(found)


def texts(survey: Survey, spot: Spot) -> Mapping[str, str]:
    """The text of a spot as it is, in every language of the survey."""
    holder: Any = survey.question(spot.question) if spot.question else survey
    said = getattr(holder, spot.part) or ""
    return {lang: said if isinstance(said, str) else said.get(lang, "") for lang in survey.languages}


def written(text: str, spot: Spot, said: Mapping[str, str] | Place, id: str) -> str:
    """The definition ``text`` under another id, with the words ``said`` at the spot, or its question at that place.
    Raises :class:`Refused` with what would be wrong with it, and where nothing is changed."""
    before = document.read(text)
    after = _moved(before, spot, said) if isinstance(said, str) else _said(before, spot, said)
    if after == before:
        raise Refused(Problem("experiment_variant_same", "variant"))
    made = document.write({**after, "id": id, "version": "1.0.0"}, text)
    reading = load.read(made, f"{id}.yaml")
    if reading.survey is None:
        raise Refused(*(problem for problem in reading.problems if problem.severity == "error"))
    return made


def save(db: Database, shelf: Shelf, survey_id: str, spot: Spot, said: Mapping[str, str] | Place, user: User) -> Draft:
    """Write a survey in service down with another wording and hand it over for approval."""
    drafts.need(user, "surveys_edit")
    text = _served(shelf, survey_id)
    with db.cursor() as con:
        taken = {draft.survey_id for draft in drafts.all(con)} | {survey.id for survey in shelf.all()}
    draft = drafts.save(db, *_under_free_id(text, spot, said, survey_id, taken), user.name, None)
    return drafts.submit(db, draft.survey_id, draft.revision, user)


def adopt(db: Database, shelf: Shelf, survey_id: str, winner: str, user: User) -> Draft:
    """Hand over the words of the version that won as the next version of the survey; its days stay as they are. Raises
    :class:`Refused` where somebody is already writing one."""
    drafts.need(user, "surveys_edit")
    now, won = _served(shelf, survey_id), _served(shelf, winner)
    definition, own = document.read(won), document.read(now)
    kept = {name: own.get(name) for name in ("id", "version", "opens", "closes")}
    with db.cursor() as con:
        if drafts.find(con, survey_id) is not None:
            raise Refused(Problem("experiment_adopt_draft", survey_id))
    text = document.write(change.set_top(definition, **kept), won)
    draft = drafts.save(db, survey_id, text, user.name, None)
    return drafts.submit(db, survey_id, draft.revision, user)


def same(shelf: Shelf, one: str, other: str) -> bool:
    """Whether two surveys in service ask the same in the same words."""
    first, second = shelf.get(one), shelf.get(other)
    if first is None or second is None:
        return False
    return all(getattr(first, name) == getattr(second, name) for name in ("title", "intro", "thanks", "pages"))


def waiting(con: Connection) -> Mapping[str, tuple[Survey, str]]:
    """Surveys being written that have no errors, with their state, by id."""
    found = ((draft, draft.read()) for draft in drafts.all(con) if draft.survey_id != drafts.DICTIONARY)
    return {draft.survey_id: (survey, draft.state) for draft, survey in found if survey is not None}


def _under_free_id(
    text: str, spot: Spot, said: Mapping[str, str] | Place, survey_id: str, taken: Iterable[str]
) -> tuple[str, str]:
    """Respondents see the id in the address: it says nothing but that it is a version."""
    known, stem, number = set(taken), _NUMBERED.sub("", survey_id), 2
    while (id := f"{stem}-v{number}") in known:
        number += 1
    return id, written(text, spot, said, id)


def _served(shelf: Shelf, survey_id: str) -> str:
    survey = shelf.get(survey_id)
    text = files.text_of(shelf, survey) if survey else None
    if text is None:
        raise Refused(Problem("experiment_survey", "arms", {"survey": survey_id}))
    return text


def _said(definition: dict[str, Any], spot: Spot, said: Mapping[str, str]) -> dict[str, Any]:
    words = {lang: text.strip() for lang, text in said.items()}
    value: Any = words if len(words) > 1 else next(iter(words.values()), "")
    holder = change.question(definition, spot.question) if spot.question else definition
    was = (holder or {}).get(spot.part)
    if was == value or (isinstance(was, str) and set(words.values()) == {was}):
        return definition
    value = {**was, **words} if isinstance(was, dict) else value
    if spot.question:
        return change.set_question(definition, spot.question, **{spot.part: value})
    return change.set_top(definition, **{spot.part: value})


def _moved(definition: dict[str, Any], spot: Spot, to: str) -> dict[str, Any]:
    key = spot.question or ""
    if to in ("up", "down"):
        return change.shift(definition, key, -1 if to == "up" else 1)
    page = change.keys(definition)[key][0]
    end = len(change.questions(change.pages(definition)[page]))
    return change.move(definition, key, page, 0 if to == "first" else end)
