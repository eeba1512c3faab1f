"""Charts of a journey: the emotion curve over touchpoints, and stage × channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from cx.insight.journey import Heat, Step
from cx.output.charts import theme
from cx.output.charts.theme import Chart, Spec, layer, q, word
from cx.words import Translator

Label = Callable[[str, str | None], str]
_FEELINGS = {
    "delight": theme.GOOD, "usual": theme.NEUTRAL, "pain": theme.BAD, "too_few": theme.PASSIVE, "no_data": theme.LINE
}  # fmt: skip
_LINES, _LINE = 3, 14  # names take three lines of 14 pixels, filled from below, because Vega writes downwards
_LANES = (0, _LINES * _LINE + 4)  # pixels from the top: where names stand when there are many
_FEW = 9  # touchpoints whose names fit beside their dots
_BELOW = _LINES * _LINE + 2
_ARROWS = {"up": " ▲", "down": " ▼"}


def journey_curve(
    steps: Sequence[Step], t: Translator, label: Label, width: theme.Width = "container", height: int = 340
) -> Chart:
    """Scores over the touchpoints in their order; size by base, colour and word by feeling; gaps without data.

    ``label(dimension, value)`` names a touchpoint or a stage.
    """
    rows, crowded = _curve_rows(steps, t, label), len(steps) > _FEW
    values = [row["value"] for row in rows if row["value"] is not None] or [1.0, 5.0]
    scale = {"domain": [max(0.6, min(values) - 0.55), min(5.6, max(values) + 0.6)], "nice": False, "zero": False}
    if crowded:
        scale["range"] = [{"expr": f"height - {2 * _LINE}"}, _LANES[-1] + _BELOW + 16]
    x = theme.o("id", axis=None, scale={"type": "point", "padding": 0.5, "domain": [row["id"] for row in rows]})
    axis = {"grid": True, "domain": False, "ticks": False, "tickCount": 4, "format": ".1f"}
    y = q("value", title=None, scale=scale, axis=axis)
    present = {t(f"journey.{f}"): shade for f, shade in _FEELINGS.items() if any(row["key"] == f for row in rows)}
    tooltip = theme.tooltip(
        name=t("dimension.touchpoint"), stage=t("dimension.stage"), text=t("journey.score"), base=t("journey.base"),
        feeling=t("journey.against_rest"),
    )  # fmt: skip
    size = q("n", scale={"range": [80, 420], "zero": True}, legend=None)
    shown = "datum.value != null"
    name = {"lineBreak": "\n", "lineHeight": _LINE, "baseline": "top"}
    layers: list[Spec] = [
        *_names(shown, y, crowded, name),
        layer("line", shown, interpolate="monotone", color=theme.GOOD, opacity=0.45, strokeWidth=2.4,
              enc={"y": y, "detail": word("segment")}),
        layer("circle", shown, opacity=1,
              enc={"y": y, "color": theme.colours("feeling", present), "size": size, "tooltip": tooltip}),
        layer("text", shown, dy=22, color=theme.MUTED, fontSize=11, enc={"y": y, "text": word("short")}),
        *_gaps(crowded, t, name),
    ]  # fmt: skip
    about = t("journey.curve_about", steps="; ".join(f"{row['name']} {row['text']}" for row in rows))
    return theme.finished(rows, layers, about, width, height, {"x": x})


def _names(shown: str, y: Spec, crowded: bool, style: Spec) -> list[Spec]:
    """Names above their dots; where many, in two lanes on top, led down to the dots, so that none covers another."""
    if not crowded:
        return [layer("text", shown, dy=-14 - _LINES * _LINE, **style, enc={"y": y, "text": word("wrapped")})]
    found = []
    for lane, top in enumerate(_LANES):
        where = f"datum.lane == {lane}"
        ends = {"y": y, "y2": {"value": top + _BELOW}}
        ink = {"condition": {"test": shown, "value": theme.INK}, "value": theme.MUTED}
        found.append(layer("rule", f"{shown} && {where}", color=theme.LINE, strokeDash=[2, 3], enc=ends))
        found.append(layer("text", where, **style, enc={"y": {"value": top}, "text": word("wrapped"), "color": ink}))
    return found


def _gaps(crowded: bool, t: Translator, style: Spec) -> list[Spec]:
    """Touchpoints without a score: named at the foot; where many, small rings there, since their names are on top."""
    gone = "datum.value == null"
    foot = {"y": {"value": "height"}, "text": word("gap")}
    if not crowded:
        return [layer("text", gone, dy=-_LINE * (_LINES + 1), color=theme.MUTED, fontSize=11, enc=foot, **style)]
    rings = {"y": {"value": "height"}}
    hidden = foot | {"text": {"value": t("journey.hidden_mark")}}
    return [
        layer("point", f"{gone} && !datum.hidden", yOffset=-8, size=55, stroke=theme.PASSIVE, opacity=1, enc=rings),
        layer("text", f"{gone} && datum.hidden", dy=-8, color=theme.MUTED, fontSize=11, enc=hidden),
    ]  # fmt: skip


def _curve_rows(steps: Sequence[Step], t: Translator, label: Label) -> list[dict[str, Any]]:
    segment, rows = 0, []
    for at, step in enumerate(steps):
        e, name = step.estimate, label("touchpoint", step.key[1])
        segment += e.value is None
        state = t("journey.hidden_mark") if e.state == "hidden" else t("journey.no_data")
        rows.append({
            "id": "/".join(step.key), "name": name, "wrapped": _filled(wrapped(name), _LINES),
            "stage": label("stage", step.key[0]),
            "value": e.value, "n": e.base, "base": t.number(e.base), "short": t.number(e.value, 1), "segment": segment,
            "text": state if e.value is None else _score(step, t), "key": step.feeling,
            "feeling": t(f"journey.{step.feeling}"), "gap": _filled(f"{wrapped(name)}\n{state}", _LINES + 1),
            "lane": at % 2, "hidden": e.state == "hidden",
        })  # fmt: skip
    return rows


def _score(step: Step, t: Translator) -> str:
    e = step.estimate
    return t("nps.plus_minus", value=t.number(e.value, 2), reach=t.number(e.plus_minus, 2))


def wrapped(name: str, most: int = 14) -> str:
    """A label over lines of at most ``most`` Latin letters or half as many Chinese characters."""
    spaced = " " in name
    lines, line, used = [], "", 0
    for part in name.split(" ") if spaced else list(name):
        size = sum(2 if ord(letter) > 0x2E80 else 1 for letter in part)
        if line and used + size > most:
            lines, line, used = [*lines, line.rstrip()], "", 0
        line, used = line + part + " " * spaced, used + size + spaced
    return "\n".join([*lines, line.rstrip()])


def _filled(text: str, count: int) -> str:
    """Exactly ``count`` lines, the text at the end of them."""
    lines = text.split("\n")
    kept = lines if len(lines) <= count else [*lines[: count - 2], lines[count - 2] + "…", lines[-1]]
    return "\n".join([" "] * (count - len(kept)) + kept)


def heat(found: Heat, t: Translator, label: Label, width: theme.Width = "container") -> Chart:
    """Stage × channel: score, base and tested change written in every cell; colour by distance from the journey's mean.

    ``label(dimension, value)`` names stages and rows.
    """
    rows = [_heat_row(found, stage, row, t, label) for row in found.rows for stage in found.columns]
    middle = found.total.value if found.total.value is not None else 3.0
    reach = max([0.5] + [abs(row["value"] - middle) for row in rows if row["value"] is not None])
    for row in rows:
        row["light"] = row["value"] is not None and abs(row["value"] - middle) > 0.66 * reach
    left = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}
    top = left | {"orient": "top", "labelAngle": 0, "labelExpr": "split(datum.label, '\\n')"}
    encoding = {
        "x": theme.o("stage", [wrapped(label("stage", s)) for s in found.columns], axis=top),
        "y": theme.o("row", [label(found.by, r) for r in found.rows], axis=left),
    }
    scale = {"domain": [middle - reach, middle, middle + reach], "range": [theme.BAD, theme.PANEL_DARK, theme.GOOD]}
    tooltip = theme.tooltip(
        stage=t("dimension.stage"), row=t(f"dimension.{found.by}"), text=t("journey.score"), base=t("journey.base"),
        trend=t("journey.change"),
    )  # fmt: skip
    ink = {"condition": {"test": "datum.light", "value": "#FFFFFF"}, "value": theme.INK}
    shown, gone = "datum.value != null", "datum.value == null"
    fill = q("value", scale=scale, legend=None)
    layers = [
        layer("rect", gone, fill=theme.PAPER, stroke=theme.LINE, strokeDash=[2, 3], cornerRadius=4),
        layer(
            "rect", shown, cornerRadius=5, stroke=theme.PAPER, strokeWidth=3, enc={"color": fill, "tooltip": tooltip}
        ),
        layer("text", shown, dy=-8, fontSize=16, fontWeight=600, enc={"text": word("short"), "color": ink}),
        layer("text", shown, dy=12, fontSize=11, enc={"text": word("under"), "color": ink}),
        layer("text", gone, color=theme.MUTED, fontSize=11, enc={"text": word("short")}),
    ]
    about = t("journey.heat_about", cells="; ".join(f"{r['stage']} × {r['row']} {r['text']}" for r in rows))
    return theme.finished(rows, layers, about, width, 56 * len(found.rows) + 44, encoding)


def _heat_row(found: Heat, stage: str, row: str, t: Translator, label: Label) -> dict[str, Any]:
    step = found.of(row, stage)
    e, moved = step.estimate, step.change
    nothing = t("journey.hidden_mark") if e.state == "hidden" else "–"
    return {
        "stage": wrapped(label("stage", stage)), "row": label(found.by, row), "value": e.value,
        "base": t.number(e.base),
        "short": nothing if e.value is None else t.number(e.value, 1) + _ARROWS.get(moved.verdict, ""),
        "text": _score(step, t) if e.value is not None else nothing,
        "under": t("journey.cell_small" if e.state == "small" else "journey.cell_base", n=t.number(e.base)),
        "trend": t(f"journey.moved_{moved.verdict}", diff=t.number(moved.diff, 1, signed=True)),
    }  # fmt: skip
