"""How much of the bank is covered after each wave."""

from __future__ import annotations

from collections.abc import Sequence

from cx.output.charts import theme
from cx.output.charts.theme import Chart, Spec, layer, q, word
from cx.words import Translator

_AXIS: Spec = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}


def coverage(steps: Sequence[tuple[str, float, float]], t: Translator, width: theme.Width = "container") -> Chart:
    """A bar a step (name, share of branches, share of customers), the customers beside it in words."""
    rows = [
        {"name": name, "from": 0.0, "share": branches,
         "text": t("rollout.bar", branches=t.percent(branches), customers=t.percent(customers))}
        for name, branches, customers in steps
    ]  # fmt: skip
    x: Spec = {"scale": {"domain": [0, 1.35]}, "axis": None, "title": None}
    layers = [
        layer("bar", height=18, cornerRadius=4, color=theme.GOOD, enc={"x": q("from", **x), "x2": {"field": "share"}}),
        layer("text", align="left", dx=8, color=theme.INK, enc={"x": q("share", **x), "text": word("text")}),
    ]
    about = t("rollout.bar_about", rows="; ".join(f"{row['name']} {row['text']}" for row in rows))
    y = theme.o("name", [row["name"] for row in rows], axis=_AXIS)
    return theme.finished(rows, layers, about, width, 34 * len(rows) + 16, {"y": y})
