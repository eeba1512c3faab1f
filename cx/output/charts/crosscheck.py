"""Charts of the cross-check: who is bad where (matrix), both sides over time, both sides over branches."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cx.measure import periods
from cx.output.charts import theme
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator

if TYPE_CHECKING:
    from cx.insight.crosscheck.shape import Cross, Place, Seen

Say = Callable[["Place"], str]
_CELLS = (("survey", 0, 0), ("both", 0, 1), ("neither", 1, 0), ("indicator", 1, 1))
_SHADES = {"both": "#F6DDD6", "survey": "#F7EDD8", "indicator": "#F7EDD8", "neither": theme.PANEL}
_LINE, _HEAD = 26, 1.9  # pixels a line; lines that a cell's title takes
_NAMED = 3  # branches named at either end


def matrix(cross: Cross, t: Translator, name: Say, detail: Say, width: theme.Width = "container") -> Chart:
    """Survey signal × indicator signal: touchpoints by name in the cell they belong to, confirmed ones filled.

    ``name(place)`` and ``detail(place)`` are the words beside each mark.
    """
    found = {quadrant: cross.of(quadrant) for quadrant, _, _ in _CELLS}  # type: ignore[arg-type]
    tall = [max([1, *(len(found[c]) for c, row, _ in _CELLS if row == at)]) + _HEAD + 0.3 for at in (0, 1)]
    tops = (0.0, tall[0])
    cells = [
        {"x": column, "x2": column + 1, "y": tops[row], "y2": tops[row] + tall[row], "fill": _SHADES[quadrant],
         "title": t(f"crosscheck.cell_{quadrant}", n=len(found[quadrant])), "at": tops[row] + 0.85}
        for quadrant, row, column in _CELLS
    ]  # fmt: skip
    rows = [
        {"x": column, "y": tops[row] + _HEAD + place, "name": name(one), "detail": detail(one),
         "shade": theme.BAD if one.confirmed else theme.PAPER, "edge": theme.BAD if quadrant == "both" else theme.MUTED,
         "kind": t("crosscheck.confirmed") if one.confirmed else t(f"crosscheck.quadrant_{quadrant}")}
        for quadrant, row, column in _CELLS
        for place, one in enumerate(sorted(found[quadrant], key=lambda p: not p.confirmed))
    ]  # fmt: skip
    x = q("x", scale={"domain": [0, 2], "nice": False}, axis=None)
    y = q("y", scale={"domain": [0, sum(tall)], "reverse": True, "nice": False}, axis=None)
    box = {"x": x, "x2": {"field": "x2"}, "y": y, "y2": {"field": "y2"},
           "fill": {"field": "fill", "type": "nominal", "scale": None}}  # fmt: skip
    at = {"x": x, "y": y}
    tooltip = theme.tooltip(name=t("dimension.touchpoint"), detail=t("crosscheck.evidence"), kind=t("crosscheck.says"))
    colours = {"fill": theme.SHADE,
               "stroke": {"field": "edge", "type": "nominal", "scale": None}}  # fmt: skip
    half = {"expr": "width / 2 - 190"}
    layers = [
        layer("rect", rows="cells", stroke=theme.PAPER, strokeWidth=4, cornerRadius=8, enc=box),
        layer("text", rows="cells", align="left", dx=16, fontSize=13, fontWeight=600, color=theme.MUTED,
              enc={"x": x, "y": q("at", scale=y["scale"], axis=None), "text": word("title")}),
        layer("point", size=90, strokeWidth=2, xOffset=24, opacity=1, enc=at | colours | {"tooltip": tooltip}),
        layer("text", align="left", dx=36, fontSize=14, fontWeight=600, limit=140, enc=at | {"text": word("name")}),
        layer("text", align="left", dx=180, fontSize=12, color=theme.MUTED, limit=half,
              enc=at | {"text": word("detail")}),
    ]  # fmt: skip
    about = t("crosscheck.matrix_about", cells="; ".join(f"{row['name']}: {row['kind']}" for row in rows))
    return theme.finished({"places": rows, "cells": cells}, layers, about, width, int(sum(tall) * _LINE))


def together(
    seen: Seen, lead: int, grain: str, t: Translator, names: tuple[str, str], said: tuple[Any, Any],
    width: theme.Width = "container",
) -> Chart | None:  # fmt: skip
    """Both sides over time, each in its own standard deviations with better upwards, the indicator moved ``lead``
    periods on. ``names`` of the indicator and the answers, ``said`` how to write a value of either."""
    points = seen.points
    if len(points) < 3:
        return None
    sign = 1 if seen.indicator.direction == "higher" else -1
    sides = [
        [(periods.step(day, grain, lead), sign * x, x) for day, x, _ in points],
        [(day, y, y) for day, _, y in points],
    ]
    rows = []
    for side, name, shade, say in zip(sides, names, (theme.SERIES[1], theme.GOOD), said, strict=True):
        values = [value for _, value, _ in side]
        middle, spread = statistics.fmean(values), statistics.pstdev(values)
        if spread == 0:
            return None
        rows += [
            {"day": f"{day}T00:00:00", "z": (value - middle) / spread, "side": name, "shade": shade,
             "period": t.period(day, grain), "said": say(raw), "last": place == len(side) - 1}
            for place, (day, value, raw) in enumerate(side)
        ]  # fmt: skip
    axis = {"format": "%y-%m", "labelOverlap": "greedy", "tickCount": 8, "ticks": False, "labelPadding": 8}
    x = {"field": "day", "type": "temporal", "title": None, "axis": axis, "scale": {"padding": 12}}
    y = q("z", title=None, axis={"tickCount": 5, "domain": False, "ticks": False, "grid": True})
    colour = theme.colours("side", dict(zip(names, (theme.SERIES[1], theme.GOOD), strict=True)))
    tooltip = theme.tooltip(side=t("crosscheck.side"), period=t("crosscheck.period"), said=t("crosscheck.value"))
    layers = [
        layer("rule", rows=[{"zero": 0}], color=theme.LINE, enc={"y": q("zero")}),
        layer("line", strokeWidth=2.2, enc={"x": x, "y": y, "color": colour}),
        layer("point", filled=True, size=46, opacity=1, enc={"x": x, "y": y, "color": colour, "tooltip": tooltip}),
    ]
    told = "; ".join(f"{row['side']} {row['period']} {row['said']}" for row in rows)
    return theme.finished(rows, layers, t("crosscheck.time_about", points=told), width, 250)


def branches(
    seen: Seen, t: Translator, label: Callable[[str], str], names: tuple[str, str], said: tuple[Any, Any],
    width: theme.Width = "container",
) -> Chart | None:  # fmt: skip
    """Both sides by branch: one dot a branch, the ends named, the indicator's limit as a line."""
    if not seen.spread:
        return None
    worse = sorted(seen.spread, key=lambda one: one[1], reverse=seen.indicator.direction == "lower")
    named = {branch for branch, _, _ in (*worse[:_NAMED], *worse[-_NAMED:])}
    middle = statistics.fmean(y for _, _, y in seen.spread)
    rows = [
        {"branch": label(branch), "x": x, "y": y, "name": label(branch) if branch in named else "",
         "left": said[0](x), "right": said[1](y),
         "shade": theme.BAD if y < middle and _beyond(seen, x) else theme.NEUTRAL}
        for branch, x, y in seen.spread
    ]  # fmt: skip
    axis = {"domain": False, "ticks": False, "grid": True, "tickCount": 6, "titleFontSize": 12}
    x = q("x", title=names[0], scale={"zero": False, "padding": 70}, axis=axis | {"grid": False})
    y = q("y", title=None, scale={"zero": False, "padding": 24}, axis=axis)
    tooltip = theme.tooltip(branch=t("dimension.branch"), left=names[0], right=names[1])
    shade = theme.SHADE
    layers = [
        layer("point", filled=True, size=70, opacity=0.9, enc={"x": x, "y": y, "color": shade, "tooltip": tooltip}),
        layer("text", "datum.name != ''", dy=-11, fontSize=11, color=theme.MUTED,
              enc={"x": x, "y": y, "text": word("name")}),
    ]  # fmt: skip
    if seen.limit is not None and min(r["x"] for r in rows) <= seen.limit <= max(r["x"] for r in rows):
        limit = [{"limit": seen.limit, "word": t("crosscheck.limit", value=said[0](seen.limit))}]
        here = {"x": q("limit", scale=x["scale"], title=names[0])}
        layers = [
            layer("rule", rows=limit, color=theme.MUTED, strokeDash=[4, 4], enc=here),
            layer("text", rows=limit, align="left", dx=5, dy=6, baseline="top", color=theme.MUTED,
                  enc=here | {"y": {"value": {"expr": "height - 20"}}, "text": word("word")}),
            *layers,
        ]  # fmt: skip
    told = "; ".join(f"{row['branch']} {row['left']} {row['right']}" for row in rows)
    return theme.finished(rows, layers, t("crosscheck.branches_about", points=told), width, 300)


def _beyond(seen: Seen, value: float) -> bool:
    if seen.limit is None:
        return False
    return value > seen.limit if seen.indicator.direction == "lower" else value < seen.limit


def shown(places: Sequence[Place]) -> list[Place]:
    """Places that have both sides, the most telling first."""
    order = ("both", "survey", "indicator", "neither", "unknown")
    return sorted(
        (place for place in places if place.seen and place.heard.estimate.value is not None),
        key=lambda place: (not place.confirmed, order.index(place.quadrant)),
    )
