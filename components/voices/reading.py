"""Comments are read before they are shown: with progress, to be stopped and gone on with; what was read stays. After a
change of the lexicon they are read anew behind the screen, which shows the older figures until then."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import session
from components.page import Context
from cx.insight import voices_filling, voices_lexicon, voices_rereading
from cx.insight.voices_rereading import Job
from cx.store import readings
from cx.voices import Lexicon

_PAUSED = "voices_paused"


def ready(ctx: Context) -> Lexicon:
    """The lexicon in force, after every comment was read with it; or the user stopped that."""
    lexicon = voices_lexicon.lexicon(ctx.bench.place)
    waiting = ctx.ask(readings.waiting, lexicon.digest)
    if waiting and session.get(_PAUSED, "") == lexicon.digest:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(ctx.t("voices.paused"))
            st.button(ctx.t("voices.go_on"), on_click=partial(session.drop, _PAUSED), icon=":material/play_arrow:")
    elif waiting and ctx.ask(readings.older, lexicon.digest):
        job = voices_rereading.begin(ctx.bench.database, lexicon)
        if job.failed:
            _read(ctx, lexicon, waiting)
        else:
            _under_way(ctx, job, waiting, lexicon.digest)
    elif waiting:
        _read(ctx, lexicon, waiting)
    return lexicon


@st.fragment(run_every=1.0)
def _under_way(ctx: Context, job: Job, waiting: int, digest: str) -> None:
    """How far the reading behind the screen is; the page is drawn anew when it has ended."""
    if not job.running:
        st.rerun()

    def stop() -> None:
        job.stop()
        session.put(_PAUSED, digest)

    share = min(1.0, job.done / waiting)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(share, ctx.t("voices.rereading", share=ctx.t.percent(share)))
        st.button(ctx.t("voices.stop"), key="voices_rereading_stop", on_click=stop, icon=":material/pause:")


def _read(ctx: Context, lexicon: Lexicon, waiting: int) -> None:
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0, ctx.t("voices.reading", share=ctx.t.percent(0.0)))
        stop = partial(session.put, _PAUSED, lexicon.digest)
        st.button(ctx.t("voices.stop"), on_click=stop, icon=":material/pause:")

    def progress(done: int) -> None:
        share = min(1.0, done / waiting)
        bar.progress(share, ctx.t("voices.reading", share=ctx.t.percent(share)))

    voices_filling.fill(ctx.bench.database, lexicon, progress)
    place.empty()
