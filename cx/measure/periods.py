"""Periods of the calendar: as a word of an address (``2026Q3``, ``2026-09``, ``2026``, ``90d``, ``all``), as days."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

GRAINS = ("day", "week", "month", "quarter", "year")
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class Period:
    """``token`` as in an address; ``grain`` quarter, month, year, days or all; days both included, None: no bound."""

    token: str
    grain: str
    start: dt.date | None
    end: dt.date | None

    @property
    def before(self) -> Period | None:
        """The equal period just before: the quarter before a quarter, as many days before some days; None for all."""
        if self.start is None or self.end is None:
            return None
        if self.grain in _MONTHS:
            return _calendar(self.grain, add_months(self.start, -_MONTHS[self.grain]))
        length = self.end - self.start
        last = self.start - dt.timedelta(days=1)
        return between(last - length, last)


def parse(token: str, last: dt.date | None) -> Period | None:
    """The period a word names, ``last`` being the last day with data; None for a word that names none."""
    try:
        if token == "all":
            return Period("all", "all", None, None)
        if found := re.fullmatch(r"(\d{1,3})d", token):
            days = int(found[1])
            return _last_days(days, last) if last and days else None
        if found := re.fullmatch(r"(\d{4})Q([1-4])", token):
            return _calendar("quarter", dt.date(int(found[1]), int(found[2]) * 3 - 2, 1))
        if found := re.fullmatch(r"(\d{4})-(\d\d)", token):
            return _calendar("month", dt.date(int(found[1]), int(found[2]), 1))
        if re.fullmatch(r"\d{4}", token):
            return _calendar("year", dt.date(int(token), 1, 1))
        if found := _RANGE.fullmatch(token):
            start, end = (dt.date.fromisoformat(day) for day in found.groups())
            return between(start, end) if start <= end else None
    except (ValueError, OverflowError):
        return None
    return None


def between(start: dt.date, end: dt.date) -> Period:
    """The days from start to end."""
    return Period(f"{start}..{end}", "days", start, end)


def offered(first: dt.date, last: dt.date) -> tuple[Period, ...]:
    """Periods worth offering for data from ``first`` to ``last``: quarters, years, last 90 days, all; newest first."""
    quarters, years, start = [], [], floor(last, "quarter")
    while start >= floor(first, "quarter") and len(quarters) < 8:
        quarters.append(_calendar("quarter", start))
        start = add_months(start, -3)
    for year in range(last.year, max(first.year, last.year - 4) - 1, -1):
        years.append(_calendar("year", dt.date(year, 1, 1)))
    months = [_calendar("month", add_months(floor(last, "month"), -back)) for back in range(3)]
    return (*quarters, *(m for m in months if m.end and m.end >= first), *years, _last_days(90, last), ALL)


def default(first: dt.date, last: dt.date, today: dt.date) -> Period:
    """The last quarter that is over and covered by data from its first day; else the last 90 days with data."""
    quarter = _calendar("quarter", floor(last, "quarter"))
    for candidate in (quarter, quarter.before):
        assert candidate and candidate.start and candidate.end
        if first <= candidate.start and is_over(candidate.end, last, today):
            return candidate
    return _last_days(90, last)


def is_over(end: dt.date, last: dt.date, today: dt.date) -> bool:
    """Whether a period ending on ``end`` is complete: the calendar or the data is past it."""
    return end <= last or end < today


def useful(period: Period, first: dt.date, last: dt.date) -> tuple[str, ...]:
    """Grains in which a trend up to the end of ``period`` says something, for data from ``first`` to ``last``: months
    first; longer ones where there are at least two of them; weeks within a year, days within a quarter."""
    end = min(period.end or last, last)
    days = ((period.end or last) - (period.start or first)).days + 1
    longer = [grain for grain in ("quarter", "year") if floor(first, grain) < floor(end, grain)]
    shorter = [grain for grain, most in (("week", 366), ("day", 92)) if days <= most]
    return ("month", *longer, *shorter)


def floor(day: dt.date, grain: str) -> dt.date:
    """The first day of the week (Monday), month, quarter or year that ``day`` lies in; the day itself."""
    if grain == "day":
        return day
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    months = _MONTHS[grain]
    return dt.date(day.year, (day.month - 1) // months * months + 1, 1)


def step(day: dt.date, grain: str, count: int = 1) -> dt.date:
    """The first day of the period ``count`` grains after the one that starts on ``day``."""
    if grain in _DAYS:
        return day + dt.timedelta(days=count * _DAYS[grain])
    return add_months(day, count * _MONTHS[grain])


def add_months(first: dt.date, months: int) -> dt.date:
    """A first of month, some months later or earlier."""
    index = first.year * 12 + first.month - 1 + months
    return dt.date(index // 12, index % 12 + 1, 1)


def _calendar(grain: str, start: dt.date) -> Period:
    end = add_months(start, _MONTHS[grain]) - dt.timedelta(days=1)
    if grain == "quarter":
        return Period(f"{start.year}Q{start.month // 3 + 1}", grain, start, end)
    return Period(f"{start:%Y-%m}" if grain == "month" else f"{start.year:04}", grain, start, end)


def _last_days(days: int, last: dt.date) -> Period:
    return Period(f"{days}d", "days", last - dt.timedelta(days=days - 1), last)


ALL = Period("all", "all", None, None)
