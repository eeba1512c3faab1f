"""The indicator tree: values of two states rolled up to the index, what moved it, and one indicator in full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from cx.insight import indicator_values, meanings
from cx.insight.indicators import projected, verdict
from cx.measure import index
from cx.measure.index import Mark, Moved, Node, Path, State
from cx.measure.scope import Scope
from cx.measure.statistics import EMPTY, Estimate
from cx.store.query import Connection, Measured

if TYPE_CHECKING:
    from cx.bank.model import Indicator, Model

Key = tuple[Path, str | None]
AVAILABILITY: Key = ((), "")
"""Stands for what came or went among the parts of a change."""
Standing = Literal["scored", "missing", "no_scale", "no_weight", "no_place"]


@dataclass(frozen=True)
class Leaf:
    """One indicator. ``share`` of the index (0..1, now); ``standing``: scored, or why it does not count.

    ``before`` is its estimate in the state compared with, ``part`` what its score moved the index by. ``trend`` are
    monthly values, the latest last.
    """

    indicator: Indicator
    path: Path
    now: Estimate
    before: Estimate
    score: Fraction | None
    score_before: Fraction | None
    share: Fraction
    part: Fraction
    verdict: Literal["within", "beyond", "untold"]
    standing: Standing
    trend: tuple[float | None, ...] = ()

    @property
    def lost(self) -> Fraction:
        """Points of the index that are missing for a full score here."""
        return self.share * (index.FULL - self.score) if self.score is not None else index.NONE


@dataclass(frozen=True)
class View:
    """The tree in two states. ``leaves`` in the model's order; ``moved`` is None where there is nothing to compare.

    ``left_out`` are filters that indicators do not know; ``measured`` what was asked for the state now. ``unlike`` are
    indicators that changed their meaning between the two states (or within one): what they moved is not known, they
    count among what came or went.
    """

    tree: Node
    now: State
    before: State | None
    moved: Moved | None
    leaves: tuple[Leaf, ...]
    measured: Measured
    left_out: tuple[str, ...] = ()
    unlike: frozenset[str] = frozenset()

    def mark(self, path: Path) -> Mark:
        """A place's score and cover now."""
        return self.now.marks[path]

    @property
    def parts(self) -> Mapping[str, Fraction]:
        """What each indicator moved the index by through its score."""
        return self.moved.scores if self.moved else {}

    @property
    def values(self) -> int:
        """The values behind the scores of now."""
        return sum(leaf.now.n for leaf in self.leaves if leaf.standing == "scored")


@dataclass(frozen=True)
class Step:
    """One part of a change. ``part``: of the place or indicator ``key``; ``rest``: of ``count`` smaller ones together;
    ``availability``: of indicators that came or went. ``shown`` parts add up to the shown change."""

    kind: Literal["part", "rest", "availability"]
    amount: Fraction
    shown: Decimal
    key: Key | None = None
    count: int = 1


@lru_cache(maxsize=4)
def grown(model: Model) -> Node:
    """The tree of the model: places that have an indicator which can be scored, with their weights."""
    placed = [each for each in model.indicators.values() if each.scale and each.weight and each.journey]
    weights = model.index.weights

    def node(path: Path, below: Iterable[Path]) -> Node | None:
        here = [each for each in placed if _path(each) == path]
        children = [child for deeper in below if (child := node(deeper, _below(model, deeper)))]
        children += [Node(path, index.exact(each.weight), leaf=each.id) for each in here]
        weight = index.exact(weights.get(path, 1.0))
        return Node(path, weight, tuple(children)) if children else None

    return node((), _below(model, ())) or Node((), Fraction(1))


def look(con: Connection, scope: Scope, other: Scope | None, model: Model, trends: bool = True) -> View:
    """The tree within ``scope`` and what moved it since (or sets it apart from) ``other``."""
    kept, left_out = projected(scope)
    against = projected(other)[0] if other else None
    shared = indicator_values.sharing(con, _span(kept, against, trends), model)
    now, measured = indicator_values.values(con, kept, model, shared)
    before = indicator_values.values(con, against, model, shared)[0] if against else {}
    broken = meanings.breaks(con, model)
    unlike = meanings.apart(con, broken, model, kept, *([against] if against else []))
    now = _meant(con, now, kept, unlike, model)
    before = {name: estimate for name, estimate in before.items() if name not in unlike}
    tree = grown(model)
    state = _state(tree, now, model)
    earlier = _state(tree, before, model) if other else None
    moved = index.moved(earlier, state) if earlier else None
    lines = indicator_values.monthly(con, kept, model, shared, broken) if trends else {}
    leaves = tuple(
        _leaf(each, now.get(each.id, EMPTY), before.get(each.id, EMPTY), state, moved, lines.get(each.id, ()))
        for each in _ordered(model)
    )
    return View(tree, state, earlier, moved, leaves, measured, left_out, frozenset(unlike))


def _meant(
    con: Connection, found: Mapping[str, Estimate], scope: Scope, starts: Mapping[str, dt.date], model: Model
) -> dict[str, Estimate]:
    """The values of a scope, those of indicators that changed their meaning within it from there on only."""
    kept = dict(found)
    for start in sorted({day for day in starts.values() if scope.start is None or day > scope.start}):
        late, _ = indicator_values.values(con, scope.between(start, scope.end), model)
        kept |= {name: late[name] for name, day in starts.items() if day == start and name in late}
    return kept


def _span(scope: Scope, other: Scope | None, trends: bool) -> Scope:
    """A scope that holds both, and the trend too."""
    scopes = [scope, *([other] if other else []), *([indicator_values.trend_of(scope)] if trends else [])]
    starts, ends = [each.start for each in scopes], [each.end for each in scopes]
    wide = scope.between(
        None if None in starts else min(day for day in starts if day),
        None if None in ends else max(d for d in ends if d),
    )
    if other is not None and other.where != scope.where:  # branches: the filters that both have
        wide = replace(wide, where=tuple(pair for pair in scope.where if pair in other.where))
    return wide


def told(view: View) -> Mapping[Key, Decimal]:
    """What every place and indicator moved the index by, as it is shown: rounded from the top down, so that the parts
    of each place add up to it, and all to the shown change. :data:`AVAILABILITY` is the part of what came or went."""
    if view.moved is None:
        return {}
    found: dict[Key, Decimal] = {}

    def share_out(node: Node, amount: Fraction, *more: Fraction) -> None:
        sums = [sum((view.parts.get(leaf.leaf or "", index.NONE) for leaf in child.leaves()), index.NONE)
                for child in node.children]  # fmt: skip
        rounded = index.rounded([*sums, *more], amount)
        if more:
            found[AVAILABILITY] = rounded[-1]
        for child, part in zip(node.children, rounded, strict=False):
            found[child.path, child.leaf] = part
            share_out(child, Fraction(part))

    change = index.shown(view.moved.after) - index.shown(view.moved.before)
    share_out(view.tree, change, view.moved.gone_or_new)
    return found


def steps(view: View, depth: int, most: int = 9) -> tuple[Step, ...]:
    """The parts of the change at a depth of places (0: indicators), largest first, smaller ones together at the end."""
    if view.moved is None:
        return ()
    groups = sorted(index.grouped(view.tree, view.parts, depth).items(), key=lambda pair: -abs(pair[1]))
    shown = told(view)
    large = [key for key, _ in groups if shown[key]][:most]
    small = [key for key, part in groups if part and key not in large]
    exact = dict(groups)
    found = [Step("part", exact[key], shown[key], key) for key in large]
    if small:
        together = sum((exact[key] for key in small), index.NONE)
        found.append(Step("rest", together, sum((shown[key] for key in small), Decimal(0)), count=len(small)))
    if view.moved.availability and view.moved.gone_or_new:
        count = len(came(view)) + len(went(view))
        found.append(Step("availability", view.moved.gone_or_new, shown[AVAILABILITY], count=count))
    return tuple(found)


def came(view: View) -> tuple[str, ...]:
    """Indicators that count now and did not before."""
    return tuple(name for name in view.now.shares if view.before and name not in view.before.shares)


def went(view: View) -> tuple[str, ...]:
    """Indicators that counted before and do not now."""
    return tuple(name for name in (view.before.shares if view.before else ()) if name not in view.now.shares)


def _state(tree: Node, found: Mapping[str, Estimate], model: Model) -> State:
    return index.rolled(tree, _scores(found, model), model.index.least_cover)


def _scores(found: Mapping[str, Estimate], model: Model) -> dict[str, Fraction]:
    return {
        name: index.score(estimate.value, scale.zero, scale.full)
        for name, estimate in found.items()
        if (scale := model.indicators[name].scale) and estimate.value is not None
    }


def _leaf(
    each: Indicator, now: Estimate, before: Estimate, state: State, moved: Moved | None,
    trend: Sequence[float | None],
) -> Leaf:  # fmt: skip
    part = moved.scores.get(each.id, index.NONE) if moved else index.NONE
    scores = [
        index.score(estimate.value, each.scale.zero, each.scale.full)
        if each.scale and estimate.value is not None
        else None
        for estimate in (now, before)
    ]
    return Leaf(
        each, _path(each), now, before, scores[0], scores[1], state.shares.get(each.id, index.NONE), part,
        verdict(each, now.value), _standing(each, now), tuple(trend),
    )  # fmt: skip


def _standing(each: Indicator, now: Estimate) -> Standing:
    if not each.journey:
        return "no_place"
    if each.scale is None:
        return "no_scale"
    if not each.weight:
        return "no_weight"
    return "missing" if now.value is None else "scored"


def _path(each: Indicator) -> Path:
    return tuple(part for part in (each.journey, each.stage, each.touchpoint) if part)


def _below(model: Model, path: Path) -> list[Path]:
    if not path:
        return [(journey,) for journey in model.journeys]
    stages = model.journeys[path[0]].stages
    if len(path) == 1:
        return [(*path, stage.id) for stage in stages]
    if len(path) == 2:
        return [(*path, point.id) for stage in stages if stage.id == path[1] for point in stage.touchpoints]
    return []


def _ordered(model: Model) -> list[Indicator]:
    """Indicators in the order of the journeys; those of no journey last."""
    order: dict[Path, int] = {}

    def walk(path: Path) -> None:
        for deeper in _below(model, path):
            walk(deeper)
        order[path] = len(order)  # what hangs on a place itself comes after what is below it, as in the tree

    walk(())
    return sorted(model.indicators.values(), key=lambda each: order.get(_path(each), len(order)))


def whole(scope: Scope, branches: Iterable[str]) -> Scope:
    """A scope over some branches instead of the one it names; values of the whole bank alone are not in it."""
    where = tuple(pair for pair in scope.where if pair[0] != "branch")
    return replace(scope, where=where).narrowed(branch=branches)
