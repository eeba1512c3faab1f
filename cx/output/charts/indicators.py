"""Charts of the indicator tree: what moved the index, the tree itself, one indicator over time, and its branches."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cx.insight.indicator_values import Series
from cx.insight.meanings import Break
from cx.insight.tree import Step, View
from cx.measure import index
from cx.measure.index import Effects, Path
from cx.output.charts import theme
from cx.output.charts.journey import wrapped
from cx.output.charts.nps import short_period
from cx.output.charts.theme import Chart, Spec, layer, q, word
from cx.words import Translator

Name = Callable[[Path, str | None], str]
_ROW = 26  # pixels
_BREAK = "\n"
_EDGES = (
    0.0,
    0.105,
    0.235,
    0.37,
    0.565,
    1.0,
)  # where the columns of the tree begin: bank, journey, stage, touchpoint, indicator
_HEAT = {"domain": [0, 50, 100], "range": [theme.BAD, theme.PANEL, theme.GOOD]}


def waterfall(
    view: View, steps: Sequence[Step], names: Sequence[str], ends: tuple[str, str], t: Translator,
    width: theme.Width = "container",
) -> Chart:  # fmt: skip
    """From the index of one state to that of the other, part by part; what is written on the bars adds up.

    ``names`` are those of the steps, ``ends`` those of the two states.
    """
    assert view.moved is not None
    before, after = (Decimal(float(index.shown(each))).quantize(Decimal("0.1")) for each in _ends(view))
    rows: list[dict[str, Any]] = [_end(ends[0], before, t)]
    at = before
    for step, name in zip(steps, names, strict=True):
        kind = "none" if not step.shown else "up" if step.shown > 0 else "down"
        text = t.number(float(step.shown), 1, signed=True)
        rows.append({"name": name, "from": float(at), "to": float(at + step.shown), "text": text, "kind": kind,
                     "right": float(max(at, at + step.shown)), "end": False})  # fmt: skip
        at += step.shown
    rows.append(_end(ends[1], after, t))
    low, high = (f(float(row[end]) for row in rows for end in ("from", "to")) for f in (min, max))
    room = max(0.5, (high - low) * 0.12)
    x = {"scale": {"domain": [low - room, high + room], "nice": False, "zero": False},
         "axis": {"tickCount": 6, "grid": True, "domain": False, "ticks": False}, "title": None}  # fmt: skip
    colour = {"field": "kind", "type": "nominal", "legend": None,
              "scale": {"domain": ["up", "down", "none"], "range": [theme.GOOD, theme.BAD, theme.NEUTRAL]}}  # fmt: skip
    axis = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}
    tooltip = theme.tooltip(name=t("indicators.col_name"), text=t("indicators.points"))
    layers = [
        layer("bar", "!datum.end", height=15, cornerRadius=3,
              enc={"x": q("from", **x), "x2": {"field": "to"}, "color": colour, "tooltip": tooltip}),
        layer("tick", "datum.end", color=theme.INK, thickness=3, height=20,
              enc={"x": q("from", **x), "tooltip": tooltip}),
        layer("text", align="left", dx=7, enc={"x": q("right", **x), "text": word("text")}),
    ]  # fmt: skip
    about = t("indicators.waterfall_about", parts="; ".join(f"{row['name']} {row['text']}" for row in rows))
    y = theme.o("name", [row["name"] for row in rows], axis=axis)
    return theme.finished({"parts": rows}, layers, about, width, _ROW * len(rows) + 30, {"y": y})


def _ends(view: View) -> tuple[Fraction, Fraction]:
    assert view.moved is not None
    return view.moved.before, view.moved.after


def _end(name: str, value: Decimal, t: Translator) -> dict[str, Any]:
    text = t.number(float(value), 1)
    return {"name": name, "from": float(value), "to": float(value), "right": float(value), "text": text,
            "kind": "none", "end": True}  # fmt: skip


def tree(
    view: View, name: Name, value: Callable[[str], str], title: str, t: Translator, width: theme.Width = "container"
) -> Chart:
    """The tree from the bank on the left to the indicators on the right, a row an indicator, coloured by score.

    ``name(path, leaf)`` names a place or an indicator, ``value(indicator)`` is its value with unit.
    """
    rows = _cells(view, name, value, title, t)
    count = sum(row["level"] == 4 for row in rows)
    scale = {"domain": [0, 1], "nice": False}
    x, x2 = q("x", scale=scale, axis=None), {"field": "x2"}
    y, y2 = q("y", scale={"domain": [count, 0], "nice": False}, axis=None), {"field": "y2"}
    ink = {"condition": {"test": "datum.light", "value": "#FFFFFF"}, "value": theme.INK}
    tooltip = theme.tooltip(name=t("indicators.col_name"), value=t("indicators.col_value"),
                            score=t("indicators.col_score"), weight=t("indicators.col_share"))  # fmt: skip
    box = {"x": x, "x2": x2, "y": y, "y2": y2}
    style = {"stroke": theme.PAPER, "strokeWidth": 2, "cornerRadius": 4}
    label = {"x": q("left", scale=scale, axis=None), "y": q("middle", scale={"domain": [count, 0]}, axis=None),
             "color": ink}  # fmt: skip
    text = {"align": "left", "dx": 7, "baseline": "middle", "lineBreak": _BREAK, "lineHeight": 16}
    right = label | {"x": q("x2", scale=scale, axis=None), "text": word("value")}
    layers = [
        layer("rect", "datum.points == null", fill=theme.PAPER, **style | {"stroke": theme.LINE, "strokeWidth": 1},
              enc=box | {"tooltip": tooltip}),
        layer("rect", "datum.points != null", **style,
              enc=box | {"color": q("points", scale=_HEAT, legend=None), "tooltip": tooltip}),
        *(layer("text", f"datum.level == {level}", **text, limit={"expr": f"width * {room:.3f} - 12"},
                enc=label | {"text": word("label")})
          for level, room in enumerate(_rooms())),
        layer("text", "datum.level == 4", align="right", dx=-8, baseline="middle", enc=right),
    ]  # fmt: skip
    told = "; ".join(f"{row['name']} {row['value']} {row['score']}".strip() for row in rows if row["told"])
    return theme.finished({"cells": rows}, layers, t("indicators.tree_about", cells=told), width, _ROW * count + 8)


def _rooms() -> list[float]:
    widths = [after - before for before, after in zip(_EDGES, _EDGES[1:], strict=False)]
    return [*widths[:4], widths[4] * 0.58]


def _cells(view: View, name: Name, value: Callable[[str], str], title: str, t: Translator) -> list[dict[str, Any]]:
    """A cell a place and a cell an indicator; ``y`` counts indicators from the top."""
    leaves = [leaf for leaf in view.leaves if leaf.standing != "no_place"]
    spans: dict[Path, list[int]] = {}
    for row, leaf in enumerate(leaves):
        for depth in range(len(leaf.path) + 1):
            spans.setdefault(leaf.path[:depth], []).append(row)
    found = []
    for path, rows in spans.items():
        mark = view.now.marks.get(path)
        points = mark.score if mark else None
        said = title if not path else name(path, None)
        found.append(_cell(len(path), rows, said, points, "", t.percent(float(mark.cover)) if mark else "", t))
    for row, leaf in enumerate(leaves):
        points = leaf.score if leaf.standing == "scored" else None
        told = value(leaf.indicator.id)
        found.append(
            _cell(4, [row], name(leaf.path, leaf.indicator.id), points, told, t.percent(float(leaf.share), 1), t)
        )
    return found


def _cell(
    level: int, rows: Sequence[int], name: str, points: Fraction | None, value: str, weight: str, t: Translator
) -> dict[str, Any]:
    score = "" if points is None else t.number(float(points))
    tall = len(rows) > 1
    said = wrapped(name, 10 + 3 * level) if len(rows) > 3 and level < 3 else name
    label = name if level == 4 else f"{said}{_BREAK if tall else '  '}{score}".rstrip()
    ends = f"{value}  ·  {score}" if value and score else value or score
    return {
        "level": level, "name": name, "label": label, "score": score, "value": ends if level == 4 else score,
        "weight": weight,
        "points": None if points is None else float(points), "light": points is not None and abs(points - 50) > 36,
        "x": _EDGES[level], "x2": _EDGES[level + 1], "left": _EDGES[level], "y": min(rows), "y2": max(rows) + 1,
        "middle": (min(rows) + max(rows) + 1) / 2 - 8 / _ROW * label.count(_BREAK), "told": level in (0, 1, 4),
    }  # fmt: skip


def series(
    found: Series, lines: Mapping[str, tuple[float, str]], t: Translator, digits: int,
    breaks: Sequence[Break] = (), width: theme.Width = "container", height: int = 230,
) -> Chart:  # fmt: skip
    """One indicator over its periods, with levels to hold it against: ``lines`` is label → (level, colour). The line
    breaks where the meaning changed."""
    rows = [
        {"period": short_period(day, found.grain, t), "name": t.period(day, found.grain), "value": estimate.value,
         "text": t.number(estimate.value, digits), "n": t.number(estimate.n), "last": at == len(found.points) - 1,
         "segment": sum(each.day <= day for each in breaks)}
        for at, (day, estimate) in enumerate(found.points)
    ]  # fmt: skip
    marks = [
        {"period": row["period"], "label": t("indicators.break_mark", version=breaks[row["segment"] - 1].version)}
        for before, row in zip(rows, rows[1:], strict=False)
        if before["segment"] != row["segment"]
    ]
    levels = [{"level": level, "label": label, "colour": colour} for label, (level, colour) in lines.items()]
    axis = {"labelAngle": 0, "labelOverlap": "greedy", "ticks": False, "labelPadding": 8}
    # Labels sort as their days do; in the order of arrival the breaks' own periods would stand first.
    x = theme.o("period", axis=axis, scale={"type": "point", "padding": 0.4}, sort="ascending")
    y = {"title": None, "scale": {"zero": False, "nice": True, "padding": 12},
         "axis": {"tickCount": 5, "domain": False, "ticks": False, "grid": True}}  # fmt: skip
    colour = {"field": "colour", "type": "nominal", "scale": None, "legend": None}
    across: Spec = {"y": q("level", **y), "x": {"value": 0}, "x2": {"value": "width"}, "color": colour}
    named: Spec = {"y": q("level", **y), "x": {"value": "width"}, "text": word("label"), "color": colour}
    tooltip = theme.tooltip(name=t("nps.period"), text=t("indicators.col_value"), n=t("indicators.col_n"))
    layers = [
        layer("rule", rows="levels", strokeDash=[5, 4], enc=across),
        layer("text", rows="levels", align="right", dy=-7, fontSize=11, enc=named),
        layer("rule", rows="breaks", color=theme.MUTED, strokeDash=[2, 3], enc={"x": x}),
        layer("text", rows="breaks", align="left", baseline="top", dx=5, dy=-8, fontSize=11, color=theme.MUTED,
              enc={"x": x, "y": {"value": 0}, "text": word("label")}),
        layer("line", color=theme.INK, strokeWidth=2.2,
              enc={"x": x, "y": q("value", **y), "detail": word("segment")}),
        layer("point", filled=True, fill=theme.PAPER, stroke=theme.INK, size=45, strokeWidth=2, opacity=1,
              enc={"x": x, "y": q("value", **y), "tooltip": tooltip}),
        layer("text", "datum.last", dy=-14, fontWeight=600, enc={"x": x, "y": q("value", **y), "text": word("text")}),
    ]  # fmt: skip
    told = [*(f"{r['name']} {r['text']}" for r in rows[-6:]), *(f"{m['period']} {m['label']}" for m in marks)]
    about = t("indicators.series_about", points="; ".join(told))
    return theme.finished({"points": rows, "levels": levels, "breaks": marks}, layers, about, width, height)


def branches(
    effects: Effects[str | None], name: Callable[[str | None], str], lower_is_better: bool, t: Translator,
    digits: int, most: int = 12, width: theme.Width = "container",
) -> Chart:  # fmt: skip
    """What each branch's own change did to the indicator, the largest first; colour says better or worse."""
    ranked = sorted(effects.rate.items(), key=lambda pair: -abs(pair[1]))[:most]
    rows = [
        {"name": name(key), "value": float(part), "text": t.number(float(part), digits, signed=True),
         "kind": "none" if not part else "good" if (part < 0) == lower_is_better else "bad"}
        for key, part in ranked
    ]  # fmt: skip
    axis = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}
    shades = {"domain": ["good", "bad", "none"], "range": [theme.GOOD, theme.BAD, theme.NEUTRAL]}
    colour = {"field": "kind", "type": "nominal", "legend": None, "scale": shades}
    x = {"title": None, "axis": {"tickCount": 5, "grid": True, "domain": False, "ticks": False},
         "scale": {"nice": True, "padding": 34}}  # fmt: skip
    tooltip = theme.tooltip(name=t("dimension.branch"), text=t("indicators.effect"))
    layers = [
        layer("bar", height=13, cornerRadius=3, enc={"x": q("value", **x), "color": colour, "tooltip": tooltip}),
        layer("text", "datum.value >= 0", align="left", dx=6, enc={"x": q("value", **x), "text": word("text")}),
        layer("text", "datum.value < 0", align="right", dx=-6, enc={"x": q("value", **x), "text": word("text")}),
    ]
    about = t("indicators.branches_about", parts="; ".join(f"{row['name']} {row['text']}" for row in rows))
    y = theme.o("name", [row["name"] for row in rows], axis=axis)
    return theme.finished({"rows": rows}, layers, about, width, 24 * len(rows) + 40, {"y": y})
