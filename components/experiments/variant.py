"""Another version of a survey from within the form: one text or the place of one question changed, handed over for
approval. The builder is one click away for more than that."""

from __future__ import annotations

import streamlit as st

from components import page, session
from components.experiments.field import Form
from components.markdown import plain
from components.page import Context
from cx.act.experiments import variants
from cx.act.experiments.variants import PLACES, Place, Spot
from cx.survey.schema import Survey
from cx.words import Problem, Refused

_WRONG = "experiment_variant_wrong"
_LONG = 60


def show(form: Form, base: str | None, letters: str) -> None:
    """The part below the arms; nothing for who may not write surveys, or before a survey is chosen."""
    ctx, survey = form.ctx, form.ctx.bench.shelf.get(base or "")
    if survey is None or not ctx.may("surveys_edit"):
        return
    t = ctx.t
    with st.expander(t("experiments.variant"), icon=":material/edit_note:", expanded=form.old is None):
        st.caption(t("experiments.variant_note"))
        left, right = st.columns([1, 3], gap="medium")
        with left:
            letter = form.field("variant_arm", st.selectbox, t("experiments.variant_arm"), options=list(letters))
        with right:
            spot = form.field(
                "variant_spot", st.selectbox, t("experiments.variant_spot"), options=variants.spots(survey),
                key=f"variant_spot_{survey.id}", format_func=lambda spot: spoken(ctx, survey, spot),
            )  # fmt: skip
        said = _said(form, survey, spot)
        st.button(t("experiments.variant_make", letter=letter), icon=":material/how_to_reg:", key="experiment_variant",
                  on_click=_make, args=(form, survey, letter, spot, said))  # fmt: skip
        wrong: tuple[Problem, ...] = session.take(_WRONG, ())
        page.problems(ctx, wrong)
        page.link(ctx, "builder", t("experiments.variant_builder"), {"survey": survey.id})


def spoken(ctx: Context, survey: Survey, spot: Spot) -> str:
    """``Question 2, its words: How likely are you …``."""
    t = ctx.t
    if spot.question is None:
        return t(f"experiments.spot_{spot.part}")
    at = _number(survey, spot)
    label = t.pick(survey.questions[at - 1].label)
    label = label if len(label) <= _LONG else f"{label[:_LONG]}…"
    return t(f"experiments.spot_{spot.part}", n=at, label=label)


def _named(ctx: Context, survey: Survey, spot: Spot) -> str:
    return ctx.t(f"experiments.named_{spot.part}", **({"n": _number(survey, spot)} if spot.question else {}))


def _number(survey: Survey, spot: Spot) -> int:
    return next(at for at, question in enumerate(survey.questions, 1) if question.id == spot.question)


def _said(form: Form, survey: Survey, spot: Spot) -> dict[str, str] | Place:
    t, key = form.ctx.t, f"{survey.id}_{spot.part}_{spot.question}"
    if spot.part == "order":
        place: Place = form.field(
            "variant_place", st.selectbox, t("experiments.variant_place"), options=PLACES, key=f"variant_place_{key}",
            format_func=lambda place: t(f"experiments.place_{place}"),
        )  # fmt: skip
        return place
    found = {}
    for lang, was in variants.texts(survey, spot).items():
        found[lang] = str(form.field(
            "variant_text", st.text_area, t(f"surveys.lang_{lang}"), key=f"variant_{lang}_{key}", value=was, height=80,
        ))  # fmt: skip
    return found


def _make(form: Form, survey: Survey, letter: str, spot: Spot, said: dict[str, str] | Place) -> None:
    ctx = form.ctx
    key = f"variant_{{}}_{survey.id}_{spot.part}_{spot.question}"  # a click may come before the texts were taken over
    if not isinstance(said, str):
        said = {lang: str(session.get(f"ex_{form.key}_{key.format(lang)}", was)) for lang, was in said.items()}
    try:
        draft = variants.save(ctx.bench.database, ctx.bench.shelf, survey.id, spot, said, ctx.user)
    except Refused as refused:
        session.put(_WRONG, refused.problems)
        return
    session.put(f"ex_{form.key}_survey_{letter}_{survey.id}", draft.survey_id)
    if not session.get(f"ex_{form.key}_arm_{letter}", ""):
        session.put(f"ex_{form.key}_arm_{letter}", _named(ctx, survey, spot))
    session.put("experiment_told", plain(ctx.t("experiments.variant_made", letter=letter, survey=draft.survey_id)))


def waits(ctx: Context, survey_ids: tuple[str, ...]) -> bool:
    """Which versions are not in service yet, each with the way to whoever acts next; whether there are any."""
    t, found = ctx.t, ctx.ask(variants.waiting)
    late = [id for id in survey_ids if ctx.bench.shelf.get(id) is None]
    for id in late:
        state = t(f"experiments.waits_{found[id][1]}") if id in found else t("experiments.waits_gone")
        st.warning(plain(t("experiments.waits", survey=id, state=state)), icon=":material/hourglass_top:")
        page.link(ctx, "surveys", t("experiments.waits_open", survey=id), {"survey": id})
    return bool(late)
