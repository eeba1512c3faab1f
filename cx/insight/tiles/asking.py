"""What tiles may ask for, and the scope in which one asks: the reader's rights always, the dashboard's filters and
period, the tile's own filters."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from cx.bank.boards import BOARD_PERIOD, CHARTS, Allowed, Catalogue, Tile
from cx.insight import nps
from cx.measure import relative
from cx.measure.dimensions import DIMENSIONS
from cx.measure.metrics import METRICS, Metric
from cx.measure.periods import Period
from cx.measure.scope import Rights, Scope

if TYPE_CHECKING:
    from cx.bank.model import Model

KINDS = ("transactional", "relational", "competitive")
DISTRIBUTED = ("nps", "nps_scores")
"""The metrics whose responses are told score by score."""
_OWN = ("grain",)  # dimensions that a tile settles by itself: an indicator's usual period
Filters = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Asking:
    """Where and when a tile asks. ``grain`` periods of a trend begin with ``start``, where the tile has a period of its
    own. ``left_out``: filters of the dashboard that its metric does not know."""

    scope: Scope
    before: Period | None
    last: dt.date
    today: dt.date
    start: dt.date | None = None
    left_out: tuple[str, ...] = ()


@cache
def catalogue(roles: tuple[str, ...] = ()) -> Catalogue:
    """All metrics with what each can be asked for; ``roles`` are those that a dashboard can be shared with. Staff's
    answers are no part of it: they are never shown by branch, and a dashboard has filters."""
    metrics = {name: _allowed(metric) for name, metric in METRICS.items()}
    return Catalogue(metrics, relative.RELATIVE, KINDS, roles)


def _allowed(metric: Metric) -> Allowed:
    charts = tuple(
        chart
        for chart in CHARTS
        if chart not in ("text", "comments") and (chart != "distribution" or metric.name in DISTRIBUTED)
    )
    plain = (d.name for d in DIMENSIONS.values() if metric.view in d.views and not d.time and d.name not in _OWN)
    times = tuple(grain for grain in nps.SPAN if metric.view in DIMENSIONS[grain].views)
    return Allowed(tuple(plain), times, charts, KINDS if metric.kind_needed else (), metric.alone or "")


def asking(
    tile: Tile, rights: Rights, filters: Filters, period: Period, last: dt.date, today: dt.date, model: Model
) -> Asking:
    """The scope of a tile under a reader's rights. ``filters`` and ``period`` are the dashboard's, ``last`` is the last
    day with data."""
    own = relative.period(tile.period, last, today) if tile.period != BOARD_PERIOD else None
    chosen = own or period
    metric = METRICS["nps" if tile.chart == "comments" else tile.metric or "responses"]
    kept = tuple(pair for pair in filters if metric.view in DIMENSIONS[pair[0]].views)
    left_out = tuple(name for name, _ in filters if (name, _) not in kept)
    scope = Scope(
        rights, chosen.start, chosen.end, tile.kind or None, kept + tile.where, voice=metric.voice or "customer"
    )
    if metric.name == "indicator" and (one := model.indicators.get(tile.only("indicator") or "")) and not one.computed:
        scope = scope.narrowed(grain=one.grain)
    return Asking(scope, chosen.before, last, today, own.start if own else None, left_out)
