"""What the playbook holds against a pain point, with metrics that can be measured where it is."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import cards, page
from components.page import Context
from cx.act.pain_points import PainPoint, measuring
from cx.act.pain_points.measuring import Measurable
from cx.bank.playbook import Action

_WEEKS = 12
"""Of a quick win of one's own, whose length is not known yet."""


def show(ctx: Context, point: PainPoint) -> None:
    """Its actions, each with the metric that can show it here, and the start of a quick win."""
    t = ctx.t
    theme = point.matter.name.removeprefix("theme:")
    pains = ctx.model.playbook.of(point.touchpoint, theme)
    cards.heading(t("pain_points.playbook_title"))
    if not pains:
        cards.said(t("pain_points.playbook_none"))
    if point.branch:
        cards.note(t("pain_points.playbook_alone"))
    for pain in pains:
        for action in pain.actions:
            with st.container(border=True, key=f"action_{pain.id}_{action.id}"):
                _action(ctx, point, action)
    if ctx.may("act_edit"):
        page.link(ctx, "quick_wins", t("pain_points.plan_own"), _start(ctx, point))


def _action(ctx: Context, point: PainPoint, action: Action) -> None:
    t = ctx.t
    wanted = _look(ctx, point, action.metric, action.weeks)
    chosen = wanted if wanted.enough else _other(ctx, point, wanted)
    facts = [t("pain_points.action_facts", effort=action.effort, weeks=action.weeks)]
    if not wanted.enough:
        kind = "values" if wanted.metric in ctx.model.indicators else "answers"
        facts.append(t(f"pain_points.metric_few_{kind}", metric=_name(ctx, wanted.metric), weeks=action.weeks,
                       n=t.number(wanted.n), least=wanted.least))  # fmt: skip
    if chosen is None:
        facts.append(t("pain_points.metric_none"))
    else:
        facts.append(t("pain_points.metric_shows" if wanted.enough else "pain_points.metric_instead",
                       metric=_name(ctx, chosen.metric)))  # fmt: skip
    st.html(
        f'<div class="cx-pain-point"><strong>{escape(t.pick(action.name))}</strong><p>{escape(t.pick(action.do))}</p>'
        f"<span>{escape(' · '.join(facts))}</span></div>"
    )
    if ctx.may("act_edit"):
        begin = {
            "title": t.pick(action.name), "hypothesis": t.pick(action.do), "effort": str(action.effort),
            "weeks": str(action.weeks),
        }  # fmt: skip
        begin |= {"metric": chosen.metric} if chosen else {}
        page.link(ctx, "quick_wins", t("pain_points.plan_from"), _start(ctx, point) | begin)


def _look(ctx: Context, point: PainPoint, metric: str, weeks: int) -> Measurable:
    return ctx.ask(measuring.look, point, metric, weeks, ctx.rights, ctx.model)


def _other(ctx: Context, point: PainPoint, wanted: Measurable) -> Measurable | None:
    """The first other metric with enough here."""
    names = (name for name in measuring.others(point, ctx.model) if name != wanted.metric)
    return next((one for name in names if (one := _look(ctx, point, name, wanted.weeks)).enough), None)


def _name(ctx: Context, metric: str) -> str:
    t = ctx.t
    return ctx.model.label("indicator", metric, t) if metric in ctx.model.indicators else t(f"metric.{metric}")


def _start(ctx: Context, point: PainPoint) -> dict[str, str]:
    """What the form of a quick win begins with."""
    found = {"new": "1", "pain_point": point.id}
    if point.touchpoint:
        found["touchpoint"] = point.touchpoint
    own = [name for piece in point.pieces for key, names in piece.where if key == "indicator" for name in names]
    own += [evidence.subject.split(":")[1] for evidence in point.signals if evidence.subject.startswith("indicator")]
    shown = next((name for name in own if _look(ctx, point, name, _WEEKS).enough), None)
    if shown:
        found["metric"] = shown
    return found | ({"pilot": point.branch} if point.branch else {})
