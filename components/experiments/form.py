"""The form of an experiment: what is tried, what is looked at, how long it takes; problems stand by their fields."""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import Any

import streamlit as st

from components import page, session
from components.experiments import arms as arms_form
from components.experiments import board, plan
from components.experiments.field import Form
from components.experiments.settings import BY_PLACE, KINDS, Kind, find, metrics, nps_kind, questions, surveys
from components.markdown import plain
from components.page import Context
from cx.act.experiments import checks, keeping
from cx.act.experiments.definition import BY_QUESTION, Arm, Definition
from cx.act.experiments.keeping import Experiment
from cx.words import Refused

_TRIED = "experiment_tried"


def show(ctx: Context, one: Experiment | None, today: dt.date) -> None:
    """Draw, check, save."""
    t = ctx.t
    form = Form(ctx, one.definition if one else None, one.id if one else "new", {})
    st.header(t("experiments.form_edit" if one else "experiments.form_title"), anchor=False)
    follows = form.was("follows", st.query_params.get("follows"))
    earlier = ctx.ask(keeping.get, follows, ctx.rights) if follows else None
    if earlier is not None:
        st.caption(plain(t("experiments.follows", title=t.pick(earlier.definition.title))))
    definition = _definition(form, today, earlier.id if earlier else None)
    saving = st.button(t("experiments.save"), type="primary", icon=":material/save:", key="experiment_save")
    if saving:
        session.put(_TRIED, form.key)
    wrong = checks.problems(definition, ctx.model, find(ctx)) if session.get(_TRIED, "") == form.key else ()
    for problem in wrong:
        slot = form.slots.get(problem.where, form.slots["metric"])
        slot.markdown(f":red[:material/error: {plain(problem.plainly(t))}]")
    if saving and not wrong:
        _save(ctx, one, definition)


def _definition(form: Form, today: dt.date, follows: str | None) -> Definition:
    t = form.ctx.t
    with st.container(border=True):
        kind: Kind = form.field(
            "kind",
            st.selectbox,
            t("experiments.kind"),
            options=KINDS,
            index=KINDS.index(_kind(form.old)),
            format_func=lambda kind: t(f"experiments.kind_{kind}"),
        )
        _steps(form, kind)
        title = form.text(
            "title",
            form.was("title", ""),
            st.text_input,
            t("experiments.title"),
            max_chars=80,
            placeholder=t("experiments.title_hint"),
        )
        hypothesis = form.text(
            "hypothesis",
            form.was("hypothesis", ""),
            st.text_area,
            t("experiments.hypothesis"),
            max_chars=1000,
            height=90,
            placeholder=t("experiments.hypothesis_hint"),
        )
        arms = arms_form.show(form, kind)
    with st.container(border=True):
        measured = _measured(form, kind, arms)
        found = plan.show(form, kind, arms, measured, today)
    return Definition(title=title, hypothesis=hypothesis, arms=arms, follows=follows, **measured, **found)


def _steps(form: Form, kind: Kind) -> None:
    """How it goes, step by step: who does what."""
    t = form.ctx.t
    steps = "".join(f"<li>{escape(t(f'experiments.how_{kind}_{at}'))}</li>" for at in (1, 2, 3))
    st.html(f'<p class="cx-note">{escape(t(f"experiments.when_{kind}"))}</p><ol class="cx-note">{steps}</ol>')


def _kind(old: Definition | None) -> Kind:
    if old is None:
        return "survey"
    if old.on_survey:
        return "survey"
    return "customers" if old.unit == "respondent" else old.unit


def _measured(form: Form, kind: Kind, arms: tuple[Arm, ...]) -> dict[str, Any]:
    t, ctx = form.ctx.t, form.ctx
    left, right = st.columns(2, gap="large")
    survey, question, better = arms[0].survey, None, "higher"
    with left:
        if kind in BY_PLACE:
            survey = _survey(form)
        offered, was = metrics(ctx, kind, survey), form.was("metric", "")
        metric = form.field(
            "metric", st.selectbox, t("experiments.metric"), options=offered, key=f"metric_{kind}_{survey}",
            index=offered.index(was) if was in offered else 0,
            format_func=lambda metric: t(f"experiments.metric_{metric}"),
        )  # fmt: skip
    with right:
        if metric in BY_QUESTION:
            asked, was = questions(ctx, survey, metric), form.was("question", "")
            question = form.field(
                "question", st.selectbox, t("experiments.question"), options=list(asked),
                key=f"question_{metric}_{survey}", index=list(asked).index(was) if was in asked else 0,
                format_func=lambda id: asked[id],
            )  # fmt: skip
        elif kind == "customers":
            better = _better(form)
    devices = kind == "survey" and metric != "completion" and _devices(form)
    return {
        "unit": "respondent" if kind in ("survey", "customers") else kind, "metric": metric, "question": question,
        "better": better, "branches": _branches(form) if kind in BY_PLACE else (),
        "survey": survey if kind in BY_PLACE else None, "devices": devices,
        "nps_kind": nps_kind(ctx, survey) if metric == "nps" else None,
    }  # fmt: skip


def _survey(form: Form) -> str | None:
    known, was = surveys(form.ctx), form.was("survey", None)
    options = list(known)
    return form.field(  # type: ignore[no-any-return]
        "survey", st.selectbox, form.ctx.t("experiments.survey"), options=options,
        index=options.index(was) if was in options else 0, format_func=lambda id: known[id],
    )  # fmt: skip


def _branches(form: Form) -> tuple[str, ...]:
    t, model = form.ctx.t, form.ctx.model
    every = list(model.branches)
    chosen = form.field(
        "branches", st.multiselect, t("experiments.branches"), options=every, placeholder=t("experiments.choose"),
        default=[one for one in form.was("branches", every) if one in every],
        format_func=lambda one: model.label("branch", one, t),
    )  # fmt: skip
    return tuple(chosen)


def _devices(form: Form) -> bool:
    t = form.ctx.t
    return bool(form.field(
        "devices", st.checkbox, t("experiments.devices"), value=form.was("devices", False),
        help=t("experiments.devices_help"),
    ))  # fmt: skip


def _better(form: Form) -> str:
    t = form.ctx.t
    return form.field(  # type: ignore[no-any-return]
        "better",
        st.selectbox,
        t("experiments.better"),
        options=["higher", "lower"],
        index=int(form.was("better", "higher") == "lower"),
        format_func=lambda way: t(f"experiments.better_{way}"),
    )


def _save(ctx: Context, one: Experiment | None, definition: Definition) -> None:
    by: dict[str, Any] = {"rights": ctx.rights, "model": ctx.model, "find": find(ctx)}
    try:
        if one is None:
            key = keeping.draft(ctx.bench.database, ctx.user.name, definition, **by)
        else:
            key = one.id
            keeping.revise(ctx.bench.database, key, ctx.user.name, definition, **by)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    session.drop(_TRIED)
    session.put("experiment_told", ctx.t("experiments.saved"))
    board.go(experiment=key)
    st.rerun()
