"""Typed values on their way to CEL."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Literal

from cx.convert.expressions.kinds import Kind, NotCarried
from cx.convert.expressions.logic import (
    COMPARES,
    MIRRORED,
    NO,
    YES,
    Const,
    Tree,
    both,
    compared,
    either,
    negation,
    test,
    written,
)

COND, ADD, MUL, UNARY, ATOM = 1, 4, 5, 6, 7
"""How tightly a bit of CEL binds; what is between COND and ADD only comes from trees."""

_LONGEST = 8000

Type = Literal["text", "number", "whole", "flag", "date", "choice", "list", "null", "any"]
NUMBERS = ("whole", "number")
Value = str | float | bool | None


@dataclass(frozen=True)
class Term:
    """A value: ``cel`` gives it where there is one.

    There is none (null) where ``absent`` holds, and it is no number where ``nan`` holds. ``cel`` is unknown where one
    of ``needs`` does not hold. ``constant`` is the value of a literal (None: it is none). ``tree`` is a flag as a
    condition. ``values`` are those of a choice or list: theirs → ours. ``computed``: of decimals, so never exact.
    ``split``: it is the first value where the condition holds, else the second. ``counts``: how many of them hold.
    """

    type: Type
    cel: str = ""
    level: int = ATOM
    absent: Tree = NO
    nan: Tree = NO
    needs: frozenset[str] = frozenset()
    constant: Value = None
    tree: Tree | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    ordered: bool = False
    computed: bool = False
    variable: bool = False
    split: tuple[Tree, Term, Term] | None = field(default=None, compare=False, repr=False)
    counts: tuple[Tree, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.cel) > _LONGEST:
            raise NotCarried("too_long")

    @property
    def there(self) -> Tree:
        """There is a value, and where it should be one, a number."""
        return both(negation(self.absent), negation(self.nan))

    @property
    def renamed(self) -> bool:
        """Whether our choice ids are not their values."""
        return any(theirs != ours for theirs, ours in self.values.items())

    @property
    def known(self) -> Value:
        """What a constant is, yes and no included."""
        return self.tree.holds if isinstance(self.tree, Const) else self.constant

    def at(self, level: int) -> str:
        """The CEL, in brackets where it binds less tightly."""
        return self.cel if self.level >= level else f"({self.cel})"


NULL = Term("null", absent=YES)


def quoted(text: str) -> str:
    """A text as CEL writes it."""
    special = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    if any(ord(char) < 32 and char not in special for char in text):
        raise NotCarried("syntax")
    return "'" + "".join(special.get(char, char) for char in text) + "'"


def shown(value: Value) -> str:
    """A constant as a text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else repr(value)
    return value or ""


def literal(value: Value) -> Term:
    """A constant."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return flag(YES if value else NO)
    if isinstance(value, str):
        return Term("text", quoted(value), constant=value)
    if not math.isfinite(value):
        raise NotCarried("number_range")
    whole = float(value).is_integer() and abs(value) < 2**53
    cel = str(int(value)) if whole else repr(float(value))
    return Term("whole" if whole else "number", cel, ATOM if value >= 0 else UNARY, constant=value)


def flag(tree: Tree) -> Term:
    """A condition as a value; never absent."""
    text = written(tree, total=True)
    return Term("flag", text, ATOM if text in ("true", "false") else COND, tree=tree)


_TYPES: Mapping[str, Type] = {"choices": "list"}


def variable(id: str, kind: Kind | None) -> Term:
    """A question's answer."""
    answered = test(f"answered({id})")
    needs = frozenset({answered.cel})
    if kind is None or kind.name == "matrix":
        return Term("any", id, absent=negation(answered), needs=needs, variable=True)
    values = kind.values if kind.name in ("flag", "choice", "choices") else {}
    type: Type = _TYPES.get(kind.name, kind.name)  # type: ignore[arg-type]
    tree = both(answered, compared(id, "==", "true", needs)) if type == "flag" else None
    return Term(type, id, ATOM, negation(answered), NO, needs, None, tree, values, kind.ordered, variable=True)


def made(type: Type, cel: str, of: Iterable[Term], level: int = ATOM) -> Term:
    """A value of others: absent, or not a number, where one of them is."""
    parts = list(of)
    absent, nan = either(*(part.absent for part in parts)), either(*(part.nan for part in parts))
    needs = frozenset[str]().union(*(part.needs for part in parts))
    return Term(type, cel, level, absent, nan, needs, computed=type == "number")


def call(type: Type, name: str, *args: Term) -> Term:
    """A function of CEL or ours."""
    return made(type, f"{name}({', '.join(arg.cel for arg in args)})", args)


def binary(type: Type, one: Term, sign: str, other: Term) -> Term:
    """``one sign other``."""
    level = ADD if sign in "+-" else MUL
    return made(type, f"{one.at(level)} {sign} {other.at(level + 1)}", (one, other), level)


def numeric(one: Term, other: Term, sign: str) -> Term:
    """A sum, difference or product of numbers: whole when both are."""
    whole = one.type == other.type == "whole"
    return replace(binary("whole" if whole else "number", one, sign, other), computed=not whole)


def or_else(term: Term, other: Term) -> Term:
    """The value, or another where there is none."""
    if term.absent == NO or term.absent == YES:
        return term if term.absent == NO else other
    there = negation(term.absent)
    cel = f"{written(there, True)} ? {term.cel} : {other.cel}"
    nan = both(there, term.nan)
    there_or_not = (there, term, other)
    return replace(
        term, cel=cel, level=COND, absent=other.absent, nan=nan, needs=frozenset(), variable=False, split=there_or_not
    )


def choose(condition: Tree, yes: Term, no: Term, empty: Callable[[Term], Tree] = lambda term: term.absent) -> Term:
    """``condition ? yes : no``, of any two types."""
    if condition in (YES, NO):
        return yes if condition == YES else no
    absent = either(both(condition, empty(yes)), both(negation(condition), empty(no)))
    nan = either(both(condition, yes.nan), both(negation(condition), no.nan))
    types = {term.type for term in (yes, no) if term.type != "null"}
    if types == {"flag"} and yes.tree is not None and no.tree is not None and absent == NO:
        return flag(either(both(condition, yes.tree), both(negation(condition), no.tree)))
    type: Type = types.pop() if len(types) == 1 else "number" if types == {"whole", "number"} else "any"
    type = "any" if type == "flag" else type
    missing = "null"
    cel = f"{written(condition, True)} ? {yes.at(COND + 1) or missing} : {no.cel or missing}"
    values = yes.values if yes.values == no.values else {}
    return Term(type, cel, COND, absent, nan, values=values, computed=True, split=(condition, yes, no))


def summed(terms: Iterable[Term]) -> Term:
    """The sum of numbers."""
    return reduce(lambda one, other: numeric(one, other, "+"), terms)


def counted(conditions: Iterable[Tree]) -> Term:
    """How many of the conditions hold."""
    trees = list(conditions)
    open = [tree for tree in trees if not isinstance(tree, Const)]
    always = trees.count(YES)
    terms = [choose(tree, literal(1), literal(0)) for tree in open]
    found = summed([*terms, *([literal(always)] if always or not open else [])])
    return found if always else replace(found, counts=tuple(open))


def best(name: str, terms: Sequence[Term]) -> Term:
    """The ``smallest`` or ``largest`` of those numbers, and lists of numbers, that are there."""
    if not terms:
        return NULL
    outs = [negation(term.there) for term in terms]
    always = [term.cel for term, out in zip(terms, outs, strict=True) if out == NO and term.type != "list"]
    parts = [Term("list", f"[{', '.join(always)}]")] if always else []
    for term, out in zip(terms, outs, strict=True):
        if out != NO or term.type == "list":
            items = replace(term, absent=out) if term.type == "list" else Term("list", f"[{term.cel}]", absent=out)
            parts.append(or_else(items, Term("list", "[]")) if len(terms) > 1 else items)
    joined = reduce(lambda one, other: binary("list", one, "+", other), parts)
    return replace(call("number", name, joined), absent=both(*outs), computed=False)


def as_number(term: Term) -> Term:
    """A text as the number it is written like."""
    check = test(f"is_number({term.cel})", term.needs)
    return Term("number", f"number({term.cel})", ATOM, term.absent, negation(check), term.needs | {check.cel})


def exact(term: Term) -> str:
    """A number to compare: what sums of decimals bring beyond ten decimals is cut off."""
    return f"round({term.cel}, 10)" if term.computed and term.type == "number" else term.at(ADD)


def beside(one: Term, sign: str, other: Term, write: Callable[[Term], str] = exact) -> Tree:
    """A comparison of two numbers that are there, in as few words as can be beside a constant."""
    if one.constant is not None and other.constant is None:
        one, sign, other = other, MIRRORED.get(sign, sign), one
    wanted = other.constant
    if wanted is not None and one.constant is not None:
        return Const(one.constant == wanted if sign == "==" else COMPARES[sign](one.constant, wanted))
    if wanted is not None and one.counts and (tree := _number_of(one.counts, sign, wanted)):
        return tree
    if wanted is not None and one.split and {one.split[1].type, one.split[2].type} <= set(NUMBERS):
        condition, yes, no = one.split
        first, second = beside(yes, sign, other, write), beside(no, sign, other, write)
        if second == YES:
            return either(negation(condition), first)
        return either(both(condition, first), both(negation(condition), second))
    return compared(write(one), sign, write(other), one.needs | other.needs)


def _number_of(conditions: tuple[Tree, ...], sign: str, wanted: Value) -> Tree | None:
    """Where a count has to be none, any or all of them, or not all: without counting."""
    most = len(conditions)
    if (sign, wanted) in (("==", 0), ("<", 1), ("<=", 0)):
        return both(*map(negation, conditions))
    if (sign, wanted) in ((">", 0), (">=", 1)):
        return either(*conditions)
    if (sign, wanted) in (("==", most), (">=", most), (">", most - 1)):
        return both(*conditions)
    return either(*map(negation, conditions)) if (sign, wanted) in (("<", most), ("<=", most - 1)) else None


def plainly(term: Term) -> str:
    """A number to compare as it is."""
    return term.at(ADD)


def picked(term: Term, ids: Iterable[str]) -> Tree:
    """Whether a choice is one of ours."""
    found = list(dict.fromkeys(ids))
    if not found:
        return NO
    there = negation(term.absent)
    if term.type == "flag":
        return there if len(found) == 2 else both(there, compared(term.at(ADD), "==", found[0], term.needs))
    if set(found) >= set(term.values.values()) and term.values:
        return there
    if len(found) == 1:
        return both(there, compared(term.at(ADD), "==", quoted(found[0]), term.needs))
    return both(there, test(f"{term.at(ADD)} in [{', '.join(map(quoted, found))}]", term.needs, loose=True))


def listed(term: Term, ids: Iterable[str]) -> Tree:
    """Whether a list holds one of ours."""
    tests = [test(f"{quoted(id)} in {term.at(ADD)}", term.needs, True) for id in dict.fromkeys(ids)]
    return both(negation(term.absent), either(*tests))
