"""Which way is better: the experiments, one of them, or the form for a new one, as the address says."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, page, session
from components.experiments import board, detail, form
from components.page import Context
from cx.act.experiments import keeping


def main(ctx: Context) -> None:
    """``?experiment=…`` one, ``&edit=1`` its form; ``?new=1`` (``&follows=…``) a new one; else the board."""
    cards.style()
    if told := session.take("experiment_told", ""):
        st.success(told, icon=":material/check:")
    chosen, today = st.query_params.get("experiment"), dt.date.today()
    if chosen is None and not ("new" in st.query_params and board.may_change(ctx)):
        board.show(ctx, today)
        return
    board.back(ctx)
    one = ctx.ask(keeping.get, chosen, ctx.rights) if chosen else None
    if chosen and (one is None or one.state == "dropped"):
        st.error(ctx.t("experiments.gone"), icon=":material/error:")
    elif one is None or (one.state == "draft" and "edit" in st.query_params and board.may_change(ctx)):
        form.show(ctx, one, today)
    else:
        detail.show(ctx, one, today)


main(page.begin(__file__))
