"""One control chart in full: limits and phase, alarms numbered, what it rests on, what was decided, another phase."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards, filters, page, session, why
from components.markdown import plain
from components.page import Context
from components.signals import listing
from cx.act import alarm_telling as telling
from cx.act import alarms
from cx.act.alarms import Board
from cx.insight.signals import Watched
from cx.insight.signals import series as signal_series
from cx.output.charts import signals as charts
from cx.words import Refused

_SHOWN = 60


def wanted() -> bool:
    """Whether the address names a chart."""
    return bool(st.query_params.get("chart"))


def choose(ctx: Context, board: Board) -> None:
    """Every chart, by name; and a table of all of them."""
    t, watched = ctx.t, _within(board)
    names = {each.subject.key: telling.name(t, each.subject, ctx.model) for each in watched}
    if not names:
        cards.empty(t("signals.nothing"), t("signals.nothing_try"))
        return
    filters.select("chart", ["", *names], lambda key: names.get(key, t("signals.more_none")), t("signals.chart_of"),
                   titled=True)  # fmt: skip
    cards.table([_row(ctx, each) for each in watched], "signal_charts", t("signals.view_charts"))


def show(ctx: Context, board: Board, today: dt.date) -> None:
    """The chart that the address names."""
    t, key = ctx.t, st.query_params["chart"]
    st.button(t("signals.back"), type="tertiary", icon=":material/arrow_back:", key="signals_back", on_click=_back)
    each = board.view.of(key)
    if each is None:
        cards.empty(t("signals.gone"), t("signals.gone_try"))
        return
    st.html(listing.CSS)
    st.header(plain(telling.name(t, each.subject, ctx.model)), anchor=False)
    _drawn(ctx, each)
    here = [s for s in (*board.standing, *board.handled) if s.alarm.subject.key == key]
    if here:
        st.markdown(f"**{t('signals.alarms_title')}**")
        for standing in here:
            listing.card(ctx, board, standing, today, chart=False)
    _history(ctx, each)
    if ctx.may("act_edit"):
        _phase(ctx, each, today)


def _drawn(ctx: Context, each: Watched) -> None:
    t = ctx.t

    def shown(number: float | None) -> str:
        return telling.value(t, each.subject, number, ctx.model)

    told = " ".join(telling.sentence(t, alarm, ctx.model) for alarm in each.alarms) or t("signals.chart_about_none")
    about = t("signals.chart_about", name=telling.name(t, each.subject, ctx.model), method=telling.method(t, each),
              alarms=told)  # fmt: skip
    drawn = charts.control(each, each.alarms, t, shown, about)
    if drawn is None:
        st.info(telling.refusal(t, each.limits), icon=":material/info:")
        return
    end = "。" if t.lang == "zh" else "."
    st.html(f'<div class="cx-say">{escape(told)}</div>')
    cards.chart(drawn, "control")
    facts = [telling.method(t, each), telling.chance(t, each) + end, telling.agreed(t, each, ctx.model)]
    facts += telling.notes(t, each)
    st.html("".join(f'<div class="cx-facts">{escape(fact)}</div>' for fact in facts if fact))
    why.popover(ctx, "signal", ctx.ask(signal_series.measured, ctx.rights, each.subject))
    moving = charts.ranges(each, t, shown)
    if moving is not None:
        with st.expander(t("signals.ranges_title")):
            cards.chart(moving, "ranges")


def _history(ctx: Context, each: Watched) -> None:
    t, steps = ctx.t, ctx.ask(alarms.history, each.subject, ctx.rights)
    st.markdown(f"**{t('signals.history')}**")
    if not steps:
        st.caption(t("signals.history_none"))
        return
    rows = [
        {t("signals.when"): t.date(step.at.date()), t("signals.who"): ctx.bench.accounts.display(step.by),
         t("signals.state"): t(f"signals.action_{step.action}"), t("signals.note"): step.note or "–"}
        for step in steps
    ]  # fmt: skip
    cards.words_table(rows, t("signals.history"))


def _phase(ctx: Context, each: Watched, today: dt.date) -> None:
    t, key = ctx.t, each.subject.key
    days = [point.day for point in each.limits.series.points]
    now = each.limits.phase or (days[0], days[-1])
    with st.expander(t("signals.phase_title"), icon=":material/tune:"), st.form("signal_phase", border=False):
        st.caption(t("signals.phase_lead"))
        start = st.date_input(t("signals.phase_start"), now[0], format="YYYY-MM-DD", max_value=today, key="phase_start")
        end = st.date_input(t("signals.phase_end"), None, format="YYYY-MM-DD", max_value=today, key="phase_end")
        note = st.text_input(t("signals.note"), max_chars=500, key="phase_note")
        with st.container(horizontal=True):
            saving = st.form_submit_button(t("signals.phase_save"), type="primary", key="phase_save")
            usual = st.form_submit_button(t("signals.phase_default"), key="phase_default")
    if not (saving or usual):
        return
    subject = signal_series.subject(key)
    assert subject is not None
    try:
        alarms.rebase(
            ctx.bench.database, ctx.user.name, subject, None if usual else start, None if usual else end, note,
            rights=ctx.rights, today=today,
        )  # fmt: skip
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.put("signals_told", t("signals.told_based"))
    st.rerun()


def _within(board: Board) -> list[Watched]:
    bank = filters.chosen_of("scope", ("all", "bank", "worse")) == "bank"
    return [each for each in board.view.watched if not bank or each.subject.branch is None]


def _row(ctx: Context, each: Watched) -> dict[str, object]:
    t, phase = ctx.t, each.limits.phase
    last = each.limits.series.points[-1]
    return {
        t("signals.figure"): telling.name(t, each.subject, ctx.model),
        t("signals.value"): telling.value(t, each.subject, last.value, ctx.model),
        t("signals.period"): t.period(last.day, each.subject.grain),
        t("signals.usual_range"): _range(ctx, each) if phase else "–",
        t("signals.alarms_title"): len([alarm for alarm in each.alarms if not alarm.agreed]),
        t("signals.yearly"): t.number(each.per_year, 2) if phase else "–",
    }


def _range(ctx: Context, each: Watched) -> str:
    point = each.drawn()[-1]
    low, high = (telling.value(ctx.t, each.subject, end, ctx.model) for end in (point.low, point.high))
    return ctx.t("signals.range", low=low, high=high)


def _back() -> None:
    session.drop("signal_doing")
    st.query_params.pop("chart", None)
