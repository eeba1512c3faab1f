"""The bank's calendar: working days, public holidays, bill and repayment days, counted in a period."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from cx.bank import entry
from cx.bank.reading import Mapped, Place, entries
from cx.words import Problem

COUNTS = ("working_days", "holidays", "bill_days", "repayment_days")


@dataclass(frozen=True)
class Year:
    """One year's list: where it comes from, its date, and whether swapped working days are published."""

    year: int
    source: str
    date: dt.date | None
    announced: bool


@dataclass(frozen=True)
class Calendar:
    """``off``: public holidays; ``on``: weekend days that are worked; ``bill`` and ``repayment``: days of the month."""

    off: frozenset[dt.date] = frozenset()
    on: frozenset[dt.date] = frozenset()
    bill: tuple[int, ...] = ()
    repayment: tuple[int, ...] = ()
    years: tuple[Year, ...] = ()

    def works(self, day: dt.date) -> bool:
        """Whether it is a working day; outside the listed years, Monday to Friday."""
        return day in self.on or (day.weekday() < 5 and day not in self.off)

    def counts(self, start: dt.date, end: dt.date) -> dict[str, int]:
        """How many days of each of :data:`COUNTS` the days from start to end, both included, hold."""
        days = [start + dt.timedelta(days=i) for i in range((end - start).days + 1)]
        return {
            "working_days": sum(self.works(day) for day in days),
            "holidays": sum(day in self.off for day in days),
            "bill_days": sum(_falls(day, self.bill) for day in days),
            "repayment_days": sum(_falls(day, self.repayment) for day in days),
        }

    def unlisted(self, start: dt.date, end: dt.date) -> tuple[int, ...]:
        """Years between two days whose holidays are not listed, or not announced."""
        known = {year.year for year in self.years if year.announced}
        return tuple(year for year in range(start.year, end.year + 1) if year not in known)


def read(found: entry.Found, problems: list[Problem]) -> Calendar:
    """The calendar of a model's files; what is wrong in it is told at its line and left out."""
    if "calendar" not in found:
        return Calendar()
    place, value = found["calendar"]
    if not isinstance(value, Mapped):
        problems.append(place.problem("model_not_mapping"))
        return Calendar()
    off: set[dt.date] = set()
    on: set[dt.date] = set()
    years = []
    for item in entries(value.get("years"), "years", place, problems):
        here = Place(place.file, item.line)
        year = item.get("year")
        if not isinstance(year, int):
            problems.append(here.problem("model_number", field="year", found=str(year)[:40]))
            continue
        years.append(Year(year, str(item.get("source") or ""), _day(item.get("date")), item.get("announced") is True))
        off |= set(_holidays(item, here, problems))
        on |= set(_listed(item.get("workdays"), here, problems))
    return Calendar(
        frozenset(off),
        frozenset(on),
        tuple(_days_of_month(value.get("bill_days"), place, problems)),
        tuple(_days_of_month(value.get("repayment_days"), place, problems)),
        tuple(years),
    )


def _falls(day: dt.date, days_of_month: tuple[int, ...]) -> int:
    last = months.monthrange(day.year, day.month)[1]
    return sum(day.day == min(one, last) for one in days_of_month)


def _holidays(item: Mapped, here: Place, problems: list[Problem]) -> Iterator[dt.date]:
    for part in entries(item.get("holidays"), "holidays", here, problems):
        first, last = _day(part.get("from")), _day(part.get("to", part.get("from")))
        if first is None or last is None or not 0 <= (last - first).days <= 31:
            there = Place(here.file, part.line)
            said = f"{part.get('from')} – {part.get('to')}"[:40]
            problems.append(there.problem("model_day", field="from – to", found=said))
            continue
        yield from (first + dt.timedelta(days=i) for i in range((last - first).days + 1))


def _listed(value: object, here: Place, problems: list[Problem]) -> Iterator[dt.date]:
    for text in value if isinstance(value, list) else []:
        day = _day(text)
        if day is None:
            problems.append(here.problem("model_day", field="workdays", found=str(text)[:40]))
        else:
            yield day


def _days_of_month(value: object, place: Place, problems: list[Problem]) -> Iterator[int]:
    for day in value if isinstance(value, list) else []:
        if isinstance(day, int) and not isinstance(day, bool) and 1 <= day <= 31:
            yield day
        else:
            problems.append(place.problem("model_number", field="bill_days, repayment_days", found=str(day)[:40]))


def _day(value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None
