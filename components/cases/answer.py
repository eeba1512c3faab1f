"""The answer on top, and how well the loop is closed: time to close, recovered customers, root causes."""

from __future__ import annotations

import datetime as dt
from functools import partial
from html import escape

import streamlit as st

from components import cards
from components.cases import acting, words
from components.page import Context
from cx.act import cases
from cx.act.cases import telling
from cx.measure.statistics import Estimate
from cx.measure.survival import Curve
from cx.output.charts import cases as charts

_ENOUGH = 5  # closed cases from which it is said how long one takes
_CAUSES = 8


def draw(ctx: Context, moment: dt.datetime) -> None:
    """How many are open, late, waiting for a first word, hot; the most pressing one; the way to the live screen."""
    t, now = ctx.t, ctx.ask(cases.standing, ctx.rights, moment, words.midnight(ctx, moment))
    if not now.open:
        said = t("cases.answer_none", closed=t.number(now.closed))
    else:
        figures = {"n": now.open, "late": now.late, "contact": now.contact_due_today, "hot": now.hot}
        said = t("cases.answer", **{name: t.number(n) for name, n in figures.items()})
    st.html(f'<div class="cx-say">{escape(said)}</div>')
    if now.open:
        cards.note(t("cases.answer_more", nobody=t.number(now.nobody), escalated=t.number(now.escalated)))
    if now.demo:
        cards.note(t("cases.demo_open", n=t.number(now.demo)))
    st.button(t("cases.to_live"), icon=":material/bolt:", key="to_live", on_click=partial(acting.go, live="1"),
              type="primary" if now.hot else "secondary")  # fmt: skip


def record(ctx: Context, moment: dt.datetime) -> None:
    """How long it takes, who was won back, why it happens."""
    t = ctx.t
    now = ctx.ask(cases.standing, ctx.rights, moment, words.midnight(ctx, moment))
    took = ctx.ask(cases.closing, ctx.rights, moment)
    cards.heading(t("cases.takes_title"))
    cards.said(_takes(ctx, took, now.closed, now.open))
    if now.closed >= _ENOUGH:
        cards.chart(charts.closing(took, t), "case_closing")
        cards.note(t("cases.takes_how"))
        with st.popover(t("cases.takes_why"), icon=":material/help:"):
            st.markdown(t("cases.takes_term"))
    cards.heading(t("cases.recovery_title"))
    cards.said(_recovery(ctx, ctx.ask(cases.recovery, ctx.rights)))
    cards.heading(t("cases.causes_title"))
    _causes(ctx)
    cards.heading(t("cases.kinds_title"))
    rows = [
        {t("cases.kind"): telling.reason(kind, ctx.bench.rules, t), t("cases.state_active"): t.number(open_ones),
         t("cases.col_late"): t.number(late), t("cases.state_closed"): t.number(closed)}
        for kind, open_ones, late, closed in ctx.ask(cases.by_kind, ctx.rights, moment)
    ]  # fmt: skip
    if rows:
        cards.words_table(rows, t("cases.kinds_title"))


def _takes(ctx: Context, took: Curve, closed: int, open_ones: int) -> str:
    """How long cases take, said only where enough were closed."""
    t = ctx.t
    if closed < _ENOUGH:
        return t("cases.takes_few", n=t.number(closed), least=t.number(_ENOUGH))
    if took.median is None:
        return t("cases.takes_not_half", n=t.number(closed), open=t.number(open_ones))
    return t("cases.takes", days=t.number(took.median, 1), between=_between(ctx, took), n=t.number(closed),
             open=t.number(open_ones))  # fmt: skip


def _between(ctx: Context, took: Curve) -> str:
    """The interval of the median in words; an end that is not known yet is no number."""
    t, low = ctx.t, round(took.low or 0, 1)
    if took.high is not None:
        return t("cases.takes_between", low=t.number(low, 1), high=t.number(took.high, 1))
    return t("cases.takes_least", low=t.number(low, 1)) if low else t("cases.takes_unsure")


def _recovery(ctx: Context, found: Estimate) -> str:
    t, counts = ctx.t, found.counts
    invited = t.number(counts.get("invited", 0))
    if found.value is None or found.low is None or found.high is None:
        return t("cases.recovery_none", invited=invited)
    return t("cases.recovery", share=t.percent(found.value), low=t.percent(found.low), high=t.percent(found.high),
             n=t.number(found.n), invited=invited)  # fmt: skip


def _causes(ctx: Context) -> None:
    t, rules = ctx.t, ctx.bench.rules
    found = ctx.ask(cases.root_causes, ctx.rights)
    if not found:
        cards.said(t("cases.causes_none"))
        return
    total = sum(n for _, n in found)
    named = [(telling.cause(id, rules, t), n) for id, n in found[:_CAUSES]]
    cards.said(t("cases.causes_most", name=named[0][0], n=t.number(named[0][1]), share=t.percent(named[0][1] / total),
                 all=t.number(total)))  # fmt: skip
    cards.chart(charts.causes(named, t), "case_causes")
    cards.note(t("cases.causes_how"))
