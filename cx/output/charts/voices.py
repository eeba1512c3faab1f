"""Charts of comments: who recommends by theme, words that separate, words that rise, feelings, a theme over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cx.output.charts import theme
from cx.output.charts.nps import short_period
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator

if TYPE_CHECKING:
    from cx.insight.voices import Mention, Theme
    from cx.insight.voices_words import Rising
    from cx.voices import Shift

Label = Callable[[str], str]
_SHADES = {"higher": theme.GOOD, "same": theme.NEUTRAL, "lower": theme.BAD, "too_few": theme.PASSIVE}
_LINE = 25  # pixels a row
_NAMES = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8, "labelFontSize": 13}


def scores(
    found: Sequence[Theme], whole: float | None, t: Translator, name: Label, width: theme.Width = "container"
) -> Chart:
    """NPS of those who mention each theme, with interval and how many they are; a dashed line for all who wrote."""
    rows = [
        {
            "name": name(each.id), "value": each.nps.value, "low": each.nps.low, "high": each.nps.high,
            "verdict": t(f"voices.verdict_{each.verdict}"), "key": each.verdict,
            "text": t("nps.plus_minus", value=t.number(each.nps.value), reach=t.number(each.nps.plus_minus)),
            "short": t("voices.mark_score", value=t.number(each.nps.value), n=t.number(each.nps.n)),
            "base": t.number(each.nps.n),
        }
        for each in found
    ]  # fmt: skip
    present = {t(f"voices.verdict_{v}"): shade for v, shade in _SHADES.items() if any(r["key"] == v for r in rows)}
    colour = theme.colours("verdict", present)
    tooltip = theme.tooltip(
        name=t("voices.theme"), text=t("metric.theme_nps"), base=t("nps.base"), verdict=t("nps.against_rest")
    )
    x = {"scale": {"zero": False, "nice": True}, "axis": {"tickCount": 8}, "title": t("voices.scores_axis")}
    layers = theme.intervals(x, colour, tooltip)
    if whole is not None:
        layers.insert(0, theme.across("whole", whole, x))
    told = "; ".join(f"{row['name']} {row['text']} {row['verdict']}" for row in rows[:12])
    y = theme.o("name", [row["name"] for row in rows], axis=_NAMES)
    about = t("voices.scores_about", themes=told)
    return theme.finished(rows, layers, about, width, max(90, _LINE * len(rows) + 70), {"y": y})


def mentions(
    found: Sequence[Mention], t: Translator, grain: str = "month", width: theme.Width = "container", height: int = 200
) -> Chart:
    """The share of comments that speak of a theme over time, with its interval; a running period hollow."""
    rows, segment = [], 0
    for each in found:
        segment += each.estimate.value is None  # the line breaks where nothing is shown
        rows.append({
            "segment": segment, "period": short_period(each.day, grain, t), "name": t.period(each.day, grain),
            "value": each.estimate.value, "low": each.estimate.low, "high": each.estimate.high,
            "complete": each.complete,
            "base": t.number(each.estimate.n), "text": t("nps.plus_minus", value=t.percent(each.estimate.value, 1),
                                                         reach=t.percent(each.estimate.plus_minus, 1)),
        })  # fmt: skip
    axis = {"labelAngle": 0, "labelOverlap": "greedy", "ticks": False, "labelPadding": 8}
    order = [row["period"] for row in rows]
    x = theme.o("period", order, axis=axis, scale={"type": "point", "padding": 0.4, "domain": order})
    ends = {"y": {"value": "height"}, "text": {"value": t("nps.hidden_mark")}}
    y = q("value", title=None, scale={"zero": True, "nice": True},
          axis={"tickCount": 4, "format": ".0%", "domain": False, "ticks": False, "grid": True})  # fmt: skip
    tooltip = theme.tooltip(name=t("nps.period"), text=t("voices.share"), base=t("voices.comments"))
    shade = {"condition": {"test": "datum.complete", "value": theme.GOOD}, "value": theme.NEUTRAL}
    layers = [
        layer("area", "datum.value != null && datum.complete", color=theme.GOOD, opacity=0.13,
              enc={"y": y | {"field": "low"}, "y2": {"field": "high"}, "detail": word("segment")}),
        layer("line", "datum.value != null && datum.complete", color=theme.GOOD, strokeWidth=2.4,
              enc={"y": y, "detail": word("segment")}),
        layer("text", "datum.value == null", dy=-8, color=theme.MUTED, fontSize=11, enc=ends),
        layer("point", "datum.value != null", filled=True, fill=theme.PAPER, size=55, strokeWidth=2, opacity=1,
              enc={"y": y, "stroke": shade, "tooltip": tooltip}),
    ]  # fmt: skip
    last = "; ".join(f"{row['name']} {row['text']}" for row in rows[-6:] if row["value"] is not None)
    return theme.finished(rows, layers, t("voices.mentions_about", points=last), width, height, {"x": x})


def separating(
    down: Sequence[Shift], up: Sequence[Shift], t: Translator, width: theme.Width = "container"
) -> Chart:  # fmt: skip
    """Words by how surely they separate detractors (left) from promoters (right): bars of z, the word at the end."""
    rows = [_side(each, -1, t) for each in down] + [_side(each, 1, t) for each in up]
    order = [row["line"] for row in rows]
    reach = max((abs(row["z"]) for row in rows), default=1.0) * 1.45
    sides = {t("voices.of_detractors"): theme.BAD, t("voices.of_promoters"): theme.GOOD}
    x = q(
        "z", title=t("voices.separating_axis"), scale={"domain": [-reach, reach], "nice": False}, axis={"tickCount": 7}
    )
    tooltip = theme.tooltip(
        term=t("voices.word"), z=t("voices.z"), one=t("voices.of_detractors"), other=t("voices.of_promoters")
    )
    label = {"text": word("term")}
    layers = [
        layer("bar", height={"band": 0.62}, cornerRadiusEnd=3,
              enc={"x": x, "color": theme.colours("side", sides), "tooltip": tooltip}),
        layer("text", "datum.z < 0", align="right", dx=-6, fontSize=13, enc={"x": x} | label),
        layer("text", "datum.z >= 0", align="left", dx=6, fontSize=13, enc={"x": x} | label),
    ]  # fmt: skip
    about = t("voices.separating_about", down=_listed(down, t), up=_listed(up, t))
    y = theme.o("line", order, axis=None)
    return theme.finished(rows, layers, about, width, 20 * len(rows) + 80, {"y": y})


def _side(shift: Shift, way: int, t: Translator) -> dict[str, Any]:
    return {
        "line": f"{way}{shift.term}", "term": shift.term, "z": round(-shift.z, 2),
        "side": t("voices.of_detractors" if way < 0 else "voices.of_promoters"),
        "one": _part(shift.here, shift.here_texts, t), "other": _part(shift.there, shift.there_texts, t),
    }  # fmt: skip


def _part(n: int, texts: int, t: Translator) -> str:
    return t("voices.in_comments", n=t.number(n), share=t.percent(n / texts if texts else None, 1))


def _listed(terms: Sequence[Shift], t: Translator) -> str:
    return ("、" if t.lang == "zh" else ", ").join(each.term for each in terms)


def rising(found: Sequence[Rising], t: Translator, width: theme.Width = "container") -> Chart:
    """How often each rising word comes in comments: from the period before (hollow) to now (filled)."""
    rows = [
        {
            "term": each.term, "now": each.share, "then": each.was,
            "text": t("voices.rise", before=t.percent(each.was, 1), now=t.percent(each.share, 1)),
            "count": t("voices.rise", before=t.number(each.before), now=t.number(each.n)),
        }
        for each in found
    ]  # fmt: skip
    x = {"title": t("voices.rising_axis"), "axis": {"format": ".1%", "tickCount": 6}, "scale": {"zero": True}}
    tooltip = theme.tooltip(term=t("voices.word"), text=t("voices.share"), count=t("voices.comments"))
    layers = [
        layer("rule", strokeWidth=3, opacity=0.4, color=theme.SERIES[0],
              enc={"x": q("then", **x), "x2": {"field": "now"}, "tooltip": tooltip}),
        layer("point", size=70, filled=True, fill=theme.PAPER, stroke=theme.SERIES[0], strokeWidth=2, opacity=1,
              enc={"x": q("then", **x)}),
        layer("circle", size=95, color=theme.SERIES[0], opacity=1, enc={"x": q("now", **x), "tooltip": tooltip}),
        layer("text", align="left", dx=9, fontSize=11, color=theme.MUTED,
              enc={"x": q("now", **x), "text": word("text")}),
    ]  # fmt: skip
    y = theme.o("term", [row["term"] for row in rows], axis=_NAMES)
    about = t("voices.rising_about", terms="; ".join(f"{row['term']} {row['text']}" for row in rows))
    return theme.finished(rows, layers, about, width, max(90, _LINE * len(rows) + 60), {"y": y})


def feelings(
    found: Mapping[str, int], n: int, bad: Sequence[str], t: Translator, width: theme.Width = "container"
) -> Chart:
    """In how many of ``n`` comments each feeling is; ``bad`` ones coloured as such."""
    rows = [
        {
            "name": t(f"voices.emotion_{key}"), "n": count, "text": _part(count, n, t),
            "shade": theme.BAD if key in bad else theme.GOOD,
        }
        for key, count in found.items()
    ]  # fmt: skip
    colour = {**theme.SHADE, "legend": None}
    x, tooltip = q("n", axis=None), theme.tooltip(name=t("voices.emotion"), text=t("voices.comments"))
    layers = [
        layer("bar", height={"band": 0.6}, cornerRadiusEnd=3, enc={"x": x, "color": colour, "tooltip": tooltip}),
        layer("text", align="left", dx=6, fontSize=11, color=theme.MUTED, enc={"x": x, "text": word("text")}),
    ]  # fmt: skip
    y = theme.o("name", [row["name"] for row in rows], axis=_NAMES)
    about = t("voices.feelings_about", feelings="; ".join(f"{row['name']} {row['text']}" for row in rows))
    return theme.finished(rows, layers, about, width, max(80, _LINE * len(rows) + 30), {"y": y})
