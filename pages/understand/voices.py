"""What customers say in their own words: themes, words, feelings, risks, and every place of a word."""

from __future__ import annotations

import streamlit as st

from components import cards, filters, page
from components.filters import Chosen
from components.page import Context
from components.voices import answer, feelings, quote, reading, search, themes, words  # fmt: skip
from cx.insight import voices
from cx.measure.scope import Scope
from cx.store import query

VIEWS = ("themes", "words", "feelings", "alerts", "search")
ANY = "any"
OWN = ("touchpoint", "language", "mood")  # filters beside the usual ones


def main(ctx: Context) -> None:
    """The page, top to bottom: answer, then what the user wants to look at, ways on."""
    cards.style()
    st.html(quote.CSS)
    reading.ready(ctx)
    kinds = ctx.ask(query.kinds, Scope(ctx.rights))
    options = (*(kind for kind in filters.KINDS if kind in kinds), ANY)
    kind = filters.chosen_of("kind", options)
    within = Scope(ctx.rights, nps_kind=None if kind == ANY else kind)
    extra = [("kind", options, lambda one: ctx.t("voices.kind_any" if one == ANY else f"nps.kind_{one}"))]
    chosen = filters.choose(ctx, "comment_negative", extra=extra, more=(*filters.MORE, *OWN), within=within)
    if chosen is None:
        page.empty(ctx, "voices.empty", "surveys", "uploads")
    found = ctx.ask(voices.overview, chosen.scope, chosen.period.before)
    if found.negative.total.value is None:
        state = "small" if found.negative.total.state == "hidden" else "nothing"
        page.empty(ctx, f"voices.{state}", "surveys", "uploads")
    answer.draw(ctx, chosen, found)
    view = filters.pick("view", VIEWS, lambda one: ctx.t(f"voices.view_{one}"), ctx.t("voices.view"))
    if view == "themes":
        themes.draw(ctx, chosen, found)
    else:
        _views[view](ctx, chosen)
    _next(ctx, chosen)


_views = {
    "words": words.draw,
    "feelings": feelings.draw,
    "alerts": feelings.alerts,
    "search": search.draw,
}


def _next(ctx: Context, chosen: Chosen) -> None:
    cards.heading(ctx.t("voices.next_title"))
    with st.container(horizontal=True):
        page.link(ctx, "journey", ctx.t("voices.next_journey"))
        page.link(ctx, "quick_wins", ctx.t("voices.next_quick_win"))
        page.link(ctx, "lexicon", ctx.t("voices.next_lexicon"))
        search.download(ctx, chosen)


main(page.begin(__file__))
