"""What a quick win promises: its charter, checked field by field, and the charter as JSON."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from cx.measure.metrics import METRICS
from cx.measure.scope import Rights
from cx.measure.statistics import Estimate
from cx.words import Label, Problem

if TYPE_CHECKING:
    from cx.bank.model import Model

LONGEST = dt.timedelta(weeks=16)
SURVEY_METRICS = ("nps", "satisfaction", "csat", "top2", "ces", "yes_share")
NPS_KINDS = ("relational", "transactional", "competitive")


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
class Charter:
    """The promise of one quick win.

    ``metric`` is one of ``SURVEY_METRICS`` or the id of an indicator; ``target`` is in the metric's own unit (NPS
    points, share 0..1, mean, the indicator's unit). ``start`` and ``end`` are days, both included, at most 16 weeks
    apart. ``pilots`` are branch ids. ``impact`` and ``effort`` run from 1 (little) to 5. ``better`` and ``baseline``
    are set when the win starts. With ``voice`` "staff" it is measured by what staff answer to ``question`` of
    ``survey``, in the words ``asked``, whatever the touchpoint. ``title``, ``hypothesis`` and ``owner`` are what the
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

    def covered_by(self, rights: Rights) -> bool:
        """Whether every pilot branch lies within the rights: only then are its figures seen or the win changed.

        What staff say is for those who see the whole bank: not for the branch that they work in.
        """
        return rights.branches is None or (self.voice == "customer" and set(self.pilots) <= rights.branches)

    def touches(self, rights: Rights) -> bool:
        """Whether some pilot branch lies within the rights: then its state may be seen."""
        return rights.branches is None or bool(set(self.pilots) & rights.branches)


def problems(charter: Charter, model: Model | None = None) -> tuple[Problem, ...]:
    """What is wrong with a charter; ``where`` is the name of the field. With a model, names are looked up in it."""
    found = [*_texts(charter), *_numbers(charter), *_dates(charter), *_measure(charter)]
    return tuple(found + list(_names(charter, model)) if model is not None else found)


def _texts(charter: Charter) -> Iterator[Problem]:
    for name in ("title", "hypothesis", "touchpoint", "metric", "owner"):
        if not written(getattr(charter, name)):
            yield Problem("quick_win_missing", name)
    if not charter.pilots:
        yield Problem("quick_win_pilots", "pilots")


def written(text: Label | None) -> bool:
    """Whether a text says something, in each of its languages."""
    said = [text or ""] if text is None or isinstance(text, str) else list(text.values())
    return bool(said) and all(one.strip() for one in said)


def _numbers(charter: Charter) -> Iterator[Problem]:
    if not math.isfinite(charter.target):
        yield Problem("quick_win_missing", "target")
    elif charter.metric in SURVEY_METRICS and not _possible(charter):
        yield Problem("quick_win_target", "target", {"metric": charter.metric})
    if not (math.isfinite(charter.cost) and charter.cost >= 0):
        yield Problem("quick_win_cost", "cost")
    for name in ("impact", "effort"):
        if getattr(charter, name) not in range(1, 6):
            yield Problem("quick_win_rank", name)


def _possible(charter: Charter) -> bool:
    low, high = {"points": (-100, 100), "share": (0, 1), "mean": (1, 7)}[METRICS[charter.metric].unit]
    return low <= charter.target <= high


def _dates(charter: Charter) -> Iterator[Problem]:
    if charter.end <= charter.start:
        yield Problem("quick_win_dates", "end", {"start": charter.start, "end": charter.end})
    elif charter.end - charter.start > LONGEST:
        latest = charter.start + LONGEST
        yield Problem("quick_win_too_long", "end", {"weeks": math.ceil(charter.length.days / 7), "latest": latest})


def _measure(charter: Charter) -> Iterator[Problem]:
    if charter.metric == "nps" and charter.nps_kind not in NPS_KINDS:
        yield Problem("quick_win_kind", "nps_kind")
    if charter.voice == "staff" and not (charter.survey and charter.question):
        yield Problem("quick_win_missing", "metric")


def _names(charter: Charter, model: Model) -> Iterator[Problem]:
    stages = [stage for journey in model.journeys.values() for stage in journey.stages]
    touchpoints = {point.id for stage in stages for point in stage.touchpoints}
    if charter.touchpoint and charter.touchpoint not in touchpoints:
        yield Problem("quick_win_unknown", "touchpoint", {"value": charter.touchpoint})
    if charter.indicator and charter.indicator not in model.indicators:
        yield Problem("quick_win_unknown", "metric", {"value": charter.indicator})
    for branch in charter.pilots:
        if branch not in model.branches:
            yield Problem("quick_win_unknown", "pilots", {"value": branch})


def as_json(charter: Charter) -> dict[str, Any]:
    """The charter as plain JSON values."""
    plain = {f.name: getattr(charter, f.name) for f in fields(charter) if f.name != "baseline"}
    plain |= {"start": charter.start.isoformat(), "end": charter.end.isoformat(), "pilots": list(charter.pilots)}
    return plain | {"baseline": charter.baseline and _baseline_json(charter.baseline)}


def of_json(plain: Mapping[str, Any]) -> Charter:
    """The charter that :func:`as_json` wrote."""
    values = dict(plain)
    values |= {name: dt.date.fromisoformat(values[name]) for name in ("start", "end")}
    values |= {"pilots": tuple(values["pilots"]), "baseline": _baseline(values.get("baseline"))}
    return Charter(**values)


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
