"""How much a survey asks of a respondent, in questions and time."""

from __future__ import annotations

import math

from cx.survey import flow, types
from cx.survey.schema import Question, Survey
from cx.words import Translator

# Seconds a phone user takes on average for a question of the type, reading included. Estimates, meant for a promise.
_SECONDS = {
    "nps": 8,
    "csat": 6,
    "ces": 7,
    "rating": 5,
    "single": 7,
    "multiple": 11,
    "yes_no": 5,
    "number": 10,
    "date": 9,
    "text": 15,
    "ranking": 15,
    "matrix": 4,
    "slider": 7,
    "photo": 20,
    "kano": 14,
    "maxdiff": 8,
    "contact": 8,
}
_THANKS = 5


def asked(survey: Survey) -> tuple[Question, ...]:
    """The questions of somebody who meets no condition."""
    shown = (question for place in range(len(survey.pages)) for question in flow.visible(survey, place, {}))
    return tuple(question for question in shown if question.type != "note")


def seconds(survey: Survey) -> int:
    """Estimated time to answer :func:`asked`."""
    return _THANKS + sum(_SECONDS[question.type] * _times(question) for question in asked(survey))


def _times(question: Question) -> int:
    """How often the question is answered: a matrix by the row, best and worst by the set."""
    return len(question.rows) or (len(types.sets(question)) if question.type == "maxdiff" else 1)


def time(survey: Survey, t: Translator) -> str:
    """The estimate in words, rounded up: "40 seconds", "3 minutes"."""
    estimate = seconds(survey)
    if estimate <= 90:
        return t("survey_page.seconds", n=max(20, math.ceil(estimate / 10) * 10))
    return t("survey_page.minutes", n=math.ceil(estimate / 60))


def promise(survey: Survey, t: Translator) -> str:
    """What the first page promises: "3 questions, about 40 seconds."."""
    if len(survey.pages) > 1:
        return t("survey_page.paged", pages=len(survey.pages), time=time(survey, t))
    return t("survey_page.one_page", count=len(asked(survey)), time=time(survey, t))
