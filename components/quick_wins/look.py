"""What the views of quick wins share: the way from one to another, style, verdicts."""

from __future__ import annotations

from html import escape

import streamlit as st

from components.page import Context
from cx.act import telling
from cx.act.quick_wins import QuickWin
from cx.act.verification import Proof, Word

_CSS = """<style>
.cx-win strong { display: block; font-weight: 600; line-height: 1.45; }
.cx-win span { display: block; color: #5C676B; font-size: .88rem; line-height: 1.55; }
.cx-win .late { color: #A83F28; font-weight: 600; }
.cx-verdict { display: inline-block !important; border-radius: 6px; padding: 0 .5rem; font-size: .85rem;
  font-weight: 600; border: 1px solid #9AA3A5; color: #5C676B !important; }
.cx-verdict.proven, .cx-verdict.improved { border-color: #0E6B66; background: #0E6B66; color: #FFFFFF !important; }
.cx-verdict.harmed, .cx-verdict.worse { border-color: #C8553D; color: #A83F28 !important; }
.cx-points { margin: .1rem 0 .6rem !important; padding: 0 !important; list-style: none; }
.cx-points li { margin: 0; padding: .12rem 0 .12rem 1.5rem; position: relative; line-height: 1.6; }
.cx-points li::before { content: "·"; position: absolute; left: .4rem; font-weight: 700; color: #5C676B; }
.cx-points .good::before { content: "✓"; color: #0E6B66; } .cx-points .bad::before { content: "!"; color: #A83F28; }
.cx-points .bad { color: #A83F28; }
.cx-charter { margin: 0 !important; padding: 0 !important; display: grid; grid-template-columns: 8.5em 1fr;
  column-gap: 1.2rem; }
.cx-charter dt { color: #5C676B; font-size: .88rem; padding: .3rem 0; line-height: 1.6; }
.cx-charter dd { margin: 0 !important; padding: .3rem 0; line-height: 1.6; }
.cx-charter dt, .cx-charter dd { border-top: 1px solid #E7E3D8; }
[class*="st-key-milestone_"] label p { white-space: normal !important; overflow: visible !important; }
.cx-said { border-left: 3px solid #DEDACF; padding-left: .8rem; margin: 0 0 .7rem; line-height: 1.6; }
.cx-said span { display: block; color: #5C676B; font-size: .85rem; }
@media print {
  header, .stSidebar, .stButton, .stDownloadButton, .stToolbar, .cx-crumb, .stTextArea { display: none !important; }
}
</style>"""


def style() -> None:
    """Put the style of cards, verdicts and charters on the page."""
    st.html(_CSS)


def go(**query: str) -> None:
    """Another view of this page: the address is the state."""
    st.query_params.from_dict(query)


def back(ctx: Context, **query: str) -> None:
    """The button that leads back, to the board unless told otherwise."""
    label = ctx.t("quick_win.back_win" if query else "quick_win.back")
    st.button(label, type="tertiary", icon=":material/arrow_back:", key="quick_win_back", on_click=go, kwargs=query)


def badge(ctx: Context, word: Word, recorded: bool) -> str:
    """The verdict as HTML; before it is recorded it says "so far" and takes no side."""
    text = telling.verdict(ctx.t, word)
    said = text if recorded else ctx.t("quick_win.interim", verdict=text)
    return f'<span class="cx-verdict {word if recorded else ""}">{escape(said)}</span>'


def points(lines: list[tuple[str, str]]) -> None:
    """A list of sentences, each with its tone: ``good``, ``bad`` or ``plain``."""
    items = "".join(f'<li class="{tone}">{escape(text)}</li>' for tone, text in lines)
    st.html(f'<ul class="cx-points">{items}</ul>')


def recorded(win: QuickWin) -> Proof | None:
    """The proof as it was recorded."""
    return win.result.proof if win.result else None
