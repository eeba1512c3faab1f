"""Periods in words."""

from __future__ import annotations

from cx.measure import periods
from cx.measure.periods import Period
from cx.words import Translator


def named(period: Period, t: Translator) -> str:
    """A period in words."""
    if period.start is None or period.end is None:
        return t("filters.all_time")
    if period.grain == "year":
        return t("filters.year", year=period.start.year)
    if period.grain in periods.GRAINS:
        return t.period(period.start, period.grain)
    if period.token.startswith("last_"):
        return t("boards.months", first=t.period(period.start, "month"), last=t.period(period.end, "month"))
    if period.token.endswith("d"):
        return t("filters.last_days", days=period.token[:-1])
    return t("filters.range", start=t.date(period.start), end=t.date(period.end))
