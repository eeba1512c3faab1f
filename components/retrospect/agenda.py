"""The agenda: what to speak about, where it lies, and a click that makes an action of it."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import cards, page
from components.page import Context
from cx.act.retrospect import MOST, Retrospect
from cx.output import retrospect as words


def show(ctx: Context, found: Retrospect) -> None:
    """The points, each with its links; then what was decided already."""
    t = ctx.t
    cards.heading(t("retrospect.agenda_title"))
    points = words.agenda(t, found, ctx.model)
    cards.said(t("retrospect.agenda_lead", most=MOST) if points else t("retrospect.agenda_none"))
    for at, point in enumerate(points, start=1):
        with st.container(border=True, key=f"point_{at}", gap="xsmall"):
            title, why = escape(f"{at}. {point.title}"), escape(point.why)
            st.html(f'<div class="cx-point"><b>{title}</b><p>{why}</p></div>')
            with st.container(horizontal=True):
                page.link(ctx, point.page, t("retrospect.open"), dict(point.query))
                if ctx.may("act_edit"):
                    page.link(ctx, "actions", t("retrospect.act"), dict(point.action))
    _decided(ctx, found)


def _decided(ctx: Context, found: Retrospect) -> None:
    t = ctx.t
    decided = found.deeds.decided if found.deeds else ()
    if not decided:
        return
    cards.said(t("retrospect.decided", n=len(decided)))
    for action in decided:
        state = t(f"actions.state_{action.state}")
        label = t("retrospect.decided_state", title=t.pick(action.promise.title), state=state)
        page.link(ctx, "actions", label, {"action": action.id})
