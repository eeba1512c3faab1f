"""What is no indicator: customers' records and single transactions. Refused with the reason and the way out."""

from __future__ import annotations

import re

from cx.bank.model import Model
from cx.intake import personal, values
from cx.intake.mappings import IndicatorMapping
from cx.intake.reading.layout import members_of
from cx.intake.reading.tabular import Table
from cx.words import Problem, Refused

_RECORD = re.compile(
    r"(complaint|transaction|order|ticket|case|record|event|call|session|loan|claim|application|incident|customer|client|account|visit|message|contract)"
    r"[\s_-]*(id|no|nr|num|number|code|key)\b|\b(uuid|guid)\b|(投诉|工单|订单|交易|业务|案件|事件|会话|申请|客户|记录|报障|呼叫|通话|凭证|票据|合同|贷款|录音)"
    r"(编号|号码|号|id|单号|流水号?|编码)$|单号$|流水", re.IGNORECASE
)  # fmt: skip
RECORDS, MOMENTS, SAMPLE = 20, 24, 5000


def refuse(table: Table, mapping: IndicatorMapping, model: Model) -> None:
    """Raise :class:`Refused` where columns hold cards, identity or phone numbers or names, the number of one record a
    row, or times of the day."""
    figures = frozenset(mapping.columns.get(role, "") for role in ("value", "numerator", "denominator"))
    figures |= set(mapping.values)
    columns = {header: f"c{i}" for i, header in enumerate(table.headers)}
    hits = personal.found(table.con, columns, figures)
    hits |= {header: "name" for header in table.headers if personal.named(header) and header not in mapping.headers()}
    problems = [Problem(f"upload_raw_{kind}", table.name, {"column": header}) for header, kind in hits.items()]
    for header, column in columns.items():
        if header not in hits and header not in figures:
            problems += _records(table, header, column, model) or _moments(table, header, column)
    if problems:
        raise Refused(*problems)


def _records(table: Table, header: str, column: str, model: Model) -> list[Problem]:
    """A column whose name numbers single records and whose cells are all different."""
    if not _RECORD.search(header):
        return []
    rows, distinct = table.con.execute(f"SELECT count({column}), count(DISTINCT {column}) FROM cells").fetchall()[0]
    if rows < RECORDS or distinct < 0.9 * rows:
        return []
    some = [text for (text,) in table.con.execute(f"SELECT {column} FROM cells LIMIT 50").fetchall() if text]
    ours = sum(1 for text in some if any(found.find(text) for _, found in members_of(model).values()))
    return [] if 2 * ours > len(some) else [Problem("upload_raw_records", table.name, {"column": header, "rows": rows})]


def _moments(table: Table, header: str, column: str) -> list[Problem]:
    """A column of moments: times of the day other than midnight."""
    some = f"SELECT {column} AS text FROM cells LIMIT {SAMPLE}"
    if not table.con.execute(f"SELECT 1 FROM ({some}) WHERE contains(text, ':') LIMIT 1").fetchall():
        return []
    table.con.execute(f"CREATE OR REPLACE TEMP VIEW timed AS {some}")
    values.read_dates(table.con, "timed", "text", None, "moments")
    dated, times, days = table.con.execute(
        "SELECT count(*) FILTER (day IS NOT NULL), count(*) FILTER (m.at <> CAST(day AS TIMESTAMP)), "
        "count(DISTINCT day) FROM moments m"
    ).fetchall()[0]
    if times < MOMENTS or 2 * times < dated:
        return []
    told = {"column": header, "a_day": f"{dated / max(days, 1):.0f}"}
    return [Problem("upload_raw_times", table.name, told)]
