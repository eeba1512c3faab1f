"""Charts of fair comparison: the funnel of units, and the ranks that each may have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cx.measure.funnel import OUTER, WARNING, Funnel
from cx.output.charts import theme
from cx.output.charts.theme import Chart, Spec, layer, q, word
from cx.words import Translator

if TYPE_CHECKING:
    from cx.insight.compare.units import Unit, Units

Say = Callable[[float | None], str]
Label = Callable[[tuple[Any, ...]], str]
_STEPS = 60
_NAMED = 14  # units outside the lines that are named on the chart
MOST_RANKS = 40
_ROOM = 1.22  # beside the ranks, for the scores
_LEANS: dict[str, dict[str, Any]] = {
    "above": {"dy": -12}, "left": {"dx": -9, "align": "right"}, "right": {"dx": 9, "align": "left"},
}  # fmt: skip
_FORMATS = {"share": ".0%", "points": ".0f", "mean": ".2f"}


def funnel(found: Units, t: Translator, label: Label, say: Say, width: theme.Width = "container") -> Chart | None:
    """Each unit at its base and value, the value of all as a line, control limits around it that narrow as the base
    grows. Filled: outside the outer limits; hollow and coloured: between the two."""
    if found.funnel is None:
        return None
    rows = [_row(unit, found, t, label, say) for unit in found.units]
    _named(rows)
    curve = _curve(found.funnel, [unit.estimate.base for unit in found.units])
    wide = curve[-1]["base"] / curve[0]["base"] > 12
    x_scale: Spec = {"type": "log" if wide else "linear", "zero": False, "nice": False}
    x = q("base", title=t("compare.axis_base"), scale=x_scale,
          axis={"tickCount": 6, "ticks": False, "labelPadding": 6, "format": ",.0f"})  # fmt: skip
    y = q("value", title=None, scale={"zero": False, "padding": 12},
          axis={"tickCount": 6, "domain": False, "ticks": False, "grid": False,
                "format": _FORMATS.get(found.measured.metric.unit, ".1f")})  # fmt: skip
    ends = {"x": x, "text": word("word")}
    tooltip = theme.tooltip(
        name=t("compare.unit"), said=t("nps.value"), people=t("nps.base"), verdict=t("compare.says")
    )
    fill, stroke = ({"field": name, "type": "nominal", "scale": None} for name in ("fill", "stroke"))
    layers = [
        layer("area", rows="curve", color=theme.PANEL, opacity=1,
              enc={"x": x, "y": y | {"field": "low_outer"}, "y2": {"field": "high_outer"}}),
        layer("area", rows="curve", color=theme.PANEL_DARK, opacity=1,
              enc={"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}}),
        layer("rule", rows="centre", color=theme.MUTED, strokeDash=[4, 4], enc={"y": y}),
        *(layer("text", f"datum.outer == {outer}", rows="ends", align="right", dx=-4, dy=dy, fontSize=11,
                color=theme.MUTED, enc=ends | {"y": y}) for outer, dy in (("true", -6), ("false", 9))),
        layer("point", filled=True, size=64, strokeWidth=2, opacity=1,
              enc={"x": x, "y": y, "fill": fill, "stroke": stroke, "tooltip": tooltip}),
        *(layer("text", f"datum.lean == '{lean}'", fontWeight=600, enc={"x": x, "y": y, "text": word("name")}, **place)
          for lean, place in _LEANS.items()),
    ]  # fmt: skip
    about = t(
        "compare.funnel_about", units="; ".join(f"{r['name']} {r['said']} {r['verdict']}" for r in rows if r["out"])
    )
    tables = {
        "rows": rows, "curve": curve, "centre": [{"value": found.funnel.common.value}],
        "ends": [_end(curve[-1], name, percent, t) for name, percent in (("high_outer", OUTER), ("high", WARNING))],
    }  # fmt: skip
    return theme.finished(tables, layers, about, width, 380)


def _named(rows: list[dict[str, Any]]) -> None:
    """Which units outside the lines are named, and where: above the mark, or aside from a neighbour that is too."""
    outside = sorted((row for row in rows if row["out"]), key=lambda row: -abs(row["away"]))[:_NAMED]
    outside.sort(key=lambda row: row["base"])
    spans = [max(row[name] for row in rows) - min(row[name] for row in rows) or 1 for name in ("base", "value")]
    for at, row in enumerate(outside):
        near = [
            other for other in outside[max(0, at - 1) : at + 2]
            if other is not row and abs(other["base"] - row["base"]) / spans[0] < 0.14
            and abs(other["value"] - row["value"]) / spans[1] < 0.06
        ]  # fmt: skip
        row["lean"] = "above" if not near else "left" if near[0]["base"] >= row["base"] else "right"


def _row(unit: Unit, found: Units, t: Translator, label: Label, say: Say) -> dict[str, Any]:
    shade = _shade(unit, found)
    outer = unit.side.endswith("outer")
    return {
        "name": label(unit.key), "base": unit.estimate.base, "value": unit.estimate.value,
        "said": t("nps.plus_minus", value=say(unit.estimate.value), reach=say(unit.estimate.plus_minus)),
        "people": t.number(unit.estimate.base), "verdict": t(f"compare.side_{unit.side}"), "out": unit.side != "inside",
        "away": (unit.estimate.value or 0.0) - (found.total.value or 0.0), "lean": "",
        "fill": shade if outer or unit.side == "inside" else theme.PAPER, "stroke": shade,
    }  # fmt: skip


def _shade(unit: Unit, found: Units) -> str:
    if unit.side == "inside":
        return theme.NEUTRAL
    good = unit.side.startswith("above") == (found.measured.metric.better == "higher")
    return theme.GOOD if good else theme.BAD


def _curve(found: Funnel, bases: Sequence[int]) -> list[dict[str, float]]:
    """Limits at bases from a little below the smallest to a little above the largest, denser where they bend."""
    least, most = min(bases) * 0.85, max(bases) * 1.08
    points = []
    for step in range(_STEPS + 1):
        base = least * (most / least) ** (step / _STEPS)
        (low, high), (low_outer, high_outer) = (found.limits(base, c) for c in (WARNING, OUTER))
        points.append({"base": base, "low": low, "high": high, "low_outer": low_outer, "high_outer": high_outer})
    return points


def _end(last: dict[str, float], name: str, percent: float, t: Translator) -> dict[str, Any]:
    digits = 0 if round(1000 * percent) % 10 == 0 else 1
    said = t("compare.line", share=t.percent(percent, digits))
    return {"base": last["base"], "value": last[name], "word": said, "outer": percent == OUTER}


def ranks(found: Units, t: Translator, label: Label, say: Say, width: theme.Width = "container") -> Chart | None:
    """The ranks that each unit may have as a bar, the best above; coloured where all of them are in one half."""
    if found.shrinkage is None:
        return None
    shown = clearest(found.units, MOST_RANKS)
    rows = [
        {"name": label(unit.key), "first": unit.shrunk.first - 0.5, "last": unit.shrunk.last + 0.5,
         "end": len(found.units) + 0.5,
         "shade": theme.GOOD if unit.apart > 0 else theme.BAD if unit.apart < 0 else theme.PASSIVE,
         "said": t("compare.ranks", first=unit.shrunk.first, last=unit.shrunk.last),
         "score": score(unit, t, say)}
        for unit in shown
    ]  # fmt: skip
    count = len(found.units)
    step = 1 if count <= 10 else 5 * max(1, count // 40)
    ticks = sorted({1, count, *range(step, count - step // 2, step)})
    x = {"scale": {"domain": [0.5, 0.5 + count * _ROOM], "nice": False}, "title": None,
         "axis": {"values": ticks, "format": "d", "ticks": False, "labelAngle": 0}}  # fmt: skip
    shade = theme.SHADE
    tooltip = theme.tooltip(name=t("compare.unit"), said=t("compare.col_ranks"), score=t("compare.col_score"))
    layers = [
        theme.across("middle", (count + 1) / 2, x),
        layer("bar", height=9, cornerRadius=4, enc={"x": q("first", **x), "x2": {"field": "last"}, "color": shade,
                                                     "tooltip": tooltip}),
        layer("text", align="left", dx=12, fontSize=11, color=theme.MUTED,
              enc={"x": q("end", **x), "text": word("score")}),
    ]  # fmt: skip
    axis = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 12}
    y = theme.o("name", [row["name"] for row in rows], axis=axis)
    about = t("compare.ranks_about", units="; ".join(f"{row['name']} {row['said']}" for row in rows))
    return theme.finished(rows, layers, about, width, max(110, 19 * len(rows) + 60), {"y": y})


def score(unit: Unit, t: Translator, say: Say) -> str:
    """The score drawn to the mean, with its interval."""
    return t("compare.score", value=say(unit.shrunk.value), low=say(unit.shrunk.low), high=say(unit.shrunk.high))


def clearest(units: Sequence[Unit], most: int) -> list[Unit]:
    """At most so many units in their order: those with the fewest possible ranks."""
    kept = sorted(range(len(units)), key=lambda at: (units[at].shrunk.last - units[at].shrunk.first, at))[:most]
    return [units[at] for at in sorted(kept)]
