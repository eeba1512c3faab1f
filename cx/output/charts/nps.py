"""Charts of the score: distribution, trend, units side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cx.insight.nps import Bar, Breakdown, Point, Row, Trend
from cx.measure import periods
from cx.measure.statistics import Estimate
from cx.output.amounts import Amounts
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
    surveys: Mapping[str, str] | None = None,
    amounts: Amounts | None = None,
) -> Chart:
    """The metric over periods with its interval; gaps where hidden or empty; a running period hollow and dashed; a
    change of more than noise filled and with an arrow.

    ``markers`` are (day, label) of what happened: quick wins that started; ``surveys`` titles by id, for places where a
    survey changed its meaning; ``amounts`` writes values that are not points. All that hangs on the data is in the
    data: with the same specification the browser only moves the marks, three times as fast as drawing anew. That is why
    the points are not in the chart's own description but in :func:`spoken`.
    """
    rows = _trend_rows(found, t, digits, amounts)
    events = _events(found, rows, t, markers, surveys or {})
    axis = {"labelAngle": 0, "labelOverlap": "greedy", "labelSeparation": 6, "ticks": False, "labelPadding": 8}
    # Labels sort as their days do; in the order of arrival a period that comes later to a drawn chart would stand last.
    x = theme.o("period", axis=axis, scale={"type": "point", "padding": 0.4}, sort="ascending")
    form, step = amounts.axis if amounts else (f".{digits}f", 10**-digits)
    axis_y = {"tickCount": 5, "tickMinStep": step, "format": form, "domain": False, "ticks": False}
    scale = {"zero": False, "nice": False, "padding": 6}
    y = q("value", title=None, scale=scale, axis=axis_y | {"grid": True})
    sound = {"condition": {"test": "datum.sound", "value": theme.GOOD}, "value": theme.NEUTRAL}
    filled = [
        {"test": f"datum.turn == '{side}'", "value": shade}
        for side, shade in (("good", theme.GOOD), ("bad", theme.BAD))
    ]
    turned = {"condition": filled, "value": theme.PAPER}
    tooltip = theme.tooltip(name=t("nps.period"), text=t("nps.value"), base=t("nps.base"), note=t("nps.note"))
    ends = {"y": {"value": "height"}, "text": {"value": t("nps.hidden_mark")}}
    layers = [
        layer("area", "datum.complete && datum.value != null", color=theme.GOOD, opacity=0.13,
              enc={"y": y | {"field": "low"}, "y2": {"field": "high"}, "detail": word("segment")}),
        layer("rule", "!datum.complete && datum.value != null", color=theme.GOOD, opacity=0.3, strokeWidth=5,
              enc={"y": y | {"field": "low"}, "y2": {"field": "high"}}),
        layer("line", "datum.complete && datum.value != null", color=theme.GOOD, strokeWidth=2.4,
              enc={"y": y, "detail": word("segment")}),
        layer("line", "datum.tail", color=theme.GOOD, strokeDash=[4, 4], strokeWidth=1.5, enc={"y": y}),
        layer("point", "datum.value != null", filled=True, size=55, strokeWidth=2, opacity=1,
              enc={"y": y, "stroke": sound, "fill": turned, "tooltip": tooltip}),
        layer("text", "datum.end || datum.turn", dy=-15, fontWeight=600, enc={"y": y, "text": word("short")}),
        layer("text", "datum.state == 'hidden'", dy=-8, color=theme.MUTED, fontSize=11, enc=ends),
        *_rules(),
    ]  # fmt: skip
    room = _LANE * min(len(events), _MOST_LANES)
    return theme.finished(
        {"rows": rows, "events": events}, layers, t("nps.trend_about"), width, height + room, {"x": x}
    )


def spoken(found: Trend, t: Translator, digits: int = 0) -> str:
    """The latest points of a trend in words, for those who cannot see the chart."""
    shown = [point for point in found.points if point.estimate.value is not None]
    points = "; ".join(
        f"{t.period(point.day, found.grain)} "
        + t("nps.plus_minus", value=t.number(e.value, digits), reach=t.number(e.plus_minus, digits))
        for point, e in ((point, point.estimate) for point in shown[-6:])
    )
    return t("nps.trend_spoken", grain=t(f"nps.grain_{found.grain}"), points=points)


def _trend_rows(found: Trend, t: Translator, digits: int, amounts: Amounts | None = None) -> list[dict[str, Any]]:
    """One row a period, in order. ``tail`` marks the last complete period and the running one after it, where nothing
    lies between; ``end`` the two whose values are written out because they are compared."""
    segment, rows = 0, []
    for point in found.points:
        if point.estimate.value is None or point.day in found.cuts:
            segment += 1
        end = point.day in (found.compared or ()) and point.estimate.value is not None
        rows.append(_trend_row(point, found, t, digits, amounts) | {"segment": segment, "end": end, "tail": False})
    last = [row for row in rows if row["value"] is not None][-2:]
    if len(last) == 2 and not last[1]["complete"] and last[0]["segment"] == last[1]["segment"]:
        for row in last:
            row["tail"] = True
    return rows


def _trend_row(point: Point, found: Trend, t: Translator, digits: int, amounts: Amounts | None) -> dict[str, Any]:
    e = point.estimate
    note = "running" if not point.complete else "mixed" if point.day in found.mixed else "small"
    note = "sound" if note == "small" and e.state == "ok" else note
    turn = found.turns.get(point.day)
    rising = turn is not None and turn.verdict == "up"
    arrow = "" if turn is None else "▲ " if rising else "▼ "
    good = rising == (found.measured.metric.better == "higher")
    return {
        "period": short_period(point.day, found.grain, t), "name": t.period(point.day, found.grain),
        "value": e.value, "low": e.low, "high": e.high, "state": e.state, "complete": point.complete,
        "sound": note == "sound", "short": arrow + _short(e, t, digits, amounts),
        "turn": "" if turn is None else "good" if good else "bad",
        "text": _text(e, t, digits, amounts), "base": t.number(e.n), "note": t(f"nps.{note}"),
    }  # fmt: skip


def _short(e: Estimate, t: Translator, digits: int, amounts: Amounts | None) -> str:
    return amounts.say(e.value) if amounts else t.number(e.value, digits)


def _text(e: Estimate, t: Translator, digits: int, amounts: Amounts | None) -> str:
    if amounts:
        return amounts.estimate(e)
    return t("nps.plus_minus", value=t.number(e.value, digits), reach=t.number(e.plus_minus, digits))


def _events(
    found: Trend,
    rows: list[dict[str, Any]],
    t: Translator,
    markers: Sequence[tuple[dt.date, str]],
    surveys: Mapping[str, str],
) -> list[dict[str, Any]]:
    """What happened in the periods shown, in order, each in a lane of its own above the chart (``top``, pixels); labels
    lean to the side with more room."""
    events = [(day, label, theme.MUTED) for day, label in markers]
    for b in found.breaks:
        label = t("nps.break_mark", survey=surveys.get(b.survey, b.survey), version=b.after)
        events.append((b.day, label, theme.BAD))
    places = {row["period"]: at for at, row in enumerate(rows)}
    named = ((short_period(periods.floor(day, found.grain), found.grain, t), *rest) for day, *rest in sorted(events))
    return [
        {"period": period, "label": label, "colour": colour, "left": places[period] >= len(rows) / 2,
         "top": -_LANE * (at % _MOST_LANES) - 8}
        for at, (period, label, colour) in enumerate(event for event in named if event[0] in places)
    ]  # fmt: skip


def _rules() -> list[Spec]:
    """Dashed upright lines, each up to its own label above the chart."""
    top = q("top", scale=None, axis=None)
    colour = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    sides = (("datum.left", {"align": "right", "dx": -5}), ("!datum.left", {"align": "left", "dx": 5}))
    line = {"y": top, "y2": {"value": "height"}, "color": colour}
    label = {"y": top, "text": word("label"), "color": colour}
    return [
        layer("rule", rows="events", strokeDash=[3, 3], enc=line),
        *(layer("text", side, rows="events", fontSize=11, baseline="top", limit={"expr": "width / 2"}, enc=label,
                **lean)
          for side, lean in sides),
    ]  # fmt: skip


def short_period(day: dt.date, grain: str, t: Translator) -> str:
    """A period's label on an axis: ``26-04``, ``26 Q3`` / ``26年3季``, ``2026``, a week by its Monday ``26-06-29``."""
    if grain == "year":
        return f"{day:%Y}"
    if grain == "quarter":
        return t("nps.axis_quarter", year=f"{day:%y}", quarter=(day.month + 2) // 3)
    return f"{day:%y-%m}" if grain == "month" else f"{day:%y-%m-%d}"


def ranking(
    found: Breakdown,
    t: Translator,
    label: Label,
    width: theme.Width = "container",
    digits: int = 0,
    most: int = MOST_UNITS,
    amounts: Amounts | None = None,
    legend: bool = True,
) -> Chart:
    """Units with their intervals, sorted; colour only where a unit differs from the rest beyond noise.

    Where there are more than ``most``, those that differ most clearly.
    """
    rows = [_unit(row, t, label, digits, amounts) for row in clearest(found.rows, most)]
    present = {t(f"nps.{v}"): shade for v, shade in _COLOURS.items() if any(row["key"] == v for row in rows)}
    tested = found.total.value is not None
    colour = theme.colours("verdict", present, legend=tested and legend)
    axis = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}
    ticks: Spec = {"tickCount": 8} | ({"format": amounts.axis[0]} if amounts else {})
    x = {"scale": {"zero": False, "nice": True}, "axis": ticks, "title": t("nps.with_interval")}
    tooltip = theme.tooltip(
        name=t("nps.unit"),
        text=t("nps.value"),
        base=t("nps.base"),
        **({"verdict": t("nps.against_rest")} if tested else {}),
    )
    layers = theme.intervals(x, colour, tooltip)
    if found.total.value is not None:
        layers.insert(0, theme.across("total", found.total.value, x))
    about = t(
        "nps.ranking_about", units="; ".join(f"{row['name']} {row['text']} {row['verdict']}" for row in rows[:12])
    )
    y = theme.o("name", [row["name"] for row in rows], axis=axis)
    return theme.finished(rows, layers, about, width, max(90, 25 * len(rows) + 70), {"y": y})


def clearest(rows: Sequence[Row], most: int) -> list[Row]:
    """At most ``most`` rows in their order: those with the smallest adjusted p, those without one last."""
    kept = sorted(range(len(rows)), key=lambda at: (rows[at].q is None, rows[at].q))[:most]
    return [rows[at] for at in sorted(kept)]


def _unit(row: Row, t: Translator, label: Label, digits: int, amounts: Amounts | None = None) -> dict[str, Any]:
    e, value = row.estimate, _short(row.estimate, t, digits, amounts)
    return {
        "name": label(row.key), "value": e.value, "low": e.low, "high": e.high, "key": row.verdict,
        "verdict": t(f"nps.{row.verdict}"), "base": t.number(e.n),
        "text": _text(e, t, digits, amounts),
        "short": t("nps.small_mark", value=value, n=t.number(e.n)) if e.state == "small" else value,
    }  # fmt: skip
