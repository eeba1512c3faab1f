"""Indicator files: checked row by row, loaded whole, corrected, taken back; raw transactions refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from bench import indicator_file
from cx.__main__ import main
from cx.bank import model as bank
from cx.intake import indicators, suggest, uploads
from cx.intake.indicators import Checked
from cx.intake.mappings import IndicatorMapping, indicator_mapping
from cx.intake.reading import tabular
from cx.intake.uploads import Loaded
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store import query
from cx.store.database import Database
from cx.store.place import ROOT
from cx.words import Refused, Translator

TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 8)
MODEL = bank.load(ROOT / "data" / "model")
COLUMNS = {"indicator": "指标", "period": "期间", "branch": "网点", "value": "数值"}
LONG = IndicatorMapping("月报", columns=COLUMNS, bank=("全行",))
HEAD = "指标,期间,网点,数值\n"
GOOD = (
    HEAD
    + "平均排队时长（分钟）,2026年1月,静安寺支行,12.5\nqueue_minutes,2026-02,b0102,13.5\n"
    + "取号后放弃率,2026/1/31,全行,3.5%\n"
)


@pytest.fixture
def db() -> Database:
    return Database(":memory:")


def check(text: str | bytes, mapping: IndicatorMapping = LONG) -> Checked:
    """The result of checking a file; its staged rows are gone."""
    with tabular.opened(text.encode("gbk") if isinstance(text, str) else text, "月报.csv") as table:
        return indicators.check(table, mapping, MODEL, TODAY)


def load(db: Database, text: str, mapping: IndicatorMapping = LONG) -> Loaded:
    with tabular.opened(text.encode("gbk"), "月报.csv") as table:
        return uploads.load_indicators(db, indicators.check(table, mapping, MODEL, TODAY), "li", NOW)


def in_force(db: Database) -> set[tuple[object, ...]]:
    rows = db.cursor().execute("SELECT indicator, grain, day, branch, region, value FROM v_indicator").fetchall()
    return {(*row[:-1], float(row[-1])) for row in rows}


def codes(text: str, mapping: IndicatorMapping = LONG) -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.problem.code.removeprefix("upload_")) for p in check(text, mapping).problems]


def refused(text: str, mapping: IndicatorMapping = LONG) -> set[str]:
    with pytest.raises(Refused) as caught:
        check(text, mapping)
    return {problem.code for problem in caught.value.problems}


def test_names_periods_and_units_are_understood(db: Database) -> None:
    assert load(db, GOOD).rows == 3
    january, february = dt.date(2026, 1, 1), dt.date(2026, 2, 1)
    assert in_force(db) == {
        ("queue_minutes", "month", january, "b0101", "shanghai-west", 12.5),
        ("queue_minutes", "month", february, "b0102", "shanghai-west", 13.5),
        ("abandonment_rate", "month", january, None, None, 3.5),
    }
    scope = Scope(WHOLE_BANK).narrowed(indicator="queue_minutes")
    assert query.measure(db.cursor(), "indicator", scope, ("month",)).of(january).value == 12.5


def test_a_name_in_other_words_than_the_banks_is_told() -> None:
    taken = check(HEAD + "平均排队时长,2026年1月,静安寺,12.5\n平均排队时长,2026年2月,静安寺支行,13\n").notices
    assert [(one.code, one.values["count"]) for one in taken] == [("names_taken", 1)]
    assert "静安寺 → 静安寺支行" in Translator("zh")("upload.notice_names_taken", **taken[0].values)
    told = replace(LONG, names={"branch": {"静安寺": "b0101"}})
    assert not check(HEAD + "平均排队时长,2026年1月,静安寺,12.5\n", told).notices  # said by the user


def test_both_wide_shapes_say_the_same_as_the_long_one(db: Database) -> None:
    by_indicator = IndicatorMapping(
        "宽表",
        "indicators",
        {"period": "月份", "branch": "网点"},
        {"排队": "queue_minutes", "放弃率": "abandonment_rate"},
    )
    load(db, "月份,网点,排队,放弃率\n2026-01,b0101,12,3%\n2026-02,b0101,,4%\n", by_indicator)
    expected = in_force(db)
    assert len(expected) == 3
    other = Database(":memory:")
    by_period = IndicatorMapping(
        "宽表", "periods", {"indicator": "指标", "branch": "网点"}, {"1月": "2026-01", "2月": "2026-02"}
    )
    load(other, "指标,网点,1月,2月\nqueue_minutes,b0101,12,\nabandonment_rate,b0101,3%,4%\n", by_period)
    assert in_force(other) == expected


def test_every_fault_of_a_row_is_told_with_row_and_column() -> None:
    rows = (
        "排队,2026年1月,静安寺支行,12.5", "queue_minutes,2026-13,b9999,abc", ",,,",
        "queue_minutes,2027-01,b0101,500", "queue_minutes,2026-01-15,b0101,=1+1", "queue_minutes,2026Q1,b0101,5%",
        "queue_minutes,,,", "mau,2026-01,全行,98", "mau,2026-01,全行,99",
    )  # fmt: skip
    assert codes(HEAD + "\n".join(rows)) == [
        (2, "指标", "unknown_indicator"),
        (3, "数值", "not_a_number"), (3, "期间", "bad_period"), (3, "网点", "unknown_branch"),
        (5, "数值", "out_of_range"), (5, "期间", "future"),
        (6, "数值", "formula"), (6, "期间", "grain"),
        (7, "数值", "percent_unit"), (7, "期间", "grain"),
        (8, "数值", "missing_value"), (8, "期间", "missing_period"), (8, "网点", "missing_branch"),
        (10, "数值", "twice"),
    ]  # fmt: skip


def test_faults_in_a_wide_file_name_the_column_of_the_file() -> None:
    mapping = IndicatorMapping(
        "宽表", "indicators", {"period": "月份"}, {"排队": "queue_minutes", "放弃率": "abandonment_rate"}
    )
    assert codes("月份,排队,放弃率\n2026-01,x,300\n", mapping) == [
        (2, "排队", "not_a_number"),
        (2, "放弃率", "out_of_range"),
    ]


def test_nothing_of_a_file_with_a_fault_is_loaded(db: Database) -> None:
    with pytest.raises(Refused) as caught:
        load(db, GOOD + "queue_minutes,2026-03,b0101,abc\n")
    assert caught.value.problems[0].code == "upload_rows"
    assert in_force(db) == set() and uploads.history(db.cursor()) == ()


def test_a_broken_row_keeps_the_whole_file_out(db: Database) -> None:
    with pytest.raises(Refused):
        load(db, GOOD + "queue_minutes,2026-03\n")
    assert in_force(db) == set()


def test_suggestions_for_a_typing_slip() -> None:
    [problem] = check(HEAD + "平均排队时间,2026-01,静安寺,12\n").problems
    assert "平均排队时长" in problem.problem.cure(Translator("zh"))


@pytest.mark.parametrize(
    ("row", "code", "answer"),
    [
        ("queue_minutes,1/2/2026,b0101,12", "upload_ask_date_order", {"date_order": "dmy"}),
        ('queue_minutes,2026-01,b0101,"1,234"', "upload_ask_decimal", {"decimal": "comma"}),
        ("abandonment_rate,2026-01,b0101,0.12", "upload_ask_shares", {"shares": True}),
    ],
)
def test_what_reads_two_ways_is_asked_and_then_settled(row: str, code: str, answer: dict[str, object]) -> None:
    assert refused(HEAD + row + "\n") == {code}
    assert check(HEAD + row + "\n", LONG.with_reading(**answer)).total == 0


def test_shares_are_stored_in_per_cent(db: Database) -> None:
    load(db, HEAD + "abandonment_rate,2026-01,b0101,0.12\n", LONG.with_reading(shares=True))
    assert {row[-1] for row in in_force(db)} == {12.0}


def test_the_same_file_again_changes_nothing(db: Database) -> None:
    first = load(db, GOOD)
    before, version = in_force(db), len(uploads.history(db.cursor()))
    again = load(db, GOOD)
    assert again.unchanged and again.upload_id == first.upload_id
    assert in_force(db) == before and len(uploads.history(db.cursor())) == version


def test_a_file_that_was_replaced_since_may_be_loaded_again(db: Database) -> None:
    load(db, GOOD)
    before = in_force(db)
    load(db, GOOD.replace("12.5", "11.5"))
    assert not load(db, GOOD).unchanged and in_force(db) == before


def test_exact_repetitions_count_once(db: Database) -> None:
    assert check(GOOD + "queue_minutes,2026-02,b0102,13.5\n").doubles == 1
    assert load(db, GOOD + "queue_minutes,2026-02,b0102,13.50\n").rows == 3


FILES = (
    GOOD,
    GOOD.replace("12.5", "11.5"),
    HEAD + "queue_minutes,2026-02,b0102,9\nqueue_minutes,2026-03,b0102,8\n",
    HEAD + "queue_minutes,2026-01,b0101,7\nqueue_minutes,2026-03,b0102,6\n",
)


ORDERS = [(0, 1, 2), (2, 1, 0), (1, 0, 3), (3, 0, 1), (1, 2, 3), (2, 3, 0), (0, 3, 2), (3, 2, 1)]


@pytest.fixture(scope="module")
def files() -> Iterator[list[Checked]]:
    with ExitStack() as stack:
        tables = [stack.enter_context(tabular.opened(text.encode("gbk"), "月报.csv")) for text in FILES]
        yield [indicators.check(table, LONG, MODEL, TODAY) for table in tables]


@pytest.fixture(scope="module")
def alone(files: list[Checked]) -> Callable[[frozenset[int]], set[tuple[object, ...]]]:
    """What a set of files, loaded in their order, makes."""

    @cache
    def of(places: frozenset[int]) -> set[tuple[object, ...]]:
        database = Database(":memory:")
        for place in sorted(places):
            uploads.load_indicators(database, files[place], "li", NOW)
        return in_force(database)

    return of


@pytest.mark.parametrize("taken_back", ORDERS)
def test_undo_leaves_what_the_other_uploads_alone_would_have_made(
    taken_back: tuple[int, ...], db: Database, files: list[Checked], alone: Callable[[frozenset[int]], object]
) -> None:
    ids = [uploads.load_indicators(db, checked, "li", NOW).upload_id for checked in files]
    left = set(range(4))
    for place in taken_back:
        uploads.undo(db, ids[place])
        left.discard(place)
        assert in_force(db) == alone(frozenset(left)), (taken_back, place)
    states = {u.upload_id: u.state for u in uploads.history(db.cursor())}
    assert [states[i] for i in ids] == ["loaded" if place in left else "undone" for place in range(4)]


def test_replaced_rows_are_kept_with_the_upload_that_replaced_them(db: Database) -> None:
    load(db, GOOD)
    later = load(db, GOOD.replace("12.5", "11.5"))
    rows = (
        db.cursor()
        .execute("SELECT value, superseded_by FROM indicator_value WHERE indicator = 'queue_minutes'")
        .fetchall()
    )
    assert {(float(v), by) for v, by in rows} >= {(12.5, later.upload_id), (11.5, None)}
    assert later.replaced == 3


def test_undo_twice_or_of_nothing_is_refused(db: Database) -> None:
    done = load(db, GOOD)
    uploads.undo(db, done.upload_id)
    for upload_id, code in ((done.upload_id, "upload_undone_already"), ("none", "upload_unknown")):
        with pytest.raises(Refused) as caught:
            uploads.undo(db, upload_id)
        assert caught.value.problems[0].code == code
    assert not load(db, GOOD).unchanged


CARDS = [f"{n:015d}" for n in range(411111111111111, 411111111111131)]


def with_check_digit(number: str) -> str:
    from cx.intake.personal import luhn

    return next(number + str(digit) for digit in range(10) if luhn(number + str(digit)))


@pytest.mark.parametrize(
    ("header", "cell", "code"),
    [
        ("备注", lambda i: with_check_digit(CARDS[i]), "upload_raw_card"),
        ("备注", lambda i: "11010519491231002X", "upload_raw_id"),
        ("备注", lambda i: f"1380013800{i % 10}", "upload_raw_mobile"),
        ("客户姓名", lambda i: "张三", "upload_raw_name"),
        ("交易流水号", lambda i: f"T{i}", "upload_raw_name"),
    ],
)
def test_customers_records_are_refused_with_the_reason(header: str, cell, code: str) -> None:
    rows = "".join(f"queue_minutes,2026-01,b0{101 + i % 9},{i},{cell(i)}\n" for i in range(20))
    assert refused(f"指标,期间,网点,数值,{header}\n{rows}") == {code}


def test_order_numbers_and_large_amounts_are_no_cards() -> None:
    rows = "".join(f"mau,2026-0{1 + i % 9},b0{101 + i // 9},13800138{i:03d},62220212345670{i:02d}\n" for i in range(80))
    found = check(f"指标,期间,网点,数值,订单批次\n{rows}")
    assert {p.problem.code for p in found.problems} <= {"upload_out_of_range"}


def test_several_figures_a_unit_and_period_are_transactions() -> None:
    rows = "".join(f"queue_minutes,2026-01,b0{101 + i % 2},{i % 50}\n" for i in range(200))
    assert refused(HEAD + rows) == {"upload_raw_rows"}


def test_numerator_and_denominator(db: Database) -> None:
    mapping = replace(LONG, columns={**COLUMNS, "numerator": "分子", "denominator": "分母"})
    head = "指标,期间,网点,数值,分子,分母\n"
    assert codes(head + "queue_minutes,2026-01,b0101,10,x,0\n", mapping) == [
        (2, "分子", "not_a_number"), (2, "分母", "zero_base")
    ]  # fmt: skip
    load(db, head + 'queue_minutes,2026-01,b0101,10,"1,000",100\nqueue_minutes,2026-01,b0102,20,200.5,10\n', mapping)
    rows = db.cursor().execute("SELECT numerator, denominator FROM v_indicator ORDER BY branch").fetchall()
    assert [(float(n), float(d)) for n, d in rows] == [(1000, 100), (200.5, 10)]


def test_the_report_is_safe_for_spreadsheets_and_opens_in_excel() -> None:
    checked = check(HEAD + 'queue_minutes,2026-01,b0101,"=HYPERLINK(""http://x"")"\n+cmd,2026-01,b0101,1\n')
    report = uploads.error_report(checked.problems, Translator("zh"))
    assert report.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(report.decode("utf-8-sig"))))
    assert rows[0] == ["行", "列", "内容", "问题", "怎么办"] and len(rows) == 3
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_the_mapping_is_remembered_for_its_source(db: Database) -> None:
    mapping = LONG.with_reading(date_order="dmy")
    load(db, GOOD, mapping)
    data = uploads.remembered(db.cursor(), "indicators", "月报")
    assert indicator_mapping(data) == mapping
    assert uploads.remembered(db.cursor(), "indicators", "其他") is None


def test_a_wrong_mapping_is_told_whole() -> None:
    with pytest.raises(Refused) as caught:
        indicator_mapping({"shape": "tall", "columns": {"metric": "x"}, "reading": {"decimal": "point"}, "colour": 1})
    assert {p.code for p in caught.value.problems} == {
        "upload_mapping_value", "upload_mapping_key", "upload_role_missing"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "shape", "columns"),
    [
        ("网点指标_202601.csv", "指标名称,统计月份,网点名称,指标值\nqueue_minutes,2026-01,b0101,1\n", "long",
         {"indicator": "指标名称", "period": "统计月份", "branch": "网点名称", "value": "指标值"}),
        ("kpi.csv", "Indicator;Month;Branch;Value\nqueue_minutes;2026-01;b0101;1\n", "long",
         {"indicator": "Indicator", "period": "Month", "branch": "Branch", "value": "Value"}),
        ("宽.csv", "月份,机构,平均排队时长（分钟）,取号后放弃率\n2026-01,b0101,1,2\n", "indicators",
        {"period": "月份", "branch": "机构"}),
        ("月.csv", "指标,机构,2026年1月,2026年2月\nqueue_minutes,b0101,1,2\n", "periods", {"indicator": "指标",
        "branch": "机构"}),
    ],
)  # fmt: skip
def test_a_mapping_is_suggested_that_loads(name: str, text: str, shape: str, columns: dict[str, str]) -> None:
    with tabular.opened(text.encode(), name) as table:
        mapping = suggest.indicators(table, MODEL)
        assert (mapping.shape, mapping.columns) == (shape, columns)
        assert indicators.check(table, mapping, MODEL, TODAY).total == 0


def test_the_source_is_the_file_name_without_its_date() -> None:
    names = ("网点指标_202601.csv", "网点指标_2026-02.csv", "网点指标 2026年3月.xlsx", "网点指标.csv")
    assert {suggest.source_of(name) for name in names} == {"网点指标"}


def test_progress_goes_up_to_the_end(db: Database) -> None:
    seen: list[float] = []

    def progress(part: float, key: str) -> None:
        seen.append(part)
        Translator("zh")(key)

    with tabular.opened(GOOD.encode(), "x.csv", progress=progress) as table:
        uploads.load_indicators(db, indicators.check(table, LONG, MODEL, TODAY, progress), "li", NOW, progress)
    assert seen == sorted(seen) and seen[-1] == 1.0 and len(seen) > 5


def test_the_command_loads_tells_and_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CX_DATA", str(tmp_path / "data"))
    good, bad, report = tmp_path / "月报_202601.csv", tmp_path / "月报_202602.csv", tmp_path / "report.csv"
    good.write_bytes(GOOD.encode("gbk"))
    bad.write_bytes((HEAD + "queue_minutes,2026-02,b0102,abc\n").encode("gbk"))
    assert main(["load-indicators", str(good), "--check", "--lang", "zh"]) == 0
    assert main(["load-indicators", str(good), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["rows"] == 3
    assert main(["load-indicators", str(good), "--lang", "zh"]) == 0
    assert "没有任何变动" in capsys.readouterr().out
    assert main(["load-indicators", str(bad), "--lang", "en", "--report", str(report)]) == 1
    assert "“abc” is not a number" in capsys.readouterr().err and "abc" in report.read_text(encoding="utf-8-sig")
    assert main(["load-indicators", str(tmp_path / "none.csv")]) == 1


def test_the_benchmark_runs_small(capsys: pytest.CaptureFixture[str]) -> None:
    indicator_file.main(rows=2000, rounds=1)
    told = json.loads(capsys.readouterr().out)
    assert set(told) >= {"name", "value", "limit", "ratio"} and told["value"] > 0


def test_a_region_that_is_not_the_branchs_own_is_told_and_the_models_is_loaded(db: Database) -> None:
    mapping = replace(LONG, columns={**COLUMNS, "region": "片区"})
    text = (
        "指标,期间,网点,片区,数值\n平均排队时长,2026-01,静安寺支行,沪西片区,12\n平均排队时长,2026-01,徐家汇支行,浙北片区,13\n"
        "平均排队时长,2026-01,全行,,14\n平均排队时长,2026-01,,浙北片区,15\n"
    )
    checked = check(text, mapping)
    assert not checked.total and checked.regions == 1
    load(db, text, mapping)
    where = {(row[3], row[4]) for row in in_force(db)}
    assert where == {("b0101", "shanghai-west"), ("b0102", "shanghai-west"), (None, None), (None, "zhejiang")}
