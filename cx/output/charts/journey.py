"""Chart of a journey: stage × channel, or another dimension. The map itself: :mod:`.journey_map`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cx.insight.journey import Heat
from cx.output.charts import journey_words, theme
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator

Label = Callable[[str, str | None], str]
_ARROWS = {"up": " ▲", "down": " ▼"}


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
        "text": nothing if e.value is None else journey_words.score(e, t),
        "under": t("journey.cell_small" if e.state == "small" else "journey.cell_base", n=t.number(e.base)),
        "trend": t(f"journey.moved_{moved.verdict}", diff=t.number(moved.diff, 1, signed=True)),
    }  # fmt: skip
