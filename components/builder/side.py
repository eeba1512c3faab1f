"""Beside the editor: the real page, everything to look at again, and the same thing as YAML."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from components import page, session
from components.builder import desk, telling
from components.page import Context
from cx.survey.editing import change
from cx.words import LANGUAGES

_HERE = Path(__file__).parent
_VIEWS = ("preview", "checks", "yaml")
_VIEW = "builder_side"


@cache
def _phone() -> ComponentRenderer:
    return st.components.v2.component(
        "cx_phone",
        css=(_HERE / "phone.css").read_text(encoding="utf-8"),
        js=(_HERE / "phone.js").read_text(encoding="utf-8"),
    )


def show(ctx: Context, open_desk: desk.Desk) -> None:
    """Draw the chosen view."""
    t = ctx.t
    number = len(open_desk.findings) + len(open_desk.problems)
    names = {"preview": t("builder.preview"), "checks": t("builder.checks"), "yaml": t("builder.yaml")}
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        view = st.segmented_control(
            t("builder.side"), _VIEWS, default="preview", key=_VIEW, label_visibility="collapsed", required=True,
            format_func=lambda each: f"{names[each]} {number}" if each == "checks" and number else names[each],
        )  # fmt: skip
        if view == "preview":
            _languages(ctx, open_desk)
    with st.container():
        if open_desk.broken is not None and view != "yaml":
            st.warning(t("builder.yaml_broken"), icon=":material/warning:")
    {"preview": _preview, "checks": _checks, "yaml": _yaml}[view or "preview"](ctx, open_desk)


def _languages(ctx: Context, open_desk: desk.Desk) -> None:
    offered = [lang for lang in LANGUAGES if open_desk.survey is None or lang in open_desk.survey.languages]
    if len(offered) > 1:
        st.segmented_control(
            ctx.t("surveys.preview_language"), offered, default=ctx.t.lang, key="builder_lang", required=True,
            format_func=lambda lang: ctx.t(f"builder.lang_{lang}"), label_visibility="collapsed",
        )  # fmt: skip


def address(ctx: Context, open_desk: desk.Desk) -> str:
    """Where the real page of the draft is: at the selected question, its conditions met."""
    places = change.keys(open_desk.definition)
    about = {"lang": session.get("builder_lang", ctx.t.lang)}
    if open_desk.selected in places:
        about["p"] = str(places[open_desk.selected][0] + 1)
        if _hidden(open_desk):  # otherwise the page is the same for all of its questions, and stays as it is
            about["q"] = open_desk.selected
    elif (number := open_desk.place()) is not None:
        about["p"] = str(number + 1)
    return f"/preview/{open_desk.survey_id}/{open_desk.drawn}?{urlencode(about)}"


def _hidden(open_desk: desk.Desk) -> bool:
    """Whether the selected question may not show by itself, so that the preview has to answer others first."""
    pages = change.pages(open_desk.definition)
    page, _ = change.keys(open_desk.definition)[open_desk.selected]
    jumps = any(entry.get("skip") for each in pages for entry in change.questions(each))
    return bool(jumps or pages[page].get("show_if") or (open_desk.entry() or {}).get("show_if"))


def _preview(ctx: Context, open_desk: desk.Desk) -> None:
    t = ctx.t
    if open_desk.drawn is None:
        st.info(t("builder.preview_none"), icon=":material/info:")
        return
    with st.container():
        if open_desk.survey is None:
            st.caption(f":material/history: {t('builder.preview_old')}")
    source = address(ctx, open_desk)
    focus = open_desk.selected if not open_desk.selected.startswith("@") else ""
    shown = source.partition("p=")[2].partition("&")[0]  # the page: the preview keeps its place on it
    _phone()(
        data={"src": source, "focus": focus, "title": t("builder.preview"), "page": shown},
        key="builder_phone",
    )
    with st.container(horizontal=True, horizontal_alignment="center"):
        if st.button(t("builder.desktop"), icon=":material/desktop_windows:", type="tertiary", key="builder_desktop"):
            _desktop(ctx, source)
        st.link_button(t("builder.new_window"), source, icon=":material/open_in_new:", type="tertiary")


def _desktop(ctx: Context, source: str) -> None:
    @st.dialog(ctx.t("builder.desktop"), width="large")
    def dialog() -> None:
        st.iframe(source, height=640, alt=ctx.t("builder.preview"))

    dialog()


def _checks(ctx: Context, open_desk: desk.Desk) -> None:
    """Errors, then hints, each by the card that it is about."""
    t = ctx.t
    if not open_desk.problems and not open_desk.findings:
        st.success(t("builder.all_fine"), icon=":material/check:")
        return
    for key in (desk.SETTINGS, *change.keys(open_desk.definition)):
        wrong, hints = open_desk.about(key), open_desk.hints(key)
        if not wrong and not hints:
            continue
        entry = change.question(open_desk.definition, key) or {}
        name = t("builder.settings") if key == desk.SETTINGS else t.pick(entry.get("label")) or key
        st.button(name, key=f"builder_go_{key}", type="tertiary", on_click=_go, args=(key,))
        said = [("cx-b-wrong", problem.what(t), problem.cure(t)) for problem in wrong]
        said += [("", finding.why(t), finding.cure(t)) for finding in hints]
        lines = [f'<li class="{mark}">{escape(why)} <span>{escape(cure)}</span></li>' for mark, why, cure in said]
        st.html(f'<ul class="cx-b-hints">{"".join(lines)}</ul>')
    missing = telling.missing(open_desk.definition, open_desk.survey)
    if missing:
        st.caption(f":material/translate: {t('builder.untranslated', n=missing)}")


def _go(key: str) -> None:
    now = desk.current()
    if now is not None:
        now.selected = key


def _yaml(ctx: Context, open_desk: desk.Desk) -> None:
    t = ctx.t
    st.caption(t("builder.yaml_lead"))
    shown = open_desk.broken if open_desk.broken is not None else open_desk.text
    key = f"builder_yaml_{open_desk.stamp}_{open_desk.revision}_{open_desk.broken is not None}"
    with st.container(key="builder_yaml"):
        st.text_area(
            t("builder.yaml"), shown, key=key, height=560, label_visibility="collapsed",
            on_change=lambda: desk.retext(ctx, str(session.get(key, ""))),
        )  # fmt: skip
    if open_desk.broken is not None:
        page.problems(ctx, open_desk.broken_problems)
        st.button(
            t("builder.yaml_back"),
            key="builder_yaml_back",
            on_click=desk.unbreak,
            args=(ctx,),
            icon=":material/restore:",
        )
    st.caption(t("builder.yaml_comments"))
