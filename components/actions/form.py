"""A new action: what, which department, by when; from a pain point, a quick win, a case or a review by link."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import page, session
from components.actions import origin
from components.page import Context
from cx.act import actions
from cx.act.actions import SOURCES, Promise
from cx.words import Refused

TOLD = "action_told"
_DAYS = 28
_EMPTY = {"action_title": "", "action_owner": "", "action_point": None}
_DONE = "action_promised"


def show(ctx: Context, today: dt.date) -> None:
    """The form; fields named in the address are filled in."""
    t, asked = ctx.t, st.query_params
    source = asked.get("source") if asked.get("source") in SOURCES else None
    about = asked.get("about") if source else None
    opened = "title" in asked or source is not None
    with st.expander(t("actions.new"), icon=":material/add:", expanded=opened):
        origin.link(ctx, source, about)
        _form(ctx, today, source, about)


def _form(ctx: Context, today: dt.date, source: str | None, about: str | None) -> None:
    t, asked = ctx.t, st.query_params
    if session.take(_DONE, False):  # what was written is done with, in the browser too
        for key, empty in _EMPTY.items():
            session.put(key, empty)
    with st.form("new_action", border=False, clear_on_submit=False):
        most = actions.LONGEST["title"]
        title = st.text_input(
            t("actions.title"), asked.get("title", "")[:most], max_chars=most, key="action_title",
            placeholder=t("actions.title_hint"),
        )  # fmt: skip
        left, middle, right = st.columns(3)
        department = left.selectbox(
            t("actions.department"), list(ctx.model.departments), key="action_department",
            format_func=lambda id: ctx.model.label("department", id, t),
        )  # fmt: skip
        branch = middle.selectbox(t("dimension.branch"), _branches(ctx), _branch(ctx), key="action_branch",
                                  format_func=lambda id: _named(ctx, "branch", id, "cases.whole_bank"))  # fmt: skip
        due = right.date_input(
            t("actions.due_day"), today + dt.timedelta(days=_DAYS), today, format="YYYY-MM-DD", key="action_due"
        )
        points = [None, *(p.id for j in ctx.model.journeys.values() for s in j.stages for p in s.touchpoints)]
        point = left.selectbox(
            t("dimension.touchpoint"), points, _at(points, asked.get("touchpoint")), key="action_point",
            format_func=lambda id: _named(ctx, "touchpoint", id, "actions.none"),
        )  # fmt: skip
        people = {"": t("actions.nobody")} | ctx.bench.accounts.who_may("act_edit", branch)
        owner = middle.selectbox(t("actions.owner"), list(people), key="action_owner", format_func=people.__getitem__)
        saving = st.form_submit_button(t("actions.save"), type="primary", key="action_save")
    if not saving:
        return
    promised = Promise(title, department or "", due, owner or None, branch, point, source, about)
    try:
        actions.promise(ctx.bench.database, ctx.user.name, promised, rights=ctx.rights, model=ctx.model, today=today)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put(_DONE, True)
    session.put(TOLD, t("actions.told_promised"))
    st.query_params.clear()
    st.rerun()


def _branches(ctx: Context) -> list[str | None]:
    own = ctx.rights.branches
    return [*([None] if own is None else []), *(id for id in ctx.model.branches if own is None or id in own)]


def _branch(ctx: Context) -> int:
    return _at(_branches(ctx), st.query_params.get("branch"))


def _at(options: list[str | None], wanted: str | None) -> int:
    return options.index(wanted) if wanted in options else 0


def _named(ctx: Context, dimension: str, id: str | None, none: str) -> str:
    return ctx.model.label(dimension, id, ctx.t) if id else ctx.t(none)
