"""How many quick wins may be under way at once before the board warns."""

from __future__ import annotations

import streamlit as st

from components import page, session
from components.page import Context
from cx.act import quick_wins
from cx.act.quick_wins import Limits
from cx.words import Refused


def show(ctx: Context) -> None:
    """Two numbers and a button, folded away."""
    t, now = ctx.t, ctx.ask(quick_wins.limits)
    with st.expander(t("quick_win.limits"), icon=":material/traffic:"):
        st.caption(t("quick_win.limits_about"))
        left, right, _ = st.columns([1, 1, 2])
        total = left.number_input(t("quick_win.limit_total"), 1, 99, now.total, key="limit_total")
        branch = right.number_input(t("quick_win.limit_branch"), 1, 99, now.branch, key="limit_branch")
        if st.button(t("quick_win.limits_save"), key="limits_save"):
            try:
                wanted = Limits(int(total), int(branch))
                quick_wins.set_limits(ctx.bench.database, ctx.user.name, wanted, rights=ctx.rights)
            except Refused as refused:
                page.problems(ctx, refused)
                return
            session.put("quick_win_told", t("quick_win.limits_saved"))
            st.rerun()
