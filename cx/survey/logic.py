"""Are the conditions of a definition sound? Names, order, cycles, comparisons that cannot be meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cx.survey import types
from cx.survey.expression import Comparison
from cx.survey.questions import Slot
from cx.survey.reading import Condition, Notes
from cx.survey.schema import Question
from cx.survey.types import TYPES, read_date

_ORDER = ("<", "<=", ">", ">=")
_EQUAL = ("==", "!=", "in")


def check(notes: Notes, slots: Sequence[Slot]) -> None:
    """Note everything wrong with the conditions found."""
    places = {slot.id: place for place, slot in reversed(list(enumerate(slots))) if slot.id}
    graph = _graph(notes.conditions, slots)
    for condition in notes.conditions:
        before = len(notes.problems)
        for name in sorted(condition.expression.names):
            _name(notes, condition, name, slots, places, graph)
        known = {slot.id: slot.question for slot in slots if slot.question and slot.answerable}
        for comparison in condition.expression.comparisons():
            question = known.get(comparison.name)
            if question:
                _compare(notes, condition, comparison, question)
        if len(notes.problems) == before:
            _try(notes, condition, known)


def _graph(conditions: Sequence[Condition], slots: Sequence[Slot]) -> Mapping[str, set[str]]:
    """What each question's visibility hangs on."""
    graph: dict[str, set[str]] = {slot.id: set() for slot in slots}
    for condition in conditions:
        if condition.kind == "show_if":
            graph[condition.owner] |= condition.expression.names
        elif condition.kind == "page":
            for slot in slots:
                graph[slot.id] |= condition.expression.names if slot.page == condition.page else set()
    return graph


def _name(
    notes: Notes, condition: Condition, name: str, slots: Sequence[Slot], places: Mapping[str, int],
    graph: Mapping[str, set[str]],
) -> None:  # fmt: skip
    line, path = condition.line, condition.path
    if name not in places:
        known = [slot.id for slot in slots if slot.id and slot.answerable and slot.id != condition.owner]
        return notes.unlike("condition_name", line, path, name, known)
    slot = slots[places[name]]
    if not slot.answerable:
        return notes.add("condition_note", line, path, name=name)
    if name == condition.owner:
        return None if condition.kind == "validate" else notes.add("condition_self", line, path, name=name)
    if _known_in_time(condition, slot, places[name]):
        return None
    cycle = _way(graph, name, condition.owner) if condition.kind == "show_if" else None
    if cycle:
        return notes.add("condition_cycle", line, path, cycle=" → ".join([condition.owner, *cycle]))
    return notes.add("condition_later", line, path, name=name, line=slot.line)


def _known_in_time(condition: Condition, slot: Slot, place: int) -> bool:
    """Whether the answer is there when asked: rules look at the whole page, visibility only backwards."""
    if condition.kind in ("validate", "required_if"):
        return slot.page <= condition.page
    return place < condition.place and (condition.kind != "page" or slot.page < condition.page)


def _way(graph: Mapping[str, set[str]], start: str, goal: str) -> list[str] | None:
    """A way from one question to another over what they hang on."""
    ways = [[start]]
    seen = {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == goal:
            return way
        for name in sorted(graph.get(way[-1], set()) - seen):
            seen.add(name)
            ways.append([*way, name])
    return None


def _compare(notes: Notes, condition: Condition, found: Comparison, question: Question) -> None:
    """Whether the literal is of the kind that the question answers with."""
    line, path, literal = condition.line, condition.path, found.literal
    storage = TYPES[question.type].storage
    numeric = isinstance(literal, int | float) and not isinstance(literal, bool)
    if storage in ("choice", "choices"):
        right = found.sign in _EQUAL if storage == "choice" else found.sign == "has"
        if right and isinstance(literal, str):
            if question.choices and not question.choice(literal):
                ids = [choice.id for choice in question.choices]
                notes.unlike("condition_choice", line, path, literal, ids, name=found.name)
            return
        fits = False
    elif storage == "flag":
        fits = isinstance(literal, bool) and found.sign in _EQUAL
    elif storage in ("score", "number"):
        fits = numeric and found.sign != "has"
        if fits and storage == "score" and _constant(found, question):
            assert question.scale
            low, high = question.scale.low, question.scale.high
            notes.add("condition_range", line, path, name=found.name, value=literal, low=low, high=high)
    elif storage == "date":
        fits = isinstance(literal, str) and found.sign != "has" and _iso(literal)
    else:
        fits = isinstance(literal, str) and found.sign != "has"
    if not fits:
        example = types.to_form(TYPES[question.type].example(question)) or ("",)
        notes.add(
            "condition_compare",
            line,
            path,
            name=found.name,
            type=question.type,
            value=literal,
            how=_how(question, example[0]),
        )


def _iso(text: str) -> bool:
    day = read_date(text)
    return day is not None and day.isoformat() == text


def _how(question: Question, example: str) -> str:
    """A comparison with this question that would be right."""
    storage = TYPES[question.type].storage
    if storage == "choices":
        return f"'{example}' in {question.id}"
    if storage == "flag":
        return f"{question.id} == true"
    if storage in ("score", "number"):
        return f"{question.id} <= {example}"
    return f"{question.id} {'>=' if storage == 'date' else '=='} '{example}'"


def _constant(found: Comparison, question: Question) -> bool:
    """Whether every point of the scale gives the same answer."""
    assert question.scale
    if question.not_applicable:
        return False
    points, literal = question.scale.points, float(found.literal)
    if found.sign in _EQUAL:
        return literal not in points
    sides = {point < literal if found.sign in ("<", ">=") else point <= literal for point in points}
    return len(sides) == 1


def _try(notes: Notes, condition: Condition, known: Mapping[str, Question]) -> None:
    """Run it over example answers: errors of kind, unknown functions, and results that are not true or false."""
    if not condition.expression.names:
        return notes.add(
            "condition_constant", condition.line, condition.path, source=types.shown(condition.expression.source)
        )
    if not condition.expression.names <= known.keys():
        return None
    for answers in _examples([known[name] for name in sorted(condition.expression.names)]):
        result = condition.expression.trial(answers)
        if isinstance(result, bool):
            continue
        if isinstance(result, ArithmeticError | LookupError | ValueError):
            continue  # hangs on the example's value
        if isinstance(result, Exception):
            reason = types.shown(str(result).split(". ")[0].split(": the operation")[0])
            code = "condition_function" if isinstance(result, RuntimeError) else "condition_kind"
            return notes.add(code, condition.line, condition.path, reason=reason)
        return notes.add("condition_result", condition.line, condition.path, value=types.shown(result))
    return None


def _examples(questions: Sequence[Question]) -> Iterator[dict[str, object]]:
    """A few sets of answers: the example, then each question's ends and choices in turn."""
    middle = {question.id: TYPES[question.type].example(question) for question in questions}
    yield middle
    for question in questions:
        for value in _values(question):
            yield middle | {question.id: value}


def _values(question: Question) -> Sequence[object]:
    if question.scale:
        return question.scale.low, question.scale.high
    if TYPES[question.type].storage == "flag":
        return True, False
    ids = [choice.id for choice in question.choices[:20]]
    return [(id,) for id in ids] if TYPES[question.type].storage == "choices" else ids
