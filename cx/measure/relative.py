"""Periods that move with the data: "this month" is the month of the last day with data, not of the wall calendar.

Data of a bank comes in late; a dashboard that counted from today would stand empty in the first days of each month.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from cx.measure import periods
from cx.measure.periods import Period

RELATIVE = (
    "this_month", "last_month", "last_3_months", "last_12_months", "this_quarter", "last_quarter", "this_year",
    "last_year", "all",
)  # fmt: skip
"""The words, in the order in which they are offered."""
_GRAINS = {"month": 1, "quarter": 3, "year": 12}


def period(token: str, last: dt.date, today: dt.date) -> Period | None:
    """The period that a word names for data up to ``last``; None for a word that names none.

    ``this_…`` is the one that ``last`` lies in; ``last_…`` the last that is complete, by the data or by the calendar,
    and ``last_3_months`` the last three complete ones. The period keeps the word as its token.
    """
    if token not in RELATIVE:
        return None
    if token == "all":
        return periods.ALL
    side, *count, grain = token.split("_")
    if count:
        start, end = _around("month", last, today, complete=True)
        return replace(periods.between(periods.add_months(start, 1 - int(count[0])), end), token=token)
    return Period(token, grain, *_around(grain, last, today, complete=side == "last"))


def _around(grain: str, last: dt.date, today: dt.date, complete: bool) -> tuple[dt.date, dt.date]:
    """First and last day of the month, quarter or year of ``last``, or of the one before where it is not complete."""
    start = dt.date(last.year, 1, 1) if grain == "year" else periods.floor(last, grain)
    end = periods.add_months(start, _GRAINS[grain]) - dt.timedelta(days=1)
    if complete and not periods.is_over(end, last, today):
        start, end = periods.add_months(start, -_GRAINS[grain]), start - dt.timedelta(days=1)
    return start, end
