"""What better experience is worth: value by NPS group, what an improvement may bring, claims put to the test."""

from __future__ import annotations

from components import cards, page
from components.page import Context
from components.value import claims, inputs, outcome
from cx.measure import value as measure


def main(ctx: Context) -> None:
    """The page, top to bottom: case, answer, value by group, what moves it, break-even, inputs, claims."""
    cards.style()
    book = inputs.book(ctx)
    if book is not None:
        case = inputs.case(ctx, book)
        if case is not None:
            found = measure.outcome(case.ranges, case.years)
            outcome.answer(ctx, book, case, found)
            outcome.groups(ctx, book, case, found)
            outcome.levers(ctx, book, case)
            inputs.table(ctx, book, case)
        inputs.files_of(ctx, book)
    claims.register(ctx)


main(page.begin(__file__))
