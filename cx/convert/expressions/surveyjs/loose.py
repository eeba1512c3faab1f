"""How SurveyJS takes texts for numbers and for yes/no, and compares loosely: for what is known when translating."""

from __future__ import annotations

import re
from functools import lru_cache

from cx.convert.expressions.terms import Value, shown

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,12}")


@lru_cache(4096)
def number(text: str) -> float | None:
    """The number that a text is written like."""
    text = text.strip()
    if _HEX.fullmatch(text):
        return int(text, 16)
    return float(text) if _NUMBER.fullmatch(text) else None


@lru_cache(4096)
def taken(text: str) -> Value:
    """What a text is as the value of a question: yes/no and numbers are recognised, not those that begin with 0."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if re.match(r"0[^.,x]", text):
        return text
    found = number(text)
    return text if found is None else found


def equal(one: Value, other: Value) -> bool:
    """Whether two values are the same to SurveyJS."""
    if isinstance(one, bool) and isinstance(other, str):
        return str(one).lower() == other.lower()
    if isinstance(other, bool) and isinstance(one, str):
        return equal(other, one)
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().lower() == other.strip().lower()
    if one is None or other is None:
        return one in (None, "") and other in (None, "")
    first, second = (number(side) if isinstance(side, str) else side for side in (one, other))
    return first is not None and second is not None and float(first) == float(second)


def before(one: Value, other: Value) -> bool:
    """Whether one is less than the other to JavaScript."""
    if isinstance(one, str) and isinstance(other, str):
        return one < other
    first, second = (_number(side) for side in (one, other))
    return first is not None and second is not None and first < second


def _number(value: Value) -> float | None:
    if isinstance(value, str):
        return 0.0 if not value.strip() else number(value)
    return None if value is None else float(value)


def held(one: Value, other: Value) -> bool:
    """Whether a text holds another, without regard to case."""
    return bool(other) and shown(other).lower() in shown(one).lower()
