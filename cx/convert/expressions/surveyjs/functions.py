"""Functions of SurveyJS expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import NO, both, either, negation, test
from cx.convert.expressions.surveyjs import loose
from cx.convert.expressions.surveyjs.values import Values
from cx.convert.expressions.terms import (
    NULL,
    NUMBERS,
    Term,
    beside,
    best,
    binary,
    choose,
    counted,
    literal,
    made,
    or_else,
    summed,
)
from cx.convert.expressions.terms import call as called
from cx.convert.expressions.tree import Items, Node

Args = tuple[Node, ...]
Function = Callable[[Values, Args], Term]


def call(meaning: Values, name: str, args: Args) -> Term:
    """The value of a function."""
    if name not in _FUNCTIONS:
        raise NotCarried("function_unknown" if name not in _NEEDS_MORE else "structure")
    return _FUNCTIONS[name](meaning, args)


def length(term: Term) -> Term:
    """``{question.length}``."""
    if term.type not in ("list", "text"):
        raise NotCarried("type_unknown")
    return or_else(called("whole", "size" if term.type == "list" else "length", term), literal(0))


def _iif(meaning: Values, args: Args) -> Term:
    if len(args) < 2:
        return NULL
    condition = meaning.truth(meaning.term(args[0]))
    one, other = meaning.term(args[1]), meaning.term(args[2]) if len(args) > 2 else NULL
    result = choose(condition, one, other)
    if one.tree is None or other.tree is None:
        return result
    return replace(result, tree=either(both(condition, one.tree), both(negation(condition), other.tree)))


def _numbers(meaning: Values, args: Args) -> list[Term]:
    """Each argument as a number, or as a list of numbers; lists that are written out one by one."""
    terms = []
    for arg in args:
        if isinstance(arg, Items):
            terms += _numbers(meaning, arg.args)
            continue
        term = meaning.term(arg)
        if term.type == "list" and term.renamed:
            raise NotCarried("choice_values")
        if term.type == "list" and any(loose.number(theirs) is None for theirs in term.values):
            raise NotCarried("type_unknown")
        terms.append(term if term.type in ("list", "null") else meaning.as_number(term))
    if any(term.type == "null" for term in terms):
        raise NotCarried("arguments")
    return terms


def _sum(meaning: Values, args: Args) -> Term:
    terms = [called("number", "total", term) if term.type == "list" else term for term in _numbers(meaning, args)]
    return summed([or_else(term, literal(0)) for term in terms]) if terms else literal(0)


def _count(meaning: Values, args: Args) -> Term:
    nodes = [item for arg in args for item in (arg.args if isinstance(arg, Items) else (arg,))]
    terms = [term for term in map(meaning.term, nodes) if term.type != "null"]
    sizes = [or_else(called("whole", "size", term), literal(0)) for term in terms if term.type == "list"]
    found = counted(negation(term.absent) for term in terms if term.type != "list")
    return summed([*sizes, *([] if sizes and found.constant == 0 else [found])])


def _average(meaning: Values, args: Args) -> Term:
    count, total = _count(meaning, args), _sum(meaning, args)
    if count.constant is not None:
        return binary("number", total, "/", count) if count.constant else literal(0)
    return choose(beside(count, ">", literal(0)), binary("number", total, "/", count), literal(0))


def _best(name: str) -> Function:
    def found(meaning: Values, args: Args) -> Term:
        terms = _numbers(meaning, args)
        if any(term.nan != NO for term in terms):
            raise NotCarried("type_unknown")
        return best(name, terms)

    return found


def _round(meaning: Values, args: Args) -> Term:
    terms = [meaning.as_number(meaning.term(arg)) for arg in args]
    if not 0 < len(terms) < 3:
        raise NotCarried("arguments")
    found = called("number", "round", *terms)  # of nothing it is no number, which is not the same as nothing
    return replace(found, absent=NO, nan=either(found.absent, found.nan), computed=False)


def _trunc(meaning: Values, args: Args) -> Term:
    if len(args) != 1:
        raise NotCarried("arguments")
    return replace(called("number", "trunc", meaning.as_number(meaning.term(args[0]))), computed=False)


def _substring(meaning: Values, args: Args) -> Term:
    if not 1 < len(args) < 4:
        raise NotCarried("arguments")
    terms = [meaning.term(arg) for arg in args]
    places = terms[1:]
    if any(not isinstance(place.constant, int | float) for place in places):
        raise NotCarried("type_unknown")
    if terms[0].type in NUMBERS or terms[0].type == "null":
        return literal("")
    if terms[0].type != "text":
        raise NotCarried("type_unknown")
    cut = sorted(max(0, int(place.constant or 0)) for place in places)
    part = called("text", "substring", terms[0], *(literal(place) for place in cut))
    if terms[0].variable:
        number = test(f"is_number({terms[0].cel})", terms[0].needs)
        part = choose(both(negation(terms[0].absent), negation(number)), replace(part, absent=NO), literal(""))
    return or_else(part, literal(""))


def _today(meaning: Values, args: Args) -> Term:
    today = Term("date", "today()")
    if not args:
        return today
    days = meaning.term(args[0])
    if len(args) > 1 or days.type not in NUMBERS:
        raise NotCarried("arguments")
    return called("date", "add_days", today, days)


def _date(term: Term) -> Term:
    if term.type == "date" or term.type == "null":
        return term
    if isinstance(term.constant, str) and len(term.constant) == 10 and term.constant[4:8:3] == "--":
        return replace(term, type="date", constant=None)
    raise NotCarried("type_unknown")


def _age(meaning: Values, args: Args) -> Term:
    return _between(meaning, (args[0], None, *args[1:]), "years") if args else NULL


def _date_diff(meaning: Values, args: Args) -> Term:
    return _between(meaning, args, "days") if len(args) > 1 else NULL


def _between(meaning: Values, args: tuple[Node | None, ...], unit: str) -> Term:
    dates = [Term("date", "today()") if arg is None else _date(meaning.term(arg)) for arg in args[:2]]
    if len(args) > 2 and args[2] is not None:
        unit = str(meaning.term(args[2]).constant or unit)
    if any(date.type == "null" for date in dates):
        return NULL
    if unit not in ("days", "months", "years") or len(args) > 3:
        raise NotCarried("clock" if unit in ("hours", "minutes", "seconds") else "arguments")
    between = replace(called("whole", unit, *dates), computed=False)
    return replace(called("whole", "abs", between)) if unit == "days" else between


def _diff_days(meaning: Values, args: Args) -> Term:
    if len(args) != 2:
        return literal(0)
    return or_else(_between(meaning, args, "days"), literal(0))


def _date_add(meaning: Values, args: Args) -> Term:
    if len(args) < 2:
        return NULL
    date, count = _date(meaning.term(args[0])), meaning.term(args[1])
    unit = str(meaning.term(args[2]).constant) if len(args) > 2 else "days"
    if "null" in (date.type, count.type):
        return NULL
    if unit != "days" or count.type not in NUMBERS:
        raise NotCarried("clock")
    return called("date", "add_days", date, count)


def _part(start: int, end: int) -> Function:
    def part(meaning: Values, args: Args) -> Term:
        date = _date(meaning.term(args[0])) if args else Term("date", "today()")
        date = or_else(date, Term("date", "today()"))
        cut = called("text", "substring", date, literal(start), literal(end))
        return replace(called("whole", "number", cut), computed=False)

    return part


def _weekday(meaning: Values, args: Args) -> Term:
    date = _date(meaning.term(args[0])) if args else Term("date", "today()")
    days = called("whole", "days", literal("2000-01-02"), or_else(date, Term("date", "today()")))  # a Sunday
    return replace(made("whole", f"mod(mod({days.cel}, 7) + 7, 7)", (days,)), computed=False)


_FUNCTIONS: Mapping[str, Function] = {
    "iif": _iif,
    "sum": _sum,
    "avg": _average,
    "count": _count,
    "min": _best("smallest"),
    "max": _best("largest"),
    "round": _round,
    "trunc": _trunc,
    "substring": _substring,
    "today": _today,
    "age": _age,
    "dateDiff": _date_diff,
    "diffDays": _diff_days,
    "dateAdd": _date_add,
    "getDate": lambda meaning, args: _date(meaning.term(args[0])) if args else NULL,
    "year": _part(0, 4),
    "getYear": _part(0, 4),
    "currentYear": lambda meaning, args: _part(0, 4)(meaning, ()),  # noqa: ARG005 - takes none
    "month": _part(5, 7),
    "day": _part(8, 10),
    "weekday": _weekday,
}
_NEEDS_MORE = frozenset(
    [
        "sumInArray",
        "avgInArray",
        "countInArray",
        "minInArray",
        "maxInArray",
        "displayValue",
        "propertyValue",
        "isContainerReady",
        "isDisplayMode",
        "currentDate",
    ]
)
