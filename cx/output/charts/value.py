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


def _amounts(t: Translator, title: str, padding: int) -> Spec:
    """An axis of money: thousands as the language counts them, with what it is and the currency below."""
    label = "format(datum.value, ',')"
    if t.lang == "zh":
        label = f"abs(datum.value) >= 1e4 ? format(datum.value / 1e4, ',~r') + ' 万' : {label}"
    return {
        "scale": {"zero": True, "nice": True, "padding": padding},
        "axis": {"tickCount": 6, "labelExpr": label},
        "title": title,
    }


def groups(found: Outcome, t: Translator, say: Say, currency: str, width: theme.Width = "container") -> Chart:
    """Lifetime value by group: the range in which 90 of 100 draws lie, and the median."""
    rows = [
        {"name": t(f"nps.{group}"), "low": r.low, "value": r.likely, "high": r.high, "shade": theme.GROUPS[group],
         "text": t("value.between", low=say(r.low), high=say(r.high)), "middle": say(r.likely)}
        for group, r in found.clv.items()
    ]  # fmt: skip
    x = _amounts(t, t("value.axis_groups", currency=currency), 20)
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
    currency: str, width: theme.Width = "container",
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
    x = _amounts(t, t("value.axis_net", currency=currency), 70)
    shade = theme.SHADE
    tooltip = theme.tooltip(name=t("value.input"), mark=t("value.at"), text=t("value.net"))
    layers = [
        theme.across("zero", 0, x, theme.MUTED, (4, 4)),
        layer("bar", height=18, cornerRadius=3, opacity=0.85,
              enc={"x": q("from", **x), "x2": {"field": "to"}, "color": shade, "tooltip": tooltip}),
        *_marks("datum.left", x, "right", -8),
        *_marks("!datum.left", x, "left", 8),
    ]  # fmt: skip
    about = t("value.tornado_about", rows="; ".join(f"{r['name']} {r['mark']}: {r['text']}" for r in rows))
    y = theme.o("name", list(dict.fromkeys(r["name"] for r in rows)), axis=_AXIS)
    return theme.finished(rows, layers, about, width, 32 * len(levers) + 50, {"y": y})


def _marks(where: str, x: Spec, align: str, dx: int) -> list[Spec]:
    """Words at the ends of bars, on paper of their own: the line of break-even does not run through them."""
    enc = {"x": q("to", **x), "text": word("mark")}
    plain: Spec = {"align": align, "dx": dx, "fontSize": 11, "enc": enc}
    return [
        layer("text", where, **plain, color=theme.PAPER, stroke=theme.PAPER, strokeWidth=7, strokeJoin="round"),
        layer("text", where, **plain, color=theme.MUTED),
    ]
