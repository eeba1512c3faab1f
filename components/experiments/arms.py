"""The arms in the form: how many, what each is called and shows, how large each is."""

from __future__ import annotations

import streamlit as st

from components.experiments import variant
from components.experiments.field import Form
from components.experiments.settings import Kind, surveys, versions
from cx.act.experiments.definition import MOST_ARMS, MOST_WEIGHT, Arm
from cx.measure import sequential

LETTERS = "ABCD"


def show(form: Form, kind: Kind) -> tuple[Arm, ...]:
    """The arms, A first."""
    t, old = form.ctx.t, form.was("arms", (Arm(""), Arm("")))
    offered = tuple(range(2, MOST_ARMS + 1))
    count = form.field("count", st.selectbox, t("experiments.count"), options=offered, index=len(old) - 2,
                       format_func=lambda n: t(f"experiments.count_{n}"))  # fmt: skip
    if count > 2:
        each, whole = t.percent(sequential.ALPHA / (count - 1), 1), t.percent(sequential.ALPHA)
        st.caption(t("experiments.count_note", n=count - 1, each=each, whole=whole))
    found: list[Arm] = []
    for at, column in enumerate(st.columns(count, gap="medium")):
        with column:
            base = found[0].survey if found else None
            found.append(_arm(form, LETTERS[at], old[at] if at < len(old) else Arm(""), kind == "survey", base))
    form.slots["arms"] = st.empty()
    if kind == "survey":
        variant.show(form, found[0].survey, LETTERS[1:count])
    return tuple(found)


def _arm(form: Form, letter: str, was: Arm, on_survey: bool, base: str | None) -> Arm:
    t, survey = form.ctx.t, None
    name = form.text(
        f"arm_{letter}", was.name, st.text_input, t("experiments.arm_name", letter=letter), max_chars=60,
        placeholder=t("experiments.arm_a_hint" if letter == "A" else "experiments.arm_b_hint"),
    )  # fmt: skip
    if on_survey:
        survey = _survey(form, letter, was, base) or "?"
    weight = form.field(
        f"weight_{letter}", st.number_input, t("experiments.arm_weight"), min_value=1, max_value=MOST_WEIGHT,
        value=was.weight, step=1, help=t("experiments.arm_weight_help"),
    )  # fmt: skip
    return Arm(name, survey, int(weight))


def _survey(form: Form, letter: str, was: Arm, base: str | None) -> str | None:
    t = form.ctx.t
    if letter == "A":
        named = {id: f"{title} · {id}" for id, title in surveys(form.ctx).items()}
        wanted = was.survey or st.query_params.get("survey")
    else:
        named, wanted = versions(form.ctx, base), was.survey
    options = list(named)
    chosen: str | None = form.field(
        f"survey_{letter}", st.selectbox, t("experiments.arm_survey", letter=letter), options=options,
        key=f"survey_{letter}" if letter == "A" else f"survey_{letter}_{base}",
        index=options.index(wanted) if wanted in options else None, format_func=lambda id: named.get(id, id),
        placeholder=t("experiments.choose" if options or letter == "A" else "experiments.no_version"),
    )  # fmt: skip
    return chosen
