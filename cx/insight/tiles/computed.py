"""Tiles about the bank's own indicators: computed ones, breaks in meaning, and units side by side without a test."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from cx.bank.boards import Tile
from cx.insight import indicator_values, meanings
from cx.insight.breaks import Break
from cx.insight.nps import SPAN, Breakdown, Point, Row, Trend
from cx.insight.tiles.asking import Asking
from cx.insight.tiles.shapes import UNTESTED, Answer, Nothing, Number, Table
from cx.measure import periods
from cx.measure.scope import Scope
from cx.measure.statistics import EMPTY
from cx.store.query import Cell, Connection, Measured

if TYPE_CHECKING:
    from cx.bank.model import Model

_KNOWN = ("branch", "region", "channel", "business_line", *SPAN)


def side_by_side(measured: Measured) -> Breakdown:
    """Units by value, highest first, without a test against the rest."""
    cells = [cell for cell in measured.cells if cell.estimate.value is not None]
    rows = [Row(cell.key[-1], cell.estimate, UNTESTED, None, "same") for cell in cells]
    rows.sort(key=lambda row: -(row.estimate.value or 0.0))
    hidden = tuple(cell.key[-1] for cell in measured.cells if cell.estimate.state == "hidden")
    return Breakdown(measured.by[-1], tuple(rows), hidden, EMPTY, measured)


def apart(con: Connection, asked: Asking, model: Model, indicator: str) -> bool:
    """Whether an indicator changed its meaning between the period and the one before."""
    broken = meanings.breaks(con, model)
    if indicator not in broken or asked.before is None:
        return False
    scopes = (_plain(asked.scope), _plain(asked.scope.between(asked.before.start, asked.before.end)))
    return indicator in meanings.apart(con, broken, model, *scopes)


def outdated(con: Connection, asked: Asking, model: Model, indicator: str) -> bool:
    """Whether the period holds values from before the present meaning of an indicator."""
    broken = meanings.breaks(con, model)
    return indicator in broken and indicator in meanings.outdated(con, broken, model, _plain(asked.scope))


def broken(con: Connection, model: Model, indicator: str, grain: str) -> tuple[Break, ...]:
    """Where the line of an indicator breaks, because the dictionary gave it another meaning."""
    return tuple(
        Break(periods.floor(each.day, grain), indicator, "", each.version)
        for each in meanings.breaks(con, model).get(indicator, ())
    )


def cut(line: Trend, start: dt.date | None, tested: bool) -> Answer:
    """A trend from ``start`` on, without a verdict where none is tested; what says why where nothing is left."""
    first = periods.floor(start, line.grain) if start else dt.date.min
    points = tuple(point for point in line.points if point.day >= first)
    if not any(point.estimate.value is not None for point in points):
        return Nothing("hidden" if any(point.estimate.state == "hidden" for point in points) else "empty")
    kept = tuple(b for b in line.breaks if b.day >= first)
    if tested and line.compared and line.compared[0] >= first:
        return replace(line, points=points, breaks=kept)
    return replace(line, points=points, breaks=kept, compared=None, change=UNTESTED)


def found(con: Connection, tile: Tile, asked: Asking, model: Model, name: str) -> tuple[Answer, Measured | None]:
    """The answer to a tile about a computed indicator: worked out from its parts, by one dimension at most."""
    if name not in model.formulas or len(tile.by) > 1 or any(by not in _KNOWN for by in tile.by):
        return Nothing("computed"), None
    scope = _plain(asked.scope)
    behind = indicator_values.behind(con, scope, model, name)
    if tile.chart in ("number", "target"):
        now = indicator_values.worked_out(con, scope, model, name).get((), EMPTY)
        if now.value is None:
            return Nothing("empty"), behind
        before = EMPTY
        if asked.before is not None and not apart(con, asked, model, name):
            earlier = scope.between(asked.before.start, asked.before.end)
            before = indicator_values.worked_out(con, earlier, model, name).get((), EMPTY)
        return Number(now, before, UNTESTED, (), outdated(con, asked, model, name)), behind
    if tile.chart == "trend":
        return cut(_line(con, scope, asked, model, name, tile.by[0], behind), asked.start, False), behind
    cells = indicator_values.worked_out(con, scope, model, name, tile.by[0])
    if not cells:
        return Nothing("empty"), behind
    measured = replace(behind, by=tile.by, cells=tuple(Cell(key, each) for key, each in cells.items()))
    return (Table(tile.by, measured.cells) if tile.chart == "table" else side_by_side(measured)), behind


def _line(
    con: Connection, scope: Scope, asked: Asking, model: Model, name: str, grain: str, behind: Measured
) -> Trend:  # fmt: skip
    end = periods.floor(min(scope.end or asked.last, asked.last), grain)
    start = periods.step(end, grain, 1 - SPAN[grain])
    wide = scope.between(start, periods.step(end, grain) - dt.timedelta(days=1))
    cells = {key[0]: each for key, each in indicator_values.worked_out(con, wide, model, name, grain).items()}
    points: list[Point] = []
    day = min(cells, default=end)
    while day <= end:
        over = periods.is_over(periods.step(day, grain) - dt.timedelta(days=1), asked.last, asked.today)
        points.append(Point(day, cells.get(day, EMPTY), over))
        day = periods.step(day, grain)
    return Trend(grain, tuple(points), None, UNTESTED, broken(con, model, name, grain), behind)


def _plain(scope: Scope) -> Scope:
    """The scope without the tile's own filter on indicators, which computed ones look behind."""
    return replace(scope, where=tuple(pair for pair in scope.where if pair[0] not in ("indicator", "grain")))
