"""Stages of a scheme: acquisition, retention, revenue, referral (or any other), north stars, say and do, peers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from html import escape

import streamlit as st

from components import cards, filters, freshness, page
from components.indicators import words
from components.markdown import plain
from components.page import Context
from components.stages import benchmarks, figures, parts, star
from cx.bank.schemes import Scheme
from cx.insight import stages
from cx.insight.stages import Stage, north_star, say_do
from cx.measure import periods
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.store import query


def main(ctx: Context) -> None:
    """Answer, the stages at a glance, one of them in full, north stars, peers."""
    cards.style()
    st.html(freshness.CSS + figures.CSS)
    schemes = ctx.model.schemes.schemes
    if not schemes:
        page.empty(ctx, "stages.empty", "uploads")
    scheme, scope = _chosen(ctx, schemes)
    period = _period(ctx, scope)
    found = ctx.ask(stages.view, scope, ctx.model, scheme, period)
    if not any(stage.lines or any(one.estimate.value is not None for one in stage.heard) for stage in found):
        page.empty(ctx, "stages.empty_scope", "uploads")
    _answer(ctx, found, scope)
    _steps(ctx, found)
    _one(ctx, found, scope, period)
    star.show(ctx, scope)
    benchmarks.show(ctx, scope, period)


def _chosen(ctx: Context, schemes: Mapping[str, Scheme]) -> tuple[str, Scope]:
    t = ctx.t
    contents = ctx.ask(query.contents, Scope(ctx.rights), ("region", "branch"), "indicator")
    region = filters.chosen_of("region", ("", *contents.values["region"]))
    known = ctx.model.branches
    branches = [b for b in contents.values["branch"] if not region or (b in known and known[b].region == region)]
    first, second, third = st.columns([2, 1, 1])
    with first:
        name = filters.select("scheme", list(schemes), lambda s: t.pick(schemes[s].name), t("stages.scheme"))
    with second:
        filters.select("region", ("", *contents.values["region"]), _named(ctx, "region"), t("stages.region"))
    with third:
        branch = filters.select("branch", ("", *branches), _named(ctx, "branch"), t("stages.branch"))
    if ctx.rights.branches is not None:
        st.caption(t("stages.own"))
    return name, Scope(ctx.rights).narrowed(region=region or None, branch=branch or None)


def _named(ctx: Context, dimension: str) -> Callable[[str], str]:
    return lambda value: ctx.model.label(dimension, value, ctx.t) if value else ctx.t(f"filters.all_{dimension}")


def _period(ctx: Context, scope: Scope) -> Period:
    """The period of survey metrics: the last quarter that is over."""
    today = dt.date.today()
    found = ctx.ask(query.contents, scope, (), "responses")
    return periods.default(found.first or today, found.last or today, today)


def _answer(ctx: Context, found: tuple[Stage, ...], scope: Scope) -> None:
    t = ctx.t
    ways: dict[str, list[str]] = {}
    for stage in found:
        trends = [line.trend for line in stage.lines if line.trend in ("better", "worse")]
        if trends:
            way = "mixed" if len(set(trends)) == 2 else trends[0]
            name = t.pick(stage.stage.name)
            ways.setdefault(way, []).append(t("stages.move_of", stage=plain(name), k=len(trends), n=len(stage.lines)))
    moves = [
        t(f"stages.move_{way}", stages=words.listed(ctx, ways[way]))
        for way in ("better", "worse", "mixed")
        if way in ways
    ]
    joined = ("；" if t.lang == "zh" else "; ").join(moves) or t("stages.move_still")
    said = [t("stages.answer_moves", moves=joined)]
    if any("say_do" in stage.stage.parts for stage in found):
        told = ctx.ask(say_do.view, scope, ctx.model)
        if told is not None and told.gap != "too_few":
            said.append(t("stages.answer_gap", gap=t(f"stages.gap_{told.gap}")))
    for view in ctx.ask(north_star.view, scope, ctx.model):
        if view.traded:
            names = [cards.inside(t.pick(line.figure.indicator.name)) for line in view.traded]
            journey = ctx.model.label("journey", view.star.journey, t)
            said.append(t("stages.answer_traded", journey=plain(journey), guards=plain(words.listed(ctx, names))))
    st.markdown(("" if t.lang == "zh" else " ").join(said))


def _steps(ctx: Context, found: tuple[Stage, ...]) -> None:
    t, blocks = ctx.t, []
    for stage in found:
        trends = [line.trend for line in stage.lines]
        tone = "pain" if "worse" in trends else "delight" if "better" in trends else ""
        wanted = {"pain": "worse", "delight": "better"}.get(tone)
        head = next((line for line in stage.lines if line.trend == wanted), next(iter(stage.lines), None))
        lines = ""
        if head is not None and head.figure.last is not None:
            indicator = head.figure.indicator
            value = words.amount(ctx, indicator, head.figure.last.value)
            word = t(f"stages.trend_word_{head.trend}")
            lines = f"<span>{escape(t.pick(indicator.name))} {escape(value)}</span><span>{escape(word)}</span>"
        name = escape(t.pick(stage.stage.name))
        blocks.append(f'<div class="{tone}" role="listitem"><strong>{name}</strong>{lines}</div>')
    st.html(f'<div class="cx-steps" role="list">{"".join(blocks)}</div>')


def _one(ctx: Context, found: tuple[Stage, ...], scope: Scope, period: Period) -> None:
    t = ctx.t
    by_id = {stage.stage.id: stage for stage in found}
    chosen = filters.pick("stage", list(by_id), lambda s: t.pick(by_id[s].stage.name), t("stages.stage"))
    stage = by_id[chosen]
    st.header(plain(t.pick(stage.stage.question) or t.pick(stage.stage.name)), anchor=False)
    figures.show(ctx, stage, scope, period, filters.period_name(ctx, period))
    st.caption(t("stages.how"))
    for part in stage.stage.parts:
        parts.show(ctx, part, scope)


main(page.begin(__file__))
