"""What XPath 1.0 means, as JavaRosa reads it in XLSForms, in CEL.

An unanswered question is an empty text, and so no number (NaN): not equal to, less or more than any number. A date is
the number of days since 1970 where a number is needed. A division by zero is taken as no number.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from cx.convert.expressions import xpath_functions
from cx.convert.expressions.kinds import Kind, NotCarried
from cx.convert.expressions.logic import NO, YES, Const, Tree, agree, both, compared, either, negation, test
from cx.convert.expressions.terms import (
    ADD,
    NUMBERS,
    UNARY,
    Term,
    as_number,
    binary,
    call,
    choose,
    exact,
    flag,
    literal,
    made,
    numeric,
    or_else,
    picked,
    quoted,
    variable,
)
from cx.convert.expressions.tree import Call, Items, Literal, Name, Node, chain
from cx.convert.expressions.xpath_parser import parse

EPOCH = literal("1970-01-01")
NAN = Term("number", "number('')", nan=YES)
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")


def constant_number(text: str) -> Term:
    """The number that a text literal is."""
    text = text.replace(",", ".").strip()
    return literal(float(text)) if _NUMBER.fullmatch(text) else NAN


class Meaning:
    """The meaning of one expression's parts. A term that is ``absent`` is an empty text here."""

    def __init__(self, kinds: Mapping[str, Kind], name: Callable[[str], str]) -> None:
        self._kinds = kinds
        self._name = name

    def term(self, node: Node) -> Term:
        """The value of a node."""
        if isinstance(node, Literal):
            return literal(node.value)
        if isinstance(node, Name):
            return self._variable(node.text)
        if isinstance(node, Call):
            return xpath_functions.call(self, node.name, node.args)
        if isinstance(node, Items):
            raise NotCarried("list")
        if node.sign in ("and", "or"):
            return flag((both if node.sign == "and" else either)(*(self.truth(self.term(arg)) for arg in chain(node))))
        terms = [self.term(arg) for arg in node.args]
        if node.sign == "-" and len(terms) == 1:
            return self._minus(self.number(terms[0]))
        one, other = terms
        if node.sign in ("==", "!="):
            tree = self.equal(one, other)
            return flag(tree if node.sign == "==" else negation(tree))
        if node.sign in ("<", "<=", ">", ">="):
            return flag(self._ordered(one, node.sign, other))
        return self._computed(one, node.sign, other)

    def _variable(self, text: str) -> Term:
        try:
            id = self._name(text)
        except KeyError:
            raise NotCarried("name_unknown") from None
        return variable(id, self._kinds.get(text))

    def number(self, term: Term) -> Term:
        """A value as a number; what is none is NaN, never absent."""
        if isinstance(term.constant, str):
            return constant_number(term.constant)
        if term.type in NUMBERS:
            found = term
        elif term.type == "date":
            found = replace(call("whole", "days", EPOCH, term), computed=False)
        elif term.tree is not None and not term.variable:
            return choose(term.tree, literal(1), literal(0))
        elif term.type == "text" or (term.type == "choice" and not self.renamed(term)):
            found = as_number(term)
        else:
            raise NotCarried("type_unknown")
        return replace(found, absent=NO, nan=either(found.absent, found.nan))

    def renamed(self, term: Term) -> bool:
        """Whether our choice ids are not their values."""
        return any(theirs != ours for theirs, ours in term.values.items())

    def truth(self, term: Term) -> Tree:
        """A value as yes or no."""
        if term.tree is not None and not term.variable:
            return term.tree
        if isinstance(term.constant, str):
            return Const(term.constant != "")
        if term.type in NUMBERS:
            if term.constant is not None:
                return Const(abs(float(term.constant)) > 1e-12)
            return both(term.there, NO if term.nan == YES else compared(exact(term), "!=", "0", term.needs))
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
            return literal(shown(term.constant))
        if term.tree is not None and not term.variable:
            return choose(term.tree, literal("true"), literal("false"))
        if self.renamed(term) or term.type == "any" or (term.type == "flag" and term.variable):
            raise NotCarried("choice_values" if term.values else "type_unknown")
        if term.type in NUMBERS:
            shown_number = or_else(replace(call("text", "text", term), nan=NO), literal(""))
            return choose(term.nan, literal("NaN"), shown_number) if term.nan != NO else shown_number
        if term.type == "list":
            return or_else(call("text", "join", term, literal(" ")), literal(""))
        return replace(or_else(term, literal("")), type="text", values={})

    def _minus(self, term: Term) -> Term:
        if term.constant is not None:
            return literal(-float(term.constant))
        return replace(made(term.type, f"-{term.at(UNARY)}", (term,), UNARY), computed=term.computed)

    def _computed(self, one: Term, sign: str, other: Term) -> Term:
        if sign == "-" and one.type == other.type == "date":
            found = replace(call("whole", "days", other, one), computed=False)
            return replace(found, absent=NO, nan=found.absent)
        left, right = self.number(one), self.number(other)
        if YES in (left.nan, right.nan):
            return NAN
        if sign in "+-*":
            return numeric(left, right, sign)
        zero: Tree = compared(exact(right), "==", "0", right.needs)
        if right.constant is not None:
            zero = Const(right.constant == 0)
            if zero == YES and sign == "/" and left.constant != 0:
                raise NotCarried("infinite")
        result = binary("number", left, "/", right) if sign == "/" else call("number", "mod", left, right)
        return NAN if zero == YES else replace(result, nan=either(result.nan, zero))

    def _ordered(self, one: Term, sign: str, other: Term) -> Tree:
        if one.type == other.type == "date":
            return both(one.there, other.there, compared(one.at(ADD), sign, other.at(ADD), one.needs | other.needs))
        for term, beside, turned in ((one, other, sign), (other, one, _MIRROR[sign])):
            if term.type == "choice" and term.values and beside.constant is not None:
                return self._ranked(term, turned, beside)
        left, right = self.number(one), self.number(other)
        there = both(left.there, right.there)
        needs = left.needs | right.needs
        return there if there == NO else both(there, compared(left.at(ADD), sign, right.at(ADD), needs))

    def _ranked(self, term: Term, sign: str, other: Term) -> Tree:
        """A choice beside a constant: which of its values are less or more."""
        wanted = self.number(other).constant
        known = [(constant_number(theirs).constant, ours) for theirs, ours in term.values.items()]
        pairs = ((float(own), ours) for own, ours in known if own is not None)
        return picked(term, [ours for own, ours in pairs if wanted is not None and _SIGNS[sign](own, float(wanted))])

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
            tree = there if there == NO else both(there, self._close(left, right))
            return either(nothing, tree)
        if one.type == other.type and dict(one.values) == dict(other.values) and one.type in ("date", "choice", "text"):
            there = both(one.there, other.there)
            return either(nothing, both(there, compared(one.at(ADD), "==", other.at(ADD), one.needs | other.needs)))
        left, right = self.text(one), self.text(other)
        return compared(left.at(ADD), "==", right.at(ADD), left.needs | right.needs)

    def _close(self, left: Term, right: Term) -> Tree:
        return compared(exact(left), "==", exact(right), left.needs | right.needs)

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
            return there if there == NO else both(there, self._close(left, right))
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
    own = constant_number(value)
    return own.constant is not None and own.constant == number.constant


def shown(value: object) -> str:
    """A constant as text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else repr(value)
    return str(value)


def carry(source: str, kinds: Mapping[str, Kind], name: Callable[[str], str]) -> tuple[Term, Tree | None]:
    """The value of an expression, and what it says as a condition (None: it cannot be one)."""
    meaning = Meaning(kinds, name)
    term = meaning.term(parse(source))
    try:
        return term, meaning.truth(term)
    except NotCarried:
        return term, None
