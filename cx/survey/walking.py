"""One pass over a survey: what shows, and which answers count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cx.survey import types
from cx.survey.schema import Page, Question, Survey

Answers = Mapping[str, object]


def walk(survey: Survey, answers: Answers) -> Iterator[tuple[Page, tuple[Question, ...], dict[str, object]]]:
    """Each page with the questions that show, and the answers that count once it is passed."""
    counted: dict[str, object] = {}
    to = None  # where a skip leads
    for page in survey.pages:
        shows: list[Question] = []
        if page.show_if is None or page.show_if.holds(counted):
            for question in page.questions:
                if to is not None:
                    if question.id != to:
                        continue
                    to = None
                if question.show_if is not None and not question.show_if.holds(counted):
                    continue
                if question.value is not None:
                    _compute(question, counted)
                    continue
                shows.append(question)
                if answers.get(question.id) is not None:
                    counted[question.id] = answers[question.id]
                    if question.others:
                        _count_others(question, answers, counted)
                    if question.skip:
                        to = next((skip.to for skip in question.skip if skip.when.holds(counted)), None)
        elif to is not None and any(question.id == to for question in page.questions):
            to = None
        yield page, tuple(shows), counted


def _compute(question: Question, counted: dict[str, object]) -> None:
    assert question.value is not None
    value = types.computed(question, question.value.result(counted))
    if value is not None:
        counted[question.id] = value


def _count_others(question: Question, answers: Answers, counted: dict[str, object]) -> None:
    """What is meant by "other" counts where that choice is chosen."""
    chosen = counted[question.id]
    for choice in question.others:
        key = f"{question.id}.{choice}"
        if answers.get(key) is not None and (chosen == choice or (isinstance(chosen, tuple) and choice in chosen)):
            counted[key] = answers[key]
