"""One quick win: what was found, in words and as a picture; what was promised; the next step; who did what when."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import page
from components.actions import linked
from components.markdown import plain
from components.page import Context
from components.quick_wins import beside, deeds, look, promise, proof
from cx.act import pain_points, telling
from cx.act.quick_wins import QuickWin


def show(ctx: Context, win: QuickWin, today: dt.date) -> None:
    """The whole view."""
    t = ctx.t
    look.style()
    st.header(plain(t.pick(win.charter.title)), anchor=False)
    state = "" if win.state == "closed" else t(f"quick_win.state_{win.state}") + " · "
    st.html(f'<div class="cx-facts">{escape(state + telling.timing(t, win, today))}</div>')
    if not win.figures:
        st.info(t("quick_win.not_yours"), icon=":material/info:")
    _ways(ctx, win)
    proof.show(ctx, win, today)
    if ctx.may("act_edit") and win.charter.covered_by(ctx.rights):
        deeds.show(ctx, win, today)
    left, right = st.columns([0.6, 0.4], gap="large")
    with left:
        promise.show(ctx, win, today)
    with right:
        beside.milestones(ctx, win, today)
        linked.show(ctx, "quick_win", win.id, touchpoint=win.charter.touchpoint)
        beside.comments(ctx, win)
        beside.history(ctx, win)


def _ways(ctx: Context, win: QuickWin) -> None:
    """To the charter as a page, the story, the pain point."""
    t = ctx.t
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            t("quick_win.to_charter"), key="to_charter", icon=":material/contract:", on_click=look.go,
            kwargs={"charter": win.id},
        )  # fmt: skip
        if win.result is not None:
            st.button(
                t("quick_win.to_show"), key="to_show", icon=":material/co_present:", on_click=look.go,
                kwargs={"show": win.id},
            )  # fmt: skip
        pain = win.charter.pain_point
        if pain is not None and (found := ctx.ask(pain_points.get, pain, ctx.rights)) is not None:
            page.link(ctx, "pain_points", t("quick_win.to_pain", title=t.pick(found.title)), {"pain": pain})
