"""What the library that reads workbooks does not tell of an XLSX sheet: merged cells, and cells shown as per cent.

Runs in the process that opens workbooks; sheets beyond the limit and unusual files simply have no marks, so that the
user is told of empty cells, and asked about per cent, as without them.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

SHEET_LIMIT = 200_000_000  # bytes of a sheet unpacked; twice that is held for a moment
PART_LIMIT = 8_000_000  # of the book's own parts
MERGES_LIMIT = 50_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_PERCENT_IDS = frozenset({"9", "10"})
Cell = tuple[int, int]


@dataclass(frozen=True)
class Marks:
    """Of one sheet: ``merges`` as (column, first row, last row) of their left edges where they span several rows, and
    the number in each cell shown as per cent, by (column, row). All count from 0 at the sheet's first used column and
    its first row."""

    merges: tuple[tuple[int, int, int], ...] = ()
    percent: Mapping[Cell, float] = field(default_factory=dict)


def of_sheet(path: Path, sheet: str) -> Marks:
    """The marks of a sheet by its name; none for other formats than XLSX."""
    try:
        with zipfile.ZipFile(path) as archive:
            styles = _percent_styles(archive)
            content = _part(archive, _place(archive, sheet), SHEET_LIMIT)
    except (KeyError, ValueError, OSError, RuntimeError, zipfile.BadZipFile, ElementTree.ParseError):
        return Marks()
    found = _MERGE.findall(content)[:MERGES_LIMIT]
    if not found and not styles:
        return Marks()
    first = _first_column(content)
    merges = tuple((_number(left) - first, int(top) - 1, int(end) - 1) for left, top, _, end in found if top != end)
    return Marks(merges, _percent(content, styles, first) if styles else {})


def _part(archive: zipfile.ZipFile, place: str, limit: int) -> bytes:
    with archive.open(place) as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise ValueError(place)
    return content


def _place(archive: zipfile.ZipFile, sheet: str) -> str:
    """Where a sheet lies in the archive."""
    book = ElementTree.fromstring(_part(archive, "xl/workbook.xml", PART_LIMIT))
    ids = [one.get(_ID) for one in book.iter(f"{_MAIN}sheet") if one.get("name") == sheet]
    related = ElementTree.fromstring(_part(archive, "xl/_rels/workbook.xml.rels", PART_LIMIT))
    targets = {one.get("Id"): one.get("Target", "") for one in related}
    return posixpath.normpath(posixpath.join("/xl", targets[ids[0] if ids else None])).lstrip("/")


def _percent_styles(archive: zipfile.ZipFile) -> list[str]:
    """The numbers of the cell styles that show a figure as per cent."""
    if "xl/styles.xml" not in archive.namelist():
        return []
    root = ElementTree.fromstring(_part(archive, "xl/styles.xml", PART_LIMIT))
    formats = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iter(f"{_MAIN}numFmt")}
    shown = _PERCENT_IDS | {id for id, code in formats.items() if "%" in re.sub(r'"[^"]*"|\\.', "", code)}
    used = root.find(f"{_MAIN}cellXfs")
    return [str(place) for place, one in enumerate(used or ()) if one.get("numFmtId") in shown]


def _percent(content: bytes, styles: list[str], first: int) -> dict[Cell, float]:
    cell = rf'<c r="([A-Z]+)(\d+)" s="(?:{"|".join(styles)})"(?: t="n")?>(?:<f\b[^<]*(?:</f>)?)?<v>([^<]+)</v>'
    found = re.finditer(cell.encode(), content)
    return {(_number(one[1]) - first, int(one[2]) - 1): float(one[3]) for one in found}


def _first_column(content: bytes) -> int:
    """The first column that holds anything."""
    for column in range(26):
        if re.search(rb'<c r="%c\d+"[^>]*[^/]><[fvi]' % (65 + column), content):
            return column
    return 26


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
