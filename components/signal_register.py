"""The register of pain points: what hurts, how badly, on which evidence, and how far it has come."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import cards, page, session, signal_act
from components.markdown import plain
from components.page import Context
from cx.act import alarm_telling as telling
from cx.act import pain_points
from cx.act.pain_points import STATES, PainPoint
from cx.insight.signals import series as signal_series
from cx.words import Refused


def show(ctx: Context) -> None:
    """Open pain points as cards, the worst first; closed ones in a line."""
    t, points = ctx.t, ctx.ask(pain_points.everything, ctx.rights)
    if not points:
        cards.empty(t("signals.nothing_register"), t("signals.nothing_register_try"))
        return
    st.caption(t("signals.register_lead"))
    for point in points:
        if point.open:
            _card(ctx, point)
    closed = [point for point in points if not point.open]
    if closed:
        with st.expander(t("signals.closed_points", n=len(closed))):
            for point in closed:
                _card(ctx, point)


def _card(ctx: Context, point: PainPoint) -> None:
    t = ctx.t
    with st.container(border=True, key=f"pain_{point.id}"):
        st.html(
            f'<div class="cx-pain"><div class="cx-signal"><strong>{escape(point.title)}</strong>'
            f"<span>{escape(_place(ctx, point))}</span></div>{_steps(ctx, point)}"
            f'<div class="cx-signal"><span>{escape(signal_act.graded(ctx, point.severity))}</span>'
            f"<span>{escape(_evidence(ctx, point))}</span></div></div>"
        )
        for step in ctx.ask(pain_points.history, point.id, ctx.rights):
            by = ctx.bench.accounts.display(step.by)
            said = t("signals.moved_by", by=by, day=t.date(step.at.date()), note=step.note)
            st.caption(f"{t(f'signals.state_{step.state}')} · {plain(said.rstrip('：: '))}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(t("signals.whole_chart"), key=f"evidence_{point.id}", type="tertiary",
                      icon=":material/show_chart:", on_click=_to_chart, args=(point.evidence.subject,))  # fmt: skip
            subject = signal_series.subject(point.evidence.subject)
            if point.touchpoint and subject is not None:
                begin = {**signal_act.idea(ctx, subject), "touchpoint": point.touchpoint}
                page.link(ctx, "quick_wins", t("signals.quick_win"), begin)
        if ctx.may("act_edit"):
            _move(ctx, point)


def _steps(ctx: Context, point: PainPoint) -> str:
    """The five states as a line, the present one marked."""
    cells = "".join(
        f'<div class="{"delight" if state == point.state else ""}"'
        f"{' aria-current=step' if state == point.state else ''}><strong>{escape(ctx.t(f'signals.state_{state}'))}"
        "</strong></div>"
        for state in STATES
    )
    return f'<div class="cx-steps">{cells}</div>'


def _place(ctx: Context, point: PainPoint) -> str:
    names = [
        ctx.model.label(dimension, getattr(point, dimension), ctx.t)
        for dimension in ("journey", "stage", "touchpoint")
        if getattr(point, dimension)
    ]
    return " › ".join(names) or ctx.t("signals.no_place")


def _evidence(ctx: Context, point: PainPoint) -> str:
    t, e = ctx.t, point.evidence
    subject = signal_series.subject(e.subject)
    assert subject is not None

    def shown(number: float | None) -> str:
        return telling.value(t, subject, number, ctx.model)

    values = {
        "name": telling.name(t, subject, ctx.model), "period": t.period(e.worst, subject.grain),
        "value": shown(e.value), "usual": shown(e.usual),
        "range": t("signals.range", low=shown(e.low), high=shown(e.high)),
    }  # fmt: skip
    return f"{t('signals.evidence')}: {t('signals.evidence_agreed' if e.agreed else 'signals.evidence_line', **values)}"


def _move(ctx: Context, point: PainPoint) -> None:
    t = ctx.t
    with st.expander(t("signals.move")), st.form(f"move_{point.id}", border=False):
        to = st.selectbox(
            t("signals.move_to"), pain_points.nexts(point.state), key=f"to_{point.id}",
            format_func=lambda state: t(f"signals.state_{state}"),
        )  # fmt: skip
        note = st.text_input(t("signals.note"), max_chars=500, key=f"found_{point.id}")
        if not st.form_submit_button(t("signals.save"), key=f"move_save_{point.id}"):
            return
    try:
        pain_points.move(ctx.bench.database, ctx.user.name, point.id, to, note, rights=ctx.rights)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put("signals_told", t("signals.told_moved"))
    st.rerun()


def _to_chart(key: str) -> None:
    st.query_params["chart"] = key
