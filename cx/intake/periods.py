"""Periods that a table names in part (1月, 一季度, 第5周) and what stands above: the year or all of it. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

_DIGITS = {sign: place for place, sign in enumerate("〇一二三四五六七八九十")} | {"两": 2}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CN = "[一二三四五六七八九十]{1,3}"
_BARE = (
    ("month", re.compile(rf"(\d{{1,2}}|{_CN})月(?:份|度)?")),
    ("month", re.compile(r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?")),
    ("quarter", re.compile(r"第?([1-4一二三四])季度?")),
    ("quarter", re.compile(r"q([1-4])|([1-4])q")),
    ("week", re.compile(rf"第(\d{{1,2}}|{_CN})周")),
    ("week", re.compile(r"w(?:k|eek)?\s?(\d{1,2})")),
)
_YEAR = re.compile(r"^(?:(\d{4}|\d{2})\s*年度?|(\d{4})\s*[-/ ]?\s*)(.+)$|^(.+?)[\s,-]+(\d{4})$")
_STAMP = re.compile(r"打印|导出|生成|制表|填报|填表|报送|print|export|generated|created", re.IGNORECASE)
_WHOLE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*(?:年度?\s*(?:第?[1-4一二三四]季度?|(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月|第\d{1,2}周)"
    r"|[-/.](?:0[1-9]|1[0-2]|[1-9])(?![-/.\d])|(?:0[1-9]|1[0-2])(?!\d)|[ -]?Q[1-4])", re.IGNORECASE
)  # fmt: skip
_SPAN = re.compile(r"[-—–~～至到]\s*(?:(?:19|20)\d\d|\d{1,2}\s*月)|累计|ytd", re.IGNORECASE)
_MONTH_NO = rf"(?:\d{{1,2}}|{_CN})"
_SEVERAL = re.compile(
    rf"(?:\d{{4}}\s*年?度?\s*[-/]?\s*)?(?:[上下]半年度?|半年度?|h[12]|前[二三]个?季度|前{_MONTH_NO}个?月|全年"
    rf"|{_MONTH_NO}月?\s*[-—–~～至到]+\s*{_MONTH_NO}月份?|q[1-4]\s*[-—–~～至到]+\s*q[1-4]"
    rf"|第?[一二三四1-4]\s*[-—–~～至到]+\s*第?[一二三四1-4]季度?)|\d{{4}}\s*年度?|[12]h\s?\d{{4}}"
)
_ANY_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=\s*(?:年|[-/._ QW]|\D|$)|(?:0[1-9]|1[0-2])(?!\d))")


def named(text: str, year: int | None) -> tuple[dt.date, str] | str | None:
    """First day and grain of a period named in words; ``"year"`` when only that lacks; None when it is none."""
    bare = re.sub(r"\s+", " ", text.strip().lower())
    matched = _YEAR.match(bare)
    if matched and not _part(bare):
        said = matched[1] or matched[2] or matched[5]
        part = _part((matched[3] or matched[4] or "").strip())
        return _day(int(said) + (2000 if len(said) == 2 else 0), *part) if part else None
    part = _part(bare)
    if part is None:
        return None
    return "year" if year is None else _day(year, *part)


def several(text: str) -> bool:
    """Whether a text names a span that no indicator is about: 上半年, 1—3月, H1, 2026年."""
    return bool(_SEVERAL.fullmatch(text.strip().lower()))


def _part(text: str) -> tuple[str, int] | None:
    for grain, pattern in _BARE:
        matched = pattern.fullmatch(text)
        if matched:
            number = _number(next(group for group in matched.groups() if group))
            if 1 <= number <= {"month": 12, "quarter": 4, "week": 53}[grain]:
                return grain, number
    return None


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text in _MONTHS:
        return _MONTHS.index(text) + 1
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def _day(year: int, grain: str, number: int) -> tuple[dt.date, str] | None:
    if grain == "month":
        return dt.date(year, number, 1), grain
    if grain == "quarter":
        return dt.date(year, number * 3 - 2, 1), grain
    try:
        return dt.date.fromisocalendar(year, number, 1), grain
    except ValueError:
        return None


def year_above(groups: Iterable[Iterable[str]]) -> int | None:
    """The year that titles, else the sheet's, else the file's name speak of; None where they name several."""
    for texts in groups:
        years = {int(year) for text in texts if not _STAMP.search(text) for year in _ANY_YEAR.findall(text)}
        if years:
            return years.pop() if len(years) == 1 else None
    return None


def whole_above(groups: Iterable[Iterable[str]]) -> str | None:
    """The one period that titles, else the sheet's, else the file's name speak of; no spans such as 1—3月."""
    for texts in groups:
        told = [text for text in texts if not _STAMP.search(text)]
        found = {matched[0].strip() for text in told for matched in _WHOLE.finditer(text)}
        if found:
            span = any(_SPAN.search(text) for text in told)
            return found.pop() if len(found) == 1 and not span else None
    return None
