"""Surveys: what is in service, what is being written, and who has to act; one survey from draft to retirement."""

from __future__ import annotations

import streamlit as st

from components import page
from components.markdown import plain
from components.page import Context
from components.publishing import detail, listing
from cx.survey.schema import Survey
from cx.words import Problem


def files(ctx: Context) -> None:
    """What is wrong in survey files, with line, cause and cure; what is not translated yet, in one line a survey."""
    t, shelf = ctx.t, ctx.bench.shelf
    found = shelf.problems()
    grave = tuple(problem for each in found.values() for problem in each if problem.code != listing.UNTRANSLATED)
    if not found:
        st.caption(f":material/check: {t('surveys.problems_fine')}")
    if grave:
        with st.container(border=True):
            st.markdown(f"**{t('surveys.problems_title', n=len(grave))}**")
            page.problems(ctx, grave)
    for survey in shelf.all():
        file = shelf.file(survey.id)
        told = found.get(file.name, ()) if file else ()
        lacking = [problem for problem in told if problem.code == listing.UNTRANSLATED]
        if lacking:
            _untranslated(ctx, survey, lacking)


def _untranslated(ctx: Context, survey: Survey, lacking: list[Problem]) -> None:
    t = ctx.t
    spoken = dict.fromkeys(str(problem.values["lang"]) for problem in lacking)
    names = [listing.lang_name(lang, t) for lang in spoken]
    told = t("surveys.untranslated", title=t.pick(survey.title, survey.id), n=len(lacking), langs=" · ".join(names))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/translate: {plain(told)}")
        if ctx.may("surveys_edit"):
            page.link(ctx, "builder", t("surveys.translate"), {"survey": survey.id})


def journal(ctx: Context) -> None:
    """What could not be stored, where there is any."""
    t, bench = ctx.t, ctx.bench
    if bench.journal.trouble:
        st.warning(t("surveys.landing", detail=bench.journal.trouble), icon=":material/warning:")
    aside = bench.journal.rejected()
    if aside:
        st.error(t("surveys.rejected_title", n=len(aside)), icon=":material/error:")
        st.caption(t("surveys.rejected_lead", folder=aside[0].parent))


def main(ctx: Context) -> None:
    """The list, or the survey that the address names."""
    listing.style()
    found = listing.standings(ctx)
    wanted = st.query_params.get("survey")
    if wanted is not None and wanted in found:
        detail.show(ctx, found[wanted])
        return
    journal(ctx)
    files(ctx)
    if wanted is not None:
        st.info(ctx.t("publish.gone", id=wanted[:60]), icon=":material/info:")
    listing.waiting(ctx, found)
    if not found:
        page.empty(ctx, "publish.none", "builder")
    in_service = sum(each.service in ("open", "closing") for each in found.values())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(ctx.t("surveys.lead", n=in_service, m=sum(each.draft is not None for each in found.values())))
        if ctx.may("surveys_edit"):
            page.link(ctx, "builder", ctx.t("publish.write"))
    listing.overview(ctx, found)


main(page.begin(__file__))
