"""Indicators beside the steps of a journey: value of the period, target, and which side of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cx.insight import indicator_values, meanings
from cx.insight.indicators import projected, verdict
from cx.measure.scope import Scope
from cx.measure.statistics import EMPTY, Estimate
from cx.store import query
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Indicator, Model


@dataclass(frozen=True)
class Reading:
    """One indicator in one scope. ``verdict``: within or beyond its target (by its direction), untold without one, or
    broken: it has values from before it changed its meaning, which the target is not about.

    ``left_out`` are filters of the scope that the indicator does not know and that were not applied.
    """

    indicator: Indicator
    estimate: Estimate
    verdict: Literal["within", "beyond", "untold", "broken"]
    left_out: tuple[str, ...] = ()


def readings(con: Connection, scope: Scope, model: Model, journey: str) -> tuple[Reading, ...]:
    """Indicators, uploaded and computed, that the model places on a journey and that have values in the scope's period
    and units."""
    known = {name: entry for name, entry in model.indicators.items() if entry.journey == journey}
    if not known:
        return ()
    kept, left_out = projected(scope)
    measured = query.measure(con, "indicator", kept.narrowed(indicator=sorted(known)), ("indicator", "grain"))
    found: dict[str, dict[str, Estimate]] = {}
    for (name, grain), estimate in measured.as_dict().items():
        if estimate.value is not None and not known[name].computed:
            found.setdefault(name, {})[grain] = estimate
    for name in known.keys() & model.formulas.keys():
        estimate = indicator_values.worked_out(con, kept, model, name).get((), EMPTY)
        if estimate.value is not None:
            found[name] = {known[name].grain: estimate}
    broken = meanings.breaks(con, model)
    outdated = meanings.outdated(con, broken, model, kept)
    return tuple(
        Reading(entry, estimate, "broken" if name in outdated else verdict(entry, estimate.value), left_out)
        for name, entry in known.items()
        if name in found
        for estimate in [found[name].get(entry.grain) or next(iter(found[name].values()))]
    )
