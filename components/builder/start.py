"""How a survey begins: a draft to go on with, a template, an empty page, another tool's file, or a copy."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import streamlit as st

from components import moments, page, session
from components.builder import catalogue, desk, keeping
from components.page import Context
from cx import convert
from cx.output import effort
from cx.publish import drafts, files
from cx.publish.drafts import Draft
from cx.store.sheet import safe_rows
from cx.survey.editing import document, library
from cx.survey.editing.library import Template
from cx.words import LANGUAGES, Refused, Translator
from cx.words.apart import apart

_WAYS = ("template", "scratch", "copy", "file")
_SCORES = ("nps", "csat", "ces")
_SHOWN = 6


def show(ctx: Context) -> None:
    """Draw the ways in."""
    t = ctx.t
    with ctx.bench.database.cursor() as con:
        found = drafts.all(con)
    if found:
        st.header(t("builder.go_on"), anchor=False)
        _drafts(ctx, found)
    st.header(t("builder.begin"), anchor=False)
    way = st.segmented_control(
        t("builder.begin"), _WAYS, default="template", key="builder_way", label_visibility="collapsed", required=True,
        format_func=lambda way: t(f"builder.way_{way}"),
    )  # fmt: skip
    {"template": _templates, "scratch": _scratch, "copy": _copy, "file": _file}[way or "template"](ctx)


def _drafts(ctx: Context, found: tuple[Draft, ...]) -> None:
    """The latest few at once, all others behind a line."""
    latest = sorted(found, key=lambda each: each.saved_at, reverse=True)
    _cards(ctx, latest[:_SHOWN])
    if len(latest) > _SHOWN:
        with st.expander(ctx.t("builder.older", n=len(latest) - _SHOWN)):
            _cards(ctx, latest[_SHOWN:])


def _cards(ctx: Context, found: list[Draft]) -> None:
    t = ctx.t
    columns = st.columns(3, gap="medium")
    for at, draft in enumerate(found):
        with columns[at % 3], st.container(border=True):
            title = escape(t.pick(_title(draft)) or draft.survey_id)
            author = ctx.bench.accounts.display(draft.author)
            saved = moments.told(ctx, draft.saved_at)
            facts = f"{t(f'builder.state_{draft.state}')} · {t('builder.by', name=author, time=saved)}"
            st.html(f'<div class="cx-b-name">{title}</div><div class="cx-muted">{escape(facts)}</div>')
            key = f"builder_open_{draft.survey_id}"
            st.button(t("builder.open"), key=key, on_click=go_on, args=(ctx, draft.survey_id), icon=":material/edit:")


def _title(draft: Draft) -> Any:
    try:
        return document.read(draft.text).get("title")
    except Refused:
        return None


def go_on(ctx: Context, survey_id: str) -> None:
    """Open a draft, or a survey in service."""
    _told(desk.open_draft, ctx, survey_id)


def begin(ctx: Context, survey_id: str, text: str) -> None:
    """Open a new draft."""
    _told(desk.begin, ctx, survey_id, text)


def _told(opening: Callable[..., object], *args: object) -> None:
    """What is refused is told at the next drawing."""
    try:
        opening(*args)
    except Refused as refused:
        session.put("builder_refused", refused)


def renamed(ctx: Context, text: str, wanted: str, title: Mapping[str, str] | None = None) -> tuple[str, str]:
    """A definition under a free id as a first version; returns id and text."""
    definition = document.read(text)
    id = keeping.free_id(ctx, wanted)
    fresh = {**definition, "id": id, "version": "1.0.0", **({"title": dict(title)} if title else {})}
    return id, document.write(fresh, text)


def _templates(ctx: Context) -> None:
    t = ctx.t
    found = library.templates(ctx.bench.place.surveys / "library")
    groups = [group for group in (*library.groups(), library.OWN) if any(each.group == group for each in found)]
    chosen = st.pills(
        t("builder.groups"), groups, key="builder_group", label_visibility="collapsed",
        format_func=lambda group: t.pick(library.groups().get(group)) or t("builder.group_own"),
    )  # fmt: skip
    columns = st.columns(3, gap="medium")
    shown = [each for each in found if chosen in (None, each.group)]
    for at, template in enumerate(shown):
        with columns[at % 3], st.container(border=True, key=f"builder_template_{template.id}"):
            _template(ctx, template)


def _template(ctx: Context, template: Template) -> None:
    t, survey = ctx.t, template.survey
    scores = [kind.upper() for kind in _SCORES if any(question.type == kind for question in survey.questions)]
    marks = "".join(f'<span class="cx-b-mark">{score}</span>' for score in scores)
    name, when = escape(t.pick(survey.title)), escape(t.pick(template.when))
    facts = f'{marks}<span class="cx-muted">{escape(effort.promise(survey, t).rstrip("。."))}</span>'
    st.html(
        f'<div class="cx-b-name">{name}</div><div class="cx-b-when">{when}</div><div class="cx-b-facts">{facts}</div>'
    )
    with st.container(horizontal=True, gap="small"):
        st.button(
            t("builder.use"), key=f"builder_use_{template.id}", type="primary", on_click=_use, args=(ctx, template)
        )
        with st.popover(t("builder.look"), type="tertiary"):
            lines = [f"{at}. {t.pick(question.label)}" for at, question in enumerate(survey.questions, 1)]
            st.markdown("\n".join(lines))


def _use(ctx: Context, template: Template) -> None:
    begin(ctx, *renamed(ctx, template.text, template.id))


def _scratch(ctx: Context) -> None:
    t = ctx.t
    with st.form("builder_scratch", border=True):
        left, right = st.columns(2)
        zh = left.text_input(t("builder.title_zh"), key="builder_title_zh", placeholder=t("builder.title_hint"))
        en = right.text_input(t("builder.title_en"), key="builder_title_en", placeholder=t("builder.optional"))
        wanted = left.text_input(t("builder.scratch_id"), key="builder_scratch_id", help=t("builder.scratch_id_help"),
                                 placeholder=t("builder.scratch_id_hint"))  # fmt: skip
        if st.form_submit_button(t("builder.create"), type="primary", key="builder_create"):
            title = {lang: text.strip() for lang, text in zip(LANGUAGES, (zh, en), strict=True) if text.strip()}
            if not title:
                st.warning(t("builder.title_needed"), icon=":material/edit:")
                return
            try:
                id = keeping.checked(ctx, wanted) if wanted.strip() else _suggested(ctx, title)
            except Refused as refused:
                page.problems(ctx, refused)
                return
            _create(ctx, id, title)
            st.rerun()


def _suggested(ctx: Context, title: dict[str, str]) -> str:
    """A free link name from the English title; from the day where there is none."""
    words = re.findall(r"[a-z][a-z0-9]*", title.get("en", "").lower())
    today = f"survey-{dt.datetime.now().astimezone():%Y-%m-%d}"
    return keeping.free_id(ctx, "-".join(words[:6])[:60].strip("-") or today)


def _create(ctx: Context, id: str, title: dict[str, str]) -> None:
    entry = catalogue.fresh("nps", ())
    bank = ctx.model.bank
    entry["label"] = {
        lang: Translator(lang)("builder.fresh_nps_of", bank=Translator(lang).pick(bank)) for lang in LANGUAGES
    }
    entry = catalogue.spoken(entry, {"title": title})
    definition = {"id": id, "version": "1.0.0", "title": title, "nps_kind": "transactional", "retention_days": 730,
                  "questions": [entry]}  # fmt: skip
    begin(ctx, id, document.write(definition))


def _copy(ctx: Context) -> None:
    t = ctx.t
    surveys = {survey.id: survey for survey in ctx.bench.shelf.all()}
    titles = apart({id: t.pick(survey.title) for id, survey in surveys.items()})
    if not surveys:
        page.empty(ctx, "builder.none_to_copy")
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    id = left.selectbox(t("builder.copy_from"), list(surveys), format_func=lambda id: titles[id],
                        key="builder_copy_from", placeholder=t("builder.cond_choose"))  # fmt: skip
    with right, st.container(horizontal=True):
        st.button(t("builder.revise"), key="builder_revise", type="primary", on_click=go_on, args=(ctx, id),
                  help=t("builder.revise_help"))  # fmt: skip
        st.button(t("builder.copy_new"), key="builder_copy_new", on_click=_copied, args=(ctx, id))


def _served(ctx: Context, id: str) -> str | None:
    """The definition of a survey in service."""
    survey = ctx.bench.shelf.get(id)
    return files.text_of(ctx.bench.shelf, survey) if survey else None


def _copied(ctx: Context, id: str) -> None:
    text = _served(ctx, id)
    if text is None:
        return
    title = document.read(text).get("title")
    copies = {
        lang: Translator(lang)("builder.copy_of", title=title[lang] if isinstance(title, dict) else title)
        for lang in (title if isinstance(title, dict) else (LANGUAGES[0],))
    }
    begin(ctx, *renamed(ctx, text, id, copies))


def _file(ctx: Context) -> None:
    t = ctx.t
    from components.uploads import reading  # reads tables: only where a file is taken

    reading.own_words(t)
    st.markdown(t("builder.file_lead"))
    uploaded = st.file_uploader(t("builder.file"), key="builder_file", label_visibility="collapsed")
    if uploaded is None:
        return
    data, asked = uploaded.getvalue(), False
    try:
        if uploaded.name.lower().endswith((".yaml", ".yml")):
            text, questions, losses = data.decode("utf-8-sig", "replace"), 0, ()
            document.read(text, uploaded.name)
        else:
            converted = convert.convert(data, uploaded.name)
            if asked := converted.nps_assumed:
                kind = _kind(t)
                converted = convert.convert(data, uploaded.name, nps_kind=kind) if kind else converted
                asked = not kind
            text, questions, losses = converted.text, converted.questions, converted.losses
            st.success(t("builder.carried", carried=converted.carried, questions=questions), icon=":material/check:")
    except Refused as refused:
        page.problems(ctx, refused)
        return
    if losses:
        st.dataframe(
            safe_rows({t("builder.loss_place"): loss.where(t), t("builder.loss_kind"): t(f"builder.loss_{loss.kind}"),
                       t("builder.loss_what"): loss.what(t)} for loss in losses),
            hide_index=True, width="stretch",
        )  # fmt: skip
    st.button(t("builder.take_file"), key="builder_take_file", type="primary", disabled=asked, on_click=_taken,
              args=(ctx, text), help=t("builder.nps_asked") if asked else None)  # fmt: skip


def _kind(t: Translator) -> str | None:
    """Which NPS the file asks for: nobody but the reader knows."""
    st.warning(t("builder.nps_asked"), icon=":material/help:")
    return st.segmented_control(
        t("builder.nps_kind"), convert.NPS_CHOICES, key="builder_file_nps",
        format_func=lambda kind: t(f"builder.nps_{kind}"),
    )  # fmt: skip


def _taken(ctx: Context, text: str) -> None:
    wanted = str(document.read(text).get("id") or "survey")
    begin(ctx, *renamed(ctx, text, wanted if keeping.ID.fullmatch(wanted) else "survey"))
