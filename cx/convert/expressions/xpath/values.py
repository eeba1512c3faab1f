"""XPath's values: when they count as yes, as equal, as less, and what they come to."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

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

EPOCH = literal("1970-01-01")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def text_number(text: str) -> Term:
    """The number that a text literal is."""
    text = text.replace(",", ".").strip()
    return literal(float(text)) if _NUMBER.fullmatch(text) else NAN


def _written(value: Value) -> str:
    """A constant as a text; numbers never with an exponent."""
    text = shown(value)
    return format(Decimal(text), "f") if isinstance(value, float) and "e" in text else text


class Values(Textual):
    """What can be said of values whatever they are of."""

    def constant_number(self, value: Value) -> Term:
        return text_number(value) if isinstance(value, str) else literal(value)

    def _numeric(self, term: Term) -> Term:
        if term.type == "date":
            return replace(call("whole", "days", EPOCH, term), computed=False)
        return super()._numeric(term)

    def truth(self, term: Term) -> Tree:
        """A value as yes or no."""
        if term.tree is not None and not term.variable:
            return term.tree
        if isinstance(term.constant, str):
            return Const(term.constant != "")
        if term.type in NUMBERS:
            if term.constant is not None:
                return Const(abs(float(term.constant)) > 1e-12)
            return both(term.there, NO if term.nan == YES else negation(beside(term, "==", literal(0))))
        return negation(self.empty(term))

    def empty(self, term: Term) -> Tree:
        """Whether a value is an empty text."""
        if isinstance(term.constant, str):
            return Const(term.constant == "")
        if term.type == "any" and not term.variable:
            raise NotCarried("type_unknown")
        if term.type == "text" and not term.variable:
            return either(term.absent, compared(term.at(ADD), "==", "''", term.needs))
        return term.absent

    def text(self, term: Term) -> Term:
        """A value as a text."""
        if term.constant is not None:
            return literal(_written(term.constant))
        if term.tree is not None and not term.variable:
            return choose(term.tree, literal("true"), literal("false"))
        if term.renamed or term.type == "any" or (term.type == "flag" and term.variable):
            raise NotCarried("choice_values" if term.values else "type_unknown")
        if term.type in NUMBERS:
            shown_number = or_else(replace(call("text", "text", term), nan=NO), literal(""))
            return choose(term.nan, literal("NaN"), shown_number) if term.nan != NO else shown_number
        if term.type == "list":
            return or_else(call("text", "join", term, literal(" ")), literal(""))
        return replace(or_else(term, literal("")), type="text", values={})

    def computed(self, one: Term, sign: str, other: Term) -> Term:
        if sign == "-" and one.type == other.type == "date":
            found = replace(call("whole", "days", other, one), computed=False)
            return replace(found, absent=NO, nan=found.absent)
        left, right = self.number(one), self.number(other)
        if YES in (left.nan, right.nan):
            return NAN
        if sign in "+-*":
            return numeric(left, right, sign)
        zero = beside(right, "==", literal(0))
        if right.constant is not None:
            zero = Const(right.constant == 0)
            if zero == YES and sign == "/" and left.constant != 0:
                raise NotCarried("infinite")
        result = binary("number", left, "/", right) if sign == "/" else call("number", "mod", left, right)
        return NAN if zero == YES else replace(result, nan=either(result.nan, zero))

    def ordered(self, one: Term, sign: str, other: Term) -> Tree:
        if one.type == other.type == "date":
            return both(one.there, other.there, compared(one.at(ADD), sign, other.at(ADD), one.needs | other.needs))
        for term, constant, turned in ((one, other, sign), (other, one, MIRRORED[sign])):
            if term.type == "choice" and term.values and constant.constant is not None:
                return self._ranked(term, turned, constant)
        left, right = self.number(one), self.number(other)
        there = both(left.there, right.there)
        return there if there == NO else both(there, beside(left, sign, right, plainly))

    def _ranked(self, term: Term, sign: str, other: Term) -> Tree:
        """A choice beside a constant: which of its values are less or more."""
        wanted = self.number(other).constant
        known = [(text_number(theirs).constant, ours) for theirs, ours in term.values.items()]
        pairs = ((float(own), ours) for own, ours in known if own is not None)
        return picked(term, [ours for own, ours in pairs if wanted is not None and COMPARES[sign](own, float(wanted))])

    def equal(self, one: Term, other: Term) -> Tree:
        """Whether two values are equal: as yes/no if one is, else as numbers if one is, else as texts."""
        flags = [term.tree is not None and not term.variable for term in (one, other)]
        if any(flags):
            first, second = self.truth(one), self.truth(other)
            return agree(first, second)
        if one.constant is not None:
            one, other = other, one
        if other.constant is not None:
            return self._is(one, other)
        nothing = both(self.empty(one), self.empty(other))
        if one.type in NUMBERS or other.type in NUMBERS:
            left, right = self.number(one), self.number(other)
            there = both(left.there, right.there)
            tree = there if there == NO else both(there, beside(left, "==", right))
            return either(nothing, tree)
        if one.type == other.type and dict(one.values) == dict(other.values) and one.type in ("date", "choice", "text"):
            there = both(one.there, other.there)
            return either(nothing, both(there, compared(one.at(ADD), "==", other.at(ADD), one.needs | other.needs)))
        left, right = self.text(one), self.text(other)
        return compared(left.at(ADD), "==", right.at(ADD), left.needs | right.needs)

    def _is(self, term: Term, other: Term) -> Tree:
        """Whether a value equals a constant."""
        constant = other.constant
        if term.constant is not None and isinstance(term.constant, str) and isinstance(constant, str):
            return Const(term.constant == constant)
        if constant == "":
            return self.empty(term)
        if term.values and term.type == "choice":
            wanted = self.number(other) if not isinstance(constant, str) else None
            return picked(term, [id for value, id in term.values.items() if _same(value, constant, wanted)])
        if term.type == "list":
            return self._only(term, constant)
        if term.type in NUMBERS or not isinstance(constant, str):
            left, right = self.number(term), self.number(other)
            there = both(left.there, right.there)
            return there if there == NO else both(there, beside(left, "==", right))
        if term.type == "any" or (term.type == "flag" and term.variable):
            raise NotCarried("type_unknown")
        return both(term.there, compared(term.at(ADD), "==", quoted(constant), term.needs))

    def _only(self, term: Term, constant: object) -> Tree:
        """A list is, as a text, its values with blanks between."""
        if not isinstance(constant, str) or " " in constant.strip():
            raise NotCarried("choice_order")
        id = term.values.get(constant) if term.values else constant
        return NO if id is None else both(term.there, test(f"{term.at(ADD)} == [{quoted(id)}]", term.needs, loose=True))


def _same(value: str, constant: object, number: Term | None) -> bool:
    if number is None:
        return value == constant
    own = text_number(value)
    return own.constant is not None and own.constant == number.constant
