"""What personas and their answers are called: the bank's own names, and the labels of questions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from components import cards, opened, page, session
from components.page import Context
from cx.insight import personas_settings
from cx.insight.personas import Persona, Portrait, Trait
from cx.insight.personas_settings import Named
from cx.publish import entries
from cx.survey.schema import Question
from cx.words import Refused

_SAVED, _FORM = "persona_saved", "personas"


class Labels:
    """Labels of one survey's answers: the touchpoint's name where there is one, else the question's own words."""

    def __init__(self, ctx: Context, survey: str) -> None:
        found = ctx.bench.shelf.get(survey)
        self._ctx = ctx
        self._questions: dict[str, Question] = {q.id: q for q in found.questions} if found else {}

    def of(self, trait: Trait) -> str:
        """What a trait is about, in words."""
        t, model = self._ctx.t, self._ctx.model
        if trait.dimension is not None:
            return model.label(*trait.dimension, t)
        assert trait.asked is not None
        if trait.asked.kind == "rated" and trait.asked.touchpoint:
            return model.label("touchpoint", trait.asked.touchpoint, t)
        question = self._questions.get(trait.asked.question)
        if question is None:
            return trait.asked.key
        if trait.asked.kind == "choice":
            choice = next((c for c in question.choices if c.id == trait.asked.choice), None)
            return t("personas.uses", choice=t.pick(choice.label) if choice else trait.asked.choice)
        return t.pick(question.label)


def folders(ctx: Context) -> tuple[Path, ...]:
    """Where the bank's own files lie, then the shipped ones."""
    return (ctx.bench.place.data / "model", ctx.bench.place.model)


def names(ctx: Context, found: Portrait) -> list[str]:
    """The name of each group: the bank's own, else a letter."""
    given = _given(ctx)
    return [_name(ctx, found, persona, given) for persona in found.personas]


def _given(ctx: Context) -> tuple[Named, ...]:
    try:
        return personas_settings.names(folders(ctx))
    except Refused as refused:
        page.problems(ctx, refused)
        return ()


def _name(ctx: Context, found: Portrait, persona: Persona, given: tuple[Named, ...]) -> str:
    known = personas_settings.named(given, found.survey, persona.profile)
    return known.name if known else ctx.t("personas.unnamed", letter="ABCDEFG"[persona.place])


def editor(ctx: Context, found: Portrait) -> None:
    """Where the groups are named, for those who may change things and see the whole bank."""
    t = ctx.t
    if session.take(_SAVED, False):
        st.success(t("personas.saved"), icon=":material/check:")
    if not ctx.may("act_edit") or ctx.rights.branches is not None:
        return
    given = _given(ctx)
    sound = [persona for persona in found.personas if persona.standing == "stable"]
    known = [personas_settings.named(given, found.survey, persona.profile) for persona in sound]
    now = tuple(one.name if one else "" for one in known)
    with st.expander(t("personas.rename"), icon=":material/edit:"):
        begun, stamp = opened.begun(_FORM, f"{found.survey} {len(sound)}", now, entries.stamp(now))
        for old, one in zip(begun, known, strict=True):
            if one is not None and one.name != old:
                opened.moved(ctx, _FORM, one.by, one.day, old or one.name)
                break
        with st.form("personas_names", border=False):
            letters = [t("personas.unnamed", letter="ABCDEFG"[persona.place]) for persona in sound]
            typed = [
                st.text_input(letter, old or letter, max_chars=60, key=opened.key(f"named_{letter}", stamp))
                for letter, old in zip(letters, begun, strict=True)
            ]
            cards.note(t("personas.rename_how"))
            if st.form_submit_button(t("personas.save"), type="primary"):
                rows = zip(sound, typed, begun, letters, strict=True)
                _save(ctx, found, [(p.profile, name, old) for p, name, old, letter in rows if name != (old or letter)])


def _save(ctx: Context, found: Portrait, given: list[tuple[Mapping[str, float], str, str]]) -> None:
    try:
        if given:
            entries.save_names(opened.desk(ctx), found.survey, given)
    except Refused as refused:
        page.problems(ctx, refused)
        return
    opened.forget(_FORM)
    session.put(_SAVED, True)
    st.rerun()
