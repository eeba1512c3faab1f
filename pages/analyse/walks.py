"""What walk-throughs found and what staff say: voices of their own, beside the customers' and never mixed with them."""

from __future__ import annotations

from components import cards, filters, page, staff_voice
from components.page import Context
from components.walks import overview

VIEWS = ("walks", "staff")


def main(ctx: Context) -> None:
    """The switch between the two voices, and the one chosen."""
    cards.style()
    wanted = filters.pick("view", VIEWS, lambda view: ctx.t(f"walks.view_{view}"), ctx.t("walks.view"))
    if wanted == "staff":
        staff_voice.show(ctx)
    else:
        overview.show(ctx)


main(page.begin(__file__))
