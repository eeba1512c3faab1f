"""The closed loop: what must be seen to, by whom and by when; one case; what is hot while the customer is there."""

from __future__ import annotations

import streamlit as st

from components import cards, filters, page
from components.cases import acting, answer, detail, listing, live, opening, words
from components.page import Context
from cx.act import cases

_VIEWS = ("list", "record")


def main(ctx: Context) -> None:
    """``?case=…`` one case; ``?live=1`` the live screen; else the list, or how well the loop is closed."""
    cards.style()
    st.html(words.STYLE)
    if st.query_params.get("live") == "1":
        live.draw(ctx)
        return
    acting.told(ctx)
    moment = words.now()
    wanted = st.query_params.get("case", "")
    case = ctx.ask(cases.get, wanted, ctx.rights) if wanted else None
    if case is not None:
        detail.draw(ctx, case, moment)
        return
    if wanted:
        page.problems(ctx, (cases.missing(wanted),))
    answer.draw(ctx, moment)
    if filters.pick("view", _VIEWS, lambda name: ctx.t(f"cases.view_{name}"), ctx.t("cases.view")) == "record":
        answer.record(ctx, moment)
        return
    listing.draw(ctx, moment)
    if ctx.may("act_edit"):
        opening.new(ctx)


main(page.begin(__file__))
