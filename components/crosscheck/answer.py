"""The cross-check's answer: what is confirmed, in a sentence; how often chance would say so; matrix and table."""

from __future__ import annotations

import streamlit as st

from components import cards, why
from components.crosscheck import words
from components.markdown import plain
from components.page import Context
from cx.insight.crosscheck.shape import Cross, Place, Rules, Seen
from cx.output.charts import crosscheck as charts

_ORDER = ("both", "survey", "indicator", "neither", "unknown")


def answer(ctx: Context, cross: Cross) -> None:
    """The sentence on top, and where the numbers come from."""
    t, confirmed = ctx.t, cross.confirmed
    counts = {name: len(cross.of(name)) for name in _ORDER}
    unlinked = counts["both"] - len(confirmed)
    if confirmed:
        told = ("；" if t.lang == "zh" else "; ").join(_told(ctx, cross, place) for place in confirmed)
        text = t("crosscheck.answer", n=len(confirmed), places=told)
    else:
        text = t("crosscheck.answer_none")
    if unlinked:
        names = plain(words.joined(ctx, [words.name(ctx, p) for p in cross.of("both") if not p.confirmed]))
        text += t("crosscheck.answer_unlinked", n=unlinked, places=names)
    text += t("crosscheck.answer_others", survey=counts["survey"], indicator=counts["indicator"],
              unknown=counts["unknown"])  # fmt: skip
    st.markdown(text)
    _chance(ctx, cross)
    why.popover(ctx, "cross_survey", cross.answers)


def _told(ctx: Context, cross: Cross, place: Place) -> str:
    metric, side = cross.rules.metric, place.shown
    e = place.heard.estimate
    reach = words.amount(ctx, metric, e.plus_minus)
    value = ctx.t("nps.plus_minus", value=words.amount(ctx, metric, e.value), reach=reach)
    parts = [ctx.t(f"crosscheck.told_{metric}", value=value, n=ctx.t.number(e.base))]
    if side is not None:
        parts.append(plain(words.seen(ctx, side)))
    return ctx.t(
        "crosscheck.answer_place", name=plain(words.name(ctx, place)),
        facts=("，" if ctx.t.lang == "zh" else ", ").join(parts),
    )  # fmt: skip


def _chance(ctx: Context, cross: Cross) -> None:
    t, verdict = ctx.t, cross.verdict
    if not verdict.tried:
        st.caption(t("crosscheck.nothing_tried"))
        return
    text = t("crosscheck.chance", shuffles=t.number(verdict.shuffles), rate=t.percent(verdict.rate, 1),
             level=t.percent(verdict.level, 0), tried=verdict.tried)  # fmt: skip
    if verdict.threshold < verdict.level:
        text += t("crosscheck.tightened", threshold=t.percent(verdict.threshold, 2))
    if cross.rules != Rules():
        text += t("crosscheck.other_rules")
    st.caption(text)


def matrix(ctx: Context, cross: Cross) -> None:
    """Who is bad where."""
    st.header(ctx.t("crosscheck.matrix_title"), anchor=False)

    def detail(place: Place) -> str:
        side = place.shown
        facts = [words.amount(ctx, cross.rules.metric, place.heard.estimate.value)]
        if side is not None:
            facts.append(f"{ctx.t.pick(side.indicator.name)} {words.figure(ctx, side, side.estimate.value)}")
        return " · ".join(facts)

    cards.chart(charts.matrix(cross, ctx.t, lambda place: words.name(ctx, place), detail), "cross")
    st.caption(ctx.t("crosscheck.matrix_how"))
    why.popover(ctx, "cross_indicator", cross.figures)


def table(ctx: Context, cross: Cross) -> None:
    """Every touchpoint with both sides and the evidence; those that cannot be told at the end, folded away."""
    t = ctx.t
    ranked = sorted(cross.places, key=lambda p: (not p.confirmed, _ORDER.index(p.quadrant)))
    told = [place for place in ranked if place.quadrant != "unknown"]
    if told:
        st.header(t("crosscheck.table_title"), anchor=False)
        cards.words_table([_row(ctx, cross, p) for p in told], t("crosscheck.table_title"), t("crosscheck.confirmed"))
        st.caption(t("crosscheck.q_how"))
    unknown = [place for place in ranked if place.quadrant == "unknown"]
    if unknown:
        with st.expander(t("crosscheck.unknown_title", n=len(unknown)), icon=":material/help:"):
            st.markdown(t("crosscheck.unknown_try"))
            rows = [_short(ctx, cross, place) for place in unknown]
            cards.words_table(rows, t("crosscheck.unknown_title", n=len(unknown)))


def _short(ctx: Context, cross: Cross, place: Place) -> dict[str, str]:
    t = ctx.t
    sides = [words.seen(ctx, one) for one in place.seen] or [t("crosscheck.no_indicator")]
    return {
        t("dimension.touchpoint"): words.name(ctx, place),
        t("crosscheck.says"): words.conclusion(ctx, place),
        t("crosscheck.col_survey"): words.heard(ctx, cross, place),
        t("crosscheck.col_indicator"): ("；" if t.lang == "zh" else "; ").join(sides),
    }


def _row(ctx: Context, cross: Cross, place: Place) -> dict[str, str]:
    t, side = ctx.t, place.shown
    mark = f"{t.pick(side.indicator.name)}{'：' if t.lang == 'zh' else ': '}" if side and len(place.seen) > 1 else ""
    return _short(ctx, cross, place) | {
        t("crosscheck.col_evidence"): f"{mark}{_evidence(ctx, cross, side)}" if side else "–",
    }


def _evidence(ctx: Context, cross: Cross, side: Seen) -> str:
    return ctx.t(
        "crosscheck.evidence_line",
        branches=words.over_branches(ctx, side, cross, short=True),
        time=words.over_time(ctx, side, cross, short=True),
    )
