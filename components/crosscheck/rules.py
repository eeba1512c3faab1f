"""The rules of the cross-check, chosen in the address: metric, references, thresholds, level, period, lags."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import filters
from components.page import Context
from cx.insight.crosscheck.shape import AGAINST, GRAINS, LINES, METRICS, Rules

LEVELS = ("0.05", "0.01", "0.02", "0.1")
LAGS = ("3", "0", "1", "2", "4", "6")
GAPS = {
    "satisfaction": ("0.3", "0.1", "0.2", "0.5", "1"),
    "top2": ("0.1", "0.03", "0.05", "0.2"),
    "nps": ("10", "3", "5", "20"),
}
GOALS = {
    "satisfaction": ("4", "3", "3.5", "4.25", "4.5"),
    "top2": ("0.8", "0.6", "0.7", "0.9"),
    "nps": ("30", "0", "10", "20", "40", "50"),
}


def chosen() -> Rules:
    """What the address says; what it does not say stands at its default."""
    metric = filters.chosen_of("metric", METRICS)
    goal = filters.chosen_of("goal", GOALS[metric])
    gap = filters.chosen_of("gap", GAPS[metric])
    return Rules(
        metric=metric,
        against=filters.chosen_of("against", AGAINST),
        gap=None if gap == GAPS[metric][0] else float(gap),
        goal=None if goal == GOALS[metric][0] else float(goal),
        line=filters.chosen_of("line", LINES),
        grain=filters.chosen_of("grain", GRAINS),
        lags=int(filters.chosen_of("lags", LAGS)),
        level=float(filters.chosen_of("level", LEVELS)),
    )


def draw(ctx: Context, rules: Rules) -> None:
    """The boxes, folded away: most readers leave them as they are."""
    t = ctx.t

    def amount(value: str) -> str:
        return (
            t.percent(float(value), 0) if rules.metric == "top2" else t.number(float(value), 2).rstrip("0").rstrip(".")
        )

    boxes: list[tuple[str, tuple[str, ...], Callable[[str], str]]] = [
        ("metric", METRICS, lambda v: t(f"metric.{v}")),
        ("against", AGAINST, lambda v: t(f"crosscheck.against_{v}")),
        ("gap", GAPS[rules.metric], amount),
        ("goal", GOALS[rules.metric], amount),
        ("line", LINES, lambda v: t(f"crosscheck.line_{v}")),
        ("level", LEVELS, lambda v: t.percent(float(v), 0)),
        ("grain", GRAINS, lambda v: t(f"crosscheck.grain_{v}")),
        ("lags", LAGS, lambda v: v),
    ]
    if rules.against != "goal":
        boxes = [box for box in boxes if box[0] != "goal"]
    with st.expander(t("crosscheck.rules"), icon=":material/tune:"):
        columns = st.columns(4)
        for place, (name, options, label) in enumerate(boxes):
            with columns[place % 4]:
                filters.select(name, options, label, t(f"crosscheck.rule_{name}"), titled=True)
        st.caption(t("crosscheck.rules_how"))
