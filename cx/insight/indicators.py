"""The bank's own indicators beside survey scores: value of the period, target, and which side of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from cx.measure.dimensions import DIMENSIONS
from cx.measure.scope import Scope
from cx.measure.statistics import Estimate
from cx.store import query
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Indicator, Model


@dataclass(frozen=True)
class Reading:
    """One indicator in one scope. ``verdict``: within or beyond its target (by its direction), or untold without one.

    ``left_out`` are filters of the scope that the indicator does not know and that were not applied.
    """

    indicator: Indicator
    estimate: Estimate
    verdict: Literal["within", "beyond", "untold"]
    left_out: tuple[str, ...] = ()


def readings(con: Connection, scope: Scope, model: Model, journey: str) -> tuple[Reading, ...]:
    """Indicators that the model places on a journey and that have values in the scope's period and units."""
    known = {name: entry for name, entry in model.indicators.items() if entry.journey == journey}
    if not known:
        return ()
    kept, left_out = projected(scope)
    measured = query.measure(con, "indicator", kept.narrowed(indicator=sorted(known)), ("indicator", "grain"))
    found: dict[str, dict[str, Estimate]] = {}
    for (name, grain), estimate in measured.as_dict().items():
        if estimate.value is not None:
            found.setdefault(name, {})[grain] = estimate
    return tuple(
        Reading(known[name], estimate, verdict(known[name], estimate.value), left_out)
        for name, grains in found.items()
        for estimate in [grains.get(known[name].grain) or next(iter(grains.values()))]
    )


def projected(scope: Scope) -> tuple[Scope, tuple[str, ...]]:
    """The scope without the filters that indicators do not know (segment, product …), and their names.

    The place on the journey is not counted among them: an indicator's definition says where it belongs.
    """
    place = {"journey", "stage", "touchpoint"}
    known = tuple(pair for pair in scope.where if "v_indicator" in DIMENSIONS[pair[0]].views)
    left_out = tuple(name for name, _ in scope.where if (name, _) not in known and name not in place)
    return replace(scope, where=known, nps_kind=None), left_out


def verdict(indicator: Indicator, value: float | None) -> Literal["within", "beyond", "untold"]:
    """Which side of its target a value lies; on it is within."""
    if indicator.target is None or value is None:
        return "untold"
    target = float(indicator.target)
    return "within" if (value <= target if indicator.direction == "lower" else value >= target) else "beyond"
