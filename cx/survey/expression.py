"""Conditions in CEL (Common Expression Language): compiled once, three-valued, never an error while a survey runs.

In a condition an answer is: a whole number (nps, csat, ces, rating), a number, a text (text, single, and a date as
``'2026-01-31'``), a list of texts (multiple), ``true``/``false`` (yes_no). An unanswered question is unknown.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

from cx.words import Problem, Refused

LONGEST = 1000
_WORDS = frozenset(
    (
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    )
)
RESERVED = _WORDS | {"int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type", "dyn"}
"""Names that CEL keeps for itself."""

_TOKEN = re.compile(
    r"""(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<sign>==|!=|<=|>=|&&|\|\||\S)"""
)
_BOUND = re.compile(r"\.(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,")
_ERRORS = (RuntimeError, TypeError, ValueError, ArithmeticError, LookupError)
MOST_LOOPS = 2
_MIRROR = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True)
class Comparison:
    """``name sign literal`` of a condition; also ``name in [literal]`` (in) and ``literal in name`` (has)."""

    name: str
    sign: str
    literal: str | int | float | bool


@dataclass(frozen=True)
class Expression:
    """A compiled condition; equal when the source is. ``names`` are the questions it mentions."""

    source: str
    names: frozenset[str] = field(compare=False)
    functions: frozenset[str] = field(compare=False)
    _program: Any = field(compare=False, repr=False)

    def value(self, answers: Mapping[str, object]) -> bool | None:
        """True or false; None when it cannot be known, because an answer is absent or of another kind."""
        names = [name for name in self.names if name in answers]
        if not names:
            return None
        try:
            result = self._program.execute({name: plain(answers[name]) for name in names})
        except _ERRORS:
            return None
        return result if isinstance(result, bool) else None

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Whether it is known to be true."""
        return self.value(answers) is True

    def trial(self, answers: Mapping[str, object]) -> Exception | object:
        """What it gives for example answers, or the error itself: for the check of a definition."""
        try:
            return self._program.execute({name: plain(answers[name]) for name in self.names if name in answers})
        except _ERRORS as error:
            return error

    def comparisons(self) -> Iterator[Comparison]:
        """Comparisons of a name with a literal that can be read off the source."""
        tokens = [_token(match) for match in _TOKEN.finditer(self.source)]
        for (_, before), (left_kind, left), (_, sign), (right_kind, right), (_, after) in _windows(tokens):
            if left_kind == "name" and right_kind == "literal" and sign in _MIRROR:
                if before not in (".", "-", "+", "*", "/", "%") and after not in (".", "-", "+", "*", "/", "%"):
                    yield Comparison(str(left), str(sign), right)  # type: ignore[arg-type]
            elif left_kind == "literal" and right_kind == "name" and after not in (".", "(", "["):
                if sign == "in":
                    yield Comparison(str(right), "has", left)  # type: ignore[arg-type]
                elif sign in _MIRROR and before not in (".", "-", "+", "*", "/", "%"):
                    yield Comparison(str(right), _MIRROR[str(sign)], left)  # type: ignore[arg-type]
        yield from _memberships(tokens)


_Token = tuple[str, object]


def _token(match: re.Match[str]) -> _Token:
    raw = match.group()
    if match.lastgroup == "text":
        return "literal", re.sub(r"\\(.)", r"\1", raw[1:-1])
    if match.lastgroup == "number":
        return "literal", float(raw) if "." in raw else int(raw)
    if raw in ("true", "false"):
        return "literal", raw == "true"
    return ("sign", raw) if raw in _WORDS or match.lastgroup == "sign" else ("name", raw)


def _windows(tokens: list[_Token]) -> Iterator[tuple[_Token, _Token, _Token, _Token, _Token]]:
    edge: _Token = ("sign", "")
    padded = [edge, *tokens, edge]
    yield from zip(padded, padded[1:], padded[2:], padded[3:], padded[4:], strict=False)


def _memberships(tokens: list[_Token]) -> Iterator[Comparison]:
    """``name in ['a', 'b']``: one comparison a literal."""
    for place in range(len(tokens) - 2):
        (kind, name), second, third = tokens[place : place + 3]
        if kind == "name" and second == ("sign", "in") and third == ("sign", "["):
            for kind, value in tokens[place + 3 :]:
                if value == "]" and kind == "sign":
                    break
                if kind == "literal":
                    yield Comparison(str(name), "in", value)  # type: ignore[arg-type]


def plain(value: object) -> object:
    """An answer as CEL sees it."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@cache
def _engine() -> ModuleType:
    """The compiled part of the package ``cel`` alone: the package brings a command line, a sixth of our start."""
    package = find_spec("cel")
    assert package is not None and package.submodule_search_locations
    found = FileFinder(package.submodule_search_locations[0], (ExtensionFileLoader, EXTENSION_SUFFIXES)).find_spec(
        "cel.cel"
    )
    assert found is not None and found.loader is not None
    module = module_from_spec(found)
    found.loader.exec_module(module)
    return module


def compile(source: str) -> Expression:
    """Compile a condition. Raises :class:`cx.words.Refused` when it is not CEL or too long."""
    if len(source) > LONGEST:
        raise Refused(Problem("survey_condition_long", values={"limit": LONGEST}))
    loops = _BOUND.findall(source)
    if len(loops) > MOST_LOOPS:
        raise Refused(Problem("survey_condition_loops", values={"limit": MOST_LOOPS}))
    try:
        program = _engine().compile(source)
    except ValueError as error:
        raise Refused(
            Problem(
                "survey_condition_syntax",
                values={"source": source if len(source) <= 60 else f"{source[:59]}…", "reason": _reason(error)},
            )
        ) from error
    names = set(program.variables()) - set(loops)
    return Expression(source, frozenset(names), frozenset(program.functions()), program)


def _reason(error: ValueError) -> str:
    """The parser's own words for the first error, without its drawing."""
    found = re.search(
        r"ERROR: <input>:\d+:(\d+): (?:Syntax error: )?(.+?)(?: expecting .*)?$", str(error), re.MULTILINE
    )
    return f"{found.group(1)}: {found.group(2)[:120]}" if found else str(error)[:120]
