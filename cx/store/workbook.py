"""Workbooks (XLSX, XLS, ODS) as rows of text. Checked before they are opened: encrypted, bombs, not a workbook."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import pyarrow as pa

from cx.words import Problem, Refused

UNPACKED_LIMIT = 1_000_000_000
RATIO_LIMIT, RATIO_FROM = 200, 20_000_000
_OLE, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Sheet:
    """One sheet as text columns, from its first used row on; row ``i`` of the table is row ``i + 1`` of the sheet."""

    name: str
    names: tuple[str, ...]
    cells: pa.Table


def is_workbook(head: bytes) -> bool:
    """Whether a file's first bytes are those of a ZIP or OLE container."""
    return head.startswith((_OLE, _ZIP))


def read(path: Path, name: str, sheet: str | None = None) -> Sheet:
    """Read one sheet (the first visible one that holds a table). Formulas count with the value that was saved.

    Raises :class:`Refused`: ``upload_encrypted``, ``upload_bomb``, ``upload_not_a_workbook``,
    ``upload_broken_workbook``, ``upload_no_sheet``, ``upload_empty``.
    """
    _check(path, name)
    try:
        book = fastexcel.read_excel(str(path))
        names = tuple(book.sheet_names)
        if sheet is not None and sheet not in names:
            raise Refused(Problem("upload_no_sheet", name, {"sheet": sheet, "sheets": ", ".join(names)}))
        for candidate in [sheet] if sheet is not None else names:
            loaded = book.load_sheet(candidate, header_row=None, skip_rows=0, dtypes="string")
            if sheet is not None or (loaded.visible == "visible" and loaded.width > 1 and loaded.height > 1):
                return Sheet(candidate, names, pa.table(loaded.to_arrow()))
    except fastexcel.FastExcelError as error:
        detail = str(error).splitlines()[0][:200]
        raise Refused(Problem("upload_broken_workbook", name, {"detail": detail})) from error
    raise Refused(Problem("upload_empty", name))


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
