"""Functions that conditions and computed questions may call beside CEL's own: pure, small, the same everywhere.

Numbers come out as decimals: a condition that computes has no others. A text stands for a number when it is written
like one (``'12'``, ``' 1.5 '``, ``'0x1f'``). Texts are counted in characters, from 0. What makes no
sense raises ValueError or TypeError, which a condition takes as unknown.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_HEX = re.compile(r"0x[0-9a-fA-F]{1,12}")
_MOST = 10_000


def number(value: object) -> float:
    """A number, also one written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError("no number")
    if isinstance(value, str):
        if _HEX.fullmatch(value.strip()):
            return float(int(value, 16))
        if not is_number(value):
            raise ValueError("no number")
        return float(value)
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("no number")
    return value


def is_number(value: object) -> bool:
    """Whether it is a number, or a text written like one."""
    if isinstance(value, str):
        return bool(_NUMBER.fullmatch(value.strip()) or _HEX.fullmatch(value.strip()))
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(one: object, other: object) -> bool:
    """Equal in a loose way: numbers by value also where one is written as text, texts without regard to case and to
    blanks around them, yes/no also as ``'true'`` and ``'false'``. A text that begins with 0, as a postcode may, is
    no number beside a text."""
    if isinstance(one, bool) or isinstance(other, bool):
        return str(one).strip().lower() == str(other).strip().lower()
    texts = isinstance(one, str) and isinstance(other, str)
    if is_number(one) and is_number(other) and not (texts and re.match(r"\s*0\d", str(one))):
        return number(one) == number(other)
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().lower() == other.strip().lower()
    return one == other


def length(text: object) -> float:
    """How many characters a text has."""
    return float(len(_text(text)))


def upper(text: object) -> str:
    """A text in capitals."""
    return _text(text).upper()


def trim(text: object) -> str:
    """A text without blanks around it."""
    return _text(text).strip()


def tidy(text: object) -> str:
    """A text without blanks around it, and with one blank where several follow each other."""
    return " ".join(_text(text).split())


def substring(text: object, start: float, end: float | None = None) -> str:
    """The characters from ``start`` to before ``end``; what lies outside of the text is left out."""
    whole = _text(text)
    return whole[max(0, int(start)) : len(whole) if end is None else max(0, int(end))]


def index(text: object, part: object) -> float:
    """Where a text first holds another; -1 where it does not."""
    return float(_text(text).find(_text(part)))


def replace(text: object, part: object, by: object) -> str:
    """A text with another in place of each of its parts that read ``part``."""
    whole, old, new = _text(text), _text(part), _text(by)
    places = whole.count(old) if old else 0
    if len(whole) + places * (len(new) - len(old)) > _MOST:  # before it is made: 10,000 places of 10,000 letters
        raise ValueError("too long")
    return whole.replace(old, new) if places else whole


def translate(text: object, these: object, those: object) -> str:
    """A text with each character of ``these`` turned into the one at its place in ``those``, or left out."""
    start, goal = _text(these), _text(those)
    table = {ord(char): goal[place] if place < len(goal) else None for place, char in reversed([*enumerate(start)])}
    return _text(text).translate(table)


def join(parts: list[object], between: object) -> str:
    """The texts of a list in one, with ``between`` between them."""
    return _text(between).join(_text(part) for part in parts)


def power(base: object, exponent: object) -> float:
    """``base`` to the power of ``exponent``."""
    result = math.pow(number(base), number(exponent))
    return _finite(result)


def mod(value: object, divisor: object) -> float:
    """What is left of a division; has the sign of the divided: -5 by 3 → -2."""
    return _finite(math.fmod(number(value), number(divisor)))


def trunc(value: object) -> float:
    """The whole part of a number: 1.7 → 1, -1.7 → -1."""
    return float(math.trunc(_finite(number(value))))


def floor(value: object) -> float:
    """The next whole number below."""
    return float(math.floor(_finite(number(value))))


def absolute(value: object) -> float:
    """A number without its sign."""
    return float(abs(number(value)))


def half_up(value: object, digits: float = 0) -> float:
    """Rounded to so many decimals, a tie towards the larger number: 2.5 → 3, -2.5 → -2."""
    exact = _written(value)
    unit = Decimal(1).scaleb(-_digits(digits))
    return float(((exact / unit) + Decimal("0.5")).to_integral_value(ROUND_FLOOR) * unit)


def rounded(value: object, digits: float = 0) -> float:
    """Rounded to so many decimals, a tie away from zero: 2.5 → 3, -2.5 → -3."""
    exact = _written(value)
    unit = Decimal(1).scaleb(-_digits(digits))
    return float((exact / unit).to_integral_value(ROUND_HALF_UP) * unit)


def _written(value: object) -> Decimal:
    """A number as one would write it: 10 * 1.2345 is 12.345, not 12.344999999999999 (15 digits, as in spreadsheets)."""
    return Decimal(f"{float(_finite(number(value))):.15g}")


def _digits(digits: float) -> int:
    if abs(digits) > 12:
        raise ValueError("no number of decimals")
    return int(digits)


def smallest(values: list[object]) -> float:
    """The smallest number of a list."""
    return float(min(number(value) for value in values))


def largest(values: list[object]) -> float:
    """The largest number of a list."""
    return float(max(number(value) for value in values))


def days(start: object, end: object) -> float:
    """How many days from one date to another; negative when the second is earlier."""
    return float((_day(end) - _day(start)).days)


def months(start: object, end: object) -> float:
    """How many whole months from one date to a later one."""
    one, other = _day(start), _day(end)
    return float((other.year - one.year) * 12 + other.month - one.month - (other.day < one.day))


def years(start: object, end: object) -> float:
    """How many whole years from one date to a later one: the age in years of somebody born on ``start``."""
    return float(math.trunc(months(start, end) / 12))


def add_days(day: object, count: object) -> str:
    """The date so many days later, as ``'2026-01-31'``."""
    try:
        return (_day(day) + dt.timedelta(days=math.floor(number(count)))).isoformat()
    except OverflowError as error:
        raise ValueError("no date") from error


def _day(value: object) -> dt.date:
    text = _text(value)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError("no date")
    return dt.date.fromisoformat(text)


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "is_number": is_number,
    "same": same,
    "length": length,
    "upper": upper,
    "trim": trim,
    "tidy": tidy,
    "substring": substring,
    "index": index,
    "replace": replace,
    "translate": translate,
    "join": join,
    "power": power,
    "mod": mod,
    "trunc": trunc,
    "floor": floor,
    "abs": absolute,
    "half_up": half_up,
    "smallest": smallest,
    "largest": largest,
    "days": days,
    "months": months,
    "years": years,
    "add_days": add_days,
}
"""Name in a condition → function."""
