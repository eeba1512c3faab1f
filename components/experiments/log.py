"""The iteration log: what happened to an experiment, and the experiments that it learned from and led to."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import cards, page
from components.experiments import board
from components.page import Context
from cx.act.experiments import keeping, telling
from cx.act.experiments.keeping import Experiment, Step
from cx.words import Refused, Translator


def show(ctx: Context, one: Experiment) -> None:
    """Chain, steps, and a field for a note."""
    t = ctx.t
    cards.heading(t("experiments.log"))
    chain = keeping.chain(ctx.ask(keeping.all, ctx.rights), one.id)
    if len(chain) > 1:
        cards.said(t("experiments.log_chain"))
        for each in chain:
            _link(ctx, each, here=each.id == one.id)
    steps = ctx.ask(keeping.history, one.id)
    st.html("".join(f'<div class="cx-facts">{escape(_line(ctx, one, step, before))}</div>'
                    for before, step in zip((None, *steps), steps, strict=False)))  # fmt: skip
    if board.may_change(ctx):
        said = st.text_input(
            t("experiments.note"), key="experiment_note", placeholder=t("experiments.note_hint"), max_chars=300
        )
        if st.button(t("experiments.note_save"), key="experiment_note_save"):
            try:
                keeping.note(ctx.bench.database, one.id, ctx.user.name, said, rights=ctx.rights)
            except Refused as refused:
                page.problems(ctx, refused)
                return
            st.rerun()


def _link(ctx: Context, one: Experiment, here: bool) -> None:
    t = ctx.t
    said = " · ".join(filter(None, (
        t.date(one.definition.start), t.pick(one.definition.title),
        telling.outcome(t, one.found) or t(f"experiments.state_{one.state}"), t.pick(one.lesson),
    )))  # fmt: skip
    if here:
        st.html(f"<p><b>{escape(said)}</b> ({escape(t('experiments.log_this'))})</p>")
    else:
        st.button(said, type="tertiary", key=f"chain_{one.id}", on_click=board.go, kwargs={"experiment": one.id})


def _did(t: Translator, one: Experiment, step: Step) -> str:
    """What was done, with what came of it."""
    came = {"stopped": telling.outcome(t, one.found), "concluded": t.pick(one.lesson)}.get(step.state, "")
    did = t(f"experiments.log_did_{step.state}")
    return t("experiments.log_did_came", did=did, came=came) if came else did


def _line(ctx: Context, one: Experiment, step: Step, before: Step | None) -> str:
    t = ctx.t
    noted = step.note and before is not None and before.state == step.state
    what = t("experiments.log_did_noted", note=step.note) if noted else _did(t, one, step)
    who = ctx.bench.accounts.display(step.by)
    return t("experiments.log_line", when=t.date(step.at.date()), who=who, what=what)
