"""The difference of an arm to the first over the looks: once its band leaves nothing, it is decided."""

from __future__ import annotations

import datetime as dt
import math

from cx.act.experiments import telling
from cx.act.experiments.definition import Definition
from cx.act.experiments.judging import Pair
from cx.output.charts import theme
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator


def path(
    definition: Definition, pair: Pair, through: dt.date, t: Translator, width: theme.Width = "container"
) -> Chart | None:
    """Up to the day ``through``; None while no look could decide anything yet."""
    factor = 100 if definition.kind == "share" else 1
    looks = [look for look in pair.looks if not math.isinf(look.reach)]
    if not looks:
        return None
    rows = [
        {
            "day": look.day.isoformat() + "T12:00:00", "when": t.date(look.day), "diff": look.diff * factor,
            "low": look.low * factor, "high": look.high * factor,
            "said": telling.difference(t, definition, look.diff),
            "band": t("experiments.band", low=telling.difference(t, definition, look.low),
                      high=telling.difference(t, definition, look.high)),
        }
        for look in looks
    ]  # fmt: skip
    last, tallest = looks[-1], max(abs(row["diff"]) for row in rows[-7:])  # type: ignore[type-var]
    edge = max(3 * definition.least * factor, 2 * tallest, 1.3 * max(abs(last.low), abs(last.high)) * factor)
    good = (last.diff > 0) == (definition.better == "higher")
    ink = theme.NEUTRAL if not last.crossed else theme.GOOD if good else theme.BAD
    end = [rows[-1]]
    x = {
        "field": "day", "type": "temporal", "title": None,
        "axis": {"format": "%m-%d", "tickCount": 6, "labelOverlap": "greedy"},
        "scale": {"domain": [definition.start.isoformat(), through.isoformat() + "T23:00:00"]},
    }  # fmt: skip
    y = q("low", title=t(f"experiments.axis_{definition.kind}"), scale={"domain": [-edge, edge], "clamp": True})
    zero = [{"at": 0, "label": t("experiments.zero")}]
    tip = theme.tooltip(when=t("experiments.day"), said=t("experiments.difference"), band=t("experiments.band_title"))
    layers = [
        layer("area", opacity=0.22, color=ink, clip=True, enc={"x": x, "y": y, "y2": {"field": "high"}}),
        layer("rule", rows=zero, color=theme.INK, strokeDash=[3, 3], enc={"y": q("at")}),
        layer("line", color=ink, strokeWidth=2.5, clip=True, enc={"x": x, "y": q("diff")}),
        layer("circle", size=60, color=ink, opacity=1, clip=True, enc={"x": x, "y": q("diff"), "tooltip": tip}),
        layer("text", rows=end, align="left", dx=9, fontSize=13, fontWeight=600, color=theme.INK,
              enc={"x": x, "y": q("diff"), "text": word("said")}),
    ]  # fmt: skip
    about = t("experiments.chart_about", arm=telling.name(t, definition, pair.arm), n=len(rows), last=rows[-1]["said"],
              band=rows[-1]["band"])  # fmt: skip
    return theme.finished(rows, layers, about, width, 280)
