"""Dashboards: composed by clicks, shared by role; a shared one shows each reader what their rights allow."""

from __future__ import annotations

from components import cards, page
from components.boards import choice, edit, narrowing, taking, view
from components.page import Context
from cx.publish import boards


def main(ctx: Context) -> None:
    """Which dashboard; then it, to read or to change."""
    cards.style()
    shelf = boards.shelf(ctx.bench.place)
    kept, beside = choice.choose(ctx, shelf)
    if kept is None:
        return
    there = narrowing.data(ctx)
    if edit.editing(kept.board.id):
        edit.show(ctx, shelf, kept, there)
        return
    if there is None:
        cards.empty(ctx.t("boards.no_data"), ctx.t("boards.no_data_try"))
        return
    chosen = narrowing.choose(ctx, kept.board, there)
    if not kept.board.tiles:
        cards.empty(ctx.t("boards.empty"), ctx.t("boards.empty_try"))
        return
    if beside is not None:
        with beside:
            taking.show(ctx, kept.board, chosen)
    view.show(ctx, kept.board, chosen)


main(page.begin(__file__))
