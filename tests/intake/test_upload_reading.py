"""Reading: any encoding and delimiter gives the same table; what is no table is refused and says why."""

from __future__ import annotations

import csv
import io
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cx.intake.reading import tabular
from cx.intake.rows import Options
from cx.words import Refused

TABLE = [
    ["指标", "期间", "网点", "数值"],
    ["平均排队时长", "2026年1月", "静安寺支行", "12.5"],
    ["平均排队时长", "2026年2月", "徐家汇支行", "13.5"],
    ["取号后放弃率", "2026年2月", "徐家汇支行", "3.5%"],
]
TEXT = "\n".join(",".join(row) for row in TABLE) + "\n"
ENCODINGS = ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be")


def cells(data: bytes, name: str = "t.csv", **options: str) -> list[list[str]]:
    with tabular.opened(data, name, Options(**options)) as table:
        assert not table.broken
        columns = ", ".join(f"coalesce(c{i}, '')" for i in range(len(table.headers)))
        rows = table.con.execute(f"SELECT {columns} FROM cells ORDER BY row").fetchall()
        return [list(table.headers), *(list(row) for row in rows)]


def refused(data: bytes, **options: str) -> str:
    with pytest.raises(Refused) as caught, tabular.opened(data, "t.csv", Options(**options)):
        pass
    return caught.value.problems[0].code


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_and_delimiter_gives_the_same_table(encoding: str, delimiter: str) -> None:
    assert cells(TEXT.replace(",", delimiter).encode(encoding)) == TABLE


_cell = st.text(
    st.one_of(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), st.sampled_from("abcXYZ019 ,;\"'\n=+-.%")),
    max_size=12,
).map(lambda text: text.strip())


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.tuples(_cell, _cell, _cell), min_size=1, max_size=12),
    encoding=st.sampled_from(ENCODINGS),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
@example(rows=[("a\n\nb", "", "x")], encoding="gbk", delimiter=",", quoting=csv.QUOTE_MINIMAL, end="\r\n")
def test_what_was_written_is_read_back(
    rows: list[tuple[str, str, str]], encoding: str, delimiter: str, quoting: int, end: str
) -> None:
    # The first column is filled, so that no row is empty, and shows the encoding beyond doubt.
    written = [[f"第{place}行数据", *row] for place, row in enumerate(rows)]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow(["编号", "期间名称", "备注说明", "其他"])
    writer.writerows(written)
    read = cells(out.getvalue().encode(encoding), delimiter=delimiter)
    assert [[cell.strip() for cell in row] for row in read[1:]] == written


def test_title_lines_and_blank_lines_keep_the_row_numbers_of_the_file() -> None:
    text = "某行指标报表,,,\n单位：分钟,,,\n\n" + TEXT.replace("12.5\n", "12.5\n\n")
    with tabular.opened(text.encode("gbk"), "t.csv") as table:
        assert table.header_row == 4 and table.headers == tuple(TABLE[0])
        assert [row for (row,) in table.con.execute("SELECT row FROM cells ORDER BY row").fetchall()] == [5, 7, 8]


def test_ragged_rows_are_told_with_their_row() -> None:
    text = TEXT + "只有一格\n平均排队时长,2026-03,静安寺支行,1,2\n平均排队时长,2026-03,静安寺支行,1,,\n"
    with tabular.opened(text.encode(), "t.csv") as table:
        assert [(p.row, p.problem.code) for p in table.broken] == [(5, "upload_ragged"), (6, "upload_ragged")]
        assert table.rows == 6


def test_an_unclosed_quote_is_told_with_its_row() -> None:
    with tabular.opened((TEXT + '"开头没有结尾,2026-01,x,1\n平均,2026-01,x,1\n').encode(), "t.csv") as table:
        assert [(p.row, p.problem.code) for p in table.broken] == [(5, "upload_quote")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "upload_empty"),
        (b"\r\n\r\n  ", "upload_empty"),
        (TEXT.split("\n")[0].encode(), "upload_no_rows"),
        (TEXT.split("\n", 1)[1].encode(), "upload_no_header"),
        (TEXT.replace("网点", "数值").encode(), "upload_header_twice"),
        (TEXT.replace("网点", "").encode(), "upload_header_empty"),
        ("评论\n很好\n不好\n".encode(), "upload_one_column"),
        (bytes(range(256)) * 40, "upload_binary"),
        (b"%PDF-1.7 \n1 0 obj", "upload_binary"),
        (b"\x89PNG\r\n\x1a\n....", "upload_binary"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "upload_web_page"),
        (TEXT.encode() + b"\xff\xfe\x80,1,2,3\n", "upload_encoding"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600 + "EncryptedPackage".encode("utf-16-le"), "upload_encrypted"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "upload_broken_workbook"),
        (b"PK\x03\x04 torn", "upload_broken_workbook"),
        (b"PAR1 torn", "upload_broken_workbook"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_random_bytes_are_refused_not_read() -> None:
    assert refused(b"\x81\x00" + os.urandom(5000)) in ("upload_binary", "upload_encoding")


def test_over_the_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    with large.open("wb") as out:
        out.truncate(tabular.SIZE_LIMIT + 1)
    with pytest.raises(Refused) as caught, tabular.opened(large, "large.csv"):
        pass
    assert caught.value.problems[0].code == "upload_too_large"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "封面"
    data = book.create_sheet("数据")
    data["A2"] = "某行报表"
    for place, row in enumerate(TABLE):
        for at, cell in enumerate(row):
            data.cell(4 + place, 1 + at, float(cell) if place and at == 3 and "%" not in cell else cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_under_any_name_keeps_its_row_numbers() -> None:
    with tabular.opened(workbook(), "really.csv") as table:
        assert (table.kind, table.sheet, table.sheets) == ("sheet", "数据", ("封面", "数据"))
        assert table.header_row == 4
        assert table.con.execute("SELECT row, c3 FROM cells ORDER BY row").fetchall() == [
            (5, "12.5"), (6, "13.5"), (7, "3.5%")
        ]  # fmt: skip
    assert refused(workbook(), sheet="不存在") == "upload_no_sheet"


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return out.getvalue()


def test_archives_that_are_no_workbook_or_a_bomb() -> None:
    assert refused(archive({"a.txt": b"x"})) == "upload_not_a_workbook"
    bomb = archive({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * 60_000_000})
    assert len(bomb) < 100_000 and refused(bomb) == "upload_bomb"


def test_a_member_that_lies_about_its_size_is_measured() -> None:
    bomb = bytearray(archive({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * 60_000_000}))
    for place in range(len(bomb) - 4):
        if bomb[place : place + 4] == (60_000_000).to_bytes(4, "little"):
            bomb[place : place + 4] = (1000).to_bytes(4, "little")
    assert refused(bytes(bomb)) in ("upload_bomb", "upload_broken_workbook")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Kanal;Wert\nZürich Größe;3,5\nGenève été;4,5\n", "cp1252"),
        ("銀行,評論\n眾安銀行,開戶流程很快\n匯豐,應用程式很慢\n", "big5"),
    ],
)
def test_other_encodings_are_not_taken_for_gbk(text: str, encoding: str) -> None:
    delimiter = ";" if ";" in text else ","
    assert cells(text.encode(encoding)) == [line.split(delimiter) for line in text.splitlines()]


def test_parquet(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"指标": ["a", "b"], "数值": [1.5, None]}), path)
    with tabular.opened(path, "t.parquet") as table:
        assert table.con.execute("SELECT row, c0, c1 FROM cells ORDER BY row").fetchall() == [
            (1, "a", "1.5"),
            (2, "b", None),
        ]


def test_nothing_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert cells(TEXT.encode("gbk")) == TABLE
    refused(b"%PDF")
    assert list(tmp_path.iterdir()) == []
