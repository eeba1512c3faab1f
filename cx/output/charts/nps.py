"""Charts of the score: distribution, trend, units side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cx.insight.nps import Bar, Breakdown, Point, Row, Trend
from cx.measure import periods
from cx.output.charts import theme
from cx.output.charts.theme import Chart, Spec, layer, q, word
from cx.words import Translator

MOST_UNITS = 60
_LANE = 15  # pixels: every event has a line of its own above the trend, so that no label covers another
_MOST_LANES = 4
_COLOURS = {"higher": theme.GOOD, "same": theme.NEUTRAL, "lower": theme.BAD, "too_few": theme.PASSIVE}
Label = Callable[[str | None], str]


def distribution(bars: Sequence[Bar], t: Translator, width: theme.Width = "container", height: int = 190) -> Chart:
    """Responses by score 0..10, told apart by place, by colour and by the words above."""
    names = {
        group: t(
            "nps.group_share", group=t(f"nps.{group}"), share=t.percent(sum(b.share for b in bars if b.group == group))
        )
        for group in theme.GROUPS
    }
    rows = [
        {"score": b.score, "n": b.n, "group": names[b.group], "count": t.number(b.n), "share": t.percent(b.share, 1)}
        for b in bars
    ]
    axis = {"labelAngle": 0, "ticks": False, "labelFontSize": 13, "labelPadding": 6}
    encoding = {"x": theme.o("score", axis=axis), "y": q("n", axis=None)}
    colour = theme.colours("group", {names[group]: shade for group, shade in theme.GROUPS.items()})
    tooltip = theme.tooltip(score=t("nps.score"), count=t("nps.responses"), share=t("nps.share"))
    layers = [
        layer("bar", cornerRadiusEnd=3, enc={"color": colour, "tooltip": tooltip}),
        layer("text", dy=-9, color=theme.MUTED, fontSize=11, enc={"text": word("count")}),
    ]
    about = t("nps.distribution_about", shares=t("nps.and").join(names.values()))
    return theme.finished(rows, layers, about, width, height, encoding)


def trend(
    found: Trend,
    t: Translator,
    markers: Sequence[tuple[dt.date, str]] = (),
    width: theme.Width = "container",
    height: int = 240,
    digits: int = 0,
) -> Chart:
    """The metric over periods with its interval; gaps where hidden or empty; a running period hollow and dashed.

    ``markers`` are (day, label) of what happened: quick wins that started.
    """
    rows = _trend_rows(found, t, digits)
    shown = [row for row in rows if row["value"] is not None]
    axis = {"labelAngle": 0, "labelOverlap": "greedy", "ticks": False, "labelPadding": 8}
    scale = {"type": "point", "padding": 0.4, "domain": [row["period"] for row in rows]}
    x = theme.o("period", axis=axis, scale=scale)
    reach = {"zero": False, "domain": _reach(shown, digits)}
    axis_y = {"tickCount": 5, "tickMinStep": 10**-digits, "format": f".{digits}f", "domain": False, "ticks": False}
    y = q("value", title=None, scale=reach, axis=axis_y | {"grid": True})
    sound = {"condition": {"test": "datum.sound", "value": theme.GOOD}, "value": theme.NEUTRAL}
    tooltip = theme.tooltip(name=t("nps.period"), text=t("nps.value"), base=t("nps.base"), note=t("nps.note"))
    solid = "datum.complete && datum.value != null"
    events = _events(found, rows, t, markers)
    layers = [
        layer("area", solid, color=theme.GOOD, opacity=0.13,
              enc={"y": y | {"field": "low"}, "y2": {"field": "high"}, "detail": word("segment")}),
        layer("line", solid, color=theme.GOOD, strokeWidth=2.4, enc={"y": y, "detail": word("segment")}),
        layer("line", rows=_tail(shown), color=theme.GOOD, strokeDash=[4, 4], strokeWidth=1.5, enc={"y": y}),
        layer("point", "datum.value != null", filled=True, fill=theme.PAPER, size=55, strokeWidth=2, opacity=1,
              enc={"y": y, "stroke": sound, "tooltip": tooltip}),
        *_ends(found, y),
        layer("text", "datum.state == 'hidden'", dy=-8, color=theme.MUTED, fontSize=11,
              enc={"y": {"value": "height"}, "text": {"value": t("nps.hidden_mark")}}),
        *_rules(events, len(rows)),
    ]  # fmt: skip
    about = t("nps.trend_about", grain=t(f"nps.grain_{found.grain}"), points=_spoken(rows))
    return theme.finished(rows, layers, about, width, height + _LANE * min(len(events), _MOST_LANES), {"x": x})


def _reach(shown: Sequence[Mapping[str, Any]], digits: int) -> list[float]:
    """From the lowest to the highest end of all intervals: the axis does not jump with one running period."""
    ends = [end for row in shown for end in (row["low"], row["high"], row["value"]) if end is not None]
    room = 10**-digits
    return [min(ends) - room, max(ends) + room] if ends else [0.0, 1.0]


def _ends(found: Trend, y: Spec) -> list[Spec]:
    """The two values that are compared, written apart from each other."""
    sides = zip(found.compared or (), (-5, 5), strict=False)
    return [
        layer("text", f"datum.day == '{day}' && datum.value != null", dy=-15, dx=dx, fontWeight=600,
              enc={"y": y, "text": word("short")})
        for day, dx in sides
    ]  # fmt: skip


def _trend_rows(found: Trend, t: Translator, digits: int) -> list[dict[str, Any]]:
    breaks, segment, rows = {b.day for b in found.breaks}, 0, []
    for point in found.points:
        if point.estimate.value is None or point.day in breaks:
            segment += 1
        rows.append(_trend_row(point, found, t, digits) | {"segment": segment})
    return [row | {"place": at} for at, row in enumerate(rows)]


def _trend_row(point: Point, found: Trend, t: Translator, digits: int) -> dict[str, Any]:
    e = point.estimate
    note = "nps.running" if not point.complete else "nps.small" if e.state == "small" else "nps.sound"
    return {
        "period": short_period(point.day, found.grain, t), "name": t.period(point.day, found.grain),
        "value": e.value, "low": e.low, "high": e.high, "state": e.state, "complete": point.complete,
        "sound": point.complete and e.state == "ok", "short": t.number(e.value, digits),
        "text": t("nps.plus_minus", value=t.number(e.value, digits), reach=t.number(e.plus_minus, digits)),
        "base": t.number(e.n), "note": t(note), "day": point.day.isoformat(),
    }  # fmt: skip


def _tail(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last complete point and the running one after it, where nothing lies between."""
    if len(shown) < 2 or shown[-1]["complete"] or shown[-1]["segment"] != shown[-2]["segment"]:
        return []
    return shown[-2:]


def _events(
    found: Trend, rows: list[dict[str, Any]], t: Translator, markers: Sequence[tuple[dt.date, str]]
) -> list[tuple[int, str, str]]:
    """What happened in the periods shown: (place on the axis, label, colour), in order."""
    events = [(day, label, theme.MUTED) for day, label in markers]
    events += [(b.day, t("nps.break_mark", survey=b.survey, version=b.after), theme.BAD) for b in found.breaks]
    places = {row["period"]: at for at, row in enumerate(rows)}
    named = ((short_period(periods.floor(day, found.grain), found.grain, t), *rest) for day, *rest in sorted(events))
    return [(places[period], label, colour) for period, label, colour in named if period in places]


def _rules(events: Sequence[tuple[int, str, str]], count: int) -> list[Spec]:
    """Dashed upright lines, each up to its own label above the chart; labels lean to the side with more room."""
    out = []
    for at, (place, label, colour) in enumerate(events):
        top = -_LANE * (at % _MOST_LANES) - 8
        side = {"align": "right", "dx": -5} if place >= count / 2 else {"align": "left", "dx": 5}
        where = f"datum.place == {place}"
        ends = {"y": {"value": top - 5}, "y2": {"value": "height"}}
        text = {"y": {"value": top}, "text": {"value": label}}
        out.append(layer("rule", where, strokeDash=[3, 3], color=colour, enc=ends))
        out.append(layer("text", where, color=colour, fontSize=11, limit={"expr": "width / 2"}, enc=text, **side))
    return out


def short_period(day: dt.date, grain: str, t: Translator) -> str:
    """A period's label on an axis: ``26-04``, ``26 Q3`` / ``26年3季``, a week by its Monday ``26-06-29``."""
    if grain == "quarter":
        return t("nps.axis_quarter", year=f"{day:%y}", quarter=(day.month + 2) // 3)
    return f"{day:%y-%m}" if grain == "month" else f"{day:%y-%m-%d}"


def _spoken(rows: list[dict[str, Any]]) -> str:
    return "; ".join(f"{row['name']} {row['text']}" for row in rows[-6:] if row["value"] is not None)


def ranking(
    found: Breakdown,
    t: Translator,
    label: Label,
    width: theme.Width = "container",
    digits: int = 0,
    most: int = MOST_UNITS,
) -> Chart:
    """Units with their intervals, sorted; colour only where a unit differs from the rest beyond noise.

    Where there are more than ``most``, those that differ most clearly.
    """
    rows = [_unit(row, t, label, digits) for row in clearest(found.rows, most)]
    present = {t(f"nps.{v}"): shade for v, shade in _COLOURS.items() if any(row["key"] == v for row in rows)}
    tested = found.total.value is not None
    colour = theme.colours("verdict", present, legend=tested)
    axis = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}
    x = {"scale": {"zero": False, "nice": True}, "axis": {"tickCount": 8}, "title": t("nps.with_interval")}
    tooltip = theme.tooltip(
        name=t("nps.unit"),
        text=t("nps.value"),
        base=t("nps.base"),
        **({"verdict": t("nps.against_rest")} if tested else {}),
    )
    layers = [
        layer("rule", strokeWidth=3, strokeCap="round", opacity=0.45,
              enc={"x": q("low", **x), "x2": {"field": "high"}, "color": colour, "tooltip": tooltip}),
        layer("circle", size=90, opacity=1, enc={"x": q("value", **x), "color": colour, "tooltip": tooltip}),
        layer("text", align="left", dx=8, fontSize=11, color=theme.MUTED,
              enc={"x": q("high", **x), "text": word("short")}),
    ]  # fmt: skip
    if tested:
        line = {"x": q("total", **x), "y": {"value": 0}, "y2": {"value": "height"}}
        layers.insert(
            0, layer("rule", rows=[{"total": found.total.value}], strokeDash=[3, 3], color=theme.NEUTRAL, enc=line)
        )
    about = t(
        "nps.ranking_about", units="; ".join(f"{row['name']} {row['text']} {row['verdict']}" for row in rows[:12])
    )
    y = theme.o("name", [row["name"] for row in rows], axis=axis)
    return theme.finished(rows, layers, about, width, max(90, 25 * len(rows) + 70), {"y": y})


def clearest(rows: Sequence[Row], most: int) -> list[Row]:
    """At most ``most`` rows in their order: those with the smallest adjusted p, those without one last."""
    kept = sorted(range(len(rows)), key=lambda at: (rows[at].q is None, rows[at].q))[:most]
    return [rows[at] for at in sorted(kept)]


def _unit(row: Row, t: Translator, label: Label, digits: int) -> dict[str, Any]:
    e, value = row.estimate, t.number(row.estimate.value, digits)
    return {
        "name": label(row.key), "value": e.value, "low": e.low, "high": e.high, "key": row.verdict,
        "verdict": t(f"nps.{row.verdict}"), "base": t.number(e.n),
        "text": t("nps.plus_minus", value=value, reach=t.number(e.plus_minus, digits)),
        "short": t("nps.small_mark", value=value, n=t.number(e.n)) if e.state == "small" else value,
    }  # fmt: skip
