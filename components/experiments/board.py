"""All experiments: the answer in words, then a card each, what runs first."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.page import Context
from cx.act.experiments import keeping, telling
from cx.act.experiments.keeping import Experiment

_ORDER = ("running", "stopped", "draft", "concluded")
_CSS = """<style>
.cx-trial strong { display: block; font-weight: 600; line-height: 1.45; font-size: 1.05rem; }
.cx-trial span { display: block; color: #5C676B; font-size: .9rem; line-height: 1.55; }
.cx-trial em { font-style: normal; display: block; color: #1E2A2F; font-weight: 600; line-height: 1.6; }
</style>"""


def show(ctx: Context) -> None:
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
                _card(ctx, one)


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


def _card(ctx: Context, one: Experiment) -> None:
    t, definition = ctx.t, one.definition
    lines = [f"<strong>{escape(t.pick(definition.title))}</strong>", f"<span>{escape(facts(ctx, one))}</span>"]
    lines += [f"<span>{escape(telling.name(t, definition, arm))}</span>" for arm in range(len(definition.arms))]
    if outcome := telling.outcome(t, one.found):
        lines.append(f"<em>{escape(outcome)}</em>")
    with st.container(border=True):
        st.html(f'<div class="cx-trial">{"".join(lines)}</div>')
        st.button(
            t("experiments.open"), key=f"open_{one.id}", on_click=go, kwargs={"experiment": one.id}, width="stretch"
        )
