"""One question as HTML: drawn once by its template with slots for all that changes, then only filled.

What a question looks like depends on the definition, the language and the room it has; a slot takes what was said, what
is wrong and what shows. Filling is some string joins, so pages that cannot be kept whole cost little.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from cx.survey.schema import Choice, Question, Row, Text
from cx.words import Translator

_MARK = secrets.token_hex(12)  # random, so that no label can stand for a slot
_SLOT = re.compile(f"{_MARK}(\\d+);")


@dataclass(frozen=True)
class State:
    """What one page puts into the slots. ``said`` holds texts by field, ``shown`` is what shows
    (:func:`cx.survey.flow.shown`), ``errors`` messages by question, ``wrong`` the
    fields at fault by question, where not the whole answer is."""

    said: Mapping[str, Sequence[str]]
    shown: frozenset[str]
    errors: Mapping[str, str]
    wrong: Mapping[str, Sequence[str]]
    new: frozenset[str]
    piped: Callable[[str], str]
    photo: Callable[[str], str]


Slot = Callable[[State], str]
Piece = tuple[str | Slot, ...]


class Slots:
    """What a question's template calls where something changes; ``t`` translates, ``question`` is being drawn."""

    def __init__(self, question: Question, t: Translator) -> None:
        self._q, self._t = question.id, t
        self._conditional, self._parts = question.conditional, question.rows or question.choices
        self._made: list[Slot] = []

    def cut(self, html: str) -> Piece:
        """The template's outcome, cut at its slots."""
        parts = _SLOT.split(html)
        return tuple(self._made[int(part)] if place % 2 else part for place, part in enumerate(parts))

    def _put(self, slot: Slot) -> Markup:
        self._made.append(slot)
        return Markup(f"{_MARK}{len(self._made) - 1};")

    def text(self, label: Text | None) -> str:
        """A text of the survey's author; with ``{{question}}`` in it, as this respondent answered."""
        text = self._t.pick(label)
        return self._put(lambda state: str(escape(state.piped(text)))) if "{{" in text else text

    def checked(self, field: str, value: object) -> Markup:
        """``checked`` where the value was chosen."""
        wanted = str(value)
        return self._put(lambda state: " checked" if wanted in state.said.get(field, ()) else "")

    def ranked(self, choice: str, place: int) -> Markup:
        """``selected`` where the choice has that rank: by its own field, or by its place in the list of all."""
        own, rank = f"{self._q}.{choice}", str(place)

        def chosen(state: State) -> str:
            order = [id for text in state.said.get(self._q, ()) for id in text.split(",")]
            here = order[place - 1 : place] == [choice] if order else rank in state.said.get(own, ())
            return " selected" if here else ""

        return self._put(chosen)

    def value(self, field: str) -> Markup:
        """What was typed."""

        def typed(state: State) -> str:
            texts = state.said.get(field)
            return str(escape(texts[0])) if texts else ""

        return self._put(typed)

    def hidden(self) -> Markup:
        """Whether the question does not show yet."""
        return self._put(lambda state: "" if self._q in state.shown else " hidden")

    def part(self, part: Choice | Row) -> Markup:
        """Of a choice or row that shows under a condition: its name for the script, and whether it does not yet."""
        if part.show_if is None:
            return Markup("")
        name = f"{self._q}.{part.id}"
        return Markup(f' data-c="{name}"') + self._put(lambda state: "" if name in state.shown else " hidden")

    def first(self, part: Choice | Row, here: str, elsewhere: str = "") -> str:
        """What only the first choice or row that shows has, so that a message can lead to it."""
        if not self._conditional:
            return here if part is self._parts[0] else elsewhere
        names = [(each, f"{self._q}.{each.id}") for each in self._parts]

        def leads(state: State) -> str:
            shows = (each for each, name in names if each.show_if is None or name in state.shown)
            return here if next(shows, None) is part else elsewhere

        return self._put(leads)

    def bad(self) -> Markup:
        """The class of a question whose answer is refused."""
        return self._put(lambda state: " bad" if self._q in state.errors else "")

    def invalid(self) -> Markup:
        """The same for a screen reader."""
        return self._put(lambda state: ' aria-invalid="true"' if self._q in state.errors else "")

    def described(self, hint: bool) -> Markup:
        """What explains the question: its error, its hint."""
        own = f"h-{self._q}" if hint else ""

        def says(state: State) -> str:
            ids = f"e-{self._q} {own}".rstrip() if self._q in state.errors else own
            return f' aria-describedby="{ids}"' if ids else ""

        return self._put(says)

    def error(self) -> Markup:
        """What is wrong with the answer as a whole."""
        return self._put(lambda state: "" if self._q in state.wrong else self._told(state))

    def part_invalid(self, field: str) -> Markup:
        """The mark of one field at fault, and what explains it."""
        mark = f' aria-invalid="true" aria-describedby="e-{self._q}"'
        return self._put(lambda state: mark if field in state.wrong.get(self._q, ()) else "")

    def part_error(self, field: str) -> Markup:
        """What is wrong, at the first field that it is about."""
        return self._put(lambda state: self._told(state) if field in state.wrong.get(self._q, ())[:1] else "")

    def _told(self, state: State) -> str:
        text = state.errors.get(self._q)
        return f'<p class="e" id="e-{self._q}">{escape(text)}</p>' if text else ""

    def new(self) -> Markup:
        """The mark of a question that was not on the page before."""
        mark = f'<em class="n">{escape(self._t("survey_page.new_question"))}</em>'
        return self._put(lambda state: mark if self._q in state.new else "")

    def photos(self, field: str, label: str) -> Markup:
        """Photos already sent, each with a box that keeps it."""

        def kept(state: State) -> str:
            return "".join(
                f'<label class="ph"><input type="checkbox" name="{field}" value="{escape(name)}" checked>'
                f'<img src="{escape(state.photo(name))}" alt="{escape(label)} {place}" width="96" height="96"></label>'
                for place, name in enumerate(state.said.get(field, ()), 1)
            )

        return self._put(kept)


def fill(pieces: Sequence[Piece], state: State) -> Markup:
    """Pieces of a page for one respondent."""
    return Markup("".join([part if type(part) is str else part(state) for piece in pieces for part in piece]))
