"""Charts of walk-throughs: the score of each branch from walk to walk."""

from __future__ import annotations

from collections.abc import Sequence

from cx.insight.walks import Place
from cx.output.charts import theme
from cx.output.charts.nps import Label
from cx.output.charts.theme import Chart, layer, q, word
from cx.words import Translator

MOST_BRANCHES = 5
_COLOURS = (theme.BAD, *theme.SERIES)


def walks(places: Sequence[Place], t: Translator, label: Label, width: theme.Width = "container") -> Chart | None:
    """One line a branch over its walks, of the branches with at least two, the lowest first; None without any."""
    shown = [place for place in places if sum(walk.score is not None for walk in place.walks) > 1][:MOST_BRANCHES]
    if not shown:
        return None
    names = [label(place.branch) for place in shown]
    rows = [
        {"branch": name, "day": f"{walk.day}T00:00:00", "score": walk.score, "date": t.date(walk.day),
         "said": t.percent(walk.score, 0), "last": walk is place.walks[-1]}
        for name, place in zip(names, shown, strict=True)
        for walk in place.walks
        if walk.score is not None
    ]  # fmt: skip
    axis = {"format": "%y-%m-%d", "labelOverlap": "greedy", "tickCount": 6, "ticks": False, "labelPadding": 8}
    x = {"field": "day", "type": "temporal", "title": None, "axis": axis, "scale": {"padding": 24}}
    percent = {"format": "%", "tickCount": 5, "domain": False, "ticks": False, "grid": True}
    y = q("score", title=None, scale={"domain": [0, 1]}, axis=percent)
    shades = _COLOURS if len(names) > 1 else (theme.GOOD,)
    colour = theme.colours("branch", dict(zip(names, shades, strict=False)))
    tooltip = theme.tooltip(branch=t("dimension.branch"), date=t("walks.day"), said=t("walks.score"))
    layers = [
        layer("line", strokeWidth=2.2, enc={"y": y, "color": colour}),
        layer("point", filled=True, size=60, opacity=1, enc={"y": y, "color": colour, "tooltip": tooltip}),
        layer("text", "datum.last", dy=-13, fontSize=12, enc={"y": y, "text": word("said")}),
    ]
    told = "; ".join(f"{row['branch']} {row['date']} {row['said']}" for row in rows)
    return theme.finished(rows, layers, t("walks.trend_about", walks=told), width, 230, {"x": x})
