"""The portrait of a survey's customers with progress and a way to stop, to be gone on with."""

from __future__ import annotations

import time
from functools import partial

import streamlit as st

from components import session
from components.page import Context
from cx.insight import personas
from cx.insight.personas import Portrait, Watch
from cx.measure.scope import Scope

_STOPPED = "personas_stopped"
_PATIENCE = 0.4  # seconds before progress is worth showing


def found(ctx: Context, scope: Scope, survey: str, k: int | None) -> Portrait | None:
    """The portrait; None where the user stopped it, which is told."""
    t, key = ctx.t, (scope, survey, k, ctx.bench.database.version)
    if session.get(_STOPPED, None) == key:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(t("personas.stopped"), icon=":material/stop:")
            st.button(t("personas.go_on"), key="personas_go_on", on_click=partial(session.drop, _STOPPED))
        return None
    place, began = st.empty(), time.monotonic()
    bar = None

    def tell(done: int, of: int) -> None:
        nonlocal bar
        if time.monotonic() - began < _PATIENCE:
            return
        said = t("personas.progress", done=done, of=of)
        if bar is None:
            with place.container():
                bar = st.progress(0.0, said)
                st.button(t("personas.stop"), key="personas_stop", icon=":material/stop:",
                          on_click=partial(session.put, _STOPPED, key))  # fmt: skip
        bar.progress(done / of, said)

    with st.spinner(t("personas.working")):
        portrait = ctx.ask(personas.portrait, scope, survey, k, watch=Watch(tell))
    place.empty()
    return portrait
