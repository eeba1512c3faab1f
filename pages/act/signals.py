"""Which figures have left their usual range: the answer, the signals to handle, one chart in full."""

from __future__ import annotations

import datetime as dt

from components import cards, filters, page, session, signal_chart, signal_list
from components.page import Context

VIEWS = ("standing", "handled", "charts")


def main(ctx: Context) -> None:
    """``?chart=…`` one chart; else the list, by ``view``."""
    cards.style()
    signal_list.told(session.take("signals_told", ""))
    today = dt.date.today()
    board = signal_list.board(ctx, today)
    if signal_chart.wanted():
        signal_chart.show(ctx, board, today)
        return
    view = signal_list.answer(ctx, board, lambda: filters.pick(
        "view", VIEWS, lambda name: ctx.t(f"signals.view_{name}"), ctx.t("signals.view")
    ))  # fmt: skip
    if view == "charts":
        signal_chart.choose(ctx, board)
    else:
        signal_list.show(ctx, board, view == "handled", today)
    page.link(ctx, "pain_points")


main(page.begin(__file__))
