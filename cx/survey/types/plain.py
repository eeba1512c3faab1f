"""Answers of one field without choices: yes_no, number, slider, date, text, photo; note and computed take none."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal

from cx.survey.schema import Question
from cx.survey.types.entry import Type, problem, refuse
from cx.survey.types.scored import one
from cx.survey.values import clean_text, day_limit, read_date, shown
from cx.words import Problem

_YES_NO = {"yes": True, "no": False, "true": True, "false": False}
_NUMBER = re.compile(r"[+-]?(?=\.?\d)(\d{1,14}|\d{1,3}(,\d{3}){1,4})?(\.\d{0,9})?")
_PHOTO = re.compile(r"[0-9a-f]{8,64}")


def parse_yes_no(_question: Question, strings: Sequence[str]) -> object:
    """``yes`` or ``no``."""
    text = one(strings)
    if text.lower() not in _YES_NO:
        raise refuse("choice", value=shown(text))
    return _YES_NO[text.lower()]


def _check_yes_no(_question: Question, value: object) -> Problem | None:
    return None if isinstance(value, bool) else problem("choice", value=shown(value))


def _parse_number(_question: Question, strings: Sequence[str]) -> object:
    text = one(strings).replace("\u2212", "-")
    if not _NUMBER.fullmatch(text):
        raise refuse("number", value=shown(text))
    return Decimal(text.replace(",", ""))


def _number(value: object) -> Problem | None:
    good = isinstance(value, Decimal) and value.is_finite() and abs(value) < 10**14
    return None if good else problem("number", value=shown(value))


def _check_number(question: Question, value: object) -> Problem | None:
    wrong = _number(value)
    if wrong:
        return wrong
    assert isinstance(value, Decimal)
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


def _check_slider(question: Question, value: object) -> Problem | None:
    wrong = _number(value) or _check_limits(value, question.minimum, question.maximum)  # type: ignore[arg-type]
    if wrong or question.step is None or not isinstance(question.minimum, Decimal):
        return wrong
    assert isinstance(value, Decimal)
    off = (value - question.minimum) % question.step
    return problem("step", value=shown(value), step=question.step, low=question.minimum) if off else None


def _parse_date(_question: Question, strings: Sequence[str]) -> object:
    text = one(strings)
    day = read_date(text)
    if day is None:
        raise refuse("date", value=shown(text))
    return day


def _check_date(question: Question, value: object) -> Problem | None:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        return problem("date", value=shown(value))
    return _check_limits(value, day_limit(question.minimum), day_limit(question.maximum))


def _example_date(question: Question) -> object:
    return day_limit(question.minimum) or day_limit(question.maximum) or dt.date(2026, 1, 31)


def _parse_text(question: Question, strings: Sequence[str]) -> object:
    if len(set(strings)) > 1:
        raise refuse("one")
    if len(strings[0]) > 3 * question.max_length + 1000:  # not worth cleaning
        raise refuse("text_long", length=len(strings[0]), limit=question.max_length)
    return clean_text(strings[0], question.long) or None


def _check_text(question: Question, value: object) -> Problem | None:
    if not isinstance(value, str):
        return problem("text")
    if len(value) > question.max_length:
        return problem("text_long", length=len(value), limit=question.max_length)
    return None


def _parse_photos(_question: Question, strings: Sequence[str]) -> object:
    return tuple(dict.fromkeys(text.strip() for text in strings))


def _check_photos(question: Question, value: object) -> Problem | None:
    if not isinstance(value, tuple) or not all(isinstance(name, str) and _PHOTO.fullmatch(name) for name in value):
        return problem("photo")
    return problem("many", limit=question.max_photos, chosen=len(value)) if len(value) > question.max_photos else None


def _parse_nothing(_question: Question, _strings: Sequence[str]) -> object:
    return None


def _check_note(_question: Question, value: object) -> Problem | None:
    return problem("note") if value is not None else None


_COMPUTED: dict[str, object] = {"number": Decimal(1), "text": "x", "flag": True}


def computed(question: Question, value: object) -> object | None:
    """What a condition gave, as the kind that the question says: Decimal (four decimals), str or bool; else None."""
    if question.kind == "flag":
        return value if isinstance(value, bool) else None
    if question.kind == "text":
        return clean_text(value)[: question.max_length] or None if isinstance(value, str) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 10**14:
        return None
    found = round(Decimal(repr(value)), 4).normalize()
    return found if found else Decimal(0)  # never -0


def _check_computed(question: Question, value: object) -> Problem | None:
    return None if type(value) is type(_COMPUTED[question.kind]) else problem("note")


ENTRIES = (
    Type("yes_no", "flag", "bars", parse_yes_no, _check_yes_no, lambda _: True),
    Type(
        "number", "number", "histogram", _parse_number, _check_number, _example_number,
        frozenset({"min", "max", "decimals", "unit"}), limits="number",
    ),
    Type(
        "slider", "number", "histogram", _parse_number, _check_slider, _example_number,
        frozenset({"min", "max", "step", "unit", "labels"}), limits="number",
    ),
    Type(
        "date", "date", "timeline", _parse_date, _check_date, _example_date,
        frozenset({"min", "max"}), limits="date",
    ),
    Type(
        "text", "text", "comments", _parse_text, _check_text, lambda q: "好 fine"[: q.max_length].strip(),
        frozenset({"long", "max_length"}),
    ),
    Type(
        "photo", "photo", "photos", _parse_photos, _check_photos, lambda _: ("0123456789abcdef",),
        frozenset({"max_photos"}),
    ),
    Type("note", "none", "none", _parse_nothing, _check_note, lambda _: None),
    Type(
        "computed", "computed", "none", _parse_nothing, _check_computed, lambda q: _COMPUTED[q.kind],
        frozenset({"value", "as"}),
    ),
)  # fmt: skip
