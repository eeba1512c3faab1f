"""A closed quick win as a story that one can project."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards
from components.page import Context
from components.quick_wins import look
from cx.act import pain_points, telling
from cx.act.quick_wins import QuickWin
from cx.output.charts import proof as drawn
from cx.output.report import one_page

_CSS = """<style>
.cx-story .title { font-size: 2.4rem; font-weight: 650; line-height: 1.3; margin: 0 0 .2rem; max-width: none; }
.cx-story h3 { font-size: 1.05rem; font-weight: 600; color: #0E6B66; margin: 1.1rem 0 .2rem; padding: 0; }
.cx-story p { font-size: 1.22rem; line-height: 1.65; margin: 0 0 .3rem; max-width: 60em; }
.cx-story p.first { font-size: 1.5rem; font-weight: 600; line-height: 1.5; }
</style>"""


def show(ctx: Context, win: QuickWin, today: dt.date) -> None:
    """Large words, one picture, and the page as PDF."""
    t = ctx.t
    look.style()
    if win.state != "closed":
        st.info(t("quick_win.show_none"), icon=":material/info:")
        return
    pain = _pain(ctx, win)
    html = [f'<p class="title">{escape(t.pick(win.charter.title))}</p>']
    if win.verdict:
        html.append(f'<div class="cx-win">{look.badge(ctx, win.verdict, recorded=True)}</div>')
    st.html(_CSS + f'<div class="cx-story">{"".join(html)}</div>')
    for heading, said in telling.story(t, win, ctx.model, pain):
        proof = heading == t("quick_win.show_proof")
        words = [f'<p class="{"first" if proof and at == 0 else ""}">{escape(s)}</p>' for at, s in enumerate(said)]
        st.html(f'<div class="cx-story"><h3>{escape(heading)}</h3>{words[0] if proof else "".join(words)}</div>')
        if proof:
            if win.result is not None and win.result.proof.series:
                picture = drawn.lines(win.charter, win.result.proof, ctx.model, t, height=340)
                cards.chart(picture, "show_lines")
            st.html(f'<div class="cx-story">{"".join(words[1:])}</div>')
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            t("quick_win.show_pdf"), key="show_pdf", icon=":material/picture_as_pdf:", mime="application/pdf",
            file_name=f"quick-win-{win.id[:8]}.pdf", on_click="ignore",
            data=lambda: one_page.story(win, ctx.model, t, ctx.bench.accounts.display, today, pain),
        )  # fmt: skip


def _pain(ctx: Context, win: QuickWin) -> str:
    if win.charter.pain_point is None:
        return ""
    found = ctx.ask(pain_points.get, win.charter.pain_point, ctx.rights)
    return ctx.t.pick(found.title) if found is not None else ""
