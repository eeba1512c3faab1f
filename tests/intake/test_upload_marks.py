"""What a sheet shows and a plain reading of its cells does not tell: merged branch names, figures shown as per cent."""

from __future__ import annotations

import datetime as dt
import io
import json

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from cx.bank import model as bank
from cx.intake import indicators, periods, suggest
from cx.intake.indicators import Checked
from cx.intake.mappings import indicator_mapping
from cx.intake.reading import tabular
from cx.store.place import ROOT

MODEL = bank.load(ROOT / "data" / "model")
ROWS = [
    ["2026年网点服务指标", None, None, None],
    ["网点", "月份", "平均排队时长", "取号后放弃率"],
    ["静安寺支行", "1月", 12.5, 0.123],
    [None, "2月", 13, 0.05],
    ["徐家汇支行", "1月", 14, 0.5],
    [None, "2月", 15, 1],
    [None, "3月", 16, 0],
]


def book(left: int, shown: str, merges: bool = True) -> bytes:
    """A report whose first column is the sheet's ``left``-th and whose shares are in the format ``shown``."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.sheet_properties.tabColor = "FF0000"
    for at, row in enumerate(ROWS, 2):
        for place, value in enumerate(row):
            cell = sheet.cell(at, left + place, value)
            if place == 3 and at > 3:
                cell.number_format = shown
    if merges:
        first = get_column_letter(left)
        for area in (f"{first}2:{get_column_letter(left + 3)}2", f"{first}4:{first}5", f"{first}6:{first}8"):
            sheet.merge_cells(area)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def check(data: bytes) -> tuple[Checked, dict[tuple[str, int, str], float]]:
    with tabular.opened(data, "网点指标.xlsx") as table:
        mapping = indicator_mapping(json.loads(suggest.indicators(table, MODEL).to_json()))
        checked = indicators.check(table, mapping, MODEL, dt.date(2026, 11, 22))
        rows = table.con.execute("SELECT indicator, month(day), branch, value FROM checked").fetchall()
        return checked, {(indicator, month, branch): float(value) for indicator, month, branch, value in rows}


@pytest.mark.parametrize(("left", "shown"), [(1, "0.00%"), (3, '0.0"约"%')])
def test_merged_branches_stand_in_each_of_their_rows_and_shown_percent_is_read(left: int, shown: str) -> None:
    checked, figures = check(book(left, shown))
    assert checked.total == 0
    keys = [("b0101", 1), ("b0101", 2), ("b0102", 1), ("b0102", 2), ("b0102", 3)]
    queue, gone = (12.5, 13, 14, 15, 16), (12.3, 5, 50, 100, 0)
    expected = {("queue_minutes", m, b): v for (b, m), v in zip(keys, queue, strict=True)}
    assert figures == expected | {("abandonment_rate", m, b): v for (b, m), v in zip(keys, gone, strict=True)}


def test_empty_cells_that_are_not_merged_stay_empty_and_a_quoted_percent_is_none() -> None:
    with tabular.opened(book(1, '0.0"%"', merges=False), "网点指标.xlsx") as table:
        rows = table.con.execute("SELECT c0, c3 FROM cells ORDER BY row").fetchall()
    assert rows == [("静安寺支行", "0.123"), (None, "0.05"), ("徐家汇支行", "0.5"), (None, "1"), (None, "0")]


def test_a_merged_figure_is_not_made_several() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(1, "0.0")))
    made.active.merge_cells("C4:C5")  # type: ignore[union-attr]
    out = io.BytesIO()
    made.save(out)
    with tabular.opened(out.getvalue(), "网点指标.xlsx") as table:
        assert table.con.execute("SELECT c0, c2 FROM cells ORDER BY row LIMIT 2").fetchall() == [
            ("静安寺支行", "12.5"), ("静安寺支行", None)
        ]  # fmt: skip


SPANS = ("上半年", "1—3月", "2026年1-6月", "H1", "一至三月", "2026年下半年", "2026年度", "Q1-Q2", "前三季度")


def test_several_months_in_one_are_told_plainly() -> None:
    head = "指标,期间,网点,数值\n平均排队时长,2026年1月,静安寺支行,12.5\n"
    checked, _ = check((head + "".join(f"平均排队时长,{span},静安寺支行,25\n" for span in SPANS)).encode())
    assert {(p.value, p.problem.code) for p in checked.problems} == {(span, "upload_span") for span in SPANS}
    wide = "指标,网点,2026年1月,2026年2月,上半年\n平均排队时长,静安寺支行,12.5,13,25.5\n"
    checked, figures = check(wide.encode())
    assert figures == {("queue_minutes", 1, "b0101"): 12.5, ("queue_minutes", 2, "b0101"): 13}
    assert [one.values["names"] for one in checked.notices if one.code == "spans"] == ["上半年"]


@pytest.mark.parametrize("text", ["2026年1月", "Q1", "2026-01", "1月", "第3周", "2026", "上期", "半年报"])
def test_single_periods_are_no_spans(text: str) -> None:
    assert not periods.several(text)
