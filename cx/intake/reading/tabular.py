"""Any table a bank's tools export, as text columns with the row numbers of the file.

A table is staged in a database of its own, outside the main file, so that reading 200 MB neither holds the writer nor
grows the bank's file. Everything is text here; what a cell means is decided column by column later (`values`).
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from cx.intake import periods
from cx.intake.reading import heading, sniff, textfile, workbook
from cx.intake.reading.heading import Heading
from cx.intake.reading.workbook import Sheet
from cx.intake.rows import ALL_SHEETS, Notice, Options, Progress, RowProblem, silent
from cx.words import Problem, Refused

SIZE_LIMIT = 200 * 1024 * 1024
COLUMN_LIMIT = 1000
CELL_LIMIT = 100_000_000  # of a Parquet file, which may state a billion equal cells in a kilobyte
SPILL_LIMIT = "8GB"  # what one file may put on the disk that customers' answers need too
PART = 100_000_000  # between the row numbers of one sheet and the next
SHEET = "〔工作表〕"
"""The column that holds the sheet's name, where several were read."""
_CHUNK = 1 << 22
_PAGES = (b"<html", b"<!doc", b"<?xml", b"<tabl", b"<head", b"<meta")
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"GIF8", b"\x7fELF", b"SQLite")


@dataclass(frozen=True)
class Table:
    """An open file: view ``cells(row BIGINT, c0 … VARCHAR)`` in ``con``; ``row`` is the row number of the file.

    ``broken`` rows could not be read as rows of this table; a file with one of them is never loaded. ``titles`` are the
    texts above the column names, ``parts`` the sheets that were put together.
    """

    con: duckdb.DuckDBPyConnection
    name: str
    sha256: str
    kind: str
    headers: tuple[str, ...]
    header_row: int
    rows: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    broken: tuple[RowProblem, ...] = ()
    titles: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    parts: tuple[str, ...] = ()

    def place(self, row: int, column: str = "") -> tuple[int, str]:
        """A row's number in its sheet, and the column, with the sheet's name where several were read."""
        if not self.parts:
            return row, column
        part, row = divmod(row, PART)
        return row, f"{self.parts[part]} · {column}" if column else self.parts[part]

    @property
    def year(self) -> int | None:
        """The year that the titles, the sheet's or the file's name speak of, where they name one only."""
        return periods.year_above((self.titles, (self.sheet,), (self.name,)))

    @property
    def period(self) -> str | None:
        """The whole period that they speak of, as text."""
        return periods.whole_above((self.titles, (self.sheet,), (self.name,)))

    def column(self, header: str) -> str:
        """The SQL column of a header. Raises :class:`Refused` (``upload_no_column``)."""
        if header not in self.headers:
            values = {"column": header, "columns": ", ".join(self.headers)}
            raise Refused(Problem("upload_no_column", self.name, values))
        return f"c{self.headers.index(header)}"

    def first(self, count: int = 8) -> list[dict[str, str]]:
        """The first rows as the user wrote them, by header."""
        columns = ", ".join(f"coalesce(c{i}, '')" for i in range(len(self.headers)))
        rows = self.con.execute(f"SELECT {columns} FROM cells ORDER BY row LIMIT {count}").fetchall()
        return [dict(zip(self.headers, row, strict=True)) for row in rows]


@contextmanager
def opened(
    source: Path | bytes, name: str, options: Options | None = None, progress: Progress = silent
) -> Iterator[Table]:
    """Open a CSV, TSV, XLSX, XLS, ODS or Parquet file by its content; everything is removed again at the end.

    Raises :class:`Refused` with one of the ``upload_*`` problems when there is no table in it.
    """
    folder = Path(tempfile.mkdtemp(prefix="cx-upload-"))
    con = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "temp_directory": str(folder / "spill"),
            "max_temp_directory_size": SPILL_LIMIT,
            "memory_limit": "1GB",
        },
    )
    try:
        con.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'")
        path = source if isinstance(source, Path) else folder / "file"
        size = path.stat().st_size if isinstance(source, Path) else len(source)
        if size > SIZE_LIMIT:
            values = {"size": f"{size / 2**20:,.0f}", "limit": f"{SIZE_LIMIT / 2**20:,.0f}"}
            raise Refused(Problem("upload_too_large", name, values))
        if isinstance(source, bytes):
            path.write_bytes(source)
        yield _open(con, path, name, options or Options(), folder, progress)
    finally:
        con.close()
        shutil.rmtree(folder, ignore_errors=True)


def _open(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, options: Options, folder: Path, progress: Progress
) -> Table:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
        stream.seek(0)
        sample = stream.read(textfile.SAMPLE)
    if not sample.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused(Problem("upload_empty", name))
    progress(0.05, "upload.step_reading")
    if workbook.is_workbook(sample):
        return _open_sheet(con, path, name, options, digest.hexdigest(), folder)
    if sample.startswith(b"PAR1"):
        return _open_parquet(con, path, name, digest.hexdigest())
    if sample.lstrip()[:5].lower() in _PAGES:
        raise Refused(Problem("upload_web_page", name))
    if sample.startswith(_BINARY):
        raise Refused(Problem("upload_binary", name))
    staged = textfile.stage(con, path, name, options, folder, progress)
    return _finish(
        con, name, digest.hexdigest(), "text", staged.headers, staged.header_row, staged.row,
        encoding=staged.encoding, delimiter=staged.delimiter, broken=staged.broken, titles=staged.titles,
    )  # fmt: skip


def _open_sheet(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, options: Options, digest: str, folder: Path
) -> Table:
    sheets = workbook.read(path, name, folder, options.sheet)
    headings = _headings(sheets, name)
    first, labels = next(iter(headings.items()))
    several = options.sheet == ALL_SHEETS and len(sheets[0].names) > 1
    titles: list[str] = []
    for place, (sheet, found) in enumerate(headings.items()):
        order = [found.labels.index(label) for label in labels.labels]
        cells = _unmerged(sheet, found.last + 1).select(order).rename_columns([f"c{i}" for i in range(len(order))])
        if several:
            cells = cells.append_column(f"c{len(order)}", pa.array([sheet.name] * cells.num_rows, pa.string()))
        rows = range(place * PART + 1, place * PART + cells.num_rows + 1)
        staged = cells.append_column("row", pa.array(rows, pa.int64())).slice(found.last + 1)
        con.register("staged", staged)
        con.execute("INSERT INTO raw SELECT * FROM staged" if place else "CREATE TABLE raw AS SELECT * FROM staged")
        con.unregister("staged")
        titles += found.titles
    names = tuple(sheet.name for sheet in headings)
    return _finish(
        con, name, digest, "sheet", (*labels.labels, SHEET) if several else labels.labels, labels.first + 1, "row",
        sheet="" if several else first.name, sheets=sheets[0].names, titles=tuple(dict.fromkeys(titles)),
        parts=names if several else (), notices=_of_sheets(sheets[0].names, names, several),
    )  # fmt: skip


def _unmerged(sheet: Sheet, data: int) -> pa.Table:
    """The cells with names repeated that are merged over several rows from row ``data`` on; figures stay alone."""
    filled: dict[int, list[str | None]] = {}
    for column, top, end in sheet.merges:
        if not 0 <= column < sheet.cells.num_columns or top < data or top >= sheet.cells.num_rows:
            continue
        if column not in filled:
            filled[column] = sheet.cells.column(column).to_pylist()
        texts, end = filled[column], min(end, sheet.cells.num_rows - 1)
        text = texts[top]
        if text and not (sniff.is_figure(text) and not text.startswith("0")) and not any(texts[top + 1 : end + 1]):
            texts[top + 1 : end + 1] = [text] * (end - top)
    cells = sheet.cells
    for column, texts in filled.items():
        cells = cells.set_column(column, cells.schema.names[column], pa.array(texts, pa.string()))
    return cells


def _headings(sheets: Sequence[Sheet], name: str) -> dict[Sheet, Heading]:
    """The sheets that hold the same columns as the first with a table, each with its heading.

    Raises :class:`Refused` where none holds a table.
    """
    found: dict[Sheet, Heading] = {}
    told: Refused | None = None
    for sheet in sheets:
        head = [tuple(row.values()) for row in sheet.cells.slice(0, sniff.HEAD_ROWS).to_pylist()]
        try:
            one = heading.find(head, name)
        except Refused as refused:
            told = told or refused
            continue
        if not found or sorted(one.labels) == sorted(next(iter(found.values())).labels):
            found[sheet] = one
    if not found:
        raise told or Refused(Problem("upload_empty", name))
    return found


def _of_sheets(every: Sequence[str], read: Sequence[str], several: bool) -> tuple[Notice, ...]:
    others = [one for one in every if one not in read]
    if several:
        together = Notice("sheets", {"count": len(read), "names": " · ".join(read)})
        apart = Notice("sheets_left", {"count": len(others), "names": " · ".join(others)})
        return (together, apart) if others else (together,)
    told = {"sheet": read[0], "count": len(others), "names": " · ".join(others)}
    return (Notice("other_sheets", told),) if others else ()


def _open_parquet(con: duckdb.DuckDBPyConnection, path: Path, name: str, digest: str) -> Table:
    try:
        described = con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        rows = con.execute("SELECT num_rows FROM parquet_file_metadata(?)", [str(path)]).fetchall()[0][0]
        if rows * len(described) > CELL_LIMIT:
            raise Refused(Problem("upload_bomb", name))
        cells = ", ".join(f'CAST("{row[0].replace(chr(34), chr(34) * 2)}" AS VARCHAR) AS c{i}'
                          for i, row in enumerate(described))  # fmt: skip
        con.execute(f"CREATE TABLE raw AS SELECT {cells} FROM read_parquet(?)", [str(path)])
    except duckdb.Error as error:
        detail = str(error).splitlines()[0][:200]
        raise Refused(Problem("upload_broken_workbook", name, {"detail": detail})) from error
    return _finish(con, name, digest, "parquet", [row[0] for row in described], 0, "rowid + 1")


def _finish(
    con: duckdb.DuckDBPyConnection, name: str, digest: str, kind: str, labels: Sequence[str | None],
    header_row: int, row: str, broken: tuple[RowProblem, ...] = (), **more: Any,
) -> Table:  # fmt: skip
    """Name the columns, leave out empty ones and empty rows, and count."""
    headers = [" ".join((label or "").split()) for label in labels]
    available = {name for (name,) in con.execute("SELECT column_name FROM (DESCRIBE raw)").fetchall()}
    headers = headers[: sum(1 for i in range(len(headers)) if f"c{i}" in available)]
    if len(headers) > COLUMN_LIMIT:
        raise Refused(Problem("upload_too_wide", name, {"columns": len(headers), "limit": COLUMN_LIMIT}))
    nameless = [i for i, header in enumerate(headers) if not header]
    if nameless:
        counts = con.execute(f"SELECT {', '.join(f'count(c{i})' for i in nameless)} FROM raw").fetchall()[0]
        filled = [str(i + 1) for i, count in zip(nameless, counts, strict=True) if count]
        if filled:
            values = {"row": header_row, "columns": ", ".join(filled)}
            raise Refused(Problem("upload_header_empty", name, values))
    kept = [i for i, header in enumerate(headers) if header]
    twice = sorted({headers[i] for i in kept if headers.count(headers[i]) > 1})
    if twice:
        raise Refused(Problem("upload_header_twice", name, {"row": header_row, "columns": ", ".join(twice)}))
    cells = ", ".join(f"c{i} AS c{place}" for place, i in enumerate(kept))
    filled_row = " OR ".join(f"c{i} IS NOT NULL" for i in kept)
    con.execute(f"CREATE VIEW cells AS SELECT {row} AS row, {cells} FROM raw WHERE {filled_row}")
    rows = con.execute("SELECT count(*) FROM cells").fetchall()[0][0]
    if not rows and not broken:
        raise Refused(Problem("upload_no_rows", name, {"row": header_row}))
    return Table(con, name, digest, kind, tuple(headers[i] for i in kept), header_row, rows, broken=broken, **more)
