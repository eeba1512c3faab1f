"""Which kinds of customers there are, how generations differ, and who feels how and is worth what."""

from __future__ import annotations

from components import cards, filters, page
from components.page import Context
from components.personas import grid, kinds


def main(ctx: Context) -> None:
    """The page, top to bottom: answer, cards, what tells them apart, how many kinds, generations, grid."""
    cards.style()
    chosen = filters.choose(ctx, kinds=True, first_kind="relational")
    if chosen is None:
        page.empty(ctx, "personas.empty", "quick_survey", "uploads")
    kinds.kinds(ctx, chosen.scope)
    settings = grid.settings(ctx)
    if settings is not None:
        grid.generations(ctx, chosen.scope, settings, chosen.today.year)
        grid.grid(ctx, chosen.scope, settings)
    kinds.next_steps(ctx)


main(page.begin(__file__))
