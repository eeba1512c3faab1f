"""Dates and numbers as people write them; what can be read two ways is asked."""

from __future__ import annotations

import datetime as dt
from functools import cache

import duckdb
import pytest

from cx.intake import personal, values


@cache
def connection() -> duckdb.DuckDBPyConnection:
    """One for all: opening one takes longer than any of these tests."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    return con


def column(*texts: str | None) -> duckdb.DuckDBPyConnection:
    con = connection()
    con.execute("CREATE OR REPLACE TABLE t (x VARCHAR)")
    con.executemany("INSERT INTO t VALUES (?)", [[text] for text in texts])
    return con


def date(text: str, order: values.Order | None = None) -> tuple[dt.date | None, str | None]:
    con = column(text)
    values.read_dates(con, "t", "x", order, "d")
    day, grain = con.execute("SELECT day, grain FROM d").fetchall()[0]
    return day, grain if day else None


@pytest.mark.parametrize(
    ("text", "day", "grain"),
    [
        *((text, (2026, 1, 5), "day") for text in (
            "2026/1/5", "2026-01-05", "20260105", "2026年1月5日", "2026.1.5", "２０２６／１／５", " 2026-01-05 ",
            "2026-01-05 00:00:00",
            "5 Jan 2026", "Jan 5, 2026", "05-Jan-26", "46027", "46027.5", "2026-01-05T23:59:59Z",
            "2026年1月5日 13:20")),
        *((text, (2026, 1, 1), "month") for text in ("2026年1月", "2026-01", "2026/1", "202601", "1/2026", "Jan 2026",
        "Jan-26", "2026年1月份")),
        *((text, (2026, 1, 1), "quarter") for text in ("2026Q1", "2026-Q1", "2026年第1季度", "2026年一季度",
        "2026年第一季度", "Q1 2026", "1Q2026")),
        ("2026Q4", (2026, 10, 1), "quarter"),
        ("2026-W05", (2026, 1, 26), "week"),
        ("2026年第5周", (2026, 1, 26), "week"),
    ],
)  # fmt: skip
def test_one_date_many_ways(text: str, day: tuple[int, int, int], grain: str) -> None:
    assert date(text) == (dt.date(*day), grain)


@pytest.mark.parametrize(
    "text", ["2026-13-01", "2026-02-30", "202613", "2026Q5", "abc", "12", "2026", "99999", "2026年1-3月", "5/5", ""]
)
def test_no_date(text: str) -> None:
    assert date(text) == (None, None)


def test_the_order_reads_the_same_text_three_ways() -> None:
    assert date("1/9/21", "dmy")[0] == dt.date(2021, 9, 1)
    assert date("1/9/21", "mdy")[0] == dt.date(2021, 1, 9)
    assert date("1/9/21", "ymd")[0] == dt.date(2001, 9, 21)
    assert date("5.1.1998", "dmy")[0] == dt.date(1998, 1, 5)
    assert date("5.1.98", "dmy")[0] == dt.date(1998, 1, 5)


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (("1/9/21", "19/08/2021"), "dmy"), (("1/9/21", "8/19/2021"), "mdy"), (("1/9/21", "2/10/2021"), "ask"),
        (("32/1/5", "1/2/3"), "ymd"), (("2026-01-05", "2026/1/6"), None), (("1/1/2026", "2/2/2026"), "dmy"),
    ],
)  # fmt: skip
def test_a_part_above_twelve_decides_the_order(texts: tuple[str, ...], order: str | None) -> None:
    assert values.date_order(column(*texts), "t", "x") == order


def test_moments_come_in_utc_where_they_carry_a_zone() -> None:
    con = column("2025-04-24T16:41:34-07:00", "2025-04-24 16:41", "5/1/2026 3:05 PM", "2025-04-24T00:10+08:00")
    values.read_dates(con, "t", "x", "dmy", "d")
    found = {text: (at, utc) for text, at, utc in con.execute("SELECT text, d.at, utc FROM d").fetchall()}
    assert found["2025-04-24T16:41:34-07:00"] == (dt.datetime(2025, 4, 24, 23, 41, 34), True)
    assert found["2025-04-24T00:10+08:00"] == (dt.datetime(2025, 4, 23, 16, 10), True)
    assert found["2025-04-24 16:41"] == (dt.datetime(2025, 4, 24, 16, 41), False)
    assert found["5/1/2026 3:05 PM"] == (dt.datetime(2026, 1, 5, 15, 5), False)


def number(text: str, decimal: values.Decimal = "dot") -> float | None:
    found = column(text).execute(f"SELECT {values.number('x', decimal)} FROM t").fetchall()[0][0]
    return None if found is None else float(found)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("1,234.5", 1234.5), ("1,234,567", 1234567), ("12.3%", 12.3), ("１２３", 123),
        ("１，２３４．５％", 1234.5),
        (" 12 ", 12), ("(12)", -12), ("-5", -5), ("−5", -5), ("3.2万", 32000), ("5万元", 50000), ("1.5亿", 150_000_000),
        ("¥5", 5), ("5元", 5), ("12 345.6", 12345.6), (".5", 0.5), ("1e3", 1000), ("+7", 7),
        ("abc", None), ("1,23", None), ("1.234.567", None), ("--5", None), ("=1+1", None), ("0x1F", None),
        ("Infinity", None),
        ("nan", None), ("1_000", None), ("%", None), ("", None), ("12分钟", None),
    ],
)  # fmt: skip
def test_numbers(text: str, value: float | None) -> None:
    assert number(text) == value


def test_numbers_with_a_decimal_comma() -> None:
    assert [number(text, "comma") for text in ("1.234,5", "2,25", "7", "1.234", "12,3%", "1,234.5")] == [
        1234.5, 2.25, 7, 1234, 12.3, None
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "style"),
    [
        (("1,234.5",), "dot"), (("1.234,5", "7"), "comma"), (("2,25",), "comma"), (("0.123",), "dot"), (("12", "13"),
        "dot"),
        (("1,234,567",), "dot"), (("1,234", "987"), "dot"), (("1,234",), "ask"), (("1.234",), "ask"), (("1,234",
        "5000"), "ask"),
        (("1.234", "0.5"), "dot"), (("12.3%",), "dot"), (("12,3%",), "comma"),
    ],
)  # fmt: skip
def test_the_decimal_sign_is_proved_or_asked(texts: tuple[str, ...], style: str) -> None:
    assert values.decimal_style(column(*texts), "t", ["x"]) == style


def test_number_cells_of_a_workbook_have_a_dot() -> None:
    assert values.decimal_style(column("1.234"), "t", ["x"], machine=True) == "dot"


@pytest.mark.parametrize("text", [None, "", " ", "-", "—", "N/A", "n/a", "无", "NULL", "/"])
def test_missing(text: str | None) -> None:
    assert column(text).execute(f"SELECT {values.missing('x')} FROM t").fetchall() == [(True,)]


def test_zero_is_not_missing() -> None:
    assert column("0").execute(f"SELECT {values.missing('x')} FROM t").fetchall() == [(False,)]


def test_personal_numbers_by_their_check_digits() -> None:
    assert personal.luhn("4111111111111111") and not personal.luhn("4111111111111112")
    assert personal.chinese_id("11010519491231002X") and not personal.chinese_id("110105194912310021")
    assert not personal.chinese_id("110105194913310025")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("请回电13800138000谢谢", "请回电***谢谢"), ("卡号 4111 1111 1111 1111 被吞", "卡号 *** 被吞"),
        ("身份证11010519491231002X", "身份证***"), ("写信到 li.si@example.com", "写信到 ***"),
        ("等了 120 分钟，2026-01-05 来的", "等了 120 分钟，2026-01-05 来的"), ("订单 4111111111111112",
        "订单 4111111111111112"), ("电话１３８００１３８０００", "电话***"), ("手机 138　0013－8000", "手机 ***"),
        ("帐户：1234567890123", "帐户：***"), ("号码1234567890123", "号码1234567890123"),
    ],
)  # fmt: skip
def test_comments_are_scrubbed(text: str, clean: str) -> None:
    assert personal.scrub(text) == clean
    needs = connection().execute(f"SELECT {personal.needs_scrub('x')} FROM (SELECT ? AS x)", [text]).fetchall()[0][0]
    assert needs or text == clean
