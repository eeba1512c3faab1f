"""Response quality on screen: the answer in a sentence, a card a rule, and single responses to judge."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import cards, filters
from components.page import Context
from components.quality import decide
from cx.collect import quality
from cx.collect.measured import MEASURED
from cx.collect.quality import HAND, Standing
from cx.collect.signals import PARAMETERS
from cx.measure.statistics import Estimate
from cx.words import Translator


def headline(ctx: Context) -> None:
    """How many responses are left out of the numbers; the check on demand."""
    t = ctx.t
    out, n = ctx.ask(quality.totals)
    share = t.percent(out / n, 1) if n else "–"
    said, run = st.columns([4, 1], vertical_alignment="center")
    said.html(
        f'<div class="cx-say">{escape(t("quality.headline", n=t.number(n), out=t.number(out), share=share))}</div>'
        f'<div class="cx-facts">{escape(t("quality.lead"))}</div>'
    )
    if run.button(t("quality.run"), icon=":material/rule:", key="q_run", width="stretch"):
        with st.spinner(t("quality.running")):
            done = quality.run(ctx.bench.database, ctx.user.name)
        told = t(
            "quality.ran", flagged=t.number(done.flagged), lifted=t.number(done.lifted), moved=t.number(done.moved)
        )
        st.toast(told, icon=":material/rule:")
        st.rerun()


def rules(ctx: Context) -> None:
    """One card a rule: what it looks for, how many it holds, how often it errs, and whether its flags count."""
    standings = ctx.ask(quality.standings)
    for start in range(0, len(standings), 3):
        for place, standing in zip(st.columns(3), standings[start : start + 3], strict=False):
            with place, st.container(border=True, height="stretch", gap="small"):
                _card(ctx, standing)


def _card(ctx: Context, standing: Standing) -> None:
    t, rule = ctx.t, standing.rule
    values = {name: _value(name, value, t) for name, value in PARAMETERS.get(rule, {}).items()}  # type: ignore[call-overload]
    judged = t("quality.of_judged", n=t.number(standing.judged)) if standing.judged else ""
    lifted = t("quality.lifted", n=t.number(standing.lifted)) if standing.lifted else ""
    facts = " · ".join(each for each in (judged, lifted) if each)
    st.html(
        f'<div class="cx-card"><h3>{escape(t(f"quality.rule_{rule}"))}</h3>'
        f"<b>{escape(t.number(standing.flagged))}</b>"
        f'<span class="cx-facts">{escape(facts)}</span>'
        f'<span class="cx-facts">{escape(t(f"quality.about_{rule}", **values))}</span>'
        f'<span class="cx-facts">{escape(_alarms(standing, t))}</span></div>'
    )
    if rule == HAND:
        return
    on = st.toggle(t("quality.counts"), standing.on, key=f"q_on_{rule}_{standing.on}", help=t("quality.counts_help"))
    if on != standing.on:
        moved = quality.switch(ctx.bench.database, rule, on, ctx.user.name)
        st.toast(t("quality.moved", n=t.number(moved)), icon=":material/rule:")
        st.rerun()


def _alarms(standing: Standing, t: Translator) -> str:
    """The false-alarm rate, and where it was measured."""
    if standing.rule == HAND:
        return ""
    measured = MEASURED[standing.rule]
    power = t("quality.power", found=measured.found, planted=measured.planted)
    if standing.demo is not None:
        return t("quality.alarms_here", n=t.number(standing.demo.n), **_rate(standing.demo, t), power=power)
    return t("quality.alarms_recorded", n=t.number(measured.judged), **_rate(measured.alarms, t), power=power)


def _rate(found: Estimate, t: Translator) -> dict[str, str]:
    return {"rate": t.percent(found.value, 2), "low": t.percent(found.low, 2), "high": t.percent(found.high, 2)}


def _value(name: str, value: float, t: Translator) -> str:
    return t.percent(value) if name in ("share", "hurried", "q") else t.number(value)


def look(ctx: Context) -> None:
    """Responses that a rule holds, or that somebody cleared, by branch and one by one."""
    t = ctx.t
    which, where, state = st.columns([2, 2, 2])
    with which:
        rule = filters.select(
            "rule", quality.RULES, lambda name: t(f"quality.rule_{name}"), t("quality.rule"), titled=True
        )
    branches = {branch: (k, n) for branch, k, n in ctx.ask(quality.by_branch, rule)}
    branch = where.selectbox(
        t("quality.branch"), [None, *(id for id in branches if id)], key=f"q_branch_{rule}",
        format_func=lambda id: t("quality.all_branches") if id is None else ctx.model.label("branch", id, t),
    )  # fmt: skip
    shown = state.segmented_control(
        t("quality.state"), ("flagged", "lifted"), default="flagged", required=True, key="q_state",
        format_func=lambda name: t(f"quality.state_{name}"),
    )  # fmt: skip
    if branches and branch is None:
        with st.expander(t("quality.by_branch", n=t.number(len(branches)))):
            rows = [
                {
                    t("quality.branch"): ctx.model.label("branch", id, t),
                    t("quality.flagged"): k,
                    t("quality.share"): t.percent(k / n, 1),
                }
                for id, (k, n) in branches.items()
            ]
            cards.table(rows, f"q_branches_{rule}", t("quality.by_branch", n=len(rows)))
    found = ctx.ask(quality.examples, rule, branch, shown)
    if not found:
        st.caption(t(f"quality.none_{shown}"))
    else:
        decide.table(ctx, rule, found, str(shown))
    decide.by_hand(ctx)
