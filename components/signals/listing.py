"""Signals: the answer in words, the worst of them as cards with chart and steps, the rest in a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from html import escape

import streamlit as st

from components import cards, filters, page
from components.page import Context
from components.signals import act, phases
from cx.act import alarm_telling as telling
from cx.act import alarms
from cx.act.alarms import Board, Standing
from cx.insight import signals
from cx.output.charts import signals as charts

_CARDS, _ROWS = 6, 20
_FIGURE = "chart"
_SCOPES, _ORDERS = ("all", "bank", "worse"), ("worst", "newest")
CSS = """<style>
.cx-signal strong { display: block; font-weight: 600; line-height: 1.45; }
.cx-signal p { margin: .2rem 0 .3rem; line-height: 1.6; }
.cx-signal span { display: block; color: #5C676B; font-size: .88rem; line-height: 1.55; }
.cx-tag { display: inline-block !important; border-radius: 6px; padding: 0 .5rem; font-size: .82rem !important;
  margin-right: .4rem; border: 1px solid #9AA3A5; }
.cx-tag.worse { border-color: #C8553D; color: #A83F28 !important; }
.cx-tag.better { border-color: #0E6B66; color: #0E6B66 !important; }
.cx-pain .cx-steps div { padding: .4rem .9rem; } .cx-pain .cx-steps strong { font-size: .8rem; white-space: nowrap; }
</style>"""


def board(ctx: Context, today: dt.date) -> Board:
    """What stands today under the chosen budget; nothing at all stops the page."""
    words = ["none" if budget is None else str(budget) for budget in signals.BUDGETS]
    chosen = filters.chosen_of("budget", words)
    budget = None if chosen == "none" else int(chosen)
    found = ctx.ask(alarms.board, ctx.rights, ctx.model, budget, today)
    if not found.view.watched:
        page.empty(ctx, "signals.no_data", "uploads", "bank")
    return found


def told(text: str) -> None:
    """What was just done."""
    if text:
        st.success(text, icon=":material/check:")


def answer(ctx: Context, found: Board, pick: Callable[[], str]) -> str:
    """The answer, how many false alarms are bearable, how it is found; then the choice of view."""
    t = ctx.t
    st.html(CSS + f'<div class="cx-say">{escape(telling.answer(t, found))}</div>')
    newest = max(found.view.watched, key=lambda each: each.limits.series.points[-1].day)
    last = t.period(newest.limits.series.points[-1].day, newest.subject.grain)
    st.caption(t("signals.as_of", day=last, n=t.number(len(found.view.watched))))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = ["none" if budget is None else str(budget) for budget in signals.BUDGETS]
        filters.select("budget", words, lambda word: _budget(ctx, word), t("signals.budget"), titled=True)
        filters.select("scope", _SCOPES, lambda word: t(f"signals.filter_{word}"), t("signals.scope"), titled=True)
        filters.select("order", _ORDERS, lambda word: t(f"signals.order_{word}"), t("signals.order"), titled=True)
    with st.expander(t("signals.how"), icon=":material/help:"):
        st.markdown(t("signals.how_text"))
    return pick()


def show(ctx: Context, found: Board, handled: bool, today: dt.date) -> None:
    """The signals that stand, or those that were handled."""
    shown = _within(found.handled if handled else found.standing)
    if handled and found.phases:
        phases.show(ctx, found.phases)
    elif not shown:
        key = "nothing_handled" if handled else "nothing"
        cards.empty(ctx.t(f"signals.{key}"), ctx.t(f"signals.{key}_try"))
        return
    for standing in shown[:_CARDS]:
        card(ctx, found, standing, today, chart=True)
    if rest := shown[_CARDS:]:
        _rest(ctx, rest)


def _rest(ctx: Context, rest: list[Standing]) -> None:
    t = ctx.t
    st.header(t("signals.more", n=len(rest)), anchor=False)
    cards.words_table([_row(ctx, standing) for standing in rest[:_ROWS]], t("signals.more", n=len(rest)))
    if last := rest[_ROWS:]:
        with st.expander(t("signals.more_rest", n=len(last))):
            cards.words_table([_row(ctx, standing) for standing in last], t("signals.more", n=len(rest)))
    names = {s.alarm.subject.key: telling.name(t, s.alarm.subject, ctx.model) for s in rest}
    filters.select(_FIGURE, ["", *names], lambda key: names.get(key, t("signals.more_none")), t("signals.more_open"),
                   titled=True)  # fmt: skip


def card(ctx: Context, found: Board, standing: Standing, today: dt.date, chart: bool) -> None:
    """One signal: what, how sure, what to do."""
    alarm = standing.alarm
    each = found.view.of(alarm.subject.key)
    id = act.name(alarm)
    with st.container(border=True, key=f"signal_{id}"):
        if chart and each is not None and each.limits.phase is not None:
            left, right = st.columns([0.44, 0.56], gap="medium", vertical_alignment="center")
            with left:
                _small(ctx, found, standing, id)
        else:
            right = st.container()
        with right:
            st.html(f'<div class="cx-signal">{_words(ctx, found, standing)}</div>')
            act.buttons(ctx, found, standing)
    act.form(ctx, found, standing, today)


def _small(ctx: Context, found: Board, standing: Standing, id: str) -> None:
    alarm, each = standing.alarm, found.view.of(standing.alarm.subject.key)
    assert each is not None

    def shown(number: float | None) -> str:
        return telling.value(ctx.t, alarm.subject, number, ctx.model)

    about = f"{telling.name(ctx.t, alarm.subject, ctx.model)}: {telling.sentence(ctx.t, alarm, ctx.model)}"
    drawn = charts.control(each, [alarm], ctx.t, shown, about, small=True)
    if drawn is not None:
        cards.chart(drawn, f"small_{id}")


def _words(ctx: Context, found: Board, standing: Standing) -> str:
    t, alarm, each = ctx.t, standing.alarm, found.view.of(standing.alarm.subject.key)
    word = "agreed" if alarm.agreed else "better" if alarm.better else "worse"
    tags = f'<span class="cx-tag {"better" if word == "better" else "worse"}">{escape(t(f"signals.{word}"))}</span>'
    if standing.returned:
        tags += f'<span class="cx-tag">{escape(t("signals.returned"))}</span>'
    lines = [
        tags,
        f"<strong>{escape(telling.name(t, alarm.subject, ctx.model))}</strong>",
        f"<p>{escape(telling.sentence(t, alarm, ctx.model))}</p>",
    ]
    if each is not None and not alarm.agreed:
        end = "。" if t.lang == "zh" else "."
        lines.append(f"<span>{escape(telling.chance(t, each) + end)}</span>")
    if decided := decision(ctx, standing):
        lines.append(f"<span>{escape(decided)}</span>")
    return "".join(lines)


def decision(ctx: Context, standing: Standing) -> str:
    """What was decided on a signal, by whom and why."""
    t, step, point = ctx.t, standing.step, standing.pain_point
    if point is not None:
        state = t(f"signals.state_{point.state}")
        return f"{t('signals.handled_pain_point', title=t.pick(point.title))} · {state}"
    if standing.case is not None:
        return t("cases.handled", title=standing.case.about.title, state=t(f"cases.state_{standing.case.state}"))
    if step is None or step.action == "reopened":
        return ""
    word = t(f"signals.handled_{step.action}", day=t.date(step.until)) if step.action == "snoozed" else t(
        f"signals.handled_{step.action}"
    )  # fmt: skip
    by = t("signals.handled_by", by=ctx.bench.accounts.display(step.by), day=t.date(step.at.date()))
    return " · ".join(part for part in (word, by, step.note) if part)


def _within(found: tuple[Standing, ...]) -> list[Standing]:
    chosen = filters.chosen_of("scope", _SCOPES)
    if filters.chosen_of("order", _ORDERS) == "newest":
        found = tuple(sorted(found, key=lambda s: s.alarm.first, reverse=True))
    if chosen == "bank":
        return [s for s in found if s.alarm.subject.branch is None]
    return [s for s in found if not s.alarm.better] if chosen == "worse" else list(found)


def _row(ctx: Context, standing: Standing) -> dict[str, str]:
    t, alarm = ctx.t, standing.alarm
    word = "agreed" if alarm.agreed else "better" if alarm.better else "worse"
    return {
        t("signals.figure"): telling.name(t, alarm.subject, ctx.model), t("signals.state"): t(f"signals.{word}"),
        t("signals.what"): telling.sentence(t, alarm, ctx.model),
    }  # fmt: skip


def _budget(ctx: Context, word: str) -> str:
    return ctx.t("signals.budget_none") if word == "none" else ctx.t("signals.budget_some", n=word)
