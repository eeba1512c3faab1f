"""What the cross-check is told and what it says: rules, both sides of a touchpoint, and the whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cx.measure import agreement
from cx.measure.agreement import Link, Verdict
from cx.measure.statistics import Change, Estimate
from cx.store.query import Measured

if TYPE_CHECKING:
    from cx.bank.model import Indicator

METRICS = ("satisfaction", "top2", "nps")
GAPS = {"satisfaction": 0.3, "top2": 0.1, "nps": 10.0}
GOALS = {"satisfaction": 4.0, "top2": 0.8, "nps": 30.0}
GRAINS = ("month", "week", "quarter")
AGAINST = ("rest", "goal", "before")
LINES = ("target", "watch", "alarm")
Signal = Literal["bad", "fine", "unknown"]
Quadrant = Literal["both", "survey", "indicator", "neither", "unknown"]
NOTHING = Change(None, None, None, None, "too_few")


@dataclass(frozen=True)
class Rules:
    """What the cross-check is told. ``gap``: the least difference from the reference that counts (``METRICS``' own
    unit; None: ``GAPS``); ``against`` is the survey's reference, ``goal`` its value where that is a goal
    (None: ``GOALS``); ``line`` which of an indicator's limits counts; ``level`` the share of false confirmations
    that is allowed."""

    metric: str = "satisfaction"
    against: str = "rest"
    gap: float | None = None
    goal: float | None = None
    line: str = "target"
    grain: str = "month"
    lags: int = agreement.LAGS
    level: float = agreement.LEVEL
    shuffles: int = agreement.SHUFFLES

    @property
    def least(self) -> float:
        return GAPS[self.metric] if self.gap is None else self.gap

    @property
    def aim(self) -> float:
        return GOALS[self.metric] if self.goal is None else self.goal


@dataclass(frozen=True)
class Heard:
    """The survey side of a touchpoint: estimate, difference from the reference, q over all touchpoints, signal.

    ``reason`` of an unknown signal: none (not asked), few, broken (the survey changed its meaning), reference, wide
    (too few answers to tell whether it is worse by the gap).
    """

    estimate: Estimate
    against: Change
    q: float | None
    signal: Signal
    reason: str = ""


@dataclass(frozen=True)
class Seen:
    """The indicator side: value, the ``limit`` it is held against (None: its branches in the period before, then
    ``moved`` and ``q``), signal. ``spread`` are (branch, indicator, survey), ``points`` (first day, indicator, survey).

    ``reason`` of an unknown signal: none (no value), few, broken (values from before the indicator changed its
    meaning). ``no_branches`` and ``no_time`` say why a test was not made: rights, one, values, few, broken (the
    survey's meaning, over branches the indicator's), meaning (the indicator's), periods; empty where it was.
    """

    indicator: Indicator
    estimate: Estimate
    limit: float | None
    moved: Change
    q: float | None
    signal: Signal
    reason: str
    spread: tuple[tuple[str, float, float], ...] = ()
    points: tuple[tuple[dt.date, float, float], ...] = ()
    no_branches: str = ""
    no_time: str = ""
    link: Link | None = None

    @property
    def confirmed(self) -> bool:
        return self.link is not None and self.link.confirmed


@dataclass(frozen=True)
class Place:
    """One touchpoint: both sides, and which of them hurt."""

    touchpoint: str
    stage: str
    journey: str
    heard: Heard
    seen: tuple[Seen, ...]

    @property
    def sight(self) -> Signal:
        """The indicator side as one: bad where any indicator is, unknown where none can be judged."""
        signals = {seen.signal for seen in self.seen}
        return "bad" if "bad" in signals else "fine" if "fine" in signals else "unknown"

    @property
    def quadrant(self) -> Quadrant:
        if "unknown" in (self.heard.signal, self.sight):
            return "unknown"
        names: Mapping[tuple[bool, bool], Quadrant] = {
            (True, True): "both", (True, False): "survey", (False, True): "indicator", (False, False): "neither",
        }  # fmt: skip
        return names[self.heard.signal == "bad", self.sight == "bad"]

    @property
    def confirmed(self) -> bool:
        """Both sides hurt, and the same indicator was shown to go with the answers."""
        return self.quadrant == "both" and any(seen.confirmed for seen in self.seen)

    @property
    def shown(self) -> Seen | None:
        """The indicator that says most: a confirming one, else a bad one, the strongest link first."""

        def strength(seen: Seen) -> tuple[bool, bool, float]:
            return not seen.confirmed, seen.signal != "bad", seen.link.p if seen.link else 1.0

        return min(self.seen, key=strength, default=None)


@dataclass(frozen=True)
class Cross:
    """The whole cross-check, places in the order of the model. ``unlisted``: years whose holidays are not known;
    ``taken``: what was taken out of both series before they were compared over time."""

    places: tuple[Place, ...]
    verdict: Verdict
    rules: Rules
    answers: Measured
    figures: Measured
    left_out: tuple[str, ...]
    taken: tuple[str, ...]
    unlisted: tuple[int, ...]
    start: dt.date | None = None
    end: dt.date | None = None

    def of(self, quadrant: Quadrant) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.quadrant == quadrant)

    @property
    def confirmed(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.confirmed)
