"""Regular expressions of other engines for CEL's ``matches``."""

from __future__ import annotations

import re
from collections.abc import Callable

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import Tree, both, either, negation, test
from cx.convert.expressions.terms import ATOM, Term, quoted
from cx.survey import expression
from cx.words import Refused

_ASCII = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \\t\\n\\x0b\\f\\r"}


def narrow(pattern: str) -> str:
    r"""A pattern with ``\d``, ``\w``, ``\s`` written out: to Java and JavaScript they stand for ASCII only."""
    out, inside = [], False
    for part in re.findall(r"\\.|.", pattern, re.DOTALL):
        if part[0] == "\\" and part[1:].lower() in _ASCII:
            if part[1].isupper() and inside:
                raise NotCarried("pattern")
            chars = _ASCII[part[1].lower()]
            out.append(chars if inside else f"[{'^' if part[1].isupper() else ''}{chars}]")
            continue
        inside = part == "[" or (inside and part != "]")
        out.append("\\-" if inside and part == "-" and out[-1] in _ASCII.values() else part)
    return "".join(out)


def anchored(pattern: str) -> str:
    """A pattern for the whole of a text."""
    if pattern.startswith("^") and pattern.endswith("$") and not pattern.endswith("\\$") and "|" not in pattern:
        return pattern
    return f"^(?:{pattern})$"


def matches(text: Callable[[Term], Term], term: Term, pattern: str) -> Tree:
    """Whether a value as a text matches; what is unanswered is an empty text."""
    if term.type == "text" and term.variable:
        there = test(f"{term.at(ATOM)}.matches({_checked(pattern)})", term.needs)
        empty = expression.compile(f"''.matches({quoted(pattern)})").trial({}) is True
        return either(term.absent, there) if empty else both(negation(term.absent), there)
    shown = text(term)
    return test(f"{shown.at(ATOM)}.matches({_checked(pattern)})", shown.needs)


def _checked(pattern: str) -> str:
    """A pattern as a CEL text. Raises NotCarried("pattern") when our engine cannot read it."""
    text = quoted(pattern)
    try:
        result = expression.compile(f"''.matches({text})").trial({})
    except Refused as refused:
        raise NotCarried("pattern") from refused
    if not isinstance(result, bool):
        raise NotCarried("pattern")
    return text
