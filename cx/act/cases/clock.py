"""Working hours: when something is due, and how many are left. Pure; moments are UTC without zone."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from cx.bank.calendar import Calendar
from cx.bank.rules import Hours

_NONE = dt.timedelta(0)


def due(start: dt.datetime, hours: float, day: Hours, calendar: Calendar) -> dt.datetime:
    """The moment at which so many working hours have passed since ``start``."""
    left, at = dt.timedelta(hours=hours), local_day(start, day)
    while True:
        if calendar.works(at):
            opens, closes = window(at, day)
            opens = max(opens, start)
            if closes > opens and closes - opens >= left:
                return opens + left
            left -= max(closes - opens, _NONE)
        at += dt.timedelta(days=1)


def before(end: dt.datetime, hours: float, day: Hours, calendar: Calendar) -> dt.datetime:
    """The latest moment from which so many working hours pass until ``end``."""
    left, at = dt.timedelta(hours=hours), local_day(end, day)
    while True:
        if calendar.works(at):
            opens, closes = window(at, day)
            closes = min(closes, end)
            if closes > opens and closes - opens >= left:
                return closes - left
            left -= max(closes - opens, _NONE)
        at -= dt.timedelta(days=1)


def worked(start: dt.datetime, end: dt.datetime, day: Hours, calendar: Calendar) -> float:
    """Working hours from ``start`` to ``end``; 0 where the end is not later."""
    total, at, last = _NONE, local_day(start, day), local_day(end, day)
    while at <= last:
        if calendar.works(at):
            opens, closes = window(at, day)
            total += max(min(closes, end) - max(opens, start), _NONE)
        at += dt.timedelta(days=1)
    return total.total_seconds() / 3600


def left(due: dt.datetime, now: dt.datetime, day: Hours, calendar: Calendar) -> tuple[bool, float]:
    """Whether it is late, and by how many working hours; else how many are left."""
    return (True, worked(due, now, day, calendar)) if now > due else (False, worked(now, due, day, calendar))


def local_day(moment: dt.datetime, day: Hours) -> dt.date:
    """The bank's day of a moment."""
    return moment.replace(tzinfo=dt.UTC).astimezone(_zone(day)).date()


def midnight(at: dt.date, day: Hours) -> dt.datetime:
    """The moment at which a day of the bank begins, UTC."""
    return dt.datetime.combine(at, dt.time(), _zone(day)).astimezone(dt.UTC).replace(tzinfo=None)


def window(at: dt.date, day: Hours) -> tuple[dt.datetime, dt.datetime]:
    """From when to when is worked on a working day, UTC."""
    zone = _zone(day)
    opens, closes = (
        dt.datetime.combine(at, time, zone).astimezone(dt.UTC).replace(tzinfo=None) for time in (day.start, day.end)
    )
    return opens, closes


def _zone(day: Hours) -> dt.tzinfo | None:
    return zoneinfo.ZoneInfo(day.zone) if day.zone else None  # None: the machine's
