"""Approved texts to say or send to a customer: chosen, filled, copied; which one was used is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components import cards, session
from components.page import Context
from cx.bank import templates
from cx.bank.templates import Template
from cx.store.place import ROOT
from cx.words import LANGUAGES, Translator

_HERE = Path(__file__).parent
_KEY = "case_copy"


@cache
def _copier() -> ComponentRenderer:
    return st.components.v2.component(
        "cx_copy",
        html='<div class="said"><textarea readonly rows="3"></textarea><div class="row"><button type="button"></button>'
        '<span role="status"></span></div></div>',
        css=(_HERE / "copy.css").read_text(encoding="utf-8"),
        js=(_HERE / "copy.js").read_text(encoding="utf-8"),
    )


def copier(ctx: Context, text: str, key: str, id: str = "", on_copied: Callable[[], None] | None = None) -> None:
    """A text with a button that copies it; ``on_copied`` is called when that was done, where there is an ``id``."""
    words = {name: ctx.t(f"cases.{name}") for name in ("copy", "copied", "by_hand")}
    _copier()(data=words | {"text": text, "id": id, "about": ctx.t("cases.text_about")}, key=key,
              on_copied_change=on_copied or (lambda: None))  # fmt: skip


def offered(ctx: Context, kinds: Sequence[str]) -> tuple[Template, ...]:
    """What may be said today in a case of these kinds."""
    return templates.load(ctx.bench.place.model, ROOT / "data" / "model").offered(kinds, dt.date.today())


def draw(
    ctx: Context, case_id: str, kinds: Sequence[str], values: Callable[[Translator], Mapping[str, str]], lang: str,
    used: Callable[[str], None],
) -> None:  # fmt: skip
    """Choose a text, see it filled, copy it; ``used(template id)`` when it was copied or said. ``lang`` is the language
    that the customer answered in."""
    t = ctx.t
    texts = {one.id: one for one in offered(ctx, kinds)}
    if not texts:
        cards.note(t("cases.texts_none"))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        id = st.selectbox(t("cases.text"), list(texts), key=f"case_text_{case_id}", format_func=lambda id: (
            f"{t(f'cases.channel_{texts[id].channel}')} · {t.pick(texts[id].name)}"))  # fmt: skip
        tongue = st.segmented_control(
            t("cases.text_lang"), LANGUAGES, default=lang, key=f"case_lang_{case_id}", required=True,
            format_func=lambda code: t(f"cases.lang_{code}"),
        )  # fmt: skip
    one, words = texts[id], Translator(tongue or lang)
    filling = values(words)
    if one.links and not filling.get("link"):
        cards.note(t("cases.text_needs_link"))
        return
    key = f"{_KEY}_{case_id}_{id}"
    copier(ctx, one.filled(words.lang, filling), key, id, lambda: _copied(key, used))
    if one.channel != "message":
        st.button(t("cases.text_said"), key=f"case_said_{case_id}_{id}", icon=":material/record_voice_over:",
                  on_click=used, args=(id,))  # fmt: skip
    cards.note(t("cases.text_approved", by=ctx.bench.accounts.display(one.approved_by), day=t.date(one.approved_on)))


def _copied(key: str, used: Callable[[str], None]) -> None:
    id = session.get(key, {}).get("copied")
    if isinstance(id, str) and key.endswith(f"_{id}"):
        used(id)


def name(ctx: Context, id: str) -> str:
    """What a text is called; its id where the file no longer has it."""
    found = templates.load(ctx.bench.place.model, ROOT / "data" / "model").all.get(id)
    return ctx.t.pick(found.name, id) if found else id
