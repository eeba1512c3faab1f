"""The journey map to print or to keep: made when it is asked for, of what the page shows and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import streamlit as st

from components import filters
from components.filters import Chosen
from components.page import Context
from cx.insight.journey_map import Map
from cx.output.charts import journey_words
from cx.output.charts.journey_map import Board
from cx.store import audit

_KINDS = {
    "pdf": ("application/pdf", "picture_as_pdf"), "svg": ("image/svg+xml", "shape_line"), "png": ("image/png", "image")
}  # fmt: skip


def offer(ctx: Context, chosen: Chosen, found: Map, board: Board) -> None:
    """Buttons for PDF, SVG and PNG, to who may make reports."""
    if not ctx.may("report"):
        return
    t, journey = ctx.t, found.view.journey
    with st.popover(t("journey.export"), icon=":material/print:", type="tertiary", key="map_export"):
        for kind, (mime, icon) in _KINDS.items():
            st.download_button(
                t(f"journey.export_{kind}"), _maker(ctx, chosen, found, board, kind), mime=mime,
                file_name=f"cx-{journey}-{chosen.period.token.replace('..', '_')}-{t.lang}.{kind}", type="tertiary",
                icon=f":material/{icon}:", key=f"map_{kind}", on_click="ignore",
            )  # fmt: skip


def _maker(ctx: Context, chosen: Chosen, found: Map, board: Board, kind: str) -> Callable[[], bytes]:
    """What makes the file at the click, apart from the page, on a thread of its own."""
    title = ctx.t("journey.export_title", journey=ctx.model.label("journey", found.view.journey, ctx.t))
    about = ctx.t("journey.export_scope", period=filters.period_name(ctx, chosen.period), place=_place(ctx, chosen))
    answer = journey_words.answer(found.view, ctx.model, ctx.t).replace("**", "")
    minimum, name, today = chosen.scope.minimum_base, ctx.user.display, ctx.t.date(dt.date.today())
    foot = ctx.t("journey.export_by", name=name, day=today, minimum=minimum)

    def make() -> bytes:
        from cx.output.charts.journey_drawing import Head
        from cx.output.report import journey_map as files

        head = Head(title, about, answer, foot)
        if kind == "pdf":
            made = files.pdf(board, ctx.t, head, name)
        else:
            made = files.svg(board, ctx.t, head).encode() if kind == "svg" else files.png(board, ctx.t, head)
        told = {"journey": found.view.journey, "kind": kind, "lang": ctx.t.lang, "bytes": len(made)}
        audit.record(ctx.bench.database, ctx.user.name, "report_made", chosen.period.token, told)
        return made

    return make


def _place(ctx: Context, chosen: Chosen) -> str:
    """Filters and rights in words."""
    t, rights = ctx.t, chosen.scope.rights
    comma, said = t("report.comma"), []
    if rights.branches is not None:
        names = comma.join(ctx.model.label("branch", branch, t) for branch in sorted(rights.branches))
        said.append(t("report.own_branches", names=names))
    for dimension, values in chosen.scope.where:
        if dimension != "journey":
            names = comma.join(ctx.model.label(dimension, value, t) for value in values)
            said.append(t("report.filter", dimension=t(f"dimension.{dimension}"), names=names))
    return t("report.semicolon").join(said) or t("report.whole_bank")
