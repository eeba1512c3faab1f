"""How fast cases are closed, and what they come from."""

from __future__ import annotations

from collections.abc import Sequence

from cx.measure.survival import Curve
from cx.output.charts import theme
from cx.output.charts.theme import Chart, layer, o, q, word
from cx.words import Translator

_POINTS = 300
"""Steps that are drawn; a curve of more is thinned."""


def closing(curve: Curve, t: Translator, width: theme.Width = "container") -> Chart:
    """What share is closed after so many days, with its interval; open cases count as far as they have come."""
    every = max(1, len(curve.steps) // _POINTS)
    steps = [*curve.steps[:-1:every], *curve.steps[-1:]]
    rows = [{"day": 0.0, "share": 0.0, "low": 0.0, "high": 0.0, "said": t.percent(0)}]
    for step in steps:
        low, high = (1 - end if end is not None else None for end in (step.high, step.low))
        rows.append({"day": step.time, "share": 1 - step.share, "low": low, "high": high,
                     "said": t.percent(1 - step.share)})  # fmt: skip
    x = q("day", title=t("cases.axis_days"), axis={"tickCount": 8, "domain": False})
    y = q(
        "share",
        title=None,
        scale={"domain": [0, 1]},
        axis={"format": ".0%", "tickCount": 5, "domain": False, "grid": True},
    )
    lines = theme.tooltip(day=t("cases.axis_days"), said=t("cases.axis_share"))
    layers = [
        layer("area", interpolate="step-after", color=theme.GOOD, opacity=0.15,
              enc={"x": x, "y": q("low", title=None), "y2": {"field": "high"}}),
        layer("line", interpolate="step-after", color=theme.GOOD, strokeWidth=2.5,
              enc={"x": x, "y": y, "tooltip": lines}),
    ]  # fmt: skip
    if curve.median is not None:
        half = [{"day": curve.median, "share": 0.5, "said": t("cases.half", days=t.number(curve.median, 1))}]
        layers += [
            layer("circle", rows=half, size=110, color=theme.INK, opacity=1, enc={"x": x, "y": y}),
            layer("text", rows=half, align="left", dx=10, dy=12, enc={"x": x, "y": y, "text": word("said")}),
        ]
    return theme.finished(rows, layers, t("cases.chart_closing"), width, 260)


def causes(found: Sequence[tuple[str, int]], t: Translator, width: theme.Width = "container") -> Chart:
    """Root causes, the most frequent on top, the number on the bar."""
    total = sum(n for _, n in found) or 1
    rows = [{"name": name, "n": n, "said": f"{t.number(n)} · {t.percent(n / total)}"} for name, n in found]
    y = o("name", [name for name, _ in found], axis={"domain": False, "ticks": False, "labelPadding": 8})
    x = q("n", title=None, axis=None, scale={"domain": [0, max(row["n"] for row in rows) * 1.15], "nice": False})
    layers = [
        layer("bar", cornerRadiusEnd=3, height=18, color=theme.GOOD, enc={"x": x, "y": y}),
        layer("text", align="left", dx=6, enc={"x": x, "y": y, "text": word("said")}),
    ]
    return theme.finished(rows, layers, t("cases.chart_causes"), width, 34 * len(rows) + 10)
