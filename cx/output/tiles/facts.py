"""What a tile is called, in which unit it speaks, and which side is good."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Literal

from cx.bank.boards import Tile
from cx.measure import periods
from cx.measure.metrics import METRICS
from cx.output.amounts import Amounts
from cx.output.charts.nps import short_period
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Indicator, Model

_MOST_NAMES = 3


def title(tile: Tile, t: Translator, model: Model) -> str:
    """The tile's own title, or what it asks: ``NPS by channel · Mobile app``."""
    if own := t.pick(tile.title):
        return own
    if tile.chart == "text":
        return ""
    if tile.chart == "comments":
        name = t(f"boards.comments_{tile.group}")
    else:
        name = _measured(tile, t, model)
    if tile.by and tile.chart != "trend":
        dimensions = t("boards.times").join(t(f"dimension.{by}") for by in tile.by)
        inside = dimensions.lower() if t.lang == "en" else dimensions
        name = t("boards.by", metric=name, dimension=inside)
    return " · ".join((name, *_filters(tile, t, model)))


def _measured(tile: Tile, t: Translator, model: Model) -> str:
    if indicator := tile.only("indicator"):
        return model.label("indicator", indicator, t)
    if tile.metric == "nps" and tile.kind:
        return t(f"nps.kind_{tile.kind}")
    return t(f"metric.{tile.metric}")


def _filters(tile: Tile, t: Translator, model: Model) -> list[str]:
    comma = "、" if t.lang == "zh" else ", "
    return [
        comma.join(model.label(name, value, t) for value in values[:_MOST_NAMES]) + (" …" * (len(values) > _MOST_NAMES))
        for name, values in tile.where
        if name != "indicator" or len(values) > 1
    ]


def indicator(tile: Tile, model: Model) -> Indicator | None:
    """The one indicator that a tile is about."""
    return model.indicators.get(tile.only("indicator") or "") if tile.metric == "indicator" else None


def amounts(tile: Tile, t: Translator, model: Model, of: str | None = None) -> Amounts:
    """How the tile's values are written; ``of`` an indicator, where several stand in one table."""
    one = model.indicators.get(of) if of is not None else indicator(tile, model)
    return Amounts(METRICS[tile.metric or "responses"], t, model.unit(one.id, t) if one else None)


def direction(tile: Tile, model: Model) -> Literal["higher", "lower"]:
    """Which side is good."""
    one = indicator(tile, model)
    return one.direction if one else METRICS[tile.metric or "responses"].better


def goal(tile: Tile, model: Model) -> float | None:
    """The tile's target; without one, that of the indicator's definition."""
    one = indicator(tile, model)
    return tile.target if tile.target is not None else float(one.target) if one and one.target is not None else None


def label(dimension: str, value: Any, t: Translator, model: Model) -> str:
    """A value of a dimension as people call it; days by the calendar."""
    if isinstance(value, dt.date):
        return short_period(value, dimension, t) if dimension in periods.GRAINS else t.date(value)
    if dimension == "brand" and value == model.our_brand:  # told apart from its peers
        return t("nps.ours", name=model.label(dimension, value, t))
    return model.label(dimension, value, t)
