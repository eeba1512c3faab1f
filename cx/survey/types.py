"""Question types, one entry each in :data:`TYPES`: what a form's strings become, what is refused, storage, chart.

A parser gets the question and its non-empty strings and returns a typed value, or raises :class:`cx.words.Refused` with
one problem; a checker gets the typed value and returns the problem or None. Every way in (form, JSON) uses both.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from cx.survey.schema import Question
from cx.survey.values import clean_text as clean_text
from cx.survey.values import day_limit as day_limit
from cx.survey.values import read_date as read_date
from cx.survey.values import shown as shown
from cx.survey.values import to_form as to_form
from cx.survey.values import to_json as to_json
from cx.words import Problem, Refused

NOT_APPLICABLE = "na"
"""The answer "does not apply to me" to a ``rating`` with ``not_applicable: true``."""

Storage = Literal["score", "flag", "choice", "choices", "number", "text", "date", "none"]
Chart = Literal["nps", "scale", "bars", "histogram", "timeline", "comments", "none"]


@dataclass(frozen=True)
class Type:
    """One question type. ``keys`` are the YAML keys it takes beside the common ones; ``points`` its (low, high) scale.

    ``fewest`` and ``most`` bound the scale's highest point where the definition may set ``points``; ``limits`` says
    what ``min`` and ``max`` are; ``example`` makes a valid answer.
    """

    name: str
    storage: Storage
    chart: Chart
    parse: Callable[[Question, Sequence[str]], object]
    check: Callable[[Question, object], Problem | None]
    example: Callable[[Question], object]
    keys: frozenset[str] = frozenset()
    points: tuple[int, int] | None = None
    fewest: int = 0
    most: int = 0
    limits: Literal["number", "date"] | None = None

    @property
    def answerable(self) -> bool:
        """Whether there is anything to answer (not for a note)."""
        return self.storage != "none"


def problem(code: str, **values: object) -> Problem:
    """A problem with an answer."""
    return Problem(f"answer_{code}", values=values)


def _one(strings: Sequence[str]) -> str:
    """The only string; a form that sends two different ones for one question is wrong."""
    if len(strings) > 1 and len(set(strings)) > 1:
        raise Refused(problem("one"))
    text = strings[0][:200].strip()
    return text if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def _parse_score(question: Question, strings: Sequence[str]) -> object:
    text = _one(strings)
    if text == NOT_APPLICABLE and question.not_applicable:
        return NOT_APPLICABLE
    if not text.isdecimal() or len(text) > 3:
        raise Refused(_off_scale(question, text))
    return int(text)


def _off_scale(question: Question, value: object) -> Problem:
    assert question.scale
    return problem("scale", value=shown(value), low=question.scale.low, high=question.scale.high)


def _check_score(question: Question, value: object) -> Problem | None:
    assert question.scale
    if value == NOT_APPLICABLE and question.not_applicable:
        return None
    good = isinstance(value, int) and not isinstance(value, bool) and value in question.scale.points
    return None if good else _off_scale(question, value)


def _example_score(question: Question) -> object:
    assert question.scale
    return question.scale.high - 1


def _check_choice(question: Question, value: object) -> Problem | None:
    good = isinstance(value, str) and question.choice(value)
    return None if good else problem("choice", value=shown(value))


def _parse_choices(question: Question, strings: Sequence[str]) -> object:
    """Chosen ids in the order of the definition, each once; unknown ones at the end, for the check to refuse."""
    chosen = dict.fromkeys(text.strip() for text in strings)
    order = {choice.id: place for place, choice in enumerate(question.choices)}
    return tuple(sorted(chosen, key=lambda id: order.get(id, len(order))))


def _check_choices(question: Question, value: object) -> Problem | None:
    if not isinstance(value, tuple) or not all(isinstance(id, str) for id in value):
        return problem("choice", value=shown(value))
    for id in value:
        if not question.choice(id):
            return problem("choice", value=shown(id))
    alone = [choice for choice in question.choices if choice.exclusive and choice.id in value]
    if alone and len(value) > 1:
        return problem("exclusive")
    if question.min_choices and len(value) < question.min_choices and not alone:
        return problem("few", limit=question.min_choices, chosen=len(value))
    if question.max_choices and len(value) > question.max_choices:
        return problem("many", limit=question.max_choices, chosen=len(value))
    return None


def _example_choices(question: Question) -> object:
    plain = [choice.id for choice in question.choices if not choice.exclusive]
    return tuple(plain[: max(1, question.min_choices or 1)]) or (_example_choice(question),)


def _example_choice(question: Question) -> str:
    return question.choices[0].id if question.choices else ""


_YES_NO = {"yes": True, "no": False, "true": True, "false": False}


def _parse_yes_no(_question: Question, strings: Sequence[str]) -> object:
    text = _one(strings)
    if text.lower() not in _YES_NO:
        raise Refused(problem("choice", value=shown(text)))
    return _YES_NO[text.lower()]


def _check_yes_no(_question: Question, value: object) -> Problem | None:
    return None if isinstance(value, bool) else problem("choice", value=shown(value))


def _parse_number(_question: Question, strings: Sequence[str]) -> object:
    text = _one(strings).replace("\u2212", "-")
    if not re.fullmatch(r"[+-]?(\d{1,14}|\d{1,3}(,\d{3}){1,4})?(\.\d{0,9})?", text) or not re.search(r"\d", text):
        raise Refused(problem("number", value=shown(text)))
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:  # pragma: no cover - the pattern lets only numbers through
        raise Refused(problem("number", value=shown(text))) from error


def _check_number(question: Question, value: object) -> Problem | None:
    if not isinstance(value, Decimal) or not value.is_finite() or abs(value) >= 10**14:
        return problem("number", value=shown(value))
    if value != round(value, question.decimals):
        return problem("decimals", value=shown(value), decimals=question.decimals)
    return _check_limits(value, question.minimum, question.maximum)


def _check_limits(value: Decimal | dt.date, low: object, high: object) -> Problem | None:
    kind = "day" if isinstance(value, dt.date) else "number"
    if low is not None and value < low:  # type: ignore[operator]
        return problem(f"{kind}_low", value=shown(value), limit=low)
    if high is not None and value > high:  # type: ignore[operator]
        return problem(f"{kind}_high", value=shown(value), limit=high)
    return None


def _example_number(question: Question) -> object:
    low, high = question.minimum, question.maximum
    return low if isinstance(low, Decimal) else high if isinstance(high, Decimal) else Decimal(1)


def _parse_date(_question: Question, strings: Sequence[str]) -> object:
    text = _one(strings)
    day = read_date(text)
    if day is None:
        raise Refused(problem("date", value=shown(text)))
    return day


def _check_date(question: Question, value: object) -> Problem | None:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        return problem("date", value=shown(value))
    return _check_limits(value, day_limit(question.minimum), day_limit(question.maximum))


def _example_date(question: Question) -> object:
    return day_limit(question.minimum) or day_limit(question.maximum) or dt.date(2026, 1, 31)


def _parse_text(question: Question, strings: Sequence[str]) -> object:
    if len(set(strings)) > 1:
        raise Refused(problem("one"))
    if len(strings[0]) > 3 * question.max_length + 1000:  # not worth cleaning
        raise Refused(problem("text_long", length=len(strings[0]), limit=question.max_length))
    return clean_text(strings[0], question.long) or None


def _check_text(question: Question, value: object) -> Problem | None:
    if not isinstance(value, str):
        return problem("text")
    if len(value) > question.max_length:
        return problem("text_long", length=len(value), limit=question.max_length)
    return None


def _parse_choice(_question: Question, strings: Sequence[str]) -> object:
    if len(set(strings)) > 1:
        raise Refused(problem("one"))
    return strings[0].strip()


def _parse_note(_question: Question, _strings: Sequence[str]) -> object:
    return None


def _check_note(_question: Question, value: object) -> Problem | None:
    return problem("note") if value is not None else None


def _scored(name: str, chart: Chart, points: tuple[int, int], keys: str = "", fewest: int = 0, most: int = 0) -> Type:
    return Type(
        name, "score", chart, _parse_score, _check_score, _example_score,
        frozenset(keys.split()) | {"labels", "brand"}, points, fewest, most,
    )  # fmt: skip


_ENTRIES = (
    _scored("nps", "nps", (0, 10)),
    _scored("csat", "scale", (1, 5), "points", 3, 10),
    _scored("ces", "scale", (1, 7)),
    _scored("rating", "scale", (1, 5), "points not_applicable", 2, 10),
    Type("single", "choice", "bars", _parse_choice, _check_choice, _example_choice, frozenset({"choices"})),
    Type(
        "multiple", "choices", "bars", _parse_choices, _check_choices, _example_choices,
        frozenset({"choices", "min_choices", "max_choices"}),
    ),
    Type("yes_no", "flag", "bars", _parse_yes_no, _check_yes_no, lambda _: True),
    Type(
        "number", "number", "histogram", _parse_number, _check_number, _example_number,
        frozenset({"min", "max", "decimals", "unit"}), limits="number",
    ),
    Type(
        "date", "date", "timeline", _parse_date, _check_date, _example_date,
        frozenset({"min", "max"}), limits="date",
    ),
    Type(
        "text", "text", "comments", _parse_text, _check_text, lambda q: "好 fine"[: q.max_length].strip(),
        frozenset({"long", "max_length"}),
    ),
    Type("note", "none", "none", _parse_note, _check_note, lambda _: None),
)  # fmt: skip

TYPES: Mapping[str, Type] = {entry.name: entry for entry in _ENTRIES}
SCORED = frozenset(name for name, entry in TYPES.items() if entry.storage == "score")


def parse(question: Question, strings: Sequence[str]) -> object | None:
    """The typed answer of a form's strings, None when nothing was answered. Raises :class:`Refused`."""
    given = [text for text in strings if text.strip()]
    if not given:
        return None
    value = TYPES[question.type].parse(question, given)
    wrong = check(question, value) if value is not None else None
    if wrong:
        raise Refused(wrong)
    return value


def check(question: Question, value: object) -> Problem | None:
    """What is wrong with a typed answer; None when nothing is."""
    return TYPES[question.type].check(question, value)
