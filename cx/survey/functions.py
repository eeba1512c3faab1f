"""Functions of ours that conditions may call beside CEL's own: pure and small. ``answered(q)`` is not one of them: it
asks whether there is an answer, and is written as a variable (:mod:`cx.survey.tokens`).

What makes no sense raises ValueError (this value) or TypeError (this kind of value). A condition takes both as unknown,
unless the other side of ``||`` or ``&&`` decides; the check of a definition refuses the second.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from functools import wraps

from cx.survey import library
from cx.survey.library import number
from cx.survey.tokens import GUARD


def today() -> str:
    """The day, as ``'2026-01-31'``."""
    return dt.date.today().isoformat()


def text(value: object) -> str:
    """A number, a text or yes/no as text; whole numbers without decimals."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int | str):
        return str(value)
    raise TypeError("no text")


def lower(value: object) -> str:
    """A text in small letters."""
    if not isinstance(value, str):
        raise TypeError("no text")
    return value.lower()


def _numbers(values: object) -> list[float]:
    """The numbers of a list, or of the answered rows of a matrix."""
    listed = values.values() if isinstance(values, Mapping) else values
    if not isinstance(listed, Iterable) or isinstance(listed, str):
        raise TypeError("no list")
    return [number(value) for value in listed]


def average(values: object) -> float:
    """The mean of the numbers of a list, or of the answered rows of a matrix."""
    numbers = _numbers(values)
    if not numbers:
        raise ValueError("nothing to average")
    return sum(numbers) / len(numbers)


def total(values: object) -> float:
    """The sum of the numbers of a list, or of the answered rows of a matrix."""
    return float(sum(_numbers(values)))


def nonzero(value: object) -> object:
    """A divisor: zero raises ValueError."""
    if value == 0:
        raise ValueError("division by zero")
    return value


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "today": today,
    "number": number,
    "text": text,
    "lower": lower,
    "round": library.rounded,
    "average": average,
    "total": total,
    **library.FUNCTIONS,
}
"""Name in a condition → function."""


class UnknownResult:
    """Given to the engine in place of a value: it cannot take it, which is an error without a line on stderr."""


class WrongKind(UnknownResult):
    """The same, where no value of this kind would do, or so many values."""


def _quiet(function: Callable[..., object]) -> Callable[..., object]:
    @wraps(function)
    def call(*values: object) -> object:
        try:
            return function(*values)
        except TypeError:
            return WrongKind()
        except (ValueError, ArithmeticError):
            return UnknownResult()

    return call


INNER: Mapping[str, Callable[..., object]] = {
    name: _quiet(function) for name, function in {**FUNCTIONS, GUARD: nonzero}.items()
}
"""All that a compiled condition may call."""
