"""What the dialects have in common: how the parts of an expression get their meaning as terms and conditions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace

from cx.convert.expressions.kinds import Kind, NotCarried
from cx.convert.expressions.logic import MIRRORED, NO, YES, Tree, both, either, negation
from cx.convert.expressions.terms import (
    NUMBERS,
    UNARY,
    Term,
    Value,
    as_number,
    choose,
    flag,
    literal,
    made,
    variable,
)
from cx.convert.expressions.tree import Call, Items, Literal, Name, Node, chain

NAN = Term("number", "number('')", nan=YES)


class Meaning(ABC):
    """The meaning of one expression. ``kinds`` are by their names; ``name`` gives our id for one (KeyError: none)."""

    def __init__(self, kinds: Mapping[str, Kind], name: Callable[[str], str]) -> None:
        self._kinds, self._name = kinds, name

    def carried(self, node: Node) -> tuple[Term, Tree | None]:
        """The value of the whole expression, and what it says as a condition (None: it cannot be one)."""
        term = self.term(node)
        try:
            return term, self.condition(node, term)
        except NotCarried:
            return term, None

    def condition(self, node: Node, term: Term) -> Tree:  # noqa: ARG002 - one dialect looks at the node
        """A node as the whole condition; ``term`` is its value."""
        return self.truth(term)

    @abstractmethod
    def term(self, node: Node) -> Term:
        """The value of a node."""

    @abstractmethod
    def truth(self, term: Term) -> Tree:
        """A value as yes or no."""

    @abstractmethod
    def empty(self, term: Term) -> Tree:
        """Whether there is nothing: unanswered, an empty text."""

    @abstractmethod
    def equal(self, one: Term, other: Term) -> Tree:
        """Whether two values are the same."""

    def id(self, name: str) -> str:
        """Our id for one of their names."""
        try:
            return self._name(name)
        except KeyError:
            raise NotCarried("name_unknown") from None


class Textual(Meaning):
    """Of XPath and LimeSurvey: what is unanswered is an empty text, and operators only see the values beside them. A
    term that is ``absent`` is an empty text here."""

    @abstractmethod
    def text(self, term: Term) -> Term:
        """A value as a text."""

    @abstractmethod
    def constant_number(self, value: Value) -> Term:
        """The number that a constant is, or is written like; else NaN."""

    @abstractmethod
    def ordered(self, one: Term, sign: str, other: Term) -> Tree:
        """Whether one value is less, or more, than another."""

    @abstractmethod
    def computed(self, one: Term, sign: str, other: Term) -> Term:
        """Two values with an operator of numbers between."""

    @abstractmethod
    def called(self, name: str, args: tuple[Node, ...]) -> Term:
        """The value of a function."""

    def variable(self, name: str) -> Term:
        """The answer to a question of theirs."""
        return variable(self.id(name), self._kinds.get(name))

    def term(self, node: Node) -> Term:
        if isinstance(node, Literal):
            return literal(node.value)
        if isinstance(node, Name):
            return self.variable(node.text)
        if isinstance(node, Call):
            return self.called(node.name, node.args)
        if isinstance(node, Items):
            raise NotCarried("list")
        if node.sign in ("and", "or"):
            return flag((both if node.sign == "and" else either)(*(self.truth(self.term(arg)) for arg in chain(node))))
        terms = [self.term(arg) for arg in node.args]
        if node.sign == "!":
            return flag(negation(self.truth(terms[0])))
        if len(terms) == 1:
            return self._signed(node.sign, self.number(terms[0]))
        one, other = terms
        if node.sign in ("==", "!="):
            tree = self.equal(one, other)
            return flag(tree if node.sign == "==" else negation(tree))
        if node.sign in MIRRORED:
            return flag(self.ordered(one, node.sign, other))
        return self.computed(one, node.sign, other)

    def _signed(self, sign: str, term: Term) -> Term:
        if sign == "+" or term.nan == YES:
            return term
        if term.constant is not None:
            return literal(-float(term.constant))
        return replace(made(term.type, f"-{term.at(UNARY)}", (term,), UNARY), computed=term.computed)

    def number(self, term: Term) -> Term:
        """A value as a number; what is none is NaN, never absent."""
        if term.constant is not None:
            return self.constant_number(term.constant)
        if term.tree is not None and not term.values:
            return choose(term.tree, literal(1), literal(0))
        found = self._numeric(term)
        return replace(found, absent=NO, nan=either(found.absent, found.nan))

    def _numeric(self, term: Term) -> Term:
        if term.type in NUMBERS:
            return term
        if term.type == "text" or (term.type == "choice" and not term.renamed):
            return as_number(term)
        raise NotCarried("type_unknown")
