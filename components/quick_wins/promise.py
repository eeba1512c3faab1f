"""What a quick win promises, line by line, with the question behind its baseline."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.page import Context
from cx.act import telling
from cx.act.quick_wins import QuickWin


def show(ctx: Context, win: QuickWin) -> None:
    """The lines, and how the baseline was computed."""
    t, charter = ctx.t, win.charter
    st.markdown(f"**{t('quick_win.charter')}**")
    lines(ctx, win)
    if charter.baseline is not None:
        with st.expander(t("quick_win.sql"), icon=":material/help:"):
            st.code(charter.baseline.sql, language="sql", wrap_lines=True)
            st.caption(t("quick_win.sql_parameters", values=", ".join(charter.baseline.parameters)))


def lines(ctx: Context, win: QuickWin) -> None:
    """The lines alone."""
    facts = telling.facts(ctx.t, win.charter, ctx.model)
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts)
    st.html(f'<dl class="cx-charter">{rows}</dl>')
