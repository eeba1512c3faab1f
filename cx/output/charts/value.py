"""Charts of value: what a customer of each group is worth, and what moves the result most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cx.output.charts import theme
from cx.output.charts.theme import Chart, Spec, layer, q, word
from cx.words import Translator

if TYPE_CHECKING:
    from cx.measure.value import Lever, Outcome

_AXIS: Spec = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}
Say = Callable[[float], str]


def groups(found: Outcome, t: Translator, say: Say, width: theme.Width = "container") -> Chart:
    """Lifetime value by group: the range in which 90 of 100 draws lie, and the median."""
    rows = [
        {"name": t(f"nps.{group}"), "low": r.low, "value": r.likely, "high": r.high, "shade": theme.GROUPS[group],
         "text": t("value.between", low=say(r.low), high=say(r.high)), "middle": say(r.likely)}
        for group, r in found.clv.items()
    ]  # fmt: skip
    x: Spec = {
        "scale": {"zero": True, "nice": True, "padding": 20},
        "axis": {"tickCount": 6, "format": "~s"},
        "title": None,
    }
    shade = theme.SHADE
    tooltip = theme.tooltip(name=t("value.group"), text=t("value.range"))
    layers = [
        layer("bar", height=20, cornerRadius=5, opacity=0.4,
              enc={"x": q("low", **x), "x2": {"field": "high"}, "color": shade, "tooltip": tooltip}),
        layer("tick", thickness=3, height=24, enc={"x": q("value", **x), "color": shade}),
        layer("text", dy=-18, fontSize=12, fontWeight=600, enc={"x": q("value", **x), "text": word("middle")}),
        layer("text", align="left", dx=8, fontSize=11, color=theme.MUTED,
              enc={"x": q("high", **x), "text": word("text")}),
    ]  # fmt: skip
    about = t("value.groups_about", rows="; ".join(f"{r['name']} {r['text']}" for r in rows))
    y = theme.o("name", [r["name"] for r in rows], axis=_AXIS)
    return theme.finished(rows, layers, about, width, 56 * len(rows) + 30, {"y": y})


def tornado(
    levers: Sequence[Lever], middle: float, t: Translator, say: Say, ends: Callable[[Lever], tuple[str, str]],
    width: theme.Width = "container",
) -> Chart:  # fmt: skip
    """Net benefit with one input at its ends, all others likely; the input that moves it most on top. The dashed line
    is where money is neither made nor lost."""
    rows = []
    for lever in levers:
        low, high = ends(lever)
        name = t(f"value.input_{lever.input}")
        for value, mark in ((lever.at_low, low), (lever.at_high, high)):
            shown = theme.BAD if value < 0 else theme.GOOD if value > middle else theme.SERIES[0]
            rows.append({"name": name, "from": middle, "to": value, "mark": mark, "text": say(value),
                         "left": value < middle, "shade": shown})  # fmt: skip
    x: Spec = {
        "scale": {"zero": True, "nice": True, "padding": 70},
        "axis": {"tickCount": 6, "format": "~s"},
        "title": None,
    }
    shade = theme.SHADE
    tooltip = theme.tooltip(name=t("value.input"), mark=t("value.at"), text=t("value.net"))
    layers = [
        theme.across("zero", 0, x, theme.MUTED, (4, 4)),
        layer("bar", height=18, cornerRadius=3, opacity=0.85,
              enc={"x": q("from", **x), "x2": {"field": "to"}, "color": shade, "tooltip": tooltip}),
        layer("text", "datum.left", align="right", dx=-6, fontSize=11, color=theme.MUTED,
              enc={"x": q("to", **x), "text": word("mark")}),
        layer("text", "!datum.left", align="left", dx=6, fontSize=11, color=theme.MUTED,
              enc={"x": q("to", **x), "text": word("mark")}),
    ]  # fmt: skip
    about = t("value.tornado_about", rows="; ".join(f"{r['name']} {r['mark']}: {r['text']}" for r in rows))
    y = theme.o("name", list(dict.fromkeys(r["name"] for r in rows)), axis=_AXIS)
    return theme.finished(rows, layers, about, width, 32 * len(levers) + 50, {"y": y})
