"""The sheets of a form as rows of texts: .xlsx, .xls, or the tables in Markdown that ODK's own tests are written in."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from cx.convert.xlsform import opening
from cx.words import Problem, Refused

Rows = list[list[str]]
MOST_ROWS = 50_000
MOST_CELLS = 2_000_000
_WIDEST_GAP, _HIGHEST_GAP = 20, 60


def read_sheets(data: bytes, name: str) -> dict[str, Rows]:
    """Every sheet by its name in small letters, cells trimmed. Raises :class:`Refused` for a file that is broken."""
    if data[:2] == b"PK" or data[:2] == b"\xd0\xcf":
        return _workbook(data, name)
    return _markdown(data.decode("utf-8-sig", "replace"))


def _workbook(data: bytes, name: str) -> dict[str, Rows]:
    asked = [sys.executable, "-I", opening.__file__, str(MOST_ROWS), str(MOST_CELLS)]
    try:
        done = subprocess.run(asked, input=data, capture_output=True, timeout=opening.SECONDS_LIMIT, check=True)
        told = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):  # more than the time or memory it may have
        told = {"large": ""}
    if "large" in told:
        raise Refused(Problem("convert_sheet", f"{name} {told['large']}".strip(), {"limit": MOST_CELLS}))
    if "broken" in told:
        raise Refused(Problem("convert_workbook", name, {"detail": told["broken"]}))
    found: dict[str, Rows] = {}
    for sheet, rows in told["sheets"]:
        found.setdefault(sheet.strip().lower(), _table([[_cell(cell) for cell in row] for row in rows]))
    return found


def _table(rows: Rows) -> Rows:
    """Up to where the tool itself stops reading: at a gap of columns without a header, at a gap of empty rows."""
    width, gap = 0, 0
    for place, header in enumerate(rows[0] if rows else []):
        width, gap = (place + 1, 0) if header else (width, gap + 1)
        if gap > _WIDEST_GAP:
            break
    found: Rows = []
    for row in rows:
        gap = 0 if any(row[:width]) else gap + 1
        if gap > _HIGHEST_GAP:
            break
        found.append(row[:width])
    return found


def _cell(value: str | None) -> str:
    text = (value or "").replace("\xa0", " ").strip()
    return text[:-2] if re.fullmatch(r"-?\d+\.0", text) else text


def _markdown(text: str) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    rows: Rows = []
    for line in text.splitlines():
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:]]
        cells = cells[:-1] if cells and not cells[-1] else cells
        if cells and cells[0]:
            rows = found.setdefault(cells[0].lower(), [])
        elif len(cells) > 1 and not all(re.fullmatch(r":?-+:?", cell) for cell in cells[1:]):
            rows.append(cells[1:])
    return found
