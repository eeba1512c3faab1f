"""A chart of two selections: both values, and how far apart they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cx.output.charts import theme
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator

if TYPE_CHECKING:
    from cx.insight.compare.sides import Sides

Say = Callable[[float | None], str]
_FORMATS = {"share": "+.0%", "points": "+.0f", "mean": "+.2f"}


def difference(found: Sides, t: Translator, say: Say, bare: Say, width: theme.Width = "container") -> Chart:
    """The difference with its interval on a line through zero: coloured where the interval leaves zero out."""
    test, metric = found.change, found.a.metric
    noise = test.verdict == "noise"
    good = ((test.diff or 0.0) > 0) == (metric.better == "higher")
    shade = theme.NEUTRAL if noise else theme.GOOD if good else theme.BAD
    low, high = test.low or 0.0, test.high or 0.0
    reach = max(abs(low), abs(high)) * 1.15 or 1.0
    x = {"scale": {"domain": [-reach, reach], "nice": False}, "title": t("compare.axis_difference"),
         "axis": {"tickCount": 9, "format": _FORMATS.get(metric.unit, "+.1f"), "ticks": False,
                  "labelExpr": "datum.value == 0 ? '0' : datum.label"}}  # fmt: skip
    said = t("compare.interval", low=bare(low), high=bare(high))
    rows = [{"low": low, "high": high, "diff": test.diff, "shade": shade, "word": bare(test.diff), "said": said}]
    tooltip = theme.tooltip(word=t("compare.col_change"), said=t("nps.with_interval"))
    colour = theme.SHADE
    middle = {"y": {"value": 26}}
    layers = [
        theme.across("zero", 0, x, theme.MUTED, (4, 4)),
        layer("rule", strokeWidth=7, strokeCap="round", opacity=0.35,
              enc={"x": q("low", **x), "x2": {"field": "high"}, "color": colour} | middle),
        layer("circle", size=150, opacity=1, enc={"x": q("diff", **x), "color": colour, "tooltip": tooltip} | middle),
        layer("text", dy=-15, fontSize=13, fontWeight=600, enc={"x": q("diff", **x), "text": word("word")} | middle),
        layer("text", rows=[{"at": -reach, "word": t("compare.b_higher")}], align="left", dx=4, fontSize=11,
              color=theme.MUTED, enc={"x": q("at", **x), "text": word("word"), "y": {"value": 50}}),
        layer("text", rows=[{"at": reach, "word": t("compare.a_higher")}], align="right", dx=-4, fontSize=11,
              color=theme.MUTED, enc={"x": q("at", **x), "text": word("word"), "y": {"value": 50}}),
    ]  # fmt: skip
    values = tuple(say(side.total.value) for side in (found.a, found.b))
    about = t("compare.difference_about", a=values[0], b=values[1], diff=bare(test.diff), interval=said)
    return theme.finished(rows, layers, about, width, 110)
