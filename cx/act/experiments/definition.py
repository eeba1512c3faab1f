"""What an experiment is: its arms, what it is measured by and when it ends, agreed before it starts; and as JSON."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from cx.measure import sequential
from cx.measure.metrics import METRICS
from cx.words import Label

Unit = Literal["respondent", "branch", "week", "day"]
Kind = Literal["share", "points", "mean"]
Metric = Literal[
    "completion", "nps", "csat", "ces", "satisfaction", "top2", "yes_share", "outcome_share", "outcome_mean"
]
UNITS: tuple[Unit, ...] = ("respondent", "branch", "week", "day")
DOOR = ("nps", "csat", "ces", "satisfaction", "top2", "yes_share")
OUTCOMES = ("outcome_share", "outcome_mean")
BY_QUESTION = ("ces", "satisfaction", "top2", "yes_share")
EVERY = (1, 7, 0)
"""Days between looks; 0: only at the end."""
MOST_ARMS, MOST_WEIGHT, LONGEST = 4, 9, dt.timedelta(weeks=26)
SHORTEST: Mapping[str, int] = {"day": 14, "week": 28}
"""Days at least, where the arms take turns."""
OWN_DEVICE = ("link", "qr", "invite")
"""Ways of coming on which every respondent has a device of their own."""
SHARED_DEVICE = ("kiosk", "staff")
"""Ways of coming on which one device serves many customers: they take part where the experiment says so."""


@dataclass(frozen=True)
class Arm:
    """One way. ``survey`` is what it shows, in an experiment on a survey; the first arm is what the others are held
    against."""

    name: Label = field(hash=False)
    survey: str | None = None
    weight: int = 1


@dataclass(frozen=True)
class Definition:
    """The promise of one experiment.

    ``least`` is the smallest difference worth having, in the metric's unit (share 0..1, points, mean); ``baseline``
    what the first arm is expected to give, ``spread`` what :func:`sequential.variance` needs beside it. ``start`` and
    ``end`` are the first and last day at most, both counted whole. ``every`` is one of ``EVERY``. ``survey`` and
    ``question`` say whose answers count; ``branches`` take part where the unit is no customer (none
    named: all, with weeks and days). ``follows`` is the
    experiment that this one learned from. ``devices``: of versions of a survey, whether kiosks and staff tablets give
    them out too.
    """

    title: Label = field(hash=False)
    hypothesis: Label = field(hash=False)
    unit: Unit
    arms: tuple[Arm, ...]
    metric: Metric
    least: float
    start: dt.date
    end: dt.date
    every: int = 1
    better: Literal["higher", "lower"] = "higher"
    baseline: float = 0.0
    spread: float = 0.0
    survey: str | None = None
    question: str | None = None
    nps_kind: str | None = None
    branches: tuple[str, ...] = ()
    follows: str | None = None
    devices: bool = False

    @property
    def on_survey(self) -> bool:
        """Whether the arms are versions of a survey, which cx itself gives out."""
        return all(arm.survey for arm in self.arms)

    @property
    def surveys(self) -> tuple[str, ...]:
        """The surveys of the arms, in their order."""
        return tuple(arm.survey for arm in self.arms if arm.survey)

    @property
    def weights(self) -> tuple[int, ...]:
        return tuple(arm.weight for arm in self.arms)

    @property
    def kind(self) -> Kind:
        """The unit of the metric."""
        return kind_of(self.metric)

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the most that an arm's figure can be."""
        if self.metric == "outcome_mean":
            return -math.inf, math.inf
        return (0.0, 1.0) if self.kind == "share" else METRICS[self.metric].ends

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def looks(self) -> int:
        """How many looks there are at most."""
        return max(1, self.days // self.every) if self.every else 1

    @property
    def alpha(self) -> float:
        """The error of one comparison: several arms against the first share it evenly (Bonferroni)."""
        return sequential.ALPHA / (len(self.arms) - 1)

    @property
    def information(self) -> float:
        """The information at which a comparison has all that was planned."""
        return sequential.information(self.least, self.looks, self.alpha)

    def needed(self) -> tuple[int, ...]:
        """Answers an arm that this takes, as far as the expected figures are right; of branches and weeks as if every
        answer stood for itself."""
        sign = 1 if self.better == "higher" else -1
        high = 1.0 if self.kind == "share" else 100.0
        there = self.baseline + sign * self.least
        there = there if self.kind == "mean" else min(high, max(0.0 if self.kind == "share" else -100.0, there))
        one, other = (sequential.variance(self.kind, value, self.spread) for value in (self.baseline, there))
        pairs = [
            sequential.needed((one, other), (self.weights[0], weight), self.information) for weight in self.weights[1:]
        ]
        return (max(first for first, _ in pairs), *(second for _, second in pairs))


def kind_of(metric: Metric) -> Kind:
    """The unit of a metric."""
    if metric in ("completion", "outcome_share"):
        return "share"
    return "mean" if metric == "outcome_mean" else METRICS[metric].unit  # type: ignore[return-value]


def as_json(definition: Definition) -> dict[str, Any]:
    """The definition as plain values."""
    plain = asdict(definition)
    return plain | {"start": definition.start.isoformat(), "end": definition.end.isoformat()}


def of_json(plain: Mapping[str, Any]) -> Definition:
    """The definition from what :func:`as_json` made."""
    dates = {name: dt.date.fromisoformat(plain[name]) for name in ("start", "end")}
    arms = tuple(Arm(**arm) for arm in plain["arms"])
    return Definition(**{**plain, **dates, "arms": arms, "branches": tuple(plain["branches"])})


def text(label: Label) -> str:
    """A label as it stands in a problem."""
    return label if isinstance(label, str) else " · ".join(label.values())


def written(label: Label) -> bool:
    """Whether somebody wrote something, in every language there is."""
    parts: Sequence[str] = [label] if isinstance(label, str) else list(label.values())
    return bool(parts) and all(part.strip() for part in parts)
