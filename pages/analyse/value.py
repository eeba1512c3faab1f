"""What better experience is worth: value by NPS group, what an improvement may bring, claims put to the test."""

from __future__ import annotations

from components import cards, claims, page, value, value_inputs
from components.page import Context
from cx.measure import value as measure


def main(ctx: Context) -> None:
    """The page, top to bottom: case, answer, value by group, what moves it, break-even, inputs, claims."""
    cards.style()
    book = value_inputs.book(ctx)
    if book is not None:
        case = value_inputs.case(ctx, book)
        if case is not None:
            found = measure.outcome(case.ranges, case.years)
            value.answer(ctx, book, case, found)
            value.groups(ctx, book, case, found)
            value.levers(ctx, book, case)
            value_inputs.table(ctx, book, case)
        value_inputs.files_of(ctx, book)
    claims.register(ctx)


main(page.begin(__file__))
