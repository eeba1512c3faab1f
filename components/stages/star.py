"""A journey's north star: does it rise, do its guardrails hold."""

from __future__ import annotations

import streamlit as st

from components import cards, filters, freshness, meanings, why
from components.indicators import words
from components.markdown import plain
from components.page import Context
from components.stages import figures
from cx.insight.stages import north_star
from cx.insight.stages.monthly import Line
from cx.insight.stages.north_star import View
from cx.measure.scope import Scope
from cx.output.charts import stages as chart


def show(ctx: Context, scope: Scope) -> None:
    """The star of the journey chosen, in a sentence, a line and a table of its guardrails."""
    t = ctx.t
    st.header(t("stages.star_title"), anchor=False)
    found = {view.star.journey: view for view in ctx.ask(north_star.view, scope, ctx.model)}
    if not found:
        st.markdown(t("stages.star_none"))
        return
    journey = filters.pick("journey", list(found), lambda j: ctx.model.label("journey", j, t), t("stages.journey"))
    view = found[journey]
    _answer(ctx, view)
    line = view.line
    if line.figure.months:
        indicator = line.figure.indicator
        name = t.pick(indicator.name)
        amount = lambda value: words.amount(ctx, indicator, value)  # noqa: E731
        cards.chart(chart.star(name, line.figure.alike, indicator.target, amount, t), "star")
        why.popover(ctx, "star", line.figure.measured)
    if view.guards:
        rows = [_row(ctx, guard) for guard in view.guards]
        cards.words_table(rows, t("stages.star_title"), t("stages.state_broken"))
    if view.silent:
        names = words.listed(ctx, [ctx.model.label("indicator", name, t) for name in view.silent])
        st.caption(t("stages.silent", names=plain(names)))
    meanings.note(ctx, view.star.indicator, *view.star.guardrails)
    st.caption(t("stages.star_how"))


def _answer(ctx: Context, view: View) -> None:
    t, last = ctx.t, view.line.figure.last
    if last is None:
        st.markdown(t("stages.star_silent_all"))
        return
    indicator = view.line.figure.indicator
    said = [t(
        "stages.star_answer", journey=plain(ctx.model.label("journey", view.star.journey, t)),
        star=f"**{plain(cards.inside(t.pick(indicator.name)))}**", month=t.period(last.day, "month"),
        value=plain(words.amount(ctx, indicator, last.value)),
        trend=plain(figures.trend(ctx, view.line)),
    )]  # fmt: skip
    if view.traded:
        said.append(t("stages.star_traded", guards=_names(ctx, view.traded)))
    elif view.broken:
        said.append(t("stages.star_broken", guards=_names(ctx, view.broken)))
    else:
        said.append(t("stages.star_fine" if view.guards else "stages.star_untold"))
    st.markdown(("" if t.lang == "zh" else " ").join(said))
    if view.star.why:
        st.caption(plain(t.pick(view.star.why)))


def _names(ctx: Context, lines: tuple[Line, ...]) -> str:
    return plain(words.listed(ctx, [ctx.t.pick(line.figure.indicator.name) for line in lines]))


def _row(ctx: Context, guard: Line) -> dict[str, str]:
    t, figure = ctx.t, guard.figure
    indicator, last = figure.indicator, figure.last
    value = words.amount(ctx, indicator, last.value if last else None)
    diff = figures.change(ctx, indicator, guard.change.diff)
    return {
        t("stages.col_guard"): t.pick(indicator.name),
        t("stages.col_value"): f"{value} · {freshness.text(ctx, indicator.id)}",
        t("stages.col_limit"): words.amount(ctx, indicator, guard.limit),
        t("stages.col_trend"): f"{t(f'stages.trend_word_{guard.trend}')} · {diff}",
        t("stages.col_state"): t(f"stages.state_{guard.state}"),
    }  # fmt: skip
