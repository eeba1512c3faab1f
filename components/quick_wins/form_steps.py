"""Milestones: a day and what is done by then, perhaps at one branch."""

from __future__ import annotations

import datetime as dt
from typing import Any

import streamlit as st

from components import session
from components.quick_wins.form_base import Form
from cx.act.charter import Milestone
from cx.act.charter_checks import MOST_MILESTONES


def ask(form: Form, start: dt.date, pilots: tuple[str, ...]) -> dict[str, Any]:
    """A row each, and an empty one to go on."""
    t = form.t
    st.markdown(f"**{t('quick_win.milestones')}**")
    st.caption(t("quick_win.milestones_help"))
    old: tuple[Milestone, ...] = form.was("milestones", ())
    shown = max(len(old) + 1, int(session.get(form.named("rows"), 1)))
    found = [
        each
        for number in range(min(shown, MOST_MILESTONES))
        if (each := _row(form, number, old[number] if number < len(old) else None, start, pilots)) is not None
    ]
    if len(found) >= shown and shown < MOST_MILESTONES:
        session.put(form.named("rows"), shown + 1)
        st.rerun()
    form.slots["milestones"] = st.empty()
    return {"milestones": tuple(found)}


def _row(form: Form, number: int, old: Milestone | None, start: dt.date, pilots: tuple[str, ...]) -> Milestone | None:
    t, model = form.t, form.ctx.model
    when, what, where = st.columns([1, 3, 1.4], vertical_alignment="bottom")
    words = {"label_visibility": "visible" if number == 0 else "collapsed"}
    day = when.date_input(
        t("quick_win.milestone_day"), value=old.day if old else start, format="YYYY-MM-DD",
        key=form.named(f"step_day_{number}"), **words,
    )  # fmt: skip
    shown = t.pick(old.title) if old else ""
    said = what.text_input(
        t("quick_win.milestone_what"), value=shown, max_chars=80, key=form.named(f"step_{number}"), **words
    ).strip()  # fmt: skip
    kept = [old.branch] if old and old.branch and old.branch not in pilots else []
    options, key = ["", *pilots, *kept], form.named(f"step_branch_{number}")
    chosen = session.get(key, (old.branch if old else None) or "")
    session.put(key, chosen if chosen in options else "")  # said at every drawing: other pilots are other options
    branch = where.selectbox(
        t("quick_win.milestone_where"), options,
        format_func=lambda name: model.label("branch", name, t) if name else t("quick_win.milestone_all"),
        key=key, **words,
    )  # fmt: skip
    if not said:
        return None
    return Milestone(day, old.title if old and said == shown else said, None, branch or None)
