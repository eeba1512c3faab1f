"""Are the conditions of a definition sound? Names, order, cycles, comparisons that cannot be meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx.survey import trial, types
from cx.survey.expression import Comparison
from cx.survey.questions import END, Slot
from cx.survey.reading import Condition, Mention, Notes
from cx.survey.schema import Page, Question
from cx.survey.types import TYPES, read_date

_ORDER = ("<", "<=", ">", ">=")
_EQUAL = ("==", "!=", "in")
_OWN = ("show_if", "value_number", "value_text", "value_flag")


def check(notes: Notes, slots: Sequence[Slot], pages: Sequence[Page]) -> None:
    """Note everything wrong with the conditions found, with where skips lead, and with answers that texts repeat."""
    room = _Room(notes, slots, pages)
    for condition in notes.conditions:
        before = len(notes.problems)
        for name in sorted(condition.expression.names):
            _name(room, condition, name)
        for name, part in sorted(condition.expression.members):
            _member(room, condition, name, part)
        for comparison in condition.expression.comparisons():
            question = room.asked(comparison.name)
            if question:
                _compare(notes, condition, comparison, question)
        if len(notes.problems) == before:
            trial.check(notes, condition, room.known)
    for target in notes.targets:
        _target(room, target)
    for pipe in notes.pipes:
        _pipe(room, pipe)


class _Room:
    """What conditions may look at: the questions in their places, and what comes in random order."""

    def __init__(self, notes: Notes, slots: Sequence[Slot], pages: Sequence[Page]) -> None:
        self.notes, self.slots = notes, slots
        self.places = {slot.id: place for place, slot in reversed(list(enumerate(slots))) if slot.id}
        self.graph = _graph(notes.conditions, slots)
        self.known = {slot.id: slot.question for slot in slots if slot.question and slot.answerable}
        self._mixed = {number for number, page in enumerate(pages) if page.order == "random"}
        self._blocks: dict[int, int] = {}
        for number, page in enumerate(pages):
            if page.shuffle:
                self._blocks[number] = self._blocks.get(number - 1, number)

    def asked(self, name: str) -> Question | None:
        """The question of a name; of a dotted name that of the part."""
        base, _, part = name.partition(".")
        question = self.known.get(base)
        return question if question is None or not part else question.parts.get(part)

    def random(self, one: int, other: int) -> bool:
        """Whether two questions on these pages come in random order."""
        if one == other:
            return one in self._mixed
        return one in self._blocks and self._blocks[one] == self._blocks.get(other)

    def loose(self, page: int) -> bool:
        """Whether a page comes in random order, or what is on it."""
        return page in self._mixed or page in self._blocks


def _graph(conditions: Sequence[Condition], slots: Sequence[Slot]) -> Mapping[str, set[str]]:
    """What each question's visibility, or computed value, hangs on."""
    graph: dict[str, set[str]] = {slot.id: set() for slot in slots}
    for condition in conditions:
        if condition.kind in _OWN:
            graph[condition.owner] |= condition.expression.names
        elif condition.kind == "page":
            for slot in slots:
                graph[slot.id] |= condition.expression.names if slot.page == condition.page else set()
    return graph


def _name(room: _Room, condition: Condition, name: str) -> None:
    notes, line, path = room.notes, condition.line, condition.path
    if name not in room.places:
        known = [slot.id for slot in room.slots if slot.id and slot.answerable and slot.id != condition.owner]
        return notes.unlike("condition_name", line, path, name, known)
    slot = room.slots[room.places[name]]
    if not slot.answerable:
        return notes.add("condition_note", line, path, name=name)
    if name == condition.owner:
        own = condition.kind in ("validate", "skip")
        return None if own else notes.add("condition_self", line, path, name=name)
    if not _known_in_time(condition, slot, room.places[name]):
        cycle = _way(room.graph, name, condition.owner) if condition.kind in _OWN else None
        if cycle:
            return notes.add("condition_cycle", line, path, cycle=" → ".join([condition.owner, *cycle]))
        return notes.add("condition_later", line, path, name=name, line=slot.line)
    if room.random(slot.page, condition.page) and not _whole_page(condition, slot):
        return notes.add("condition_order", line, path, name=name)
    return None


def _whole_page(condition: Condition, slot: Slot) -> bool:
    """Whether the condition looks at the page as a whole, in whatever order."""
    return condition.kind in ("validate", "required_if") and slot.page == condition.page


def _known_in_time(condition: Condition, slot: Slot, place: int) -> bool:
    """Whether the answer is there when asked: rules look at the whole page, visibility only backwards."""
    if condition.kind in ("validate", "required_if"):
        return slot.page <= condition.page
    return place < condition.place and (condition.kind != "page" or slot.page < condition.page)


def _member(room: _Room, condition: Condition, name: str, part: str) -> None:
    question = room.known.get(name)
    if question is None or question.type not in ("matrix", "kano", "contact"):
        return
    parts = [*question.parts] if question.parts else ["wanted"]
    if part not in parts:
        room.notes.unlike("condition_member", condition.line, condition.path, part, parts, "error", name=name)


def _target(room: _Room, skip: Mention) -> None:
    """A skip leads forward, and neither into nor out of what comes in random order."""
    notes, to, line, path = room.notes, skip.name, skip.line, skip.path
    if to == END:
        if room.loose(skip.page):
            notes.add("skip_order", line, path, value=to)
        return
    if to not in room.places:
        notes.unlike("skip_name", line, path, to, [slot.id for slot in room.slots[skip.place + 1 :] if slot.id])
        return
    target = room.slots[room.places[to]]
    if room.places[to] <= skip.place:
        notes.add("skip_back", line, path, value=to, line=target.line)
    elif room.random(skip.page, target.page) or (
        skip.page != target.page and (room.loose(skip.page) or room.loose(target.page))
    ):
        notes.add("skip_order", line, path, value=to)


def _pipe(room: _Room, pipe: Mention) -> None:
    """A text repeats answers given before; on the same page it shows them only once the page is drawn again."""
    notes, line, path = room.notes, pipe.line, pipe.path
    base, _, part = pipe.name.partition(".")
    if base not in room.places:
        notes.unlike("pipe_name", line, path, base, [slot.id for slot in room.slots if slot.id and slot.answerable])
        return
    slot, question = room.slots[room.places[base]], room.known.get(base)
    parts = [*question.parts, *question.others] if question else []
    if not slot.answerable or slot.type in ("contact", "photo", "maxdiff"):
        notes.add("pipe_kind", line, path, name=pipe.name)
    elif question and part and part not in parts:
        notes.unlike("condition_member", line, path, part, parts, "error", name=base)
    elif room.places[base] >= pipe.place or (pipe.page != slot.page and room.random(slot.page, pipe.page)):
        notes.add("pipe_later", line, path, name=pipe.name, line=slot.line)
    elif pipe.page == slot.page and slot.type != "computed":
        notes.add("pipe_same_page", line, path, "warning", name=pipe.name)


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
    storage = types.kind(question)
    numeric = isinstance(literal, int | float) and not isinstance(literal, bool)
    if storage == "ranking":
        storage = "choices"
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
    elif storage == "text":
        fits = isinstance(literal, str) and found.sign != "has"
    else:
        fits = found.sign == "has" and isinstance(literal, str)
    if not fits:
        example = types.to_form(_example(question)) or ("",)
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


def _example(question: Question) -> object:
    value = TYPES[question.type].example(question)
    return next(iter(value.values()), None) if isinstance(value, Mapping) else value


def _how(question: Question, example: str) -> str:
    """A comparison with this question that would be right."""
    storage = types.kind(question)
    if question.parts:
        return f"{question.id}.{next(iter(question.parts))} {'<=' if example.isdecimal() else '=='} {example}"
    if storage == "contact":
        return f"{question.id}.wanted == true"
    if storage in ("choices", "ranking", "photo"):
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
