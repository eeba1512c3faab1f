"""The door's estimates with errors of people: several answers of one person are not taken for several people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cx.measure.scope import Scope
from cx.measure.statistics import Estimate, z_value
from cx.store import clustered, query
from cx.store.clustered import Clusters
from cx.store.query import Cell, Connection, Measured

RANGES = {"nps": (-100.0, 100.0), "csat": (0.0, 1.0), "satisfaction": (1.0, 5.0), "ces": (1.0, 7.0)}
Key = tuple[Any, ...]
_UNIT = {"satisfaction": 100.0}  # of the integer sums, where it is not that of the value


def unit(metric: str) -> float:
    """What the integer sums of a metric are divided by to have its value's unit."""
    return _UNIT.get(metric, 1.0)


def several(measured: Measured) -> bool:
    """Whether somebody gave more than one answer."""
    return any(cell.estimate.base < cell.estimate.n for cell in measured.cells)


def measure(con: Connection, metric: str, scope: Scope, by: Sequence[str] = ()) -> Measured:
    """As ``query.measure``, with errors and intervals of people; the values are the same."""
    found = query.measure(con, metric, scope, by)
    if not several(found):
        return found
    return _sound(found, clustered.clusters(con, metric, scope, by), metric)


def both(con: Connection, metric: str, scope: Scope, by: Sequence[str]) -> tuple[Measured, Measured]:
    """The whole and its cells, as :func:`measure`; people are grouped once where each belongs to one cell only."""
    total, cells = query.measure(con, metric, scope), query.measure(con, metric, scope, by)
    if not several(total):
        return total, cells
    people = clustered.clusters(con, metric, scope, by)
    every = sum(people.values(), clustered.NOBODY)
    if total.total.value is not None and every.people != total.total.base:
        every = clustered.clusters(con, metric, scope).get((), clustered.NOBODY)
    return _sound(total, {(): every}, metric), _sound(cells, people, metric)


def _sound(measured: Measured, people: Mapping[Key, Clusters], metric: str) -> Measured:
    cells = (Cell(cell.key, sound(cell.estimate, people.get(cell.key), metric)) for cell in measured.cells)
    return replace(measured, cells=tuple(cells))


def sound(estimate: Estimate, people: Clusters | None, metric: str) -> Estimate:
    """An estimate with the error and interval of people, where somebody gave several answers and it may be shown."""
    if estimate.value is None or people is None or people.people < 2 or people.people == people.n:
        return estimate
    error = people.error() / unit(metric)
    reach, (least, most) = z_value() * error, RANGES[metric]
    low, high = max(least, estimate.value - reach), min(most, estimate.value + reach)
    return replace(estimate, low=low, high=high, se=error, degrees=None)
