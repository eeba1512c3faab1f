"""Can anybody ever get to see a question, and with which answers?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, islice, product
from typing import Literal

from cx.survey import flow
from cx.survey.expression import Expression
from cx.survey.schema import Question, Survey
from cx.survey.types import TYPES

TRIES = 4_000
Answers = dict[str, object]
_NAMED = 4  # choices of one question that are tried in every combination
_PLAIN = frozenset(("_&&_", "_||_", "!_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in", "answered"))


def way(survey: Survey, id: str) -> Answers | Literal[False] | None:
    """Answers with which the question shows: the fewest found. False when none can make it show; None when that many
    would have to be tried that nothing can be said."""
    question = survey.question(id)
    if question is None:
        return None
    asked = _asked(survey, question)
    if not asked:
        return {}
    page = next(place for place, each in enumerate(survey.pages) if question in each.questions)
    tried = 0
    literals = _literals(survey, question, asked)
    for answers in islice(_sets(asked, literals), TRIES):
        tried += 1
        if any(each.id == id for each in flow.visible(survey, page, answers)):
            return {name: value for name, value in answers.items() if name in flow.complete(survey, answers)}
    return False if tried < TRIES and _simple(survey, question, asked) else None


def _conditions(survey: Survey, question: Question) -> list[Expression]:
    page = next(each for each in survey.pages if question in each.questions)
    parts = [part.show_if for part in question.rows or question.choices]
    own = [] if None in parts else parts  # it does not show without any
    found = [condition for condition in (page.show_if, question.show_if, *own) if condition is not None]
    before = survey.questions[: survey.questions.index(question)]
    return found + [skip.when for earlier in before for skip in earlier.skip]


def _asked(survey: Survey, question: Question) -> list[Question]:
    """The questions that its visibility hangs on, directly or not, in order."""
    names: set[str] = set()
    left = [question]
    while left:
        for condition in _conditions(survey, left.pop()):
            for name in condition.names - names:
                other = survey.question(name)
                names.add(name)
                left += [other] if other else []
    return [each for each in survey.questions if each.id in names]


def _simple(survey: Survey, question: Question, asked: Sequence[Question]) -> bool:
    """Whether the values tried say all there is to say: no functions, sums, texts, dates, or answers in parts."""
    literals = _literals(survey, question, asked)
    for each in asked:
        kind = TYPES[each.type].storage
        if kind not in ("score", "flag", "choice", "choices") or (
            kind == "choices" and len(literals[each.id]) > _NAMED
        ):
            return False
    return all(c.functions <= _PLAIN for each in (*asked, question) for c in _conditions(survey, each))


def _literals(survey: Survey, question: Question, asked: Sequence[Question]) -> Mapping[str, set[object]]:
    found: dict[str, set[object]] = {each.id: set() for each in asked}
    for each in (*asked, question):
        for condition in _conditions(survey, each):
            for comparison in condition.comparisons():
                found.get(comparison.name, set()).add(comparison.literal)
    return found


def _sets(asked: Sequence[Question], literals: Mapping[str, set[object]]) -> Iterator[Answers]:
    """Answers to all of them, unanswered first."""
    options = [[None, *_values(question, literals[question.id])] for question in asked]
    for values in product(*options):
        yield {question.id: value for question, value in zip(asked, values, strict=True) if value is not None}


def _values(question: Question, literals: set[object]) -> list[object]:
    """The values that can make a difference: those named, their neighbours, and the ends."""
    kind = TYPES[question.type].storage
    numbers = [each for each in literals if isinstance(each, int | float) and not isinstance(each, bool)]
    if question.scale and kind == "score":
        near = {int(each) + by for each in numbers for by in (-1, 0, 1)} | {question.scale.low, question.scale.high}
        return sorted(near & set(question.scale.points))
    if kind == "flag":
        return [True, False]
    named = [choice.id for choice in question.choices if choice.id in literals]
    others = [choice.id for choice in question.choices if choice.id not in literals][: 3 if named else 30]
    if kind == "choice":
        return [*named, *others]
    if kind == "choices":
        plain = [choice.id for choice in question.choices if not choice.exclusive]
        several = [tuple(plain[:length]) for length in range(2, 1 + min(6, question.max_choices or 6, len(plain)))]
        sets = [part for size in range(2, 1 + _NAMED) for part in combinations(named[:_NAMED], size)]
        return [*((id,) for id in (*named, *others)), *sets, *several]
    if kind == "number":
        return [Decimal(str(each)) + by for each in numbers or [0] for by in (0, 1, -1)]
    if kind == "date":
        return [dt.date.fromisoformat(str(each)) for each in literals if isinstance(each, str)] or [dt.date.today()]
    if kind == "text":
        return [each for each in literals if isinstance(each, str)] or ["…"]
    example = TYPES[question.type].example(question)
    return [example] if example is not None else []
