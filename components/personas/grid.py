"""Generations side by side, and experience × value."""

from __future__ import annotations

from typing import cast

import streamlit as st

from components import cards, filters, page, why
from components.page import Context
from components.personas import names as personas_names
from cx.insight import personas_grid, personas_settings
from cx.insight.personas_grid import Grid, Square
from cx.insight.personas_settings import Settings
from cx.measure.scope import Scope
from cx.output.charts import personas as charts
from cx.store.profiles_levels import Felt
from cx.words import Refused

_FELT = ("satisfaction", "nps")


def settings(ctx: Context) -> Settings | None:
    """What the bank says of generations and value; None where its file cannot be read, which is told."""
    try:
        return personas_settings.settings(personas_names.folders(ctx))
    except Refused as refused:
        page.problems(ctx, refused)
        return None


def generations(ctx: Context, scope: Scope, found: Settings, year: int) -> None:
    """NPS by generation, tested."""
    t = ctx.t
    cards.heading(t("personas.generations_title"))
    told = ctx.ask(personas_grid.generations, scope, found, year)
    shown = [row for row in told.rows if row.estimate.value is not None]
    if told.source is None or len(shown) < 2:
        cards.said(t("personas.generations_none"))
        return
    apart = [row for row in shown if row.verdict in ("higher", "lower")]
    comma = "、" if t.lang == "zh" else ", "
    if apart:
        names = comma.join(t(f"personas.generation_{row.verdict}", name=t.pick(row.band.name)) for row in apart)
        cards.said(t("personas.generations_said", names=names))
    else:
        cards.said(t("personas.generations_same"))
    cards.chart(charts.generations(shown, t), "generations")
    kind = "segment" if told.source.kind == "dimension" else "question"
    cards.note(t(f"personas.generations_by_{kind}", name=_asked(ctx, told.source.name)))


def _asked(ctx: Context, id: str) -> str:
    """What a question asks, in words; its id where no survey here has it."""
    questions = (each for survey in ctx.bench.shelf.all() for each in survey.questions)
    return ctx.t.pick(next((each.label for each in questions if each.id == id), id))


def grid(ctx: Context, scope: Scope, found: Settings) -> None:
    """How many feel how and are worth what; what to do in each cell."""
    t = ctx.t
    cards.heading(t("personas.grid_title"))
    worths = ctx.ask(personas_grid.worths, scope, found)
    if not worths:
        cards.said(t("personas.grid_none"))
        return
    by = {worth.by: worth for worth in worths}
    with st.container(horizontal=True):
        felt = filters.select("felt", _FELT, lambda f: t(f"personas.felt_{f}"), t("personas.experience"), True, 200)
        worth = filters.select("worth", tuple(by), lambda w: t.pick(by[w].name), t("personas.worth"), True, 200)
    told = ctx.ask(personas_grid.grid, scope, by[worth], cast(Felt, felt))
    if not told.n:
        cards.said(t("personas.grid_empty"))
        return
    ends = {level.id: place for place, level in enumerate(by[worth].levels)}
    last = max(ends.values())

    def todo(square: Square) -> str:
        if square.share == 0:
            return ""
        rank = "high" if ends[square.worth.id] == last else "low" if ends[square.worth.id] == 0 else "middle"
        return t(f"personas.todo_{square.felt}_{rank}")

    risk = next((s for s in told.squares if s.felt == "low" and ends[s.worth.id] == last), None)
    if risk is not None and risk.share:
        cards.said(t("personas.grid_said", share=t.percent(risk.share, 1), n=t.number(risk.estimate.n),
                     worth=t.pick(risk.worth.name)))  # fmt: skip
    cards.chart(charts.grid(told, t, lambda f: t(f"personas.felt_{felt}_{f}"), todo), "grid")
    cards.note(t("personas.grid_how", n=t.number(told.n), without=t.number(told.without)))
    _opened(ctx, told, felt)


def _opened(ctx: Context, told: Grid, felt: str) -> None:
    """Why the NPS of one cell."""
    t = ctx.t
    by = {f"{s.felt}~{s.worth.id}": s for s in told.squares if s.estimate.value is not None}
    if not by:
        return

    def named(key: str) -> str:
        return t("personas.cell_name", felt=t(f"personas.felt_{felt}_{by[key].felt}"), worth=t.pick(by[key].worth.name))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        cell = filters.select("cell", tuple(by), named, t("personas.why_cell"), titled=True, width=280)
        within = t("personas.why_square", cell=named(cell), n=t.number(by[cell].estimate.n))
        why.popover(ctx, "personas_grid", told.measured, by[cell].estimate, within=within)
