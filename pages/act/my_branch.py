"""A branch as its own staff see it: the score, what customers speak of, thanks, and what was done about it."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, filters, page, session
from components.my_branch import done, now, voice, wall
from components.page import Context


def main(ctx: Context) -> None:
    """One branch: the only one, or the one chosen; ``?branch=…``."""
    cards.style()
    if told := session.take(wall.TOLD, ""):
        st.success(told, icon=":material/check:")
    own = [id for id in ctx.model.branches if ctx.rights.branches is None or id in ctx.rights.branches]
    if not own:
        page.empty(ctx, "my_branch.none")
    t = ctx.t
    chosen = filters.chosen_of("branch", own)
    if len(own) > 1:
        chosen = filters.select("branch", own, lambda id: ctx.model.label("branch", id, t), t("dimension.branch"),
                                titled=True)  # fmt: skip
    now.show(ctx, chosen)
    voice.score(ctx, chosen, dt.date.today())
    left, right = st.columns(2, gap="large")
    with left:
        wall.show(ctx, chosen)
    with right:
        voice.themes(ctx, chosen)
        done.show(ctx, chosen)
    if ctx.may("comments") and ctx.may("act_edit"):
        wall.pass_on(ctx, chosen)


main(page.begin(__file__))
