"""What is found in a text: a reading, and the marks that explain it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Lang = Literal["zh", "en", "other"]
LABELS = ("positive", "neutral", "negative")
EMOTIONS = ("anger", "anxiety", "disappointment", "sadness", "gratitude", "delight", "trust")
RISKS = ("media", "regulator", "complaint", "lawsuit", "fraud", "churn", "safety", "privacy", "discrimination")
MARKS = ("word", "theme", "risk")
WHYS = (
    "exception", "summed_up", "denied", "repeated",
    "stronger", "weaker", "negated", "double_negated", "wished", "asked", "shouted", "before_but", "after_but",
)  # fmt: skip


class Mark(NamedTuple):
    """Characters ``start:end`` of the text as it was given, and what they did to the reading.

    ``kind`` is one of ``MARKS``. ``what``: the term as the lexicon has it, or the id of the theme or risk. ``weight``:
    what it added to the score (below 0: towards negative; 0 for themes and risks). ``why``: codes of ``WHYS`` that
    changed the weight, in order.
    """

    start: int
    end: int
    kind: str
    what: str
    weight: float = 0.0
    why: tuple[str, ...] = ()


class Token(NamedTuple):
    """A word of the text: Simplified Chinese or lower-case English, and where it stands in the text as it was given."""

    word: str
    start: int
    end: int


class Reading(NamedTuple):
    """What one text says.

    ``sentiment`` -1..1; ``label`` one of ``LABELS``; ``intensity`` 0..1: how much feeling is in it, whichever way.
    ``emotions`` of ``EMOTIONS``, strongest first. ``themes``: ids of the lexicon's themes, in the order of the text,
    and ``tones``: the sentiment -1..1 of the clauses that speak of each. ``risks``: kinds of ``RISKS``. ``wow``: a
    moment that went far beyond what was expected. ``asks``: it holds a question or a wish. ``tokens``: its words.
    """

    lang: Lang
    sentiment: float
    label: str
    intensity: float
    emotions: tuple[str, ...]
    themes: tuple[str, ...]
    tones: tuple[float, ...]
    risks: tuple[str, ...]
    wow: bool
    asks: bool
    marks: tuple[Mark, ...]
    tokens: tuple[Token, ...]
