"""Which pain points customers and the bank's own indicators both show, and how sure that is."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from components import cards, filters, page
from components.crosscheck import answer, detail, words
from components.crosscheck import rules as crosscheck_rules
from components.page import Context
from cx.insight import crosscheck
from cx.measure.scope import Scope


def main(ctx: Context) -> None:
    """The page, top to bottom: answer, matrix, rules, table, one touchpoint, ways on."""
    cards.style()
    rules = crosscheck_rules.chosen()
    journeys = ("", *ctx.model.journeys)
    extra = [("journey", journeys, lambda j: ctx.model.label("journey", j, ctx.t) if j else ctx.t("crosscheck.all"))]
    metric = "responses" if rules.metric == "nps" else rules.metric
    chosen = filters.choose(ctx, metric, extra=extra, row=("region", "branch"), more=(), within=Scope(ctx.rights))
    if chosen is None:
        page.empty(ctx, "crosscheck.empty", "quick_survey", "uploads")
    journey = filters.chosen_of("journey", journeys)
    scope = chosen.scope.narrowed(journey=journey or None)
    if rules.metric == "nps":
        scope = replace(scope, nps_kind="transactional")
    with st.spinner(ctx.t("crosscheck.working")):
        cross = ctx.ask(crosscheck.check, scope, ctx.model, chosen.period.before, chosen.last, chosen.today, rules)
    if not any(place.heard.estimate.n or any(s.estimate.n for s in place.seen) for place in cross.places):
        page.empty(ctx, "crosscheck.empty", "quick_survey", "uploads")
    answer.answer(ctx, cross)
    crosscheck_rules.draw(ctx, rules)
    answer.matrix(ctx, cross)
    detail.draw(ctx, cross)
    answer.table(ctx, cross)
    if cross.left_out:
        names = words.joined(ctx, [ctx.t(f"dimension.{name}") for name in cross.left_out])
        st.caption(ctx.t("journey.left_out", names=names))


main(page.begin(__file__))
