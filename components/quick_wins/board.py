"""The board of quick wins: the answer in words, four columns, the timeline."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards, page
from components.page import Context
from components.quick_wins import look, settings
from cx.act import quick_wins, telling
from cx.act.quick_wins import STATES, QuickWin, State
from cx.output.charts import quick_wins as charts

SHOWN = 6  # cards of a column before somebody asks for more
_DRAWN = 24  # bars of the timeline


def show(ctx: Context, today: dt.date) -> None:
    """Everything that touches the user's branches."""
    t, wins = ctx.t, ctx.ask(quick_wins.all, ctx.rights)
    look.style()
    if not wins:
        _nothing(ctx)
    st.html(f'<div class="cx-say">{escape(telling.answer(t, wins, today))}</div>')
    if money := telling.money(t, wins):
        st.html(f'<div class="cx-facts">{escape(money)}</div>')
    if crowded := telling.crowding(t, wins, ctx.ask(quick_wins.limits), ctx.model):
        st.warning(crowded, icon=":material/traffic:")
    if ctx.may("act_edit"):
        propose(ctx)
    _columns(ctx, wins, today)
    st.header(t("quick_win.timeline"), anchor=False)
    drawn = sorted(wins, key=lambda win: (win.state == "closed", -win.charter.start.toordinal()))[:_DRAWN]
    cards.chart(charts.timeline(drawn, today, t), "timeline")
    if len(wins) > len(drawn):
        st.caption(t("quick_win.timeline_part", n=len(drawn), total=len(wins)))
    with st.expander(t("quick_win.how"), icon=":material/help:"):
        st.markdown(t("quick_win.how_text"))
    if ctx.may("act_edit") and ctx.rights.branches is None:
        settings.show(ctx)


def propose(ctx: Context) -> None:
    """The button that opens the form."""
    st.button(
        ctx.t("quick_win.propose"), type="primary", icon=":material/bolt:", key="quick_win_new", on_click=look.go,
        kwargs={"new": "1"},
    )  # fmt: skip


def _columns(ctx: Context, wins: tuple[QuickWin, ...], today: dt.date) -> None:
    t = ctx.t
    columns = {state: [win for win in wins if win.state == state] for state in STATES}
    columns["closed"].sort(key=lambda win: win.recorded_at, reverse=True)
    whole = st.query_params.get("all")
    widths = [2 if here else 1 for here in columns.values()]
    for column, (state, here) in zip(st.columns(widths, gap="small"), columns.items(), strict=True):
        with column:
            st.markdown(f"**{t('quick_win.column', state=t(f'quick_win.state_{state}'), n=len(here))}**")
            for win in here if whole == state else here[:SHOWN]:
                _card(ctx, win, today)
            _more(ctx, state, len(here), whole == state)


def _more(ctx: Context, state: State, n: int, whole: bool) -> None:
    t = ctx.t
    if not n:
        st.caption(t("quick_win.column_empty"))
    elif n > SHOWN:
        label = t("quick_win.fewer") if whole else t("quick_win.more", n=n - SHOWN)
        query = {} if whole else {"all": state}
        st.button(label, key=f"more_{state}", type="tertiary", on_click=look.go, kwargs=query)


def _nothing(ctx: Context) -> None:
    t, may = ctx.t, ctx.may("act_edit")
    title = escape(t("quick_win.empty_title"))
    text = escape(t("quick_win.empty_text" if may else "quick_win.empty_read"))
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
    ]
    if win.state == "idea":
        signed = "quick_win.card_signed" if win.signature else "quick_win.card_unsigned"
        lines += [f"<span>{escape(telling.rank(t, charter))}</span>", f"<span>{escape(t(signed))}</span>"]
    if said := _beside(ctx, win):
        lines.append(f"<span>{escape(said)}</span>")
    if win.verdict:
        lines.append(look.badge(ctx, win.verdict, recorded=True))
    if not win.figures:
        lines.append(f"<span>{escape(t('quick_win.not_yours'))}</span>")
    with st.container(border=True):
        st.html(f'<div class="cx-win">{"".join(lines)}</div>')
        st.button(t("quick_win.open"), key=f"open_{win.id}", on_click=look.go, kwargs={"win": win.id}, width="stretch")


def _beside(ctx: Context, win: QuickWin) -> str:
    """Milestones reached and comments, in a few words."""
    t, steps, said = ctx.t, win.charter.milestones, []
    if steps:
        said.append(t("quick_win.card_milestones", done=sum(each.done is not None for each in steps), n=len(steps)))
    if win.comments:
        said.append(t("quick_win.card_comments", n=win.comments))
    return " · ".join(said)
