"""Answers in parts into rows: matrix, ranking, kano, maxdiff, contact, photo.

Every row has the question's id, or ``<question>.<part>``, so that a survey's own page can be filled again from rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from cx.survey import types
from cx.survey.schema import Question, Survey

Row = dict[str, Any]


def questions(question: Question) -> Iterator[Question]:
    """What answers come under: the question, or the rows of a matrix, each like a question of its own."""
    if question.type == "matrix":
        yield from question.parts.values()
    else:
        yield question


def flat(survey: Survey, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with those of a matrix by row (``m.row``); with the sets of a maxdiff that this respondent saw."""
    found = dict(answers)
    for question in survey.questions:
        value = answers.get(question.id)
        if value is not None and question.type == "matrix":
            found |= {f"{question.id}.{row}": said for row, said in value.items()}
        elif value is not None and question.type == "maxdiff":
            found[question.id] = (question, value)
    return found


def contacts(survey: Survey, answers: Mapping[str, Any]) -> tuple[Row, ...]:
    """The personal part of "please contact me", for a table of its own."""
    found = []
    for question in survey.questions:
        value = answers.get(question.id) if question.type == "contact" else None
        if value is not None and value["wanted"]:
            said = {"question_id": question.id, "preferred": value.get("when")}
            found.append(said | {name: value.get(name) for name in ("name", "phone", "email")})
    return tuple(found)


def _ranking(_question: Question, value: tuple[str, ...]) -> list[Row]:
    return [{"choice": choice, "number": Decimal(rank)} for rank, choice in enumerate(value, 1)]


def _photos(_question: Question, value: tuple[str, ...]) -> list[Row]:
    return [{"text": name} for name in value]


def _contact(_question: Question, value: Mapping[str, Any]) -> list[Row]:
    wanted = value["wanted"]
    return [{"score": int(wanted), "points": 1, "choice": "yes" if wanted else "no"}]


def _kano(question: Question, value: Mapping[str, int]) -> list[Row]:
    """How it feels with and without the feature, 1 to 5 each, and the category that follows."""
    found: list[Row] = [
        {"question_id": f"{question.id}.{name}", "score": value[name], "points": 5} for name in ("with", "without")
    ]
    return [*found, {"choice": types.kano(value)}]


def _maxdiff(_question: Question, said: tuple[Question, Mapping[str, str]]) -> list[Row]:
    """By item its score (best − worst) / shown, and what was picked in which set."""
    question, value = said
    found: list[Row] = [
        {"question_id": f"{question.id}.{item}", "number": round(Decimal(best - worst) / shown, 4)}
        for item, (best, worst, shown) in types.counts(question, value).items()
    ]
    return [*found, *({"question_id": f"{question.id}.{pick}", "choice": item} for pick, item in value.items())]


ROWS: Mapping[str, Callable[[Question, Any], list[Row]]] = {
    "ranking": _ranking, "photo": _photos, "contact": _contact, "kano": _kano, "maxdiff": _maxdiff,
}  # fmt: skip
