"""Two selections side by side, each with filters of its own in the address, and what the difference means."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Literal

import streamlit as st

from components import cards, filters, page, why
from components.compare.parts import amounts, bare, moved, names, people
from components.page import Context
from cx.insight.compare.sides import Sides, sides
from cx.measure import periods
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.output.charts import compare_sides as charts
from cx.store import query
from cx.store.query import Contents

FIRST = ("region", "branch", "channel", "segment")
MORE = ("business_line", "product", "survey_id", "survey_version", "touchpoint", "stage", "mode", "lang")
WIDTH = 190
KINDS = ("transactional", "relational")
Side = Literal["a", "b"]


@dataclass(frozen=True)
class Chosen:
    """One side: its scope and its period."""

    scope: Scope
    period: Period


def show(ctx: Context, offered: Sequence[str]) -> None:
    """The view: the metric, both selections, the difference."""
    t = ctx.t
    metric = filters.select("metric", offered, lambda m: t(f"compare.metric_{m}"), t("filters.title_metric"), width=200)
    contents = ctx.ask(query.contents, Scope(ctx.rights), (*FIRST, *MORE), metric)
    kinds = [k for k in KINDS if k in ctx.ask(query.kinds, Scope(ctx.rights))] if metric == "nps" else []
    left, right = st.columns(2, gap="medium")
    with left:
        a = _panel(ctx, "a", contents, kinds, None)
    with right:
        b = _panel(ctx, "b", contents, kinds, a.period)
    found = ctx.ask(sides, a.scope, b.scope, metric)
    _answer(ctx, found)
    for column, measured, side in zip(st.columns(2, gap="medium"), (found.a, found.b), "ab", strict=True):
        with column:
            _figure(ctx, measured, side)
    if not found.reasons and found.change.diff is not None:
        drawn = charts.difference(found, t, amounts(ctx, found.a.metric), lambda d: bare(ctx, found.a.metric, d))
        cards.chart(drawn, "difference")
        how = (t("compare.difference_how"), people(ctx, found.a.total))
        cards.note(("" if t.lang == "zh" else " ").join(filter(None, how)))
    _differ(ctx, found, a, b)
    _next(ctx, found)


def _panel(ctx: Context, side: Side, contents: Contents, kinds: Sequence[str], other: Period | None) -> Chosen:
    """The filters of one side. Where nothing is said, b is the period before a's."""
    t = ctx.t
    assert contents.first and contents.last
    with st.container(border=True, key=f"side_{side}"):
        st.html(f'<strong class="cx-side-{side}">{t(f"compare.side_{side}")}</strong>')
        with st.container(horizontal=True, gap="small"):
            period = _period(ctx, side, contents.first, contents.last, other)
            kind = _box(ctx, side, "kind", tuple(kinds), lambda k: t(f"nps.kind_{k}")) if kinds else None
            where = {name: _dimension(ctx, side, name, contents) for name in FIRST if len(contents.values[name]) > 1}
            rest = [name for name in MORE if len(contents.values[name]) > 1]
            count = sum(bool(st.query_params.get(f"{side}_{name}")) for name in rest)
            with st.popover(t("filters.more_n", n=count) if count else t("filters.more")):
                where |= {name: _dimension(ctx, side, name, contents) for name in rest}
    scope = replace(Scope(ctx.rights, period.start, period.end), nps_kind=kind)
    return Chosen(scope.narrowed(**{name: value for name, value in where.items() if value}), period)


def _box(ctx: Context, side: Side, name: str, options: Sequence[str], label: Callable[[str], str]) -> str:
    title = ctx.t("nps.kind") if name == "kind" else ctx.t(f"dimension.{name}")
    return filters.select(f"{side}_{name}", options, label, title, width=WIDTH)


def _dimension(ctx: Context, side: Side, name: str, contents: Contents) -> str:
    label = names(ctx, (name,))
    options = ("", *_options(ctx, side, name, contents))
    return _box(ctx, side, name, options, lambda v: label((v,)) if v else ctx.t(f"filters.all_{name}"))


def _options(ctx: Context, side: Side, name: str, contents: Contents) -> tuple[str, ...]:
    values, region = contents.values[name], st.query_params.get(f"{side}_region")
    if name == "branch" and region:
        values = tuple(v for v in values if v not in ctx.model.branches or ctx.model.branches[v].region == region)
    return values


def _period(ctx: Context, side: Side, first: dt.date, last: dt.date, other: Period | None) -> Period:
    """A box of periods; one that only the address names is offered too."""
    default = periods.default(first, last, dt.date.today())
    if other is not None and other.before is not None:
        default = other.before
    said = periods.parse(st.query_params.get(f"{side}_period", ""), last)
    known = {p.token: p for p in (default, *periods.offered(first, last), *((said,) if said else ()))}
    token = filters.select(
        f"{side}_period",
        tuple(known),
        lambda one: filters.period_name(ctx, known[one]),
        ctx.t("filters.period"),
        width=WIDTH,
    )
    return known[token]


def _answer(ctx: Context, found: Sides) -> None:
    t = ctx.t
    if found.reasons:
        words = [t("compare.sides_apart"), *(_reason(ctx, found, reason) for reason in found.reasons)]
    elif found.change.diff is None or found.change.verdict == "too_few":
        words = [t("compare.sides_few")]
    else:
        words = [_difference(ctx, found), *(_caution(ctx, found, caution) for caution in found.cautions)]
    first, *more = words
    st.html(
        f'<div class="cx-say" role="status">{escape(first)}</div>'
        f'<div class="cx-facts">{"<br>".join(map(escape, more))}</div>'
    )


def _difference(ctx: Context, found: Sides) -> str:
    t, metric, test = ctx.t, found.a.metric, found.change
    against = t("compare.rest_of", side=("B" if found.part == "a" else "A")) if found.part else "B"
    who, whom = ("A", against) if found.part != "b" else (t("compare.rest_of", side="A"), "B")
    interval = t("compare.interval", low=bare(ctx, metric, test.low), high=bare(ctx, metric, test.high))
    if test.verdict == "noise":
        diff = moved(ctx, metric, test.diff)
        return t("compare.sides_noise", a=who, b=whom, diff=diff, interval=interval)
    key = "compare.sides_higher" if test.verdict == "up" else "compare.sides_lower"
    return t(key, a=who, b=whom, diff=moved(ctx, metric, test.diff, signed=False), interval=interval)


def _reason(ctx: Context, found: Sides, reason: str) -> str:
    t = ctx.t
    if reason == "meaning":
        label = names(ctx, ("survey_id",))
        told = [
            t("compare.meaning_survey", survey=label((survey,)), a=_versions(left), b=_versions(right))
            for survey, left, right in found.surveys
        ]
        return t("compare.reason_meaning", surveys=("；" if t.lang == "zh" else "; ").join(told))
    return t(f"compare.reason_{reason}", n=t.number(found.shared))


def _versions(majors: Sequence[str]) -> str:
    return ", ".join(f"{major}.x" for major in majors)


def _caution(ctx: Context, found: Sides, caution: str) -> str:
    t = ctx.t
    rest = found.rest
    values = {
        "n": t.number({"several": len(found.differ), "paired": found.paired, "rest": rest.base}.get(caution)),
        "value": amounts(ctx, found.a.metric)(rest.value),
        "side": "B" if found.part == "a" else "A",
        "part": "A" if found.part == "a" else "B",
    }
    return t(f"compare.caution_{caution}", **values)


def _figure(ctx: Context, measured: query.Measured, side: str) -> None:
    t, e = ctx.t, measured.total
    say = amounts(ctx, measured.metric)
    title = t("compare.figure", side=side.upper(), metric=t(f"metric.{measured.metric.name}"))
    if e.value is None:
        value, note = t(f"why.{e.state}"), t("compare.nothing_try")
    else:
        value = t("nps.plus_minus", value=say(e.value), reach=say(e.plus_minus))
        note = t("compare.figure_facts", n=t.number(e.base), low=say(e.low), high=say(e.high))
        note += t("compare.figure_small") if e.state == "small" else ""
    st.html(cards.figure(title, value, note))
    why.popover(ctx, f"side_{side}", measured, e)


def _differ(ctx: Context, found: Sides, a: Chosen, b: Chosen) -> None:
    """What the two selections differ in, as a table to read."""
    if not found.differ:
        return
    t = ctx.t
    cards.heading(t("compare.differ_in"))
    rows = [
        {t("compare.differ_what"): _title(ctx, name), "A": _value(ctx, name, a), "B": _value(ctx, name, b)}
        for name in found.differ
    ]
    cards.words_table(rows, t("compare.differ_in"))


def _title(ctx: Context, name: str) -> str:
    return ctx.t({"period": "filters.period", "kind": "nps.kind"}.get(name, f"dimension.{name}"))


def _value(ctx: Context, name: str, side: Chosen) -> str:
    if name == "period":
        return filters.period_name(ctx, side.period)
    if name == "kind":
        return ctx.t(f"nps.kind_{side.scope.nps_kind}")
    values = dict(side.scope.where).get(name)
    return names(ctx, (name,))((values[0],)) if values else ctx.t(f"filters.all_{name}")


def _next(ctx: Context, found: Sides) -> None:
    t = ctx.t
    cards.heading(t("nps.next_title"))
    lower = found.a if (found.change.diff or 0.0) < 0 else found.b
    where = {n: v[0] for n, v in lower.scope.where if n in ("region", "branch", "channel", "segment")}
    with st.container(horizontal=True):
        page.link(ctx, "journey", t("compare.next_lower", side="A" if lower is found.a else "B"), where)
        page.link(ctx, "quick_wins", t("nps.next_quick_win"))
