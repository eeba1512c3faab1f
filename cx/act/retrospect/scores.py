"""How the figures moved since the period before: NPS, touchpoints, the bank's own indicators against their targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cx.act.retrospect.shapes import Crossing, Moved, Score, Spot
from cx.insight import journey, nps, readings
from cx.insight.journey import View
from cx.insight.readings import Reading
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, benjamini_hochberg
from cx.store import query
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Model

KINDS = ("transactional", "relational")
MOST = 3
"""Touchpoints told."""


def moved(con: Connection, scope: Scope, before: Period | None, model: Model) -> Moved:
    """What moved in the scope since ``before``; no change is claimed across a break, or beyond a period of all time."""
    present = query.kinds(con, scope)
    scores = tuple(
        Score(kind, nps.overview(con, replace(scope, nps_kind=kind), before)) for kind in KINDS if kind in present
    )
    known = journey.journeys(con, scope)
    views = [journey.cells(con, scope, model, name, before) for name in model.journeys if name in known]
    spots, tested = _tested(views)
    sure = sorted((spot for spot in spots if (spot.q or 0.0) < 1 - CONFIDENCE), key=_size, reverse=True)
    crossings, missing, judged, redefined = _crossings(con, scope, before, model)
    return Moved(
        scores, _worst(views, spots), tuple(sure[:MOST]), tuple(spot for spot in sure if not _up(spot)),
        tuple(spot for spot in sure if _up(spot)), tested, sum(s.broken for view in views for s in view.touchpoints),
        tuple(dict.fromkeys(b for view in views for b in view.breaks)), crossings, missing, judged, redefined,
    )  # fmt: skip


def _tested(views: Sequence[View]) -> tuple[list[Spot], int]:
    """Every touchpoint with a tested change, its p adjusted for all of them together."""
    found = [(view.journey, step) for view in views for step in view.touchpoints if step.change.p is not None]
    adjusted = benjamini_hochberg([step.change.p or 0.0 for _, step in found])
    spots = [Spot(name, step, q) for (name, step), q in zip(found, adjusted, strict=True)]
    return spots, len(spots)


def _size(spot: Spot) -> float:
    return abs(spot.step.change.diff or 0.0)


def _up(spot: Spot) -> bool:
    return (spot.step.change.diff or 0.0) > 0


def _worst(views: Sequence[View], tested: Sequence[Spot]) -> Spot | None:
    """The touchpoint with the lowest score, tested together with all others."""
    known = {(spot.journey, spot.step.key): spot.q for spot in tested}
    found = [Spot(view.journey, view.worst, known.get((view.journey, view.worst.key))) for view in views if view.worst]
    return min(found, key=lambda spot: spot.step.estimate.value or 0.0, default=None)


def _crossings(
    con: Connection, scope: Scope, before: Period | None, model: Model
) -> tuple[tuple[Crossing, ...], int, int, tuple[str, ...]]:
    """Indicators that changed sides, how many miss their target of how many judged, and those that mean another."""
    now = _readings(con, scope, model)
    then = _readings(con, scope.between(before.start, before.end), model) if before else {}
    crossings = []
    for name, after in now.items():
        old = then.get(name)
        if old is None or {old.verdict, after.verdict} != {"within", "beyond"}:
            continue
        values = (old.estimate.value, after.estimate.value)
        if values[0] is not None and values[1] is not None and after.indicator.target is not None:
            target, reached = float(after.indicator.target), after.verdict == "within"
            crossings.append(Crossing(name, values[0], values[1], target, reached))
    verdicts = [reading.verdict for reading in now.values()]
    redefined = tuple(n for n in now if "broken" in (now[n].verdict, then[n].verdict if n in then else ""))
    missing = verdicts.count("beyond")
    crossings.sort(key=lambda crossing: (crossing.reached, crossing.indicator))
    return tuple(crossings), missing, missing + verdicts.count("within"), redefined


def _readings(con: Connection, scope: Scope, model: Model) -> dict[str, Reading]:
    places = dict.fromkeys(entry.journey for entry in model.indicators.values())
    found = [reading for place in places for reading in readings.readings(con, scope, model, place)]  # type: ignore[arg-type]
    return {reading.indicator.id: reading for reading in found}
