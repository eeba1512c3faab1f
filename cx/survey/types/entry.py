"""What every question type says about itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cx.survey.schema import Question
from cx.words import Problem, Refused

Storage = Literal[
    "score", "flag", "choice", "choices", "number", "text", "date", "none",
    "ranking", "matrix", "kano", "maxdiff", "contact", "photo", "computed",
]  # fmt: skip
Chart = Literal[
    "nps", "scale", "bars", "histogram", "timeline", "comments", "none", "ranks", "grid", "kano", "best_worst", "photos"
]
Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Type:
    """One question type. ``keys`` are the YAML keys it takes beside the common ones; ``points`` its (low, high) scale.

    ``parse`` gets the question and its non-empty strings; where ``parts`` is true the answer has several fields
    (``q.part``), and it gets the whole form. It returns a typed value (None: unanswered) or raises :class:`Refused`;
    ``check`` gets the typed value; ``lacks`` says what a required answer in parts does not say. ``fewest`` and ``most``
    bound the scale's highest point where the definition may set ``points``; ``limits`` says what ``min`` and ``max``
    are; ``example`` makes a valid answer.
    """

    name: str
    storage: Storage
    chart: Chart
    parse: Callable[[Question, Any], object]
    check: Callable[[Question, Any], Problem | None]
    example: Callable[[Question], object]
    keys: frozenset[str] = frozenset()
    points: tuple[int, int] | None = None
    fewest: int = 0
    most: int = 0
    limits: Literal["number", "date"] | None = None
    parts: bool = False
    lacks: Callable[[Question, Any], Problem | None] | None = None

    @property
    def answerable(self) -> bool:
        """Whether there is an answer, given or computed (not for a note)."""
        return self.storage != "none"

    @property
    def asked(self) -> bool:
        """Whether a respondent answers it."""
        return self.storage not in ("none", "computed")


def problem(code: str, **values: object) -> Problem:
    """A problem with an answer. The value ``parts`` names the fields at fault, where an answer has several."""
    return Problem(f"answer_{code}", values=values)


def refuse(code: str, **values: object) -> Refused:
    """The same, to be raised."""
    return Refused(problem(code, **values))


def given(form: Form, name: str) -> list[str]:
    """What a field says; blanks are nothing."""
    return [text for text in form.get(name, ()) if text.strip()]
