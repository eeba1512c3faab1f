"""What must not enter: card and account numbers, ID numbers, mobile numbers, customers' names."""

from __future__ import annotations

import datetime as dt
import re

import duckdb

from cx.intake.values import quoted

_HEADERS = re.compile(
    r"卡号|账号|帐号|账户号|身份证|证件号|手机|电话号码|联系电话|邮箱|电子邮件|客户姓名|客户名称|^姓名$|户名|流水号|交易时间|交易金额|交易对手"
    r"|card.?(no|num)|account.?(no|num)|id.?card|passport|mobile|phone|customer.?name|^name$|surname|e-?mail|transaction.?(id|no|time|amount)",
    re.IGNORECASE,
)
_CARD, _MOBILE = r"\d{13,19}", r"(86)?1[3-9]\d{9}"
_CANDIDATE = r"\+?\d([ -]?\d){10,18}[ -]?[\dXx]?(\.0+)?"
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(\.[\w-]+)+")
_LONG = re.compile(r"(?<![\d])\d(?:[ -]?\d){10,18}(?:[ -]?[\dXx])?(?![\d])")
CANDIDATES = 5000


def luhn(number: str) -> bool:
    """Whether digits end with the check digit of bank cards (ISO/IEC 7812, Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0 and len(set(number)) > 1


def chinese_id(number: str) -> bool:
    """Whether 18 characters are a resident identity number: a real birth date and the check character (GB 11643)."""
    if not re.fullmatch(r"[1-9]\d{16}[\dXx]", number):
        return False
    try:
        dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return "10X98765432"[total % 11] == number[17].upper()


def scrub(text: str) -> str:
    """A comment without card, ID and mobile numbers and e-mail addresses; each becomes ``***``."""

    def cover(match: re.Match[str]) -> str:
        digits = re.sub(r"[ -]", "", match[0])
        personal = (
            chinese_id(digits)
            or bool(re.fullmatch(r"(86)?1[3-9]\d{9}", digits))
            or (digits.isdigit() and len(digits) >= 13 and luhn(digits))
        )
        return "***" if personal else match[0]

    return _EMAIL.sub("***", _LONG.sub(cover, text))


def needs_scrub(column: str) -> str:
    """SQL: a cheap test that finds every text that :func:`scrub` could change."""
    return f"({column} LIKE '%@%' OR regexp_matches({column}, '\\d([ -]?\\d){{10}}'))"


def named(header: str) -> bool:
    """Whether a header announces customers' data."""
    return bool(_HEADERS.search(header))


def found(
    con: duckdb.DuckDBPyConnection, columns: dict[str, str], figures: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Headers of columns that hold personal numbers, with the kind: ``card``, ``id`` or ``mobile``.

    ``columns`` are SQL columns of view ``cells`` by header; in ``figures`` (columns of amounts) an 11-digit number is
    no mobile number. A column counts when most of its numbers of that length pass the check (one in ten would by
    chance).
    """
    hits: dict[str, str] = {}
    for header, column in columns.items():
        cells = [
            re.sub(r"[ +-]|\.0+$", "", text)
            for (text,) in con.execute(
                f"SELECT {column} FROM cells WHERE strlen({column}) BETWEEN 11 AND 40 "
                f"AND regexp_full_match({column}, {quoted(_CANDIDATE)}) LIMIT {CANDIDATES}"
            ).fetchall()
        ]
        kind = _kind(cells, header in figures)
        if kind:
            hits[header] = kind
    return hits


def _kind(cells: list[str], figure: bool) -> str | None:
    if any(chinese_id(cell) for cell in cells):
        return "id"
    cards = [cell for cell in cells if re.fullmatch(_CARD, cell)]
    if cards and sum(map(luhn, cards)) > 0.5 * len(cards):
        return "card"
    mobiles = [cell for cell in cells if re.fullmatch(_MOBILE, cell)]
    return "mobile" if not figure and len(mobiles) > 0.5 * max(len(cells), 2) else None
