"""A journey as a map: at each touchpoint what is known of it, where it hurts, where there is more to win, and what
people will remember of it (peak and end)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cx.insight import journey as journeys
from cx.insight import journey_whole
from cx.insight.journey import METRIC, Step, View
from cx.insight.journey_whole import Whole
from cx.insight.readings import Reading
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, Change, Estimate, benjamini_hochberg, change
from cx.store import journeys as people
from cx.store import query
from cx.store.journeys import Said, Wanted
from cx.store.query import Connection, Measured

if TYPE_CHECKING:
    from cx.bank.model import Model

MIDDLING = 4.2  # on 1..5: from here on a touchpoint has little left to win
SHARE = 0.1  # of all points lost on a journey: so much lies at a touchpoint that is worth improving
SPREAD = 0.5  # points between the best and the worst channel
State = Literal["shown", "hidden", "indicator", "gap"]
Mark = Literal["pain", "delight", "opportunity", "peak", "end"]
_COMMON = frozenset(
    ("服务", "银行", "客户", "账户", "办理", "your", "with", "from", "into", "that", "this", "help", "first", "service",
     "bank", "customer", "account")
)  # fmt: skip


@dataclass(frozen=True)
class Spread:
    """One touchpoint in its best and its worst channel; ``change`` from worst to best."""

    worst: str
    best: str
    low: Estimate
    high: Estimate
    change: Change


@dataclass(frozen=True)
class Point:
    """A touchpoint on the map. ``state``: shown, hidden (too few), indicator (only the bank's own figures say
    something), gap (nothing does). ``lost``: its share (0..1) of all points lost on the journey."""

    step: Step
    state: State
    marks: frozenset[Mark]
    lost: float | None = None
    spread: Spread | None = None
    said: Said | None = None

    @property
    def touchpoint(self) -> str:
        return self.step.key[1]

    @property
    def own_readings(self) -> tuple[Reading, ...]:
        """Indicators of this very touchpoint, not of its stage."""
        return tuple(r for r in self.step.readings if r.indicator.touchpoint == self.touchpoint)


@dataclass(frozen=True)
class Map:
    """A journey's points by stage, in its order, and the journey as a whole beside them."""

    view: View
    points: tuple[Point, ...]
    whole: Whole

    def of(self, stage: str) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.step.key[0] == stage)

    def marked(self, mark: Mark) -> tuple[Point, ...]:
        return tuple(point for point in self.points if mark in point.marks)

    def gaps(self, state: State) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.state == state)


def draw(con: Connection, scope: Scope, model: Model, journey: str, before: Period | None, lang: str) -> Map:
    """The map of one journey, with a comment for each touchpoint where comments may be seen (in ``lang`` where there is
    one): what :func:`cx.insight.journey.cells` says, and :func:`around` it."""
    view = journeys.cells(con, scope, model, journey, before)
    wanted = _wanted(view, model) if view.total.value is not None else ()
    return around(con, scope, view, people.said(con, scope, journey, wanted, lang))


def around(con: Connection, scope: Scope, view: View, quotes: Mapping[str, Said] | None = None) -> Map:
    """The map of a view in the same scope: channels compared at each touchpoint, marks, and the journey as a whole."""
    here = scope.narrowed(journey=view.journey)
    channels = query.measure(con, METRIC, here, ("stage", "touchpoint", "channel"))
    apart = spreads(view, channels)
    marks = _marks(view, apart)
    lost = losses(view)
    points = tuple(
        Point(
            step, _state(step), frozenset(marks.get(step.key[1], ())), lost.get(step.key[1]), apart.get(step.key[1]),
            None if step.estimate.state == "hidden" else (quotes or {}).get(step.key[1]),
        )
        for step in view.touchpoints
    )  # fmt: skip
    return Map(view, points, journey_whole.whole(con, here, view))


def peak(view: View) -> Step | None:
    """The touchpoint farthest from the rest of the journey, up or down, where that is a pain or a delight."""
    felt = [step for step in view.touchpoints if step.feeling in ("pain", "delight")]
    return max(felt, key=lambda step: abs(step.rest.diff or 0.0), default=None)


def end(view: View) -> Step | None:
    """The last touchpoint with a score."""
    shown = [step for step in view.touchpoints if step.estimate.value is not None]
    return shown[-1] if len(shown) > 1 else None


def losses(view: View) -> dict[str, float]:
    """Of all points that ratings fall short of 5 on this journey, the share (0..1) at each touchpoint."""
    short = {
        step.key[1]: step.estimate.n * (5 - step.estimate.value)
        for step in view.touchpoints
        if step.estimate.value is not None
    }
    total = sum(short.values())
    return {name: points / total for name, points in short.items()} if total > 0 else {}


def spreads(view: View, channels: Measured) -> dict[str, Spread]:
    """Touchpoints where the best and the worst channel are at least :data:`SPREAD` apart, beyond noise after correction
    for all pairs of channels and for the number of touchpoints."""
    found: dict[str, Spread] = {}
    chance: dict[str, float] = {}
    for step in view.touchpoints:
        cells = [
            (cell.estimate.value, str(cell.key[2]), cell.estimate)
            for cell in channels.cells
            if cell.key[:2] == step.key and cell.key[2] is not None and cell.estimate.state == "ok"
            and cell.estimate.value is not None
        ]  # fmt: skip
        if step.estimate.value is None or len(cells) < 2:
            continue
        low, high = min(cells), max(cells)
        tested = change(low[2], high[2])
        if tested.p is None:
            continue
        chance[step.key[1]] = min(1.0, tested.p * len(cells) * (len(cells) - 1) / 2)
        found[step.key[1]] = Spread(low[1], high[1], low[2], high[2], tested)
    adjusted = dict(zip(chance, benjamini_hochberg(list(chance.values())), strict=True))
    return {
        name: spread
        for name, spread in found.items()
        if adjusted[name] < 1 - CONFIDENCE and (spread.change.diff or 0.0) >= SPREAD
    }


def _marks(view: View, apart: Mapping[str, Spread]) -> dict[str, set[Mark]]:
    marks: dict[str, set[Mark]] = {step.key[1]: set() for step in view.touchpoints}
    lost, shown = losses(view), [step for step in view.touchpoints if step.estimate.value is not None]
    for step in shown:
        own, name = marks[step.key[1]], step.key[1]
        if step.feeling in ("pain", "delight"):
            own.add("pain" if step.feeling == "pain" else "delight")
        worth = max(SHARE, 1 / len(shown))
        much = lost.get(name, 0.0) >= worth and (step.estimate.value or 0.0) < MIDDLING and step.estimate.state == "ok"
        if step.feeling != "pain" and (name in apart or much and step.feeling != "delight"):
            own.add("opportunity")
    for found, mark in ((peak(view), "peak"), (end(view), "end")):
        if found is not None:
            marks[found.key[1]].add("peak" if mark == "peak" else "end")
    return marks


def _state(step: Step) -> State:
    if step.estimate.value is not None:
        return "shown"
    if step.estimate.state == "hidden":
        return "hidden"
    own = any(r.indicator.touchpoint == step.key[1] for r in step.readings)
    return "indicator" if own else "gap"


def _wanted(view: View, model: Model) -> tuple[Wanted, ...]:
    """What to look for in comments: the names of touchpoints; a word that several of them share counts for less."""
    everywhere = [t for j in model.journeys.values() for s in j.stages for t in s.touchpoints]
    terms = {t.id: {lang: _terms(name) for lang, name in t.name.items()} for t in everywhere}
    shared = Counter(term for names in terms.values() for term in frozenset[str]().union(*names.values()))
    lean: Mapping[str, Literal["low", "high"]] = {"pain": "low", "delight": "high"}
    return tuple(
        Wanted(step.key[1], _weighed(terms[step.key[1]].values(), shared), lean.get(step.feeling, "middle"),
               step.estimate.value)
        for step in view.touchpoints
        if step.estimate.state != "hidden"
    )  # fmt: skip


def _weighed(names: Iterable[frozenset[str]], shared: Mapping[str, int]) -> tuple[tuple[str, float, float], ...]:
    """(word, part of the name in its language, weight) of a touchpoint's names."""
    found = []
    for name in names:
        whole = sum(1 / shared[term] for term in name)
        found += [(term, 1 / shared[term] / whole, 1 / shared[term]) for term in sorted(name)]
    return tuple(found)


def _terms(name: str) -> frozenset[str]:
    """Words that tell a name again in a text: of Chinese pairs of characters, of Latin the stems of longer words."""
    found: set[str] = set()
    for run in re.findall(r"[\u4e00-\u9fff]+", re.sub("[与和及的]", " ", name)):
        # Words are mostly of two characters: in a name of even length only such pairs.
        found |= {run[at : at + 2] for at in range(0, len(run) - 1, 1 if len(run) % 2 else 2)}
    for word in re.findall(r"[a-z]{4,}", name.lower()):
        found.add(re.sub(r"(?<=[a-z]{4})(?:ing|s|ed)$", "", word))
    return frozenset(f" {term}" if term.isascii() else term for term in found - _COMMON)
