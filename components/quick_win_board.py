"""The board of quick wins: the answer in words, four columns, the timeline."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards, page
from components.page import Context
from cx.act import quick_wins, telling, verification
from cx.act.quick_wins import STATES, QuickWin
from cx.act.verification import BeforeAfter, Verdict
from cx.output.charts import quick_wins as charts

_CSS = """<style>
.cx-win strong { display: block; font-weight: 600; line-height: 1.45; }
.cx-win span { display: block; color: #5C676B; font-size: .88rem; line-height: 1.55; }
.cx-win em { font-style: normal; color: #1E2A2F; display: block; font-size: .92rem; line-height: 1.6; }
.cx-win .late { color: #C8553D; font-weight: 600; }
.cx-verdict { display: inline-block !important; border-radius: 6px; padding: 0 .5rem; font-size: .85rem;
  font-weight: 600; border: 1px solid #9AA3A5; color: #5C676B !important; }
.cx-verdict.improved { border-color: #0E6B66; background: #0E6B66; color: #FFFFFF !important; }
.cx-verdict.worse { border-color: #C8553D; color: #A83F28 !important; }
</style>"""


def show(ctx: Context, today: dt.date) -> None:
    """Everything that touches the user's branches."""
    t, wins = ctx.t, ctx.ask(quick_wins.all, ctx.rights)
    if not wins:
        _nothing(ctx)
    st.html(_CSS + f'<div class="cx-say">{escape(telling.answer(t, wins, today))}</div>')
    if ctx.may("act_edit"):
        propose(ctx)
    columns = {state: [win for win in wins if win.state == state] for state in STATES}
    widths = [2 if here else 1 for here in columns.values()]
    for column, (state, here) in zip(st.columns(widths, gap="small"), columns.items(), strict=True):
        with column:
            st.markdown(f"**{t('quick_win.column', state=t(f'quick_win.state_{state}'), n=len(here))}**")
            for win in here:
                _card(ctx, win, today)
            if not here:
                st.caption(t("quick_win.column_empty"))
    st.header(t("quick_win.timeline"), anchor=False)
    cards.chart(charts.timeline(wins, today, t), "timeline")
    with st.expander(t("quick_win.how"), icon=":material/help:"):
        st.markdown(t("quick_win.how_text"))


def propose(ctx: Context) -> None:
    """The button that opens the form."""
    st.button(
        ctx.t("quick_win.propose"), type="primary", icon=":material/bolt:", key="quick_win_new", on_click=go,
        kwargs={"new": "1"},
    )  # fmt: skip


def back(ctx: Context) -> None:
    """The button that leads back to the board."""
    st.button(ctx.t("quick_win.back"), type="tertiary", icon=":material/arrow_back:", key="quick_win_back", on_click=go)


def go(**query: str) -> None:
    """Another view of this page: the address is the state."""
    st.query_params.from_dict(query)


def comparison(ctx: Context, win: QuickWin, today: dt.date) -> BeforeAfter | None:
    """The recorded comparison of a closed win, today's of one under way; none of an idea or beyond the rights."""
    if win.state == "idea" or not win.figures:
        return None
    if win.result is not None:
        return win.result.found
    return ctx.ask(verification.before_after, win.charter, ctx.rights, today)


def badge(ctx: Context, win: QuickWin, found: BeforeAfter) -> str:
    """The verdict as HTML; for a win under way it says "so far"."""
    word: Verdict = win.result.verdict if win.result else found.verdict
    text = telling.verdict(ctx.t, word)
    said = text if win.result else ctx.t("quick_win.interim", verdict=text)
    return f'<span class="cx-verdict {word if win.result else ""}">{escape(said)}</span>'


def style() -> None:
    """Put the style of cards and verdicts on the page."""
    st.html(_CSS)


def _nothing(ctx: Context) -> None:
    t, may = ctx.t, ctx.may("act_edit")
    title, text = (
        escape(t("quick_win.empty_title")),
        escape(t("quick_win.empty_text" if may else "quick_win.empty_read")),
    )
    st.html(f'<div class="cx-empty" role="status"><strong>{title}</strong><span class="cx-muted">{text}</span></div>')
    with st.container(horizontal=True, vertical_alignment="center"):
        if may:
            propose(ctx)
        page.link(ctx, "journey", t("quick_win.to_journey"))
    st.stop()


def _card(ctx: Context, win: QuickWin, today: dt.date) -> None:
    t, charter = ctx.t, win.charter
    touchpoint = ctx.model.label("touchpoint", charter.touchpoint, t)
    late = ' class="late"' if telling.overdue(win, today) else ""
    lines = [
        f"<strong>{escape(t.pick(charter.title))}</strong>",
        f"<span>{escape(t('quick_win.owner_line', owner=t.pick(charter.owner), touchpoint=touchpoint))}</span>",
        f"<span{late}>{escape(telling.timing(t, win, today))}</span>",
        f"<span>{escape(t('quick_win.rank', impact=charter.impact, effort=charter.effort))}</span>",
    ]
    if not win.figures:
        lines.append(f"<span>{escape(t('quick_win.not_yours'))}</span>")
    elif (found := comparison(ctx, win, today)) is not None:
        sides = [telling.value(t, charter, e.value, ctx.model) for e in (found.before, found.after)]
        name = telling.metric(t, charter, ctx.model)
        moved = t("quick_win.before_now", metric=name, before=sides[0], now=sides[1])
        lines += [f"<em>{escape(moved)}</em>", badge(ctx, win, found)]
    with st.container(border=True):
        st.html(f'<div class="cx-win">{"".join(lines)}</div>')
        st.button(t("quick_win.open"), key=f"open_{win.id}", on_click=go, kwargs={"win": win.id}, width="stretch")
