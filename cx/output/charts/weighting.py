"""Charts of samples beside the customers that they should look like."""

from __future__ import annotations

from collections.abc import Callable

from cx.insight.weighting_shares import Compared, Share
from cx.output.charts import theme
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator

MOST = 16
_COLOURS = {"over": theme.SERIES[0], "under": theme.SERIES[1], "same": theme.NEUTRAL, "outside": theme.SERIES[0]}
_ROW = 34


def shares(found: Compared, t: Translator, label: Callable[[str], str], width: theme.Width = "container") -> Chart:
    """Shares of answers (dots) and of customers (ticks), one line a value; of many values those that are off most."""
    shown = [row for row in found.rows if row.sample is not None]
    kept = {row.value for row in sorted(shown, key=lambda row: -abs(row.off))[:MOST]}
    rows = [_row(row, t, label) for row in shown if row.value in kept]
    names = {verdict: t(f"weighting.verdict_{verdict}") for verdict in (*_COLOURS, "nobody")}
    present = {row["verdict"] for row in rows}
    colours = {n: _COLOURS.get(verdict, theme.SERIES[1]) for verdict, n in names.items() if n in present}
    x = q("sample", title=None, scale={"zero": True, "nice": True}, axis=None)
    tooltip = theme.tooltip(
        name=t(f"dimension.{found.dimension}"), share=t("weighting.col_sample"), wanted=t("weighting.col_base"),
        verdict=t("weighting.col_verdict"),
    )  # fmt: skip
    shade = {"color": theme.colours("verdict", colours)}
    layers = [
        layer("rule", strokeWidth=5, opacity=0.35, enc={"x": x, "x2": {"field": "base"}, "color": shade["color"]}),
        layer("tick", color=theme.INK, thickness=3, height=20, enc={"x": x | {"field": "base"}}),
        layer("circle", size=190, opacity=1, enc={"x": x, **shade, "tooltip": tooltip}),
        layer("text", align="left", dx=12, enc={"x": q("far", title=None), "text": word("said")}),
    ]
    about = t(
        "weighting.chart_about", by=t(f"dimension.{found.dimension}"),
        rows="; ".join(
            t("weighting.chart_row", value=row["name"], sample=row["share"], base=row["wanted"]) for row in rows
        ),
    )  # fmt: skip
    y = theme.o("name", axis={"ticks": False, "domain": False, "labelPadding": 8, "labelFontSize": 13})
    return theme.finished(rows, layers, about, width, _ROW * max(len(rows), 2) + 40, {"y": y})


def _row(row: Share, t: Translator, label: Callable[[str], str]) -> dict[str, object]:
    sample, base = row.sample or 0.0, row.base
    return {
        "name": label(row.value), "sample": sample, "base": base, "far": max(sample, base),
        "verdict": t(f"weighting.verdict_{row.verdict}"), "share": t.percent(sample, 1), "wanted": t.percent(base, 1),
        "said": f"{t.percent(sample, 1)}  /  {t.percent(base, 1)}",
    }  # fmt: skip
