"""Functions of XPath and LimeSurvey: how they are called, and what both tools have under one name or another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import YES, Test, test
from cx.convert.expressions.meaning import Textual
from cx.convert.expressions.terms import ATOM, Term, Type, binary, choose, literal
from cx.convert.expressions.terms import call as called
from cx.convert.expressions.tree import Node

Terms = list[Term]
Function = Callable[[Textual, Terms], Term]
Table = Mapping[str, tuple[Function, int, int]]
"""By their name: what it comes to, and how few and how many arguments it takes."""


def call(table: Table, meaning: Textual, name: str, args: tuple[Node, ...]) -> Term:
    """The value of a function of the table."""
    function, least, most = table[name]
    if not least <= len(args) <= most:
        raise NotCarried("arguments")
    return function(meaning, [meaning.term(arg) for arg in args])


def plain(name: str, *args: Term) -> Term:
    """A function of numbers whose result is no less exact than they are."""
    nothing = next((arg for arg in args if arg.nan == YES), None)
    return nothing or replace(called("number", name, *args), computed=False)


def numbered(name: str) -> Function:
    """One of ours that takes numbers."""
    return lambda meaning, args: plain(name, *(meaning.number(arg) for arg in args))


def texted(type: Type, name: str) -> Function:
    """One of ours that takes texts."""
    return lambda meaning, args: called(type, name, *texts(meaning, args))


def texts(meaning: Textual, args: Terms) -> Terms:
    """Each value as a text."""
    return [meaning.text(arg) for arg in args]


def root(meaning: Textual, args: Terms) -> Term:
    """The square root."""
    return plain("power", meaning.number(args[0]), literal(0.5))


def branch(meaning: Textual, args: Terms) -> Term:
    """``if(condition, one, other)``; without another an empty text."""
    return choose(meaning.truth(args[0]), args[1], args[2] if len(args) > 2 else literal(""))


def concatenated(meaning: Textual, args: Terms) -> Term:
    """Texts one after the other."""
    return reduce(lambda one, other: binary("text", one, "+", other), texts(meaning, args))


def between(meaning: Textual, args: Terms) -> Term:
    """Texts with the first between them."""
    first, *rest = texts(meaning, args)
    return called("text", "join", Term("list", f"[{', '.join(text.cel for text in rest)}]"), first)


def length(meaning: Textual, args: Terms) -> Term:
    """How long a text is; nothing where there is none."""
    text = meaning.text(args[0])
    found = called("whole", "length", text)
    if text.split is None or text.split[2].constant != "":
        return found
    there, said, _ = text.split
    return replace(found, split=(there, called("whole", "length", said), literal(0)))


def has(name: str, text: Term, part: Term) -> Test:
    """``text.contains(part)`` and the like."""
    return test(f"{text.at(ATOM)}.{name}({part.cel})", text.needs | part.needs)
