"""The sheets of a form as rows of texts: .xlsx, .xls, or the tables in Markdown that ODK's own tests are written in."""

from __future__ import annotations

import re

import fastexcel

from cx.words import Problem, Refused

Rows = list[list[str]]
MOST_ROWS = 50_000
MOST_CELLS = 2_000_000


def read_sheets(data: bytes, name: str) -> dict[str, Rows]:
    """Every sheet by its name in small letters, cells trimmed. Raises :class:`Refused` for a file that is broken."""
    if data[:2] == b"PK" or data[:2] == b"\xd0\xcf":
        return _workbook(data, name)
    return _markdown(data.decode("utf-8-sig", "replace"))


def _workbook(data: bytes, name: str) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    try:
        book = fastexcel.read_excel(data)
        for sheet in book.sheet_names:
            table = book.load_sheet(sheet, header_row=None, dtypes="string", n_rows=MOST_ROWS)
            if table.height * table.width > MOST_CELLS:
                raise Refused(Problem("convert_sheet", f"{name} {sheet}", {"limit": MOST_CELLS}))
            columns = [column.to_pylist() for column in table.to_arrow().columns]
            found.setdefault(
                sheet.strip().lower(), [[_cell(cell) for cell in row] for row in zip(*columns, strict=True)]
            )
    except fastexcel.FastExcelError as error:
        raise Refused(Problem("convert_workbook", name, {"detail": str(error).splitlines()[0][:120]})) from error
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
