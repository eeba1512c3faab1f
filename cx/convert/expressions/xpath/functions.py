"""Functions of XPath and of XLSForms."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
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
from cx.convert.expressions.logic import NO, YES, both, either, negation, test
from cx.convert.expressions.meaning import Textual
from cx.convert.expressions.patterns import anchored, matches, narrow
from cx.convert.expressions.terms import (
    ADD,
    NUMBERS,
    Term,
    beside,
    best,
    binary,
    choose,
    counted,
    flag,
    listed,
    literal,
    made,
    or_else,
    picked,
    quoted,
)
from cx.convert.expressions.terms import call as called
from cx.convert.expressions.tree import Node


def call(meaning: Textual, name: str, args: tuple[Node, ...]) -> Term:
    """The value of a function."""
    if name not in _FUNCTIONS:
        raise NotCarried("clock" if name in _CLOCK else "structure" if _NODES.fullmatch(name) else "function_unknown")
    return functions.call(_FUNCTIONS, meaning, name, args)


def _int(meaning: Textual, args: Terms) -> Term:
    return plain("trunc", meaning.number(args[0]))


def _round(meaning: Textual, args: Terms) -> Term:
    digits = meaning.number(args[1]).constant if len(args) > 1 else 0
    if digits is None or isinstance(digits, str):
        raise NotCarried("type_unknown")
    rest = [literal(math.trunc(digits))] if math.trunc(digits) else []
    return plain("half_up", meaning.number(args[0]), *rest)


def _date(meaning: Textual, args: Terms) -> Term:
    term = args[0]
    if term.type == "date" or term.constant == "":
        return term
    if isinstance(term.constant, str):
        try:
            return Term("date", quoted(dt.date.fromisoformat(term.constant).isoformat()))
        except ValueError:
            raise NotCarried("clock" if "T" in term.constant else "date") from None
    if term.type in NUMBERS:
        number = meaning.number(term)
        days = replace(called("date", "add_days", literal("1970-01-01"), number), nan=NO)
        return replace(days, absent=number.nan)
    raise NotCarried("type_unknown" if term.type == "text" else "date")


def _format_date(meaning: Textual, args: Terms) -> Term:
    date, format = _date(meaning, args[:1]), args[1].constant
    if not isinstance(format, str) or date.type != "date":
        raise NotCarried("type_unknown")
    parts = []
    for part in re.findall(r"%.?|[^%]+", format):
        if part[0] != "%":
            parts.append(literal(part))
        elif part in _DATE_PARTS:
            parts.append(called("text", "substring", date, *map(literal, _DATE_PARTS[part])))
        else:
            raise NotCarried("clock")
    joined = reduce(lambda one, other: binary("text", one, "+", other), parts) if parts else literal("")
    return or_else(joined, literal(""))


def _boolean_from_string(meaning: Textual, args: Terms) -> Term:
    text = meaning.text(args[0])
    cel = f"lower({text.cel}) in ['true', '1']"
    return flag(test(cel, text.needs, loose=True))


def _selected(meaning: Textual, args: Terms) -> Term:
    term, want = args
    if want.type in NUMBERS or (want.type == "flag"):
        raise NotCarried("arguments")
    value = want.constant.strip() if isinstance(want.constant, str) else None
    if term.type in ("list", "choice") and term.values and value is not None:
        ids = [term.values[value]] if value in term.values else []
        return flag(listed(term, ids) if term.type == "list" else picked(term, ids))
    wanted = meaning.text(want)
    if term.type == "list":
        if term.renamed:
            raise NotCarried("choice_values")
        return flag(
            both(negation(term.absent), test(f"{wanted.at(ADD)} in {term.at(ADD)}", term.needs | wanted.needs, True))
        )
    text = meaning.text(term)
    part = quoted(f" {value} ") if value is not None else f"' ' + {wanted.at(ADD + 1)} + ' '"
    return flag(test(f"(' ' + {text.at(ADD + 1)} + ' ').contains({part})", text.needs | wanted.needs))


def _count_selected(meaning: Textual, args: Terms) -> Term:  # noqa: ARG001 - one signature for all
    term = args[0]
    if isinstance(term.constant, str):
        return literal(len(term.constant.split()))
    if term.type == "list":
        return or_else(called("whole", "size", term), literal(0))
    if term.type == "choice":
        return choose(negation(term.absent), literal(1), literal(0))
    raise NotCarried("type_unknown")


def _selected_at(meaning: Textual, args: Terms) -> Term:  # noqa: ARG001 - one signature for all
    values, place = args[0].constant, args[1].constant
    if not isinstance(values, str) or not isinstance(place, int | float):
        raise NotCarried("choice_order")
    found = values.split()
    return literal(found[int(place)] if 0 <= place < len(found) else "")


def _coalesce(meaning: Textual, args: Terms) -> Term:
    one, other = args
    if one.constant is not None:
        return other if one.constant == "" else one
    return choose(negation(either(meaning.empty(one), one.nan)), one, other)


def _substr(meaning: Textual, args: Terms) -> Term:
    text, places = meaning.text(args[0]), [meaning.number(arg) for arg in args[1:]]
    if any(not isinstance(place.constant, int | float) for place in places):
        raise NotCarried("type_unknown")
    ends = [math.trunc(float(place.constant or 0)) for place in places]
    from_end = made("whole", f"length({text.cel})", (text,))
    return called("text", "substring", text, *(
        literal(end) if end >= 0 else binary("whole", from_end, "-", literal(-end)) for end in ends
    ))  # fmt: skip


def _before(meaning: Textual, args: Terms) -> Term:
    text, part = texts(meaning, args)
    return called("text", "substring", text, literal(0), called("whole", "index", text, part))


def _after(meaning: Textual, args: Terms) -> Term:
    text, part = texts(meaning, args)
    start = binary("whole", called("whole", "index", text, part), "+", called("whole", "length", part))
    return choose(has("contains", text, part), called("text", "substring", text, start), literal(""))


def _tested(name: str) -> Function:
    return lambda meaning, args: flag(has(name, *texts(meaning, args)))


def _regex(meaning: Textual, args: Terms) -> Term:
    pattern = args[1].constant
    if not isinstance(pattern, str):
        raise NotCarried("type_unknown")
    return flag(matches(meaning.text, args[0], anchored(narrow(pattern))))


def _checklist(meaning: Textual, args: Terms) -> Term:
    least, most = (meaning.number(arg).constant for arg in args[:2])
    if isinstance(least, str) or isinstance(most, str) or least is None or most is None:
        raise NotCarried("type_unknown")
    count = counted(meaning.truth(arg) for arg in args[2:])
    low = YES if least < 0 else beside(count, ">=", literal(int(least)))
    high = YES if most < 0 else beside(count, "<=", literal(int(most)))
    return flag(both(low, high))


def _extreme(name: str) -> Function:
    def extreme(meaning: Textual, args: Terms) -> Term:
        result = best(name, [term for arg in args if (term := meaning.number(arg)).nan != YES])
        return replace(result, type="number", absent=NO, nan=result.absent)

    return extreme


_DATE_PARTS: Mapping[str, tuple[int, int]] = {"%Y": (0, 4), "%m": (5, 7), "%d": (8, 10)}
_MANY = 60
_FUNCTIONS: Table = {
    "true": (lambda meaning, args: flag(YES), 0, 0),  # noqa: ARG005 - takes none
    "false": (lambda meaning, args: flag(NO), 0, 0),  # noqa: ARG005 - takes none
    "boolean": (lambda meaning, args: flag(meaning.truth(args[0])), 1, 1),
    "not": (lambda meaning, args: flag(negation(meaning.truth(args[0]))), 1, 1),
    "number": (lambda meaning, args: meaning.number(args[0]), 1, 1),
    "string": (lambda meaning, args: meaning.text(args[0]), 1, 1),
    "boolean-from-string": (_boolean_from_string, 1, 1),
    "int": (_int, 1, 1),
    "round": (_round, 1, 2),
    "abs": (numbered("abs"), 1, 1),
    "pow": (numbered("power"), 2, 2),
    "sqrt": (root, 1, 1),
    "exp10": (lambda meaning, args: plain("power", literal(10), meaning.number(args[0])), 1, 1),
    "pi": (lambda meaning, args: literal(math.pi), 0, 0),  # noqa: ARG005 - takes none
    "min": (_extreme("smallest"), 1, _MANY),
    "max": (_extreme("largest"), 1, _MANY),
    "date": (_date, 1, 1),
    "today": (lambda meaning, args: Term("date", "today()"), 0, 0),  # noqa: ARG005 - takes none
    "format-date": (_format_date, 2, 2),
    "selected": (_selected, 2, 2),
    "is-selected": (_selected, 2, 2),
    "count-selected": (_count_selected, 1, 1),
    "selected-at": (_selected_at, 2, 2),
    "coalesce": (_coalesce, 2, 2),
    "if": (branch, 3, 3),
    "checklist": (_checklist, 2, _MANY),
    "concat": (concatenated, 1, _MANY),
    "join": (between, 2, _MANY),
    "substr": (_substr, 2, 3),
    "substring-before": (_before, 2, 2),
    "substring-after": (_after, 2, 2),
    "translate": (texted("text", "translate"), 3, 3),
    "contains": (_tested("contains"), 2, 2),
    "starts-with": (_tested("startsWith"), 2, 2),
    "ends-with": (_tested("endsWith"), 2, 2),
    "string-length": (length, 1, 1),
    "normalize-space": (texted("text", "tidy"), 1, 1),
    "regex": (_regex, 2, 2),
}
_CLOCK = frozenset(["now", "date-time", "decimal-date-time", "decimal-time", "format-date-time"])
_NODES = re.compile(
    "position|count|count-non-empty|sum|instance|current|indexed-repeat|once|randomize|id|name|last|property|pulldata|jr:.*"
)
