"""A word in its context (KWIC), and the comments of the selection as a file."""

from __future__ import annotations

from html import escape

import streamlit as st

from components import cards, session
from components.filters import Chosen
from components.page import Context
from components.voices import quote
from cx.insight import voices_export, voices_lexicon
from cx.store import audit
from cx.store import voices as store
from cx.store.voices import Voice, Wanted

_MOST = 40
_BESIDE = 34  # characters on each side
_KEY = "voices_words"


def draw(ctx: Context, chosen: Chosen) -> None:
    """The box, and every place where customers use what was typed."""
    t = ctx.t
    cards.heading(t("voices.search_title"))
    session.put(_KEY, st.query_params.get("words", ""))
    words = st.text_input(
        t("voices.search_label"), key=_KEY, placeholder=t("voices.search_help"), on_change=_into_address, max_chars=60
    ).strip()  # fmt: skip
    if not words:
        cards.said(t("voices.search_start"))
        return
    found = ctx.ask(store.said, chosen.scope, Wanted(words=words), _MOST)
    if not found.n:
        cards.said(t("voices.search_none", words=words))
        return
    all_shown = found.n <= len(found.voices)
    told = {} if all_shown else {"shown": t.number(len(found.voices))}
    cards.said(
        t("voices.search_found_all" if all_shown else "voices.search_found", n=t.number(found.n), words=words, **told)
    )
    rows = "".join(_row(ctx, voice, words) for voice in found.voices)
    label = escape(t("voices.search_title"), quote=True)
    st.html(
        f'<div class="cx-table" role="region" tabindex="0" aria-label="{label}">'
        f'<table class="cx-kwic">{rows}</table></div>'
    )


def _into_address() -> None:
    words = session.get(_KEY, "").strip()
    if words:
        st.query_params["words"] = words
    else:
        st.query_params.pop("words", None)


def _row(ctx: Context, voice: Voice, words: str) -> str:
    text = " ".join(voice.text.split())
    at = max(text.lower().find(words.lower()), 0)
    end = at + len(words)
    before, after = text[:at], text[end:]
    if len(before) > _BESIDE:
        before = "…" + before[-_BESIDE:]
    if len(after) > _BESIDE:
        after = after[:_BESIDE] + "…"
    hit = f"{escape(before)}<mark>{escape(text[at:end])}</mark>"
    meta = escape(quote.meta(ctx, voice))
    return f'<tr><td>{hit}</td><td>{escape(after)}</td><td class="meta">{meta}</td></tr>'


def download(ctx: Context, chosen: Chosen) -> None:
    """The comments of the selection as CSV, made when asked for."""
    t = ctx.t
    prepared = session.get("voices_export", None)
    mark = (chosen.scope, ctx.bench.database.version, t.lang)
    if prepared != mark:
        if st.button(t("voices.export_prepare"), icon=":material/table_view:", help=t("voices.export_how")):
            n = ctx.ask(store.said, chosen.scope, Wanted(), 0).n
            told = {"comments": n, "branches": sorted(chosen.scope.rights.branches or ())}
            audit.record(ctx.bench.database, ctx.user.name, "comments_exported", chosen.period.token, told)
            session.put("voices_export", mark)
            st.rerun()
        return
    data = ctx.ask(voices_export.csv, chosen.scope, t, ctx.model, _named(ctx))
    st.download_button(
        t("voices.export"), data, f"comments-{chosen.last:%Y-%m-%d}.csv", "text/csv", icon=":material/download:",
        help=t("voices.export_how"),
    )  # fmt: skip


def _named(ctx: Context) -> tuple[tuple[str, str], ...]:
    themes = voices_lexicon.lexicon(ctx.bench.place).themes
    return tuple((id, ctx.t.pick(topic.name, id)) for id, topic in themes.items())
