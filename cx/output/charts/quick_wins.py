"""Charts of quick wins: when each runs, and the metric before and after with its intervals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cx.act import telling
from cx.act.charter import Charter
from cx.act.quick_wins import STATES, QuickWin
from cx.act.verification import BeforeAfter
from cx.measure.statistics import Estimate
from cx.output.charts import theme
from cx.output.charts.journey import wrapped
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

_COLOURS = {"idea": theme.PASSIVE, "running": theme.SERIES[1], "measuring": theme.SERIES[0], "closed": theme.GOOD}
_TOP = {"value": 0}


def timeline(wins: Sequence[QuickWin], today: dt.date, t: Translator, width: theme.Width = "container") -> Chart:
    """One bar a win from start to end, by state; the dashed line is today."""
    rows = [_bar(win, today, t) for win in sorted(wins, key=lambda win: (win.charter.start, win.id))]
    present = {
        t(f"quick_win.state_{state}"): _COLOURS[state] for state in STATES if any(w.state == state for w in wins)
    }
    axis = {
        "ticks": False,
        "domain": False,
        "labelColor": theme.INK,
        "labelLimit": 0,
        "labelPadding": 8,
        "labelExpr": "split(datum.label, '\\n')",
        "labelLineHeight": 14,
    }
    names = {"name": t("quick_win.title"), "state": t("quick_win.state"), "owner": t("quick_win.owner")}
    months = {"format": "%y-%m", "tickCount": "month", "labelOverlap": "greedy"}
    end = {"field": "at", "type": "temporal"}
    start = {"field": "start", "type": "temporal", "title": None, "axis": months}
    now = {"field": "day", "type": "temporal"}
    here = [{"day": _midnight(today), "label": t("quick_win.timeline_today")}]
    y = theme.o("name", [row["name"] for row in rows], axis=axis)
    layers = [
        layer("bar", height=16, cornerRadius=4, enc={
            "x": start, "x2": {"field": "end"}, "y": y, "color": theme.colours("state", present),
            "tooltip": theme.tooltip(**names, when=t("quick_win.timeline")),
        }),
        layer("text", align="left", dx=7, fontSize=11, color=theme.MUTED, enc={"x": end, "y": y, "text": word("when")}),
        layer("rule", rows=here, strokeDash=[3, 3], color=theme.MUTED, enc={"x": now}),
        layer("text", rows=here, dy=-6, fontSize=11, color=theme.MUTED,
              enc={"x": now, "y": _TOP, "text": word("label")}),
    ]  # fmt: skip
    tallest = max((row["name"].count("\n") + 1 for row in rows), default=1)
    about = t("quick_win.timeline_about", bars="; ".join(f"{r['name']} {r['state']} {r['when']}" for r in rows))
    return theme.finished(rows, layers, about, width, max(34, 14 * tallest + 18) * len(rows) + 70)


def before_after(
    charter: Charter, found: BeforeAfter, model: Model, t: Translator, width: theme.Width = "container"
) -> Chart:
    """Pilots before and after, the other branches below in grey, the target as a dashed line."""
    rows = [_side(charter, side, e, model, t) for side, e in _sides(found) if e.value is not None]
    axis = {"tickCount": 6} | ({"format": "%"} if telling.is_share(charter) else {})
    x = q("low", title=None, scale={"zero": False, "nice": True, "padding": 24}, axis=axis)
    labels = {"ticks": False, "domain": False, "labelColor": theme.INK, "labelPadding": 8}
    y = theme.o("side", [row["side"] for row in rows], axis=labels)
    ink = {"field": "colour", "type": "nominal", "scale": None}
    label = t("quick_win.target_label", target=telling.value(t, charter, charter.target, model))
    goal = [{"target": charter.target, "label": label}]
    layers = [
        layer("rule", rows=goal, strokeDash=[3, 3], color=theme.SERIES[0], strokeWidth=1.5, enc={"x": q("target")}),
        layer("text", rows=goal, dy=-6, fontSize=11, color=theme.MUTED,
              enc={"x": q("target"), "y": _TOP, "text": word("label")}),
        layer("rule", strokeWidth=3, opacity=0.5, enc={"x": x, "x2": {"field": "high"}, "y": y, "color": ink}),
        layer("circle", size=110, opacity=1, enc={"x": q("value"), "y": y, "color": ink}),
        layer("text", dy=-13, fontSize=12, enc={"x": q("value"), "y": y, "text": word("text")}),
    ]  # fmt: skip
    about = t("quick_win.before_after_about", sides="; ".join(f"{row['side']} {row['text']}" for row in rows))
    return theme.finished(rows, layers, about, width, 46 * len(rows) + 44)


def _sides(found: BeforeAfter) -> list[tuple[str, Estimate]]:
    sides = [("before", found.before), ("after", found.after)]
    if found.elsewhere:
        sides += [("elsewhere_before", found.elsewhere.before), ("elsewhere_after", found.elsewhere.after)]
    return sides


def _side(charter: Charter, side: str, e: Estimate, model: Model, t: Translator) -> dict[str, Any]:
    low, high = (e.value if end is None else end for end in (e.low, e.high))
    text = t("quick_win.point", value=telling.value(t, charter, e.value, model), n=t.number(e.n))
    colour = theme.NEUTRAL if side.startswith("elsewhere") else theme.GOOD
    return {
        "side": t(f"quick_win.side_{side}"),
        "value": e.value,
        "low": low,
        "high": high,
        "colour": colour,
        "text": text,
    }


def _bar(win: QuickWin, today: dt.date, t: Translator) -> dict[str, Any]:
    late = win.charter.end < today < win.charter.end + dt.timedelta(days=60)  # keep the words off today's line
    return {
        "at": _midnight(today if late else win.charter.end),
        "name": wrapped(t.pick(win.charter.title), 26),
        "start": _midnight(win.charter.start), "end": _midnight(win.charter.end),
        "state": t(f"quick_win.state_{win.state}"), "owner": t.pick(win.charter.owner),
        "when": telling.timing(t, win, today),
    }  # fmt: skip


def _midnight(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00"
