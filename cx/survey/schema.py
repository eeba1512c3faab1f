"""What a survey is: frozen values, made by :mod:`cx.survey.load` and read by everybody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from cx.survey import asking
from cx.survey.expression import Expression

Text = str | Mapping[str, str]
"""A text for people: one string for every language, or one a language (``{"zh": …, "en": …}``)."""

DIMENSIONS = ("branch", "channel", "region", "business_line", "segment", "product")
"""Dimensions that a link may set; ``branch`` and ``channel`` always, the others when ``prefill`` names them."""

KINDS = ("customer", "staff", "walk")
"""Whom a survey asks: customers, the bank's own staff, or staff on a walk-through (走查) with a checklist."""

NPS_KINDS = ("relational", "transactional", "competitive")


@dataclass(frozen=True)
class Choice:
    """One option. An ``exclusive`` one stands alone ("none of these"); an ``other`` one asks what is meant, answered
    under ``<question>.<choice>``; a ``fixed`` one keeps its place when the order is random (so do the two others). One
    with ``show_if`` is there to choose only while that holds."""

    id: str
    label: Text
    exclusive: bool = False
    other: bool = False
    fixed: bool = False
    show_if: Expression | None = None


@dataclass(frozen=True)
class Row:
    """One line of a ``matrix``: rated or answered like a question of its own, with its own ``touchpoint``; asked only
    while ``show_if`` holds."""

    id: str
    label: Text
    touchpoint: str | None = None
    show_if: Expression | None = None


@dataclass(frozen=True)
class Scale:
    """Whole points ``low`` … ``high``, both included; ``labels`` names some of the points."""

    low: int
    high: int
    labels: Mapping[int, Text] = field(default_factory=dict)

    @property
    def points(self) -> range:
        """Every point, from low to high."""
        return range(self.low, self.high + 1)


@dataclass(frozen=True)
class Rule:
    """A custom validation: wrong when ``holds`` is known to be false."""

    holds: Expression
    message: Text


@dataclass(frozen=True)
class Skip:
    """When ``when`` holds once the question is answered, nothing shows up to question ``to`` (``"end"``: no more)."""

    when: Expression
    to: str


@dataclass(frozen=True)
class Quota:
    """At most ``limit`` responses for which ``when`` holds; the next such respondent is thanked with ``message``."""

    id: str
    when: Expression
    limit: int
    message: Text | None = None


@dataclass(frozen=True)
class Sampling:
    """Who of an invitation list is invited: ``eligible`` over the list's attributes, a random ``share`` of those
    (0..1), and nobody who was invited to any survey within ``quarantine_days``."""

    eligible: Expression | None = None
    share: float = 1.0
    quarantine_days: int = 0


@dataclass(frozen=True)
class Question:
    """One question, or a ``note``. Which fields count depends on the type (:data:`cx.survey.types.TYPES`).

    ``minimum`` and ``maximum`` bound a number (Decimal) or a date (date, or ``"today"``); ``touchpoint``, ``stage`` and
    ``journey`` say what it is about when that is not what the survey is about; ``links`` are indicator ids. ``order``
    is that of the choices or rows: as ``written``, or ``random`` for every respondent. ``value`` and ``kind`` (number,
    text or flag) belong to ``computed``; ``per_set`` to ``maxdiff``, where ``version`` is the design a respondent sees;
    ``step`` and ``ends`` (texts ``low`` and ``high``) to ``slider``. ``asks`` is one of :data:`cx.survey.asking.ASKS`;
    None: as the id says (:attr:`Survey.beside`).
    """

    id: str
    type: str
    label: Text
    help: Text | None = None
    required: bool = False
    required_if: Expression | None = None
    show_if: Expression | None = None
    validate: tuple[Rule, ...] = ()
    choices: tuple[Choice, ...] = ()
    scale: Scale | None = None
    not_applicable: bool = False
    min_choices: int | None = None
    max_choices: int | None = None
    minimum: Decimal | dt.date | str | None = None
    maximum: Decimal | dt.date | str | None = None
    decimals: int = 0
    unit: Text | None = None
    long: bool = False
    max_length: int = 2000
    rows: tuple[Row, ...] = ()
    order: str = "written"
    skip: tuple[Skip, ...] = ()
    step: Decimal | None = None
    value: Expression | None = None
    kind: str = "number"
    per_set: int = 4
    version: int = 0
    ends: Mapping[str, Text] = field(default_factory=dict)
    journey: str | None = None
    stage: str | None = None
    touchpoint: str | None = None
    brand: str | None = None
    asks: str | None = None
    links: tuple[str, ...] = ()

    def choice(self, id: str) -> Choice | None:
        """The choice of that id."""
        return next((choice for choice in self.choices if choice.id == id), None)

    @cached_property
    def others(self) -> tuple[str, ...]:
        """Ids of the choices that ask what is meant."""
        return tuple(choice.id for choice in self.choices if choice.other)

    @cached_property
    def conditional(self) -> bool:
        """Whether some of its choices or rows show under a condition only."""
        return any(part.show_if is not None for part in (*self.choices, *self.rows))

    @cached_property
    def loose(self) -> Question:
        """Itself for reading a form before it is known what of it shows: any choices may come together."""
        choices = tuple(replace(choice, exclusive=False) for choice in self.choices)
        return replace(self, choices=choices, min_choices=None, max_choices=None)

    @property
    def items(self) -> tuple[Choice, ...]:
        """The choices as they were before any order was drawn: by id."""
        return tuple(sorted(self.choices, key=lambda choice: choice.id))

    @property
    def max_photos(self) -> int:
        """How many photos at most."""
        return self.max_choices or 1

    @cached_property
    def parts(self) -> Mapping[str, Question]:
        """The questions that a ``matrix`` (one a row) or ``kano`` (``with``, ``without``) is made of, by their part of
        the answer; their ids are ``<question>.<part>``."""
        if self.type == "kano":
            return {
                name: Question(f"{self.id}.{name}", "rating", self.label, scale=Scale(1, 5))
                for name in ("with", "without")
            }
        kind = "rating" if self.scale else "single"
        return {
            row.id: Question(
                f"{self.id}.{row.id}", kind, row.label, choices=self.choices, scale=self.scale,
                not_applicable=self.not_applicable, journey=self.journey, stage=self.stage,
                touchpoint=row.touchpoint or self.touchpoint, asks=self.asks,
            )
            for row in self.rows
        }  # fmt: skip


@dataclass(frozen=True)
class Page:
    """What stands on one screen; skipped when ``show_if`` does not hold or no question of it shows.

    ``order`` is that of its questions; neighbouring pages that ``shuffle`` come in random order.
    """

    title: Text | None
    questions: tuple[Question, ...]
    show_if: Expression | None = None
    order: str = "written"
    shuffle: bool = False


@dataclass(frozen=True)
class Survey:
    """A survey of one version. ``digest`` names its content: equal exactly when the definitions mean the same.

    ``about`` holds dimensions of every response (business_line, journey, stage, touchpoint); ``prefill`` the declared
    link parameters (dimensions or question ids); ``opens`` and ``closes`` are the first and last day, both included.
    ``kind`` is one of :data:`KINDS`: only customers' answers count as the customers' voice.
    """

    id: str
    version: str
    title: Text
    pages: tuple[Page, ...]
    languages: tuple[str, ...]
    digest: str
    intro: Text | None = None
    thanks: Text | None = None
    nps_kind: str | None = None
    about: Mapping[str, str] = field(default_factory=dict)
    purpose: Text | None = None
    retention_days: int | None = None
    prefill: tuple[str, ...] = ("branch", "channel")
    opens: dt.date | None = None
    closes: dt.date | None = None
    embed: tuple[str, ...] = ()
    kind: str = "customer"
    quotas: tuple[Quota, ...] = ()
    sampling: Sampling | None = None
    written: Survey | None = field(default=None, compare=False, repr=False)
    """The survey in the order of its definition, where this one is in a respondent's own (``arrange.arranged``)."""

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions and notes, in order."""
        return tuple(question for page in self.pages for question in page.questions)

    @cached_property
    def _by_id(self) -> dict[str, Question]:
        return {question.id: question for question in self.questions}

    @cached_property
    def conditional(self) -> frozenset[str]:
        """Ids of the questions of which some choices or rows show under a condition only."""
        return frozenset(question.id for question in self.questions if question.conditional)

    @cached_property
    def beside(self) -> Mapping[str, str]:
        """Questions and rows of a matrix that are rated and ask for an ``expectation`` or ``importance``, not for
        satisfaction, each with which of the two."""
        parts = (part for question in self.questions for part in (question, *question.parts.values()))
        return asking.beside({part.id: part.asks for part in parts if part.type in ("csat", "rating")})

    @cached_property
    def notes(self) -> frozenset[str]:
        """Ids of the texts to read, which take no answer."""
        return frozenset(question.id for question in self.questions if question.type == "note")

    def question(self, id: str) -> Question | None:
        """The question of that id."""
        return self._by_id.get(id)

    def is_open(self, day: dt.date) -> bool:
        """Whether answers are taken on that day."""
        return (self.opens is None or self.opens <= day) and (self.closes is None or day <= self.closes)
