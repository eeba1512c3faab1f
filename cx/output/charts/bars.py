"""Charts of values that are not tested: units side by side as bars, and two dimensions as a coloured table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cx.insight.nps import Breakdown
from cx.insight.tiles import Grid
from cx.measure.statistics import Estimate
from cx.output.amounts import Amounts
from cx.output.charts import theme
from cx.output.charts.journey import wrapped
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator

Label = Callable[[str, Any], str]
_ROW = 27  # pixels


def bars(
    found: Breakdown,
    t: Translator,
    label: Label,
    amounts: Amounts,
    goal: float | None = None,
    lower: bool = False,
    most: int = 12,
    width: theme.Width = "container",
) -> Chart:
    """Units by value. With a ``goal`` those beyond it (``lower``: above it) are coloured and the line is drawn; where
    there are more than ``most`` units, those furthest on the bad side are kept."""
    rows = sorted(found.rows, key=lambda row: row.estimate.value or 0.0, reverse=not lower)
    kept = rows[-most:] if goal is not None or lower else rows[:most]
    shown = [_bar(found.by, row.key, row.estimate, label, amounts, goal, lower) for row in kept]
    shown.sort(key=lambda row: -row["value"])
    axis = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}
    ends = [row["value"] for row in shown] + ([goal] if goal is not None else []) + [0.0]
    room = (max(ends) - min(ends)) * 0.16
    domain = [min(ends) - (room if min(ends) < 0 else 0), max(ends) + (room if max(ends) > 0 else 0)]
    x = {"axis": None, "scale": {"domain": domain, "nice": False}}
    colour = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    tooltip = theme.tooltip(name=t("nps.unit"), text=t("nps.value"), base=t("nps.base"))
    layers = [
        layer("bar", height=15, cornerRadiusEnd=3, enc={"x": q("value", **x), "color": colour, "tooltip": tooltip}),
        layer("text", align="left", dx=6, enc={"x": q("end", **x), "text": word("text")}),
    ]
    if goal is not None:
        layers.append(theme.across("goal", goal, x, theme.MUTED))
    about = t("boards.bars_about", units="; ".join(f"{row['name']} {row['text']}" for row in shown))
    y = theme.o("name", [row["name"] for row in shown], axis=axis)
    return theme.finished(shown, layers, about, width, _ROW * len(shown) + 14, {"y": y})


def _bar(
    by: str, key: str | None, e: Estimate, label: Label, amounts: Amounts, goal: float | None, lower: bool
) -> dict[str, Any]:  # fmt: skip
    value = e.value or 0.0
    beyond = goal is not None and (value > goal if lower else value < goal)
    plain = theme.GOOD if goal is not None else theme.SERIES[1]
    return {
        "name": label(by, key), "value": value, "end": max(value, 0.0), "text": amounts.say(e.value),
        "base": amounts.t.number(e.n), "colour": theme.BAD if beyond else plain,
    }  # fmt: skip


def grid(
    found: Grid, t: Translator, label: Label, amounts: Amounts, better: str = "higher", width: theme.Width = "container"
) -> Chart:
    """Two dimensions: value and base written in every cell. Colour from bad to good around the mean of the cells where
    the metric has a good side; else the deeper the more."""
    rows = [_cell(found, row, column, t, label, amounts) for row in found.rows for column in found.columns]
    sound = [row for row in rows if row["value"] is not None and not row["small"]]
    values = [(row["value"], row["n"]) for row in sound or rows if row["value"] is not None]
    total = sum(n for _, n in values)
    middle = sum(value * n for value, n in values) / total if total else 0.0
    reach = max([abs(value - middle) for value, _ in values] + [1e-9])
    flat = amounts.metric.unit == "count"
    for row in rows:
        shade = 0.0 if row["value"] is None else max(-1.0, min(1.0, (row["value"] - middle) / reach))
        shade *= 0.3 if row["small"] and not flat else 1.0  # a small base is not told by a strong colour
        row["shade"] = (shade + 1) / 2 if flat else -shade if better == "lower" else shade
        row["light"] = row["value"] is not None and abs(row["shade"]) > 0.66
    left = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}
    top = left | {"orient": "top", "labelAngle": 0, "labelExpr": "split(datum.label, '\\n')"}
    names = [wrapped(label(found.by[1], column)) for column in found.columns]
    top["labelPadding"] = 8 + 13 * max(name.count("\n") for name in names)
    encoding = {
        "x": theme.o("column", names, axis=top),
        "y": theme.o("row", [label(found.by[0], row) for row in found.rows], axis=left),
    }
    tooltip = theme.tooltip(row=t(f"dimension.{found.by[0]}"), column=t(f"dimension.{found.by[1]}"),
                            text=t("nps.value"), base=t("nps.base"))  # fmt: skip
    small = len(found.columns) > 8
    layers = [
        *theme.cells("shade", [-1, 0, 1], tooltip),
        layer("text", theme.SHOWN, dy=0 if small else -7, fontSize=12 if small else 15, fontWeight=600,
              enc={"text": word("short"), "color": theme.CELL_INK}),
        layer("text", theme.GONE, color=theme.MUTED, fontSize=11, enc={"text": word("short")}),
    ]  # fmt: skip
    if not small:
        under = {"text": word("under"), "color": theme.CELL_INK}
        layers.append(layer("text", theme.SHOWN, dy=10, fontSize=10, enc=under))
    about = t("journey.heat_about", cells="; ".join(f"{r['column']} × {r['row']} {r['text']}" for r in rows[:60]))
    height = (34 if small else 46) * len(found.rows) + 44
    return theme.finished(rows, layers, about, width, height, encoding)


def _cell(found: Grid, row: Any, column: Any, t: Translator, label: Label, amounts: Amounts) -> dict[str, Any]:
    e = found.cells.get((row, column))
    value = e.value if e is not None else None
    nothing = t("journey.hidden_mark") if e is not None and e.state == "hidden" else "–"
    small = e is not None and e.state == "small"
    return {
        "row": label(found.by[0], row), "column": wrapped(label(found.by[1], column)), "value": value,
        "small": small, "n": e.n if e is not None else 0, "base": t.number(e.base if e is not None else 0),
        "short": nothing if e is None or value is None else amounts.say(value),
        "text": nothing if e is None or value is None else amounts.estimate(e),
        "under": t("journey.cell_small" if small else "journey.cell_base", n=t.number(e.base if e else 0)),
    }  # fmt: skip
