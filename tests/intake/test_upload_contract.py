"""The upload contract beyond one plain table: sheets, merged names, totals, units, unknown names, years, records."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cx.__main__ import main
from cx.bank import model as bank
from cx.intake import indicators, suggest, uploads
from cx.intake.indicators import Checked
from cx.intake.mappings import IndicatorMapping, indicator_mapping
from cx.intake.reading import tabular
from cx.intake.rows import ALL_SHEETS, Options
from cx.store.database import Database
from cx.store.place import ROOT
from cx.words import Refused, Translator

TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 8)
MODEL = bank.load(ROOT / "data" / "model")
Figures = dict[tuple[str, str, str | None], float]


def check(
    data: str | bytes, name: str = "网点月报.csv", sheet: str | None = None, **changes: object
) -> tuple[Checked, Figures]:
    """A file under its suggested mapping, with ``changes`` to it; and its figures by (indicator, day, branch)."""
    data = data.encode() if isinstance(data, str) else data
    with tabular.opened(data, name, Options(sheet)) as table:
        said = json.loads(suggest.indicators(table, MODEL).to_json())
        reading = {**said["reading"], **changes.pop("reading", {})}  # type: ignore[dict-item]
        mapping = indicator_mapping({**said, **changes, "reading": reading})
        checked = indicators.check(table, mapping, MODEL, TODAY)
        rows = table.con.execute("SELECT indicator, strftime(day, '%Y-%m-%d'), branch, value FROM checked").fetchall()
        return checked, {(i, d, b): round(float(v), 4) for i, d, b, v in rows if v is not None}


def codes(checked: Checked) -> set[str]:
    return {p.problem.code for p in checked.problems}


def refused(data: str | bytes, name: str = "网点月报.csv", **changes: object) -> set[str]:
    with pytest.raises(Refused) as caught:
        check(data, name, **changes)
    return {problem.code for problem in caught.value.problems}


def notices(checked: Checked) -> dict[str, object]:
    return {notice.code: notice.values.get("count") for notice in checked.notices}


def book(**sheets: list[list[object]]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def merged() -> bytes:
    """What a bank's branch report looks like."""
    made = book(月报=[
        ["2026年3月网点服务指标", *[None] * 6],
        ["编制部门：运营管理部"],
        [],
        ["网点", "平均排队时长（秒）", None, None, "取号后放弃率", None, "排名"],
        [None, "本期", "上期", "同比", "本期", "同比", None],
        ["静安寺支行", 750, 700, "7.1%", 4.5, 0.2, 1],
        ["徐家汇支行", 600, 640, "-6.3%", 5.5, -0.1, 2],
        ["合计", 1350, 1340, "0.7%", 10, 0.1, None],
        ["全行", 675, 670, "0.7%", 5, 0.1, None],
        [],
        ["注：排队时长按取号到叫号计算"],
        ["制表人：张三", None, "审核：李四"],
    ])  # fmt: skip
    sheet = made["月报"]
    for area in ("A1:G1", "A4:A5", "B4:D4", "E4:F4", "G4:G5"):
        sheet.merge_cells(area)
    return saved(made)


def test_merged_names_titles_totals_notes_and_units_of_a_real_report() -> None:
    checked, figures = check(merged(), "x.xlsx")
    assert checked.total == 0
    day = "2026-03-01"
    assert figures == {
        ("queue_minutes", day, "b0101"): 12.5, ("queue_minutes", day, "b0102"): 10,
        ("abandonment_rate", day, "b0101"): 4.5, ("abandonment_rate", day, "b0102"): 5.5,
    }  # fmt: skip
    assert notices(checked) == {"titles": 2, "notes": 2, "derived": 4, "period": None, "totals": 4}
    [conversion] = checked.conversions
    assert (conversion.indicator, conversion.said, conversion.shown) == ("queue_minutes", "秒", "÷ 60")


def test_a_row_of_the_whole_bank_counts_when_the_mapping_says_so() -> None:
    checked, figures = check(merged(), "x.xlsx", bank=["全行"])
    assert checked.banks == ("全行", "合计")
    assert figures["queue_minutes", "2026-03-01", None] == 11.25 and len(figures) == 6
    assert notices(checked)["totals"] == 2


def test_the_whole_bank_alone_is_no_total() -> None:
    _, figures = check("指标,月份,网点,数值\n手机银行月活跃用户数,2026-01,全行,1000\n")
    assert [branch for _, _, branch in figures] == [None] or not figures


def test_nothing_but_totals_is_told() -> None:
    assert refused("指标,月份,网点,数值\n平均排队时长,2026-01,合计,10\n") == {"upload_all_left"}


@pytest.mark.parametrize("spelled", [
    ["2025年1月", "2025年2月"], ["2025-01", "2025-02"], ["202501", "202502"], ["Jan-25", "Feb-25"],
    ["25年1月", "25年2月"],
    ["2025年一月", "2025年二月"], ["January 2025", "February 2025"], ["2025/1", "2025/2"], ["2025.01", "2025.02"],
])  # fmt: skip
def test_months_as_columns_in_any_spelling(spelled: list[str]) -> None:
    checked, figures = check(f"指标,网点,{','.join(spelled)}\n平均排队时长,静安寺支行,12,13\n")
    assert not checked.total
    assert figures == {("queue_minutes", "2025-01-01", "b0101"): 12, ("queue_minutes", "2025-02-01", "b0101"): 13}


BARE = "指标,网点,1月,2月\n平均排队时长,静安寺支行,12,13\n"


def test_the_year_comes_from_the_title_or_the_name_or_is_asked() -> None:
    months = {"2025-01-01", "2025-02-01"}
    for data, name in ((f"2025年服务指标,,,\n{BARE}", "月报.csv"), (BARE, "月报_2025.csv")):
        assert {day for _, day, _ in check(data, name)[1]} == months
    assert refused(BARE, "月报.csv") == {"upload_ask_year"}
    assert refused(f"2024—2025年对比,,,\n{BARE}", "月报.csv") == {"upload_ask_year"}
    assert {day for _, day, _ in check(BARE, "月报.csv", reading={"year": 2025})[1]} == months


def test_last_years_columns_are_not_this_years() -> None:
    db = Database(":memory:")
    with tabular.opened(f"2025年服务指标,,,\n{BARE}".encode(), "月报.csv") as table:
        mapping = suggest.indicators(table, MODEL).with_reading(year=2025)
        uploads.load_indicators(db, indicators.check(table, mapping, MODEL, TODAY), "li", NOW)
    later = "2026年服务指标,,,,\n指标,网点,1月,2月,3月\n平均排队时长,静安寺支行,12,13,14\n"
    with tabular.opened(later.encode(), "月报.csv") as table:
        data = uploads.remembered(db.cursor(), "indicators", "月报")
        known = suggest.remembered(data, suggest.indicators(table, MODEL), table.headers)
        assert known is not None and list(known.values) == ["1月", "2月", "3月"] and known.reading.year is None
        checked = indicators.check(table, known, MODEL, TODAY)
        assert (checked.first, checked.last) == (dt.date(2026, 1, 1), dt.date(2026, 3, 1))


def test_branches_as_columns_and_one_that_is_unknown() -> None:
    text = "指标,月份,静安寺支行,徐家汇支行,月球支行,合计\n平均排队时长,2025-01,12,13,14,39\n"
    checked, _ = check(text)
    assert codes(checked) == {"upload_unknown_branch"} and checked.total == 1
    assert [(one.role, one.text, one.rows) for one in checked.unknown] == [("branch", "月球支行", 1)]
    checked, figures = check(text, names={"branch": {"月球支行": "b0103"}})
    assert not checked.total and figures["queue_minutes", "2025-01-01", "b0103"] == 14 and len(figures) == 3


def test_a_name_may_be_left_out_and_a_near_one_is_offered_not_taken() -> None:
    text = "指标,月份,网点,数值\n平均排队时长,2025-01,徐家汇支行营业室,12\n平均排队时长,2025-01,已撤网点,13\n"
    checked, _ = check(text)
    near = {one.text: one.near for one in checked.unknown}
    assert checked.total == 2 and near["徐家汇支行营业室"][0] == "b0102"
    checked, figures = check(text, names={"branch": {"徐家汇支行营业室": "b0102", "已撤网点": "-"}})
    assert not checked.total and figures == {("queue_minutes", "2025-01-01", "b0102"): 12}
    assert notices(checked)["skipped"] == 1


@pytest.mark.parametrize(("unit", "written", "value"), [
    ("秒", "750", 12.5), ("分钟", "12.5", 12.5), ("小时", "0.5", 30), ("sec", "90", 1.5),
])  # fmt: skip
def test_units_in_the_name_a_column_the_title_and_the_mapping(unit: str, written: str, value: float) -> None:
    head = "指标,月份,网点"
    files = {
        f"{head},数值\n平均排队时长（{unit}）,2025-01,b0101,{written}\n": {},
        f"{head},计量单位,数值\n平均排队时长,2025-01,b0101,{unit},{written}\n": {},
        f"单位：{unit},,,\n{head},数值\n平均排队时长,2025-01,b0101,{written}\n": {},
        f"{head},数值\n平均排队时长,2025-01,b0101,{written}\n": {"units": {"queue_minutes": unit}},
        f"月份,网点,平均排队时长\n,,{unit}\n2025-01,b0101,{written}\n": {},
    }
    for text, changes in list(files.items())[: None if unit == "秒" else 1]:  # every place for one unit, one for each
        checked, figures = check(text, **changes)
        assert not checked.total and figures == {("queue_minutes", "2025-01-01", "b0101"): value}, text
        assert bool(checked.conversions) == (unit != "分钟"), text


def test_shares_in_other_units_and_a_percent_sign_that_counts_first() -> None:
    for said, written in (("‰", "123"), ("bp", "1230"), ("%", "12.3"), ("‰", "12.3%")):
        _, figures = check(f"指标,月份,网点,数值\n取号后放弃率（{said}）,2025-01,b0101,{written}\n")
        assert list(figures.values()) == [12.3], said


def test_a_unit_that_does_not_go_with_the_indicator_is_refused() -> None:
    for said in ("元", "%", "万户", "工作日"):
        assert refused(f"指标,月份,网点,数值\n平均排队时长（{said}）,2025-01,b0101,12\n") == {"upload_unit"}


def test_a_scale_that_is_written_twice_is_asked() -> None:
    known = next(
        one for one in MODEL.indicators.values() if one.unit == "users" and one.grain == "month" and not one.computed
    )
    head = "指标,月份,网点,数值\n"
    _, figures = check(f"{head}{known.name['zh']}（万户）,2025-01,b0101,1.25\n")
    assert list(figures.values()) == [12500]
    assert refused(f"{head}{known.name['zh']}（万户）,2025-01,b0101,1.25万\n") == {"upload_unit_scale"}


def test_the_numerator_goes_along_with_the_unit() -> None:
    text = "指标,月份,网点,数值,分子,分母\n平均排队时长（秒）,2025-01,b0101,600,60000,100\n"
    with tabular.opened(text.encode(), "x.csv") as table:
        indicators.check(table, suggest.indicators(table, MODEL), MODEL, TODAY)
        assert [tuple(map(float, row)) for row in table.con.execute(
            "SELECT value, numerator, denominator FROM checked").fetchall()] == [(10, 1000, 100)]  # fmt: skip


def several() -> bytes:
    rows = [["网点", "平均排队时长"], ["静安寺支行", 12.0], ["徐家汇支行", 13.0], ["合计", 25.0]]
    other = [["2025年服务指标"], [], ["网点", "平均排队时长"], ["静安寺支行", 14.0], ["注：试运行"]]
    return saved(
        book(
            **{
                "说明": [["请按月填报", ""], ["联系人：张三", ""]],
                "1月": rows,
                "2月": other,
                "汇总": [["月份", "数"], ["1月", 3]],
            }
        )
    )


def test_all_sheets_of_one_layout_are_one_upload() -> None:
    checked, figures = check(several(), "月报.xlsx", ALL_SHEETS)
    assert not checked.total
    assert figures == {
        ("queue_minutes", "2025-01-01", "b0101"): 12, ("queue_minutes", "2025-01-01", "b0102"): 13,
        ("queue_minutes", "2025-02-01", "b0101"): 14,
    }  # fmt: skip
    assert notices(checked) == {"sheets": 2, "sheets_left": 2, "titles": 1, "notes": 1, "totals": 1}


def test_a_fault_in_one_of_several_sheets_names_sheet_and_row() -> None:
    made = openpyxl.load_workbook(io.BytesIO(several()))
    made["2月"]["B4"] = "abc"
    checked, _ = check(saved(made), "月报_2025.xlsx", ALL_SHEETS)
    assert [(p.row, p.column, p.value) for p in checked.problems] == [(4, "2月 · 平均排队时长", "abc")]


def test_other_sheets_are_told_when_one_is_read() -> None:
    checked, _ = check(several(), "月报_2025.xlsx", "1月", reading={"period": "2025-01"})
    assert notices(checked)["other_sheets"] == 3


def test_parquet_with_typed_columns() -> None:
    table = pa.table({
        "indicator": ["queue_minutes", "queue_minutes"], "month": pa.array([dt.date(2025, 1, 1), dt.date(2025, 2, 1)]),
        "branch": pa.array(["b0101", "b0102"]).dictionary_encode(), "value": pa.array([12.125, 1e1], pa.float64()),
    })  # fmt: skip
    out = io.BytesIO()
    pq.write_table(table, out)
    checked, figures = check(out.getvalue(), "x.parquet")
    assert not checked.total
    assert figures == {("queue_minutes", "2025-01-01", "b0101"): 12.125, ("queue_minutes", "2025-02-01", "b0102"): 10}


def test_single_records_and_times_of_the_day_are_refused_with_the_way_out() -> None:
    records = "".join(f"C{i:05d},2025-01-{1 + i % 28:02d},静安寺支行,{i % 7}\n" for i in range(60))
    assert refused("投诉编号,日期,网点,数值\n" + records, indicator="queue_minutes") == {"upload_raw_records"}
    moments = "".join(f"2025-01-01 {i // 12:02d}:{i % 12 * 5:02d},{100 + i}\n" for i in range(100))
    text = "时间,数值\n" + moments
    with pytest.raises(Refused) as caught:
        check(text, indicator="queue_minutes")
    [problem] = caught.value.problems
    assert problem.code == "upload_raw_times" and "汇总" in problem.cure(Translator("zh"))


def test_branch_codes_and_daily_moments_at_midnight_are_no_records() -> None:
    rows = "".join(f"{id},2025-01-01 00:00:00,{i % 9 + 1}\n" for i, id in enumerate(MODEL.branches))
    checked, figures = check("机构号,日期,平均排队时长\n" + rows)
    assert not checked.total and len(figures) == len(MODEL.branches)


HEAD = "指标,期间,网点,数值\n"
MAPPING = IndicatorMapping("月报", columns={"indicator": "指标", "period": "期间", "branch": "网点", "value": "数值"})


def test_undo_over_three_layers() -> None:
    """A, corrected by B, corrected by C: what is in force is always what the others alone would have made."""
    db = Database(":memory:")

    def load(value: int) -> str:
        text = f"{HEAD}queue_minutes,2025-01,b0101,{value}\n"
        with tabular.opened(text.encode(), "月报.csv") as table:
            return uploads.load_indicators(db, indicators.check(table, MAPPING, MODEL, TODAY), "li", NOW).upload_id

    def in_force() -> list[int]:
        return [int(v) for (v,) in db.cursor().execute("SELECT value FROM v_indicator").fetchall()]

    a, b, c = load(1), load(2), load(3)
    uploads.undo(db, b)
    assert in_force() == [3]
    uploads.undo(db, c)
    assert in_force() == [1]
    b = load(2)
    uploads.undo(db, a)
    assert in_force() == [2]
    uploads.undo(db, b)
    assert in_force() == []


def test_the_command_takes_names_from_the_mapping_and_remembers_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CX_DATA", str(tmp_path / "data"))
    text = f"{HEAD}平均排队时长,1月,徐家汇支行营业室,12\n平均排队时长,1月,合计,12\n"
    first, second, mapping = tmp_path / "月报_2025.csv", tmp_path / "月报_2026.csv", tmp_path / "m.yaml"
    first.write_text(text, encoding="utf-8")
    second.write_text(text, encoding="utf-8")
    assert main(["load-indicators", str(first), "--lang", "zh"]) == 1
    assert "徐家汇支行" in capsys.readouterr().err
    columns = json.dumps(dict(MAPPING.columns), ensure_ascii=False)
    mapping.write_text(
        f"source: 月报\ncolumns: {columns}\nnames: {{branch: {{徐家汇支行营业室: b0102}}}}\n", encoding="utf-8"
    )
    assert main(["load-indicators", str(first), "--mapping", str(mapping), "--lang", "zh"]) == 0
    assert "1 个数在合计" in capsys.readouterr().err
    assert main(["load-indicators", str(second), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["replaced"] == 0
