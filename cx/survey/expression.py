"""Conditions in CEL (Common Expression Language): compiled once, three-valued, never an error while a survey runs.

In a condition an answer is: a whole number (nps, csat, ces, rating), a number, a text (text, single, and a date as
``'2026-01-31'``), a list of texts (multiple, ranking, photo), ``true``/``false`` (yes_no), or parts by name (matrix,
kano, contact: ``m.row``). An unanswered question is unknown, and so is a rating that does not apply.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any

from cx.survey import functions, tokens
from cx.survey.tokens import WORDS
from cx.survey.tokens import Comparison as Comparison
from cx.survey.values import NotApplicable
from cx.words import Problem, Refused

LONGEST = 1000
RESERVED = WORDS | {"int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type", "dyn"}
"""Names that CEL keeps for itself."""

_GAP = r"(?:\s|//[^\n]*\n)*"
_BOUND = re.compile(rf"\.{_GAP}(?:all|exists|exists_one|map|filter){_GAP}\({_GAP}([A-Za-z_]\w*){_GAP},")
_ERRORS = (RuntimeError, TypeError, ValueError, ArithmeticError, LookupError)
MOST_LOOPS = 2
_ABSENT = object()


@dataclass(frozen=True)
class Expression:
    """A compiled condition; equal when the source is. ``names`` are the questions it mentions, ``members`` the parts of
    answers (``m.row`` as ``("m", "row")``), ``functions`` what it calls. ``computes``: all numbers are decimals."""

    source: str
    names: frozenset[str] = field(compare=False)
    functions: frozenset[str] = field(compare=False)
    members: frozenset[tuple[str, str]] = field(compare=False)
    computes: bool = field(compare=False)
    _asked: Mapping[str, tuple[str, str]] = field(compare=False, repr=False)
    _calls: Mapping[str, Any] = field(compare=False, repr=False)
    _program: Any = field(compare=False, repr=False)
    _free: bool = field(compare=False, repr=False)
    """Whether it may be known with nothing answered; most are not, and need not be run then."""

    @property
    def constant(self) -> bool:
        """Whether it says the same whatever is answered, and every day."""
        return not self.names and "today" not in self.functions

    def value(self, answers: Mapping[str, object]) -> bool | None:
        """True or false; None when it cannot be known, because an answer is absent or of another kind."""
        result = self.result(answers)
        return result if isinstance(result, bool) else None

    def result(self, answers: Mapping[str, object]) -> object | None:
        """What it gives, of any kind; None when it cannot be known."""
        try:
            values = self._values(answers)
            return self._run(values) if values or self._free else None
        except _ERRORS:
            return None

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Whether it is known to be true."""
        return self.result(answers) is True

    def trial(self, answers: Mapping[str, object]) -> Exception | object:
        """What it gives for example answers, or the error itself: for the check of a definition."""
        try:
            return self._run(self._values(answers))
        except _ERRORS as error:
            return error

    def comparisons(self) -> Iterator[Comparison]:
        """Comparisons of a name with a literal that can be read off the source."""
        return tokens.comparisons(self.source)

    def _values(self, answers: Mapping[str, object]) -> dict[str, object]:
        values = {
            name: value
            for name in self.names
            if name in answers and (value := plain(answers[name])) is not _ABSENT  # unknown, as if unanswered
        }
        if self.computes:
            values = {name: _decimal(value) for name, value in values.items()}
        if self._asked:
            values |= {variable: _said(answers, *what) for variable, what in self._asked.items()}
        return values

    def _run(self, values: dict[str, object]) -> Any:
        return self._program.execute(_engine().Context(values, self._calls) if self._calls else values)


def plain(value: object) -> object:
    """An answer as CEL sees it."""
    kind = type(value)
    if kind is int or kind is str or kind is bool:
        return value
    if kind is Decimal:
        return float(value)  # type: ignore[arg-type]
    if isinstance(value, NotApplicable):
        return _ABSENT
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        parts = {name: plain(part) for name, part in value.items()}
        return {name: part for name, part in parts.items() if part is not _ABSENT}
    return list(value) if isinstance(value, tuple) else value


def _decimal(value: object) -> object:
    if type(value) is int:
        return float(value)
    return {name: _decimal(part) for name, part in value.items()} if isinstance(value, dict) else value


def _said(answers: Mapping[str, object], name: str, part: str) -> bool:
    """Whether a question, or a part of it, is answered ("does not apply" is an answer)."""
    value = answers.get(name)
    return value is not None and (not part or (isinstance(value, Mapping) and value.get(part) is not None))


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
    program = _compiled(source, source)
    names, called = set(program.variables()) - set(loops), frozenset(program.functions())
    read = tokens.read(source)
    computes, asked = tokens.computes(read), tokens.asked(read)
    if computes or asked:
        program = _compiled(tokens.written(read, computes), source)
    calls = {name: functions.INNER[name] for name in program.functions() if name in functions.INNER}
    members = tokens.members(read)
    made = Expression(source, frozenset(names), called, members, computes, asked, calls, program, not names)
    if names and (loops or tokens.decides(read)):
        free = "today" in called or not isinstance(made.trial({}), Exception)
        made = replace(made, _free=free)
    return made


def _compiled(written: str, source: str) -> Any:
    try:
        return _engine().compile(written)
    except ValueError as error:
        shown = source if len(source) <= 60 else f"{source[:59]}…"
        raise Refused(Problem("survey_condition_syntax", values={"source": shown, "reason": _reason(error)})) from error


def _reason(error: ValueError) -> str:
    """The parser's own words for the first error, without its drawing."""
    found = re.search(
        r"ERROR: <input>:\d+:(\d+): (?:Syntax error: )?(.+?)(?: expecting .*)?$", str(error), re.MULTILINE
    )
    return f"{found.group(1)}: {found.group(2)[:120]}" if found else str(error)[:120]
