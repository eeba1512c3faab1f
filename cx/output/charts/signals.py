"""Control charts: values with centre, limits and their phase, alarms marked and numbered; moving ranges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any

from cx.insight.signals import Alarm, Watched
from cx.measure import process
from cx.output.charts import theme
from cx.output.charts.theme import Chart, Spec, layer, q, word
from cx.words import Translator

Shown = Callable[[float | None], str]
_FORMATS = {"day": "%m-%d", "week": "%m-%d", "month": "%y-%m", "quarter": "%y-%m"}
_MOST = {"day": 120, "week": 104}
_FARTHEST = {"day": 4, "week": 13, "month": 45, "quarter": 137}  # days to the point before; beyond, values are missing


def control(
    each: Watched, alarms: Sequence[Alarm], t: Translator, shown: Shown, about: str, small: bool = False,
    width: theme.Width = "container",
) -> Chart | None:  # fmt: skip
    """The chart of one figure; ``alarms`` are numbered in their order. ``small`` leaves out what a card has no
    room for.

    A daily figure is drawn as if every day were a usual weekday: its weekdays' pattern is taken out. None where there
    are no limits.
    """
    phase = each.limits.phase
    if phase is None:
        return None
    rows, marks = _rows(each, t, shown, small), _marks(each, alarms, t, shown)
    shade = [{"from": _moment(max(phase[0], dt.date.fromisoformat(rows[0]["day"][:10]))), "to": _moment(phase[1])}]
    if shade[0]["from"] > shade[0]["to"]:
        shade = []
    shade = [row | {"label": t("signals.chart_phase")} for row in shade]
    smooth = [] if small else _smooth(each)
    layers = [*_frame(small), *_weighted(smooth, t), *_line(t, small), *_numbers(t, marks)]
    agreed = [{"at": a.usual, "label": t("signals.chart_agreed", value=shown(a.usual))} for a in alarms if a.agreed]
    layers += _agreed(agreed)
    x = _time(each, small)
    tables = {"points": rows, "phase": shade, "marks": marks, "ends": _ends(rows, t, shown)}
    return theme.finished(tables, layers, about, width, 150 if small else 300, {"x": x})


def ranges(each: Watched, t: Translator, shown: Shown, width: theme.Width = "container") -> Chart | None:
    """The chart of moving ranges, of an individuals chart only."""
    chart = each.limits.chart
    if chart is None or chart.mr_bar is None:
        return None
    high = process.D4 * chart.mr_bar
    rows = [
        {"day": _moment(day), "value": found, "said": shown(found), "when": t.period(day, each.subject.grain),
         "out": found > high}
        for day, found in zip(each.limits.days[1:], chart.ranges, strict=True)
    ]  # fmt: skip
    lines = [
        {"at": chart.mr_bar, "label": t("signals.chart_mr_mean")},
        {"at": high, "label": t("signals.chart_mr_high")},
    ]
    y = q("value", title=None, axis={"tickCount": 3, "domain": False, "ticks": False})
    tip = theme.tooltip(when=t("signals.period"), said=t("signals.chart_ranges"))
    layers = [
        layer("rule", rows="lines", strokeDash=[3, 3], color=theme.NEUTRAL, enc={"x": None, "y": q("at")}),
        layer("text", rows="lines", align="left", baseline="bottom", dy=-2, fontSize=11, color=theme.MUTED,
              enc={"x": {"value": 4}, "y": q("at"), "text": word("label")}),
        layer("line", color=theme.NEUTRAL, strokeWidth=1.4, enc={"y": y}),
        layer("point", filled=True, size=34, opacity=1, enc={"y": y, "tooltip": tip, "color": _out("out")}),
    ]  # fmt: skip
    outside = [row["when"] for row in rows if row["out"]]
    told = t("signals.chart_ranges_about", mean=shown(chart.mr_bar), high=shown(high), n=t.number(len(outside)))
    return theme.finished({"points": rows, "lines": lines}, layers, told, width, 150, {"x": _time(each, False)})


def _rows(each: Watched, t: Translator, shown: Shown, small: bool) -> list[dict[str, Any]]:
    drawn = each.drawn()
    if small:
        drawn = drawn[-_MOST.get(each.subject.grain, 60) :]
    parts = _parts([point.day for point in drawn], each.subject.grain)
    return [
        {"day": _moment(point.day), "part": part, "value": point.value - point.shift,
         "usual": point.usual - point.shift,
         "low": point.low - point.shift, "high": point.high - point.shift, "said": shown(point.value),
         "when": t.period(point.day, each.subject.grain),
         "range": t("signals.range", low=shown(point.low), high=shown(point.high))}
        for point, part in zip(drawn, parts, strict=True)
    ]  # fmt: skip


def _parts(days: Sequence[dt.date], grain: str) -> list[int]:
    """The part of the line that each point belongs to: no line is drawn over periods without values."""
    jumps = ((after - before).days > _FARTHEST[grain] for before, after in pairwise(days))
    return list(accumulate(jumps, initial=0))[: len(days)]


def _marks(each: Watched, alarms: Sequence[Alarm], t: Translator, shown: Shown) -> list[dict[str, Any]]:
    """Every point of an alarm; the one furthest out carries its number."""
    found = []
    for number, alarm in enumerate(alarms, 1):
        for point in each.drawn():
            if alarm.first <= point.day <= alarm.last:
                colour = theme.GOOD if alarm.better else theme.BAD
                found.append({
                    "day": _moment(point.day), "value": point.value - point.shift, "colour": colour,
                    "number": str(number) if point.day == alarm.worst else "", "said": shown(point.value),
                    "when": t.period(point.day, each.subject.grain), "side": -1 if alarm.side == "low" else 1,
                })  # fmt: skip
    return found


def _frame(small: bool) -> list[Spec]:
    limit = {"color": theme.NEUTRAL, "strokeDash": [4, 3], "strokeWidth": 1.2, "interpolate": "step"}
    found = [
        layer("rect", rows="phase", color=theme.PANEL, opacity=0.9,
              enc={"x": {"field": "from", "type": "temporal"}, "x2": {"field": "to"}}),
        layer("line", **limit, enc={"y": q("low", title=None, scale={"zero": False})}),
        layer("line", **limit, enc={"y": q("high")}),
        layer("line", color=theme.NEUTRAL, strokeWidth=1, enc={"y": q("usual")}),
    ]  # fmt: skip
    if not small:
        found.append(layer(
            "text", rows="phase", align="left", baseline="top", dx=6, dy=2, fontSize=11, color=theme.MUTED,
            enc={"x": {"field": "from", "type": "temporal"}, "y": {"value": 0}, "text": word("label")},
        ))  # fmt: skip
    return found


def _line(t: Translator, small: bool) -> list[Spec]:
    ticks = {"tickCount": 3 if small else 5, "domain": False, "ticks": False}
    y = q("value", title=None, scale={"zero": False, "padding": 12}, axis=ticks)
    tip = theme.tooltip(when=t("signals.period"), said=t("signals.value"), range=t("signals.usual_range"))
    found = [
        layer("line", color=theme.INK, strokeWidth=1.6, enc={"y": y, "detail": word("part")}),
        layer("point", filled=True, color=theme.INK, size=14 if small else 30, opacity=1,
              enc={"y": y, "tooltip": tip}),
    ]  # fmt: skip
    if not small:
        above, below = {"baseline": "bottom", "dy": -3}, {"baseline": "top", "dy": 4}
        for where, side in (("!datum.below", above), ("datum.below", below)):
            found.append(layer("text", where, rows="ends", align="right", fontSize=11, color=theme.MUTED, **side,
                               enc={"y": q("at"), "text": word("label")}))  # fmt: skip
    return found


def _smooth(each: Watched) -> list[dict[str, Any]]:
    """The weighted mean at each point, where a rule asks for it."""
    chart = each.limits.chart
    if chart is None or "ewma" not in each.rules:
        return []
    whole = each.limits.series.whole or 1.0
    found = zip(each.limits.days, process.ewma(chart.z), chart.sigmas, strict=True)
    return [{"day": _moment(day), "at": whole * (chart.centre + mean * sigma)} for day, (mean, _), sigma in found]


def _weighted(smooth: list[dict[str, Any]], t: Translator) -> list[Spec]:
    if not smooth:
        return []
    label = [smooth[-1] | {"label": t("signals.chart_ewma")}]
    return [
        layer("line", rows=smooth, color=theme.SERIES[1], strokeWidth=2, opacity=0.8, enc={"y": q("at")}),
        layer("text", rows=label, align="right", baseline="bottom", dy=-8, fontSize=11, color=theme.SERIES[1],
              enc={"y": q("at"), "text": word("label")}),
    ]  # fmt: skip


def _agreed(lines: Sequence[Any]) -> list[Spec]:
    """The alarm value of the dictionary."""
    return [
        layer("rule", rows=lines, color=theme.SERIES[0], strokeWidth=1.5, enc={"x": None, "y": q("at")}),
        layer("text", rows=lines, align="left", baseline="bottom", dy=-3, dx=2, fontSize=11, color=theme.MUTED,
              enc={"x": {"value": 0}, "y": q("at"), "text": word("label")}),
    ] if lines else []  # fmt: skip


def _numbers(t: Translator, marks: Sequence[Any]) -> list[Spec]:
    colour = {"field": "colour", "type": "nominal", "scale": None}
    tip = theme.tooltip(when=t("signals.period"), said=t("signals.value"), number=t("signals.number"))
    return [
        layer("point", rows="marks", filled=True, size=95, opacity=1,
              enc={"y": q("value"), "color": colour, "tooltip": tip}),
        layer("text", "datum.side > 0", rows="marks", dy=-13, fontWeight="bold", fontSize=12,
              enc={"y": q("value"), "color": colour, "text": word("number")}),
        layer("text", "datum.side < 0", rows="marks", dy=14, fontWeight="bold", fontSize=12,
              enc={"y": q("value"), "color": colour, "text": word("number")}),
    ] if marks else []  # fmt: skip


def _ends(rows: Sequence[dict[str, Any]], t: Translator, shown: Shown) -> list[dict[str, Any]]:
    """Limits named at the last point, and the centre where it does not run into them."""
    last, values = rows[-1], [row[name] for row in rows for name in ("value", "low", "high")]
    wide = last["high"] - last["low"] > 0.2 * (max(values) - min(values))
    return [
        {"day": last["day"], "at": last[name], "label": t(f"signals.chart_{name}", value=shown(last[name])),
         "below": name == "low"}
        for name in (("usual", "low", "high") if wide else ("low", "high"))
    ]  # fmt: skip


def _time(each: Watched, small: bool) -> Spec:
    axis = {"format": _FORMATS[each.subject.grain], "labelOverlap": "greedy", "tickCount": 4 if small else 9,
            "ticks": False, "labelPadding": 6}  # fmt: skip
    scale = {"padding": 8} if small else {"padding": 14}
    return {"field": "day", "type": "temporal", "title": None, "axis": axis, "scale": scale}


def _out(column: str) -> Spec:
    return {"condition": {"test": f"datum.{column}", "value": theme.SERIES[0]}, "value": theme.NEUTRAL}


def _moment(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00"
