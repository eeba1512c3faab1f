"""What a quick win promises: its charter, and the charter as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from cx.measure.metrics import METRICS
from cx.measure.scope import Rights
from cx.measure.statistics import Estimate
from cx.words import Label

LONGEST = dt.timedelta(weeks=16)
SURVEY_METRICS = ("nps", "satisfaction", "csat", "top2", "ces", "yes_share")
NPS_KINDS = ("relational", "transactional", "competitive")
_LISTS = ("pilots", "controls", "guardrails")


@dataclass(frozen=True)
class Baseline:
    """The figure a win is measured against, frozen when it starts, with what is needed to compute it again.

    ``start`` and ``end`` are days, both included; ``sql`` and ``parameters`` are the question as it was asked;
    ``taken_on`` is the bank's day on which it was asked.
    """

    estimate: Estimate
    start: dt.date
    end: dt.date
    sql: str
    parameters: tuple[str, ...]
    taken_on: dt.date


@dataclass(frozen=True)
class Milestone:
    """A step on the way: what shall be done by which day, and the day it was ticked. With ``branch`` it is one branch's
    own, and whoever answers for that branch may tick it."""

    day: dt.date
    title: Label = field(hash=False)
    done: dt.date | None = None
    branch: str | None = None


@dataclass(frozen=True)
class Charter:
    """The promise of one quick win.

    ``metric`` is one of ``SURVEY_METRICS`` or the id of an indicator; ``target`` is in the metric's own unit (NPS
    points, share 0..1, mean, the indicator's unit). ``start`` and ``end`` are days, both included, at most 16 weeks
    apart. ``pilots`` are branch ids, ``controls`` the branches they are held against. ``least`` is the smallest change
    worth having, in the metric's unit. ``impact``, ``effort`` and ``confidence`` run from 1 (little) to 5; ``cost`` is
    spent once, ``saving`` promised a year. ``guardrails`` are survey metrics or indicators that must not get worse;
    ``pain_point`` is the entry of the register that it answers. ``better`` and ``baseline`` are set when the win
    starts. With ``voice`` "staff" it is measured by what staff answer to ``question`` of ``survey``, in the words
    ``asked``, whatever the touchpoint. ``title``, ``hypothesis`` and ``owner`` are what the
    author wrote, or the same in several languages (show them with ``t.pick``).
    """

    title: Label = field(hash=False)
    hypothesis: Label = field(hash=False)
    touchpoint: str
    metric: str
    target: float
    owner: Label = field(hash=False)
    start: dt.date
    end: dt.date
    pilots: tuple[str, ...]
    cost: float = 0.0
    impact: int = 3
    effort: int = 3
    nps_kind: str | None = None
    survey: str | None = None
    voice: Literal["customer", "staff"] = "customer"
    question: str | None = None
    asked: Label = field(default="", hash=False)
    better: Literal["higher", "lower"] = "higher"
    baseline: Baseline | None = None
    controls: tuple[str, ...] = ()
    least: float = 0.0
    confidence: int = 3
    saving: float = 0.0
    guardrails: tuple[str, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    pain_point: str | None = None

    @property
    def indicator(self) -> str | None:
        """The indicator's id when the metric is one of the bank's own indicators."""
        return None if self.metric in SURVEY_METRICS else self.metric

    @property
    def length(self) -> dt.timedelta:
        """Length of the pilot, both days included."""
        return self.end - self.start + dt.timedelta(days=1)

    @property
    def direction(self) -> Literal["higher", "lower"]:
        """Which way is better: of the metric, or as frozen from the indicator's definition."""
        return self.better if self.indicator else METRICS[self.metric].better

    @property
    def score(self) -> int:
        """What it is worth to do this first, 1 to 125: impact × confidence × ease, ease being 6 less the effort."""
        return self.impact * self.confidence * (6 - self.effort)

    def covered_by(self, rights: Rights) -> bool:
        """Whether every pilot and control lies within the rights: only then are its figures seen or the win changed.

        What staff say is for those who see the whole bank: not for the branch that they work in.
        """
        needed = {*self.pilots, *self.controls}
        return rights.branches is None or (self.voice == "customer" and needed <= rights.branches)

    def touches(self, rights: Rights) -> bool:
        """Whether some pilot branch lies within the rights: then its state may be seen."""
        return rights.branches is None or bool(set(self.pilots) & rights.branches)


def as_json(charter: Charter) -> dict[str, Any]:
    """The charter as plain JSON values."""
    plain = {f.name: getattr(charter, f.name) for f in fields(charter) if f.name != "baseline"}
    plain |= {"start": charter.start.isoformat(), "end": charter.end.isoformat()}
    plain |= {name: list(getattr(charter, name)) for name in _LISTS}
    plain["milestones"] = [_milestone_json(each) for each in charter.milestones]
    return plain | {"baseline": charter.baseline and _baseline_json(charter.baseline)}


def of_json(plain: Mapping[str, Any]) -> Charter:
    """The charter that :func:`as_json` wrote, also by a version that knew fewer fields."""
    values = dict(plain)
    values |= {name: dt.date.fromisoformat(values[name]) for name in ("start", "end")}
    values |= {name: tuple(values.get(name, ())) for name in _LISTS}
    values |= {"baseline": _baseline(values.get("baseline"))}
    values |= {"milestones": tuple(_milestone(each) for each in values.get("milestones", ()))}
    return Charter(**values)


def _milestone_json(each: Milestone) -> dict[str, Any]:
    return {**asdict(each), "day": each.day.isoformat(), "done": each.done and each.done.isoformat()}


def _milestone(plain: Mapping[str, Any]) -> Milestone:
    done = plain["done"] and dt.date.fromisoformat(plain["done"])
    return Milestone(dt.date.fromisoformat(plain["day"]), plain["title"], done, plain.get("branch"))


def estimate_json(estimate: Estimate) -> dict[str, Any]:
    """An estimate as plain JSON values."""
    return {**asdict(estimate), "counts": {name: int(count) for name, count in estimate.counts.items()}}


def estimate_of(plain: Mapping[str, Any]) -> Estimate:
    """The estimate that :func:`estimate_json` wrote."""
    return Estimate(**plain)


def _baseline_json(baseline: Baseline) -> dict[str, Any]:
    days = {name: getattr(baseline, name).isoformat() for name in ("start", "end", "taken_on")}
    return {
        "estimate": estimate_json(baseline.estimate),
        "sql": baseline.sql,
        "parameters": list(baseline.parameters),
        **days,
    }


def _baseline(plain: Mapping[str, Any] | None) -> Baseline | None:
    if plain is None:
        return None
    days = {name: dt.date.fromisoformat(plain[name]) for name in ("start", "end", "taken_on")}
    return Baseline(estimate_of(plain["estimate"]), sql=plain["sql"], parameters=tuple(plain["parameters"]), **days)
