"""Charts of stages: stickiness, cohorts, say beside do, a north star."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from cx.insight.stages import Sticky
from cx.insight.stages.cohorts import Triangle
from cx.insight.stages.monthly import Month
from cx.insight.stages.say_do import Branch, Point
from cx.measure.statistics import Estimate
from cx.output.charts import theme
from cx.output.charts.nps import short_period
from cx.output.charts.theme import Chart, Spec, layer, q, word
from cx.words import Translator

_QUADRANTS = {
    "both_high": theme.GOOD, "talk": theme.SERIES[0], "quiet": theme.SERIES[1], "both_low": theme.BAD,
    "usual": theme.PASSIVE,
}  # fmt: skip


def sticky(points: Sequence[Sticky], t: Translator, width: theme.Width = "container") -> Chart:
    """Daily over monthly users by month."""
    rows = [_point(one.day, 100 * one.share, t.percent(one.share, 1), t) for one in points]
    return _line(rows, t("stages.sticky_about", points=_told(rows)), t, width, 170)


def star(
    name: str, months: Sequence[Month], target: float | None, amount: Callable[[float], str], t: Translator,
    width: theme.Width = "container",
) -> Chart:  # fmt: skip
    """One indicator by month, and its target; ``amount`` writes a value with its unit."""
    rows = [_point(month.day, month.value, amount(month.value), t) for month in months]
    said = "" if target is None else t("stages.target_line", target=amount(target))
    about = t("stages.star_about", name=name, points=_told(rows))
    return _line(rows, about, t, width, 210, target, said)


def triangle(found: Triangle, t: Translator, today: dt.date, width: theme.Width = "container") -> Chart:
    """Cohorts × age: the share still active in every cell, coloured within its column."""
    rows = [
        _cohort(found, cohort, at, t, today) for cohort in reversed(found.cohorts) for at in range(len(found.ages))
    ]  # fmt: skip
    left = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8}
    names = [t("stages.cohort_age", months=age.months) for age in found.ages]
    cohorts = [t.period(day, "month") for day in reversed(found.cohorts)]
    encoding = {
        "x": theme.o("age", names, axis=left | {"orient": "top", "labelAngle": 0}),
        "y": theme.o("cohort", cohorts, axis=left),
    }
    tooltip = theme.tooltip(
        cohort=t("stages.cohort_col"), age=t("stages.cohort_title"), text=t("nps.value"), reach=t("nps.note")
    )
    layers = [
        *theme.cells("tint", (-1, 0, 1), tooltip),
        layer("text", theme.SHOWN, fontSize=12, enc={"text": word("text"), "color": theme.CELL_INK}),
        layer("text", theme.GONE, fontSize=11, color=theme.MUTED, enc={"text": word("text")}),
    ]
    told = "; ".join(f"{row['cohort']} {row['age']} {row['text']}" for row in rows[: 3 * len(found.ages)])
    about = t("stages.cohort_about", rows=told)
    return theme.finished(rows, layers, about, width, 26 * len(found.cohorts) + 40, encoding)


def say_do(points: Sequence[Point], t: Translator, width: theme.Width = "container") -> Chart:
    """Both shares by quarter with their intervals, each named at its end."""
    names = {"say": t("stages.say"), "do": t("stages.do")}
    shades = {names["say"]: theme.SERIES[1], names["do"]: theme.GOOD}
    rows = [
        _point(point.day, _percent(e.value), t.percent(e.value, 1), t, "quarter")
        | {"side": names[side], "low": _percent(e.low), "high": _percent(e.high), "end": point is points[-1],
           "reach": _reach(e, t)}
        for side in names
        for point in points
        for e in [getattr(point, side)]
        if e.value is not None
    ]  # fmt: skip
    x = theme.o("period", axis={"labelAngle": 0, "ticks": False, "labelPadding": 8},
                scale={"type": "point", "padding": 0.5})  # fmt: skip
    axis = {"grid": True, "domain": False, "ticks": False, "tickCount": 4, "labelExpr": "datum.label + '%'"}
    y = q("value", title=None, axis=axis, scale={"zero": True})
    colour = theme.colours("side", shades)
    tooltip = theme.tooltip(
        name=t("nps.period"), side=t("stages.say_do_title"), text=t("nps.value"), reach=t("nps.note")
    )
    layers = [
        layer("area", opacity=0.15, enc={"y": y | {"field": "low"}, "y2": {"field": "high"}, "color": colour}),
        layer("line", strokeWidth=2.4, enc={"y": y, "color": colour}),
        layer("point", filled=True, size=55, opacity=1, enc={"y": y, "color": colour, "tooltip": tooltip}),
        layer("text", dy=-14, fontSize=11, enc={"y": y, "text": word("text")}),
    ]
    about = t("stages.say_do_about", points="; ".join(f"{r['side']} {r['name']} {r['text']}" for r in rows))
    return theme.finished(rows, layers, about, width, 250, {"x": x})


def branches(
    found: Sequence[Branch], label: Callable[[str], str], t: Translator, width: theme.Width = "container"
) -> Chart:
    """Branches by what is said and what is done; those that differ on both sides are named."""
    rows = [_branch(one, label, t) for one in sorted(found, key=lambda one: one.say.value or 0.0)]
    for at, row in enumerate(row for row in rows if row["key"] != "usual"):
        row["lane"] = at % 2
    present = {t(f"stages.quadrant_{name}"): shade for name, shade in _QUADRANTS.items()
               if any(row["key"] == name for row in rows)}  # fmt: skip
    axis = {"domain": False, "ticks": False, "grid": True, "labelExpr": "datum.label + '%'", "tickCount": 5}
    scale = {"zero": False, "nice": True, "padding": 12}
    encoding = {
        "x": q("say", title=t("stages.say"), axis=axis, scale=scale),
        "y": q("do", title=t("stages.do"), axis=axis, scale=scale),
    }
    faint: Spec = {"color": theme.LINE, "strokeWidth": 1.2}
    tooltip = theme.tooltip(name=t("dimension.branch"), say_text=t("stages.say"), do_text=t("stages.do"),
                            quadrant=t("nps.note"))  # fmt: skip
    named = "datum.key != 'usual'"
    layers = [
        layer("rule", named, **faint, enc={"x": q("say_low"), "x2": {"field": "say_high"}}),
        layer("rule", named, **faint, enc={"y": q("do_low"), "y2": {"field": "do_high"}}),
        layer("point", filled=True, size=90, opacity=1,
              enc={"color": theme.colours("quadrant", present), "tooltip": tooltip}),
        layer("text", f"{named} && datum.lane == 0", dy=-13, fontSize=11, enc={"text": word("name")}),
        layer("text", f"{named} && datum.lane == 1", dy=17, fontSize=11, enc={"text": word("name")}),
    ]  # fmt: skip
    told = "; ".join(f"{row['name']} {row['quadrant']}" for row in rows if row["key"] != "usual")
    return theme.finished(rows, layers, t("stages.branch_about", points=told), width, 330, encoding)


def quadrant(one: Branch) -> str:
    """Which corner a branch lies in; ``usual`` unless both sides differ from the other branches beyond noise."""
    corners = {("high", "high"): "both_high", ("high", "low"): "talk", ("low", "high"): "quiet",
               ("low", "low"): "both_low"}  # fmt: skip
    return corners.get((one.say_side, one.do_side), "usual")


def _branch(one: Branch, label: Callable[[str], str], t: Translator) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": label(one.id),
        "key": quadrant(one),
        "quadrant": t(f"stages.quadrant_{quadrant(one)}"),
    }
    for side, e in (("say", one.say), ("do", one.do)):
        found |= {side: _percent(e.value), f"{side}_low": _percent(e.low), f"{side}_high": _percent(e.high),
                  f"{side}_text": f"{t.percent(e.value, 1)} · {_reach(e, t)}"}  # fmt: skip
    return found


def _cohort(found: Triangle, cohort: dt.date, at: int, t: Translator, today: dt.date) -> dict[str, Any]:
    age = found.ages[at]
    e = age.cells.get(cohort)
    row: dict[str, Any] = {"cohort": t.period(cohort, "month"), "age": t("stages.cohort_age", months=age.months)}
    if e is None or e.value is None:
        text = t("stages.cohort_lacks" if found.due(cohort, age.months, today) else "stages.cohort_wait")
        return row | {"value": None, "tint": None, "text": text, "reach": "", "light": False}
    values = [one.value for one in age.cells.values() if one.value is not None]
    middle, spread = sum(values) / len(values), max(max(values) - min(values), 0.04)
    tint = 2 * (e.value - middle) / spread
    whole = "k" in e.counts
    text = t("stages.cohort_cell", share=t.percent(e.value, 1), n=t.number(e.n)) if whole else t.percent(e.value, 1)
    return row | {"value": e.value, "tint": tint, "text": text, "reach": _reach(e, t), "light": abs(tint) > 0.7}


def _line(
    rows: list[dict[str, Any]], about: str, t: Translator, width: theme.Width, height: int,
    target: float | None = None, said: str = "",
) -> Chart:  # fmt: skip
    """Months in a line, the first and last written out; a dashed rule for the target."""
    for at, row in enumerate(rows):
        row["end"] = at in (0, len(rows) - 1)
    x = theme.o("period", axis={"labelAngle": 0, "labelOverlap": "greedy", "ticks": False, "labelPadding": 8},
                scale={"type": "point", "padding": 0.5})  # fmt: skip
    axis = {"grid": True, "domain": False, "ticks": False, "tickCount": 4}
    y = q("value", title=None, axis=axis, scale={"zero": False, "nice": False, "padding": 14})
    tooltip = theme.tooltip(name=t("nps.period"), text=t("nps.value"))
    layers = [
        layer("line", color=theme.GOOD, strokeWidth=2.4, enc={"y": y}),
        layer("point", filled=True, fill=theme.PAPER, stroke=theme.GOOD, size=50, strokeWidth=2, opacity=1,
              enc={"y": y, "tooltip": tooltip}),
        layer("text", "datum.end", dy=-15, fontWeight=600, enc={"y": y, "text": word("text")}),
    ]  # fmt: skip
    if target is not None and rows:
        goal = [{"period": rows[0]["period"], "value": target, "text": said}]
        layers += [
            layer("rule", rows=goal, color=theme.SERIES[0], strokeDash=[5, 4], strokeWidth=1.5,
                  enc={"x": {"value": 0}, "x2": {"value": "width"}, "y": y}),
            layer("text", rows=goal, align="right", dy=-7, dx=-4, color="#7A5A10", fontSize=11,
                  enc={"x": {"value": "width"}, "y": y, "text": word("text")}),
        ]  # fmt: skip
    return theme.finished(rows, layers, about, width, height, {"x": x})


def _point(day: dt.date, value: float | None, text: str, t: Translator, grain: str = "month") -> dict[str, Any]:
    return {"period": short_period(day, grain, t), "name": t.period(day, grain), "value": value, "text": text}


def _told(rows: Sequence[dict[str, Any]]) -> str:
    return "; ".join(f"{row['name']} {row['text']}" for row in rows[-6:])


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _reach(e: Estimate, t: Translator) -> str:
    if e.low is None or e.high is None:
        return ""
    return t("stages.cohort_interval", low=t.percent(e.low, 1), high=t.percent(e.high, 1))
