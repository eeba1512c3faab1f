"""Functions of LimeSurvey's expressions."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import replace
from functools import reduce

from cx.convert.expressions import functions
from cx.convert.expressions.functions import (
    Function,
    Table,
    Terms,
    between,
    branch,
    concatenated,
    has,
    length,
    numbered,
    plain,
    root,
    texted,
    texts,
)
from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import NO, YES, Const, Tree, both, compared, either, negation
from cx.convert.expressions.meaning import Textual
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
    counted,
    flag,
    literal,
    made,
    or_else,
    summed,
)
from cx.convert.expressions.terms import call as called
from cx.convert.expressions.tree import Node


def call(meaning: Textual, name: str, args: tuple[Node, ...]) -> Term:
    """The value of a function."""
    if name not in _FUNCTIONS:
        raise NotCarried("clock" if name in _CLOCK else "function_unknown")
    return functions.call(_FUNCTIONS, meaning, name, args)


def _ceil(meaning: Textual, args: Terms) -> Term:
    value = meaning.number(args[0])
    if value.constant is not None:
        return literal(math.ceil(float(value.constant)))
    return made("number", f"-floor(-{value.at(ATOM)})", (value,), UNARY)


def _whole(meaning: Textual, args: Terms) -> Term:
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
    return or_else(replace(plain("trunc", value), absent=value.nan, nan=NO), literal(0))


def _is_empty(meaning: Textual, args: Terms) -> Term:
    return flag(meaning.empty(args[0]))


def _is_numeric(meaning: Textual, args: Terms) -> Term:
    if args[0].type == "any" or args[0].type == "flag":
        raise NotCarried("type_unknown")
    return flag(meaning.number(args[0]).there if args[0].type != "date" else NO)


def _is_int(meaning: Textual, args: Terms) -> Term:
    return flag(_whole_number(meaning, args[0]))


def _whole_number(meaning: Textual, term: Term) -> Tree:
    value = meaning.number(term)
    if value.constant is not None:
        return Const(float(value.constant).is_integer())
    if term.type == "whole":
        return value.there
    return both(value.there, compared(f"trunc({value.cel})", "==", value.at(ADD), value.needs))


def _is_float(meaning: Textual, args: Terms) -> Term:
    value = meaning.number(args[0])
    return flag(both(value.there, negation(_whole_number(meaning, args[0]))))


def _is_string(meaning: Textual, args: Terms) -> Term:  # noqa: ARG001 - one signature for all
    term = args[0]
    if term.type not in ("text", *NUMBERS) or term.variable and term.type == "text":
        raise NotCarried("type_unknown")
    return flag(Const(term.type == "text"))


def _is_nan(meaning: Textual, args: Terms) -> Term:
    return flag(negation(meaning.number(args[0]).there))


def _count(meaning: Textual, args: Terms) -> Term:
    return counted(
        Const(arg.constant != "") if arg.constant is not None else negation(meaning.empty(arg)) for arg in args
    )


def _sum(meaning: Textual, args: Terms) -> Term:
    numbers = [meaning.number(arg) for arg in args]
    terms = [or_else(replace(term, absent=term.nan, nan=NO), literal(0)) for term in numbers if term.nan != YES]
    return summed(terms) if terms else literal(0)


def _extreme(name: str) -> Function:
    def extreme(meaning: Textual, args: Terms) -> Term:
        numbers = [meaning.number(arg) for arg in args]
        if any(term.nan == YES for term in numbers):
            raise NotCarried("type_unknown")
        result = best(name, numbers)
        nothing = result.absent if name == "largest" else either(*(term.nan for term in numbers))
        return replace(result, absent=nothing)

    return extreme


def _list(meaning: Textual, args: Terms) -> Term:
    parts = []
    for arg in args:
        if arg.constant == "":
            continue
        item = replace(meaning.text(arg), absent=meaning.empty(arg), level=ATOM)
        parts.append(or_else(replace(item, cel=f"[{item.cel}]", type="list"), Term("list", "[]")))
    joined = reduce(lambda one, other: binary("list", one, "+", other), parts, Term("list", "[]"))
    return called("text", "join", joined, literal(", "))


def _substr(meaning: Textual, args: Terms) -> Term:
    text, places = meaning.text(args[0]), [arg.constant for arg in args[1:]]
    if not all(isinstance(place, int | float) and place >= 0 for place in places):
        raise NotCarried("arguments")
    start = int(float(places[0] or 0))
    ends = [literal(start + int(float(places[1] or 0)))] if len(places) > 1 else []
    return called("text", "substring", text, literal(start), *ends)


def _replace(meaning: Textual, args: Terms) -> Term:
    part, by, text = texts(meaning, args)
    return called("text", "replace", text, part, by)


def _position(fold: bool) -> Function:
    def position(meaning: Textual, args: Terms) -> Term:
        text, part = texts(meaning, args)
        if fold:
            text, part = called("text", "lower", text), called("text", "lower", part)
        return choose(has("contains", text, part), called("whole", "index", text, part), literal(0))

    return position


def _strstr(meaning: Textual, args: Terms) -> Term:
    text, part = texts(meaning, args)
    return choose(
        has("contains", text, part),
        called("text", "substring", text, called("whole", "index", text, part)),
        literal(""),
    )


def _compare(fold: bool) -> Function:
    def compare(meaning: Textual, args: Terms) -> Term:
        one, other = (called("text", "lower", text) if fold else text for text in texts(meaning, args))
        needs = one.needs | other.needs
        less = choose(compared(one.at(ADD), "<", other.at(ADD), needs), literal(-1), literal(1))
        return choose(compared(one.at(ADD), "==", other.at(ADD), needs), literal(0), less)

    return compare


def _regex(meaning: Textual, args: Terms) -> Term:
    pattern = args[0].constant
    found = re.fullmatch(r"\s*([/#~!|@%])(.*)\1([imsu]*)", pattern, re.DOTALL) if isinstance(pattern, str) else None
    if not found:
        raise NotCarried("pattern")
    flags = found.group(3).replace("u", "")
    body = re.sub(rf"\\({re.escape(found.group(1))})", r"\1", found.group(2))
    return flag(matches(meaning.text, args[1], (f"(?{flags})" if flags else "") + body))


def _checkdate(meaning: Textual, args: Terms) -> Term:
    month, day, year = (meaning.number(arg).constant for arg in args)
    if any(part is None or isinstance(part, str) for part in (month, day, year)):
        raise NotCarried("type_unknown")
    try:
        dt.date(int(year or 0), int(month or 0), int(day or 0))
    except ValueError:
        return flag(NO)
    return flag(YES)


_MANY = 200
_FUNCTIONS: Table = {
    "abs": (numbered("abs"), 1, 1),
    "ceil": (_ceil, 1, 1),
    "floor": (numbered("floor"), 1, 1),
    "round": (numbered("round"), 1, 2),
    "pow": (numbered("power"), 2, 2),
    "sqrt": (root, 1, 1),
    "pi": (lambda meaning, args: literal(math.pi), 0, 0),  # noqa: ARG005 - takes none
    "intval": (_whole, 1, 2),
    "floatval": (_sum, 1, 1),
    "sum": (_sum, 1, _MANY),
    "min": (_extreme("smallest"), 1, _MANY),
    "max": (_extreme("largest"), 1, _MANY),
    "count": (_count, 1, _MANY),
    "if": (branch, 2, 3),
    "is_empty": (_is_empty, 1, 1),
    "is_numeric": (_is_numeric, 1, 1),
    "is_int": (_is_int, 1, 1),
    "is_float": (_is_float, 1, 1),
    "is_string": (_is_string, 1, 1),
    "is_nan": (_is_nan, 1, 1),
    "implode": (between, 2, _MANY),
    "join": (concatenated, 1, _MANY),
    "list": (_list, 1, _MANY),
    "strlen": (length, 1, 1),
    "strtolower": (texted("text", "lower"), 1, 1),
    "strtoupper": (texted("text", "upper"), 1, 1),
    "trim": (texted("text", "trim"), 1, 1),
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
