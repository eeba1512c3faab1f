"""What matters most to customers: the vital few touchpoints, how sure that is, and what an improvement would bring."""

from __future__ import annotations

from components import cards, drivers, drivers_ask, drivers_whatif, page
from components.page import Context
from cx.words import Refused


def main(ctx: Context) -> None:
    """The page, top to bottom: answer, importance × performance, what if, ways on, table, method."""
    cards.style()
    asking = drivers_ask.choose(ctx)
    if asking is None:
        page.empty(ctx, "drivers.empty", "quick_survey", "uploads")
    try:
        study = drivers_ask.found(ctx, asking)
    except Refused as refused:
        page.problems(ctx, refused)
        page.link(ctx, "drivers", ctx.t("drivers.all_time"), drivers_ask.whole())
        drivers_ask.settings(ctx, asking)
        return
    names = asking.names
    drivers.answer(ctx, study, names)
    drivers.matrix(ctx, study, lambda driver: names.of[driver.question])
    drivers_whatif.draw(ctx, study, names)
    drivers.ways_on(ctx, study, names)
    drivers.table(ctx, study, names)
    drivers_ask.settings(ctx, asking)
    drivers.method(ctx, study, names, drivers_ask.without(asking))


main(page.begin(__file__))
