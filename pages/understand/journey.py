"""Where on the journey it hurts: the worst step in words, the emotion curve, stage × channel, indicators beside."""

from __future__ import annotations

import math
from collections.abc import Callable
from html import escape

import streamlit as st

from components import breaks, cards, filters, freshness, page, why
from components.filters import Chosen
from components.page import Context
from cx.insight import journey
from cx.insight.journey import Step, View
from cx.insight.readings import Reading
from cx.measure.scope import Scope
from cx.output import charts

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
    view = ctx.ask(journey.cells, chosen.scope, ctx.model, name, chosen.period.before)
    _answer(ctx, view)
    if view.total.value is None:
        return
    _stages(ctx, view)
    st.header(ctx.t("journey.curve_title"), anchor=False)
    cards.chart(charts.journey_curve(view.touchpoints, ctx.t, _label(ctx)), "curve")
    st.caption(ctx.t("journey.curve_how"))
    _heat(ctx, chosen, name)
    _pains(ctx, view)
    _table(ctx, view)
    _unknown(ctx, view)


def _journeys(ctx: Context) -> list[str]:
    found = ctx.ask(journey.journeys, Scope(ctx.rights))
    return [name for name in ctx.model.journeys if name in found]


def _label(ctx: Context) -> Callable[[str, str | None], str]:
    return lambda dimension, value: ctx.model.label(dimension, value, ctx.t)


def _answer(ctx: Context, view: View) -> None:
    t, worst = ctx.t, view.worst
    if worst is None or worst.estimate.value is None:
        st.markdown(t("journey.answer_none"))
        return
    words = t(
        "journey.answer_worst", name=_name(ctx, worst), value=t.number(worst.estimate.value, 2),
        reach=t.number(worst.estimate.plus_minus, 2), n=t.number(worst.estimate.base), moved=_moved(ctx, worst),
    )  # fmt: skip
    if len(worst.key) > 1:
        words += t("journey.answer_stage", stage=ctx.model.label("stage", worst.key[0], t))
    for reading in worst.readings[:2]:
        if reading.verdict == "beyond":
            values = _values(ctx, reading)
            name = cards.inside(values.pop("name"))
            words += t("journey.answer_indicator", verdict=t("journey.beyond"), indicator=name, **values)
    words += t("journey.answer_end")
    if worst.estimate.state == "small":
        words += t("journey.answer_small")
    if view.best_stage:
        best = view.best_stage
        words += t("journey.answer_best", name=_name(ctx, best), value=t.number(best.estimate.value, 1))
    st.markdown(words)
    breaks.note(ctx, view.breaks)
    why.popover(ctx, "journey", view.measured, view.total)


def _name(ctx: Context, step: Step) -> str:
    return ctx.model.label("touchpoint" if len(step.key) > 1 else "stage", step.key[-1], ctx.t)


def _moved(ctx: Context, step: Step) -> str:
    change = step.change
    if step.broken:
        return ctx.t("journey.moved_broken")
    return ctx.t(f"journey.moved_{change.verdict}_short", diff=ctx.t.number(abs(change.diff or 0.0), 2))


def _values(ctx: Context, reading: Reading) -> dict[str, str]:
    t, one = ctx.t, reading.indicator
    unit = ctx.model.unit(one.id, t)
    join = "" if unit in ("%", "") else " "
    target = "–" if one.target is None else f"{t.number(one.target, _digits(one.target))}{join}{unit}"
    value = reading.estimate.value
    return {"name": t.pick(one.name), "value": f"{t.number(value, _digits(value))}{join}{unit}", "target": target}


def _digits(value: float | None) -> int:
    return 0 if value is None or abs(value) >= 100 or float(value).is_integer() else 1 if abs(value) >= 10 else 2


def _stages(ctx: Context, view: View) -> None:
    t, blocks = ctx.t, []
    for step in view.stages:
        e = step.estimate
        if e.value is None:
            under = t("journey.hidden") if e.state == "hidden" else t("journey.no_data")
        else:
            under = t("journey.stage_people", n=t.number(e.base))
        score = "" if e.value is None else f"<span>{t.number(e.value, 2)} ± {t.number(e.plus_minus, 2)}</span>"
        feeling = step.feeling if step.feeling in ("pain", "delight") else ""
        word = f"<span>{escape(t(f'journey.{feeling}'))}</span>" if feeling else ""
        blocks.append(
            f'<div class="{feeling}" role="listitem"><strong>{escape(_name(ctx, step))}</strong>'
            f"{score}<span>{escape(under)}</span>{word}</div>"
        )
    st.html(f'<div class="cx-steps" role="list">{"".join(blocks)}</div>')


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
    st.markdown(t("journey.heat_worst", cells=listed) if cells else t("journey.heat_fine"))
    cards.chart(charts.heat(found, t, _label(ctx)), "heat")
    st.caption(t("journey.heat_how"))
    why.popover(ctx, "heat", found.measured)


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
    t, name, point = ctx.t, _name(ctx, step), step.key[1]
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
        t("journey.indicator_line", verdict=t(f"journey.indicator_{r.verdict}"), **_values(ctx, r))
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
