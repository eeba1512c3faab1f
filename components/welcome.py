"""The first screen of a new cx, for its administrator: load the demo bank, or start empty."""

from __future__ import annotations

import streamlit as st

from components.markdown import plain
from cx import demo, workbench
from cx.words import Refused, Translator


def show(t: Translator, by: str) -> None:
    """Ask once; both ways lead to the overview. ``by`` is who chooses."""
    bench = workbench.current()
    st.title(t("shell.welcome_title"), anchor=False)
    st.markdown(t("shell.welcome_lead"))
    left, right = st.columns(2)
    with left.container(border=True, height=230):
        st.header(t("shell.welcome_demo"), anchor=False)
        st.markdown(t("shell.welcome_demo_text"))
        load = st.button(t("shell.welcome_demo_button"), type="primary", icon=":material/account_balance:")
    with right.container(border=True, height=230):
        st.header(t("shell.welcome_empty"), anchor=False)
        st.markdown(t("shell.welcome_empty_text"))
        empty = st.button(t("shell.welcome_empty_button"), icon=":material/arrow_forward:")
    if load:
        _load(bench, t, by)
    if empty:
        bench.start()
        st.rerun()


def _load(bench: workbench.Workbench, t: Translator, by: str) -> None:
    bar = st.progress(0.0, t("shell.welcome_loading"))
    try:
        demo.load(bench.database, bench.model, bench.shelf.all(), lambda share, key: bar.progress(share, t(key)), by)
    except Refused as refused:
        bar.empty()
        for problem in refused.problems:
            st.error(plain(problem.tell(t)), icon=":material/error:")
        return
    bench.start()
    st.rerun()
