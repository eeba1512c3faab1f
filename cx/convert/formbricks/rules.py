"""Formbricks' rules → trees of conditions: the newer ones with operands and connectors, and the older flat ones."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import NO, YES, Tree, both, compared, either, negation, test
from cx.convert.expressions.terms import quoted
from cx.convert.formbricks.making import Known
from cx.convert.formbricks.reading import dicts
from cx.convert.pieces import MOST_LEAVES

_OLD = {
    "submitted": "isSubmitted", "skipped": "isSkipped", "notEquals": "doesNotEqual", "lessThan": "isLessThan",
    "lessEqual": "isLessThanOrEqual", "greaterThan": "isGreaterThan", "greaterEqual": "isGreaterThanOrEqual",
    "includesAll": "includesAllOf", "includesOne": "includesOneOf", "accepted": "isAccepted", "clicked": "isClicked",
    "booked": "isBooked", "uploaded": "isSubmitted", "notUploaded": "isSkipped",
}  # fmt: skip
_SIGNS = {
    "isGreaterThan": ">", "isLessThan": "<", "isGreaterThanOrEqual": ">=", "isLessThanOrEqual": "<=",
    "isAfter": ">", "isBefore": "<",
}  # fmt: skip
_ANSWERED = frozenset(
    ["isSubmitted", "isSet", "isNotEmpty", "isPartiallySubmitted", "isCompletelySubmitted", "isBooked"]
)
_UNANSWERED = frozenset(["isSkipped", "isNotSet", "isEmpty"])
_TEXTS = {"contains": "contains", "startsWith": "startsWith", "endsWith": "endsWith"}
_NUMBERS = frozenset(["nps", "csat", "ces", "rating", "number", "slider", "computed"])
_TURNED = {
    "doesNotEqual": "equals", "doesNotContain": "contains", "doesNotStartWith": "startsWith",
    "doesNotEndWith": "endsWith", "doesNotIncludeAllOf": "includesAllOf", "doesNotIncludeOneOf": "includesOneOf",
    "isNotClicked": "isClicked",
}  # fmt: skip


class Rules:
    """Reads conditions about elements made before, and about variables (their id → our computed question)."""

    def __init__(self, known: Mapping[str, Known], variables: Mapping[str, str]) -> None:
        self.known, self.variables = known, variables

    def tree(self, rule: Mapping[str, Any], own: str) -> Tree:
        """When a rule holds. ``own`` is the element that an older rule is about. Raises NotCarried."""
        conditions = rule.get("conditions")
        if isinstance(conditions, dict):
            return self._group(conditions)
        if "condition" in rule:
            operator = str(rule["condition"])
            return self._about(own, _OLD.get(operator, operator), rule.get("value"), {})
        return YES

    def _group(self, group: Mapping[str, Any]) -> Tree:
        if len(dicts(group.get("conditions"))) > MOST_LEAVES:
            raise NotCarried("too_long")
        parts = [
            self._group(one) if isinstance(one.get("conditions"), list) else self._leaf(one)
            for one in dicts(group.get("conditions"))
        ]
        if not parts:
            return YES
        return either(*parts) if group.get("connector") == "or" else both(*parts)

    def _leaf(self, leaf: Mapping[str, Any]) -> Tree:
        left, right = leaf.get("leftOperand"), leaf.get("rightOperand")
        if not isinstance(left, dict):
            raise NotCarried("syntax")
        value: Any = None
        if isinstance(right, dict):
            if right.get("type") not in ("static", None):
                raise NotCarried("other_operand")
            value = right.get("value")
        operator, name = str(leaf.get("operator")), str(left.get("value"))
        if left.get("type") == "variable":
            if name not in self.variables:
                raise NotCarried("name_unknown")
            return self._value(Known(self.variables[name], "computed", {}, {}), operator, value)
        if left.get("type") == "hiddenField":
            raise NotCarried("hidden_field")
        return self._about(name, operator, value, left.get("meta") or {})

    def _about(self, name: str, operator: str, value: Any, meta: Mapping[str, Any]) -> Tree:
        known = self.known.get(name)
        if known is None:
            raise NotCarried("name_unknown")
        if operator in _TURNED:
            return negation(self._about(name, _TURNED[operator], value, meta))
        if known.id is None:
            return NO if operator in _UNANSWERED else YES
        if row := meta.get("row"):
            if row not in known.rows:
                raise NotCarried("name_unknown")
            known = Known(f"{known.id}.{known.rows[row]}", "single", known.values, {})
        return self._value(known, operator, value)

    def _value(self, known: Known, operator: str, value: Any) -> Tree:
        id = known.id or ""
        there = test(f"answered({id.partition('.')[0]})")
        if operator in _ANSWERED or (operator == "isClicked" and known.type == "yes_no"):
            return there
        if operator in _UNANSWERED:
            return negation(there)
        if operator == "isAccepted":
            return both(there, compared(id, "==", "true", [there.cel]))
        maker = self._list if known.type in ("multiple", "ranking") else self._single
        return maker(known, operator, value, there.cel)

    def _single(self, known: Known, operator: str, value: Any, there: str) -> Tree:
        id = known.id or ""
        need = [there]
        if operator in ("equalsOneOf", "isAnyOf", "includesOneOf"):
            return either(*(self._single(known, "equals", one, there) for one in _all(value)))
        if operator == "includesAllOf":
            return both(*(self._single(known, "equals", one, there) for one in _all(value)))
        if operator == "equals":
            return both(test(there), compared(id, "==", self._literal(known, value), need))
        if operator in _SIGNS and known.type in (*_NUMBERS, "date"):
            return both(test(there), compared(id, _SIGNS[operator], self._literal(known, value), need))
        if operator in _TEXTS and known.type == "text":
            return both(test(there), test(f"{id}.{_TEXTS[operator]}({quoted(str(value))})", need))
        raise NotCarried("operator_unknown")

    def _list(self, known: Known, operator: str, value: Any, there: str) -> Tree:
        parts = [test(f"{self._literal(known, one)} in {known.id}", [there], True) for one in _all(value)]
        if not parts:
            raise NotCarried("syntax")
        if operator in ("includesAllOf", "equals"):
            sized = [test(f"size({known.id}) == {len(parts)}", [there], True)] if operator == "equals" else []
            return both(test(there), *parts, *sized)
        if operator in ("includesOneOf", "equalsOneOf", "isAnyOf", "contains"):
            return both(test(there), either(*parts))
        raise NotCarried("operator_unknown")

    def _literal(self, known: Known, value: Any) -> str:
        if known.type in _NUMBERS:
            return number(value, known.type in ("number", "slider", "computed"))
        if known.values:
            if str(value) not in known.values:
                raise NotCarried("choice_unknown")
            return quoted(known.values[str(value)])
        return quoted(str(value))


def number(value: Any, decimal: bool) -> str:
    """A number as CEL writes it: with a point where the question's numbers have one. Raises NotCarried."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > 10**12:
        raise NotCarried("type_unknown")
    text = format(found, "f")
    return text + (".0" if decimal and "." not in text else "")


def _all(value: Any) -> list[Any]:
    return value[:MOST_LEAVES] if isinstance(value, list) else [value]
