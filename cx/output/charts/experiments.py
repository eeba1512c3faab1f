"""The difference of an arm to the first over the looks, and the grey area that it must leave to be decided."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from cx.act.experiments import boundary, telling
from cx.act.experiments.definition import Definition
from cx.act.experiments.judging import Pair
from cx.output.charts import theme
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator

Rows = list[dict[str, Any]]


def path(
    definition: Definition, pair: Pair, planned: tuple[boundary.Planned, ...], t: Translator,
    width: theme.Width = "container",
) -> Chart | None:  # fmt: skip
    """The looks so far and those ``planned``; None where neither could decide anything."""
    factor = 100 if definition.kind == "share" else 1
    rows = [_look(definition, look, factor, t) for look in pair.looks if not math.isinf(look.reach)]
    coming = [_zone(each.day, each.reach * factor) for each in planned if not math.isinf(each.reach)]
    if not rows and not coming:
        return None
    edge = _edge(definition, rows, coming, factor)
    before = [] if rows else [_zone(definition.start, 2 * edge)]  # so early that nothing could decide
    zone = [*before, *rows[-1:], *coming]
    dots = [row for row in coming if row["above"] < edge]
    ink = _ink(definition, pair)
    x = {
        "field": "day", "type": "temporal", "title": None,
        "axis": {"format": "%m-%d", "tickCount": 6, "labelOverlap": "greedy"},
        "scale": {"domain": [definition.start.isoformat(), definition.end.isoformat() + "T23:00:00"]},
    }  # fmt: skip
    y = q("below", title=t(f"experiments.axis_{definition.kind}"), scale={"domain": [-edge, edge], "clamp": True})
    area = {"x": x, "y": y, "y2": {"field": "above"}}
    tip = theme.tooltip(when=t("experiments.day"), said=t("experiments.difference"), band=t("experiments.band_title"))
    layers = [
        layer("area", opacity=0.38, color=theme.PASSIVE, clip=True, enc=area),
        layer("area", rows=zone, opacity=0.18, color=theme.PASSIVE, clip=True, enc=area),
        layer("circle", rows=dots, size=14, color=theme.MUTED, opacity=0.7, enc={"x": x, "y": q("above")}),
        layer("circle", rows=dots, size=14, color=theme.MUTED, opacity=0.7, enc={"x": x, "y": q("below")}),
        layer("rule", rows=[{"at": 0}], color=theme.INK, strokeDash=[3, 3], enc={"y": q("at")}),
        layer("line", color=ink, strokeWidth=2.5, clip=True, enc={"x": x, "y": q("diff")}),
        layer("circle", size=60, color=ink, opacity=1, clip=True, enc={"x": x, "y": q("diff"), "tooltip": tip}),
        layer("text", rows=rows[-1:], align="left", dx=9, fontSize=13, fontWeight=600, color=theme.INK,
              enc={"x": x, "y": q("diff"), "text": word("said")}),
    ]  # fmt: skip
    return theme.finished(rows, layers, _about(definition, pair, rows, len(coming), t), width, 280)


def _look(definition: Definition, look: Any, factor: int, t: Translator) -> dict[str, Any]:
    low, high = (telling.difference(t, definition, edge) for edge in telling.edges(definition, look))
    return _zone(look.day, look.reach * factor) | {
        "diff": look.diff * factor, "when": t.date(look.day), "said": telling.difference(t, definition, look.diff),
        "band": t("experiments.band", low=low, high=high),
    }  # fmt: skip


def _zone(day: dt.date, reach: float) -> dict[str, Any]:
    return {"day": day.isoformat() + "T12:00:00", "below": -reach, "above": reach}


def _edge(definition: Definition, rows: Rows, coming: Rows, factor: int) -> float:
    """Wide at first, the area would press all that matters to a line: so much of it is shown as matters."""
    tallest = max((abs(row["diff"]) for row in rows[-7:]), default=0.0)
    return max(3 * definition.least * factor, 1.6 * tallest, 1.4 * (coming or rows)[-1]["above"])


def _ink(definition: Definition, pair: Pair) -> str:
    last = pair.looks[-1] if pair.looks else None
    if last is None or not last.crossed:
        return theme.INK
    return theme.GOOD if (last.diff > 0) == (definition.better == "higher") else theme.BAD


def _about(definition: Definition, pair: Pair, rows: Rows, planned: int, t: Translator) -> str:
    arm = telling.name(t, definition, pair.arm)
    if not rows:
        return t("experiments.chart_plan_about", arm=arm, n=planned)
    return t("experiments.chart_about", arm=arm, n=len(rows), last=rows[-1]["said"], band=rows[-1]["band"])
