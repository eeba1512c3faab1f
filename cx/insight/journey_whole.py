"""A journey as a whole beside its touchpoints: do both tell the same, and what of it do people keep in mind?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from cx.insight.journey import GAP, View
from cx.measure import statistics
from cx.measure.dependent import williams
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, EMPTY, Change, Estimate, change
from cx.store import journeys as people
from cx.store import query
from cx.store.journeys import Walked
from cx.store.query import Connection, Measured

KIND = "transactional"  # the NPS kind of surveys about a journey
ENOUGH = 30  # people on each side of a comparison
UNSAID = 0.1  # share of detractors among people content with the steps, above which something is not asked about
Verdict = Literal["below", "above", "apart", "partly", "agree", "too_few"]


@dataclass(frozen=True)
class Memory:
    """How closely the mean of all of a person's ratings, and that of peak and end alone, go with their score
    (correlations), and whether one does so more than the other: ``all``, ``peak_end`` or ``noise``."""

    all: float
    peak_end: float
    closer: Literal["all", "peak_end", "noise"]


@dataclass(frozen=True)
class Whole:
    """``nps``: of surveys about the whole journey. ``own``: ratings of it as a whole, ``parts`` those of its
    touchpoints, ``gap`` from parts to own. ``content``, ``others``: shares (0..1) of detractors among people content
    with the steps and among the rest, ``fewer`` the change between them.

    ``verdict``: the journey is rated below or above its touchpoints; else of people: apart (content people are no less
    detractors), partly (less, but many still are), agree, or too few to tell.
    """

    nps: Measured
    own: Estimate
    parts: Estimate
    gap: Change
    walked: Walked
    content: Estimate
    others: Estimate
    fewer: Change
    verdict: Verdict
    memory: Memory | None

    @property
    def score(self) -> Estimate:
        """NPS of surveys about the journey as a whole."""
        return self.nps.of(None, None)


def whole(con: Connection, scope: Scope, view: View) -> Whole:
    """What people say of a journey as a whole; ``scope`` is already narrowed to it."""
    here = replace(scope, nps_kind=KIND)
    nps = query.measure(con, "nps", here, ("stage", "touchpoint"))
    steps = [step.key[1] for step in view.touchpoints if step.estimate.value is not None]
    walked = people.walked(con, here, view.journey, steps)
    content = statistics.share(walked.content_detractors, walked.content)
    others = statistics.share(walked.others_detractors, walked.others)
    gap = change(view.parts, view.own) if view.own.value is not None else change(EMPTY, EMPTY)
    enough = min(walked.content, walked.others) >= ENOUGH
    fewer = change(others, content) if enough else change(EMPTY, EMPTY)
    if not enough:
        content = others = EMPTY
    found = _verdict(gap, fewer, content)
    return Whole(nps, view.own, view.parts, gap, walked, content, others, fewer, found, _memory(walked))


def _verdict(gap: Change, fewer: Change, content: Estimate) -> Verdict:
    if gap.verdict in ("up", "down") and abs(gap.diff or 0.0) >= GAP:
        return "below" if gap.verdict == "down" else "above"
    if content.value is None:
        return "agree" if gap.verdict in ("up", "down", "noise") else "too_few"
    if fewer.verdict != "down":
        return "apart"
    return "partly" if (content.low or 0.0) > UNSAID else "agree"


def _memory(walked: Walked) -> Memory | None:
    mean, ends, both = walked.mean_score, walked.peak_end_score, walked.mean_peak_end
    if walked.n < ENOUGH or mean is None or ends is None or both is None:
        return None
    p = williams(mean, ends, both, walked.n)
    if p is None or p >= 1 - CONFIDENCE:
        return Memory(mean, ends, "noise")
    return Memory(mean, ends, "all" if mean > ends else "peak_end")
