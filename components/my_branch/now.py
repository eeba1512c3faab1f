"""Who stands in the branch now and is unhappy: where, since when, never what was said; so that somebody walks over."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import page
from components.cases import words
from components.page import Context
from cx.act import cases
from cx.act.cases import Waiting

HERE = "branch"
"""The channel of the counter, as the shipped lists name it."""
_SECONDS = 2.0
_SHOWN = 4
_STYLE = """<style>
.cx-now { border: 1.5px solid #C8553D; border-radius: 8px; padding: .6rem 1rem; background: #F6DDD655; }
.cx-now.taken { border-color: #DEDACF; background: none; }
.cx-now strong { display: block; font-size: 1.15rem; line-height: 1.5; }
.cx-now ul { margin: .2rem 0 0 1.1rem; }
</style>"""


@st.fragment(run_every=_SECONDS)
def show(ctx: Context, branch: str) -> None:
    """Renews itself; asks nothing of the database while nothing changed."""
    moment = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    hour = moment.replace(minute=0, second=0, microsecond=0)  # for an hour the same question
    channel = HERE if HERE in ctx.model.channels else None
    found = ctx.ask(cases.waiting, branch, channel, ctx.rights, hour - dt.timedelta(hours=words.HOURS))
    if not found:
        return
    t, waiting = ctx.t, [each for each in found if not each.taken]
    said = t("my_branch.now", n=t.number(len(waiting))) if waiting else t("my_branch.now_taken")
    told = [_line(ctx, each, moment) for each in (*waiting, *(each for each in found if each.taken))]
    if rest := told[_SHOWN:]:
        told = [*told[:_SHOWN], t("my_branch.now_more", n=t.number(len(rest)))]
    lines = "".join(f"<li>{escape(line)}</li>" for line in told)
    kind = "cx-now" if waiting else "cx-now taken"
    st.html(f'{_STYLE}<div class="{kind}" role="status"><strong>{escape(said)}</strong><ul>{lines}</ul></div>')
    if ctx.may("act_view"):
        page.link(ctx, "cases", t("cases.to_live"), {"live": "1"})


def _line(ctx: Context, each: Waiting, moment: dt.datetime) -> str:
    t = ctx.t
    place = ctx.model.label("touchpoint", each.touchpoint, t) if each.touchpoint else t("my_branch.now_anywhere")
    state = t("my_branch.now_going") if each.taken else t("my_branch.now_nobody")
    return " · ".join([place, words.ago(ctx, each.opened_at, moment), state])
