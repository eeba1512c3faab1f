"""Sample beside customers: the answer in words, shares by one dimension, and both figures of every metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from components import cards, filters, page, session, why
from components.page import Context
from cx.bank import population
from cx.bank.population import DIMENSIONS, Base
from cx.insight import weighting, weighting_shares
from cx.insight.weighting import Weighing
from cx.insight.weighting_shares import Compared, Share
from cx.measure.metrics import Metric
from cx.measure.scope import Scope
from cx.measure.statistics import Estimate
from cx.output.charts import weighting as charts
from cx.store import customer_base, query
from cx.words import Problem

TRIMS = ("", "5", "3", "2")
_NAMED = 3  # groups in the answer; all are in the tables
_DIGITS = {"points": 1, "share": 1, "mean": 2}


def base(ctx: Context) -> Base | None:
    """The customer base in use: the one given last, else the one in the model's folder."""
    return ctx.ask(customer_base.latest) or population.shipped(ctx.bench.place.model, ctx.model)


def told(ctx: Context, problem: Problem) -> Problem:
    """A problem with the names of dimensions and values that people know."""
    t, values = ctx.t, dict(problem.values)
    if problem.code == "base_dimension":
        return replace(problem, values=values | {"known": listed(ctx, DIMENSIONS)})
    name = values.get("dimension")
    if not isinstance(name, str) or not t.has(f"dimension.{name}"):
        return problem
    if "value" in values:
        values["value"] = ctx.model.label(name, str(values["value"]), t)
    return replace(problem, where="" if problem.where == name else problem.where,
                   values=values | {"dimension": t(f"dimension.{name}")})  # fmt: skip


def listed(ctx: Context, names: Sequence[str]) -> str:
    """Dimensions within a sentence."""
    words = [ctx.t(f"dimension.{name}") for name in names]
    return ("、" if ctx.t.lang == "zh" else ", ").join(words if ctx.t.lang == "zh" else map(str.lower, words))


def answer(ctx: Context, compared: Sequence[Compared], known: Base) -> None:
    """Whether the sample is like the customers, in one sentence, and what was compared."""
    t = ctx.t
    off = [(each.dimension, row) for each in compared for row in each.rows if row.verdict not in ("same", "hidden")]
    off.sort(key=lambda pair: -abs(pair[1].off))
    comma = "，" if t.lang == "zh" else "; "
    groups = comma.join(_group(ctx, dimension, row) for dimension, row in off[:_NAMED])
    by = listed(ctx, [each.dimension for each in compared])
    if not off:
        said = t("weighting.like", by=by)
    else:
        said = t("weighting.unlike", groups=groups if len(off) <= _NAMED else "")
        if len(off) > _NAMED:
            said = t("weighting.unlike", groups=t("weighting.more", n=len(off), groups=groups).rstrip("。."))
    about = t.pick(dict(known.about))
    facts = t(
        "weighting.facts" if known.as_of else "weighting.facts_undated", n=t.number(compared[0].known),
        by=t(f"dimension.{compared[0].dimension}") if t.lang == "zh" else listed(ctx, [compared[0].dimension]),
        about=about, customers=t.number(sum(known.customers(known.dimensions[0]).values())), day=t.date(known.as_of),
    )  # fmt: skip
    st.html(f'<div class="cx-say">{escape(said)}</div><div class="cx-facts">{escape(facts)}</div>')


def _group(ctx: Context, dimension: str, row: Share) -> str:
    t = ctx.t
    shares = {"sample": t.percent(row.sample, 0), "base": t.percent(row.base, 0)}
    return t(f"weighting.{row.verdict}", value=ctx.model.label(dimension, row.value, t), **shares)


def shares(ctx: Context, scope: Scope, known: Base) -> None:
    """One dimension: shares of answers beside those of customers, and the table."""
    t = ctx.t
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        cards.heading(t("weighting.shares_title"), width="content")
        name = filters.pick("dimension", known.dimensions, lambda d: t(f"dimension.{d}"), t("weighting.pick"))
    found = ctx.ask(weighting_shares.compare, scope, known, name)

    def label(value: str) -> str:
        return ctx.model.label(name, value, t)

    if any(row.sample is not None for row in found.rows):
        cards.chart(charts.shares(found, t, label), "shares")
    cards.note(t("weighting.shares_how"))
    if found.unknown:
        cards.note(t("weighting.unknown", n=t.number(found.unknown), by=t(f"dimension.{name}")))
    rows = [
        {
            t(f"dimension.{name}"): label(row.value),
            t("weighting.col_n"): "–" if row.n is None else t.number(row.n),
            t("weighting.col_sample"): t.percent(row.sample, 1) if row.sample is not None else "–",
            t("weighting.col_base"): t.percent(row.base, 1),
            t("weighting.col_ratio"): t.number(row.sample / row.base, 2) if row.sample and row.base else "–",
            t("weighting.col_verdict"): t(f"weighting.verdict_{row.verdict}"),
        }
        for row in found.rows
    ]
    cards.words_table(rows, t("weighting.shares_title"))
    why.popover(ctx, "shares", found.measured)


def figures(ctx: Context, scope: Scope, known: Base) -> Weighing:
    """Every metric both ways, by dimensions and under a limit that the address says; gives that of the NPS."""
    t = ctx.t
    cards.heading(t("weighting.figures_title"))
    usual = ctx.ask(weighting.weigh, scope, known)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = _dimensions(ctx, known, usual.by)
        most = filters.select(
            "trim", TRIMS, lambda n: t("weighting.trim_times", n=n) if n else t("weighting.trim_none"),
            t("weighting.trim"), titled=True, width=180,
        )  # fmt: skip
    limit = float(most) if most else None
    found = [ctx.ask(weighting.weigh, scope, known, metric, by, limit) for metric in weighting.SHOWN]
    if found[0].problems:
        st.html(f"<p><strong>{escape(t('weighting.refused'))}</strong></p>")
        page.problems(ctx, tuple(told(ctx, problem) for problem in found[0].problems))
    elif found[0].cost is not None:
        _headline(ctx, found[0])
    rows = [_both(ctx, each) for each in found if each.plain.value is not None]
    if rows:
        cards.words_table(rows, t("weighting.figures_title"))
    plain = ctx.ask(query.measure, "nps", scope)
    why.popover(ctx, "weighted", plain, plain.total, why_weights(ctx, found[0]), found[0].sql)
    return found[0]


def why_weights(ctx: Context, found: Weighing) -> str:
    """How the weights of a figure came about; empty without any."""
    t = ctx.t
    if found.cost is None:
        return ""
    return t("weighting.how", rounds=found.rounds, by=listed(ctx, found.by))


def _dimensions(ctx: Context, known: Base, usual: tuple[str, ...]) -> tuple[str, ...]:
    """What to weight by: from the address (``by=segment,region``), else the usual."""
    t, key = ctx.t, "weighting_by"
    asked = tuple(name for name in st.query_params.get("by", "").split(",") if name in known.dimensions)
    session.put(key, list(asked or usual))

    def into_address() -> None:
        chosen = session.get(key, list(usual))
        if not chosen or tuple(chosen) == usual:
            st.query_params.pop("by", None)
        else:
            st.query_params["by"] = ",".join(name for name in known.dimensions if name in chosen)

    st.pills(
        t("weighting.by"), known.dimensions, selection_mode="multi", key=key, on_change=into_address,
        format_func=lambda name: t(f"dimension.{name}"),
    )  # fmt: skip
    return asked or usual


def _headline(ctx: Context, found: Weighing) -> None:
    """Both scores, what the difference says, and what weighting costs."""
    t, metric, cost, move = ctx.t, found.metric, found.cost, found.move
    assert cost is not None
    with st.container(horizontal=True, gap="large"):
        for name, e in (("plain", found.plain), ("weighted", found.weighted)):
            low, high = (_amount(ctx, metric, value) for value in (e.low, e.high))
            title = f"{t(f'metric.{metric.name}')} · {t(f'weighting.{name}')}"
            st.html(
                cards.figure(title, _number(ctx, metric, e), t("weighting.figure_note", low=low, high=high))
            )  # fmt: skip
        note = t("weighting.design", n=t.number(found.plain.n), design=t.number(cost.design, 2))
        st.html(cards.figure(t("weighting.effective"), t.number(cost.effective), note))
    diff = t.number(move.diff if move.verdict == "noise" else abs(move.diff or 0.0), 1, signed=move.verdict == "noise")
    cards.said(t(f"weighting.said_{move.verdict}", diff=diff))
    notes = [t("weighting.heaviest", largest=t.number(cost.largest, 1), smallest=t.number(cost.smallest, 2))]
    if found.trimmed:
        notes.append(t("weighting.trimmed", n=t.number(found.trimmed), missed=t.number(100 * found.missed, 1)))
    elif cost.largest > weighting.HEAVY:
        notes.append(t("weighting.heavy", n=t.number(cost.largest, 1)))
    cards.note(("" if t.lang == "zh" else " ").join((*notes, t("weighting.usual"))))


def _amount(ctx: Context, metric: Metric, value: float | None) -> str:
    """A value with one digit more than elsewhere: two figures stand side by side."""
    digits = _DIGITS[metric.unit]
    return ctx.t.percent(value, digits) if metric.unit == "share" else ctx.t.number(value, digits)


def _number(ctx: Context, metric: Metric, e: Estimate) -> str:
    if e.value is None or e.plus_minus is None:
        return cards.number(e, metric, ctx.t)
    value, reach = (_amount(ctx, metric, each) for each in (e.value, e.plus_minus))
    return ctx.t("nps.plus_minus", value=value, reach=reach)


def _both(ctx: Context, found: Weighing) -> dict[str, str]:
    t, metric, move = ctx.t, found.metric, found.move
    digits = _DIGITS[metric.unit]
    scale = 100 if metric.unit == "share" else 1
    diff = "–" if move.diff is None else t.number(scale * move.diff, digits, signed=True)
    return {
        t("weighting.col_metric"): t(f"metric.{metric.name}"),
        t("nps.base"): t.number(found.plain.base),  # people, as in the rows beside it
        t("weighting.plain"): _number(ctx, metric, found.plain),
        t("weighting.weighted"): _number(ctx, metric, found.weighted) if found.cost else "–",
        t("weighting.col_move"): diff,
        t("weighting.col_verdict"): t(f"weighting.{move.verdict}") if found.cost else t("weighting.refused"),
    }
