"""JSON from another system, read strictly: what two readers could read differently is refused, and so is what is no
plain text or number. Nothing that was sent is repeated in a problem, for it may be what must not be kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from cx.bank.feeds import FIELDS
from cx.intake import personal
from cx.words import Problem, Refused

LARGEST = 2 * 1024 * 1024  # bytes of a body
MOST = 20_000  # values or events in it
_DIGITS = 30  # of a number
_LONGEST = 100  # characters of a text
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
_ABOUT_PEOPLE = re.compile(
    r"user|uid|cust|client|person|name|open_?id|union_?id|device|imei|idfa|oaid|session|token|cookie|(^|_)(ip|lat|lon|lng)($|_)"
    r"|address|account|acct|card|cert|amount|balance|phone|mobile|mail|gender|birth|(^|_)age$"
    r"|客户|用户|姓名|设备|地址|金额|余额|会话",
    re.IGNORECASE,
)


def read(body: bytes) -> dict[str, Any]:
    """The object in a body; numbers as int or Decimal.

    Raises :class:`Refused`: ``feed_json``, ``feed_json_twice``, ``feed_json_number``, ``feed_json_deep``,
    ``feed_not_object``.
    """
    try:
        found = json.loads(
            body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant, parse_int=_whole,
            parse_float=_decimal,
        )  # fmt: skip
    except RecursionError as error:
        raise Refused(Problem("feed_json_deep", "body")) from error
    except UnicodeDecodeError as error:
        raise Refused(Problem("feed_json", f"body, byte {error.start}", {"detail": "UTF-8"})) from error
    except json.JSONDecodeError as error:
        where = f"body, line {error.lineno}, column {error.colno}"
        raise Refused(Problem("feed_json", where, {"detail": error.msg})) from error
    if not isinstance(found, dict):
        raise Refused(Problem("feed_not_object", "body"))
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Refused(Problem("feed_json_twice", "body", {"field": shown(key)}))
        found[key] = value
    return found


def _constant(_: str) -> NoReturn:
    raise Refused(Problem("feed_json_number", "body"))


def _whole(text: str) -> int:
    if len(text) > _DIGITS:
        raise Refused(Problem("feed_json_number", "body"))
    return int(text)


def _decimal(text: str) -> Decimal:
    number = Decimal(text) if len(text) <= 2 * _DIGITS else None
    if number is None or not -_DIGITS < number.adjusted() < _DIGITS:
        raise Refused(Problem("feed_json_number", "body"))
    return number


def listed(data: Mapping[str, Any], name: str) -> list[Any]:
    """The list of that name, of 1 to ``MOST`` entries. Raises :class:`Refused`: ``feed_list``, ``feed_many``."""
    found = data.get(name)
    if not isinstance(found, list) or not found:
        raise Refused(Problem("feed_list", name))
    if len(found) > MOST:
        raise Refused(Problem("feed_many", name, {"count": len(found), "limit": MOST}))
    return found


def fields(item: object, known: tuple[str, ...], where: str, problems: list[Problem]) -> dict[str, Any]:
    """An entry as an object with known fields only; everything else is a problem."""
    if not isinstance(item, dict):
        problems.append(Problem("feed_entry", where))
        return {}
    for name in item:
        if name not in known:
            ours = name in FIELDS or not (personal.named(name) or _ABOUT_PEOPLE.search(name))
            code = "feed_field" if ours else "feed_personal_field"
            problems.append(Problem(code, where, {"field": shown(name), "known": ", ".join(known)}))
    return item


def text(value: object, where: str, problems: list[Problem]) -> str | None:
    """A short plain text without personal numbers; None and a problem otherwise."""
    if not isinstance(value, str) or not value.isprintable() or len(value) > _LONGEST:
        problems.append(Problem("feed_text", where, {"longest": _LONGEST}))
        return None
    if personal.scrub(value) != value:
        problems.append(Problem("feed_personal", where))
        return None
    return value


def number(value: object, where: str, problems: list[Problem]) -> Decimal | None:
    """A number as it was written; None and a problem otherwise."""
    if type(value) is int or isinstance(value, Decimal):
        return Decimal(value)
    problems.append(Problem("feed_number", where))
    return None


def shown(name: str) -> str:
    """The name of a field as it may be repeated: only where it looks like one."""
    return name if _FIELD.fullmatch(name) and personal.scrub(name) == name else "…"
