"""A chart of one level of the organisation: each unit now and before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cx.output.charts import theme
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator

if TYPE_CHECKING:
    from cx.insight.compare.levels import Child, Level

Say = Callable[[float | None], str]
Label = Callable[[tuple[Any, ...]], str]
_FORMATS = {"share": ".0%", "points": ".0f", "mean": ".2f"}


def levels(
    found: Level, t: Translator, label: Label, say: Say, moved: Say, width: theme.Width = "container"
) -> Chart:  # fmt: skip
    """Each unit with its interval now, the period before as a hollow mark; coloured where the change is more than
    noise. The value of the whole level is the dashed line."""
    better = found.measured.metric.better == "higher"
    rows = [_row(child, better, t, label, say, moved) for child in found.children]
    form = _FORMATS.get(found.measured.metric.unit, ".1f")
    x = {"scale": {"zero": False, "nice": True}, "title": t("compare.axis_levels"),
         "axis": {"tickCount": 8, "format": form}}  # fmt: skip
    shade = theme.SHADE
    tooltip = theme.tooltip(name=t("compare.unit"), said=t("nps.value"), people=t("nps.base"), change=t("compare.says"))
    total = found.headline.estimate.value
    middle = [] if total is None else [theme.across("total", total, x)]
    layers = [
        *middle,
        layer("rule", strokeWidth=3, strokeCap="round", opacity=0.4,
              enc={"x": q("low", **x), "x2": {"field": "high"}, "color": shade}),
        layer("point", "datum.before != null", size=60, strokeWidth=1.6, filled=False, opacity=1,
              enc={"x": q("before", **x), "stroke": shade}),
        layer("circle", size=90, opacity=1, enc={"x": q("value", **x), "color": shade, "tooltip": tooltip}),
        layer("text", align="left", dx=9, fontSize=11, color=theme.MUTED,
              enc={"x": q("end", **x), "text": word("short")}),
    ]  # fmt: skip
    axis = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}
    y = theme.o("name", [row["name"] for row in rows], axis=axis)
    about = t("compare.levels_about", units="; ".join(f"{row['name']} {row['said']} {row['change']}" for row in rows))
    return theme.finished(rows, layers, about, width, max(100, 28 * len(rows) + 70), {"y": y})


def _row(child: Child, better: bool, t: Translator, label: Label, say: Say, moved: Say) -> dict[str, Any]:
    e, verdict = child.now, child.verdict
    rising = verdict == "up"
    shade = theme.NEUTRAL if verdict not in ("up", "down") else theme.GOOD if rising == better else theme.BAD
    said = t("nps.plus_minus", value=say(e.value), reach=say(e.plus_minus))
    change = t(f"compare.change_{verdict}")
    marked = verdict in ("up", "down")
    return {
        "name": label((child.key,)), "value": e.value, "low": e.low, "high": e.high, "before": child.before.value,
        "end": max(x for x in (e.high, e.value, child.before.value) if x is not None), "shade": shade, "said": said,
        "people": t.number(e.base), "change": f"{change} {moved(child.change.diff)}" if marked else change,
        "short": t("compare.level_mark", value=say(e.value), diff=moved(child.change.diff)) if marked else say(e.value),
    }  # fmt: skip
