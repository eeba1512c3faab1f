"""What the bank's own sender gets: links as CSV or workbook, codes as pictures, and the lines of a list to remind.

Customers' keys pass through here from the uploaded sheet into the file, in memory.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

from cx.bank.model import Model
from cx.collect.invitations import Created
from cx.collect.lists import Sheet
from cx.collect.sampling import LeftOut, Reason
from cx.store.sheet import safe_cell
from cx.survey.schema import Sampling
from cx.words import Translator

Cell = str | float | Decimal
Rows = Iterable[Sequence[Cell]]
_ONE_SHEET = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="cx" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def link_rows(
    created: Created, sheet: Sheet, key: str, address: Callable[[str], str], t: Translator, model: Model
) -> list[tuple[str, ...]]:
    """Header and one line an invitation: row of the list, the customer's key as uploaded, channel and language as ids
    and in words, link."""
    columns = ("channel", "channel_name", "lang", "lang_name", "link")
    head = (t("invitations.out_row"), key, *(t(f"invitations.out_{name}") for name in columns))
    rows = [
        (
            str(person.row),
            sheet.cells[key][person.place],
            *(text for name in ("channel", "lang") for text in _named(name, person.dims.get(name, ""), t, model)),
            address(created.tokens[person.row]),
        )
        for person in created.chosen.invited
    ]
    return [head, *rows]


def _named(dimension: str, value: str, t: Translator, model: Model) -> tuple[str, str]:
    return value, model.label(dimension, value, t) if value else ""


def left_rows(left: Iterable[LeftOut], rule: Sampling, t: Translator) -> list[tuple[str, ...]]:
    """Header and one line for everybody left out: row of the list, why, what that means and the value at fault; no
    key."""
    head = tuple(t(f"invitations.out_{name}") for name in ("row", "reason", "about", "detail"))
    rows = ((out, t(f"invitations.reason_{out.reason}"), about(out.reason, rule, t)) for out in left)
    return [head, *((str(out.row), reason, meaning, out.detail) for out, reason, meaning in rows)]


def about(reason: Reason, rule: Sampling, t: Translator) -> str:
    """What a reason means under this rule."""
    return t(f"invitations.about_{reason}", days=rule.quarantine_days, share=t.percent(rule.share))


def reminder_rows(sheet: Sheet, places: Iterable[int]) -> list[tuple[str, ...]]:
    """Header and some lines of the list just as they were uploaded."""
    return [sheet.headers, *(sheet.line(place) for place in places)]


def as_csv(rows: Rows) -> bytes:
    """CSV that Excel opens in UTF-8; a text that a spreadsheet would take for a formula has an apostrophe in front."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_workbook(rows: Rows) -> bytes:
    """XLSX with every text just as it is: no formula, no number that loses its leading zeros."""
    lines = "".join(f'<row r="{at}">{"".join(map(_cell, row))}</row>' for at, row in enumerate(rows, 1))
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{lines}</sheetData></worksheet>"
    )
    return zipped((name, _XML + text) for name, text in (*_ONE_SHEET.items(), ("xl/worksheets/sheet1.xml", sheet)))


def zipped(files: Iterable[tuple[str, str | bytes]]) -> bytes:
    """Files as one ZIP."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return target.getvalue()


def _cell(text: Cell) -> str:
    if not isinstance(text, str):
        return f"<c><v>{text}</v></c>"
    plain = escape("".join(letter for letter in text if letter in "\t\n" or ord(letter) >= 32))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{plain}</t></is></c>'
