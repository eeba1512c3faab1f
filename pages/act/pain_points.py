"""What hurts customers most and how far we are: the register, what was found today, one pain point in full."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from components import cards, filters, page, session
from components.page import Context
from components.pain_points import detail, found, listed, words
from cx.act import alarms, pain_points

VIEWS = ("register", "found")


def main(ctx: Context) -> None:
    """``?pain=…`` one entry; else the answer, then the register or what was found, by ``view``."""
    cards.style()
    st.html(words.CSS)
    listed.told(session.take("pain_told", ""))
    today = dt.date.today()
    back = _back(ctx, today)
    if chosen := st.query_params.get("pain"):
        detail.show(ctx, chosen, chosen in back, today)
        return
    entries = listed.weighed(ctx)
    listed.answer(ctx, entries, len(back))
    view = filters.pick("view", VIEWS, lambda name: ctx.t(f"pain_points.view_{name}"), ctx.t("pain_points.view"))
    if view == "found":
        found.show(ctx, tuple(point for point, _ in entries))
    else:
        listed.show(ctx, entries, back)


def _back(ctx: Context, today: dt.date) -> frozenset[str]:
    """Entries that are closed and whose signals go on; not asked where no closed entry rests on one."""
    known = ctx.ask(pain_points.everything, ctx.rights)
    if not any(point.signals and not point.open for point in known):
        return frozenset()
    board = ctx.ask(alarms.board, ctx.rights, ctx.model, 12, today)
    return frozenset(s.pain_point.id for s in board.standing if s.pain_point is not None and s.returned)


main(page.begin(__file__))
