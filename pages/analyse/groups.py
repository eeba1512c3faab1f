"""Who is satisfied and still does not recommend; where expectations are missed; how alike branches and channels are."""

from __future__ import annotations

from dataclasses import replace

from components import cards, filters, page
from components.groups import alike, gaps, reluctant
from components.page import Context


def main(ctx: Context) -> None:
    """The page, top to bottom: answer, who they are, what separates them, their words, expectations, consistency."""
    cards.style()
    chosen = filters.choose(ctx, kinds=True, first_kind="relational")
    if chosen is None:
        page.empty(ctx, "groups.empty", "quick_survey", "uploads")
    box, limit = reluctant.definition(ctx)
    found = reluctant.answer(ctx, chosen.scope, box, limit)
    if found is not None:
        reluctant.who(ctx, found)
        reluctant.apart(ctx, found)
        reluctant.voices(ctx, chosen.scope, box, limit)
    gaps.show(ctx, replace(chosen.scope, nps_kind=None))  # pairs are those of one survey, whatever its kind
    alike.alike(ctx, chosen.scope)
    reluctant.next_steps(ctx, found)


main(page.begin(__file__))
