"""What LimeSurvey's expressions mean, in CEL.

Types are loose, as in PHP: texts written like numbers are compared as numbers. What is unanswered is an empty text: it
is equal to nothing else, and neither less nor more than a number. A tick of a multiple question is ``Y`` or empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from cx.convert.expressions import limesurvey_functions
from cx.convert.expressions.kinds import Kind, NotCarried
from cx.convert.expressions.limesurvey_parser import parse
from cx.convert.expressions.limesurvey_values import SIGNS, Values
from cx.convert.expressions.logic import Tree, both, either, negation, test
from cx.convert.expressions.terms import (
    Term,
    flag,
    literal,
    variable,
)
from cx.convert.expressions.tree import Call, Items, Literal, Name, Node, chain

_ATTRIBUTE = re.compile(r"\.(NAOK|valueNAOK|value|code|shown)$")
_TICK = re.compile(r"\(?'[^']*' in ([a-z]\w*)\)?")
_ANSWERS = {"Y": "true", "1": "true", "N": "false", "0": "false"}


class Meaning(Values):
    """The meaning of one expression's parts."""

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
            return limesurvey_functions.call(self, node.name, node.args)
        if isinstance(node, Items):
            raise NotCarried("list")
        if node.sign in ("and", "or"):
            return flag((both if node.sign == "and" else either)(*(self.truth(self.term(arg)) for arg in chain(node))))
        terms = [self.term(arg) for arg in node.args]
        if node.sign == "!":
            return flag(negation(self.truth(terms[0])))
        if node.sign in ("-1", "+1"):
            return self.signed(self.number(terms[0]), node.sign)
        one, other = terms
        if node.sign in ("==", "!="):
            tree = self.equal(one, other)
            return flag(tree if node.sign == "==" else negation(tree))
        if node.sign in SIGNS:
            return flag(self.ordered(one, node.sign, other))
        return self.computed(one, node.sign, other)

    def _variable(self, text: str) -> Term:
        plain = _ATTRIBUTE.sub("", text)
        if "." in plain:
            raise NotCarried("attribute")
        try:
            id = self._name(plain)
        except KeyError:
            raise NotCarried("name_unknown") from None
        kind = self._kinds.get(plain)
        if text.endswith(".shown") and (kind is None or kind.name not in ("text", "number", "whole")):
            raise NotCarried("attribute")
        tick = _TICK.fullmatch(id)
        if tick:
            answered = test(f"answered({tick.group(1)})")
            ticked = both(answered, test(id, {answered.cel}, loose=not id.startswith("(")))
            return replace(flag(ticked), absent=negation(ticked), values={"Y": "true"})
        term = variable(id, kind)
        if term.type == "flag":
            return replace(term, values=kind.ids if kind and kind.ids else _ANSWERS)
        return term


def carry(source: str, kinds: Mapping[str, Kind], name: Callable[[str], str]) -> tuple[Term, Tree | None]:
    """The value of an expression, and what it says as a condition (None: it cannot be one)."""
    meaning = Meaning(kinds, name)
    term = meaning.term(parse(source))
    try:
        return term, meaning.truth(term)
    except NotCarried:
        return term, None
