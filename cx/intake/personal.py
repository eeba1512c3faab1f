"""What must not enter: card and account numbers, ID numbers, mobile numbers, customers' names."""

from __future__ import annotations

import re

import duckdb

from cx.intake.values import quoted
from cx.survey.personal import chinese_id, luhn, scrub

__all__ = ["chinese_id", "found", "luhn", "named", "needs_scrub", "scrub"]

_SERVICE = r"银行|网银|客户端|端|版|应用|app|渠道|支付|营业厅|操作|回访|服务|客服"
_OFFERED = r"[ _-]?(bank|app|channel|service|support|agent|experience|wallet|pay|web|site|version)"
_HEADERS = re.compile(
    rf"卡号|账号|帐号|账户号|身份证|证件号|手机(?!{_SERVICE})|电话号码|联系电话|邮箱|电子邮件|客户姓名|客户名称|^姓名$|户名|流水号|交易时间|交易金额"
    rf"|交易对手|card.?(no|num)|account.?(no|num)|id.?card|passport|(mobile|phone|e-?mail)(?!{_OFFERED})|customer.?name|^name$|surname"
    r"|transaction.?(id|no|time|amount)",
    re.IGNORECASE,
)
_CARD, _MOBILE = r"\d{13,19}", r"(86)?1[3-9]\d{9}"
_CANDIDATE = r"\+?\d([ -]?\d){10,18}[ -]?[\dXx]?(\.0+)?"
CANDIDATES = 5000


def needs_scrub(column: str) -> str:
    """SQL: a cheap test that finds every text that :func:`scrub` could change."""
    return f"({column} LIKE '%@%' OR regexp_matches({column}, '[0-9０-９]([ \u3000－-]?[0-9０-９]){{10}}'))"


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
                f"SELECT {column} FROM cells WHERE strlen({column}) BETWEEN 11 AND 40 AND length({column}) >= 11 "
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
