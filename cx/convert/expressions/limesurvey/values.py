"""LimeSurvey's values: when they count as yes, as equal, as less, and what they come to."""

from __future__ import annotations

import re
from dataclasses import replace

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import (
    COMPARES,
    MIRRORED,
    NO,
    YES,
    Const,
    Tree,
    agree,
    both,
    compared,
    either,
    negation,
    test,
)
from cx.convert.expressions.meaning import NAN, Textual
from cx.convert.expressions.terms import (
    ADD,
    NUMBERS,
    Term,
    Value,
    beside,
    binary,
    call,
    choose,
    literal,
    numeric,
    or_else,
    picked,
    plainly,
    quoted,
    shown,
)

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)?(?:\.\d+)?")


def number(value: Value) -> float | None:
    """The number that a value is, or is written like."""
    if isinstance(value, str):
        text = value.strip()
        return float(text) if text and re.search(r"\d", text) and _NUMBER.fullmatch(text.lstrip("0") or "0") else None
    return None if value is None else float(value)


def equal(one: Value, other: Value) -> bool:
    """Whether PHP takes two values for equal."""
    first, second = number(one), number(other)
    if first is not None and second is not None:
        return first == second
    return shown(one) == shown(other)


def before(one: Value, sign: str, other: Value) -> bool:
    """A comparison of two values: numbers with numbers, texts with texts; other pairs never hold."""
    quoted_one, quoted_other = isinstance(one, str), isinstance(other, str)
    first, second = number(one), number(other)
    if first is not None and second is not None and not (quoted_one or quoted_other):
        return COMPARES[sign](first, second)
    if (first is None) != (second is None):
        return False
    return COMPARES[sign](shown(one), shown(other))


class Values(Textual):
    """What can be said of values whatever they are of."""

    def constant_number(self, value: Value) -> Term:
        found = number(value)
        return NAN if found is None else literal(found)

    def truth(self, term: Term) -> Tree:
        """A value as yes or no: an empty text and 0 are no."""
        if term.tree is not None and (not term.values or not term.variable):
            return term.tree
        if term.constant is not None:
            return Const(term.constant not in ("", "0") and term.constant != 0)
        if term.type in NUMBERS:
            return both(term.there, NO if term.nan == YES else negation(beside(term, "==", literal(0), plainly)))
        if term.type == "choice" and term.values:
            return picked(term, [ours for theirs, ours in term.values.items() if theirs not in ("", "0")])
        if term.type in ("text", "choice", "any"):
            zero = test(f"{term.at(ADD)} in ['0', 0]", term.needs, loose=True)
            return both(negation(self.empty(term)), negation(zero))
        if term.type == "date":
            return term.there
        raise NotCarried("type_unknown")

    def empty(self, term: Term) -> Tree:
        """Whether a value is an empty text (or no)."""
        if term.tree is not None and not term.values:
            return negation(term.tree)
        if term.constant is not None:
            return Const(term.constant == "")
        if term.type in ("text", "any") and not term.variable:
            return either(term.absent, compared(term.at(ADD), "==", "''", term.needs))
        return term.absent

    def text(self, term: Term) -> Term:
        """A value as a text."""
        if term.constant is not None:
            return literal(shown(term.constant))
        if term.renamed or term.type in ("any", "list"):
            raise NotCarried("choice_values" if term.values else "type_unknown")
        if term.tree is not None:
            return choose(term.tree, literal("1"), literal(""))
        if term.type in NUMBERS:
            term = call("text", "text", term)
        return replace(or_else(term, literal("")), type="text", values={})

    def computed(self, one: Term, sign: str, other: Term) -> Term:
        """Two values with an operator of numbers between."""
        if sign == "+":
            return self._added(one, other)
        left, right = self.number(one), self.number(other)
        if YES in (left.nan, right.nan):
            return NAN
        if sign != "/":
            return numeric(left, right, sign)
        zero = (
            Const(right.constant == 0)
            if right.constant is not None
            else compared(right.at(ADD), "==", "0", right.needs)
        )
        result = binary("number", left, "/", right)
        return NAN if zero == YES else replace(result, nan=either(result.nan, zero))

    def _added(self, one: Term, other: Term) -> Term:
        """A sum of numbers; texts are joined."""
        if one.type in NUMBERS and other.type in NUMBERS:
            return numeric(or_else(one, literal(0)), or_else(other, literal(0)), "+")
        texts = [side.type == "text" and number(side.constant) is None and not side.variable for side in (one, other)]
        if any(texts):
            return binary("text", self.text(one), "+", self.text(other))
        raise NotCarried("type_unknown")

    def equal(self, one: Term, other: Term) -> Tree:
        """Whether two values are the same."""
        if one.constant is not None:
            one, other = other, one
        if other.constant is not None:
            return self._is(one, other.constant)
        if one.tree is not None and other.tree is not None and not one.values and not other.values:
            return agree(one.tree, other.tree)
        return either(both(self.empty(one), self.empty(other)), both(one.there, other.there, self._alike(one, other)))

    def _alike(self, one: Term, other: Term) -> Tree:
        needs = one.needs | other.needs
        if one.type in NUMBERS and other.type in NUMBERS:
            return compared(one.at(ADD), "==", other.at(ADD), needs)
        if one.type == other.type and one.type in ("choice", "date") and dict(one.values) == dict(other.values):
            return compared(one.at(ADD), "==", other.at(ADD), needs)
        if one.type == other.type == "any" and one.variable and other.variable:
            return compared(one.cel, "==", other.cel, needs)
        if {one.type, other.type} <= {"text", *NUMBERS}:
            left, right = self.number(one), self.number(other)
            both_numbers = both(left.there, right.there, beside(left, "==", right, plainly))
            texts = compared(one.at(ADD), "==", other.at(ADD), needs) if one.type == other.type else NO
            return either(texts, both_numbers)
        raise NotCarried("type_unknown")

    def _is(self, term: Term, constant: Value) -> Tree:
        """Whether a value equals a constant."""
        if term.constant is not None:
            return Const(equal(term.constant, constant))
        if constant == "":
            return self.empty(term)
        if term.tree is not None and not term.variable:
            if term.values:  # a tick
                return term.tree if equal("Y", constant) else NO
            says = constant not in ("", "0") and constant != 0
            return term.tree if says else negation(term.tree)
        if term.values:
            return picked(term, [ours for theirs, ours in term.values.items() if equal(theirs, constant)])
        value = number(constant)
        if term.type in NUMBERS:
            there = term.there
            if value is None or there == NO:
                return NO
            return both(there, beside(term, "==", literal(value), plainly))
        if term.type in ("text", "choice", "any"):
            if value is None:
                return both(term.there, compared(term.at(ADD), "==", quoted(shown(constant)), term.needs))
            return both(term.there, test(f"same({term.cel}, {literal(value).cel})", term.needs))
        if term.type == "date":
            return both(term.there, compared(term.at(ADD), "==", quoted(shown(constant)), term.needs))
        raise NotCarried("type_unknown")

    def ordered(self, one: Term, sign: str, other: Term) -> Tree:
        """Whether one value is less, or more, than another."""
        if one.constant is not None and other.constant is not None:
            return Const(before(one.constant, sign, other.constant))
        if one.constant is not None:
            tree = self._beside(other, MIRRORED[sign], one.constant)
            known = other.type in NUMBERS or other.type == "any"
            return either(other.absent, tree) if one.constant == 0 and known and sign in ("<=", ">=") else tree
        if other.constant is not None:
            return self._beside(one, sign, other.constant)
        nothing = both(self.empty(one), self.empty(other)) if sign in ("<=", ">=") else NO
        if one.type == other.type == "date":
            return either(
                nothing,
                both(one.there, other.there, compared(one.at(ADD), sign, other.at(ADD), one.needs | other.needs)),
            )
        left, right = self.number(one), self.number(other)
        if left.nan == YES or right.nan == YES or {one.type, other.type} == {"text"}:
            raise NotCarried("type_unknown")
        cmp = beside(left, sign, right, plainly)
        return either(nothing, both(left.there, right.there, cmp))

    def _beside(self, term: Term, sign: str, constant: Value) -> Tree:
        """A comparison with a constant."""
        text = isinstance(constant, str)
        if term.type == "any" or (term.type == "flag" and term.variable):
            raise NotCarried("type_unknown")
        nothing = both(term.absent, Const(text and before("", sign, constant)))
        if term.values and term.type == "choice":
            values = term.values.items()
            found = [ours for theirs, ours in values if before(_typed(theirs, text), sign, constant)]
            return either(nothing, picked(term, found))
        if not text:
            number_of = self.number(term)
            if number_of.nan == YES:
                return NO
            return both(number_of.there, beside(number_of, sign, literal(constant), plainly))
        if term.type == "date":
            return either(nothing, both(term.there, compared(term.at(ADD), sign, quoted(shown(constant)), term.needs)))
        written = call("text", "text", term) if term.type in NUMBERS else term
        like = test(f"is_number({term.cel})", term.needs) if term.type not in NUMBERS else YES
        kind = like if number(constant) is not None else negation(like)
        cmp = compared(written.at(ADD), sign, quoted(shown(constant)), written.needs)
        return either(nothing, both(term.there, kind, cmp)) if kind != NO else nothing


def _typed(value: str, text: bool) -> Value:
    """A choice's code as a number beside a number."""
    found = number(value)
    return value if text or found is None else found
