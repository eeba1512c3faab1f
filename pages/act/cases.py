"""What must be seen to, by whom and by when: open cases, the history of each, and the next step."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, cases, page
from components.page import Context
from cx.act import cases as register


def main(ctx: Context) -> None:
    """``?case=…`` one case; else the list."""
    cards.style()
    cases.told()
    today = dt.date.today()
    wanted = st.query_params.get("case", "")
    case = ctx.ask(register.get, wanted, ctx.rights) if wanted else None
    if case is not None:
        cases.one(ctx, case, today)
        return
    if wanted:
        page.problems(ctx, (register.missing(wanted),))
    found = ctx.ask(register.everything, ctx.rights)
    cases.answer(ctx, found, today)
    if ctx.may("act_edit"):
        cases.new(ctx, today)
    cases.listed(ctx, found, today)


main(page.begin(__file__))
