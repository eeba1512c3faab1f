"""The live screen: customers who were let down in the last hours, while they may still be in the branch."""

from __future__ import annotations

import datetime as dt
from functools import partial
from html import escape
from typing import Literal

import streamlit as st

from components import cards, session
from components.cases import acting, words
from components.page import Context
from cx.act import cases
from cx.act.cases import Case

SECONDS = 0.5
"""Between two looks; a look at data that did not change asks nothing of the database and draws nothing."""
_MOST = 12
_DRAWN = "cases_drawn"
_STYLE = """<style>
.cx-hot b { font-size: 1.3rem; line-height: 1.35; display: block; }
.cx-hot .ago { color: #A33E26; font-weight: 600; }
.cx-hot q { display: block; border-left: 4px solid #C8553D; padding: .1rem .7rem; margin: .4rem 0; quotes: none; }
[class*="st-key-hot_"] button { min-height: 52px; }
[class*="st-key-hot_"] button p { font-size: 1.08rem; }
.cx-live { display: inline-block; width: .6rem; height: .6rem; border-radius: 50%; background: #0E6B66;
  margin-right: .5rem; }
@media (min-width: 1500px) { .stMainBlockContainer:has(.cx-live) { max-width: none; }
  .cx-hot b { font-size: 1.7rem; } }
</style>"""


def draw(ctx: Context) -> None:
    """The screen: what is hot now, renewed by itself."""
    st.html(_STYLE)
    st.button(ctx.t("cases.to_list"), icon=":material/arrow_back:", key="live_back", type="tertiary",
              on_click=partial(acting.go, live=""))  # fmt: skip
    moment = _moment()
    found = _hot(ctx, moment)
    session.put(_DRAWN, (found, moment.minute))
    waiting = [case for case in found if case.state == "open"]
    acting.called(ctx)
    _answer(ctx, waiting, moment)
    with st.grid(min_column_width=320, gap="medium", key="hot_grid"):
        for case in waiting[:_MOST]:
            _card(ctx, case, moment)
    if more := waiting[_MOST:]:
        cards.note(ctx.t("cases.live_more", n=len(more)))
    _taken(ctx, [case for case in found if case.state != "open"], moment)
    _look(ctx)


@st.fragment(run_every=SECONDS)
def _look(ctx: Context) -> None:
    """Draw the page anew when something is new, or a minute has gone."""
    moment = _moment()
    if session.get(_DRAWN, None) != (_hot(ctx, moment), moment.minute):
        st.rerun()


def _moment() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _hot(ctx: Context, moment: dt.datetime) -> tuple[Case, ...]:
    since = moment.replace(minute=0, second=0, microsecond=0) - dt.timedelta(
        hours=words.HOURS
    )  # for an hour the same question
    return ctx.ask(cases.hot, ctx.rights, since)


def _answer(ctx: Context, waiting: list[Case], moment: dt.datetime) -> None:
    t = ctx.t
    said = t("cases.live_answer", n=len(waiting)) if waiting else t("cases.live_none")
    clock = t("cases.live_clock", at=f"{words.local(ctx, moment):%H:%M}", hours=words.HOURS)
    st.html(
        f'<div class="cx-say" role="status"><span class="cx-live"></span><strong>{escape(said)}</strong></div>'
        f'<p class="cx-note">{escape(clock)}</p>'
    )


def _card(ctx: Context, case: Case, moment: dt.datetime) -> None:
    t = ctx.t
    comments = tuple(text for _, text in said.comments) if (said := _said(ctx, case)) else ()
    quote = "".join(f"<q>{escape(text)}</q>" for text in comments[:1])
    with st.container(border=True, key=f"hot_{case.id}", gap="small"):
        st.html(
            f'<div class="cx-hot"><span class="ago">{escape(words.ago(ctx, case.opened_at, moment))}</span>'
            f"<b>{escape(words.title(ctx, case))}</b>"
            f'{quote}<div class="cx-facts">{escape(words.reasons(ctx, case))}</div></div>'
        )
        if ctx.may("act_edit"):
            st.button(t("cases.going"), key=f"go_{case.id}", type="primary", width="stretch",
                      icon=":material/directions_walk:", on_click=partial(_take, ctx, case))  # fmt: skip
        _open(ctx, case, "stretch")


def _said(ctx: Context, case: Case) -> cases.Said | None:
    return ctx.ask(cases.said, case, ctx.rights) if ctx.rights.comments and case.response_id else None


def _where(ctx: Context, case: Case) -> str:
    pairs = (("branch", case.about.branch), ("touchpoint", case.about.touchpoint))
    return " · ".join(ctx.model.label(name, value, ctx.t) for name, value in pairs if value)


def _take(ctx: Context, case: Case) -> None:
    """One tap: it is mine, and in hand."""
    note = ctx.t("cases.going_note")
    acting.clicked(
        ctx,
        lambda: cases.step(
            ctx.bench.database, ctx.user.name, case.id, case.recorded_at, rights=ctx.rights, rules=ctx.bench.rules,
            calendar=ctx.model.calendar, state="working", owner=ctx.user.name, note=note,
        ),
        ctx.t("cases.told_going", title=words.title(ctx, case)),
    )  # fmt: skip


def _taken(ctx: Context, found: list[Case], moment: dt.datetime) -> None:
    """What colleagues see to already."""
    if not found:
        return
    t = ctx.t
    cards.heading(t("cases.live_taken"))
    for case in found[:_MOST]:
        state = t(f"cases.outcome_{case.outcome}") if case.outcome else t(f"cases.state_{case.state}")
        whose = words.owner(ctx, case)
        with st.container(horizontal=True, vertical_alignment="center", key=f"taken_{case.id}"):
            line = " · ".join([words.ago(ctx, case.opened_at, moment), _where(ctx, case), whose, state])
            st.html(f"<strong>{escape(words.title(ctx, case))}</strong>"
                    f'<div class="cx-facts">{escape(line)}</div>')  # fmt: skip
            _open(ctx, case, "content")


def _open(ctx: Context, case: Case, width: Literal["stretch", "content"]) -> None:
    st.button(ctx.t("cases.open"), key=f"live_{case.id}", width=width, type="tertiary",
              on_click=partial(acting.go, live="", case=case.id))  # fmt: skip
