"""A list of comments with the words that decided marked: the first few, and more on demand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from components import cards, session
from components.page import Context
from components.voices import quote
from cx.insight import voices_lexicon
from cx.measure.scope import Scope
from cx.store import voices as store
from cx.store.voices import Wanted
from cx.voices import read

_MOST = 200


def draw(
    ctx: Context, scope: Scope, wanted: Wanted, key: str, title: Callable[[int], str] | None = None, first: int = 6
) -> None:  # fmt: skip
    """The comments that are wanted, ``first`` of them; ``title(n)`` says how many there are. Nothing where there are
    none."""
    kept = f"voices_more_{key}"
    question, most = session.get(kept, (wanted, first))
    if question != wanted:
        most = first
    found = ctx.ask(store.said, scope, wanted, most)
    if not found.voices:
        return
    if title is not None:
        cards.note(title(found.n))
    lexicon = voices_lexicon.lexicon(ctx.bench.place)
    readings = read([voice.text for voice in found.voices], lexicon)
    st.html("".join(quote.card(ctx, v, r) for v, r in zip(found.voices, readings, strict=True)))
    if found.n > most and most < _MOST:
        more = partial(session.put, kept, (wanted, most + 10))
        st.button(ctx.t("voices.more"), key=f"more_{key}", on_click=more, icon=":material/expand_more:")
