"""Who promised to do what, and by when: the board of all departments, one action, or the form for a new one."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, page, session
from components.actions import board, detail, form
from components.page import Context
from cx.act import actions


def main(ctx: Context) -> None:
    """``?action=…`` one action; else the board, with a form opened by ``?title=…`` or ``?source=…&about=…``."""
    cards.style()
    if told := session.take(form.TOLD, ""):
        st.success(told, icon=":material/check:")
    today, wanted = dt.date.today(), st.query_params.get("action", "")
    one = ctx.ask(actions.get, wanted, ctx.rights) if wanted else None
    if one is not None:
        detail.show(ctx, one, today)
        return
    if wanted:
        page.problems(ctx, (actions.missing(wanted),))
    if not ctx.model.departments:
        page.empty(ctx, "actions.no_departments")
    found = ctx.ask(actions.everything, ctx.rights)
    board.answer(ctx, found, today)
    if ctx.may("act_edit"):
        form.show(ctx, today)
    board.show(ctx, found, today)


main(page.begin(__file__))
