"""One experiment: what was found, what that means today, the picture, what was agreed, who gets which arm, the log."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards
from components.experiments import assignment, board, deeds, log
from components.markdown import plain
from components.page import Context
from cx.act.experiments import boundary, comparing, judging, telling
from cx.act.experiments.definition import Definition
from cx.act.experiments.judging import Found
from cx.act.experiments.keeping import Experiment
from cx.output.charts import experiments as charts


def show(ctx: Context, one: Experiment, today: dt.date) -> None:
    """The whole view."""
    t = ctx.t
    st.header(plain(t.pick(one.definition.title)), anchor=False)
    st.html(f'<div class="cx-facts">{escape(board.facts(ctx, one))}</div>')
    found = board.standing(ctx, one, today)
    if ctx.rights.branches is not None:
        st.info(t("experiments.branch_view"), icon=":material/info:")
        if outcome := telling.outcome(t, one.found):
            st.html(f'<div class="cx-say">{escape(outcome)}</div>')
    elif found is not None:
        _finding(ctx, one, found, today)
    if ctx.rights.branches is None:
        deeds.show(ctx, one, found, today)
        _pictures(ctx, one, found)
    if lesson := t.pick(one.lesson):
        cards.heading(t("experiments.lesson"))
        cards.said(lesson)
    _agreed(ctx, one.definition)
    parts = [lambda: assignment.show(ctx, one, today), lambda: log.show(ctx, one)]
    for part in parts if one.definition.unit == "respondent" else reversed(parts):  # many branches make a long table
        part()


def _finding(ctx: Context, one: Experiment, found: Found, today: dt.date) -> None:
    t = ctx.t
    for warning in telling.warnings(t, one, found):
        st.error(warning, icon=":material/warning:")
    for pair in found.pairs:
        st.html(f'<div class="cx-say">{escape(telling.answer(t, one, found, pair, today))}</div>')


def _pictures(ctx: Context, one: Experiment, found: Found | None) -> None:
    t, definition = ctx.t, one.definition
    pairs = found.pairs if found else tuple(judging.Pair(arm, "running", ()) for arm in range(1, len(definition.arms)))
    for pair in pairs:
        planned = boundary.ahead(definition, pair) if one.state in ("draft", "running") else ()
        chart = charts.path(definition, pair, planned, t)
        if chart is not None:
            cards.heading(t("experiments.chart_title", arm=telling.name(t, definition, pair.arm)))
            cards.chart(chart, f"path_{pair.arm}")
            cards.note(telling.looks(t, definition, pair))
    if found is not None and any(side.n or side.hidden for side in found.sides):
        cards.heading(t("experiments.sides", day=t.date(found.through)))
        cards.words_table(
            [_row(ctx, definition, found, arm) for arm in range(len(found.sides))], t("experiments.sides_about")
        )
        if any(side.hidden for side in (*found.sides, *(each for pair in found.apart for each in pair))):
            cards.note(t("experiments.hidden_note", least=judging.FEWEST))
        if found.apart:
            cards.note(t("experiments.apart_note", least=comparing.LEAST_CLUSTERS))


def _row(ctx: Context, definition: Definition, found: Found, arm: int) -> dict[str, str]:
    t = ctx.t
    row = {
        t("experiments.table_arm"): telling.name(t, definition, arm),
        t("experiments.table_value"): telling.side(t, definition, found.sides[arm]),
    }
    if found.apart:
        own, shared = found.apart[arm]
        row[t("experiments.table_own")] = telling.side(t, definition, own)
        said = telling.side(t, definition, shared)
        row[t("experiments.table_shared")] = (
            said if shared.hidden else t("experiments.shared_side", side=said, n=t.number(shared.units))
        )
    if definition.arms[arm].survey:
        row[t("experiments.table_survey")] = str(definition.arms[arm].survey)
    if found.arrived and not found.sides[arm].hidden:
        row[t("experiments.table_given")] = t.number(found.arrived[arm])
    row[t("experiments.table_weight")] = str(definition.weights[arm])
    return row


def _agreed(ctx: Context, definition: Definition) -> None:
    t = ctx.t
    with st.expander(t("experiments.agreed"), icon=":material/handshake:", expanded=True):
        lines = [
            (t("experiments.hypothesis"), t.pick(definition.hypothesis)),
            (
                t("experiments.measured"),
                f"{telling.metric(t, definition)} · {t(f'experiments.better_{definition.better}')}",
            ),
            (t("experiments.least"), telling.difference(t, definition, definition.least, signed=False)),
        ]
        st.html("".join(f"<p><b>{escape(name)}</b><br>{escape(text)}</p>" for name, text in lines))
        st.html(f"<p>{escape(telling.rule(t, definition))}</p>")
