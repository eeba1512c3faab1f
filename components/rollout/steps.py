"""The plan as it was saved: what is to come, what is done, in one's own branches or in all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import streamlit as st

from components import cards, moments, page, session
from components.page import Context
from cx.act import rollout
from cx.act.rollout import Step
from cx.words import Refused
from cx.words.apart import apart


def show(ctx: Context, recorded: tuple[Step, ...], today: dt.date) -> None:
    """A table of what was recorded, and the form to record what is done."""
    t, kept = ctx.t, [step for step in recorded if step.state != "withdrawn" or step.note]
    cards.heading(t("rollout.saved_title"))
    if not kept:
        cards.said(t("rollout.saved_none"))
        return
    planned, going = [step for step in kept if step.state == "planned"], due(ctx, kept)
    finished, late = sum(s.state == "done" for s in kept), sum(step.end < today for step in going)
    said = [t("rollout.saved", planned=t.number(len(going)), done=t.number(finished), late=t.number(late))]
    if held := len(planned) - len(going):
        said.append(t("rollout.saved_held", n=t.number(held)))
    cards.said(("" if t.lang == "zh" else " ").join(said))
    cards.words_table([_row(ctx, step, today) for step in kept], t("rollout.saved_title"), t("rollout.late"))
    if planned and ctx.may("act_edit"):
        _record(ctx, planned, today)


def due(ctx: Context, recorded: Iterable[Step]) -> list[Step]:
    """What is planned and still to be done: not of a quick win that is no longer proven."""
    proven = ctx.ask(rollout.proven)
    return [step for step in recorded if step.state == "planned" and step.win in proven]


def _state(ctx: Context, step: Step, today: dt.date) -> str:
    t = ctx.t
    if step.state == "withdrawn":
        return t("rollout.state_withdrawn", day=t.date(moments.local(ctx, step.at).date()))
    if step.win not in ctx.ask(rollout.proven):
        return t(f"rollout.state_{step.state}_unproven")
    late = step.state == "planned" and step.end < today
    return t("rollout.late") if late else t(f"rollout.state_{step.state}")


def _row(ctx: Context, step: Step, today: dt.date) -> dict[str, str]:
    t, out = ctx.t, step.state == "withdrawn"
    days = t("filters.range", start=t.date(step.start), end=t.date(step.end))
    return {
        t("rollout.col_wave"): "–" if out else t("rollout.wave", n=step.wave),
        t("rollout.col_branch"): ctx.model.label("branch", step.branch, t),
        t("rollout.col_win"): t.pick(step.title),
        t("rollout.col_days"): "–" if out else days,
        t("rollout.col_state"): _state(ctx, step, today),
        t("rollout.col_note"): step.note or "–",
    }


def _record(ctx: Context, planned: list[Step], today: dt.date) -> None:
    t = ctx.t
    titles = apart({step.win: t.pick(step.title) for step in planned})
    names = {(s.win, s.branch): f"{ctx.model.label('branch', s.branch, t)} · {titles[s.win]}" for s in planned}
    with st.expander(t("rollout.record"), icon=":material/task_alt:"), st.form("rollout_done", border=False):
        at = st.selectbox(t("rollout.which"), list(names), format_func=lambda key: names[key], key="rollout_which")
        what = st.radio(t("rollout.what"), ("done", "withdrawn"), horizontal=True, key="rollout_what",
                        format_func=lambda one: t(f"rollout.set_{one}"))  # fmt: skip
        on = st.date_input(t("rollout.on_day"), today, max_value=today, format="YYYY-MM-DD", key="rollout_on")
        note = st.text_input(t("rollout.col_note"), max_chars=300, key="rollout_note")
        if not st.form_submit_button(t("signals.save"), type="primary", key="rollout_record"):
            return
    db, who = ctx.bench.database, ctx.user.name
    try:
        if what == "done":
            rollout.done(db, who, *at, on, note, rights=ctx.rights, today=today)
        else:
            rollout.withdraw(db, who, *at, note, rights=ctx.rights)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put("rollout_told", t(f"rollout.told_{what}"))
    st.rerun()
