"""One experiment: what was found, the picture, the next step, what was agreed, who gets which arm, the log."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards, page, session
from components.experiments import assignment, board, log
from components.markdown import plain
from components.page import Context
from cx.act.experiments import counting, judging, keeping, telling
from cx.act.experiments.definition import Definition
from cx.act.experiments.judging import Found
from cx.act.experiments.keeping import Experiment
from cx.measure.scope import Rights
from cx.output.charts import experiments as charts
from cx.store.query import Connection
from cx.words import Refused


def show(ctx: Context, one: Experiment, today: dt.date) -> None:
    """The whole view."""
    t = ctx.t
    st.header(plain(t.pick(one.definition.title)), anchor=False)
    st.html(f'<div class="cx-facts">{escape(board.facts(ctx, one))}</div>')
    found = _found(ctx, one, today)
    if ctx.rights.branches is not None:
        st.info(t("experiments.branch_view"), icon=":material/info:")
        if outcome := telling.outcome(t, one.found):
            st.html(f'<div class="cx-say">{escape(outcome)}</div>')
    elif found is not None:
        _finding(ctx, one, found, today)
    if lesson := t.pick(one.lesson):
        cards.heading(t("experiments.lesson"))
        cards.said(lesson)
    if board.may_change(ctx):
        _steps(ctx, one, found, today)
    _agreed(ctx, one.definition)
    parts = [lambda: assignment.show(ctx, one, today), lambda: log.show(ctx, one)]
    for part in parts if one.definition.unit == "respondent" else reversed(parts):  # many branches make a long table
        part()


def look(con: Connection, id: str, definition: Definition, rights: Rights, through: dt.date) -> Found:
    """What the data says by a day."""
    return judging.judge(definition, counting.counted(con, id, definition, rights, through), through)


def _found(ctx: Context, one: Experiment, today: dt.date) -> Found | None:
    """As recorded, or as it is today."""
    if one.state != "running" or ctx.rights.branches is not None:
        return one.found
    through = min(one.definition.end, today - dt.timedelta(days=1))
    return ctx.ask(look, one.id, one.definition, ctx.rights, through)


def _finding(ctx: Context, one: Experiment, found: Found, today: dt.date) -> None:
    t, definition = ctx.t, one.definition
    for warning in telling.warnings(t, one, found):
        st.error(warning, icon=":material/warning:")
    for pair in found.pairs:
        st.html(f'<div class="cx-say">{escape(telling.answer(t, one, found, pair, today))}</div>')
    if waiting := telling.waiting(t, one, found):
        st.html(f'<div class="cx-facts">{escape(waiting)}</div>')
    if one.state == "running" and found.decided:
        clear = any(pair.verdict in ("better", "worse") for pair in found.pairs)
        st.info(t("experiments.decided_now" if clear else "experiments.full_now"), icon=":material/flag:")
    for pair in found.pairs:
        chart = charts.path(definition, pair, found.through if one.state != "running" else definition.end, t)
        if chart is not None:
            cards.heading(t("experiments.chart_title", arm=telling.name(t, definition, pair.arm)))
            cards.chart(chart, f"path_{pair.arm}")
            cards.note(t("experiments.chart_note"))
    if any(side.n for side in found.sides):
        cards.heading(t("experiments.sides"))
        cards.words_table(
            [_row(ctx, definition, found, arm) for arm in range(len(found.sides))], t("experiments.sides_about")
        )


def _row(ctx: Context, definition: Definition, found: Found, arm: int) -> dict[str, str]:
    t = ctx.t
    row = {
        t("experiments.table_arm"): telling.name(t, definition, arm),
        t("experiments.table_value"): telling.side(t, definition, found.sides[arm]),
    }
    if definition.arms[arm].survey:
        row[t("experiments.table_survey")] = str(definition.arms[arm].survey)
    if found.arrived:
        row[t("experiments.table_given")] = t.number(found.arrived[arm])
    row[t("experiments.table_weight")] = str(definition.weights[arm])
    return row


def _steps(ctx: Context, one: Experiment, found: Found | None, today: dt.date) -> None:
    t = ctx.t
    if one.state == "draft":
        st.caption(t("experiments.start_note", start=t.date(one.definition.start)))
        with st.container(horizontal=True):
            if st.button(t("experiments.start"), type="primary", icon=":material/play_arrow:", key="experiment_start"):
                _do(ctx, "started", keeping.start, one.id, today, model=ctx.model, find=ctx.bench.shelf.get)
            st.button(t("experiments.edit"), icon=":material/edit:", key="experiment_edit", on_click=board.go,
                      kwargs={"experiment": one.id, "edit": "1"})  # fmt: skip
            if st.button(t("experiments.drop"), type="tertiary", key="experiment_drop"):
                _do(ctx, None, keeping.drop, one.id)
    elif one.state == "running":
        with st.popover(t("experiments.stop"), icon=":material/stop_circle:"):
            if found is not None and not found.decided:
                st.markdown(f"**{t('experiments.stop_early_note')}**")
            st.markdown(t("experiments.stop_note"))
            if st.button(t("experiments.stop_sure"), type="primary", key="experiment_stop"):
                _do(ctx, "stopped", keeping.stop, one.id, today)
    elif one.state == "stopped":
        hint = t("experiments.lesson_hint")
        lesson = st.text_area(t("experiments.lesson"), key="experiment_lesson", placeholder=hint, max_chars=1000)
        if st.button(t("experiments.conclude"), type="primary", icon=":material/task_alt:", key="experiment_conclude"):
            _do(ctx, "concluded", keeping.conclude, one.id, lesson.strip())
    else:
        st.button(t("experiments.next"), type="primary", icon=":material/science:", key="experiment_next",
                  on_click=board.go, kwargs={"new": "1", "follows": one.id})  # fmt: skip


def _do(ctx: Context, told: str | None, step, id: str, *args: object, **more: object) -> None:  # type: ignore[no-untyped-def]
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


def _agreed(ctx: Context, definition: Definition) -> None:
    t = ctx.t
    with st.expander(t("experiments.agreed"), icon=":material/handshake:", expanded=True):
        lines = [
            (t("experiments.hypothesis"), t.pick(definition.hypothesis)),
            (
                t("experiments.measured"),
                f"{telling.metric(t, definition)} · {t(f'experiments.better_{definition.better}')}",
            ),
            (t("experiments.least"), telling.difference(t, definition, definition.least, signed=False)),
        ]
        st.html("".join(f"<p><b>{escape(name)}</b><br>{escape(text)}</p>" for name, text in lines))
        st.html(f"<p>{escape(telling.rule(t, definition))}</p>")
