"""The answer to a tile: the same functions of insight that the built-in screens ask."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cx.bank.boards import Tile
from cx.insight import journey, nps
from cx.insight.tiles import computed
from cx.insight.tiles.asking import Asking
from cx.insight.tiles.order import ordered
from cx.insight.tiles.shapes import UNTESTED, Answer, Comments, Distribution, Found, Grid, Nothing, Number, Table
from cx.measure.dimensions import DIMENSIONS
from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.measure.statistics import EMPTY, Estimate
from cx.store import comments, query
from cx.store.query import Cell, Connection, Measured

if TYPE_CHECKING:
    from cx.bank.model import Model

MOST_ROWS, MOST_COLUMNS = 15, 12
MOST_COMMENTS = 5


def found(con: Connection, tile: Tile, asked: Asking, model: Model) -> Found:
    """The answer to a sound tile (:func:`cx.bank.boards.flaws`)."""
    if tile.chart == "text":
        return Found(Nothing("text"))
    if tile.chart == "comments":
        return _comments(con, tile, asked.scope)
    indicator = tile.only("indicator") if tile.metric == "indicator" else None
    if indicator is not None and indicator not in model.indicators:
        return Found(Nothing("unknown"))
    if indicator is not None and model.indicators[indicator].computed:
        return _told(*computed.found(con, tile, asked, model, indicator))
    return _told(*_DRAWN[tile.chart](con, tile, asked, model), tested=is_tested(tile.metric))


def is_tested(metric: str) -> bool:
    """Whether a metric's differences are tested: draws with an interval, not counts nor the bank's own figures."""
    return METRICS[metric].privacy and METRICS[metric].unit != "count"


def _told(answer: Answer, measured: Measured | None, tested: bool = False) -> Found:
    return Found(answer, measured, tested)


def _number(con: Connection, tile: Tile, asked: Asking, model: Model) -> tuple[Answer, Measured]:
    head = nps.overview(con, asked.scope, asked.before, tile.metric)
    if head.estimate.value is None:
        return _none(head.estimate), head.now
    before, outdated = head.before.total if head.before is not None else EMPTY, False
    if indicator := tile.only("indicator"):
        outdated = computed.outdated(con, asked, model, indicator)
        before = EMPTY if computed.apart(con, asked, model, indicator) else before
    move = head.change if is_tested(tile.metric) else UNTESTED
    return Number(head.estimate, before, move, head.breaks, outdated), head.now


def _none(estimate: Estimate) -> Nothing:
    return Nothing("hidden" if estimate.state == "hidden" else "empty")


def _trend(con: Connection, tile: Tile, asked: Asking, model: Model) -> tuple[Answer, Measured]:
    line = nps.trend(con, asked.scope, tile.by[0], asked.last, asked.today, tile.metric)
    if indicator := tile.only("indicator"):
        line = replace(line, breaks=computed.broken(con, model, indicator, tile.by[0]))
    return computed.cut(line, asked.start, is_tested(tile.metric)), line.measured


def _ranking(con: Connection, tile: Tile, asked: Asking, _: Model) -> tuple[Answer, Measured]:
    pooled = METRICS[tile.metric].alone in tile.by
    if is_tested(tile.metric) and not pooled:
        units = nps.breakdown(con, asked.scope, tile.by[0], tile.metric)
    else:
        units = computed.side_by_side(query.measure(con, tile.metric, asked.scope, tile.by))
    if not units.rows:
        return Nothing("hidden" if units.hidden else "empty"), units.measured
    return units, units.measured


def _heat(con: Connection, tile: Tile, asked: Asking, model: Model) -> tuple[Answer, Measured]:
    path = tile.only("journey")
    others = [name for name in tile.by if name != "stage" and not DIMENSIONS[name].time]
    if tile.metric == journey.METRIC and path in model.journeys and "stage" in tile.by and others:
        heat = journey.heatmap(con, asked.scope, model, str(path), asked.before, others[0])
        return (heat if heat.rows else Nothing("empty")), heat.measured
    measured = query.measure(con, tile.metric, asked.scope, tile.by)
    return _grid(measured, model, asked.scope), measured


def _grid(measured: Measured, model: Model, scope: Scope) -> Answer:
    """Days across; else the dimension with fewer values. The largest rows and columns where there are too many."""
    shown = [cell for cell in measured.cells if None not in cell.key]
    if not any(cell.estimate.value is not None for cell in shown):
        return Nothing("hidden" if shown else "empty")
    values = [tuple(dict.fromkeys(cell.key[at] for cell in shown)) for at in (0, 1)]
    times = [DIMENSIONS[name].time for name in measured.by]
    down = 0 if times[1] else 1 if times[0] else int(len(values[1]) > len(values[0]))
    across = 1 - down
    rows, columns = (
        _largest(shown, at, ordered(measured.by[at], values[at], model, dict(scope.where)), most)
        for at, most in ((down, MOST_ROWS), (across, MOST_COLUMNS))
    )
    cells = {(cell.key[down], cell.key[across]): cell.estimate for cell in shown}
    more = len(values[down]) - len(rows), len(values[across]) - len(columns)
    return Grid((measured.by[down], measured.by[across]), rows, columns, cells, more)


def _largest(shown: list[Cell], at: int, values: tuple[Any, ...], most: int) -> tuple[Any, ...]:
    """At most so many values in their order: those with most answers; of days, the latest."""
    if len(values) <= most:
        return values
    if isinstance(values[0], dt.date):
        return values[-most:]
    sizes = dict.fromkeys(values, 0)
    for cell in shown:
        sizes[cell.key[at]] += cell.estimate.n
    kept = set(sorted(values, key=lambda value: -sizes[value])[:most])
    return tuple(value for value in values if value in kept)


def _distribution(con: Connection, _tile: Tile, asked: Asking, _: Model) -> tuple[Answer, Measured]:
    measured = query.measure(con, "nps_scores", asked.scope)
    bars = nps.bars(measured)
    return (Distribution(bars) if bars else _none(measured.total)), measured


def _table(con: Connection, tile: Tile, asked: Asking, model: Model) -> tuple[Answer, Measured]:
    measured = query.measure(con, tile.metric, asked.scope, tile.by)
    if not any(cell.estimate.value is not None for cell in measured.cells):
        return Nothing("hidden" if measured.cells else "empty"), measured
    places = [
        {value: at for at, value in enumerate(ordered(name, values, model, dict(asked.scope.where)))}
        for name, values in zip(tile.by, zip(*(cell.key for cell in measured.cells), strict=True), strict=True)
    ]
    cells = sorted(measured.cells, key=lambda c: [places[at][value] for at, value in enumerate(c.key)])
    return Table(tile.by, tuple(cells)), measured


def _comments(con: Connection, tile: Tile, scope: Scope) -> Found:
    if not scope.rights.comments:
        return Found(Nothing("right"))
    said = comments.latest(con, scope, "promoter" if tile.group == "promoter" else "detractor", MOST_COMMENTS)
    return Found(Comments(said) if said else Nothing("empty"))


_DRAWN = {
    "number": _number, "target": _number, "trend": _trend, "ranking": _ranking, "heat": _heat,
    "distribution": _distribution, "table": _table,
}  # fmt: skip
