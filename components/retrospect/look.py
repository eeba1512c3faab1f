"""Blocks of a review as HTML."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import cards
from cx.output.retrospect import Block, Cell

CSS = """<style>
.cx-review p { margin: 0 0 .35rem; line-height: 1.6; max-width: 62em; }
.cx-review td.good { color: #0E6B66; font-weight: 600; } .cx-review td.bad { color: #A83F28; font-weight: 600; }
.cx-review td.quiet { color: #5C676B; } .cx-review .below { color: #4C575B; font-size: .93rem; margin-top: .5rem; }
.cx-point b { font-size: 1.05rem; } .cx-point p { margin: .1rem 0 0; color: #4C575B; line-height: 1.5; }
</style>"""


def style() -> None:
    """Put the style on the page."""
    cards.style()
    st.html(CSS)


def block(found: Block) -> None:
    """A question with its sentences and table."""
    cards.heading(found.title)
    html = "".join(f"<p>{escape(words)}</p>" for words in found.said)
    if found.rows:
        head = "".join(f'<th scope="col">{escape(word)}</th>' for word in found.head)
        rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in found.rows)
        html += f'<div class="cx-table"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    html += "".join(f'<p class="below">{escape(words)}</p>' for words in found.below)
    st.html(f'<div class="cx-review">{html}</div>')


def _cell(cell: Cell) -> str:
    return f'<td class="{cell.tone}">{escape(cell.text)}</td>'
