"""One action: what it came from, what was done, and the next step."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards, page, session
from components.actions import board, form, origin
from components.markdown import plain
from components.page import Context
from cx.act import actions
from cx.act.actions import Action, State
from cx.words import Refused

_NEXT: dict[State, tuple[State, ...]] = {"todo": ("doing", "done", "dropped"), "doing": ("done", "todo", "dropped"),
                                         "done": ("doing",), "dropped": ("todo",)}  # fmt: skip


def show(ctx: Context, action: Action, today: dt.date) -> None:
    """The whole view."""
    t = ctx.t
    st.button(t("actions.back"), icon=":material/arrow_back:", key="action_back", type="tertiary", on_click=board.go)
    state = t(f"actions.state_{action.state}")
    st.html(f"<h2>{escape(t.pick(action.promise.title))}</h2>"
            f"<div class='cx-facts'>{escape(state + ' · ' + board.facts(ctx, action, today))}</div>")  # fmt: skip
    if action.answer:
        cards.said(t("actions.answer_given", text=t.pick(action.answer)))
    origin.link(ctx, action.promise.source, action.promise.about)
    cards.heading(t("actions.history"))
    for done in ctx.ask(actions.history, action.id, ctx.rights):
        at, by = t.date(done.at.date()), ctx.bench.accounts.display(done.by)
        said = [at, by, t(f"actions.state_{done.state}"), *filter(None, [t.pick(done.note)])]
        st.caption(plain(" · ".join(said)))
    if ctx.may("act_edit"):
        _next(ctx, action)


def _next(ctx: Context, action: Action) -> None:
    t = ctx.t
    people = {"": t("actions.nobody")} | ctx.bench.accounts.who_may("act_edit", action.promise.branch)
    states = (action.state, *_NEXT[action.state])
    if session.take(f"action_done_{action.id}", False):  # what was written is done with, in the browser too
        session.put(f"action_note_{action.id}", "")
    with st.form(f"step_{action.id}", border=True):
        state = st.radio(t("actions.next"), states, format_func=lambda s: t(f"actions.to_{s}"), horizontal=True,
                         key=f"action_state_{action.id}")  # fmt: skip
        left, right = st.columns(2)
        known = list(people).index(action.promise.owner) if action.promise.owner in people else 0
        owner = left.selectbox(t("actions.owner"), list(people), known, format_func=people.__getitem__,
                               key=f"action_owner_{action.id}")  # fmt: skip
        due = right.date_input(
            t("actions.due_day"), action.promise.due, format="YYYY-MM-DD", key=f"action_due_{action.id}"
        )
        note = st.text_area(t("actions.note"), max_chars=actions.LONGEST["note"], placeholder=t("actions.note_hint"),
                            key=f"action_note_{action.id}")  # fmt: skip
        answer = st.text_input(
            t("actions.tell"), t.pick(action.answer), max_chars=actions.LONGEST["answer"],
            placeholder=t("actions.tell_hint"), key=f"action_tell_{action.id}",
        )  # fmt: skip
        saving = st.form_submit_button(t("actions.save"), type="primary", key=f"action_save_{action.id}")
    seen = session.get(f"action_seen_{action.id}", action.recorded_at)
    session.put(f"action_seen_{action.id}", action.recorded_at)  # what stands above the form when it is sent next
    if not saving:
        return
    try:
        actions.step(ctx.bench.database, ctx.user.name, action.id, seen, rights=ctx.rights, state=state, note=note,
                     answer=answer, due=due, owner=owner or None)  # fmt: skip
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put(f"action_done_{action.id}", True)
    session.put(form.TOLD, t("actions.told_saved"))
    st.rerun()
