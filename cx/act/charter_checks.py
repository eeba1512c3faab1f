"""What is wrong with a charter: every field checked, all problems at once."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cx.act.charter import LONGEST, NPS_KINDS, SURVEY_METRICS, Charter
from cx.measure.metrics import METRICS
from cx.words import Label, Problem

if TYPE_CHECKING:
    from cx.bank.model import Model

MOST_MILESTONES = 8
MOST_GUARDRAILS = 4
_AROUND = dt.timedelta(weeks=13)  # a milestone may lie so long before the start (buying) or after the end (watching)


def problems(charter: Charter, model: Model | None = None) -> tuple[Problem, ...]:
    """What is wrong with a charter; ``where`` is the name of the field. With a model, names are looked up in it."""
    found = [*_texts(charter), *_numbers(charter), *_dates(charter), *_measure(charter), *_lists(charter)]
    return tuple(found + list(_names(charter, model)) if model is not None else found)


def written(text: Label | None) -> bool:
    """Whether a text says something, in each of its languages."""
    said = [text or ""] if text is None or isinstance(text, str) else list(text.values())
    return bool(said) and all(one.strip() for one in said)


def _texts(charter: Charter) -> Iterator[Problem]:
    for name in ("title", "hypothesis", "touchpoint", "metric", "owner"):
        if not written(getattr(charter, name)):
            yield Problem("quick_win_missing", name)
    if not charter.pilots:
        yield Problem("quick_win_pilots", "pilots")


def _numbers(charter: Charter) -> Iterator[Problem]:
    if not math.isfinite(charter.target):
        yield Problem("quick_win_missing", "target")
    elif charter.metric in SURVEY_METRICS and not _possible(charter):
        yield Problem("quick_win_target", "target", {"metric": charter.metric})
    for name in ("cost", "saving"):
        if not _amount(getattr(charter, name)):
            yield Problem("quick_win_cost", name)
    if not _amount(charter.least):
        yield Problem("quick_win_least", "least")
    for name in ("impact", "effort", "confidence"):
        if getattr(charter, name) not in range(1, 6):
            yield Problem("quick_win_rank", name)


def _amount(number: float) -> bool:
    return math.isfinite(number) and number >= 0


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


def _lists(charter: Charter) -> Iterator[Problem]:
    if both := sorted(set(charter.pilots) & set(charter.controls)):
        yield Problem("quick_win_both", "controls", {"branches": ", ".join(both)})
    if charter.metric in charter.guardrails or len(charter.guardrails) > MOST_GUARDRAILS:
        yield Problem("quick_win_guardrails", "guardrails", {"most": MOST_GUARDRAILS})
    if len(charter.milestones) > MOST_MILESTONES:
        yield Problem("quick_win_milestones", "milestones", {"most": MOST_MILESTONES})
    for each in charter.milestones:
        first, last = charter.start - _AROUND, charter.end + _AROUND
        if not written(each.title) or not first <= each.day <= last:
            yield Problem("quick_win_milestone", "milestones", {"first": first, "last": last})
            return


def _names(charter: Charter, model: Model) -> Iterator[Problem]:
    stages = [stage for journey in model.journeys.values() for stage in journey.stages]
    touchpoints = {point.id for stage in stages for point in stage.touchpoints}
    if charter.touchpoint and charter.touchpoint not in touchpoints:
        yield Problem("quick_win_unknown", "touchpoint", {"value": charter.touchpoint})
    if charter.indicator and charter.indicator not in model.indicators:
        yield Problem("quick_win_unknown", "metric", {"value": charter.indicator})
    for name in charter.guardrails:
        if name.partition(":")[0] not in SURVEY_METRICS and name not in model.indicators:
            yield Problem("quick_win_unknown", "guardrails", {"value": name})
    own = [(each.branch, "milestones") for each in charter.milestones if each.branch]
    for branch, where in [(b, "pilots") for b in charter.pilots] + [(b, "controls") for b in charter.controls] + own:
        if branch not in model.branches:
            yield Problem("quick_win_unknown", where, {"value": branch})
