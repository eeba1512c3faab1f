"""One walk-through in full: when and how, its score, every answer in the order asked, its photos."""

from __future__ import annotations

import streamlit as st

from components import answered, cards, moments
from components.markdown import plain
from components.page import Context
from components.walks import photos
from cx.insight import walks
from cx.insight.walks import Detail
from cx.survey.schema import Survey
from cx.survey.types import TYPES


def show(ctx: Context, id: str) -> None:
    """The walk of that id, or that there is none to see."""
    t = ctx.t
    st.button(t("walks.detail_close"), icon=":material/arrow_back:", on_click=_close, key="walk_close")
    found = ctx.ask(walks.one, ctx.rights, id)
    if found is None:
        st.info(t("walks.detail_gone"), icon=":material/info:")
        return
    walk = found.walk
    with st.container(border=True, key="walk_detail"):
        place = ctx.model.label("branch", walk.branch, t)
        st.header(t("walks.detail", branch=place, day=t.date(walk.day)), anchor=False)
        survey = ctx.bench.shelf.version(walk.survey_id, walk.version)
        _facts(ctx, found, survey)
        if survey is not None:
            _answers(ctx, found, survey)
        else:
            cards.words_table(
                [_row(ctx, id, answered.plain(ctx, rows)) for id, rows in found.said.items()], t("walks.answered")
            )
        photos.row(ctx, found.photos, "detail")
        if not ctx.rights.comments:
            st.caption(t("walks.detail_hidden"))


def _close() -> None:
    st.query_params.pop("walk", None)


def _facts(ctx: Context, found: Detail, survey: Survey | None) -> None:
    t, walk = ctx.t, found.walk
    moment = moments.told(ctx, walk.submitted_at)
    facts = [
        t("walks.detail_facts", moment=moment, mode=ctx.model.label("mode", walk.mode, t),
          survey=t.pick(survey.title) if survey else walk.survey_id, version=walk.version)
    ]  # fmt: skip
    if walk.seconds is not None:
        facts.append(t("walks.detail_minutes", minutes=t.number(max(1, round(walk.seconds / 60)))))
    st.caption(" · ".join(facts))
    if walk.score is not None:
        earned = t.number(walk.points / 400, 1)
        st.markdown(t("walks.detail_score", score=t.percent(walk.score), n=t.number(walk.n), points=earned))
    if walk.flagged:
        st.warning(t("walks.detail_flagged"), icon=":material/flag:")
    st.caption(t("walks.detail_who"))


def _answers(ctx: Context, found: Detail, survey: Survey) -> None:
    """Page by page; what this role may not see and notes are left out."""
    for number, page in enumerate(survey.pages):
        asked = [
            question for question, there in walks.lines(survey)
            if there == number and TYPES[question.type].answerable and question.type != "computed"
            and (ctx.rights.comments or question.type not in ("text", "photo"))
        ]  # fmt: skip
        if not asked:
            continue
        if page.title:
            st.markdown(f"**{plain(ctx.t.pick(page.title))}**")
        told = [(q, answered.words(ctx, q, found.said) or ctx.t("walks.unanswered")) for q in asked]
        rows = [_row(ctx, ctx.t.pick(q.label), words) for q, words in told]
        cards.words_table(rows, ctx.t.pick(page.title) if page.title else ctx.t("walks.answered"))


def _row(ctx: Context, asked: str, said: str) -> dict[str, str]:
    return {ctx.t("walks.asked"): asked, ctx.t("walks.answered"): said}
