"""Conditions between parsing and CEL: yes/no trees that know which answers they cannot do without.

In CEL a test over an unanswered question is unknown, and so is its negation. Other tools say yes or no. So a tree says
in full what holds for an unanswered question (``answered(a) && a > 5``); where unknown counts as no, as it does in a
condition, the writer leaves out what goes without saying (``a > 5``).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from cx.convert.expressions.kinds import NotCarried

TURNED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
"""The opposite of a comparison."""
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""The same comparison with its sides changed."""
COMPARES: Mapping[str, Callable[..., bool]] = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
MOST_TESTS = 400
_LONGEST_TEST = 2000


@dataclass(frozen=True)
class Const:
    """Always so."""

    holds: bool
    size = 1


@dataclass(frozen=True)
class Test:
    """A bit of CEL that gives yes or no; unknown where one of ``needs`` (:attr:`Test.cel` of other tests) does not
    hold. ``sign`` with ``left`` and ``right`` when it is a comparison of two numbers or texts that are there."""

    cel: str
    needs: frozenset[str] = frozenset()
    loose: bool = False  # binds less tightly than !
    size = 1

    def __post_init__(self) -> None:
        if len(self.cel) > _LONGEST_TEST:
            raise NotCarried("too_long")

    def negated(self) -> str:
        """The opposite in CEL."""
        return f"!({self.cel})" if self.loose else f"!{self.cel}"


@dataclass(frozen=True)
class Compared(Test):
    """``left sign right``."""

    left: str = ""
    sign: str = ""
    right: str = ""

    def negated(self) -> str:
        if self.right == "true":
            return f"{self.left} {self.sign} false"
        return f"{self.left} {TURNED[self.sign]} {self.right}"


@dataclass(frozen=True)
class Not:
    """The opposite."""

    of: Tree

    @property
    def size(self) -> int:
        """How many tests it holds."""
        return self.of.size


@dataclass(frozen=True)
class _Several:
    of: tuple[Tree, ...]
    size: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", sum(part.size for part in self.of))
        if self.size > MOST_TESTS:
            raise NotCarried("too_complex")


@dataclass(frozen=True)
class All(_Several):
    """Each of them."""


@dataclass(frozen=True)
class Some(_Several):
    """At least one of them."""


Tree = Const | Test | Not | All | Some
YES, NO = Const(True), Const(False)


def test(cel: str, needs: Iterable[str] = (), loose: bool = False) -> Test:
    """A test; ``loose`` when it has an operator outside of brackets."""
    return Test(cel, frozenset(needs), loose)


def compared(left: str, sign: str, right: str, needs: Iterable[str] = ()) -> Test:
    """A comparison of what is there."""
    return Compared(f"{left} {sign} {right}", frozenset(needs), True, left, sign, right)


def negation(tree: Tree) -> Tree:
    """The opposite."""
    if isinstance(tree, Const):
        return Const(not tree.holds)
    return tree.of if isinstance(tree, Not) else Not(tree)


def both(*trees: Tree) -> Tree:
    """All of them hold."""
    return _joined(All, YES, NO, trees)


def either(*trees: Tree) -> Tree:
    """At least one of them holds."""
    return _joined(Some, NO, YES, trees)


def _joined(kind: type[All] | type[Some], empty: Const, end: Const, trees: Iterable[Tree]) -> Tree:
    flat: dict[Tree, None] = {}
    for tree in trees:
        flat |= dict.fromkeys(tree.of if isinstance(tree, kind) else (tree,))
    flat.pop(empty, None)
    if end in flat or any(isinstance(part, Not) and part.of in flat for part in flat):
        return end
    return next(iter(flat)) if len(flat) == 1 else kind(tuple(flat)) if flat else empty


def agree(one: Tree, other: Tree) -> Tree:
    """Both hold, or neither."""
    for tree, beside in ((one, other), (other, one)):
        if isinstance(tree, Const):
            return beside if tree.holds else negation(beside)
    if one == other:
        return YES
    return compared(f"({written(one, True)})", "==", f"({written(other, True)})")


def written(tree: Tree, total: bool) -> str:
    """CEL. ``total``: yes or no whatever is answered; otherwise it may be unknown instead of no."""
    return _written(_pushed(tree, True), total, frozenset())[0]


def _pushed(tree: Tree, holds: bool) -> Tree:
    """Negations only before tests."""
    if isinstance(tree, Const):
        return Const(tree.holds == holds)
    if isinstance(tree, Test):
        return tree if holds else Not(tree)
    if isinstance(tree, Not):
        return _pushed(tree.of, not holds)
    join = both if isinstance(tree, All) == holds else either
    return join(*(_pushed(part, holds) for part in tree.of))


_OR, _AND, _ONE = 1, 2, 3


def _written(tree: Tree, total: bool, known: frozenset[str]) -> tuple[str, int]:
    """CEL and how tightly it binds; ``known`` holds already, by what stands before or beside it."""
    if isinstance(tree, Const):
        return ("true" if tree.holds else "false"), _ONE
    if isinstance(tree, Test):
        return tree.cel, _ONE
    if isinstance(tree, Not):
        assert isinstance(tree.of, Test)
        return tree.of.negated(), _ONE
    tight = _AND if isinstance(tree, All) else _OR
    parts = _needed(tree.of) if isinstance(tree, All) and not total else list(tree.of)
    if len(parts) == 1:
        return _written(parts[0], total, known)
    texts = [_written(part, total, known) for part in parts]
    sign = " && " if tight == _AND else " || "
    return sign.join(text if level >= tight else f"({text})" for text, level in texts), tight


def _needed(parts: tuple[Tree, ...]) -> list[Tree]:
    """Without what other parts need anyway: where it fails they are unknown, which counts as no."""
    kept = list(parts)
    for part in parts:
        others = [other for other in kept if other != part]
        if isinstance(part, Test) and any(part.cel in needs(other) for other in others):
            kept = others
    return kept


def needs(tree: Tree) -> frozenset[str]:
    """Without which it is never known to hold."""
    if isinstance(tree, Test):
        return tree.needs
    if isinstance(tree, Not):
        return needs(tree.of)
    if isinstance(tree, Const):
        return frozenset()
    found = [needs(part) for part in tree.of]
    return frozenset.union(*found) if isinstance(tree, All) else frozenset.intersection(*found)
