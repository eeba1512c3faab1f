"""A first mapping from column names and contents, for the user to check. Never loaded without being shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from cx.bank.model import Model
from cx.intake import personal, values
from cx.intake.lookup import lookup, names, plain
from cx.intake.mappings import IndicatorMapping, Reading
from cx.intake.tabular import Table

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "indicator": ("指标", "指标名称", "指标编号", "指标代码", "指标id", "indicator", "indicatorname", "indicatorid",
    "metric", "kpi"),
    "period": (
        "期间", "日期", "月份", "年月", "数据日期", "统计日期", "统计期间", "统计月份", "账期", "时间", "季度", "周",
        "period", "date",
        "month", "day", "week", "quarter", "asof", "yearmonth",
    ),
    "branch": ("网点", "机构", "机构名称", "机构号", "网点名称", "网点编号", "支行", "支行名称", "branch", "branchid",
    "branchname", "unit", "outlet"),
    "region": ("片区", "区域", "分行", "地区", "region", "area", "district", "market"),
    "channel": ("渠道", "渠道名称", "channel", "platform"),
    "business_line": ("业务条线", "条线", "业务线", "businessline", "lob"),
    "segment": ("客群", "客户分层", "客户类型", "segment", "customertype", "class"),
    "product": ("产品", "产品名称", "product"),
    "lang": ("语言", "lang", "language", "locale"),
    "brand": ("品牌", "brand"),
    "value": ("值", "数值", "指标值", "结果", "本期值", "value", "result", "figure", "amount", "actual"),
    "numerator": ("分子", "numerator", "num"),
    "denominator": ("分母", "基数", "denominator", "base", "denom"),
    "id": ("id", "答卷编号", "编号", "序号", "答卷id", "responseid", "reviewid", "recordid", "respondentid", "no"),
    "date": ("提交时间", "答题时间", "日期", "时间", "评价时间", "date", "surveydate", "submittedat", "submitdate",
    "timestamp", "createdat", "completed"),
}  # fmt: skip
_DIMENSIONS = ("branch", "region", "channel", "business_line", "segment", "product", "lang", "brand")
_ASKED = (
    ("nps", re.compile(r"nps|推荐|recommend", re.I)), ("ces", re.compile(r"费力|容易|effort|ces\b", re.I)),
    ("csat", re.compile(r"满意|csat|satisf", re.I)),
    ("text", re.compile(r"评论|意见|原因|建议|内容|comment|review|content|reason|feedback|title|text", re.I)),
)  # fmt: skip


def source_of(file_name: str) -> str:
    """The source that a file name speaks of: without dates, versions and numbers."""
    stem = PurePath(file_name).stem
    bare = re.sub(
        r"(19|20)\d{2}[-_.年]?\d{0,2}[-_.月]?\d{0,2}日?|第?[一二三四\d]季度?|[vV]\d+|\(\d+\)|（\d+）", "", stem
    )
    return re.sub(r"[\s_\-.]+$|^[\s_\-.]+", "", bare) or stem


def roles(headers: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    """A header for each role that one of its names fits; exact names before parts of names, no header twice."""
    found: dict[str, str] = {}
    for exact in (True, False):
        for role in wanted:
            for header in headers:
                if role not in found and header not in found.values() and _fits(header, role, exact):
                    found[role] = header
    return found


def _fits(header: str, role: str, exact: bool) -> bool:
    bare = plain(re.sub(r"[(（][^)）]*[)）]", "", header))
    if exact:
        return bare in SYNONYMS[role]
    return any(len(name) >= 2 and name in bare for name in SYNONYMS[role] if not name.isascii() or len(name) >= 5)


def indicators(table: Table, model: Model) -> IndicatorMapping:
    """The likely mapping of a file of indicators; its shape follows from which headers are indicators or periods."""
    source, known = source_of(table.name), lookup(model.indicators, names)
    meant = {header: id for header in table.headers if (id := known.find(header))}
    periods = _periods(table)
    if len(periods) >= 2:
        rest = [h for h in table.headers if h not in periods]
        columns = roles(rest, ("indicator", "branch", "region", "channel", "business_line"))
        return IndicatorMapping(
            source, "periods", columns, {h: h for h in periods}, _only(columns, table, model), Reading()
        )
    columns = roles([h for h in table.headers if h not in meant],
                    ("indicator", "period", "branch", "region", "channel", "business_line"))  # fmt: skip
    if meant and "indicator" not in columns:
        return IndicatorMapping(source, "indicators", columns, meant)
    columns = roles(
        table.headers,
        ("indicator", "period", "value", "numerator", "denominator", "branch", "region", "channel", "business_line"),
    )
    return IndicatorMapping(source, "long", columns, {}, _only(columns, table, model))


def _only(columns: Mapping[str, str], table: Table, model: Model) -> str | None:
    """The indicator that the file's or sheet's name speaks of, when no column does."""
    if "indicator" in columns:
        return None
    known = lookup(model.indicators, names)
    return known.find(source_of(table.name)) or known.find(table.sheet)


def _periods(table: Table) -> list[str]:
    quoted = ", ".join(f"({values.quoted(header)})" for header in table.headers)
    table.con.execute(f"CREATE OR REPLACE TEMP VIEW headers AS SELECT * FROM (VALUES {quoted}) h(text)")
    values.read_dates(table.con, "headers", "text", None, "header_dates")
    named = {text for (text,) in table.con.execute("SELECT text FROM header_dates WHERE day IS NOT NULL").fetchall()}
    return [header for header in table.headers if header in named]


@dataclass(frozen=True)
class SuggestedResponses:
    """A likely reading of a file of responses: roles ``date`` and ``id``, dimensions, a type for each other header."""

    columns: Mapping[str, str]
    types: Mapping[str, str]
    zeros: frozenset[str]


def responses(table: Table) -> SuggestedResponses:
    """Guess from names and contents; columns that hold or announce personal data are left out."""
    found = roles(table.headers, ("date", "id", *_DIMENSIONS))
    types: dict[str, str] = {}
    zeros: set[str] = set()
    for i, header in enumerate(table.headers):
        if header in found.values() or personal.named(header):
            continue
        column = f"c{i}"
        low, high, whole, filled, distinct, length = table.con.execute(
            f"SELECT min(n), max(n), count(n) FILTER (n = floor(n)), count(x), count(DISTINCT x), avg(length(x)) FROM "
            f"(SELECT {column} AS x, try_cast({column} AS DOUBLE) AS n "
            f"FROM cells WHERE NOT {values.missing(column)} LIMIT 20000)"
        ).fetchall()[0]
        if not filled:
            continue
        kind = _type(header, low, high, whole == filled, distinct, length)
        if kind:
            types[header] = kind
            if low == 0 and kind in ("rating", "csat"):
                zeros.add(header)
    return SuggestedResponses(found, types, frozenset(zeros))


def _type(header: str, low: float | None, high: float | None, whole: bool, distinct: int, length: float) -> str | None:
    named = next((kind for kind, pattern in _ASKED if pattern.search(header)), None)
    if whole and low is not None and high is not None:
        if low >= 0 and high <= 10 and (named == "nps" or high > 7):
            return "nps" if named == "nps" else None
        if low >= 0 and high <= 7 and named == "ces":
            return "ces"
        if low >= 0 and high <= 5 and distinct > 2:
            return "csat" if named == "csat" else "rating"
        return None
    if low is not None:
        return None
    if length > 12 or named == "text":
        return "text"
    return "single" if distinct <= 12 else None
