"""The form of a quick win: the current value stands by the metric, problems by their fields, nothing is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import streamlit as st

from components import page, session
from components.markdown import plain
from components.page import Context
from components.quick_wins import form_against, form_steps, form_what, form_who, look
from components.quick_wins.form_base import Form
from cx.act import charter_checks, pain_points, quick_wins
from cx.act.charter import Charter
from cx.act.quick_wins import QuickWin
from cx.words import Problem, Refused

_TRIED = "quick_win_tried"


def show(ctx: Context, win: QuickWin | None, today: dt.date) -> None:
    """Draw, check, save."""
    t, form = ctx.t, Form(ctx, win, today)
    look.style()
    if win is None:
        look.back(ctx)
    st.header(t("quick_win.form_edit" if win else "quick_win.form_title"), anchor=False)
    found: dict[str, Any] = {"pain_point": _pain(form)}
    with st.container(border=True):
        found |= form_what.ask(form)
    with st.container(border=True):
        found |= form_who.ask(form)
    with st.container(border=True):
        found |= form_against.ask(form, found, win.id if win else None)
    with st.container(border=True):
        found |= form_steps.ask(form, found["start"], found["pilots"])
    charter = Charter(**found)
    if win is not None and win.signature is not None:
        st.caption(f":material/ink_pen: {t('quick_win.sign_again')}")
    saving = st.button(t("quick_win.save"), type="primary", icon=":material/save:", key="quick_win_save")
    if saving:
        session.put(_TRIED, form.key)
    wrong = charter_checks.problems(charter, ctx.model) if session.get(_TRIED, "") == form.key else ()
    _tell(form, wrong)
    if wrong:
        _summed(form, wrong)
    if saving and not wrong:
        _save(form, win, charter)


def _pain(form: Form) -> str | None:
    """The pain point that it answers, told on top."""
    ctx, id = form.ctx, form.was("pain_point", st.query_params.get("pain_point"))
    found = ctx.ask(pain_points.get, id, ctx.rights) if id else None
    if found is None:
        return form.old.pain_point if form.old else None
    page.link(ctx, "pain_points", form.t("quick_win.to_pain", title=form.t.pick(found.title)), {"pain": found.id})
    return found.id


def _tell(form: Form, wrong: Sequence[Problem]) -> None:
    t = form.t
    for problem in wrong:
        place = form.slots.get(problem.where, form.slots["metric"])
        between = " " if t.lang == "en" else ""
        place.markdown(f":red[:material/error: {plain(problem.what(t))}{between}{plain(problem.cure(t))}]")


_LABELS = {"end": "weeks", "nps_kind": "metric"}


def _summed(form: Form, wrong: Sequence[Problem]) -> None:
    """By the button: which fields are wrong; what is wrong stands by each, and what was typed stays."""
    t = form.t
    names = list(dict.fromkeys(t(f"quick_win.{_LABELS.get(problem.where, problem.where)}") for problem in wrong))
    st.error(t("quick_win.unsaved", n=len(names), fields=t("quick_win.comma").join(names)), icon=":material/error:")


def _save(form: Form, win: QuickWin | None, charter: Charter) -> None:
    ctx = form.ctx
    by: dict[str, Any] = {"rights": ctx.rights, "model": ctx.model}
    try:
        if win is None:
            key = quick_wins.propose(ctx.bench.database, ctx.user.name, charter, **by)
        else:
            key = win.id
            quick_wins.revise(ctx.bench.database, key, ctx.user.name, charter, **by)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.drop(_TRIED)
    session.put("quick_win_told", ctx.t("quick_win.saved"))
    look.go(win=key)
    st.rerun()
