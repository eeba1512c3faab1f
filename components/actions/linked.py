"""Actions that came from something, shown beside it, with the way to promise another."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, page
from components.page import Context
from cx.act import actions


def show(ctx: Context, source: str, about: str, **begin: str | None) -> None:
    """The actions of one pain point, quick win or case; ``begin`` fills the form (title, touchpoint, branch)."""
    t, found = ctx.t, ctx.ask(actions.of, source, about, ctx.rights)
    may, today = ctx.may("act_edit"), dt.date.today()
    if not found and not may:
        return
    cards.heading(t("actions.linked"))
    for action in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            page.link(ctx, "actions", t.pick(action.promise.title), {"action": action.id})
            facts = [ctx.model.label("department", action.promise.department, t), t(f"actions.state_{action.state}")]
            if action.open:
                days = (today - action.promise.due).days
                facts.append(
                    t("actions.late", n=days) if days > 0 else t("actions.due", day=t.date(action.promise.due))
                )
            st.caption(" · ".join(facts))
    if may:
        filled = {name: value for name, value in begin.items() if value}
        page.link(ctx, "actions", t("actions.promise_one"), {"source": source, "about": about} | filled)
