"""What can be done with one case: one tap for what is frequent, a form for the rest."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import streamlit as st

from components import session
from components.cases import acting, saying, words
from components.markdown import plain
from components.page import Context
from cx.act import cases
from cx.act.cases import INVALID, OUTCOMES, Case, telling


def draw(ctx: Context, case: Case) -> None:
    """Buttons and form."""
    if case.open:
        _taps(ctx, case)
    _form(ctx, case)


def invalid(ctx: Context, case: Case) -> None:
    """What there is to do where the answer was found to be of bad quality after the case was opened."""
    t = ctx.t
    st.warning(t("cases.invalid"), icon=":material/flag:")
    if ctx.may("act_edit"):
        what = {"state": "closed", "outcome": INVALID, "note": t("cases.invalid_note")}
        deed = partial(step, ctx, case.id, case.recorded_at, **what)
        st.button(t("cases.invalid_close"), key=f"invalid_{case.id}", icon=":material/done:",
                  on_click=partial(acting.clicked, ctx, deed, t("cases.told_saved")))  # fmt: skip


def step(ctx: Context, id: str, seen: dt.datetime, **what: Any) -> None:
    """One step on top of what was ``seen``. Raises :class:`Refused`."""
    cases.step(ctx.bench.database, ctx.user.name, id, seen, rights=ctx.rights, rules=ctx.bench.rules,
               calendar=ctx.model.calendar, **what)  # fmt: skip


def used(ctx: Context, case: Case, template: str) -> None:
    """A text was said or copied to be sent: the customer was contacted with it."""
    note = ctx.t("cases.used_note", name=saying.name(ctx, template))
    deed = partial(step, ctx, case.id, case.recorded_at, contacted=True, template=template, note=note)
    acting.clicked(ctx, deed, ctx.t("cases.told_used"))


def _taps(ctx: Context, case: Case) -> None:
    t = ctx.t
    mine = case.owner == ctx.user.name and case.state == "working"
    taps = [
        ("take", "back_hand", not mine, {"state": "working", "owner": ctx.user.name, "note": t("cases.take_note")}),
        ("reached", "call", case.contacted_at is None, {"contacted": True, "note": t("cases.reached_note")}),
        ("escalate", "priority_high", case.escalated_at is None, {"escalate": True, "note": t("cases.escalate_note")}),
    ]
    first = next((name for name, _, on, _ in taps if on), "")
    with st.container(horizontal=True, key=f"taps_{case.id}"):
        for name, icon, on, what in taps:
            if on:
                deed = partial(step, ctx, case.id, case.recorded_at, **what)
                st.button(t(f"cases.{name}"), icon=f":material/{icon}:", key=f"{name}_{case.id}",
                          type="primary" if name == first else "secondary",
                          on_click=partial(acting.clicked, ctx, deed, t(f"cases.told_{name}")))  # fmt: skip


def _form(ctx: Context, case: Case) -> None:
    t, rules, id = ctx.t, ctx.bench.rules, case.id
    people = ctx.bench.accounts.who_may("act_edit", case.about.branch)
    steps = ("working", "closed") if case.open else ("working",)
    with st.form(f"next_{id}", border=True):
        left = {case.owner: words.person(ctx, case.owner)} if case.owner else {}
        names = {"": t("cases.nobody")} | left | people
        known = list(names).index(case.owner) if case.owner in names else 0
        owner = st.selectbox(t("cases.give_to"), list(names), known, format_func=names.__getitem__,
                             key=f"case_owner_{id}_{case.owner}")  # fmt: skip
        next_ = {"working": "cases.to_working" if case.open else "cases.to_open_again", "closed": "cases.to_closed"}
        state = st.radio(t("cases.next"), steps, key=f"case_state_{id}", horizontal=True,
                         format_func=lambda to: t(next_[to]))  # fmt: skip
        with st.container(horizontal=True):
            outcome = st.selectbox(t("cases.outcome"), OUTCOMES, None, key=f"case_outcome_{id}",
                                   format_func=lambda o: t(f"cases.outcome_{o}"),
                                   placeholder=t("cases.outcome_hint"))  # fmt: skip
            usual = rules.usual.get(case.about.touchpoint or "", ())
            listed = [*usual, *(id for id in rules.causes if id not in usual)]
            at = listed.index(case.root_cause) if case.root_cause in listed else None
            cause = st.selectbox(t("cases.root_cause"), listed, at, key=f"case_cause_{id}",
                                 format_func=lambda each: telling.cause(each, rules, t),
                                 placeholder=t("cases.outcome_hint"))  # fmt: skip
        if usual and case.open:
            told = words.and_so(t).join(telling.cause(id, rules, t) for id in usual)
            st.caption(t("cases.cause_usual", names=plain(told)))
        note = st.text_area(t("cases.note"), max_chars=1000, key=f"case_note_{id}", placeholder=t("cases.note_hint"))
        saving = st.form_submit_button(t("cases.save"), type="primary", key=f"case_save_{id}")
    seen = session.get(f"case_seen_{id}", case.recorded_at)
    session.put(f"case_seen_{id}", case.recorded_at)  # what stands above the form when it is sent the next time
    if not saving:
        return
    to = state if state == "closed" or not case.open or case.state == "open" else None
    owner = owner if owner in names else case.owner  # a browser may send what was not offered
    what = {"state": to, "owner": owner or None, "note": note, "root_cause": cause,
            "outcome": outcome if state == "closed" else None}  # fmt: skip
    acting.do(ctx, partial(step, ctx, id, seen, **what), t("cases.told_saved"), f"case_note_{id}", f"case_outcome_{id}")
