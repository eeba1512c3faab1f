"""What is to be mended about a card, and what is worth a second look."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from components import page
from components.builder.form import Form


def show(form: Form, key: str) -> None:
    """What is wrong, in red, and below it quiet hints. Without the place in the file: the card says where."""
    with st.container():  # always there, so that nothing below it moves when the last hint goes
        page.problems(form.ctx, tuple(replace(problem, where="") for problem in form.desk.about(key)))
        found = form.desk.hints(key)
        if found:
            lines = [f"<li>{escape(hint.why(form.t))} <span>{escape(hint.cure(form.t))}</span></li>" for hint in found]
            st.html(f'<ul class="cx-b-hints">{"".join(lines)}</ul>')
