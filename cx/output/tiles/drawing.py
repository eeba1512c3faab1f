"""The chart of a tile: the functions that draw the built-in screens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cx.bank.boards import Tile
from cx.insight.journey import Heat
from cx.insight.nps import Breakdown, Trend
from cx.insight.tiles import Distribution, Found, Grid, is_tested
from cx.output.amounts import digits
from cx.output.charts import bars as plain
from cx.output.charts import journey as journeys
from cx.output.charts import nps as scores
from cx.output.charts.theme import Chart, Width
from cx.output.tiles import facts
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_UNITS = {"third": 8, "half": 10, "full": 16}


def chart(tile: Tile, found: Found, t: Translator, model: Model, width: Width = "container") -> Chart | None:
    """The chart of an answer; None where it is words or a table. ``width`` in pixels, or the container's."""
    said, amounts = found.answer, facts.amounts(tile, t, model)
    if isinstance(said, Distribution):
        drawn = scores.distribution(said.bars, t, width)
    elif isinstance(said, Trend):
        values = [point.estimate.value for point in said.points if point.estimate.value is not None]
        if amounts.unit is not None and values:
            amounts = replace(amounts, precise=max(digits(value) for value in values))
        names = {b.survey: model.label("indicator", b.survey, t) for b in said.breaks}
        drawn = scores.trend(said, t, width=width, height=210, surveys=names, amounts=amounts)
    elif isinstance(said, Breakdown):
        drawn = _units(tile, said, t, model, width)
    elif isinstance(said, Heat):
        drawn = journeys.heat(said, t, lambda by, value: model.label(by, value, t), width)
    elif isinstance(said, Grid):
        better = facts.direction(tile, model)
        drawn = plain.grid(said, t, lambda by, value: facts.label(by, value, t, model), amounts, better, width)
    else:
        return None
    return _about(drawn, f"{facts.title(tile, t, model)}. {drawn.about}")


def _units(tile: Tile, found: Breakdown, t: Translator, model: Model, width: Width) -> Chart:
    amounts, most = facts.amounts(tile, t, model), _UNITS[tile.width]
    if is_tested(tile.metric):
        return scores.ranking(
            found, t, lambda key: facts.label(found.by, key, t, model), width, most=most, amounts=amounts,
            legend=tile.width == "full",  # a narrow one has no room for it, and its sentence says who stands out
        )  # fmt: skip
    return plain.bars(
        found, t, lambda by, key: facts.label(by, key, t, model), amounts, facts.goal(tile, model),
        facts.direction(tile, model) == "lower", most, width,
    )  # fmt: skip


def _about(drawn: Chart, about: str) -> Chart:
    """Described as this tile: the parts' own descriptions speak of the score."""
    return Chart(drawn.spec | {"description": about}, about)
