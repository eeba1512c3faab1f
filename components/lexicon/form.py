"""Words and themes by forms, or a whole file as YAML: both write the same draft."""

from __future__ import annotations

import streamlit as st

from components import page
from components.lexicon import overview
from components.page import Context
from cx.insight import voices_lexicon
from cx.publish import lexicon_edit
from cx.voices import EMOTIONS, Lexicon
from cx.voices.files import normal
from cx.voices.lexicon import FILES, HEAVIEST
from cx.words import LANGUAGES, Refused


def edit(ctx: Context) -> None:
    """Four small forms: a term of a theme or risk, a word's weight, a new theme, something to take out."""
    t = ctx.t
    now = voices_lexicon.lexicon(ctx.bench.place)
    left, right = st.columns(2, gap="large")
    with left:
        _term(ctx, now)
        _theme(ctx)
    with right:
        _weight(ctx)
        _out(ctx, now)
    st.caption(t("lexicon.form_how"))


def _topics(ctx: Context, now: Lexicon) -> dict[tuple[str, str], str]:
    """(kind, id) → name of each theme, also those only drafted, and risk."""
    t = ctx.t
    found = {("themes", id): t.pick(topic.name, id) for id, topic in now.themes.items()}
    found |= {("risks", id): f"{t('voices.col_risks')}: {t(f'voices.risk_{id}')}" for id in now.risks}
    try:
        drafted = lexicon_edit.themes(overview.text(ctx, "themes.yaml"))
    except Refused:
        return found
    return found | {("themes", id): t.pick(name, id) for id, name in drafted.items() if ("themes", id) not in found}


def _term(ctx: Context, now: Lexicon) -> None:
    t, topics = ctx.t, _topics(ctx, now)
    with st.form("lexicon_term", clear_on_submit=True):
        st.markdown(f"**{t('lexicon.form_term')}**")
        chosen = st.selectbox(t("lexicon.of_theme"), list(topics), format_func=topics.__getitem__)
        lang = _language(ctx, "lexicon_term_lang")
        term = normal(st.text_input(t("lexicon.term"), max_chars=60, help=t("lexicon.term_help")))
        if st.form_submit_button(t("lexicon.add")) and term and chosen:
            key, id = chosen
            _write(ctx, f"{key}.yaml", lambda text: lexicon_edit.add_term(text, key, id, lang, term))


def _theme(ctx: Context) -> None:
    t = ctx.t
    with st.form("lexicon_theme", clear_on_submit=True):
        st.markdown(f"**{t('lexicon.form_theme')}**")
        zh = st.text_input(t("lexicon.name_zh"), max_chars=40).strip()
        en = st.text_input(t("lexicon.name_en"), max_chars=40).strip()
        if st.form_submit_button(t("lexicon.add")) and zh and en and (id := lexicon_edit.slug(en)):
            _write(ctx, "themes.yaml", lambda text: lexicon_edit.add_theme(text, id, zh, en))


def _weight(ctx: Context) -> None:
    t = ctx.t
    with st.form("lexicon_weight", clear_on_submit=True):
        st.markdown(f"**{t('lexicon.form_weight')}**")
        lang = _language(ctx, "lexicon_weight_lang")
        term = normal(st.text_input(t("lexicon.term"), max_chars=60, key="lexicon_weight_term"))
        weight = st.slider(t("lexicon.weight"), -HEAVIEST, HEAVIEST, -2.0, 0.5, help=t("lexicon.weight_help"))
        names = {"": t("lexicon.no_emotion")} | {each: t(f"voices.emotion_{each}") for each in EMOTIONS}
        emotion = st.selectbox(t("voices.emotion"), list(names), format_func=names.__getitem__)
        if st.form_submit_button(t("lexicon.add")) and term:
            _write(ctx, f"{lang}.yaml", lambda text: lexicon_edit.weigh(text, term, weight, emotion or ""))


def _out(ctx: Context, now: Lexicon) -> None:
    t, topics = ctx.t, _topics(ctx, now)
    names: dict[tuple[str, str], str] = {("word", lang): t(f"lexicon.word_{lang}") for lang in LANGUAGES} | topics
    with st.form("lexicon_out", clear_on_submit=True):
        st.markdown(f"**{t('lexicon.form_out')}**")
        chosen = st.selectbox(t("lexicon.out_of"), list(names), format_func=names.__getitem__)
        term = normal(st.text_input(t("lexicon.term"), max_chars=60, key="lexicon_out_term"))
        if st.form_submit_button(t("lexicon.take_out")) and term and chosen:
            key, id = chosen
            if key == "word":
                _write(ctx, f"{id}.yaml", lambda text: lexicon_edit.drop_word(text, term))
            else:
                _write(ctx, f"{key}.yaml", lambda text: lexicon_edit.drop_term(text, key, id, term))


def _language(ctx: Context, key: str) -> str:
    t = ctx.t
    return str(st.radio(t("voices.col_language"), LANGUAGES, format_func=lambda one: t(f"voices.language_{one}"),
                        horizontal=True, key=key))  # fmt: skip


def _write(ctx: Context, file: str, change) -> None:  # type: ignore[no-untyped-def]
    try:
        overview.draft(ctx, file, change(overview.text(ctx, file)))
    except Refused as refused:
        page.problems(ctx, refused)
        return
    st.rerun()


def whole(ctx: Context) -> None:
    """One of the bank's own files as YAML; what was typed stays when it is refused."""
    t = ctx.t
    names = {file: t(f"lexicon.file_{file.split('.')[0]}") for file in FILES}
    file = st.selectbox(t("lexicon.file"), FILES, format_func=names.__getitem__, key="lexicon_file")
    now = overview.text(ctx, file)
    text = st.text_area(
        file, now, height=420, key=f"lexicon_yaml_{file}_{hash(now)}", placeholder=t(f"lexicon.example_{_kind(file)}"),
        help=t("lexicon.yaml_help"),
    )  # fmt: skip
    if st.button(t("lexicon.check"), key="lexicon_check", icon=":material/fact_check:"):
        overview.draft(ctx, file, text)
        st.rerun()


def _kind(file: str) -> str:
    return file.removesuffix(".yaml") if file in ("themes.yaml", "risks.yaml") else "words"
