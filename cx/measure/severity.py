"""How bad a pain point is: reach × impact × confidence, each with its own number, in one unit where that is possible.

Impact is what is lost at a touchpoint: the NPS of those content with it less the NPS of all who pass it. It goes with
the touchpoint and is not proven to come from it: who is unhappy in general rates everything lower, so that the figure
is an upper bound, for all touchpoints alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from cx.measure import statistics
from cx.measure.statistics import Estimate, z_value

CONTENT = 400
"""Satisfaction on 1..5 in hundredths from which on somebody counts as content with a touchpoint."""
FAMILIES: Mapping[str, str] = {
    "journey": "survey", "drivers": "survey", "voices": "survey", "survey": "survey", "indicator": "indicator",
    "cases": "cases", "people": "people", "walks": "people",
}  # fmt: skip
"""Which sources know nothing of each other: what the same respondents rated and wrote is one witness, not three."""
Unit = Literal["nps", "target"]


@dataclass(frozen=True)
class Side:
    """Scores of one group of respondents."""

    n: int
    promoters: int
    detractors: int

    @property
    def nps(self) -> Estimate:
        return statistics.nps(self.promoters, self.n - self.promoters - self.detractors, self.detractors)

    def plus(self, other: Side) -> Side:
        return Side(self.n + other.n, self.promoters + other.promoters, self.detractors + other.detractors)


NOBODY = Side(0, 0, 0)


def together(sides: Iterable[Side]) -> Side:
    """Several groups as one."""
    whole = NOBODY
    for side in sides:
        whole = whole.plus(side)
    return whole


def lost(content: Side, unhappy: Side, minimum: int = 5, small: int = 30) -> Estimate:
    """Points of NPS lost among all who pass a touchpoint, as NPS of the content less NPS of all: the share of unhappy
    ``p`` times the difference ``d`` between the two groups, which are separate samples. Variance by the delta method:
    p² (se² + se²) + d² p (1 - p) / n. Hidden where either group is below ``minimum``, small below ``small``.
    """
    if content.n < minimum or unhappy.n < minimum:
        return statistics.HIDDEN
    n = content.n + unhappy.n
    p = unhappy.n / n
    moved = statistics.change(unhappy.nps.guarded(minimum, small), content.nps.guarded(minimum, small))
    if moved.diff is None or moved.low is None or moved.high is None:
        return statistics.HIDDEN
    error = (moved.high - moved.low) / 2 / z_value()
    se = math.sqrt(p * p * error * error + moved.diff * moved.diff * p * (1 - p) / n)
    value, reach = p * moved.diff, z_value() * se
    state: Literal["ok", "small"] = "small" if min(content.n, unhappy.n) < small else "ok"
    return Estimate(value, value - reach, value + reach, n, se, state, {"unhappy": unhappy.n})


def beyond(value: Estimate, target: float, lower_is_better: bool) -> Estimate:
    """How far an indicator is beyond its target, as a share of the target (0 where it is met)."""
    if value.value is None or not target:
        return statistics.EMPTY
    sign = 1.0 if lower_is_better else -1.0
    ends = [sign * (end - target) / abs(target) for end in (value.value, value.low, value.high) if end is not None]
    low, high = (min(ends), max(ends)) if len(ends) == 3 else (ends[0], ends[0])
    return Estimate(max(0.0, ends[0]), low, max(0.0, high), value.n, state=value.state)


@dataclass(frozen=True)
class Severity:
    """``reach``: share (0..1) of all who gave a score of this NPS kind who pass the touchpoint (None: not known,
    counted as 1); ``a_month`` their answers a month; ``part``: the branch's share of those scores in the bank (None:
    whole bank, or not to be seen).

    ``impact``: points of NPS that those who pass it lose, or distance of an indicator from its target as a share of it,
    by ``unit``; ``of`` names the NPS kind or the indicator. ``families``: sources that know nothing of each other.
    """

    reach: float | None
    a_month: float
    impact: Estimate
    unit: Unit
    of: str
    families: tuple[str, ...]
    part: float | None = None

    @property
    def sharp(self) -> float:
        """How much of the impact is beyond chance: its lower bound as a share of it, 0..1."""
        value, low = self.impact.value, self.impact.low
        if not value or value < 0 or low is None:
            return 0.0
        return min(1.0, max(0.0, low / value))

    @property
    def witnesses(self) -> float:
        """What independent sources add: 1/2 of one, 3/4 of two, 7/8 of three."""
        return 1 - 0.5 ** len(self.families)

    @property
    def confidence(self) -> float:
        return self.sharp * self.witnesses

    @property
    def total(self) -> float:
        """Points of the NPS of all in that kind lost here, as far as they are sure; of an indicator, its distance."""
        reach = 1.0 if self.reach is None else self.reach
        return reach * (1.0 if self.part is None else self.part) * max(0.0, self.impact.value or 0.0) * self.confidence


def families(sources: Iterable[str]) -> tuple[str, ...]:
    """The families of some sources, each once."""
    return tuple(sorted({FAMILIES[source] for source in sources}))
