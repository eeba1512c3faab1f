"""What the check of questions against indicators found, in words."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from components import page
from components.markdown import plain
from components.page import Context
from cx.bank.model import Model
from cx.insight.coverage import Finding
from cx.survey.schema import Survey
from cx.words import Translator

CODES = ("unknown_link", "no_measure", "no_link", "no_question", "no_indicator", "no_place")


def show(ctx: Context, findings: Iterable[Finding], surveys: dict[str, Survey]) -> None:
    """Findings by kind, each kind to be opened; links to the surveys at fault."""
    t = ctx.t
    st.header(t("coverage.lint_title"), anchor=False)
    found = list(findings)
    if not found:
        st.markdown(t("coverage.lint_sound"))
    for code in CODES:
        some = [finding for finding in found if finding.code == code]
        if not some:
            continue
        icon = ":material/error:" if some[0].error else ":material/rule:"
        with st.expander(f"{t(f'coverage.lint_{code}')} · {len(some)}", icon=icon, expanded=some[0].error):
            st.markdown("\n".join(f"- {plain(told(each, ctx.model, surveys, t))}" for each in some))
            if ctx.may("surveys_edit"):
                with st.container(horizontal=True):
                    for id in dict.fromkeys(each.survey for each in some if each.survey in surveys):
                        label = t("coverage.lint_open", survey=t.pick(surveys[id].title))
                        page.link(ctx, "builder", label, {"survey": id})
    st.caption(t("coverage.lint_how"))


def told(finding: Finding, model: Model, surveys: dict[str, Survey], t: Translator) -> str:
    """One finding in words."""
    comma = "、" if t.lang == "zh" else ", "
    names = comma.join(model.label("indicator", name, t) for name in finding.names)
    place = " › ".join(
        model.label(dimension, value, t)
        for dimension, value in zip(("journey", "stage", "touchpoint"), finding.place or (), strict=False)
        if value
    )
    if finding.survey:
        survey = surveys.get(finding.survey)
        title = t.pick(survey.title) if survey else finding.survey
        return t("coverage.lint_item_question", survey=title, question=finding.question, names=names)
    if finding.names and place:
        return t("coverage.lint_item_indicator", names=names, place=place)
    return (
        t("coverage.lint_item_unplaced", names=names) if finding.names else t("coverage.lint_item_place", place=place)
    )
