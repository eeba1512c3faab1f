"""When a period's value is due, as the dictionary's ``refresh`` says it: ``T+1``, ``每月5日`` … Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

_WIDE = str.maketrans("＋０１２３４５６７８９：", "+0123456789:")
_DAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _monday_to_friday(day: dt.date) -> bool:
    return day.weekday() < 5


@dataclass(frozen=True)
class Refresh:
    """``days`` after a period's last day its value is due; ``working``: counted in working days. With ``weekday`` (0 is
    Monday) it is due on the first such day after the period. ``text`` as written."""

    text: str
    days: int = 1
    working: bool = False
    weekday: int | None = None

    def due(self, last: dt.date, works: Callable[[dt.date], bool] = _monday_to_friday) -> dt.date:
        """The last day on which the value of a period ending on ``last`` is on time. ``works``: whether a day is a
        working day (:meth:`cx.bank.calendar.Calendar.works`; Monday to Friday where nobody lists holidays)."""
        if self.weekday is not None:
            return last + dt.timedelta(days=(self.weekday - last.weekday() - 1) % 7 + 1)
        if not self.working:
            return last + dt.timedelta(days=self.days)
        day, left = last, self.days
        while left:
            day += dt.timedelta(days=1)
            left -= works(day)
        return day


@cache
def parse(text: str) -> Refresh | None:
    """What the words mean; None where they cannot be understood (or are empty)."""
    said = re.sub(r"\s+", "", text.translate(_WIDE)).lower()
    for pattern, made in _FORMS:
        if found := re.fullmatch(pattern, said):
            return made(text.strip(), found)
    return None


def _after(text: str, found: re.Match[str]) -> Refresh:
    return Refresh(text, int(found["n"]), bool(found.groupdict().get("working")))


def _weekday(text: str, found: re.Match[str]) -> Refresh:
    said = found["day"]
    return Refresh(text, weekday=_DAYS[said] if said in _DAYS else _WEEKDAYS.index(said[:3]))


_Form = tuple[str, Callable[[str, re.Match[str]], Refresh]]
_WORK = r"(?P<working>个?工作日|workingdays?|businessdays?|wd)"
_FORMS: tuple[_Form, ...] = (
    (rf"[td]\+(?P<n>\d{{1,3}})({_WORK}|日|天|days?)?", _after),
    (
        rf"(每月|次月|月后|月结后|每季度?|季后|每季度?后|季度结束后|每月后)(第?)(?P<n>\d{{1,2}})(日|号|天|{_WORK})(前|内)?",
        _after,
    ),
    (r"monthly,?(onthe|on|by|byday|onday)?(?P<n>\d{1,2})(st|nd|rd|th)?", _after),
    (r"day(?P<n>\d{1,2})(ofthe(next)?month)?", _after),
    (r"(?P<n>\d{1,3})daysafter(the)?(period|month|quarter|week)(end)?", _after),
    (r"每?(周|星期|礼拜)(?P<day>[一二三四五六日天])", _weekday),
    (r"(weekly,?(on)?|every)(?P<day>(mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)s?", _weekday),
    (r"(?P<n>\d{1,3})(d|days?|天)", _after),
    (r"每日|每天|日更|daily|次日", lambda text, _: Refresh(text, 1)),
    (r"(t\+|每|every)?\d{0,3}个?(分钟|小时|min|minutes?|h|hours?)|hourly", lambda text, _: Refresh(text, 0)),
    (r"实时|准实时|real-?time|live", lambda text, _: Refresh(text, 0)),
)
