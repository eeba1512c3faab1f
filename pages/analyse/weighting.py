"""Do those who answered resemble our customers, and what would the figures be if they did?"""

from __future__ import annotations

import streamlit as st

from components import cards, filters, page
from components.page import Context
from components.weighting import base, scales, shares, size
from cx.insight import weighting as insight
from cx.insight import weighting_shares

MORE = ("survey_id", "mode", "lang")


def main(ctx: Context) -> None:
    """The page, top to bottom: answer, both figures, who is over or under, the customer base, what next."""
    cards.style()
    if ctx.rights.branches is not None:
        page.empty(ctx, "weighting.own_branches", "nps")
    known = shares.base(ctx)
    if known is None:
        cards.empty(ctx.t("weighting.none"), ctx.t("weighting.none_try"))
        base.show(ctx, known)
        return
    chosen = filters.choose(ctx, kinds=True, row=(), more=MORE)
    if chosen is None:
        page.empty(ctx, "nps.empty", "quick_survey", "uploads")
    scope = chosen.scope
    if scope.nps_kind == "competitive":
        cards.empty(ctx.t("weighting.competitive"), ctx.t("weighting.competitive_try"))
        return
    usual = [name for name in insight.USUAL if name in known.dimensions] or list(known.dimensions)
    compared = [ctx.ask(weighting_shares.compare, scope, known, name) for name in usual]
    if compared[0].known:
        shares.answer(ctx, compared, known)
        found = shares.figures(ctx, scope, known)
        shares.shares(ctx, scope, known)
        size.show(ctx, found)
    else:
        cards.empty(ctx.t("weighting.no_answers"), ctx.t("weighting.no_answers_try"))
    scales.show(ctx, scope, chosen.contents.values["survey_id"])
    base.show(ctx, known)
    _next(ctx)


def _next(ctx: Context) -> None:
    cards.heading(ctx.t("weighting.next_title"))
    with st.container(horizontal=True):
        page.link(ctx, "invitations", ctx.t("weighting.next_invite"))
        page.link(ctx, "nps", ctx.t("weighting.next_nps"))


main(page.begin(__file__))
