"""What an experiment means today and what to do: the sentence, and the buttons for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from components import cards, page, session
from components.experiments import board, result, variant
from components.page import Context
from cx.act.experiments import keeping, telling
from cx.act.experiments.judging import Found
from cx.act.experiments.keeping import Experiment
from cx.words import Refused


def show(ctx: Context, one: Experiment, found: Found | None, today: dt.date) -> None:
    """The sentence for everybody who sees the figures, the buttons for who may act."""
    t, may = ctx.t, board.may_change(ctx)
    cards.heading(t("experiments.do"))
    waits = one.state == "draft" and may and variant.waits(ctx, one.definition.surveys)
    said = t("experiments.do_waits") if waits else telling.meaning(t, one, found, today)
    st.html(f'<div class="cx-say">{escape(said)}</div>')
    if waiting := telling.waiting(t, one, found):
        st.html(f'<div class="cx-facts">{escape(waiting)}</div>')
    if may and one.state == "draft":
        _draft(ctx, one, today, waits)
    elif may and one.state == "running":
        _running(ctx, one, found, today)
    elif may:
        {"stopped": _stopped, "concluded": _concluded}[one.state](ctx, one)


def _draft(ctx: Context, one: Experiment, today: dt.date, waits: bool) -> None:
    t = ctx.t
    st.caption(t("experiments.start_note", start=t.date(one.definition.start)))
    with st.container(horizontal=True):
        if st.button(t("experiments.start"), type="primary", icon=":material/play_arrow:", key="experiment_start",
                     disabled=waits):  # fmt: skip
            _do(ctx, "started", keeping.start, one.id, today, model=ctx.model, find=ctx.bench.shelf.get)
        st.button(t("experiments.edit"), icon=":material/edit:", key="experiment_edit", on_click=board.go,
                  kwargs={"experiment": one.id, "edit": "1"})  # fmt: skip
        if st.button(t("experiments.drop"), type="tertiary", key="experiment_drop"):
            _do(ctx, None, keeping.drop, one.id)


def _running(ctx: Context, one: Experiment, found: Found | None, today: dt.date) -> None:
    t = ctx.t
    with st.popover(t("experiments.stop"), icon=":material/stop_circle:"):
        if found is not None and not found.decided:
            st.markdown(f"**{t('experiments.stop_early_note')}**")
        st.markdown(t("experiments.stop_note" if one.definition.on_survey else "experiments.stop_note_served"))
        if st.button(t("experiments.stop_sure"), type="primary", key="experiment_stop"):
            _do(ctx, "stopped", keeping.stop, one.id, today)


def _stopped(ctx: Context, one: Experiment) -> None:
    t = ctx.t
    hint = t("experiments.lesson_hint")
    lesson = st.text_area(t("experiments.lesson"), key="experiment_lesson", placeholder=hint, max_chars=1000)
    if st.button(t("experiments.conclude"), type="primary", icon=":material/task_alt:", key="experiment_conclude"):
        _do(ctx, "concluded", keeping.conclude, one.id, lesson.strip())


def _concluded(ctx: Context, one: Experiment) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        result.show(ctx, one)
        st.button(ctx.t("experiments.next"), icon=":material/science:", key="experiment_next", on_click=board.go,
                  kwargs={"new": "1", "follows": one.id})  # fmt: skip


def _do(ctx: Context, told: str | None, step: Callable[..., Any], id: str, *args: object, **more: object) -> None:
    try:
        step(ctx.bench.database, id, ctx.user.name, *args, rights=ctx.rights, **more)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    ctx.bench.serving.refresh()
    if told:
        session.put("experiment_told", ctx.t(f"experiments.{told}"))
    else:
        board.go()
    st.rerun()
