"""What limits rest on by decision: who chose which phase, when and why, and the way to take it back."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import cards
from components.page import Context
from components.signals import act
from cx.act import alarm_telling as telling
from cx.act import alarms
from cx.act.alarms import Step
from cx.insight.signals import series as signal_series


def show(ctx: Context, phases: tuple[Step, ...]) -> None:
    """One card a chart; what was taken off it stands in no list of signals."""
    cards.heading(ctx.t("signals.phases_title"))
    cards.note(ctx.t("signals.phases_about"))
    for place, step in enumerate(phases):
        with st.container(border=True, key=f"signal_phase_{place}"):
            st.html(f'<div class="cx-signal">{_words(ctx, step)}</div>')
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                if ctx.may("act_edit") and st.button(
                    ctx.t("signals.take_back"), key=f"take_back_{place}", icon=":material/undo:"
                ):
                    act.do(ctx, lambda step=step: _take_back(ctx, step))
                st.button(ctx.t("signals.whole_chart"), key=f"phase_chart_{place}", type="tertiary",
                          icon=":material/show_chart:", on_click=act.to_chart, args=(step.subject,))  # fmt: skip


def _words(ctx: Context, step: Step) -> str:
    t, subject = ctx.t, signal_series.subject(step.subject)
    assert subject is not None
    start, end = t.date(step.start), t.date(step.until)
    phase = t("signals.phase_since", start=start) if step.until is None else t(
        "signals.phase_between", start=start, end=end
    )  # fmt: skip
    by = t("signals.handled_by", by=ctx.bench.accounts.display(step.by), day=t.date(step.at.date()))
    facts = (t(f"signals.action_{step.action}"), phase, by, step.note)
    return (
        f"<strong>{escape(telling.name(t, subject, ctx.model))}</strong>"
        f"<span>{escape(' · '.join(fact for fact in facts if fact))}</span>"
    )


def _take_back(ctx: Context, step: Step) -> str:
    alarms.take_back(ctx.bench.database, ctx.user.name, step, rights=ctx.rights)
    return ctx.t("signals.told_taken_back")
