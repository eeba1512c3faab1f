"""Where on the journey it hurts: the worst step in words, the map, the whole beside its parts, stage × channel,
indicators beside."""

from __future__ import annotations

import math

import streamlit as st

from components import breaks, cards, filters, freshness, page, why
from components.filters import Chosen
from components.journey_map import drawing as map_on_screen
from components.journey_map import export, notes
from components.page import Context
from cx.insight import journey, journey_map
from cx.insight.journey import Step, View
from cx.insight.journey_map import Map
from cx.measure.scope import Scope
from cx.output import charts
from cx.output.charts import journey_words
from cx.output.charts.journey_map import board

BY = ("channel", "region", "segment", "business_line")
ROW = ("segment", "channel", "region", "branch")
MORE = ("business_line", "product", "survey_id", "mode", "lang")


def main(ctx: Context) -> None:
    """The page, top to bottom: answer, stages, curve, heat map, pain points, table, what next."""
    cards.style()
    names = _journeys(ctx)
    if not names:
        page.empty(ctx, "journey.empty", "quick_survey", "uploads")
    name = filters.chosen_of("journey", names)
    extra = [("journey", names, lambda j: ctx.model.label("journey", j, ctx.t))]
    scope = Scope(ctx.rights).narrowed(journey=name)
    chosen = filters.choose(ctx, "satisfaction", extra=extra, row=ROW, more=MORE, within=scope)
    if chosen is None:
        page.empty(ctx, "journey.empty", "quick_survey", "uploads")
    found = ctx.ask(journey_map.draw, chosen.scope, ctx.model, name, chosen.period.before, ctx.t.lang)
    _answer(ctx, found)
    view = found.view
    if view.total.value is None:
        return
    drawn = board(found, ctx.model, ctx.t)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        cards.heading(ctx.t("journey.map_title"), width="content")
        export.offer(ctx, chosen, found, drawn)
    map_on_screen.show(drawn, ctx.t)
    notes.reading(ctx, found)
    notes.whole(ctx, found)
    notes.remembered(ctx, found)
    _heat(ctx, chosen, name)
    _pains(ctx, view)
    _table(ctx, view)
    _unknown(ctx, view)


def _journeys(ctx: Context) -> list[str]:
    found = ctx.ask(journey.journeys, Scope(ctx.rights))
    return [name for name in ctx.model.journeys if name in found]


def _answer(ctx: Context, found: Map) -> None:
    view = found.view
    st.markdown(journey_words.answer(view, ctx.model, ctx.t))
    if view.worst is None or view.worst.estimate.value is None:
        return
    breaks.note(ctx, view.breaks)
    why.popover(ctx, "journey", view.measured, view.total, within=why.rows(ctx, view.measured))


@st.fragment
def _heat(ctx: Context, chosen: Chosen, name: str) -> None:
    t = ctx.t
    offered = tuple(dimension for dimension in BY if chosen.contents.values[dimension])
    if not offered:
        return
    by = filters.chosen_of("across", offered)
    title, control = st.columns([0.6, 0.4], vertical_alignment="center")
    title.header(t("journey.heat_title", dimension=t(f"dimension.{by}")), anchor=False)
    with control.container(horizontal=True, horizontal_alignment="right"):
        filters.pick("across", offered, lambda d: t(f"dimension.{d}"), t("journey.heat_by"))
    found = ctx.ask(journey.heatmap, chosen.scope, ctx.model, name, chosen.period.before, by)
    if not found.rows:
        st.markdown(t("journey.heat_none"))
        return
    pains = journey.pains(found)
    cells = [
        t(
            "journey.heat_cell", stage=ctx.model.label("stage", p.key[0], t), row=ctx.model.label(by, p.key[1], t),
            value=t.number(p.estimate.value, 1), n=t.number(p.estimate.base),
        )
        for p in pains
    ]  # fmt: skip
    listed = ("、" if t.lang == "zh" else ", ").join(cells)
    st.markdown(t("journey.heat_worst", cells=listed) if cells else t(found.calm))
    cards.chart(charts.heat(found, t, lambda kind, value: ctx.model.label(kind, value, t)), "heat")
    st.caption(t("journey.heat_how"))
    why.popover(ctx, "heat", found.measured, within=why.rows(ctx, found.measured, "each_row"))


def _pains(ctx: Context, view: View) -> None:
    t = ctx.t
    st.header(t("journey.pains_title"), anchor=False)
    pointed = [step for step in view.touchpoints if step.signal != "none"]
    if not any(step.signal == "both" for step in pointed):
        st.markdown(t("journey.pains_none"))
    if pointed:
        kept = ("touchpoint", "score", "survey", "indicators", "signal")
        names = [t(f"journey.col_{name}") for name in kept]
        ranked = sorted(pointed, key=_most_painful)
        rows = [{name: row[name] for name in names} for row in (_row(ctx, step) for step in ranked)]
        cards.words_table(rows, t("journey.pains_title"), t("journey.signal_both"))
    st.caption(t("journey.pains_how"))
    left_out = {name for step in view.touchpoints for reading in step.readings for name in reading.left_out}
    if left_out:
        names = ("、" if t.lang == "zh" else ", ").join(t(f"dimension.{name}") for name in sorted(left_out))
        st.caption(t("journey.left_out", names=names))
    first = ranked[0] if pointed else view.worst
    if first is not None and len(first.key) > 1:
        _on(ctx, first)
    else:
        page.link(ctx, "quick_wins", t("journey.plan"))


def _on(ctx: Context, step: Step) -> None:
    """What to do about a touchpoint: see whether both sides move together, plan a quick win."""
    t, name, point = ctx.t, journey_words.name(step, ctx.model, ctx.t), step.key[1]
    with st.container(horizontal=True):
        if step.signal == "both":
            page.link(ctx, "crosscheck", t("journey.to_crosscheck", name=name), {"touchpoint": point})
        page.link(ctx, "quick_wins", t("journey.plan_for", name=name), {"touchpoint": point})


def _most_painful(step: Step) -> tuple[int, float]:
    """What survey and indicators agree on comes first; then the lower score."""
    worth = ("both", "survey", "indicator").index(step.signal)
    return worth, math.inf if step.estimate.value is None else step.estimate.value


def _table(ctx: Context, view: View) -> None:
    rows = [_row(ctx, step) for step in view.touchpoints]
    with st.expander(ctx.t("journey.table_title"), icon=":material/table_rows:"):
        cards.words_table(rows, ctx.t("journey.table_title"), ctx.t("journey.signal_both"))


def _row(ctx: Context, step: Step) -> dict[str, str]:
    t, e = ctx.t, step.estimate
    readings = [
        t(
            "journey.indicator_line",
            verdict=t(f"journey.indicator_{r.verdict}"),
            **journey_words.figures(r, ctx.model, t),
        )
        + f" {freshness.text(ctx, r.indicator.id)}"
        for r in step.readings
    ]
    score = t("nps.plus_minus", value=t.number(e.value, 2), reach=t.number(e.plus_minus, 2))
    gone = t("journey.hidden") if e.state == "hidden" else t("journey.no_data")
    moved = t.number(abs(step.change.diff or 0.0), 2)
    changed = "broken" if step.broken else step.change.verdict
    small = t("journey.answer_small") if e.state == "small" else ""
    return {
        t("journey.col_touchpoint"): ctx.model.label("touchpoint", step.key[1], t),
        t("journey.col_stage"): ctx.model.label("stage", step.key[0], t),
        t("journey.col_score"): gone if e.value is None else score + small,
        t("journey.col_n"): t.number(e.base) if e.n else "–",
        t("journey.col_change"): "–" if e.value is None else t(f"journey.change_{changed}", diff=moved),
        t("journey.col_survey"): t(f"journey.survey_{step.feeling}"),
        t("journey.col_indicators"): ("；" if t.lang == "zh" else "; ").join(readings) or t("journey.indicator_none"),
        t("journey.col_signal"): t(f"journey.signal_{step.signal}"),
    }


def _unknown(ctx: Context, view: View) -> None:
    known = {stage.id for stage in ctx.model.journeys[view.journey].stages}
    names = [str(cell.key[0]) for cell in view.measured.cells if cell.key[0] is not None and cell.key[0] not in known]
    if names:
        st.caption(ctx.t("journey.unknown_steps", n=len(names), names=", ".join(names)))


main(page.begin(__file__))
