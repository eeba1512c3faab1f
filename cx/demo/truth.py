"""What is true in the demo bank, read from ``truth.yaml``. NPS effects are points, satisfaction is on 1..5."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FILE = Path(__file__).parent / "truth.yaml"


@dataclass(frozen=True)
class SurveyTruth:
    """One survey's responses: how many, their expected NPS, and weights of channels, segments and products.

    ``themes`` names the mix of themes in comments; ``texts`` says which text questions ask for something else than the
    reason of the score; ``agree`` is the share that says yes, by question, where it does not follow the mood.
    ``drivers`` is the correlation of a touchpoint's rating with the mood behind NPS; `default` for all others.
    """

    responses: int
    nps: float
    channels: Mapping[str, float]
    segments: Mapping[str, float]
    products: Mapping[str, float]
    themes: str
    texts: Mapping[str, str] = field(default_factory=dict)
    agree: Mapping[str, float] = field(default_factory=dict)
    drivers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class WaveTruth:
    """The first wave of a rollout: when it was ``planned``, its ``first`` day, when it was ``done``, and where."""

    planned: dt.date
    first: dt.date
    done: dt.date
    branches: tuple[str, ...]


@dataclass(frozen=True)
class WinTruth:
    """One quick win: its charter, and what it truly adds in its pilots from its start on, in the branches of its
    ``wave`` after that was done."""

    id: str
    title: Mapping[str, str]
    hypothesis: Mapping[str, str]
    lesson: Mapping[str, str]
    touchpoint: str
    metric: str
    target: float
    start: dt.date
    end: dt.date
    pilots: tuple[str, ...]
    cost: float
    impact: int
    effort: int
    nps: float
    satisfaction: Mapping[str, float]
    indicators: Mapping[str, float]
    wave: WaveTruth | None = None

    @cached_property
    def since(self) -> Mapping[str, dt.date]:
        """Where it is in place: branches, each with its first day with it."""
        later = dict.fromkeys(self.wave.branches, self.wave.done + dt.timedelta(days=1)) if self.wave else {}
        return dict.fromkeys(self.pilots, self.start) | later


@dataclass(frozen=True)
class IndicatorTruth:
    """One indicator's monthly values; with ``bank``, a channel, the whole bank has one value of it.

    With ``base`` a value comes with its parts, of about so many customers; the value of a month is known ``age`` months
    later (cohorts). ``lacks`` are months of a branch that have none; ``steps`` what changes a branch from a month
    on.
    """

    mean: float
    between: float = 0.0
    noise: float = 0.0
    bad: float = 0.0
    trend: float = 0.0
    bank: str | None = None
    base: int = 0
    age: int = 0
    lacks: Mapping[str, Sequence[dt.date]] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def step(self, branch: str | None, day: dt.date) -> float:
        """What an incident adds in a branch ``from`` a month on."""
        found = self.steps.get(branch or "")
        return float(found["add"]) if found and day >= found["from"] else 0.0


@dataclass(frozen=True)
class FeedTruth:
    """One feed's events in the last ``days``: attempts a day (of each name), the share that succeeds, the median
    latency ``ms`` and its ``spread`` (of its logarithm). ``incident``: one day with another ``success`` and ``slower``
    by a factor. ``never`` are names without events, ``later`` those that have them from a day on.
    """

    days: int
    attempts: int
    success: float
    ms: float = 0.0
    spread: float = 0.4
    incident: Mapping[str, Any] = field(default_factory=dict)
    never: Sequence[str] = ()
    later: Mapping[str, dt.date] = field(default_factory=dict)


@dataclass(frozen=True)
class Truth:
    """The causes behind every fact of the demo bank; fields as in ``truth.yaml``."""

    seed: int
    first: dt.date
    last: dt.date
    surveys: Mapping[str, SurveyTruth]
    brands: Mapping[str, float]
    bad: Mapping[str, float]
    good: Mapping[str, float]
    deviation: float
    elsewhere: float
    regions: Mapping[str, float]
    channels: Mapping[str, float]
    segments: Mapping[str, float]
    season: Mapping[int, float]
    trend_channel: str
    trend_points: float
    touchpoints: Mapping[str, float]
    unused: Mapping[str, float]
    cells: tuple[Mapping[str, Any], ...]
    worst: Mapping[str, str]
    per_point: float
    quick_wins: tuple[WinTruth, ...]
    indicators: Mapping[str, IndicatorTruth]
    feeds: Mapping[str, FeedTruth]
    said: Mapping[str, Any]
    personas: Mapping[str, Any]
    reluctant: Mapping[str, Any]
    expectations: Mapping[str, Mapping[str, float]]
    experiments: Mapping[str, Mapping[str, Any]]
    cases: Mapping[str, Any]

    @property
    def days(self) -> int:
        """Days from the first to the last, both included."""
        return (self.last - self.first).days + 1


@cache
def truth() -> Truth:
    """The truth as shipped."""
    raw = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=_LOADER)
    branches, trend = raw.pop("branches"), raw.pop("trend")
    wins = [_win(key, win) for key, win in raw.pop("quick_wins").items()]
    return Truth(
        **{
            **raw,
            "surveys": {key: SurveyTruth(**value) for key, value in raw["surveys"].items()},
            "indicators": {key: IndicatorTruth(**value) for key, value in raw["indicators"].items()},
            "feeds": {key: FeedTruth(**value) for key, value in raw["feeds"].items()},
            "cells": tuple(raw["cells"]),
        },
        bad=branches["bad"],
        good=branches["good"],
        deviation=branches["deviation"],
        elsewhere=branches["elsewhere"],
        trend_channel=trend["channel"],
        trend_points=trend["points"],
        quick_wins=tuple(wins),
    )


def _win(id: str, raw: dict[str, Any]) -> WinTruth:
    wave = raw.pop("wave", None)
    made = WaveTruth(**{**wave, "branches": tuple(wave["branches"])}) if wave else None
    return WinTruth(id=id, **{**raw, "pilots": tuple(raw["pilots"])}, wave=made)
