"""Which branches really differ: a funnel instead of a league table, level by level, two selections side by side."""

from __future__ import annotations

from components import cards, filters, page
from components.compare import levels, sides, units
from components.compare.parts import metrics
from components.page import Context

VIEWS = {"differ": units.show, "levels": levels.show, "sides": sides.show}


def main(ctx: Context) -> None:
    """One of three views, in the address: who differs, level by level, side by side."""
    cards.style()
    offered = metrics(ctx)
    if not offered:
        page.empty(ctx, "compare.empty", "quick_survey", "uploads")
    view = filters.pick("view", tuple(VIEWS), lambda v: ctx.t(f"compare.view_{v}"), ctx.t("compare.view"))
    VIEWS[view](ctx, offered)


main(page.begin(__file__))
