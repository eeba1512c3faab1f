"""What a rollout is made of: proven quick wins, the branches that do not have them yet, and the steps recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cx.act.charter import Charter
from cx.measure.rollout import Place
from cx.measure.statistics import Estimate, change
from cx.words import Label

State = Literal["planned", "done", "withdrawn"]


@dataclass(frozen=True)
class Effect:
    """What the proof found, in the metric's unit: positive and negative as measured. ``low`` and ``high`` None: open.
    ``controlled``: against control branches; else before and after only."""

    value: float
    low: float | None
    high: float | None
    controlled: bool

    def sure(self, better: Literal["higher", "lower"]) -> float:
        """The least that is beyond chance in the better direction, 0 where the interval reaches over nothing."""
        bound = self.low if better == "higher" else self.high
        if bound is None:
            return 0.0
        return max(0.0, bound if better == "higher" else -bound)


@dataclass(frozen=True)
class Win:
    """A proven quick win: its charter as it was signed, and what the proof found."""

    id: str
    charter: Charter
    effect: Effect
    closed_on: dt.date


@dataclass(frozen=True)
class Branch:
    """A branch that does not have the win yet: its ``level`` as measured (base ``n``) and drawn towards the mean
    (``drawn``), answers a month, and the place made of them. ``outside``: it stands better than any pilot stood before,
    so that the proof says little about it."""

    place: Place
    level: float | None
    drawn: float | None
    n: int
    a_month: float
    outside: bool


@dataclass(frozen=True)
class Field:
    """One win over the bank. ``before`` and ``others``: level of the pilots and of all other branches before the start;
    ``volumes`` of all branches; ``mean`` and ``spread`` of today's level between the branches still to come (None: they
    do not differ beyond chance). ``trials``: branches still to come that are pilots or controls of a win under way at
    the same touchpoint: whoever rolls out there now spoils its proof."""

    win: Win
    branches: tuple[Branch, ...]
    volumes: Mapping[str, float] = field(hash=False)
    mean: float | None
    spread: float | None
    before: Estimate
    others: Estimate
    start: dt.date
    end: dt.date
    trials: tuple[str, ...] = ()

    @property
    def chosen_for_pain(self) -> bool:
        """Whether pilots stood worse than the others by more than chance: some of what they gained would then have come
        by itself, as far as the control branches did not take it out."""
        verdict = change(self.before, self.others).verdict
        return verdict == ("up" if self.win.charter.direction == "higher" else "down")


@dataclass(frozen=True)
class Step:
    """What was recorded last for one win in one branch. ``basis`` are the figures it was planned on, ``looked`` the
    days that they are of."""

    win: str
    branch: str
    state: State
    wave: int
    start: dt.date
    end: dt.date
    note: str
    at: dt.datetime
    by: str
    title: Label = field(hash=False)
    basis: Mapping[str, float | None] = field(default_factory=dict, hash=False)
    looked: tuple[dt.date, dt.date] | None = None
