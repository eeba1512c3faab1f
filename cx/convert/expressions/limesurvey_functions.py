"""Functions of LimeSurvey's expressions."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import NO, YES, Const, Tree, both, compared, either, negation, test
from cx.convert.expressions.patterns import matches
from cx.convert.expressions.terms import (
    ADD,
    ATOM,
    NUMBERS,
    UNARY,
    Term,
    best,
    binary,
    choose,
    flag,
    literal,
    made,
    or_else,
    summed,
)
from cx.convert.expressions.terms import call as called
from cx.convert.expressions.tree import Node

if TYPE_CHECKING:
    from cx.convert.expressions.limesurvey import Meaning

Terms = list[Term]


def call(meaning: Meaning, name: str, args: tuple[Node, ...]) -> Term:
    """The value of a function."""
    if name in _CLOCK:
        raise NotCarried("clock")
    if name not in _FUNCTIONS:
        raise NotCarried("function_unknown")
    function, least, most = _FUNCTIONS[name]
    if not least <= len(args) <= most:
        raise NotCarried("arguments")
    return function(meaning, [meaning.term(arg) for arg in args])


def _plain(name: str, *args: Term) -> Term:
    """A function of numbers whose result is no less exact than they are."""
    if any(arg.nan == YES for arg in args):
        return next(arg for arg in args if arg.nan == YES)
    return replace(called("number", name, *args), computed=False)


def _numbered(name: str) -> Callable[[Meaning, Terms], Term]:
    return lambda meaning, args: _plain(name, *(meaning.number(arg) for arg in args))


def _ceil(meaning: Meaning, args: Terms) -> Term:
    value = meaning.number(args[0])
    if value.constant is not None:
        return literal(math.ceil(float(value.constant)))
    return made("number", f"-floor(-{value.at(ATOM)})", (value,), UNARY)


def _whole(meaning: Meaning, args: Terms) -> Term:
    if len(args) > 1:
        text, base = args[0].constant, args[1].constant
        if not isinstance(text, str) or not isinstance(base, int | float) or not 2 <= base <= 36:
            raise NotCarried("type_unknown")
        try:
            return literal(int(text, int(base)))
        except ValueError:
            return literal(0)
    value = meaning.number(args[0])
    if value.nan == YES:
        return literal(0)
    return or_else(replace(_plain("trunc", value), absent=value.nan, nan=NO), literal(0))


def _if(meaning: Meaning, args: Terms) -> Term:
    return choose(meaning.truth(args[0]), args[1], args[2] if len(args) > 2 else literal(""))


def _is_empty(meaning: Meaning, args: Terms) -> Term:
    return flag(meaning.empty(args[0]))


def _is_numeric(meaning: Meaning, args: Terms) -> Term:
    if args[0].type == "any" or args[0].type == "flag":
        raise NotCarried("type_unknown")
    return flag(meaning.number(args[0]).there if args[0].type != "date" else NO)


def _is_int(meaning: Meaning, args: Terms) -> Term:
    return flag(_whole_number(meaning, args[0]))


def _whole_number(meaning: Meaning, term: Term) -> Tree:
    value = meaning.number(term)
    if value.constant is not None:
        return Const(float(value.constant).is_integer())
    if term.type == "whole":
        return value.there
    return both(value.there, compared(f"trunc({value.cel})", "==", value.at(ADD), value.needs))


def _is_float(meaning: Meaning, args: Terms) -> Term:
    value = meaning.number(args[0])
    return flag(both(value.there, negation(_whole_number(meaning, args[0]))))


def _is_string(meaning: Meaning, args: Terms) -> Term:  # noqa: ARG001 - one signature for all
    term = args[0]
    if term.type not in ("text", *NUMBERS) or term.variable and term.type == "text":
        raise NotCarried("type_unknown")
    return flag(Const(term.type == "text"))


def _is_nan(meaning: Meaning, args: Terms) -> Term:
    return flag(negation(meaning.number(args[0]).there))


def _count(meaning: Meaning, args: Terms) -> Term:
    known = [Const(True) if arg.constant is not None and arg.constant != "" else meaning.empty(arg) for arg in args]
    always = sum(arg.constant is not None and arg.constant != "" for arg in args)
    terms = [
        choose(negation(empty), literal(1), literal(0))
        for arg, empty in zip(args, known, strict=True)
        if arg.constant is None
    ]
    return summed([*terms, *([literal(always)] if always or not terms else [])])


def _sum(meaning: Meaning, args: Terms) -> Term:
    numbers = [meaning.number(arg) for arg in args]
    terms = [or_else(replace(term, absent=term.nan, nan=NO), literal(0)) for term in numbers if term.nan != YES]
    return summed(terms) if terms else literal(0)


def _extreme(name: str) -> Callable[[Meaning, Terms], Term]:
    def extreme(meaning: Meaning, args: Terms) -> Term:
        numbers = [meaning.number(arg) for arg in args]
        if any(term.nan == YES for term in numbers):
            raise NotCarried("type_unknown")
        result = best(name, numbers)
        nothing = result.absent if name == "largest" else either(*(term.nan for term in numbers))
        return replace(result, absent=nothing)

    return extreme


def _texts(meaning: Meaning, args: Terms) -> Terms:
    return [meaning.text(arg) for arg in args]


def _texted(type: str, name: str) -> Callable[[Meaning, Terms], Term]:
    return lambda meaning, args: called(type, name, *_texts(meaning, args))  # type: ignore[arg-type]


def _implode(meaning: Meaning, args: Terms) -> Term:
    between, *texts = _texts(meaning, args)
    return called("text", "join", Term("list", f"[{', '.join(text.cel for text in texts)}]"), between)


def _join(meaning: Meaning, args: Terms) -> Term:
    return reduce(lambda one, other: binary("text", one, "+", other), _texts(meaning, args))


def _list(meaning: Meaning, args: Terms) -> Term:
    parts = []
    for arg in args:
        if arg.constant == "":
            continue
        item = replace(meaning.text(arg), absent=meaning.empty(arg), level=ATOM)
        parts.append(or_else(replace(item, cel=f"[{item.cel}]", type="list"), Term("list", "[]")))
    joined = reduce(lambda one, other: binary("list", one, "+", other), parts, Term("list", "[]"))
    return called("text", "join", joined, literal(", "))


def _substr(meaning: Meaning, args: Terms) -> Term:
    text, places = meaning.text(args[0]), [arg.constant for arg in args[1:]]
    if not all(isinstance(place, int | float) and place >= 0 for place in places):
        raise NotCarried("arguments")
    start = int(float(places[0] or 0))
    ends = [literal(start + int(float(places[1] or 0)))] if len(places) > 1 else []
    return called("text", "substring", text, literal(start), *ends)


def _replace(meaning: Meaning, args: Terms) -> Term:
    part, by, text = _texts(meaning, args)
    return called("text", "replace", text, part, by)


def _found(text: Term, part: Term) -> Tree:
    return test(f"{text.at(ATOM)}.contains({part.cel})", text.needs | part.needs)


def _position(fold: bool) -> Callable[[Meaning, Terms], Term]:
    def position(meaning: Meaning, args: Terms) -> Term:
        text, part = _texts(meaning, args)
        if fold:
            text, part = called("text", "lower", text), called("text", "lower", part)
        return choose(_found(text, part), called("whole", "index", text, part), literal(0))

    return position


def _strstr(meaning: Meaning, args: Terms) -> Term:
    text, part = _texts(meaning, args)
    return choose(
        _found(text, part), called("text", "substring", text, called("whole", "index", text, part)), literal("")
    )


def _compare(fold: bool) -> Callable[[Meaning, Terms], Term]:
    def compare(meaning: Meaning, args: Terms) -> Term:
        texts = _texts(meaning, args)
        one, other = (called("text", "lower", text) if fold else text for text in texts)
        needs = one.needs | other.needs
        less = choose(compared(one.at(ADD), "<", other.at(ADD), needs), literal(-1), literal(1))
        return choose(compared(one.at(ADD), "==", other.at(ADD), needs), literal(0), less)

    return compare


def _regex(meaning: Meaning, args: Terms) -> Term:
    pattern = args[0].constant
    found = re.fullmatch(r"\s*([/#~!|@%])(.*)\1([imsu]*)", pattern, re.DOTALL) if isinstance(pattern, str) else None
    if not found:
        raise NotCarried("pattern")
    flags = found.group(3).replace("u", "")
    body = re.sub(rf"\\({re.escape(found.group(1))})", r"\1", found.group(2))
    return flag(matches(meaning.text, args[1], (f"(?{flags})" if flags else "") + body))


def _checkdate(meaning: Meaning, args: Terms) -> Term:
    month, day, year = (meaning.number(arg).constant for arg in args)
    if any(part is None or isinstance(part, str) for part in (month, day, year)):
        raise NotCarried("type_unknown")
    try:
        dt.date(int(year or 0), int(month or 0), int(day or 0))
    except ValueError:
        return flag(NO)
    return flag(YES)


_MANY = 200
_FUNCTIONS: Mapping[str, tuple[Callable[[Meaning, Terms], Term], int, int]] = {
    "abs": (_numbered("abs"), 1, 1),
    "ceil": (_ceil, 1, 1),
    "floor": (_numbered("floor"), 1, 1),
    "round": (_numbered("round"), 1, 2),
    "pow": (_numbered("power"), 2, 2),
    "sqrt": (lambda meaning, args: _plain("power", meaning.number(args[0]), literal(0.5)), 1, 1),
    "pi": (lambda meaning, args: literal(math.pi), 0, 0),  # noqa: ARG005 - takes none
    "intval": (_whole, 1, 2),
    "floatval": (lambda meaning, args: _sum(meaning, args), 1, 1),
    "sum": (_sum, 1, _MANY),
    "min": (_extreme("smallest"), 1, _MANY),
    "max": (_extreme("largest"), 1, _MANY),
    "count": (_count, 1, _MANY),
    "if": (_if, 2, 3),
    "is_empty": (_is_empty, 1, 1),
    "is_numeric": (_is_numeric, 1, 1),
    "is_int": (_is_int, 1, 1),
    "is_float": (_is_float, 1, 1),
    "is_string": (_is_string, 1, 1),
    "is_nan": (_is_nan, 1, 1),
    "implode": (_implode, 2, _MANY),
    "join": (_join, 1, _MANY),
    "list": (_list, 1, _MANY),
    "strlen": (_texted("whole", "length"), 1, 1),
    "strtolower": (_texted("text", "lower"), 1, 1),
    "strtoupper": (_texted("text", "upper"), 1, 1),
    "trim": (_texted("text", "trim"), 1, 1),
    "substr": (_substr, 2, 3),
    "str_replace": (_replace, 3, 3),
    "strpos": (_position(fold=False), 2, 2),
    "stripos": (_position(fold=True), 2, 2),
    "strstr": (_strstr, 2, 2),
    "strcmp": (_compare(fold=False), 2, 2),
    "strcasecmp": (_compare(fold=True), 2, 2),
    "regexMatch": (_regex, 2, 2),
    "checkdate": (_checkdate, 3, 3),
}
_CLOCK = frozenset(["date", "gmdate", "idate", "mktime", "strtotime", "time", "rand"])
