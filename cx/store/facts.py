"""Answers into rows: the only place where a submission becomes facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cx.bank.model import Model
from cx.survey.schema import Question, Survey
from cx.survey.types import NOT_APPLICABLE, TYPES

DIMENSIONS = ("branch", "region", "channel", "business_line", "segment", "product")
_SHARED = ("response_id", "source", "survey_id", "survey_version", "nps_kind", "mode", "lang", "day", *DIMENSIONS)
_PLACE = ("journey", "stage", "touchpoint")
RESPONSE_COLUMNS = (*_SHARED, *_PLACE, "submitted_at", "seconds", "nps", "csat", "ces", "flagged", "receipt")
ANSWER_COLUMNS = (
    *_SHARED, *_PLACE,
    "brand", "question_id", "type", "score", "points", "satisfaction", "choice", "number", "text", "flagged",
)  # fmt: skip
_FIRST_SCORES = ("nps", "csat", "ces")
_NO_VALUE = dict.fromkeys(("score", "points", "satisfaction", "choice", "number", "text"))


@dataclass(frozen=True)
class Received:
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


@dataclass(frozen=True)
class Facts:
    """One response as rows: a dict by RESPONSE_COLUMNS and dicts by ANSWER_COLUMNS."""

    response: Mapping[str, Any]
    answers: tuple[Mapping[str, Any], ...]


def satisfaction(score: int, points: int) -> int:
    """A score of 1..points on the common scale 1..5 in hundredths (linear): 5 of 10 is ``100 + 400 * 4 / 9 = 278``."""
    return round(100 + 400 * (score - 1) / (points - 1))


def rows(survey: Survey, answers: Mapping[str, Any], received: Received, model: Model) -> Facts:
    """The facts of one complete response (``flow.complete`` has removed what conditions hide)."""
    about, asked = _frame(survey, tuple(received.dims.items()), model)
    shared = {
        **about, "response_id": received.response_id, "source": received.source, "mode": received.mode,
        "lang": received.lang, "day": received.day, "flagged": received.flagged,
    }  # fmt: skip
    found = []
    firsts: dict[str, Any] = dict.fromkeys(_FIRST_SCORES)
    for question, fixed, first in asked:
        if question.id not in answers:
            continue
        values = _values(question, answers[question.id])
        found += [{**shared, **fixed, **each} for each in values]
        if first and firsts[question.type] is None:
            firsts[question.type] = values[0].get("score")
    response = {
        **shared, **firsts, "submitted_at": received.submitted_at, "seconds": received.seconds,
        "receipt": received.receipt,
    }  # fmt: skip
    return Facts(response, tuple(found))


_Frame = tuple[Mapping[str, Any], tuple[tuple[Question, Mapping[str, Any], bool], ...]]


@lru_cache(maxsize=1_024)
def _frame(survey: Survey, dims: tuple[tuple[str, str], ...], model: Model) -> _Frame:
    """What responses of one survey from one place have in common: columns of the response, and each question with the
    columns of its answers and whether its score may be the response's own."""
    about = {**survey.about, **{k: v for k, v in dims if v}}
    shared: dict[str, Any] = {
        "survey_id": survey.id, "survey_version": survey.version, "nps_kind": survey.nps_kind,
        **{name: about.get(name) for name in DIMENSIONS},
    }  # fmt: skip
    branch = model.branches.get(about.get("branch", ""))
    if branch is not None:
        shared["region"] = branch.region
    shared |= _place(about.get("touchpoint"), about.get("stage"), about.get("journey"), model)
    ours = next((question.brand for question in survey.questions if question.type == "nps"), None)
    asked = []
    for question in survey.questions:
        place = _place(question.touchpoint, question.stage, None, model, shared)
        own = {"brand": question.brand, "question_id": question.id, "type": question.type}
        # another bank's score is never ours
        first = question.type in _FIRST_SCORES and (question.type != "nps" or question.brand == ours)
        asked.append((question, {**_NO_VALUE, **place, **own}, first))
    return shared, tuple(asked)


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


def _values(question: Question, value: Any) -> list[dict[str, Any]]:
    storage = TYPES[question.type].storage
    if value == NOT_APPLICABLE and storage == "score":
        return [{"choice": NOT_APPLICABLE}]
    if storage == "score":
        assert question.scale is not None
        points = question.scale.high
        felt = satisfaction(value, points) if question.type in ("csat", "rating") else None
        return [{"score": value, "points": points, "satisfaction": felt}]
    if isinstance(value, bool):
        return [{"score": int(value), "points": 1, "choice": "yes" if value else "no"}]
    if storage == "choice":
        return [{"choice": value}]
    if storage == "choices":
        return [{"choice": choice} for choice in value]
    if storage == "number":
        return [{"number": value}]
    return [{"text": value.isoformat() if isinstance(value, dt.date) else value}]
