"""Answers into rows: the only place where a submission becomes facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from cx.bank.model import Model
from cx.store import parts
from cx.survey import flow
from cx.survey.schema import Question, Survey
from cx.survey.types import NOT_APPLICABLE, TYPES

DIMENSIONS = ("branch", "region", "channel", "business_line", "segment", "product")
SHARED = (
    "response_id", "source", "survey_id", "survey_version", "nps_kind", "voice", "mode", "lang", "day", *DIMENSIONS,
    "flagged",
)  # fmt: skip
"""Columns that an answer has from its response."""
_PLACE = ("journey", "stage", "touchpoint")
_VALUE = ("score", "points", "satisfaction", "choice", "number", "text")
RESPONSE_COLUMNS = (*SHARED, *_PLACE, "submitted_at", "seconds", "nps", "csat", "ces", "receipt")
OWN = (*_PLACE, "brand", "question_id", "type", *_VALUE)
"""Columns of an answer of its own."""
BESIDE = ("paradata", "quota_hit", "contact")
"""Tables with rows of a response beside its answers, each with a ``response_id``; a correction replaces them all."""
_FIRST_SCORES = ("nps", "csat", "ces")
_NO_VALUE = dict.fromkeys(_VALUE)


class Received(NamedTuple):
    """Circumstances of one response. ``submitted_at`` is UTC without zone, ``day`` the bank's local day."""

    response_id: str
    submitted_at: dt.datetime
    day: dt.date
    dims: Mapping[str, str]
    source: str = "collect"
    mode: str = "link"
    lang: str | None = None
    seconds: int | None = None
    receipt: str | None = None
    flagged: bool = False


class Facts(NamedTuple):
    """One response as rows: a dict by :data:`RESPONSE_COLUMNS` and dicts by :data:`OWN`.

    ``beside`` are rows of further tables (:data:`BESIDE`), whole and by table.
    """

    response: Mapping[str, Any]
    answers: tuple[Mapping[str, Any], ...]
    beside: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType({})


def satisfaction(score: int, points: int) -> int:
    """A score of 1..points on the common scale 1..5 in hundredths (linear): 5 of 10 is ``100 + 400 * 4 / 9 = 278``."""
    return round(100 + 400 * (score - 1) / (points - 1))


def rows(survey: Survey, answers: Mapping[str, Any], received: Received, model: Model) -> Facts:
    """The facts of one complete response (``flow.complete`` has removed what conditions hide)."""
    about, asked, compound = _frame(survey.written or survey, tuple(received.dims.items()), model)
    said = parts.flat(survey, answers) if compound else answers
    found = []
    firsts: dict[str, Any] = dict.fromkeys(_FIRST_SCORES)
    for question, fixed, first in asked:
        if question.id not in said:
            continue
        values = _values(question, said[question.id], said, fixed["type"])
        for each in values:
            found.append({**fixed, **each})
        if first and firsts[question.type] is None:
            firsts[question.type] = values[0].get("score")
    response = {
        **about, **firsts, "response_id": received.response_id, "source": received.source, "mode": received.mode,
        "lang": received.lang, "day": received.day, "flagged": received.flagged,
        "submitted_at": received.submitted_at, "seconds": received.seconds, "receipt": received.receipt,
    }  # fmt: skip
    return Facts(response, tuple(found), _beside(survey, answers, received) if compound else {})


def _beside(survey: Survey, answers: Mapping[str, Any], received: Received) -> dict[str, list[dict[str, Any]]]:
    """The rows of further tables that answers make."""
    id = received.response_id
    contacts = [
        {"response_id": id, "received_at": received.submitted_at, **row} for row in parts.contacts(survey, answers)
    ]
    hits = [{"response_id": id, "survey_id": survey.id, "quota_id": quota} for quota in flow.hits(survey, answers)]
    return {table: rows for table, rows in (("contact", contacts), ("quota_hit", hits)) if rows}


_Asked = tuple[Question, Mapping[str, Any], bool]
_Frame = tuple[Mapping[str, Any], tuple[_Asked, ...], bool]


@lru_cache(maxsize=1_024)
def _frame(survey: Survey, dims: tuple[tuple[str, str], ...], model: Model) -> _Frame:
    """What responses of one survey from one place have in common: columns of the response; each question (of a matrix
    each row) with the columns of its answers and whether its score may be the response's own; whether any answer has
    parts, or quotas count."""
    about = {**survey.about, **{k: v for k, v in dims if v}}
    shared: dict[str, Any] = {
        "survey_id": survey.id, "survey_version": survey.version, "nps_kind": survey.nps_kind,
        "voice": survey.kind,
        **{name: about.get(name) for name in DIMENSIONS},
    }  # fmt: skip
    branch = model.branches.get(about.get("branch", ""))
    if branch is not None:
        shared["region"] = branch.region
    shared |= _place(about.get("touchpoint"), about.get("stage"), about.get("journey"), model)
    ours = next((question.brand for question in survey.questions if question.type == "nps"), None)
    asked = []
    for question in (each for outer in survey.questions for each in parts.questions(outer)):
        place = _place(question.touchpoint, question.stage, None, model, shared)
        type = survey.beside.get(question.id, question.type)
        own = {"brand": question.brand, "question_id": question.id, "type": type}
        # another bank's score is never ours
        first = type in _FIRST_SCORES and (type != "nps" or question.brand == ours)
        asked.append((question, {**_NO_VALUE, **place, **own}, first))
    compound = bool(survey.quotas) or any(TYPES[question.type].parts for question in survey.questions)
    return shared, tuple(asked), compound


def _place(
    touchpoint: str | None,
    stage: str | None,
    journey: str | None,
    model: Model,
    default: Mapping[str, Any] | None = None,
) -> dict[str, str | None]:
    """Journey, stage and touchpoint of a question: its own, completed from the model, else the survey's."""
    if touchpoint is None and stage is None and journey is None and default is not None:
        return {name: default[name] for name in _PLACE}
    if touchpoint is not None and (known := model.place_of(touchpoint)) is not None:
        return {"journey": known[0], "stage": known[1], "touchpoint": touchpoint}
    fallback = default or {}
    return {
        "journey": journey or fallback.get("journey"),
        "stage": stage or fallback.get("stage"),
        "touchpoint": touchpoint,
    }


def _values(question: Question, value: Any, answers: Mapping[str, Any], stored: str) -> list[dict[str, Any]]:
    storage = TYPES[question.type].storage
    if storage == "score":
        if type(value) is not int:
            return [{"choice": str(NOT_APPLICABLE)}]
        assert question.scale is not None
        points = question.scale.high
        felt = satisfaction(value, points) if stored in ("csat", "rating") else None
        return [{"score": value, "points": points, "satisfaction": felt}]
    if storage == "choice":
        return [_chosen(question, value, answers)] if question.others else [{"choice": value}]
    if isinstance(value, bool):
        return [{"score": int(value), "points": 1, "choice": "yes" if value else "no"}]
    if storage == "choices":
        return [_chosen(question, choice, answers) for choice in value]
    if isinstance(value, Decimal):
        return [{"number": value}]
    if storage in parts.ROWS:
        return parts.ROWS[storage](question, value)
    return [{"text": value.isoformat() if isinstance(value, dt.date) else value}]


def _chosen(question: Question, choice: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """A choice, with what the respondent said is meant by it."""
    if choice in question.others:
        return {"choice": choice, "text": answers.get(f"{question.id}.{choice}")}
    return {"choice": choice}
