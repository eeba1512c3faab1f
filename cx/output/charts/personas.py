"""Charts of personas: what tells each apart, generations side by side, experience × value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from cx.output.charts import theme
from cx.output.charts.theme import Chart, Spec, layer, q, word
from cx.words import Translator

if TYPE_CHECKING:
    from cx.insight.personas import Persona, Trait
    from cx.insight.personas_grid import Generation, Grid, Square
    from cx.measure.statistics import Estimate

_MOST = 14
_AXIS: Spec = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}
_VERDICTS = {"higher": theme.GOOD, "lower": theme.BAD}


def apart(
    personas: Sequence[Persona], t: Translator, title: Callable[[Persona], str], name: Callable[[Trait], str],
    width: theme.Width = "container",
) -> Chart:  # fmt: skip
    """What tells the groups apart: one row a rating or answer, one column a group; colour by the difference to the
    others in standard deviations, only where it is more than noise."""
    keys: dict[str, float] = {}
    for persona in personas:
        for trait in persona.traits:
            if trait.asked is not None and trait.real:
                keys[trait.asked.key] = max(keys.get(trait.asked.key, 0.0), abs(trait.effect))
    kept = sorted(keys, key=lambda key: -keys[key])[:_MOST]
    rows: list[dict[str, Any]] = []
    for persona in personas:
        for trait in persona.traits:
            if trait.asked is not None and trait.asked.key in kept:
                rows.append({
                    "group": title(persona), "what": name(trait),
                    "effect": max(-1.5, min(1.5, trait.effect)) if trait.real else 0,
                    "text": said(trait, t), "rank": kept.index(trait.asked.key),
                    "light": bool(trait.real and abs(trait.effect) > 0.9),
                })  # fmt: skip
    order = [row["what"] for row in sorted(rows, key=lambda row: row["rank"])]
    x = theme.o(
        "group", [title(p) for p in personas], axis=_AXIS | {"orient": "top", "labelAngle": 0, "labelLimit": 150}
    )
    y = theme.o("what", list(dict.fromkeys(order)), axis=_AXIS)
    scale = {"domain": [-1.5, 0, 1.5], "range": [theme.BAD, theme.PANEL, theme.GOOD]}
    tooltip = theme.tooltip(group=t("personas.group"), what=t("personas.trait"), text=t("nps.value"))
    layers = [
        layer("rect", cornerRadius=4, stroke=theme.PAPER, strokeWidth=3,
              enc={"color": q("effect", scale=scale, legend=None), "tooltip": tooltip}),
        layer("text", "!datum.light", fontSize=12, enc={"text": word("text")}),
        layer("text", "datum.light", fontSize=12, color=theme.PAPER, enc={"text": word("text")}),
    ]  # fmt: skip
    about = t("personas.apart_about", cells="; ".join(f"{r['group']} {r['what']} {r['text']}" for r in rows))
    return theme.finished(rows, layers, about, width, 28 * len(kept) + 50, {"x": x, "y": y})


def said(trait: Trait, t: Translator) -> str:
    """A trait's value as it is shown: a mean with one decimal, a share as per cent."""
    kind = trait.asked.kind if trait.asked else "choice"
    if kind in ("choice", "yes"):
        return t.percent(trait.here.value)
    return t.number(trait.here.value, 1)


def generations(rows: Sequence[Generation], t: Translator, width: theme.Width = "container") -> Chart:
    """NPS by generation with intervals; colour only where one differs from the others beyond noise."""
    shown = [
        {"name": t.pick(g.band.name), "value": g.estimate.value, "low": g.estimate.low, "high": g.estimate.high,
         "text": t("nps.plus_minus", value=t.number(g.estimate.value), reach=t.number(g.estimate.plus_minus)),
         "n": _base(g.estimate, t), "verdict": t(f"nps.{g.verdict}"),
         "shade": _VERDICTS.get(g.verdict, theme.NEUTRAL)}
        for g in rows if g.estimate.value is not None
    ]  # fmt: skip
    x: Spec = {"scale": {"zero": False, "nice": True, "padding": 30}, "axis": {"tickCount": 7}, "title": None}
    shade = theme.SHADE
    tooltip = theme.tooltip(
        name=t("personas.generation"), text=t("nps.value"), n=t("nps.base"), verdict=t("nps.against_rest")
    )
    layers = [
        layer("rule", strokeWidth=3, strokeCap="round", opacity=0.45,
              enc={"x": q("low", **x), "x2": {"field": "high"}, "color": shade}),
        layer("circle", size=90, opacity=1, enc={"x": q("value", **x), "color": shade, "tooltip": tooltip}),
        layer("text", dy=-12, fontSize=12, enc={"x": q("value", **x), "text": word("text")}),
        layer("text", align="left", dx=8, fontSize=11, color=theme.MUTED, enc={"x": q("high", **x), "text": word("n")}),
    ]  # fmt: skip
    about = t("personas.generations_about", rows="; ".join(f"{r['name']} {r['text']} {r['verdict']}" for r in shown))
    y = theme.o("name", [r["name"] for r in shown], axis=_AXIS)
    return theme.finished(shown, layers, about, width, 42 * len(shown) + 40, {"y": y})


def _base(estimate: Estimate, t: Translator) -> str:
    small = f" · {t('nps.small')}" if estimate.state == "small" else ""
    return f"n {t.number(estimate.n)}{small}"


def grid(
    found: Grid, t: Translator, felt: Callable[[str], str], todo: Callable[[Square], str],
    width: theme.Width = "container",
) -> Chart:  # fmt: skip
    """Experience × value: the share of customers and their NPS in each cell, colour by NPS, and what to do."""
    rows = [
        {"felt": felt(s.felt), "worth": t.pick(s.worth.name), "nps": s.estimate.value,
         "share": t("why.hidden") if s.share is None else t.percent(s.share, 1) if s.share else "–",
         "text": "" if s.estimate.value is None
         else t("personas.cell", nps=t.number(s.estimate.value), reach=t.number(s.estimate.plus_minus),
                n=t.number(s.estimate.n)),
         "todo": todo(s)}
        for s in found.squares
    ]  # fmt: skip
    sides, levels = dict.fromkeys(r["felt"] for r in rows), dict.fromkeys(r["worth"] for r in rows)
    scale = {"domain": [-60, 0, 60], "range": ["#F2C6BA", theme.PANEL, "#BFDAD6"], "clamp": True}
    x = theme.o("worth", list(levels), axis=_AXIS | {"orient": "top", "labelAngle": 0})
    y = theme.o("felt", list(sides), axis=_AXIS | {"labelLimit": 130})
    tooltip = theme.tooltip(felt=t("personas.experience"), worth=t("personas.worth"), share=t("personas.share"),
                            text=t("metric.nps"), todo=t("personas.todo"))  # fmt: skip
    layers = [
        layer("rect", cornerRadius=6, stroke=theme.PAPER, strokeWidth=4,
              enc={"color": q("nps", scale=scale, legend=None), "tooltip": tooltip}),
        layer("text", dy=-22, fontSize=18, fontWeight=650, enc={"text": word("share")}),
        layer("text", dy=2, fontSize=12, color=theme.INK, enc={"text": word("text")}),
        layer("text", dy=24, fontSize=12, color=theme.MUTED, enc={"text": word("todo")}),
    ]  # fmt: skip
    about = t(
        "personas.grid_about", cells="; ".join(f"{r['felt']} × {r['worth']}: {r['share']} {r['text']}" for r in rows)
    )
    return theme.finished(rows, layers, about, width, 100 * len(sides) + 40, {"x": x, "y": y})
