"""Charts of the satisfied who do not recommend: who they are, what separates them; and of how alike units are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cx.output.charts import theme
from cx.output.charts.theme import Chart, Spec, layer, q, word
from cx.words import Translator

if TYPE_CHECKING:
    from cx.insight.groups import Alike, Apart, Part
    from cx.measure.statistics import Estimate

Name = Callable[[str, str], str]
_AXIS: Spec = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}


def who(
    parts: Sequence[Part], whole: Estimate, t: Translator, name: Name, width: theme.Width = "container"
) -> Chart:  # fmt: skip
    """Share that does not recommend of each part's satisfied customers, with its interval; red: more than others."""
    rows = [
        {"name": name(p.by, p.key), "value": p.estimate.value, "low": p.estimate.low, "high": p.estimate.high,
         "text": f"{t.percent(p.estimate.value)}（n {t.number(p.estimate.n)}）" if t.lang == "zh"
         else f"{t.percent(p.estimate.value)} (n {t.number(p.estimate.n)})",
         "shade": theme.BAD if p.more else theme.GOOD if p.q < 0.05 else theme.NEUTRAL,
         "verdict": t("groups.part_more" if p.more else "groups.part_less" if p.q < 0.05 else "groups.part_same")}
        for p in parts
    ]  # fmt: skip
    x: Spec = {
        "scale": {"zero": False, "nice": True, "padding": 64},
        "axis": {"format": "%", "tickCount": 7},
        "title": None,
    }
    tooltip = theme.tooltip(name=t("groups.part"), text=t("groups.share"), verdict=t("groups.verdict"))
    shade = theme.SHADE
    layers = [
        theme.across("total", whole.value, x),
        layer("rule", strokeWidth=3, strokeCap="round", opacity=0.45,
              enc={"x": q("low", **x), "x2": {"field": "high"}, "color": shade}),
        layer("circle", size=90, opacity=1, enc={"x": q("value", **x), "color": shade, "tooltip": tooltip}),
        layer("text", align="left", dx=8, fontSize=11, color=theme.MUTED,
              enc={"x": q("high", **x), "text": word("text")}),
    ]  # fmt: skip
    about = t("groups.who_about", parts="; ".join(f"{r['name']} {r['text']} {r['verdict']}" for r in rows))
    y = theme.o("name", [r["name"] for r in rows], axis=_AXIS)
    return theme.finished(rows, layers, about, width, 25 * len(rows) + 60, {"y": y})


def apart(found: Sequence[Apart], t: Translator, name: Callable[[str], str], width: theme.Width = "container") -> Chart:
    """Each touchpoint as rated by those who hold back and by satisfied promoters, the widest difference on top."""
    rows = [
        {"name": name(one.sides.touchpoint), "low": one.sides.reluctant.value, "high": one.sides.promoters.value,
         "left": t.number(one.sides.reluctant.value, 2), "right": t.number(one.sides.promoters.value, 2),
         "shade": theme.BAD if one.real else "#DDA596",
         "words": t("groups.apart_words", effect=t.number(one.effect, 2), n=t.number(one.sides.reluctant.base))}
        for one in found
    ]  # fmt: skip
    x: Spec = {"scale": {"zero": False, "nice": True, "padding": 26}, "axis": {"tickCount": 6}, "title": None}
    tooltip = theme.tooltip(name=t("dimension.touchpoint"), left=t("groups.side_reluctant"),
                            right=t("groups.side_promoters"), words=t("groups.apart_how"))  # fmt: skip
    shade = theme.SHADE
    layers = [
        layer("rule", strokeWidth=3, opacity=0.35, color=theme.NEUTRAL,
              enc={"x": q("low", **x), "x2": {"field": "high"}}),
        layer("circle", size=100, opacity=1, enc={"x": q("low", **x), "tooltip": tooltip, "color": shade}),
        layer("circle", size=100, opacity=1, color=theme.GOOD, enc={"x": q("high", **x), "tooltip": tooltip}),
        layer("text", align="right", dx=-9, fontSize=11, color=theme.MUTED,
              enc={"x": q("low", **x), "text": word("left")}),
        layer("text", align="left", dx=9, fontSize=11, color=theme.MUTED,
              enc={"x": q("high", **x), "text": word("right")}),
    ]  # fmt: skip
    about = t("groups.apart_about", points="; ".join(f"{r['name']} {r['left']} / {r['right']}" for r in rows))
    y = theme.o("name", [r["name"] for r in rows], axis=_AXIS)
    return theme.finished(rows, layers, about, width, 27 * len(rows) + 50, {"y": y})


def alike(
    found: Sequence[Alike], t: Translator, name: Name, width: theme.Width = "container"
) -> Chart | None:  # fmt: skip
    """Every unit as a dot, the band in which 95 of 100 such units truly lie, one line a dimension; named ends."""
    rows: list[dict[str, Any]] = []
    bands: list[dict[str, Any]] = []
    for one in found:
        if one.spread is None:
            continue
        line = t(f"dimension.{one.by}")
        low, high = one.spread.usual
        bands.append({"line": line, "low": low, "high": high})
        units = sorted((c for c in one.measured.cells if c.key[0] is not None and c.estimate.value is not None),
                       key=lambda c: c.estimate.value or 0.0)  # fmt: skip
        digits = 0 if one.metric == "nps" else 2
        for place, cell in enumerate(units):
            label = name(one.by, str(cell.key[0]))
            end = place in (0, len(units) - 1)
            rows.append({"line": line, "value": cell.estimate.value, "name": label, "mark": label if end else "",
                         "text": t.number(cell.estimate.value, digits), "above": place == 0})  # fmt: skip
    if not rows:
        return None
    x: Spec = {"scale": {"zero": False, "nice": True, "padding": 40}, "axis": {"tickCount": 7}, "title": None}
    y = theme.o("line", [band["line"] for band in bands], axis=_AXIS)
    tooltip = theme.tooltip(name=t("nps.unit"), text=t("nps.value"))
    layers = [
        layer("bar", rows=bands, size=30, cornerRadius=6, color=theme.PANEL_DARK,
              enc={"x": q("low", **x), "x2": {"field": "high"}}),
        layer("circle", size=80, opacity=0.75, color=theme.SERIES[1], enc={"x": q("value", **x), "tooltip": tooltip}),
        layer("text", "datum.mark != ''", dy=-22, fontSize=11, color=theme.MUTED,
              enc={"x": q("value", **x), "text": word("mark")}),
    ]  # fmt: skip
    about = t("groups.alike_about", units="; ".join(f"{r['name']} {r['text']}" for r in rows))
    return theme.finished(rows, layers, about, width, 80 * len(bands) + 40, {"y": y})
