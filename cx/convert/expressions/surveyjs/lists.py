"""``contains``, ``anyof`` and the like of SurveyJS, and lists that are written out."""

from __future__ import annotations

from cx.convert.expressions.kinds import NotCarried
from cx.convert.expressions.logic import NO, YES, Const, Tree, both, compared, either, negation, test
from cx.convert.expressions.surveyjs import loose
from cx.convert.expressions.surveyjs.values import Values
from cx.convert.expressions.terms import (
    ADD,
    ATOM,
    NUMBERS,
    Term,
    Value,
    listed,
    literal,
    picked,
    quoted,
    shown,
)
from cx.convert.expressions.tree import Items, Node


def compare(meaning: Values, sign: str, one: Node, other: Node) -> Tree:
    """One of the five list operators."""
    if sign == "noneof":
        return negation(_any(meaning, one, other))
    if sign == "anyof":
        return _any(meaning, one, other)
    if sign == "allof":
        if not isinstance(other, Items):
            return _contains(meaning, one, other)
        return both(*(_contains(meaning, one, item) for item in other.args))
    return _contains(meaning, one, other) if sign == "contains" else _lacks(meaning, one, other)


def _contains(meaning: Values, one: Node, other: Node) -> Tree:
    if isinstance(one, Items):
        return _literal_holds(meaning, one, other)
    term = meaning.term(one)
    if term.type == "null":
        return NO
    if term.type == "list":
        wanted = other.args if isinstance(other, Items) else (other,)
        return both(negation(term.absent), *(_holds(term, meaning.term(item)) for item in wanted))
    if isinstance(other, Items):
        values = [meaning.term(item).constant for item in other.args]
        if any(value is None for value in values):
            raise NotCarried("type_unknown")
        part = ",".join(map(shown, values))
        return _within(term, literal(part)) if part else negation(meaning.empty(term))
    return _within(term, meaning.term(other))


def _literal_holds(meaning: Values, one: Items, other: Node) -> Tree:
    """Whether a list that is written out holds a value, or all of a list."""
    wanted = other.args if isinstance(other, Items) else (other,)
    items = [meaning.term(item) for item in one.args]
    found = []
    for want in wanted:
        term = meaning.term(want)
        if term.type == "list":
            raise NotCarried("type_unknown")
        found.append(both(negation(term.absent), either(*(meaning.equal(term, item) for item in items))))
    return both(*found) if one.args else NO


def _holds(term: Term, item: Term) -> Tree:
    """Whether a list that is there holds a value."""
    constant = item.known
    if constant is not None:
        if not term.values:
            return test(f"{term.at(ATOM)}.exists(x, same(x, {literal(constant).cel}))", term.needs)
        return listed(term, _ids(term, constant))
    if item.type == "null":
        return NO
    if item.type == "list" and dict(item.values) == dict(term.values):
        return both(
            negation(item.absent), test(f"{item.at(ATOM)}.all(x, x in {term.at(ADD)})", term.needs | item.needs)
        )
    if item.type in ("choice", "text") and all(theirs == ours for theirs, ours in (term.values | item.values).items()):
        cel = f"{term.at(ATOM)}.exists(x, same(x, {item.cel}))"
        return both(negation(item.absent), test(cel, term.needs | item.needs))
    raise NotCarried("type_unknown")


def _ids(term: Term, constant: Value) -> list[str]:
    lists = term.type == "list"  # whose texts are not taken for numbers or yes/no
    known = ((theirs if lists else loose.taken(theirs), ours) for theirs, ours in term.values.items())
    return list(dict.fromkeys(ours for theirs, ours in known if loose.equal(theirs, constant)))


def _within(term: Term, part: Term) -> Tree:
    """Whether the text of a value holds another text."""
    if part.type == "null" or (part.constant is not None and not part.constant):
        return NO
    if part.constant is not None:
        if term.constant is not None:
            return Const(loose.held(term.constant, part.constant))
        if term.type == "choice" and term.values:
            held = {ours for theirs, ours in term.values.items() if loose.held(loose.taken(theirs), part.constant)}
            return picked(term, [id for id in term.values.values() if id in held])
    if {term.type, part.type} - {"text", "choice", *NUMBERS} or term.nan != NO or part.nan != NO:
        raise NotCarried("type_unknown")
    cel = f"{_folded(term)}.contains({_folded(part)})"
    return both(negation(term.absent), _says(part), test(cel, term.needs | part.needs))


def _says(part: Term) -> Tree:
    """A text to look for is none where it counts as no."""
    if part.type == "null":
        return NO
    if part.constant is not None:
        return Const(bool(part.constant))
    if part.type in NUMBERS:
        return both(negation(part.absent), compared(part.at(ADD), "!=", "0", part.needs))
    return both(negation(part.absent), *(negation(test(f"same({part.cel}, {no})")) for no in ("'0'", "'false'")))


def _folded(term: Term) -> str:
    if term.constant is not None:
        return quoted(shown(term.constant).lower())
    if term.renamed:
        raise NotCarried("choice_values")
    return f"lower({term.cel})" if term.type not in NUMBERS else f"text({term.cel})"


def _lacks(meaning: Values, one: Node, other: Node) -> Tree:
    """``notcontains``: where there is nothing to look in, but something to look for, it holds; not the other way."""
    if isinstance(other, Items) and not other.args:
        return NO
    lacks = negation(_contains(meaning, one, other))
    if isinstance(one, Items):
        return lacks
    term = meaning.term(one)
    part = None if isinstance(other, Items) else meaning.term(other)
    wanted = YES if part is None else negation(meaning.empty(part))
    nothing = term.absent if term.type == "list" else negation(meaning.truth(term))
    says = YES if part is None or term.type == "list" else _says(part)
    return either(both(nothing, wanted), both(negation(meaning.empty(term)), says, lacks))


def _any(meaning: Values, one: Node, other: Node) -> Tree:
    if isinstance(other, Items) and not other.args:
        return YES
    if isinstance(one, Items):
        raise NotCarried("list")
    term = meaning.term(one)
    there = negation(meaning.empty(term))
    if isinstance(other, Items):
        if term.type == "list":
            return both(there, either(*(_contains(meaning, one, item) for item in other.args)))
        items = [meaning.term(item) for item in other.args]
        constants = [item.known for item in items]
        if term.type == "choice" and term.values and None not in constants:
            return picked(term, [id for constant in constants for id in _ids(term, constant)])
        return both(there, either(*(meaning.equal(term, item) for item in items)))
    part = meaning.term(other)
    nothing = both(negation(there), meaning.empty(part))
    return either(nothing, there if part.type == "null" else _shared(meaning, one, other))


def _shared(meaning: Values, one: Node, other: Node) -> Tree:
    """Whether something is in both of two values, or the second is not there."""
    term, part = meaning.term(one), meaning.term(other)
    there = negation(meaning.empty(term))
    if term.type == "null":
        return NO
    if part.type == "list":
        if term.type == "list" and dict(term.values) == dict(part.values):
            shared = test(f"{term.at(ATOM)}.exists(x, x in {part.at(ADD)})", term.needs | part.needs)
            return both(there, either(part.absent, shared))
        return both(there, either(part.absent, _holds(part, term)))
    found = _contains(meaning, one, other) if term.type == "list" else _within(part, term)
    return both(there, either(meaning.empty(part), found))


def equal(meaning: Values, one: Node, other: Node) -> Tree:
    """Whether a list that is written out is an answer, in any order."""
    if isinstance(one, Items):
        one, other = other, one
    if isinstance(one, Items) or not isinstance(other, Items):
        raise NotCarried("list")
    term = meaning.term(one)
    if not other.args:
        return NO  # not even where there is no answer
    if term.type != "list":
        if term.type == "any":
            raise NotCarried("type_unknown")
        return NO
    ids: list[str] = []
    for item in other.args:
        constant = meaning.term(item).known
        if constant is None:
            raise NotCarried("type_unknown")
        found = _ids(term, constant) if term.values else [shown(constant)]
        if len(found) != 1 or found[0] in ids:
            return NO
        ids += found
    if term.ordered or len(ids) == 1:
        whole = f"{term.at(ADD)} == [{', '.join(map(quoted, ids))}]"
        return both(negation(term.absent), test(whole, term.needs, loose=True))
    size = test(f"size({term.cel}) == {len(ids)}", term.needs, loose=True)
    return both(negation(term.absent), size, *(test(f"{quoted(id)} in {term.at(ADD)}", term.needs, True) for id in ids))
