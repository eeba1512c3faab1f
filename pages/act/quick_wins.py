"""Do our quick wins really work: the board, one win, or the form for a new one, as the address says."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, page, quick_win_board, quick_win_detail, quick_win_form, session
from components.page import Context
from cx.act import quick_wins


def main(ctx: Context) -> None:
    """``?win=…`` one win, ``&edit=1`` its form; ``?new=1`` or ``?touchpoint=…`` a new one; else the board."""
    cards.style()
    if told := session.take("quick_win_told", ""):
        st.success(told, icon=":material/check:")
    chosen, today = st.query_params.get("win"), dt.date.today()
    proposing = "new" in st.query_params or "touchpoint" in st.query_params
    if chosen:
        _one(ctx, chosen, today)
    elif proposing and ctx.may("act_edit"):
        quick_win_form.show(ctx, None, today)
    else:
        quick_win_board.show(ctx, today)


def _one(ctx: Context, chosen: str, today: dt.date) -> None:
    win = ctx.ask(quick_wins.get, chosen, ctx.rights)
    quick_win_board.back(ctx)
    if win is None or win.state == "dropped":
        st.error(ctx.t("quick_win.gone"), icon=":material/error:")
    elif win.state == "idea" and "edit" in st.query_params and ctx.may("act_edit"):
        quick_win_form.show(ctx, win, today)
    else:
        quick_win_detail.show(ctx, win, today)


main(page.begin(__file__))
