"""The review of a period: what moved, what was done, whether it helped, what was learnt, what next; and as PDF."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from html import escape

import streamlit as st

from components import cards, filters, page
from components.filters import Chosen
from components.page import Context
from components.retrospect import agenda, look
from cx.act import retrospect
from cx.act.retrospect import Retrospect
from cx.insight import nps
from cx.output import charts
from cx.output import retrospect as words
from cx.output.report import retrospect as paper
from cx.store import audit


def main(ctx: Context) -> None:
    """The answer first, then block by block, the agenda at the end."""
    look.style()
    t = ctx.t
    chosen = filters.choose(ctx, row=("region", "branch"), more=())
    if chosen is None:
        page.empty(ctx, "retrospect.empty", "quick_survey", "uploads")
    hour = dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    found = ctx.ask(retrospect.gather, chosen.scope, chosen.period, ctx.model, hour, ctx.may("act_view"))
    st.caption(t("retrospect.hint_top", day=t.date(found.day)))
    st.html("".join(f'<div class="cx-say">{escape(said)}</div>' for said in words.answer(t, found)))
    _download(ctx, chosen, found)
    for block in words.blocks(t, found, ctx.model, ctx.bench.accounts.display):
        look.block(block)
        if block.name == "moved":
            _trend(ctx, chosen, found)
    if found.deeds is not None:
        agenda.show(ctx, found)


def _trend(ctx: Context, chosen: Chosen, found: Retrospect) -> None:
    """The kind with most responses, month by month."""
    told = [score for score in found.moved.scores if score.head.estimate.value is not None]
    if told:
        kind = max(told, key=lambda score: score.head.estimate.n).kind
        scope = replace(chosen.scope, nps_kind=kind)
        trend = ctx.ask(nps.trend, scope, "month", chosen.last, chosen.today)
        cards.note(ctx.t("report.summary_trend", kind=ctx.t(f"nps.kind_{kind}")))
        cards.chart(charts.trend(trend, ctx.t), "retrospect_trend")


def _download(ctx: Context, chosen: Chosen, found: Retrospect) -> None:
    t, token = ctx.t, retrospect.about(chosen.period)

    def made() -> bytes:
        with ctx.bench.database.cursor() as con:
            by = (ctx.user.display, dt.datetime.now().astimezone())
            pdf = paper.build(con, ctx.model, t, chosen.scope, found, chosen.today, *by, ctx.bench.accounts.display)
        told = {"chapters": ("retrospect",), "lang": t.lang, "bytes": len(pdf)}
        audit.record(ctx.bench.database, ctx.user.name, "report_made", token, told)
        return pdf

    st.download_button(
        t("retrospect.pdf"), data=made, file_name=f"cx-review-{token.replace('..', '_')}-{t.lang}.pdf",
        mime="application/pdf", icon=":material/picture_as_pdf:", key="retrospect_pdf", on_click="ignore",
    )  # fmt: skip


main(page.begin(__file__))
