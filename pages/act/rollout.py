"""Where proven quick wins go next: the plan for the whole bank, or what is planned for one's own branches."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards, page, session
from components.page import Context
from components.rollout import plan, steps
from cx.act import rollout


def main(ctx: Context) -> None:
    """Who sees the whole bank plans; a branch sees its own steps, without figures of the bank."""
    cards.style()
    if told := session.take("rollout_told", ""):
        st.success(told, icon=":material/check:")
    today = dt.date.today()
    if ctx.rights.branches is None:
        plan.show(ctx, today)
        return
    own = ctx.ask(rollout.everything, ctx.rights)
    waiting = len(steps.due(ctx, own))
    said = ctx.t("rollout.own", n=ctx.t.number(waiting)) if own else ctx.t("rollout.own_none")
    st.html(f'<div class="cx-say">{escape(said)}</div>')
    if not own:
        return
    steps.show(ctx, own, today)


main(page.begin(__file__))
