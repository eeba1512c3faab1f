"""SurveyJS values: when they count as yes, as equal, as less, and what they come to."""

from __future__ import annotations

import re
from dataclasses import replace

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import MIRRORED, NO, YES, Const, Tree, both, compared, either, negation, test
from cx.convert.expressions.meaning import Meaning
from cx.convert.expressions.surveyjs import loose
from cx.convert.expressions.terms import (
    ADD,
    ATOM,
    NULL,
    NUMBERS,
    Term,
    as_number,
    beside,
    binary,
    call,
    choose,
    literal,
    made,
    numeric,
    or_else,
    picked,
    shown,
)


class Values(Meaning):
    """What can be said of values whatever they are of."""

    def empty(self, term: Term) -> Tree:
        """Whether there is nothing: unanswered, an empty text."""
        if term.constant is not None:
            return Const(term.constant == "")
        if term.nan != NO:
            raise NotCarried("type_unknown")
        if term.type == "text" and not term.variable:
            return either(term.absent, compared(term.at(ADD), "==", "''", term.needs))
        return term.absent

    def truth(self, term: Term) -> Tree:
        """Whether it counts as yes to JavaScript."""
        if term.tree is not None:
            return term.tree
        if term.constant is not None or term.type == "null":
            return Const(bool(term.constant))
        if term.type in NUMBERS:
            return both(term.there, negation(beside(term, "==", literal(0))))
        if term.type == "choice" and term.values:
            return picked(term, [ours for theirs, ours in term.values.items() if loose.taken(theirs)])
        if term.type == "text" and term.variable:
            return both(term.there, *(negation(test(f"same({term.cel}, {no})", term.needs)) for no in ("false", "0")))
        if term.type in ("list", "date"):
            return term.there
        raise NotCarried("type_unknown")

    def whole(self, term: Term) -> Tree:
        """Whether a condition that gives this value holds: not any value that counts as yes, only what equals it."""
        return term.tree if term.tree is not None else self.equal(term, literal(True))

    def equal(self, one: Term, other: Term) -> Tree:
        """Whether two values are the same; the text ``undefined`` is what is not there."""
        one, other = (NULL if side.constant == "undefined" else side for side in (one, other))
        if one.type == "null" or (one.known is not None and other.known is None):
            one, other = other, one
        if other.type == "null":
            return self.empty(one) if one.type != "null" else YES
        if other.constant == "" or one.constant == "":
            return either(self.empty(one), NO) if other.constant == "" else self.empty(other)
        both_there = both(one.there, other.there)
        nothing = both(self._nothing(one), self._nothing(other))
        return either(nothing, both(both_there, self._alike(one, other)))

    def _nothing(self, term: Term) -> Tree:
        return NO if term.absent == NO else term.absent

    def _alike(self, one: Term, other: Term) -> Tree:
        """The same, both being there."""
        needs = one.needs | other.needs
        constant, first = other.known, one.known
        if constant is not None:
            if first is not None:
                return Const(loose.equal(first, constant))
            return self._is(one, constant)
        types = {one.type, other.type}
        if types <= set(NUMBERS):
            return beside(one, "==", other)
        if one.type == other.type and one.type in ("date", "choice", "flag") and dict(one.values) == dict(other.values):
            return compared(one.at(ADD), "==", other.at(ADD), needs)
        if one.type == other.type == "list":
            return _alike(one, other)
        if types <= {"text", "date", *NUMBERS} or types == {"choice", "text"} and not one.values | other.values:
            return either(test(f"same({one.cel}, {other.cel})", needs), self._as_yes_no(one, other, "=="))
        raise NotCarried("type_unknown")

    def _is(self, term: Term, constant: str | float | bool) -> Tree:
        """Whether a value that is there is this one."""
        if term.values or term.type == "flag":
            values = dict(term.values) or {"true": "true", "false": "false"}
            same = [ours for theirs, ours in values.items() if loose.equal(loose.taken(theirs), constant)]
            if term.type == "flag" and not term.variable:
                yes, no = "true" in same, "false" in same
                assert term.tree is not None
                return either(both(term.tree, Const(yes)), both(negation(term.tree), Const(no)))
            return NO if term.type == "list" else picked(term, same)
        if term.type in NUMBERS:
            value = loose.number(constant) if isinstance(constant, str) else float(constant)
            return NO if value is None else beside(term, "==", literal(value))
        if term.type == "date":
            return compared(term.at(ADD), "==", literal(constant).cel, term.needs) if isinstance(constant, str) else NO
        if term.type == "any":
            raise NotCarried("type_unknown")
        if term.type in ("text", "choice"):
            also: list[float | bool] = [int(constant)] if isinstance(constant, bool) else []
            also += [bool(constant)] if not isinstance(constant, bool | str) and constant in (0, 1) else []
            tests = (test(f"same({term.cel}, {literal(value).cel})", term.needs) for value in (constant, *also))
            return either(*tests)
        return NO

    def at_most(self, one: Term, other: Term, sign: str) -> Tree:
        """``one <= other`` or ``one >= other``: equal, or less."""
        plain = all(side.type in NUMBERS or (side.type == "date" and side.constant is None) for side in (one, other))
        if plain and one.known is None:
            nothing = both(self._nothing(one), self._nothing(other))
            return either(nothing, self.less(one, other, sign))
        if plain and other.known is None:
            return self.at_most(other, one, MIRRORED[sign])
        return either(self.equal(one, other), self.less(one, other, sign[0]))

    def less(self, one: Term, other: Term, sign: str) -> Tree:
        """``one < other`` or ``one > other``; of numbers and dates also ``one <= other`` or ``one >= other``."""
        if "null" in (one.type, other.type):
            return NO
        there, needs = both(one.there, other.there), one.needs | other.needs
        if one.constant is not None and other.constant is not None:
            first, second = (one, other) if sign == "<" else (other, one)
            return Const(loose.before(first.constant, second.constant))
        if one.constant is not None:
            return self.less(other, one, MIRRORED[sign])
        if one.values and one.type != "flag":
            return self._ranked(one, other, sign)
        if one.type == other.type == "date" or (one.type == "date" and _iso(other.constant)):
            return both(there, compared(one.at(ADD), sign, other.at(ADD), needs))
        if all(isinstance(side.constant, str) or side.type not in NUMBERS for side in (one, other)):
            raise NotCarried("type_unknown")  # as texts or as numbers: only the answer tells
        left, right = self.as_number(one), self.as_number(other)
        found = both(left.there, right.there, beside(left, sign, right))
        return either(found, both(there, self._as_yes_no(one, other, sign)))

    def _as_yes_no(self, one: Term, other: Term, sign: str) -> Tree:
        """A comparison of a text with a number, where the text says ``true`` or ``false``: then it is 1 or 0."""
        if _free_text(other) and one.type in NUMBERS:
            return self._as_yes_no(other, one, MIRRORED.get(sign, sign))
        if not _free_text(one) or other.type not in NUMBERS:
            return NO
        return either(
            *(both(_says(one, yes), other.there, beside(literal(int(yes)), sign, other)) for yes in (True, False))
        )

    def _ranked(self, term: Term, other: Term, sign: str) -> Tree:
        """A choice compared with a constant: which of its values are less or more."""
        if term.type != "choice" or other.constant is None:
            raise NotCarried("type_unknown")
        found = []
        for theirs, ours in term.values.items():
            pair = (loose.taken(theirs), other.constant)
            if loose.before(*(pair if sign == "<" else reversed(pair))):
                found.append(ours)
        return picked(term, found)

    def as_number(self, term: Term) -> Term:
        """A value where a number is needed."""
        if term.type in NUMBERS:
            return term
        if isinstance(term.constant, str):
            value = loose.number(term.constant) if term.constant else 0.0
            if value is None:
                raise NotCarried("type_unknown")
            return literal(value)
        if term.variable and (term.type == "text" or (term.type == "choice" and not term.renamed)):
            return as_number(term)
        if term.type == "flag" and term.tree is not None and not term.variable:
            return choose(term.tree, literal(1), literal(0))
        raise NotCarried("type_unknown")

    def _as_operand(self, term: Term) -> Term:
        """A value to reckon with; a text that says ``true`` or ``false`` is 1 or 0."""
        if not _free_text(term):
            return self.as_number(term)
        text = term.cel
        check = test(f"(is_number({text}) || same({text}, true) || same({text}, false))", term.needs)
        cel = f"(same({text}, true) ? 1.0 : same({text}, false) ? 0.0 : number({text}))"
        return Term("number", cel, ATOM, term.absent, negation(check), term.needs | {check.cel})

    def computed(self, sign: str, one: Term, other: Term) -> Term:
        """Two values with an operator of numbers between."""
        if sign == "+":
            return self._added(one, other)
        left, right = (or_else(self._as_operand(side), literal(0)) for side in (one, other))
        if sign in "-*":
            return numeric(left, right, sign)
        result = made("number", "", (left, right))
        zero = both(negation(right.nan), beside(right, "==", literal(0)))
        absent = either(result.absent, Const(right.constant == 0) if right.constant is not None else zero)
        if sign == "/":
            return replace(binary("number", left, "/", right), absent=absent)
        name = "mod" if sign == "%" else "power"
        return replace(call("number", name, left, right), absent=absent if sign == "%" else result.absent)

    def _added(self, one: Term, other: Term) -> Term:
        one, other = (literal("") if side.type == "null" else side for side in (one, other))
        numbers = [side.type in NUMBERS for side in (one, other)]
        if all(numbers):
            return numeric(or_else(one, literal(0)), or_else(other, literal(0)), "+")
        if "list" in (one.type, other.type):
            return _joined(one, other)
        types = {one.type, other.type}
        texts = [side.type == "text" and (not side.variable) for side in (one, other)]
        if types <= {"text", "choice", "any", *NUMBERS} and any(texts):
            return binary("text", self._shown(one), "+", self._shown(other))
        raise NotCarried("type_unknown")

    def _shown(self, term: Term) -> Term:
        """A value as a text; empty where there is none."""
        if term.constant is not None:
            return literal(shown(term.constant))
        if term.type == "choice" and term.renamed:
            raise NotCarried("choice_values")
        text = term if term.type in ("text", "choice", "date") else call("text", "text", term)
        return replace(or_else(text, literal("")), type="text")


def _free_text(term: Term) -> bool:
    return term.type == "text" and term.variable and not term.values


def _says(term: Term, yes: bool) -> Tree:
    return test(f"same({term.cel}, {literal(yes).cel})", term.needs)


def _iso(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None


def _alike(one: Term, other: Term) -> Tree:
    """Whether two answers hold the same choices."""
    if dict(one.values) != dict(other.values):
        raise NotCarried("type_unknown")
    needs = one.needs | other.needs
    if one.ordered or other.ordered:
        return test(f"{one.at(ADD)} == {other.at(ADD)}", needs, loose=True)
    size = test(f"size({one.cel}) == size({other.cel})", needs, loose=True)
    return both(size, test(f"{one.at(ATOM)}.all(x, x in {other.at(ADD)})", needs))


def _joined(one: Term, other: Term) -> Term:
    """A list and another, or a text after or before it."""
    if one.renamed or other.renamed:
        raise NotCarried("choice_values")
    if one.type == other.type == "list":
        empty = Term("list", "[]")
        return binary("list", or_else(one, empty), "+", or_else(other, empty))
    text = next((side for side in (one, other) if isinstance(side.constant, str)), None)
    if text is None:
        raise NotCarried("type_unknown")
    sides = [
        side if side is text else or_else(replace(call("text", "join", side, literal(", "))), literal(""))
        for side in (one, other)
    ]
    return binary("text", sides[0], "+", sides[1])
