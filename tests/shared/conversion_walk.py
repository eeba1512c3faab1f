"""Walking through a converted survey as a respondent would: an answer for whatever shows, until nothing is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from cx.survey import flow, types
from cx.survey.schema import Question, Survey

_TEXTS = ("好 fine", "a@b.cn", "18:30", "13800000000", "https://a.example/x", "12345", "AB12", "abcdefghij " * 20)
_WORTH_TRYING = 40


def tries(question: Question) -> Iterator[object]:
    """Answers that the question's type takes, the usual one first."""
    entry = types.TYPES[question.type]
    yield entry.example(question)
    if question.type == "text":
        yield from (text[: question.max_length] for text in _TEXTS)
    elif question.type in ("number", "slider"):
        low, high = question.minimum, question.maximum
        yield from (value for value in (low, high) if isinstance(value, Decimal))
        yield from (Decimal(n) for n in (0, 1, 2, 5, 11, 12, 18, 100, 1000, -1))
    elif question.type == "single":
        yield from (choice.id for choice in question.choices[:_WORTH_TRYING])
    elif question.type in ("multiple", "ranking"):
        ids = [choice.id for choice in question.choices if not choice.exclusive]
        yield from (tuple(ids[:count]) for count in range(1, len(ids) + 1))
        yield from ((id,) for id in ids)
    elif question.scale:
        yield from question.scale.points
    elif question.type == "yes_no":
        yield from (True, False)
    elif question.type == "date":
        yield from (dt.date.today() + dt.timedelta(days) for days in (0, 1, 400, -1, -400, -12_000))


def walk(survey: Survey) -> tuple[dict[str, object], set[str]]:
    """Answers given page by page, and the ids for which no answer was good enough."""
    answers: dict[str, object] = {}
    stuck: set[str] = set()
    page = flow.next_page(survey, -1, answers)
    while page is not None:
        asked: set[str] = set()
        while todo := [question for question in flow.visible(survey, page, answers) if question.id not in asked]:
            question = todo[0]
            asked.add(question.id)
            if types.TYPES[question.type].answerable and question.type != "computed":
                _answer(survey, page, question, answers, stuck)
        page = flow.next_page(survey, page, answers)
    return answers, stuck


def _answer(survey: Survey, page: int, question: Question, answers: dict[str, object], stuck: set[str]) -> None:
    for value in tries(question):
        answers[question.id] = value
        if question.id not in flow.missing(survey, page, answers):
            return
    answers.pop(question.id, None)
    stuck.add(question.id)
