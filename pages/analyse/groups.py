"""Who is satisfied and still does not recommend; where expectations are missed; how alike branches and channels are."""

from __future__ import annotations

from components import cards, filters, groups, groups_alike, page
from components.page import Context


def main(ctx: Context) -> None:
    """The page, top to bottom: answer, who they are, what separates them, their words, expectations, consistency."""
    cards.style()
    chosen = filters.choose(ctx, kinds=True, first_kind="relational")
    if chosen is None:
        page.empty(ctx, "groups.empty", "quick_survey", "uploads")
    box, limit = groups.definition(ctx)
    found = groups.answer(ctx, chosen.scope, box, limit)
    if found is not None:
        groups.who(ctx, found)
        groups.apart(ctx, found)
        groups.voices(ctx, chosen.scope, box, limit)
    groups_alike.gaps(ctx, chosen.scope)
    groups_alike.alike(ctx, chosen.scope)
    groups.next_steps(ctx, found)


main(page.begin(__file__))
