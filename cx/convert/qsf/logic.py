"""Qualtrics' logic (display, skip, branch, validation) → trees of conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import Tree, both, compared, either, negation, test
from cx.convert.expressions.terms import quoted
from cx.convert.pieces import MOST_LEAVES
from cx.convert.qsf.reading import mapping

_LOCATOR = re.compile(r"q://(QID\w+?)(?:_NPS_GROUP)?/(\w+)(?:/([\w~#.-]+))?(?:/([\w~#.-]+))?(?:/.*)?")
_SIGNS = {
    "EqualTo": "==", "NotEqualTo": "!=", "GreaterThan": ">", "GreaterThanOrEqual": ">=", "LessThan": "<",
    "LessThanOrEqual": "<=", "Equal": "==", "NotEqual": "!=",
}  # fmt: skip
_TURNED = {
    "NotSelected": "Selected", "IsNotSelected": "Selected", "NotEmpty": "Empty", "DoesNotContain": "Contains",
    "NotEqualTo": "EqualTo", "NotEqual": "EqualTo", "NotDisplayed": "Displayed",
}  # fmt: skip
_DECIMAL = ("number", "slider")
_SCALES = ("nps", "csat", "ces", "rating")


@dataclass(frozen=True)
class Known:
    """What a question of theirs became. ``values``: number of a choice (or of a column) → our choice id, or points;
    ``rows``: number of a row → a question or matrix row of ours; ``type`` that of our question, or of a row."""

    id: str
    type: str
    values: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)


def condition(logic: Any, known: Mapping[str, Known]) -> Tree:
    """A whole logic: sets joined by and/or, each of expressions joined likewise; *and* binds more tightly. Raises
    NotCarried."""
    sets = []
    if sum(len(mapping(group)) for group in mapping(logic).values()) > MOST_LEAVES:
        raise NotCarried("too_long")
    for key, group in sorted(mapping(logic).items()):
        if not key.isdigit() or not isinstance(group, dict):
            continue
        parts = [
            (str(one.get("Conjuction") or one.get("Conjunction") or "And"), _expression(one, known))
            for number, one in sorted(group.items(), key=lambda item: (len(item[0]), item[0]))
            if number.isdigit() and isinstance(one, dict)
        ]
        if parts:
            sets.append((str(group.get("Type") or "If"), _joined(parts)))
    if not sets:
        raise NotCarried("syntax")
    return _joined([("Or" if kind.lower().startswith("or") else "And", tree) for kind, tree in sets])


def _joined(parts: list[tuple[str, Tree]]) -> Tree:
    """``a and b or c``: the first conjunction says nothing."""
    groups: list[list[Tree]] = []
    for place, (how, tree) in enumerate(parts):
        if place == 0 or how.lower().startswith("or"):
            groups.append([])
        groups[-1].append(tree)
    return either(*(both(*group) for group in groups))


def _expression(one: Mapping[str, Any], known: Mapping[str, Known]) -> Tree:
    kind = str(one.get("LogicType") or "Question")
    if kind != "Question":
        raise NotCarried("embedded_data" if kind == "EmbeddedField" else "outside")
    return located(
        str(one.get("ChoiceLocator") or one.get("LeftOperand") or ""),
        str(one.get("Operator")),
        one.get("RightOperand"),
        known,
    )


def located(locator: str, operator: str, right: Any, known: Mapping[str, Known]) -> Tree:
    """One comparison of what a locator (``q://QID1/SelectableChoice/2``) points at. Raises NotCarried."""
    if operator in _TURNED:
        return negation(located(locator, _TURNED[operator], right, known))
    found = _LOCATOR.fullmatch(locator.strip())
    if not found:
        raise NotCarried("syntax")
    id, what, first, second = found.groups()
    if id not in known:
        raise NotCarried("name_unknown")
    asked = known[id]
    if what in ("SelectableChoice", "SelectableAnswer", "SelectedChoice"):
        if operator != "Selected" or first is None:
            raise NotCarried("operator_unknown")
        return _selected(asked, first, second, "_NPS_GROUP/" in locator)
    if what == "SelectedChoicesCount" and asked.type == "multiple":
        return _compared(f"size({asked.id})", "whole", operator, right, asked.id)
    if what in ("QuestionText", "ChoiceTextEntryValue", "ChoiceNumericEntryValue", "ChoiceValue", "TotalSum"):
        if first and asked.rows:
            if first not in asked.rows:
                raise NotCarried("name_unknown")
            return _compared(asked.rows[first], asked.type, operator, right, asked.rows[first].partition(".")[0])
        if first and asked.type in ("single", "multiple"):
            raise NotCarried("text_of_choice")
        return _compared(asked.id, asked.type, operator, right, asked.id)
    raise NotCarried("operator_unknown")


def _selected(asked: Known, first: str, second: str | None, group: bool) -> Tree:
    if group:
        ranges = {"1": (9, 10), "2": (7, 8), "3": (0, 6)}
        low, high = ranges.get(first, (None, None))
        if asked.type != "nps" or low is None:
            raise NotCarried("choice_unknown")
        there = f"answered({asked.id})"
        return both(
            test(there), compared(asked.id, ">=", str(low), [there]), compared(asked.id, "<=", str(high), [there])
        )
    if asked.rows:
        if first not in asked.rows or second is None:
            raise NotCarried("choice_unknown")
        return _chosen(asked.rows[first], asked, second)
    return _chosen(asked.id, asked, first)


def _chosen(id: str, asked: Known, number: str) -> Tree:
    if asked.values and number not in asked.values:
        raise NotCarried("choice_unknown")
    value = asked.values.get(number, number)
    base = id.partition(".")[0]
    there = f"answered({base})"
    if asked.type in ("multiple", "ranking"):
        return both(test(there), test(f"{quoted(value)} in {id}", [there], True))
    if asked.type in _SCALES and not re.fullmatch(r"\d{1,2}", value):
        raise NotCarried("choice_unknown")
    literal = value if asked.type in _SCALES else quoted(value)
    return both(test(there), compared(id, "==", literal, [there]))


def _compared(cel: str, type: str, operator: str, right: Any, base: str) -> Tree:
    there = f"answered({base})"
    if operator == "Empty":
        return negation(test(there))
    if operator == "Displayed":
        raise NotCarried("operator_unknown")
    if operator == "Contains" and type == "text":
        return both(test(there), test(f"{cel}.contains({quoted(str(right or ''))})", [there]))
    if operator == "MatchesRegex" and type == "text":
        pattern = re.sub(r"^/(.*)/[a-z]*$", r"\1", str(right or ""))
        return both(test(there), test(f"{cel}.matches({quoted(pattern)})", [there]))
    if operator not in _SIGNS:
        raise NotCarried("operator_unknown")
    if type == "text":
        if _SIGNS[operator] not in ("==", "!="):
            raise NotCarried("type_unknown")
        return both(test(there), compared(cel, _SIGNS[operator], quoted(str(right or "")), [there]))
    if type not in (*_DECIMAL, *_SCALES, "whole"):
        raise NotCarried("type_unknown")
    return both(test(there), compared(cel, _SIGNS[operator], number(right, type in _DECIMAL), [there]))


def number(value: Any, decimal: bool) -> str:
    """A number as CEL writes it. Raises NotCarried."""
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > 10**12 or (not decimal and found != found.to_integral_value()):
        raise NotCarried("type_unknown")
    text = format(found if decimal else found.to_integral_value(), "f")
    return text + (".0" if decimal and "." not in text else "")
