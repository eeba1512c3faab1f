"""The picture of a proof: pilots and controls over time, the start marked, and the gap that is the effect."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from cx.act import telling
from cx.act.charter import Charter
from cx.act.verification import Point, Proof
from cx.output.charts import theme
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_LINES = (("pilots", theme.GOOD), ("controls", theme.NEUTRAL))
_TOP = {"value": 4}
_ROOM = 0.16


def lines(
    charter: Charter, proof: Proof, model: Model, t: Translator, width: theme.Width = "container", height: int = 300
) -> Chart:
    """The groups in parts of the time before and after; dashed, where the pilots would be had nothing been done."""
    rows = [row for point in proof.series for row in _rows(charter, point, model, t)]
    axis = {"tickCount": 5} | ({"format": "%"} if telling.is_share(charter) else {})
    y = q("value", title=None, scale={"zero": False, "nice": True, "padding": 18}, axis=axis)
    x = {
        "field": "at",
        "type": "temporal",
        "title": None,
        "axis": {"format": "%y-%m", "tickCount": "month", "labelOverlap": "greedy"},
    }
    drawn = {row["line"] for row in rows}
    colour = {name: shade for line, shade in _LINES if (name := t(f"quick_win.line_{line}")) in drawn}
    ink, tip = theme.colours("line", colour), theme.tooltip(line="", when="", text="")
    begun = [{"at": _at(charter.start), "label": t("quick_win.line_start")}]
    layers = [
        layer("rule", rows=begun, strokeDash=[3, 3], color=theme.MUTED, enc={"x": x}),
        layer("text", rows=begun, dx=5, align="left", fontSize=11, color=theme.MUTED,
              enc={"x": x, "y": _TOP, "text": word("label")}),
        layer("line", strokeWidth=2.5, enc={"x": x, "y": y, "color": ink}),
        layer("circle", size=64, opacity=1, enc={"x": x, "y": y, "color": ink, "tooltip": tip}),
        *_gap(charter, proof, model, t, x, y),
    ]  # fmt: skip
    said = "; ".join(
        t("quick_win.lines_point", day=t.date(point.first), pilots=telling.value(t, charter, point.pilots, model),
          controls=telling.value(t, charter, point.controls, model))
        for point in proof.series
    )  # fmt: skip
    about = t("quick_win.lines_about", start=t.date(charter.start), points=said)
    return theme.finished(rows, layers, about, width, height)


def _rows(charter: Charter, point: Point, model: Model, t: Translator) -> list[dict[str, Any]]:
    middle = point.first + (point.last - point.first) / 2
    return [
        {
            "line": t(f"quick_win.line_{name}"), "at": _at(middle), "value": level,
            "when": t("report.from_to", start=t.date(point.first), end=t.date(point.last)),
            "text": telling.value(t, charter, level, model),
        }
        for name, _ in _LINES
        if (level := getattr(point, name)) is not None
    ]  # fmt: skip


def _gap(charter: Charter, proof: Proof, model: Model, t: Translator, x: theme.Spec, y: theme.Spec) -> list[theme.Spec]:
    """The pilots' mean after the start, where it would be by the controls' change, and the effect between the two."""
    pilots, found = proof.pilots, proof.difference
    if pilots is None or pilots.after is None or found is None:
        return []
    here = [point for point in proof.series if point.after]
    if not here:
        return []
    first, last = _at(here[0].first), _at(here[-1].last)
    expected = pilots.after - found.effect
    flat = [{"at": first, "end": last, "value": expected, "label": t("quick_win.line_expected")}]
    middle = pilots.after - found.effect / 2
    span = [{
        "at": last, "value": expected, "to": pilots.after, "middle": middle, "word": t("quick_win.line_effect"),
        "effect": telling.value(t, charter, found.effect, model, signed=True),
    }]  # fmt: skip
    whole = here[-1].last - proof.series[0].first
    room = [{"at": _at(here[-1].last + whole * _ROOM), "value": expected}]  # for the words beside the gap
    said = [
        layer("text", rows=span, align="left", dx=8, dy=dy, fontSize=12, fontWeight="bold",
              enc={"x": x, "y": {**y, "field": "middle"}, "text": word(column)})
        for column, dy in (("word", -8), ("effect", 8))
    ]  # fmt: skip
    return [
        layer("rule", rows=flat, strokeDash=[5, 4], strokeWidth=1.5, color=theme.GOOD,
              enc={"x": x, "x2": {"field": "end"}, "y": y}),
        layer("text", rows=flat, align="left", dx=5, dy=-8, fontSize=11, color=theme.MUTED,
              enc={"x": x, "y": {"value": "height"}, "text": word("label")}),
        layer("rule", rows=span, strokeWidth=3, color=theme.SERIES[0], enc={"x": x, "y": y, "y2": {"field": "to"}}),
        layer("rule", rows=room, opacity=0, enc={"x": x, "y": y}),
        *said,
    ]  # fmt: skip


def _at(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00"
