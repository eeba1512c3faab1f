"""One pass over a survey: what shows, and which answers count.

A question of which some choices or rows do not show now is given without them; one that has none left does not show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

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
            for whole in page.questions:
                question = whole
                if to is not None:
                    if question.id != to:
                        continue
                    to = None
                if question.show_if is not None and not question.show_if.holds(counted):
                    continue
                if question.value is not None:
                    _compute(question, counted)
                    continue
                value = answers.get(question.id)
                if whole.conditional:
                    question = _offered(whole, counted)
                    if not _offers(question):
                        continue
                    value = _remaining(value, _absent(whole, question))
                shows.append(question)
                if value is not None:
                    counted[question.id] = value
                    if question.others:
                        _count_others(question, answers, counted)
                    if question.skip:
                        to = next((skip.to for skip in question.skip if skip.when.holds(counted)), None)
        elif to is not None and any(question.id == to for question in page.questions):
            to = None
        yield page, tuple(shows), counted


def _absent(whole: Question, shown: Question) -> frozenset[str]:
    there = {part.id for part in (*shown.choices, *shown.rows)}
    return frozenset(part.id for part in (*whole.choices, *whole.rows) if part.id not in there)


def _offered(question: Question, counted: Answers) -> Question:
    choices, rows = (
        tuple(part for part in parts if part.show_if is None or part.show_if.holds(counted))
        for parts in (question.choices, question.rows)
    )
    least = min(question.min_choices or 0, sum(not choice.exclusive for choice in choices)) or None
    return replace(question, choices=choices, rows=rows, min_choices=least)


def _offers(question: Question) -> bool:
    return bool(question.rows if question.type == "matrix" else question.choices)


def _remaining(value: object, gone: frozenset[str]) -> object:
    """An answer without what is not offered; None where nothing of it is left."""
    if isinstance(value, Mapping):
        return {name: part for name, part in value.items() if name not in gone} or None
    if isinstance(value, types.Tied):
        return types.ranked({id: rank for id, rank in value.ranks.items() if id not in gone}) or None
    if isinstance(value, tuple):
        return tuple(id for id in value if id not in gone) or None
    return None if value in gone else value


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
