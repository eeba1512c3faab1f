"""Rows of a table that are no figures of their own: totals, footnotes, names repeated on each page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cx.intake import periods
from cx.intake.lookup import WHOLE_BANK, plain
from cx.intake.reading import sniff
from cx.intake.reading.heading import JOIN
from cx.intake.reading.tabular import PART, SHEET, Table
from cx.intake.values import quoted

_TOTAL = re.compile(
    r".*(合计|总计|共计|小计|汇总|平均|均值|平均值|平均数|总和|total|totals|subtotal|average|mean|avg)"
    r"|(合计|总计|小计|subtotal|grandtotal).*|sum"
)
_ALONE = re.compile(
    r"合计|总计|共计|小计|汇总|平均|均值|平均值|平均数|总和|(sub|grand)?totals?|average|mean|avg|sum|全年|年?累计|本年累计|ytd"
)
_DERIVED = re.compile(
    r"同比|环比|较上|较年初|较去年|比上|比年初|增幅|增减|增长|增速|变动|变化|累计|排名|名次|位次|完成率|达成率|目标|预算|上期|上月|上年|上季|上周|去年"
    r"|同期|年初|\b(yoy|mom|qoq|ytd)\b|rank|growth|change|target|budget|previous|last (year|month|quarter|week)"
    r"|cumulative", re.IGNORECASE
)  # fmt: skip
_PEOPLE = "制表|制表人|填表人|填报人|编制|编制人|审核|审核人|复核|复核人|负责人|单位负责人|联系人|联系电话"
_STAMPS = "制表日期|填报日期|打印日期|导出时间|报表日期|generated|printed|prepared by|approved by|reviewed by"
_REMARKS = "注|备注|附注|说明|填表说明|数据来源|来源|口径|统计口径|notes?|sources?|remarks?"
_NOTE = re.compile(
    rf"^\s*[*※#]|^\s*[(（【\[]?\s*({_REMARKS}|{_PEOPLE}|{_STAMPS})"
    r"\s*[\d一二三四五六七八九十]*\s*[】\])）]?\s*[:：.、]", re.IGNORECASE
)  # fmt: skip
TAIL, SHOWN = 60, 3


def is_total(text: str, role: str = "branch") -> bool:
    """Whether a name stands for a total, a mean or the whole: 合计, 沪西小计, 平均, Total, 全行.

    Of indicators and periods only a word alone does: 平均排队时长 is an indicator, 贷款合计 may be one.
    """
    bare = plain(text)
    if role in ("indicator", "period"):
        return bool(_ALONE.fullmatch(bare))
    return bare in WHOLE_BANK or bool(_TOTAL.fullmatch(bare))


def is_derived(text: str) -> bool:
    """Whether a column's name says that it was worked out from others: 同比, 环比, 累计, 排名, 上期."""
    return bool(_DERIVED.search(text))


def is_span(header: str) -> bool:
    """Whether a column is about several months together: 上半年, 1—3月."""
    return any(periods.several(part) for part in header.split(JOIN))


def notes(table: Table) -> tuple[list[int], list[str]]:
    """Rows that hold no figure and are remarks, and their texts: ``注：…``, ``制表人：…``, or one text alone below the
    last row of data."""
    count = len(table.headers) - (SHEET in table.headers)
    if count < 2:
        return [], []
    empty = " + ".join(f"CAST(c{i} IS NULL AS INTEGER)" for i in range(count))
    cells = ", ".join(f"c{i}" for i in range(count))
    rows = table.con.execute(
        f"SELECT row, [{cells}], {empty} FROM cells WHERE ((c0 IS NULL OR c1 IS NULL) AND {empty} >= {count - 1}) "
        f"OR row > (SELECT max(row) - {TAIL} FROM cells) {'OR TRUE' if table.parts else ''} ORDER BY row DESC"
    ).fetchall()
    found: list[tuple[int, str]] = []
    tail, part = True, -1
    for row, values, empties in rows:
        tail, part = tail or row // PART != part, row // PART
        texts = [text.strip() for text in values if text and text.strip()]
        note = not any(sniff.is_figure(text) for text in texts) and bool(texts) and bool(_NOTE.match(texts[0]))
        alone = empties == count - 1 and count > 2 and bool(texts) and not sniff.is_figure(texts[0])
        if note or (tail and alone):
            found.append((row, " ".join(texts)))
        else:
            tail = False
    found.reverse()
    return [row for row, _ in found], [text for _, text in found]


def repeated(table: Table) -> list[int]:
    """Rows that repeat the column names, as reports printed on several pages do."""
    same = " AND ".join(f"c{i} = {quoted(header)}" for i, header in enumerate(table.headers) if header != SHEET)
    return [row for (row,) in table.con.execute(f"SELECT row FROM cells WHERE {same} ORDER BY row").fetchall()]


def shown(texts: Sequence[str]) -> str:
    """The first few of some texts, for a notice."""
    return " · ".join(text[:40] for text in texts[:SHOWN]) + (" …" if len(texts) > SHOWN else "")
