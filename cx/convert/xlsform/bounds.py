"""Simple constraints as keys of ours, told better than any rule: ``. >= 0 and . <= 120`` is ``min: 0, max: 120``,
``count-selected(.) <= 3`` is ``max_choices: 3``, and a choice that may not stand beside others is ``exclusive``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

_LIMIT = re.compile(r"\.\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?|today\(\)|date\('\d{4}-\d\d-\d\d'\))")
_COUNT = re.compile(r"count-selected\(\s*\.\s*\)\s*(>=|<=|>|<)\s*(\d{1,3})")
_ALONE = re.compile(
    r"not\s*\(\s*(?:selected\(\s*\.\s*,\s*(['\"])([^'\"]+)\1\s*\)\s*and\s*count-selected\(\s*\.\s*\)\s*(?:>\s*1|>=\s*2)"
    r"|count-selected\(\s*\.\s*\)\s*(?:>\s*1|>=\s*2)\s*and\s*selected\(\s*\.\s*,\s*(['\"])([^'\"]+)\3\s*\))\s*\)"
)


def bounds(constraint: str, type: str, decimals: int) -> dict[str, Any] | None:
    """``min``, ``max``, ``min_choices``, ``max_choices``, and under ``exclusive`` the values of choices that stand
    alone; None where the constraint says more than that."""
    found: dict[str, Any] = {}
    for part in _parts(constraint):
        one = _of_choices(part) if type == "multiple" else _of_value(part, type, decimals)
        if one is None or set(one) & set(found) - {"exclusive"}:
            return None
        alone = [*found.get("exclusive", ()), *one.get("exclusive", ())]
        found |= one | ({"exclusive": alone} if alone else {})
    return found


def _parts(constraint: str) -> Iterator[str]:
    """What ``and`` joins outside of brackets, without brackets around."""
    depth, start = 0, 0
    text = constraint.strip()
    for match in re.finditer(r"[()]|\band\b", text):
        depth += {"(": 1, ")": -1}.get(match.group(), 0)
        if match.group() == "and" and depth == 0:
            yield _bare(text[start : match.start()])
            start = match.end()
    yield _bare(text[start:])


def _bare(text: str) -> str:
    text = text.strip()
    inside = re.fullmatch(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)", text)
    return _bare(inside.group(1)) if inside else text


def _of_value(part: str, type: str, decimals: int) -> dict[str, Any] | None:
    match = _LIMIT.fullmatch(part) if type in ("number", "date") else None
    limit = _limit(match, type, decimals) if match else None
    return None if match is None or limit is None else {"min" if match.group(1).startswith(">") else "max": limit}


def _limit(match: re.Match[str], type: str, decimals: int) -> Any:
    """The bound itself; one step inside where it is excluded and steps are whole."""
    sign, text = match.groups()
    if text == "today()":
        return "today" if type == "date" and "=" in sign else None
    if type == "date":
        return dt.date.fromisoformat(text[6:-2]) if text.startswith("date(") and "=" in sign else None
    if text.startswith("date(") or ("=" not in sign and decimals):
        return None
    value = Decimal(text)
    if "=" not in sign:
        if value != int(value):
            return None
        value += 1 if sign == ">" else -1
    return int(value) if value == int(value) else float(value)


def _of_choices(part: str) -> dict[str, Any] | None:
    if alone := _ALONE.fullmatch(part):
        return {"exclusive": [alone.group(2) or alone.group(4)]}
    match = _COUNT.fullmatch(part)
    if not match:
        return None
    sign, count = match.group(1), int(match.group(2))
    limit = count + {">": 1, "<": -1}.get(sign, 0)
    return {"min_choices" if sign.startswith(">") else "max_choices": limit} if limit > 0 else None
