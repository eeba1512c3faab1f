"""What matters most to customers: the vital few touchpoints, how sure that is, and what an improvement would bring."""

from __future__ import annotations

from components import cards, page
from components.drivers import ask, outcome, whatif
from components.page import Context
from cx.words import Refused


def main(ctx: Context) -> None:
    """The page, top to bottom: answer, importance × performance, what if, ways on, table, method."""
    cards.style()
    asking = ask.choose(ctx)
    if asking is None:
        page.empty(ctx, "drivers.empty", "quick_survey", "uploads")
    try:
        study = ask.found(ctx, asking)
    except Refused as refused:
        page.problems(ctx, refused)
        page.link(ctx, "drivers", ctx.t("drivers.all_time"), ask.whole())
        ask.settings(ctx, asking)
        return
    names = asking.names
    outcome.answer(ctx, study, names)
    outcome.matrix(ctx, study, lambda driver: names.of[driver.question])
    whatif.draw(ctx, study, names)
    outcome.ways_on(ctx, study, names)
    outcome.table(ctx, study, names)
    ask.settings(ctx, asking)
    outcome.method(ctx, study, names, ask.without(asking))


main(page.begin(__file__))
