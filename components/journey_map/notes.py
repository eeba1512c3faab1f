"""Below the journey map: how to read it, its gaps, the journey as a whole beside its touchpoints, peak and end."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import cards, page, why
from components.page import Context
from cx.insight import journey, journey_map
from cx.insight.journey_map import Map, State
from cx.measure.statistics import Estimate
from cx.output.charts import journey_words


def reading(ctx: Context, found: Map) -> None:
    """What is not measured, and how the marks are defined."""
    t = ctx.t
    for state, key in (("gap", "journey.map_gaps"), ("indicator", "journey.map_indicator_only")):
        _listed(ctx, found, state, key)
    if found.gaps("gap") or found.gaps("indicator"):
        page.link(ctx, "coverage", t("journey.to_coverage"))
    how = [t("journey.map_how", gap=t.number(journey.GAP, 1))]
    if found.marked("opportunity"):
        values = {"middling": t.number(journey_map.MIDDLING, 1), "spread": t.number(journey_map.SPREAD, 1)}
        how.append(t("journey.opportunity_how", share=t.percent(journey_map.SHARE), **values))
    if found.marked("end"):
        how.append(t("journey.peak_how"))
    if any(point.said for point in found.points):
        how.append(t("journey.quotes_how"))
    st.html("".join(f'<p class="cx-note" style="padding-bottom: .25rem">{escape(words)}</p>' for words in how))


def _listed(ctx: Context, found: Map, state: State, key: str) -> None:
    points = found.gaps(state)
    if points:
        names = [ctx.model.label("touchpoint", point.touchpoint, ctx.t) for point in points]
        cards.said(ctx.t(key, n=len(points), names=("、" if ctx.t.lang == "zh" else ", ").join(names)))


def whole(ctx: Context, found: Map) -> None:
    """The journey's own score beside that of its touchpoints, and whether both tell the same."""
    t, it = ctx.t, found.whole
    cards.heading(t("journey.whole_title"))
    st.markdown(journey_words.whole(found, t))
    own = it.own.state != "empty"
    columns = st.columns(3 if own else 2)
    with columns[0].container(border=True, height="stretch"):
        st.html(_figure(ctx, "journey.whole_score", it.score, 0))
        if it.score.value is not None:
            why.popover(ctx, "journey_nps", it.nps, it.score)
    if own:
        with columns[1].container(border=True, height="stretch"):
            st.html(_figure(ctx, "journey.whole_own", it.own, 2))
    with columns[-1].container(border=True, height="stretch"):
        st.html(_figure(ctx, "journey.whole_parts", it.parts, 2))
        within = why.rows(ctx, found.view.measured, "rows_but_whole" if own else "all_rows")
        why.popover(ctx, "journey_parts", found.view.measured, it.parts, within=within)
    cards.note(t("journey.whole_how"))


def _figure(ctx: Context, title: str, estimate: Estimate, digits: int) -> str:
    t = ctx.t
    if estimate.state == "empty":
        return cards.figure(t(title), t("journey.whole_not_asked"), t("journey.whole_not_asked_note"))
    if estimate.value is None:
        return cards.figure(t(title), "–", t("journey.hidden"))
    low, high = t.number(estimate.low, digits), t.number(estimate.high, digits)
    facts = t("journey.whole_facts", n=t.number(estimate.base), low=low, high=high)
    facts += t("journey.answer_small") if estimate.state == "small" else ""
    return cards.figure(t(title), journey_words.score(estimate, t, digits), facts)


def remembered(ctx: Context, found: Map) -> None:
    """Peak and end in words."""
    said = journey_words.memory(found, ctx.model, ctx.t)
    if said:
        cards.heading(ctx.t("journey.peak_title"))
        for words in said:
            st.markdown(words)
