"""How a survey is built: order, length, choices, scales, and what its scores can later be set against."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from cx.survey.review.finding import Finding, found
from cx.survey.review.wording import says, texts
from cx.survey.schema import Question, Survey
from cx.survey.types import TYPES

EARLY = 3
OPEN_MOST = 3
ROWS_MOST = 8
CHOICES_MOST = 12
ASKED_MOST = 25
_WHOLE = ("relational", "competitive")  # kinds of NPS that are about banks as a whole


def survey_shape(survey: Survey) -> Iterator[Finding]:
    """Findings about the survey as a whole."""
    asked = [question for question in survey.questions if _asked(question)]
    nps = next((place for place, question in enumerate(asked) if question.type == "nps"), None)
    if nps is not None and nps >= EARLY and survey.nps_kind != "competitive":
        yield found("nps_late", asked[nps], place=nps + 1)
    scores = [question for question in survey.questions if question.type == "nps"]
    if len(scores) > 1 and survey.nps_kind != "competitive":
        yield found("nps_twice", scores[1])
    opened = [question for question in asked if question.type == "text" and question.show_if is None]
    if len(opened) > OPEN_MOST:
        yield found("many_open", None, n=len(opened), limit=OPEN_MOST)
    always = sum(question.show_if is None for question in asked)
    if always > ASKED_MOST and survey.kind != "walk":
        yield found("many_questions", None, n=always, limit=ASKED_MOST)
    if survey.kind == "customer" and survey.nps_kind not in _WHOLE and _nowhere(survey):
        yield found("no_about")
    if survey.purpose is None:
        yield found("no_purpose")
    if survey.retention_days is None:
        yield found("no_retention")


def question_shape(survey: Survey, question: Question, indicators: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Findings about the build of one question."""
    if _rated(question):
        yield from _scored(survey, question, indicators)
    if question.type in ("single", "multiple"):
        yield from _choices(question)
    if question.type == "text" and question.required and question.show_if is None:
        yield found("open_required", question)
    if len(question.rows) > ROWS_MOST:
        yield found("many_rows", question, n=len(question.rows), limit=ROWS_MOST)


def _asked(question: Question) -> bool:
    return TYPES[question.type].answerable and question.type != "computed"


def _scored(survey: Survey, question: Question, indicators: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    scale = question.scale
    if scale and not {scale.low, scale.high} <= set(scale.labels):
        yield found("no_labels", question)
    if survey.kind != "customer" or question.type == "nps" or _about_all(survey) or question.id in survey.beside:
        return
    if not _placed(question) and not set(survey.about) & {"stage", "touchpoint"}:
        lost = [row for row in question.rows if not row.touchpoint]
        yield (
            found("no_row_touchpoint", question, n=len(lost))
            if lost and _touchpoints(question)
            else found("no_touchpoint", question)
        )
    elif question.touchpoint and not question.links and indicators.get(question.touchpoint):
        yield found("no_link", question)


def _about_all(survey: Survey) -> bool:
    """A survey about the bank as a whole asks about no one place."""
    return survey.nps_kind in _WHOLE or _nowhere(survey)


def _nowhere(survey: Survey) -> bool:
    """Scores, and not one of them says where on the journey: told once, not at every question."""
    placed = any(_placed(question) or _touchpoints(question) for question in survey.questions)
    scored = any(_rated(question) for question in survey.questions)
    return scored and not placed and not set(survey.about) & {"journey", "stage", "touchpoint"}


def _rated(question: Question) -> bool:
    """Whether its answers are scores: one, or one a row."""
    return TYPES[question.type].storage == "score" or bool(question.rows and question.scale)


def _touchpoints(question: Question) -> list[str]:
    return [place for place in (question.touchpoint, *(row.touchpoint for row in question.rows)) if place]


def _placed(question: Question) -> bool:
    """Whether all its scores say where on the journey: by the question itself, or every row by its own."""
    rows = bool(question.rows) and all(row.touchpoint for row in question.rows)
    return bool(question.touchpoint or question.stage or question.journey) or rows


def _choices(question: Question) -> Iterator[Finding]:
    if len(question.choices) > CHOICES_MOST and question.type == "multiple":
        yield found("many_choices", question, n=len(question.choices), limit=CHOICES_MOST)
    if len(question.choices) < 4 or any(choice.other or choice.exclusive for choice in question.choices):
        return
    labels = [list(texts(choice.label, ("zh", "en"))) for choice in question.choices]
    rest = any(says("rest", text, lang) for each in labels for lang, text in each)
    ladder = sum(any(_step(text, lang) for lang, text in each) for each in labels)
    if not rest and ladder < len(labels) / 2:
        yield found("no_rest", question)


def _step(text: str, lang: str) -> bool:
    return bool(re.search(r"\d", text) or says("ordered", text, lang))
