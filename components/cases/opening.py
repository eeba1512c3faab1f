"""Cases opened by people: by hand, or from a signal."""

from __future__ import annotations

import datetime as dt
from functools import partial

import streamlit as st

from components.cases import acting
from components.page import Context
from cx.act import cases
from cx.act.cases import About


def new(ctx: Context) -> None:
    """A case opened by hand."""
    t, own = ctx.t, ctx.rights.branches
    with st.expander(t("cases.new"), icon=":material/add:"), st.form("new_case", border=False, clear_on_submit=False):
        title = st.text_input(t("cases.title"), max_chars=120, placeholder=t("cases.title_hint"), key="new_case_title")
        branches = [*([None] if own is None else []), *(id for id in ctx.model.branches if own is None or id in own)]
        branch = st.selectbox(t("dimension.branch"), branches, key="new_case_branch", format_func=lambda id: (
            ctx.model.label("branch", id, t) if id else t("cases.whole_bank")))  # fmt: skip
        points = [None, *(p.id for j in ctx.model.journeys.values() for s in j.stages for p in s.touchpoints)]
        point = st.selectbox(t("dimension.touchpoint"), points, key="new_case_point",
                             format_func=lambda id: ctx.model.label("touchpoint", id, t) if id else "–")  # fmt: skip
        urgent = st.checkbox(t("cases.is_urgent"), key="new_case_urgent")
        note = st.text_area(t("cases.note"), max_chars=1000, key="new_case_note")
        if not st.form_submit_button(t("cases.save"), type="primary", key="new_case_save"):
            return
    deed = partial(opened, ctx, About(title, branch, point, urgent), note)
    acting.do(ctx, deed, t("cases.told_opened"), "new_case_title", "new_case_note")


def opened(ctx: Context, about: About, note: str, _today: dt.date | None = None) -> bool:
    """Open a case for whoever looks after the branch alone; whether it is new."""
    people = ctx.bench.accounts.who_may("act_edit", about.branch)
    near = [name for name in people if (user := ctx.bench.accounts.user(name)) and user.branches is not None]
    owner = near[0] if len(near) == 1 else None
    _, fresh = cases.open_case(
        ctx.bench.database, ctx.user.name, about, rights=ctx.rights, rules=ctx.bench.rules,
        calendar=ctx.model.calendar, owner=owner, note=note,
    )  # fmt: skip
    return fresh
