"""Attacks by file and on files: what a reader must survive, what a spreadsheet must not run, who may read the disk."""

from __future__ import annotations

import io
import os
import stat
import time
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from cx import workbench
from cx.commands import serve
from cx.convert import Report, convert, to_xlsform
from cx.intake import import_load, mappings, personal, uploads
from cx.intake.reading import tabular
from cx.store.database import Database
from cx.store.place import Place
from cx.survey import load
from cx.words import Refused

_OFFICE = "http://schemas.openxmlformats.org"
_MAIN = f"{_OFFICE}/spreadsheetml/2006/main"


def workbook(*cells: tuple[str, str]) -> bytes:
    """An XLSX file with these cells (reference, text), each in a row of its own."""
    rows = "".join(f'<row><c r="{ref}" t="inlineStr"><is><t>{text}</t></is></c></row>' for ref, text in cells)
    relation = f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument/2006/relationships/%s" Target="%s"/>'
    relations = f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">{relation}</Relationships>'
    sheet = f'<sheet name="S" sheetId="1" r:id="r1" xmlns:r="{_OFFICE}/officeDocument/2006/relationships"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("_rels/.rels", relations % ("officeDocument", "xl/workbook.xml"))
        file.writestr("xl/workbook.xml", f'<workbook xmlns="{_MAIN}"><sheets>{sheet}</sheets></workbook>')
        file.writestr("xl/_rels/workbook.xml.rels", relations % ("worksheet", "worksheets/sheet1.xml"))
        data = f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        file.writestr("xl/worksheets/sheet1.xml", data)
    return out.getvalue()


def refused(data: bytes, name: str) -> str:
    with pytest.raises(Refused) as error, tabular.opened(data, name):
        pass
    return error.value.problems[0].code


def test_a_stray_cell_in_the_last_row_and_column_does_not_end_the_process() -> None:
    assert refused(workbook(("A1", "period"), ("XFD1048576", "x")), "stray.xlsx") == "upload_bomb"
    with tabular.opened(workbook(("A1", "period"), ("B1", "value"), ("A2", "2026-01"), ("B2", "5")), "a.xlsx") as table:
        assert table.headers == ("period", "value")


def test_a_parquet_file_of_a_billion_equal_cells() -> None:
    rows = 2_000_000
    same = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int8()), pa.array(["x"]))
    wide = pa.table({f"c{i}": same for i in range(60)})
    out = io.BytesIO()
    pq.write_table(wide, out, compression="zstd")
    assert len(out.getvalue()) < 1_000_000
    assert refused(out.getvalue(), "bomb.parquet") == "upload_bomb"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "model_alias"),
        (b"[" * 500_000, "upload_yaml"),
        (b"- " * 400_000, "upload_yaml"),
        (b"x" * 1_000_001, "upload_yaml_large"),
        (b"!!python/object/apply:os.system [id]", "upload_yaml"),
        (b"\xff\xfe\x00", "upload_yaml"),
        (b"- 2026-99-99", "upload_yaml"),
    ],
)
def test_a_hostile_mapping_is_refused_at_once(content: bytes, code: str) -> None:
    began = time.process_time()
    with pytest.raises(Refused) as error:
        mappings.from_yaml(content, "m.yaml")
    assert error.value.problems[0].code == code and time.process_time() - began < 2


def test_a_long_word_does_not_stop_the_server() -> None:
    began = time.process_time()
    assert personal.scrub("a" * 60_000) == "a" * 60_000
    assert personal.scrub("write to li.na+x@bank.com.cn, please") == "write to ***, please"
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x"])
def test_no_cell_of_an_error_report_is_a_formula(text: str) -> None:
    assert uploads.safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("source", ["../../users", "/etc/passwd", "a" * 500, "行" * 500, "", "x\0y"])
def test_a_source_names_a_file_in_its_folder_only(tmp_path: Path, source: str) -> None:
    file = import_load.journeys_file(tmp_path, source)
    assert file.resolve().parent == (tmp_path / "journeys.d").resolve()
    file.parent.mkdir()
    file.write_text("journeys: []")


@pytest.mark.skipif(os.name == "nt", reason="no modes there")
def test_only_the_owner_can_read_what_cx_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.umask(0o022)
    try:
        monkeypatch.setenv("CX_DATA", str(tmp_path / "new"))
        workbench.current().accounts.first_start()
        workbench.close()
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [tmp_path / "new", *(tmp_path / "new").rglob("*")]}
    assert {path.name: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}
    assert {"cx.duckdb", "users.yaml", "journal"} <= {path.name for path in modes}


def test_the_server_reads_its_settings_from_whatever_folder_it_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CX_DATA", "state")
    monkeypatch.setenv("CX_SURVEYS", str(tmp_path / "surveys"))
    serve._settle()
    assert Path(".streamlit/config.toml").is_file()
    assert Place.from_environment() == Place(tmp_path / "state", tmp_path / "surveys")


def test_a_label_in_an_exported_workbook_is_no_formula() -> None:
    said = "=HYPERLINK(1)"
    survey = load.read(
        f"id: late\nversion: 1.0.0\ntitle: {{zh: '{said}', en: '{said}'}}\n"
        f"questions: [{{id: a, type: single, label: {{zh: '{said}', en: '+1'}}, choices: "
        f"[{{id: x, label: {{zh: '{said}', en: '@x'}}}}, {{id: y, label: {{zh: 二, en: Two}}}}]}}]\n",
        "late.yaml",
    ).survey
    assert survey is not None
    data = to_xlsform.write(survey, Report())
    cells = [cell for sheet in load_workbook(io.BytesIO(data)) for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells].count(said) == 3 and not [cell for cell in cells if cell.data_type == "f"]
    back = convert(data, "late.xlsx")
    assert back.text.count(said) >= 3


def test_a_database_that_cannot_be_opened_is_not_called_busy(tmp_path: Path) -> None:
    """With the wrong advice somebody would look for another cx, or take a folder of its own and lose the old one."""
    file = tmp_path / "cx.duckdb"
    (tmp_path / "a folder").mkdir()
    for content in (b"no database", os.urandom(8_192)):
        file.write_bytes(content)
        with pytest.raises(Refused) as error:
            Database(file)
        assert error.value.problems[0].code == "database_unusable" and file.read_bytes() == content
    with pytest.raises(Refused) as error:
        Database(tmp_path / "a folder")
    assert error.value.problems[0].code == "database_unusable"
