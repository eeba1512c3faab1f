"""Which figures have left their usual range: the answer, the signals to handle, one chart in full."""

from __future__ import annotations

import datetime as dt

from components import cards, filters, page, session
from components.page import Context
from components.signals import chart, listing

VIEWS = ("standing", "handled", "charts")


def main(ctx: Context) -> None:
    """``?chart=…`` one chart; else the list, by ``view``."""
    cards.style()
    listing.told(session.take("signals_told", ""))
    today = dt.date.today()
    board = listing.board(ctx, today)
    if chart.wanted():
        chart.show(ctx, board, today)
        return
    view = listing.answer(ctx, board, lambda: filters.pick(
        "view", VIEWS, lambda name: ctx.t(f"signals.view_{name}"), ctx.t("signals.view")
    ))  # fmt: skip
    if view == "charts":
        chart.choose(ctx, board)
    else:
        listing.show(ctx, board, view == "handled", today)
    page.link(ctx, "pain_points")


main(page.begin(__file__))
