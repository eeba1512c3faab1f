"""Peer benchmarks: each with source, date, method and n, and whether our own figure may be set against it."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards
from components.indicators import words
from components.page import Context
from components.stages import figures
from cx.insight import benchmarks
from cx.insight.benchmarks import Band, NotComparable, Why
from cx.insight.stages import monthly
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import EMPTY, Estimate
from cx.store import query


def show(ctx: Context, scope: Scope, period: Period) -> None:
    """The table of all benchmarks, judged against our figures in the scope."""
    t = ctx.t
    st.header(t("stages.bench_title"), anchor=False)
    if not ctx.model.benchmarks:
        st.markdown(t("stages.bench_none"))
        return
    rows = []
    for one in ctx.model.benchmarks.values():
        where = _scope(ctx, one.id, scope, period)
        rows.append(_row(ctx, benchmarks.judged(one, ctx.model, where, dt.date.today()), where))
    cards.words_table(rows, t("stages.bench_title"))
    narrow = "narrowed" if scope.where or ctx.rights.branches is not None else "whole"
    st.caption(t("stages.bench_how", scope=t(f"stages.bench_{narrow}")))


def _scope(ctx: Context, id: str, scope: Scope, period: Period) -> Scope:
    """Our own figure that comes nearest to a benchmark's."""
    one = ctx.model.benchmarks[id]
    if one.of in ctx.model.indicators:
        return scope.narrowed(indicator=one.of)
    place = {name: value for name in ("journey", "stage", "touchpoint") if (value := getattr(one, name))}
    kind = one.nps_kind if one.of == "nps" else None
    return Scope(scope.rights, period.start, period.end, kind, scope.where).narrowed(**place)


def _row(ctx: Context, found: Band | NotComparable, where: Scope) -> dict[str, str]:
    t, one = ctx.t, found.benchmark
    ours, shown = _ours(ctx, one.of, where)
    if isinstance(found, Band):
        side = found.side(ours.value, ours.low, ours.high)
        verdict = t("stages.comparable", side=t(f"stages.side_{side}")) if side else t("stages.comparable_none")
    else:
        joined = ("；" if t.lang == "zh" else "; ").join(reason(ctx, why) for why in found.why)
        verdict = t("stages.not_comparable", why=joined)
    facts = [
        t.pick(one.source) or "–",
        t.date(one.date),
        t(f"stages.method_{one.method or 'none'}"),
        f"n {t.number(one.n)}" if one.n is not None else t("stages.n_none"),
    ]
    return {
        t("stages.col_bench"): t.pick(one.name),
        t("stages.col_band"): figures.band(ctx, one.low, one.high, ctx.model.unit(one.of, t)),
        t("stages.col_ours"): shown,
        t("stages.col_verdict"): verdict,
        t("stages.col_facts"): " · ".join(facts),
    }


def reason(ctx: Context, why: Why) -> str:
    """Why a benchmark must not be compared, in words."""
    t = ctx.t
    values = dict(why.values)
    if why.code == "said":
        values["why"] = t.pick(values["why"]) or t("stages.example")
    if why.code == "method":
        values = {side: t(f"stages.method_{value or 'none'}") for side, value in values.items()}
    if why.code == "kind":
        values = {side: t(f"nps.kind_{value}") if value else "–" for side, value in values.items()}
    if why.code == "old":
        values["date"] = t.date(values["date"])
    return t(f"stages.not_{why.code}", **values)


def _ours(ctx: Context, of: str, where: Scope) -> tuple[Estimate, str]:
    t = ctx.t
    if of in ctx.model.indicators:
        last = ctx.ask(monthly.figure, Scope(where.rights, where=where.where), ctx.model, of).last
        if last is None:
            return EMPTY, "–"
        value = words.amount(ctx, ctx.model.indicators[of], last.value)
        return Estimate(last.value, None, None, last.n), f"{value} · {t.period(last.day, 'month')}"
    measured = ctx.ask(query.measure, of, where)
    return measured.total, cards.number(measured.total, measured.metric, t)
