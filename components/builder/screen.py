"""The whole screen: the ways in, or the open draft in three columns. The draft redraws itself alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from components import page, session
from components.builder import bar, desk, editor, outline, side, start
from components.page import Context
from cx.access import rights
from cx.words import Refused


@cache
def _css() -> str:
    return Path(__file__).with_name("screen.css").read_text(encoding="utf-8")


def show(ctx: Context) -> None:
    """Draw the screen."""
    st.html(f"<style>{_css()}</style>")
    refused = session.take("builder_refused", None)
    if isinstance(refused, Refused):
        page.problems(ctx, refused)
    wanted = st.query_params.get("survey", "")
    open_desk = desk.current()
    if wanted and (open_desk is None or open_desk.survey_id != wanted):
        _by_address(ctx, wanted)
    if desk.current() is None:
        start.show(ctx)
    else:
        _work(ctx)


def _by_address(ctx: Context, survey_id: str) -> None:
    """A link to a draft, or to a survey in service that is to be revised."""
    try:
        desk.open_draft(ctx, survey_id)
    except Refused as refused:
        page.problems(ctx, refused)


@st.fragment
def _work(ctx: Context) -> None:
    user, open_desk = session.user(), desk.current()
    if user is None or not rights.may(user, "surveys_edit") or open_desk is None:
        st.rerun()
        return
    with st.container(key="builder_work"):
        bar.show(ctx, open_desk)
    left, middle, right = st.columns([27, 45, 33], gap="small")
    with left, st.container(key="builder_left"):
        outline.show(ctx, open_desk)
    with middle, st.container(key="builder_editor"):
        editor.show(ctx, open_desk)
    with right, st.container(key="builder_right"):
        side.show(ctx, open_desk)
