"""What is asked about drivers and what is said: outcome, one driver, the whole study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from cx.measure.statistics import EMPTY, Estimate
from cx.store.query import Measured

Kind = Literal["score", "nps", "satisfaction", "share"]
DRAWS = (200, 1_000, 5_000)
LEAST = 100
"""Answers that a driver, and the outcome, must have."""
PER_DRIVER = 10
"""Respondents that each driver must bring to the study."""
PAIR = 50
"""Respondents who must have rated both of any two drivers."""
INFLATED = 10.0
"""Variance inflation from which on a driver says the same as the others together."""
ALIKE = 0.85
"""Correlation from which on two drivers are called alike, where they cannot be told apart."""
MOST_VITAL = 5
CHANCE = 0.05
"""How often chance alone may name a driver vital (over all of them), or call drivers together more than noise."""
REASONS = ("few", "constant", "pairs", "contrary")
"""Why a driver was left out: too few answers, all the same, too few who also rated another, correlations that
contradict the others'."""


@dataclass(frozen=True)
class Outcome:
    """What is to be explained: a question, and how its answers count.

    ``score`` 0..10 as answered; ``nps`` promoter 100, passive 0, detractor -100; ``satisfaction`` on 1..5; ``share`` of
    yes in per cent.
    """

    question: str
    kind: Kind
    points: int | None = None

    @property
    def key(self) -> str:
        """How an address writes it."""
        return f"{self.question}~{self.kind}"

    @property
    def unit(self) -> Kind:
        """What an effect is told in: a score of 0..10 in points of NPS, which it makes."""
        return "nps" if self.kind == "score" else self.kind


@dataclass(frozen=True)
class Driver:
    """One driver. ``weight`` is its share of what all explain, with ``low`` and ``high``; ``ranks`` their interval;
    ``sure`` the share of draws in which it is among the vital few (where there are none, among the first five).

    ``n`` respondents rated it and the outcome, ``reach`` their share of all. ``effect``: what one more point of
    satisfaction of all who rate it goes with, in the unit of the outcome over all respondents, with interval.
    ``alone`` is its correlation with the outcome. ``lmg`` its share by LMG, for small sets only; ``mean`` its
    satisfaction.
    """

    question: str
    touchpoint: str | None
    n: int
    reach: float
    weight: float
    low: float
    high: float
    rank: int
    ranks: tuple[int, int]
    sure: float
    effect: float
    effect_low: float
    effect_high: float
    alone: float
    mean: Estimate = EMPTY
    lmg: float | None = None
    logit: float | None = None


@dataclass(frozen=True)
class Study:
    """What matters most for ``outcome``, the most important driver first; the first ``vital`` are the vital few: those
    that weigh more than the average driver beyond noise, at most five, none where all weigh about alike.

    ``n`` respondents gave the outcome, ``explained`` is R². ``noise``: the drivers explain no more than chance would.
    ``pairs`` are the respondents behind each two drivers, in the order of ``drivers``. ``left_out`` are (question,
    reason). ``complete`` rows rated every driver. ``older`` are versions left out for their other meaning. ``draws``
    were made of ``wanted``, ``failed`` of them gave nothing. ``measured`` says what was read.
    """

    outcome: Outcome
    n: int
    explained: float
    noise: bool
    drivers: tuple[Driver, ...]
    vital: int
    pairs: tuple[tuple[int, ...], ...]
    left_out: tuple[tuple[str, str], ...]
    complete: int
    older: tuple[str, ...]
    draws: int
    wanted: int
    failed: int
    measured: Measured

    @property
    def few(self) -> tuple[Driver, ...]:
        """The vital few."""
        return self.drivers[: self.vital]

    @property
    def together(self) -> float:
        """Share of what is explained that the vital few carry."""
        return sum(driver.weight for driver in self.few)


def _silent(_study: Study) -> None:
    pass


@dataclass(frozen=True)
class Watch:
    """Whom to tell how far a study is: called with what is known after every batch of draws. It may raise to stop.

    No part of what is asked: studies that are watched by different people are the same.
    """

    tell: Callable[[Study], None] = field(default=_silent, compare=False)
