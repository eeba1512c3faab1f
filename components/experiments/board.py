"""All experiments: the answer in words, then a card each, what runs first."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components.page import Context
from cx.act.experiments import counting, judging, keeping, telling
from cx.act.experiments.definition import Definition
from cx.act.experiments.judging import Found
from cx.act.experiments.keeping import Experiment
from cx.measure.scope import Rights
from cx.store.query import Connection

_ORDER = ("running", "stopped", "draft", "concluded")
_CSS = """<style>
.cx-trial strong { display: block; font-weight: 600; line-height: 1.45; font-size: 1.05rem; }
.cx-trial span { display: block; color: #5C676B; font-size: .9rem; line-height: 1.55; }
.cx-trial em { font-style: normal; display: block; color: #1E2A2F; font-weight: 600; line-height: 1.6; }
</style>"""


def show(ctx: Context, today: dt.date) -> None:
    """The board."""
    t, found = ctx.t, ctx.ask(keeping.all, ctx.rights)
    st.html(_CSS + f'<div class="cx-say">{escape(telling.board(t, found))}</div>')
    if may_change(ctx):
        st.button(t("experiments.new"), type="primary", icon=":material/science:", key="experiment_new", on_click=go,
                  kwargs={"new": "1"})  # fmt: skip
    ordered = sorted(found, key=lambda one: _ORDER.index(one.state))
    for start in range(0, len(ordered), 2):
        for column, one in zip(st.columns(2, gap="medium"), ordered[start : start + 2], strict=False):
            with column:
                _card(ctx, one, today)


def look(con: Connection, id: str, definition: Definition, rights: Rights, through: dt.date) -> Found:
    """What the data says by a day."""
    return judging.judge(definition, counting.counted(con, id, definition, rights, through), through)


def standing(ctx: Context, one: Experiment, today: dt.date) -> Found | None:
    """As recorded, or as it is today; beyond the rights what was recorded."""
    if one.state != "running" or ctx.rights.branches is not None:
        return one.found
    through = min(one.definition.end, today - dt.timedelta(days=1))
    return ctx.ask(look, one.id, one.definition, ctx.rights, through)


def may_change(ctx: Context) -> bool:
    """Whether the user may write, start and stop experiments."""
    return ctx.may("act_edit") and ctx.rights.branches is None


def back(ctx: Context) -> None:
    """The button that leads back to the board."""
    st.button(
        ctx.t("experiments.back"), type="tertiary", icon=":material/arrow_back:", key="experiment_back", on_click=go
    )


def go(**query: str) -> None:
    """Another view of this page: the address is the state."""
    st.query_params.from_dict(query)


def facts(ctx: Context, one: Experiment) -> str:
    """State, unit, days."""
    t, definition = ctx.t, one.definition
    days = f"{t.date(definition.start)} – {t.date(definition.end)}"
    return f"{t(f'experiments.state_{one.state}')} · {t(f'experiments.unit_{definition.unit}')} · {days}"


def _outcome(ctx: Context, one: Experiment, today: dt.date) -> str:
    found = standing(ctx, one, today)
    if one.state == "running":
        return telling.standing(ctx.t, found) if found is not None and today > one.definition.start else ""
    return telling.outcome(ctx.t, found)


def _card(ctx: Context, one: Experiment, today: dt.date) -> None:
    t, definition = ctx.t, one.definition
    lines = [f"<strong>{escape(t.pick(definition.title))}</strong>", f"<span>{escape(facts(ctx, one))}</span>"]
    lines += [f"<span>{escape(telling.name(t, definition, arm))}</span>" for arm in range(len(definition.arms))]
    if outcome := _outcome(ctx, one, today):
        lines.append(f"<em>{escape(outcome)}</em>")
    with st.container(border=True):
        st.html(f'<div class="cx-trial">{"".join(lines)}</div>')
        st.button(
            t("experiments.open"), key=f"open_{one.id}", on_click=go, kwargs={"experiment": one.id}, width="stretch"
        )
