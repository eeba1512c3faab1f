"""What the model is made of. Frozen values, made by :mod:`cx.bank.model`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Label = Mapping[str, str]
"""A text for people, by language."""

Direction = Literal["lower", "higher"]
"""Which way is better."""


@dataclass(frozen=True)
class Branch:
    """A branch; ``region`` is an id of the model, ``city`` a label for people."""

    id: str
    name: Label
    region: str | None = None
    city: Label = field(default_factory=dict)


@dataclass(frozen=True)
class Brand:
    """A bank that competitive NPS asks about."""

    id: str
    name: Label
    ours: bool = False


@dataclass(frozen=True)
class Touchpoint:
    """Where the customer meets the bank."""

    id: str
    name: Label


@dataclass(frozen=True)
class Stage:
    """A step of a journey; touchpoints in the file's order."""

    id: str
    name: Label
    touchpoints: tuple[Touchpoint, ...]


@dataclass(frozen=True)
class Journey:
    """A journey; stages in the file's order. ``imported``: it came with a file of responses (``journeys.d``)."""

    id: str
    name: Label
    stages: tuple[Stage, ...]
    imported: bool = False


@dataclass(frozen=True)
class Scale:
    """What a value is worth: 0 points at ``zero``, 100 at ``full``, in a straight line between, never beyond."""

    zero: float
    full: float


@dataclass(frozen=True)
class Indicator:
    """One entry of the indicator dictionary (指标).

    ``target``, ``low``, ``high`` and ``thresholds`` are in ``unit``; ``low`` and ``high`` are the plausible limits of
    one value, both included. ``thresholds`` has ``watch`` and ``alarm``: from there on, in the bad direction. ``grain``
    is the usual period (day, week, month, quarter).

    ``formula`` is the definition in words; ``computed``, where there is one, a CEL expression over the ids of other
    indicators: such an indicator is worked out and never uploaded. ``weight`` counts among the indicators of the same
    place; ``scale`` turns values into points (default: alarm threshold to target), None: shown, not scored.
    """

    id: str
    name: Label
    unit: str = ""
    direction: Direction = "higher"
    formula: str = ""
    numerator: str = ""
    denominator: str = ""
    owner: str = ""
    source: str = ""
    refresh: str = ""
    grain: str = "month"
    target: float | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    version: str = "1"
    journey: str | None = None
    stage: str | None = None
    touchpoint: str | None = None
    weight: float = 1.0
    computed: str = ""
    scale: Scale | None = None


@dataclass(frozen=True)
class Index:
    """The composite index. Weights by place: ``(journey,)``, ``(journey, stage)``, ``(journey, stage, touchpoint)``.

    Places without one weigh 1. ``least_cover`` is the share of its weight (0..1) that a place must have values for to
    be scored; above it, the weight of what is missing is shared among what is there.
    """

    name: Label = field(default_factory=dict)
    weights: Mapping[tuple[str, ...], float] = field(default_factory=dict)
    least_cover: float = 0.0
