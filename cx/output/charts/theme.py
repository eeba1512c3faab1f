"""The look of every chart, on screen and on paper: tokens, one configuration, and the parts specs are made of.

Charts are Vega-Lite specifications, written as such: building them through Altair classes took up to 130 ms a chart,
most of a click.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

INK, MUTED, LINE = "#1E2A2F", "#5C676B", "#DEDACF"
PAPER, PANEL, PANEL_DARK = "#FBFAF7", "#F1EEE6", "#E7E3D8"
GOOD, NEUTRAL, BAD = "#0E6B66", "#9AA3A5", "#C8553D"
PASSIVE = "#CFCABD"
SERIES = ("#D9A441", "#5B7DB1", "#8E6C8A", "#7A8B8F")
GROUPS = {"detractor": BAD, "passive": PASSIVE, "promoter": GOOD}
FONT = (
    "'Source Sans 3', 'Source Sans', 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
)

Width = int | Literal["container"]
Spec = dict[str, Any]
Row = Mapping[str, Any]

_CONFIG: Spec = {
    "font": FONT,
    "background": "transparent",
    "view": {"stroke": None},
    "padding": 4,
    "axis": {
        "labelColor": MUTED, "titleColor": MUTED, "domainColor": LINE, "tickColor": LINE, "gridColor": PANEL_DARK,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "grid": False, "tickSize": 4,
        "labelLimit": 260,
    },
    "legend": {
        "labelColor": MUTED, "labelFontSize": 12, "symbolSize": 90, "title": None, "orient": "top", "offset": 6,
        "symbolType": "circle", "symbolOpacity": 1, "symbolStrokeWidth": 0, "labelLimit": 300, "columnPadding": 16,
    },
    "text": {"color": INK, "fontSize": 12},
    "customFormatTypes": False,
}  # fmt: skip


@dataclass(frozen=True)
class Chart:
    """A finished Vega-Lite specification; ``about`` describes it to those who cannot see it."""

    spec: Spec
    about: str

    def to_dict(self) -> Spec:
        """The specification, as Streamlit and vl-convert take it."""
        return self.spec


def finished(
    rows: Sequence[Row] | Mapping[str, Sequence[Row]],
    layers: Sequence[Spec],
    about: str,
    width: Width,
    height: int,
    encoding: Spec | None = None,
) -> Chart:
    """Layers over shared rows, with the shared configuration.

    Several tables by name, the first of them shared, travel apart from the specification: where that stays the same
    while the data changes, the browser moves the marks instead of drawing anew.
    """
    tables = rows if isinstance(rows, Mapping) else {}
    # Rows one level down: Streamlit sends rows at the top by themselves, and the browser then draws twice.
    data = {"name": next(iter(tables))} if tables else {"values": list(rows)}
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": about,
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "layer": [{"data": data, "encoding": encoding or {}, "layer": list(layers)}],
        "config": _CONFIG,
    }
    if tables:
        spec["datasets"] = {name: list(table) for name, table in tables.items()}
    return Chart(spec, about)


def layer(mark: str, where: str | None = None, rows: Sequence[Row] | str | None = None, **more: Any) -> Spec:
    """One layer. ``enc`` is its encoding; ``where`` filters the shared rows, ``rows`` (rows, or the name of a table)
    replaces them; others are mark properties."""
    encoding = more.pop("enc", {})
    # Marks without a tooltip repeat what others say: not read out.
    found: Spec = {"encoding": encoding, "mark": {"type": mark, "aria": "tooltip" in encoding, **more}}
    if where:
        found["transform"] = [{"filter": where}]
    if rows is not None:
        found["data"] = {"name": rows} if isinstance(rows, str) else {"values": list(rows)}
    return found


SHOWN, GONE = "datum.value != null", "datum.value == null"
"""Which cells of a table have a value."""
CELL_INK = {"condition": {"test": "datum.light", "value": "#FFFFFF"}, "value": INK}
"""What stands in a cell: white on the darkest tints."""


def cells(column: str, domain: Sequence[float], tooltip: list[Spec]) -> list[Spec]:
    """The cells of a coloured table, from bad over nothing to good by ``column``; empty ones are only outlined."""
    scale = {"domain": list(domain), "range": [BAD, PANEL_DARK, GOOD], "clamp": True}
    shown = {"color": q(column, scale=scale, legend=None), "tooltip": tooltip}
    return [
        layer("rect", GONE, fill=PAPER, stroke=LINE, strokeDash=[2, 3], cornerRadius=4),
        layer("rect", SHOWN, cornerRadius=4, stroke=PAPER, strokeWidth=3, enc=shown),
    ]


def tooltip(**titles: str) -> list[Spec]:
    """Tooltip lines: column=title."""
    return [{"field": column, "type": "nominal", "title": title} for column, title in titles.items()]


def colours(column: str, names: Mapping[str, str], legend: bool = True) -> Spec:
    """A colour channel for a column of words: ``{word: colour}``, in this order."""
    scale = {"domain": list(names), "range": list(names.values())}
    return {"field": column, "type": "nominal", "scale": scale, "sort": None, "legend": {} if legend else None}


def q(column: str, **more: Any) -> Spec:
    """A quantitative channel."""
    return {"field": column, "type": "quantitative", **more}


def o(column: str, order: Sequence[str] | None = None, **more: Any) -> Spec:
    """An ordinal channel, in the order given."""
    return {"field": column, "type": "ordinal", "sort": None if order is None else list(order), "title": None, **more}


SHADE: Spec = {"field": "shade", "type": "nominal", "scale": None}
"""A colour channel for rows that bring their own colour."""


def across(column: str, value: float, x: Spec, color: str = NEUTRAL, dash: tuple[int, int] = (3, 3)) -> Spec:
    """A dashed line from top to bottom at one value."""
    line = {"x": q(column, **x), "y": {"value": 0}, "y2": {"value": "height"}}
    return layer("rule", rows=[{column: value}], strokeDash=list(dash), color=color, enc=line)


def intervals(x: Spec, colour: Spec, tooltip: list[Spec]) -> list[Spec]:
    """A line of rows with ``value``, ``low`` and ``high``, their intervals and the ``short`` words beside them."""
    reach = {"x": q("low", **x), "x2": {"field": "high"}, "color": colour, "tooltip": tooltip}
    beside = {"x": q("high", **x), "text": word("short")}
    return [
        layer("rule", strokeWidth=3, strokeCap="round", opacity=0.45, enc=reach),
        layer("circle", size=90, opacity=1, enc={"x": q("value", **x), "color": colour, "tooltip": tooltip}),
        layer("text", align="left", dx=8, fontSize=11, color=MUTED, enc=beside),
    ]


def word(column: str) -> Spec:
    """A text channel."""
    return {"field": column, "type": "nominal"}
