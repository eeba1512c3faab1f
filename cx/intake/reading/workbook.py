"""Workbooks (XLSX, XLS, ODS) as rows of text. Checked before they are opened: encrypted, bombs, not a workbook.

The library that opens them does so in a process of its own with bounded memory: a stray cell in the last row and
column, or a hostile file, makes it ask for more than the machine has and end its process, which must not be the one
that takes customers' answers.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from cx.intake.reading import sheet_marks
from cx.intake.reading.sheet_marks import Marks
from cx.intake.rows import ALL_SHEETS
from cx.words import Problem, Refused

UNPACKED_LIMIT = 1_000_000_000
RATIO_LIMIT, RATIO_FROM = 200, 20_000_000
MEMORY_LIMIT = 4 << 30  # bytes of address space; 1 million rows of 40 columns need half of it
SECONDS_LIMIT = 180
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet as text columns, from its first used column on; row ``i`` of the table is row ``i + 1`` of the sheet.

    ``merges`` are (column, first row, last row) of cells merged over several rows, counted from 0 within the table.
    """

    name: str
    names: tuple[str, ...]
    cells: pa.Table
    merges: tuple[tuple[int, int, int], ...] = ()


def is_workbook(head: bytes) -> bool:
    """Whether a file's first bytes are those of a ZIP or OLE container."""
    return head.startswith((_OLE, _ZIP))


def read(path: Path, name: str, folder: Path, sheet: str | None = None) -> tuple[Sheet, ...]:
    """Read one sheet (the first visible one that holds a table), or with ALL_SHEETS every visible one that may.
    Formulas count with the value that was saved.

    ``folder`` takes the rows on their way between processes. Raises :class:`Refused`: ``upload_encrypted``,
    ``upload_bomb``, ``upload_not_a_workbook``, ``upload_broken_workbook``, ``upload_no_sheet``, ``upload_empty``.
    """
    _check(path, name)
    target = folder / "sheet.arrow"
    asked = [sys.executable, "-m", "cx.intake.reading.workbook", str(path), str(target), json.dumps(sheet)]
    try:
        done = subprocess.run(asked, cwd=_ROOT, capture_output=True, timeout=SECONDS_LIMIT, check=False)
    except subprocess.TimeoutExpired as error:
        raise Refused(Problem("upload_bomb", name)) from error
    if done.returncode:
        raise Refused(Problem("upload_bomb", name))
    told = json.loads(done.stdout)
    if told["code"]:
        raise Refused(Problem(told["code"], name, told["values"]))
    found = []
    for place, one in enumerate(told["read"]):
        with pa.OSFile(f"{target}{place}") as stream, pa.ipc.open_file(stream) as reader:
            merges = tuple((column, top, end) for column, top, end in told["merges"][place])
            found.append(Sheet(one, tuple(told["sheets"]), reader.read_all(), merges))
    return tuple(found)


def _in_own_process(path: str, target: str, sheet: str | None) -> dict[str, Any]:
    """Write the cells of each sheet to ``target`` and its place; what there is to tell, or the code of a problem."""
    import fastexcel

    names: list[str] = []
    read: list[str] = []
    merges: list[tuple[tuple[int, int, int], ...]] = []
    every = sheet == ALL_SHEETS
    try:
        book = fastexcel.read_excel(path)
        names = book.sheet_names
        if sheet is not None and not every and sheet not in names:
            return {"code": "upload_no_sheet", "values": {"sheet": sheet, "sheets": ", ".join(names)}}
        for candidate in [sheet] if sheet is not None and not every else names:
            loaded = book.load_sheet(candidate, header_row=None, skip_rows=0, dtypes="string")
            seen = loaded.visible == "visible" and loaded.width > 1 and loaded.height > 1
            if seen or (sheet is not None and not every):
                marks = sheet_marks.of_sheet(Path(path), candidate)
                cells = _as_shown(pa.table(loaded.to_arrow()), marks)
                with pa.OSFile(f"{target}{len(read)}", "wb") as stream, pa.ipc.new_file(stream, cells.schema) as writer:
                    writer.write_table(cells)
                read.append(candidate)
                merges.append(marks.merges)
                if not every:
                    break
    except fastexcel.FastExcelError as error:
        return {"code": "upload_broken_workbook", "values": {"detail": str(error).splitlines()[0][:200]}}
    return {"code": "" if read else "upload_empty", "values": {}, "read": read, "sheets": names, "merges": merges}


def _as_shown(cells: pa.Table, marks: Marks) -> pa.Table:
    """The cells with a percent sign where the sheet shows one: 0.123 in a cell formatted as per cent is 12.3%."""
    columns = {
        at: cells.column(at).to_pylist() for at in {at for at, _ in marks.percent} if 0 <= at < len(cells.schema)
    }
    for (column, row), number in marks.percent.items():
        if column not in columns or row >= cells.num_rows or not _says(columns[column][row], number):
            return cells  # the two readers do not agree on where the table begins
        columns[column][row] = f"{number * 100:.8f}".rstrip("0").rstrip(".") + "%"
    for column, texts in columns.items():
        cells = cells.set_column(column, cells.schema.names[column], pa.array(texts, pa.string()))
    return cells


def _says(text: str | None, number: float) -> bool:
    try:
        return abs(float(text or "") - number) <= 1e-9 * abs(number)
    except ValueError:
        return False


def _bounded() -> None:
    """Limit this process's memory, where the system can."""
    with suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _check(path: Path, name: str) -> None:
    content = path.read_bytes() if path.stat().st_size < 300_000_000 else b""
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise Refused(Problem("upload_encrypted", name))
        return
    try:
        with zipfile.ZipFile(path) as archive:
            _measure(archive, name)
            members = archive.namelist()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        raise Refused(Problem("upload_broken_workbook", name, {"detail": str(error)[:200]})) from error
    if not {"xl/workbook.xml", "content.xml", "xl/workbook.bin"} & set(members):
        raise Refused(Problem("upload_not_a_workbook", name))


def _measure(archive: zipfile.ZipFile, name: str) -> None:
    """Unpack into nothing and count: the sizes that an archive states about itself may lie."""
    total = 0
    if any(member.flag_bits & 1 for member in archive.infolist()):
        raise Refused(Problem("upload_encrypted", name))
    if sum(member.file_size for member in archive.infolist()) > UNPACKED_LIMIT:
        raise Refused(Problem("upload_bomb", name))
    for member in archive.infolist():
        packed, unpacked = max(member.compress_size, 1), 0
        try:
            with archive.open(member) as stream:
                while chunk := stream.read(1 << 20):
                    unpacked += len(chunk)
                    bomb = unpacked > RATIO_FROM and unpacked > RATIO_LIMIT * packed
                    if bomb or total + unpacked > UNPACKED_LIMIT:
                        raise Refused(Problem("upload_bomb", name))
        except (zipfile.BadZipFile, RuntimeError) as error:
            raise Refused(Problem("upload_broken_workbook", name, {"detail": str(error)[:200]})) from error
        total += unpacked


if __name__ == "__main__":
    _bounded()
    print(json.dumps(_in_own_process(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))))
    sys.stdout.flush()
    os._exit(0)  # at once: taking the libraries down in order costs as long as a small sheet
