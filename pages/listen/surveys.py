"""Surveys: what is in service, what is wrong in their files, and how each looks on a phone."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import page, survey_link
from cx.measure.scope import Scope
from cx.output import effort
from cx.store import query
from cx.survey.schema import Survey

PHONE = 390

ctx = page.begin(__file__)
t, bench = ctx.t, ctx.bench
surveys = {survey.id: survey for survey in bench.shelf.all()}


def state(survey: Survey) -> str:
    """Whether answers are taken today."""
    today = dt.date.today()
    if survey.opens is not None and today < survey.opens:
        return t("surveys.state_early", date=t.date(survey.opens))
    if survey.closes is not None and today > survey.closes:
        return t("surveys.state_closed", date=t.date(survey.closes))
    return t("surveys.state_open")


def responses() -> dict[str, str]:
    """Responses so far by survey, through the door; few are not told apart from none where the base is too small."""
    measured = ctx.ask(query.measure, "responses", Scope(ctx.rights), ("survey_id",))
    shown = {}
    for cell in measured.cells:
        hidden = cell.estimate.state == "hidden"
        shown[cell.key[0]] = t("surveys.hidden") if hidden else t.number(cell.estimate.value)
    return shown


def table() -> None:
    """One line a survey."""
    counted = responses()
    rows = [
        {
            t("surveys.title"): t.pick(survey.title),
            t("surveys.id"): survey.id,
            t("surveys.kind"): t(f"surveys.kind_{survey.nps_kind or 'none'}"),
            t("surveys.version"): survey.version,
            t("surveys.languages"): " · ".join(t(f"surveys.lang_{lang}") for lang in survey.languages),
            t("surveys.questions"): sum(question.type != "note" for question in survey.questions),
            t("surveys.pages"): len(survey.pages),
            t("surveys.time"): effort.time(survey, t),
            t("surveys.responses"): counted.get(survey.id, "0"),
            t("surveys.state"): state(survey),
        }
        for survey in surveys.values()
    ]
    st.dataframe(rows, hide_index=True, width="stretch")


def files() -> None:
    """What is wrong in survey files, each with line, cause and cure."""
    found = [problem for each in bench.shelf.problems().values() for problem in each]
    if not found:
        st.caption(f":material/check: {t('surveys.problems_fine')}")
        return
    with st.container(border=True):
        st.markdown(f"**{t('surveys.problems_title', n=len(found))}**")
        page.problems(ctx, tuple(found))


def journal() -> None:
    """What could not be stored, where there is any."""
    if bench.journal.trouble:
        st.warning(t("surveys.landing", detail=bench.journal.trouble), icon=":material/warning:")
    aside = bench.journal.rejected()
    if aside:
        st.error(t("surveys.rejected_title", n=len(aside)), icon=":material/error:")
        st.caption(t("surveys.rejected_lead", folder=aside[0].parent))


def preview() -> None:
    """The customer's page at phone width; it stores nothing."""
    st.subheader(t("surveys.preview"), anchor=False)
    choice, phone = st.columns([2, 3], gap="large")
    with choice:
        id = st.selectbox(
            t("surveys.title"), list(surveys), format_func=lambda id: t.pick(surveys[id].title), key="survey",
            bind="query-params",
        )  # fmt: skip
        survey = surveys[id]
        mine = t.lang if t.lang in survey.languages else survey.languages[0]
        lang = st.segmented_control(
            t("surveys.preview_language"), survey.languages, default=mine,
            format_func=lambda lang: t(f"surveys.lang_{lang}"),
        )  # fmt: skip
        st.caption(t("surveys.preview_lead"))
        if survey.purpose:
            st.caption(t("surveys.purpose", purpose=t.pick(survey.purpose)))
        st.markdown(f"**{t('surveys.link')}**")
        st.code(survey_link.link(id), language=None, wrap_lines=True)
    with phone:
        source = survey_link.path(id, mode="preview", lang=lang or survey.languages[0])
        st.iframe(source, width=PHONE, height=760, alt=t("surveys.preview"))


journal()
files()
if not surveys:
    page.empty(ctx, "quick_survey.none")
st.markdown(t("surveys.lead", n=len(surveys)))
table()
preview()
