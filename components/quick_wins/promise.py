"""What a quick win promises, line by line, with the question behind its baseline."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components.page import Context
from cx.act import quick_wins, telling
from cx.act.quick_wins import QuickWin
from cx.act.verification import Outlook


def show(ctx: Context, win: QuickWin, today: dt.date) -> None:
    """The lines, and how the baseline was computed."""
    t, charter = ctx.t, win.charter
    st.markdown(f"**{t('quick_win.charter')}**")
    lines(ctx, win, today)
    if charter.baseline is not None:
        with st.expander(t("quick_win.sql"), icon=":material/help:"):
            st.code(charter.baseline.sql, language="sql", wrap_lines=True)
            st.caption(t("quick_win.sql_parameters", values=", ".join(charter.baseline.parameters)))


def outlook(ctx: Context, win: QuickWin, today: dt.date) -> Outlook | None:
    """What the pilot can show: as it was signed; of an idea that nobody signed, as it is known today."""
    if win.signature is not None or win.state != "idea" or not win.figures:
        return win.signature.outlook if win.signature else None
    return ctx.ask(quick_wins.foreseen, win, ctx.rights, today, ctx.model)


def lines(ctx: Context, win: QuickWin, today: dt.date) -> None:
    """The lines alone."""
    hidden = not win.figures and win.state != "idea"
    facts = telling.facts(ctx.t, win.charter, ctx.model, outlook(ctx, win, today), hidden)
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts)
    st.html(f'<dl class="cx-charter">{rows}</dl>')
