"""A first mapping from column names and contents, for the user to check. Never loaded without being shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from cx.bank.model import Model
from cx.intake import values
from cx.intake.lookup import BANK, lookup, names, plain
from cx.intake.mappings import NAMED, VARYING, IndicatorMapping, indicator_mapping
from cx.intake.reading import headers, left_out
from cx.intake.reading.layout import members_of
from cx.intake.reading.tabular import SHEET, Table
from cx.words import Refused

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
    "unit": ("单位", "计量单位", "指标单位", "uom", "unitofmeasure", "measureunit"),
    "numerator": ("分子", "numerator", "num"),
    "denominator": ("分母", "基数", "denominator", "base", "denom"),
    "id": ("id", "答卷编号", "编号", "序号", "答卷id", "responseid", "reviewid", "recordid", "respondentid", "no"),
    "date": ("提交时间", "答题时间", "日期", "时间", "评价时间", "date", "surveydate", "submittedat", "submitdate",
    "timestamp", "createdat", "completed"),
}  # fmt: skip


def source_of(file_name: str) -> str:
    """The source that a file name speaks of: without dates, versions and numbers."""
    stem = PurePath(file_name).stem
    bare = re.sub(
        r"(19|20)\d{2}[-_.年]?\d{0,2}[-_.月]?\d{0,2}日?|第?[一二三四\d]季度?|[vV]\d+|\(\d+\)|（\d+）"
        r"|[-_ ]*[(（]?(?:更正|修正|修订|订正|最终|定稿|终稿|补报|重报|新)[版稿]?[)）]?$",
        "",
        stem,
    )
    return re.sub(r"[\s_\-.]+$|^[\s_\-.]+", "", bare) or stem


def roles(headers: Sequence[str], wanted: Sequence[str]) -> dict[str, str]:
    """A header for each role that one of its names fits; exact names before parts of names, no header twice."""
    found: dict[str, str] = {}
    for fits in (exact, _partly):
        for role in wanted:
            for header in headers:
                if role not in found and header not in found.values() and fits(header, role):
                    found[role] = header
    return found


def exact(header: str, role: str) -> bool:
    """Whether a header is one of a role's names."""
    return _bare(header) in SYNONYMS[role]


def _bare(header: str) -> str:
    return plain(re.sub(r"[(（][^)）]*[)）]", "", header))


def _partly(header: str, role: str) -> bool:
    bare = _bare(header)
    return any(len(name) >= 2 and name in bare for name in SYNONYMS[role] if not name.isascii() or len(name) >= 5)


def indicators(table: Table, model: Model) -> IndicatorMapping:
    """The likely mapping of a file of indicators; its shape follows from what its headers name."""
    source, wanted = source_of(table.name), (*NAMED, "period", "unit")
    meant = headers.meanings(table, model)
    columns = _columns(table, model, meant, wanted)
    found = headers.shape(table, meant, _free(table, columns))
    if found is not None:  # what varies by column is in no column of its own, whatever a header looks like
        columns = _columns(table, model, meant, [role for role in wanted if role not in VARYING[found.name]])
        found = headers.shape(table, meant, _free(table, columns)) or found
    if found is not None and not (found.name == "indicators" and "indicator" in columns):
        varying = VARYING[found.name]
        columns = {role: header for role, header in columns.items() if role not in varying}
        only = None if "indicator" in varying else _only(columns, table, model)
        mapping = IndicatorMapping(source, found.name, columns, found.values, only)
    else:
        columns = _columns(table, model, meant, (*wanted, "value", "numerator", "denominator"))
        mapping = IndicatorMapping(source, "long", columns, {}, _only(columns, table, model))
    return replace(mapping, bank=_bank(table, mapping))


def _free(table: Table, columns: Mapping[str, str]) -> list[str]:
    return [header for header in table.headers if header not in columns.values()]


def _columns(table: Table, model: Model, meant: Mapping[str, object], wanted: Sequence[str]) -> dict[str, str]:
    """A header for each role by its name, without those that name an indicator, period or branch themselves."""
    found = roles([h for h in table.headers if h not in (*meant, SHEET) and not left_out.is_derived(h)], wanted)
    role = _of_sheets(table, model)
    if role and role in wanted and role not in found:
        found[role] = SHEET
    return found


def _of_sheets(table: Table, model: Model) -> str | None:
    """What the names of several sheets are, when all of them are the same: periods, branches, indicators, channels."""
    if table.parts and headers.periods_of(table, table.parts) == set(table.parts):
        return "period"
    found = [role for role in NAMED if table.parts and all(map(members_of(model)[role][1].find, table.parts))]
    return found[0] if found else None


def _bank(table: Table, mapping: IndicatorMapping) -> tuple[str, ...]:
    """全行 where it stands alone: no other unit of the bank in the file, so that it can be no row of totals."""
    if "branch" not in mapping.columns:
        return ()
    column = table.column(mapping.columns["branch"])
    other = f", {table.column(mapping.columns['indicator'])}" if "indicator" in mapping.columns else ", ''"
    rows = table.con.execute(
        f"SELECT DISTINCT trim({column}){other} FROM cells WHERE NOT {values.missing(column)}"
    ).fetchall()
    whole = {text for text, _ in rows if plain(text) in BANK}
    beside = {indicator for text, indicator in rows if not left_out.is_total(text)}
    alone = {text for text in whole if not any(indicator in beside for name, indicator in rows if name == text)}
    return tuple(sorted(alone))


def _only(columns: Mapping[str, str], table: Table, model: Model) -> str | None:
    """The indicator that the file's or sheet's name speaks of, when no column does."""
    if "indicator" in columns:
        return None
    known = lookup(model.indicators, names)
    return known.find(source_of(table.name)) or known.find(table.sheet)


def remembered(data: Any, suggested: IndicatorMapping, table_headers: Sequence[str]) -> IndicatorMapping | None:
    """The mapping last used for a source, fitted to this file; None where the file lacks a column of it.

    Columns of periods are those of this file: last year's 1月 is not this year's, and there is one more each month.
    """
    try:
        known = indicator_mapping(data)
    except Refused:
        return None
    known = known.with_reading(year=None, period=None)
    if "period" in VARYING[known.shape] and suggested.shape == known.shape:
        known = replace(known, values=suggested.values)
    return known if set(known.headers()) <= set(table_headers) else None
