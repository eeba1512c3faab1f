"""What SurveyJS expressions mean, in CEL.

Comparisons are loose (``'1' = 1``), texts are compared without regard to case and blanks around, what is unanswered is
equal to nothing else, counts as 0 or as an empty text in sums, and is neither more nor less than anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from cx.convert.expressions.kinds import Kind, NotCarried
from cx.convert.expressions.logic import NO, Tree, both, either, negation
from cx.convert.expressions.surveyjs import functions, lists, loose
from cx.convert.expressions.surveyjs.parser import parse as parse
from cx.convert.expressions.surveyjs.values import Values
from cx.convert.expressions.terms import (
    Term,
    choose,
    flag,
    literal,
    variable,
)
from cx.convert.expressions.tree import Apply, Call, Items, Literal, Name, Node, chain

_LISTS = ("contains", "notcontains", "anyof", "allof", "noneof")


class Meaning(Values):
    """The meaning of one expression's parts."""

    def __init__(self, kinds: Mapping[str, Kind], name: Callable[[str], str]) -> None:
        super().__init__(kinds, name)
        self._folded = {known.lower(): known for known in reversed(list(kinds))}

    def term(self, node: Node) -> Term:
        """The value of a node."""
        if isinstance(node, Literal):
            value = node.value
            return literal(loose.taken(value) if isinstance(value, str) and not node.quoted else value)
        if isinstance(node, Name):
            return self._variable(node)
        if isinstance(node, Call):
            return functions.call(self, node.name, node.args)
        if isinstance(node, Items):
            raise NotCarried("list")
        return self._applied(node)

    def _applied(self, node: Apply) -> Term:
        sign, args = node.sign, node.args
        if sign in _LISTS:
            return flag(lists.compare(self, sign, *args))
        if sign in ("==", "!=") and any(isinstance(arg, Items) for arg in args):
            tree = lists.equal(self, *args)
            return flag(tree if sign == "==" else negation(tree))
        if sign in ("empty", "notempty"):
            tree = NO if isinstance(args[0], Items) and args[0].args else self.empty(self.term(args[0]))
            return flag(tree if sign == "empty" else negation(tree))
        if sign == "!":
            return flag(negation(self.truth(self.term(args[0]))))
        if sign in ("and", "or"):
            return self._joined(sign, [self.term(arg) for arg in chain(node)])
        one, other = self.term(args[0]), self.term(args[1])
        if sign in ("==", "!="):
            tree = self.equal(one, other)
            return flag(tree if sign == "==" else negation(tree))
        if sign in ("<", ">"):
            return flag(self.less(one, other, sign))
        if sign in ("<=", ">="):
            return flag(self.at_most(one, other, sign))
        return self.computed(sign, one, other)

    def _variable(self, node: Name) -> Term:
        text = node.text.removesuffix("-unwrapped")
        known = self._known(text)
        if known is None and text.endswith(".length"):
            return functions.length(self.term(Name(text.removesuffix(".length"))))
        if known is None and "." in text:
            return self._row(*text.rsplit(".", 1))
        if known is None and re.match(r"\$|panel\.|row\.|prevPanel\.|nextPanel\.|prevRow\.|nextRow\.", text):
            raise NotCarried("place")
        term = variable(self.id(known or text), self._kinds.get(known or ""))
        return replace(term, variable=False) if node.raw else term

    def _known(self, text: str) -> str | None:
        return text if text in self._kinds else self._folded.get(text.lower())

    def _row(self, matrix: str, row: str) -> Term:
        known = self._known(matrix)
        kind = self._kinds[known] if known else None
        if known is None or kind is None or kind.name != "matrix" or kind.cell is None:
            raise NotCarried("place" if re.match(r"\$|panel\b|row\b", matrix) else "name_unknown")
        if row not in kind.rows:
            raise NotCarried("name_unknown")
        return variable(f"{self.id(known)}.{kind.rows[row]}", kind.cell)

    def condition(self, node: Node, term: Term) -> Tree:
        if not isinstance(node, Apply) or node.sign not in ("and", "or"):
            return self.whole(term)
        *terms, last = (self.term(arg) for arg in chain(node))
        tree = self.condition(chain(node)[-1], last)
        if node.sign == "and":
            return both(*map(self.truth, terms), tree)
        if all(term.tree is not None for term in terms):
            return either(*map(self.truth, terms), tree)
        for term in reversed(terms):
            tree = either(self.whole(term), both(negation(self.truth(term)), tree))
        return tree

    def _joined(self, sign: str, terms: list[Term]) -> Term:
        """The first that counts as no (and), or as yes (or), else the last."""
        if all(term.tree is not None for term in terms):
            return flag((both if sign == "and" else either)(*map(self.truth, terms)))
        result = terms[-1]
        for term in reversed(terms[:-1]):
            first = self.truth(term)
            result = choose(first, result, term) if sign == "and" else choose(first, term, result)
        return result
