"""Do our quick wins really work: the board, one win, its charter, its story, or the form, as the address says."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, moments, page, session
from components.page import Context
from components.quick_wins import board, detail, form, look, paper, showcase
from cx.act import quick_wins

_OPENS = ("new", "touchpoint", "pain_point")


def main(ctx: Context) -> None:
    """``?win=…`` one win, ``&edit=1`` its form; ``?charter=…`` the page to sign; ``?show=…`` the story; ``?new=1``,
    ``?touchpoint=…`` or ``?pain_point=…`` a new one; else the board."""
    cards.style()
    if told := session.take("quick_win_told", ""):
        st.success(told, icon=":material/check:")
    today, asked = moments.today(ctx), st.query_params
    for view in ("win", "charter", "show"):
        if chosen := asked.get(view):
            _one(ctx, view, chosen, today)
            return
    if any(name in asked for name in _OPENS) and ctx.may("act_edit"):
        form.show(ctx, None, today)
    else:
        board.show(ctx, today)


def _one(ctx: Context, view: str, chosen: str, today: dt.date) -> None:
    win = ctx.ask(quick_wins.get, chosen, ctx.rights)
    if win is None or win.state == "dropped":
        look.back(ctx)
        st.error(ctx.t("quick_win.gone"), icon=":material/error:")
        return
    look.back(ctx, **({} if view == "win" else {"win": win.id}))
    may_edit = ctx.may("act_edit") and win.charter.covered_by(ctx.rights)
    if view == "charter":
        paper.show(ctx, win, today)
    elif view == "show":
        showcase.show(ctx, win, today)
    elif win.state == "idea" and "edit" in st.query_params and may_edit:
        form.show(ctx, win, today)
    else:
        detail.show(ctx, win, today)


main(page.begin(__file__))
