"""What some stages draw beside their figures: stickiness, cohorts, say beside do."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, meanings, why
from components.indicators import words
from components.markdown import plain
from components.page import Context
from cx.insight import stages
from cx.insight.stages import cohorts, say_do
from cx.insight.stages.cohorts import COMPARED, Age
from cx.measure.scope import Scope
from cx.output.charts import stages as chart


def show(ctx: Context, part: str, scope: Scope) -> None:
    """One part by its name in ``schemes.yaml``."""
    {"stickiness": _sticky, "cohorts": _cohorts, "say_do": _say_do}[part](ctx, scope)


def _sticky(ctx: Context, scope: Scope) -> None:
    t = ctx.t
    st.header(t("stages.sticky_title"), anchor=False)
    found = ctx.ask(stages.stickiness, scope, ctx.model)
    if not found:
        st.markdown(t("stages.sticky_none"))
        return
    last = found[-1]
    said = t(
        "stages.sticky_answer", month=t.period(last.day, "month"), share=t.percent(last.share, 1),
        daily=t.number(last.daily), monthly=t.number(last.monthly),
    )  # fmt: skip
    if last.days is not None:
        said += ("" if t.lang == "zh" else " ") + t("stages.sticky_days", days=last.days, length=last.length)
    st.markdown(said)
    cards.chart(chart.sticky(found, t), "sticky")
    meanings.note(ctx, *(ctx.model.schemes.stickiness or ()))
    st.caption(t("stages.sticky_how"))


def _cohorts(ctx: Context, scope: Scope) -> None:
    t = ctx.t
    st.header(t("stages.cohort_title"), anchor=False)
    found = ctx.ask(cohorts.triangle, scope, ctx.model)
    if found is None:
        st.markdown(t("stages.cohort_none"))
        return
    parts = [_age(ctx, age) for age in found.ages]
    joined = ("；" if t.lang == "zh" else "; ").join(parts)
    st.markdown(t("stages.cohort_answer", n=COMPARED, parts=joined))
    cards.chart(chart.triangle(found, t, dt.date.today()), "heat")
    meanings.note(ctx, *(name for _, name in ctx.model.schemes.cohorts))
    st.caption(t("stages.cohort_how"))
    why.popover(ctx, "cohorts", found.measured)


def _age(ctx: Context, age: Age) -> str:
    t = ctx.t
    ends = {"before": t.percent(age.before.value, 1), "latest": t.percent(age.latest.value, 1)}
    return t(f"stages.cohort_{age.change.verdict}", months=age.months, **ends)


def _say_do(ctx: Context, scope: Scope) -> None:
    t = ctx.t
    st.header(t("stages.say_do_title"), anchor=False)
    found = ctx.ask(say_do.view, scope, ctx.model)
    if found is None:
        st.markdown(t("stages.say_do_none"))
        return
    last = found.points[-1]
    if last.say.value is not None and last.do.value is not None:
        said = t(
            "stages.say_do_answer", quarter=t.period(last.day, "quarter"), say=t.percent(last.say.value, 1),
            say_n=t.number(last.say.n), do=t.percent(last.do.value, 1), do_n=t.number(last.do.n),
        )  # fmt: skip
        st.markdown(said + ("" if t.lang == "zh" else " ") + moved(ctx, found))
    cards.chart(chart.say_do(found.points, t), "say_do")
    own = ctx.rights.branches is not None and len(ctx.rights.branches) == 1
    if not own and not any(name == "branch" for name, _ in scope.where):
        _branches(ctx, found)
    kind = t(f"nps.kind_{ctx.model.schemes.say_do[0]}") if ctx.model.schemes.say_do else ""
    meanings.note(ctx, *(ctx.model.schemes.say_do or ())[1:])
    st.caption(t("stages.say_do_how", kind=kind))
    why.popover(ctx, "say_do", found.measured)


def moved(ctx: Context, found: say_do.View) -> str:
    """How words and deeds moved since a year ago."""
    t = ctx.t
    verbs = {
        side: t(f"stages.verb_{moved.verdict}", diff=t("stages.points", n=t.number(100 * abs(moved.diff or 0.0), 1)))
        for side, moved in (("say", found.say), ("do", found.do))
    }
    return t("stages.say_do_moved", gap=t(f"stages.gap_{found.gap}"), **verbs)


def _branches(ctx: Context, found: say_do.View) -> None:
    t = ctx.t

    def label(id: str) -> str:
        return ctx.model.label("branch", id, t)

    said = [t("stages.say_do_r_few")]
    if found.r is not None and found.r_low is not None and found.r_high is not None:
        how = "also" if found.r_low > 0 else "less" if found.r_high < 0 else "none"
        ends = {
            name: t.number(value, 2) for name, value in (("r", found.r), ("low", found.r_low), ("high", found.r_high))
        }
        said = [t("stages.say_do_r", n=len(found.branches), how=t(f"stages.r_{how}"), **ends)]
    corners = {"talk": "talk", "quiet": "quiet", "both": "both_low"}
    for key, corner in corners.items():
        names = [label(one.id) for one in found.branches if chart.quadrant(one) == corner]
        if names:
            said.append(t(f"stages.say_do_{key}", names=plain(words.listed(ctx, names))))
    st.markdown(("" if t.lang == "zh" else " ").join(said))
    if len(found.branches) > 1:
        cards.chart(chart.branches(found.branches, label, t), "say_do_branches")
