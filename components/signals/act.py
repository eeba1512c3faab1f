"""What can be done with a signal: handle, put off, open a pain point, start a quick win. One form at a time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import streamlit as st

from components import page, session
from components.cases import opened
from components.markdown import plain
from components.page import Context
from cx.act import alarm_telling as telling
from cx.act import alarms, cases, pain_points
from cx.act.alarms import Board, Standing
from cx.act.cases import About
from cx.insight.signals import Alarm
from cx.insight.signals.series import Subject
from cx.words import Refused

_DOING = "signal_doing"
_STEPS = (
    ("acknowledge", "check"), ("snooze", "snooze"), ("open_case", "support_agent"), ("open_pain_point", "healing"),
)  # fmt: skip


def name(alarm: Alarm) -> str:
    """A word for the widgets of one signal."""
    word = re.sub(r"\W", "_", alarm.subject.key)
    return f"{word}_{alarm.first:%Y%m%d}{'_agreed' if alarm.agreed else ''}"


def buttons(ctx: Context, found: Board, standing: Standing) -> None:
    """The steps that the user may take."""
    t, id, alarm = ctx.t, name(standing.alarm), standing.alarm
    standing_now = standing in found.standing
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if ctx.may("act_edit") and standing_now:
            for what, icon in _STEPS:
                if what.startswith("open_") and alarm.better:
                    continue
                st.button(t(f"signals.{what}"), key=f"{what}_{id}", icon=f":material/{icon}:", on_click=session.put,
                          args=(_DOING, (id, what)))  # fmt: skip
        undo = ctx.may("act_edit") and not standing_now and standing.pain_point is None and standing.case is None
        if undo and st.button(t("signals.reopen"), key=f"reopen_{id}", icon=":material/undo:"):
            do(ctx, lambda: _reopen(ctx, alarm))
        if "chart" not in st.query_params:
            st.button(t("signals.whole_chart"), key=f"chart_{id}", type="tertiary", icon=":material/show_chart:",
                      on_click=to_chart, args=(alarm.subject.key,))  # fmt: skip
        if ctx.may("act_edit") and standing_now and not alarm.better:
            page.link(ctx, "quick_wins", t("signals.quick_win"), idea(ctx, alarm.subject))


def form(ctx: Context, found: Board, standing: Standing, today: dt.date) -> None:
    """The form of the step that was chosen for this signal."""
    id, alarm = name(standing.alarm), standing.alarm
    chosen, what = session.get(_DOING, ("", ""))
    if chosen != id or not ctx.may("act_edit"):
        return
    with st.form(f"form_{id}", border=True):
        st.markdown(f"**{plain(telling.name(ctx.t, alarm.subject, ctx.model))}**")
        if what == "open_pain_point":
            deed = _pain_point(ctx, found, alarm, id)
        elif what == "open_case":
            deed = _case(ctx, alarm, id, today)
        else:
            deed = (_snooze if what == "snooze" else _acknowledge)(ctx, alarm, id, today)
        if st.form_submit_button(ctx.t("signals.save"), type="primary", key=f"save_{id}"):
            do(ctx, deed)


def _acknowledge(ctx: Context, alarm: Alarm, id: str, today: dt.date) -> Callable[[], str]:
    t, db, who, by = ctx.t, ctx.bench.database, ctx.user.name, {"rights": ctx.rights}
    options = ["explained"] if alarm.agreed else ["explained", "normal"]
    how = st.radio(
        t("signals.acknowledge_how"), options, format_func=lambda o: t(f"signals.acknowledge_{o}"), key=f"how_{id}"
    )
    since = alarm.first
    if not alarm.agreed:
        since = st.date_input(
            t("signals.acknowledge_from"), alarm.first, format="YYYY-MM-DD", max_value=today, key=f"from_{id}"
        )
    note = st.text_input(t("signals.note"), placeholder=t("signals.note_hint"), max_chars=500, key=f"note_{id}")

    def deed() -> str:
        if how == "normal":
            alarms.normal(db, who, alarm, since, note, today=today, **by)
            return t("signals.told_normal", day=t.date(since))
        alarms.explain(db, who, alarm, note, **by)
        return t("signals.told_explained")

    return deed


def _snooze(ctx: Context, alarm: Alarm, id: str, today: dt.date) -> Callable[[], str]:
    t = ctx.t
    until = st.date_input(
        t("signals.snooze_until"), today + dt.timedelta(days=30), format="YYYY-MM-DD", key=f"until_{id}",
        min_value=today + dt.timedelta(days=1), max_value=today + alarms.LONGEST,
    )  # fmt: skip
    note = st.text_input(t("signals.note"), max_chars=500, key=f"later_{id}")

    def deed() -> str:
        alarms.snooze(ctx.bench.database, ctx.user.name, alarm, until, note, rights=ctx.rights, today=today)
        return t("signals.told_snoozed", day=t.date(until))

    return deed


def _pain_point(ctx: Context, found: Board, alarm: Alarm, id: str) -> Callable[[], str]:
    t, severity = ctx.t, pain_points.grade(alarm, found.view)
    title = st.text_input(
        t("signals.pain_point_title"), placeholder=t("signals.pain_point_hint"), max_chars=120, key=f"title_{id}"
    )
    note = st.text_input(t("signals.note"), max_chars=500, key=f"why_{id}")
    st.caption(graded(ctx, severity))

    def deed() -> str:
        entered = pain_points.open_from(
            ctx.bench.database, ctx.user.name, alarm, title, severity, rights=ctx.rights, model=ctx.model, note=note
        )
        return t(f"pain_points.told_{entered.how}")

    return deed


def _case(ctx: Context, alarm: Alarm, id: str, today: dt.date) -> Callable[[], str]:
    t, subject = ctx.t, alarm.subject
    usual = telling.name(t, subject, ctx.model)
    title = st.text_input(t("cases.title"), usual, max_chars=120, key=f"case_title_{id}")
    urgent = st.checkbox(t("cases.is_urgent"), key=f"case_urgent_{id}")
    note = st.text_input(t("signals.note"), max_chars=500, key=f"case_why_{id}")
    entry = ctx.model.indicators.get(subject.name) if subject.kind == "indicator" else None

    def deed() -> str:
        about = About(title, subject.branch, entry.touchpoint if entry else None, urgent, cases.of_alarm(alarm))
        return t("cases.told_opened" if opened(ctx, about, note, today) else "cases.told_known")

    return deed


def graded(ctx: Context, severity: pain_points.Grade) -> str:
    """The severity with its parts."""
    return ctx.t(
        "signals.severity", total=severity.total, distance=severity.distance, duration=severity.duration,
        breadth=severity.breadth,
    )  # fmt: skip


def _reopen(ctx: Context, alarm: Alarm) -> str:
    alarms.reopen(ctx.bench.database, ctx.user.name, alarm, rights=ctx.rights)
    return ctx.t("signals.told_reopened")


def do(ctx: Context, deed: Callable[[], str]) -> None:
    """Do it, say so and draw the page anew; a refusal is told instead."""
    try:
        told = deed()
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put("signals_told", told)
    session.drop(_DOING)
    st.rerun()


def to_chart(key: str) -> None:
    """Open one chart in full."""
    session.drop(_DOING)
    st.query_params["chart"] = key


def idea(ctx: Context, subject: Subject) -> dict[str, str]:
    """What the form of a quick win begins with: where it hurts, and by what it was seen."""
    entry = ctx.model.indicators.get(subject.name) if subject.kind == "indicator" else None
    found = {"new": "1"}
    if entry is not None:
        found |= {"metric": entry.id} | ({"touchpoint": entry.touchpoint} if entry.touchpoint else {})
    return found | ({"pilot": subject.branch} if subject.branch else {})
