"""What a result leads to: the version that won becomes the survey, a way of serving that won becomes a quick win."""

from __future__ import annotations

import streamlit as st

from components import page, session
from components.page import Context
from cx.act.experiments import keeping, telling, variants
from cx.act.experiments.keeping import Experiment
from cx.words import Refused


def show(ctx: Context, one: Experiment) -> None:
    """A button or link for every arm that was better; nothing where none was."""
    for arm in telling.better(one.found):
        if one.definition.on_survey:
            _adopt(ctx, one, arm)
        else:
            _win(ctx, one, arm)


def _adopt(ctx: Context, one: Experiment, arm: int) -> None:
    t, base, winner = ctx.t, one.definition.surveys[0], one.definition.surveys[arm]
    if not ctx.may("surveys_edit"):
        return
    waiting = ctx.ask(variants.waiting)
    if base in waiting:
        state = t(f"experiments.waits_{waiting[base][1]}")
        page.link(ctx, "surveys", t("experiments.adopting", survey=base, state=state), {"survey": base})
    elif variants.same(ctx.bench.shelf, base, winner):
        st.caption(f":material/check: {t('experiments.adopted', arm=telling.letter(arm), survey=base)}")
    elif st.button(t("experiments.adopt", arm=telling.letter(arm), survey=base), type="primary",
                   icon=":material/publish:", key=f"experiment_adopt_{arm}"):  # fmt: skip
        said = t("experiments.adopt_noted", arm=telling.letter(arm), survey=base)
        try:
            variants.adopt(ctx.bench.database, ctx.bench.shelf, base, winner, ctx.user)
            keeping.note(ctx.bench.database, one.id, ctx.user.name, said, rights=ctx.rights)
        except Refused as refused:
            page.problems(ctx, refused)
            return
        session.put("experiment_told", said)
        st.rerun()


def _win(ctx: Context, one: Experiment, arm: int) -> None:
    t, definition = ctx.t, one.definition
    about = {"new": "1", "title": t.pick(definition.arms[arm].name), "hypothesis": t.pick(definition.hypothesis)}
    page.link(ctx, "quick_wins", t("experiments.make_win", arm=telling.letter(arm)), about)
