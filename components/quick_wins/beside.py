"""Beside a quick win: milestones to tick, comments, who did what when."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import moments, page, session
from components.markdown import plain
from components.page import Context
from cx.act import quick_wins
from cx.act.quick_wins import QuickWin, entries
from cx.words import Refused


def milestones(ctx: Context, win: QuickWin, today: dt.date) -> None:
    """What shall be done by when; who may tick it does so here."""
    t = ctx.t
    if not win.charter.milestones:
        return
    st.markdown(f"**{t('quick_win.milestones')}**")
    for number, each in enumerate(win.charter.milestones):
        title = t.pick(each.title)
        if each.branch:
            title = t("quick_win.milestone_of", branch=ctx.model.label("branch", each.branch, t), title=title)
        when = t("quick_win.milestone_done" if each.done else "quick_win.milestone_due",
                 day=t.date(each.done or each.day))  # fmt: skip
        if each.done is None and each.day < today and win.state != "closed":
            when = f":red[{t('quick_win.milestone_late', day=t.date(each.day))}]"
        may = ctx.may("act_edit") and entries.may_tick(win, number, ctx.rights)
        ticked = st.checkbox(
            plain(title), value=each.done is not None, key=f"milestone_{win.id}_{number}_{each.done}", disabled=not may
        )
        st.caption(when)
        if may and ticked != (each.done is not None):
            _tick(ctx, win, number, today if ticked else None)


def _tick(ctx: Context, win: QuickWin, number: int, done: dt.date | None) -> None:
    try:
        quick_wins.tick(ctx.bench.database, win.id, ctx.user.name, number, done, rights=ctx.rights)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    st.rerun()


def comments(ctx: Context, win: QuickWin) -> None:
    """What colleagues said, and a place to say something."""
    t = ctx.t
    st.markdown(f"**{t('quick_win.comments')}**")
    said = ctx.ask(quick_wins.comments, win.id, ctx.rights)
    shown = "".join(
        f'<div class="cx-said">{escape(t.pick(each.text))}'
        f"<span>{escape(ctx.bench.accounts.display(each.by))} · {escape(moments.told(ctx, each.at))}</span></div>"
        for each in said
    )
    if shown:
        st.html(shown)
    if not ctx.may("act_edit"):
        if not shown:
            st.caption(t("quick_win.comments_none"))
        return
    with st.form(f"comment_{win.id}", clear_on_submit=True, border=False):
        text = st.text_area(
            t("quick_win.comment"), key="comment", max_chars=entries.LONGEST_COMMENT, height=70,
            label_visibility="collapsed", placeholder=t("quick_win.comment_hint"),
        )  # fmt: skip
        if st.form_submit_button(t("quick_win.do_comment"), key="do_comment"):
            _comment(ctx, win, text)


def _comment(ctx: Context, win: QuickWin, text: str) -> None:
    try:
        quick_wins.comment(ctx.bench.database, win.id, ctx.user.name, text, rights=ctx.rights)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put("quick_win_told", ctx.t("quick_win.done_comment"))
    st.rerun()


def history(ctx: Context, win: QuickWin) -> None:
    """Who did what when."""
    t = ctx.t
    st.markdown(f"**{t('quick_win.history')}**")
    for step in ctx.ask(quick_wins.history, win.id, ctx.rights):
        state, by = t(f"quick_win.state_{step.state}"), ctx.bench.accounts.display(step.by)
        st.text(t("quick_win.history_line", at=moments.told(ctx, step.at), by=by, state=state))
