"""Scores on a scale: nps, csat, ces, rating."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from cx.survey.schema import Question
from cx.survey.types.entry import Chart, Type, problem, refuse
from cx.survey.values import NOT_APPLICABLE, shown
from cx.words import Problem, Refused


def one(strings: Sequence[str]) -> str:
    """The only string; a form that sends two different ones for one question is wrong."""
    if len(strings) > 1 and len(set(strings)) > 1:
        raise refuse("one")
    text = strings[0][:200].strip()
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def parse_score(question: Question, strings: Sequence[str]) -> object:
    """A whole number, or "does not apply"."""
    text = one(strings)
    if text == NOT_APPLICABLE and question.not_applicable:
        return NOT_APPLICABLE
    if not text.isdecimal() or len(text) > 3:
        raise Refused(_off_scale(question, text))
    return int(text)


def _off_scale(question: Question, value: object) -> Problem:
    assert question.scale
    return problem("scale", value=shown(value), low=question.scale.low, high=question.scale.high)


def check_score(question: Question, value: object) -> Problem | None:
    """Whether it is a point of the scale."""
    assert question.scale
    if value == NOT_APPLICABLE and question.not_applicable:
        return None
    good = isinstance(value, int) and not isinstance(value, bool) and value in question.scale.points
    return None if good else _off_scale(question, value)


def example_score(question: Question) -> object:
    """The point below the best."""
    assert question.scale
    return question.scale.high - 1


def _scored(name: str, chart: Chart, points: tuple[int, int], keys: str = "", fewest: int = 0, most: int = 0) -> Type:
    return Type(
        name, "score", chart, parse_score, check_score, example_score,
        frozenset(keys.split()) | {"labels", "brand"}, points, fewest, most,
    )  # fmt: skip


ENTRIES = (
    _scored("nps", "nps", (0, 10)),
    _scored("csat", "scale", (1, 5), "points asks", 3, 10),
    _scored("ces", "scale", (1, 7)),
    _scored("rating", "scale", (1, 5), "points not_applicable asks", 2, 10),
)
