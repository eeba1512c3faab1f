"""The period as one PDF: choose scope, language and chapters, read what the first page will say, make it."""

from __future__ import annotations

import datetime as dt
from html import escape

import streamlit as st

from components import cards, filters, page, session
from components.filters import Chosen
from components.page import Context
from cx.output import report
from cx.output.report import CHAPTERS, Options
from cx.store import audit
from cx.words import LANGUAGES, Refused, Translator

_MADE = "report_made"


def main(ctx: Context) -> None:
    """The page, top to bottom."""
    cards.style()
    st.caption(ctx.t("report.title_hint"))
    chosen = filters.choose(ctx, more=())
    if chosen is None:
        page.empty(ctx, "report.empty", "quick_survey", "uploads")
    t, options = _choices(ctx, chosen)
    if not options.chapters:
        st.warning(ctx.t("report.chapters_none"), icon=":material/info:")
        return
    try:
        _preview(ctx, chosen, t, options)
        _make(ctx, chosen, t, options)
    except Refused as refused:
        page.problems(ctx, refused)


def _choices(ctx: Context, chosen: Chosen) -> tuple[Translator, Options]:
    left, right = st.columns([0.3, 0.7], gap="medium")
    with left:
        lang = st.segmented_control(
            ctx.t("report.language"), LANGUAGES, default=ctx.user.lang, key="report_lang", required=True,
            format_func=lambda lang: ctx.t(f"report.lang_{lang}"),
        )  # fmt: skip
    may = [name for name in CHAPTERS if name != "quick_wins" or ctx.may("act_view")]
    with right:
        chapters = st.pills(
            ctx.t("report.chapters"), may, default=may, selection_mode="multi", key="report_chapters",
            format_func=lambda name: ctx.t(f"report.chapter_{name}"),
        )  # fmt: skip
    now = dt.datetime.now().astimezone()
    return Translator(lang or ctx.user.lang), Options(
        chosen.today, now, ctx.user.display, tuple(name for name in may if name in chapters)
    )


def _preview(ctx: Context, chosen: Chosen, t: Translator, options: Options) -> None:
    with st.container(border=True):
        st.markdown(f"**{ctx.t('report.preview_text')}**")
        with ctx.bench.database.cursor() as con:
            said = report.answers(con, ctx.model, t, chosen.scope, options)
        st.html("".join(f'<div class="cx-say">{escape(words)}</div>' for words in said or (t("report.nothing"),)))


def _make(ctx: Context, chosen: Chosen, t: Translator, options: Options) -> None:
    asked = (chosen.scope, t.lang, options.chapters, ctx.bench.database.version)
    made_of, pdf = session.get(_MADE, (None, b""))
    if st.button(ctx.t("report.make"), type="primary", icon=":material/picture_as_pdf:", key="report_make"):
        pdf, made_of = _built(ctx, chosen, t, options), asked
        session.put(_MADE, (made_of, pdf))
    if not pdf:
        return
    if made_of != asked:
        st.caption(ctx.t("report.stale"))
        return
    st.success(ctx.t("report.ready", size=ctx.t.number(-(-len(pdf) // 1024))), icon=":material/check:")
    name = f"cx-{chosen.period.token.replace('..', '_')}-{t.lang}.pdf"
    st.download_button(
        ctx.t("report.download"), pdf, file_name=name, mime="application/pdf", icon=":material/download:",
        key="report_download", on_click="ignore",
    )  # fmt: skip


def _built(ctx: Context, chosen: Chosen, t: Translator, options: Options) -> bytes:
    bar = st.progress(0.0, ctx.t("report.making"))

    def tell(done: int, total: int) -> None:
        bar.progress(done / total, f"{ctx.t('report.making')} {ctx.t('report.step', done=done, total=total)}")

    with ctx.bench.database.cursor() as con:
        pdf = report.build(con, ctx.model, t, chosen.scope, options, tell)
    bar.empty()
    told = {"chapters": options.chapters, "lang": t.lang, "bytes": len(pdf)}
    audit.record(ctx.bench.database, ctx.user.name, "report_made", chosen.period.token, told)
    return pdf


main(page.begin(__file__))
