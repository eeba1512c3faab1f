"""Trying conditions over example answers: errors of kind, unknown functions, results that are of no use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from cx.survey import types
from cx.survey.functions import UnknownResult, WrongKind
from cx.survey.reading import Condition, Notes
from cx.survey.schema import Question
from cx.survey.types import TYPES

_WANTED: Mapping[str, tuple[type, ...]] = {
    "value_number": (int, float), "value_text": (str,), "value_flag": (bool,),
}  # fmt: skip


def check(notes: Notes, condition: Condition, known: Mapping[str, Question]) -> None:
    """Note what a condition gives that it should not."""
    expression, wanted = condition.expression, _WANTED.get(condition.kind, (bool,))
    if expression.constant and condition.kind not in _WANTED:
        return notes.add("condition_constant", condition.line, condition.path, source=types.shown(expression.source))
    if not expression.names <= known.keys():
        return None
    for answers in _examples([known[name] for name in sorted(expression.names)]):
        result = expression.trial(answers)
        if isinstance(result, wanted) and (bool in wanted or not isinstance(result, bool)):
            continue
        if isinstance(result, ArithmeticError | LookupError | ValueError) or _no_answer(result):
            continue  # hangs on the example's value
        if isinstance(result, Exception):
            return notes.add(_code(result, condition), condition.line, condition.path, reason=_reason(result))
        code = "computed_result" if condition.kind in _WANTED else "condition_result"
        kind = condition.kind.removeprefix("value_")
        return notes.add(code, condition.line, condition.path, value=types.shown(result), kind=kind)
    return None


def _no_answer(result: object) -> bool:
    """Whether a function of ours had nothing to say about this value, as ``number('good')``."""
    return isinstance(result, RuntimeError) and UnknownResult.__name__ in str(result)


def _reason(error: Exception) -> str:
    """The engine's own words in short; of a function of ours its name."""
    ours = re.match(r"Function '(\w+)' error", str(error))
    return f"{ours.group(1)}(…)" if ours else types.shown(str(error).split(". ")[0].split(": the operation")[0])


def _code(error: Exception, condition: Condition) -> str:
    if isinstance(error, RuntimeError):
        return "condition_kind" if WrongKind.__name__ in str(error) else "condition_function"
    mixed = condition.expression.computes or "_%_" in condition.expression.functions
    return "condition_mixed" if mixed else "condition_kind"


def _examples(questions: Sequence[Question]) -> Iterator[dict[str, object]]:
    """A few sets of answers: the example, then each question's ends and choices in turn."""
    middle = {question.id: TYPES[question.type].example(question) for question in questions}
    yield middle
    for question in questions:
        for value in _values(question):
            yield middle | {question.id: value}


def _values(question: Question) -> Sequence[object]:
    kind = types.kind(question)
    if kind == "score" and question.scale:
        return question.scale.low, question.scale.high
    if kind == "flag":
        return True, False
    if kind == "number" and (question.decimals or question.type == "computed"):
        return (Decimal("1.5"),)
    ids = [choice.id for choice in question.choices[:20]]
    if kind in ("choices", "ranking"):
        return [(id,) for id in ids]
    return ids if kind == "choice" else ()
