"""Any table a bank's tools export, as text columns with the row numbers of the file.

A table is staged in a database of its own, outside the main file, so that reading 200 MB neither holds the writer nor
grows the bank's file. Everything is text here; what a cell means is decided column by column later (`values`).
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from cx.store import sniff, workbook
from cx.words import Problem, Refused

SIZE_LIMIT = 200 * 1024 * 1024
COLUMN_LIMIT = 1000
BROKEN_LIMIT = 1000
_CHUNK = 1 << 22
_SAMPLE = 1 << 18
_PAGES = (b"<html", b"<!doc", b"<?xml", b"<tabl", b"<head", b"<meta")
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"GIF8", b"\x7fELF", b"SQLite")
Progress = Callable[[float, str], None]


def silent(_fraction: float, _key: str) -> None:
    """A progress callback that tells nobody. ``fraction`` runs from 0 to 1; ``key`` is a text key of the words."""


@dataclass(frozen=True)
class Options:
    """What the user may fix when detection is wrong: the sheet, the encoding, the delimiter."""

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class RowProblem:
    """Something wrong in one cell (``column`` and ``value``) or one whole row (``column`` empty) of an uploaded file."""

    row: int
    column: str
    value: str
    problem: Problem


@dataclass(frozen=True)
class Table:
    """An open file: view ``cells(row BIGINT, c0 … VARCHAR)`` in ``con``; ``row`` is the row number of the file.

    ``broken`` rows could not be read as rows of this table; a file with one of them is never loaded.
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
        sample = stream.read(_SAMPLE)
    if not sample.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Refused(Problem("upload_empty", name))
    progress(0.05, "upload.step_reading")
    if workbook.is_workbook(sample):
        return _open_sheet(con, path, name, options, digest.hexdigest())
    if sample.startswith(b"PAR1"):
        return _open_parquet(con, path, name, digest.hexdigest())
    if sample.lstrip()[:5].lower() in _PAGES:
        raise Refused(Problem("upload_web_page", name))
    if sample.startswith(_BINARY):
        raise Refused(Problem("upload_binary", name))
    return _open_text(con, path, name, options, folder, digest.hexdigest(), sample, progress)


def _open_sheet(con: duckdb.DuckDBPyConnection, path: Path, name: str, options: Options, digest: str) -> Table:
    sheet = workbook.read(path, name, options.sheet)
    head = [tuple(row.values()) for row in sheet.cells.slice(0, sniff.HEAD_ROWS).to_pylist()]
    at = sniff.header(head, name)
    staged = sheet.cells.rename_columns([f"c{i}" for i in range(sheet.cells.num_columns)])
    staged = staged.append_column("row", pa.array(range(1, staged.num_rows + 1), pa.int64())).slice(at + 1)
    con.register("staged", staged)
    con.execute("CREATE TABLE raw AS SELECT * FROM staged")
    con.unregister("staged")
    return _finish(con, name, digest, "sheet", head[at], at + 1, "row", sheet=sheet.name, sheets=sheet.names)


def _open_parquet(con: duckdb.DuckDBPyConnection, path: Path, name: str, digest: str) -> Table:
    try:
        described = con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        cells = ", ".join(f'CAST("{row[0].replace(chr(34), chr(34) * 2)}" AS VARCHAR) AS c{i}'
                          for i, row in enumerate(described))  # fmt: skip
        con.execute(f"CREATE TABLE raw AS SELECT {cells} FROM read_parquet(?)", [str(path)])
    except duckdb.Error as error:
        detail = str(error).splitlines()[0][:200]
        raise Refused(Problem("upload_broken_workbook", name, {"detail": detail})) from error
    return _finish(con, name, digest, "parquet", [row[0] for row in described], 0, "rowid + 1")


def _open_text(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, options: Options, folder: Path, digest: str,
    sample: bytes, progress: Progress,
) -> Table:  # fmt: skip
    marked = sniff.bom(sample)
    skip = marked[1] if marked else 0
    blank = False
    encoding = options.encoding or (marked[0] if marked else None)
    if encoding is None:
        try:
            blank = _decode(path, "utf-8", 0, None)
            encoding = sniff.encoding(sample, valid_utf8=True)
        except UnicodeDecodeError:
            encoding = _told(name, sample)
    text = path
    if encoding != "utf-8" or skip or options.encoding:
        text = folder / "utf8.csv"
        try:
            blank = _decode(path, encoding, skip, text)
        except UnicodeDecodeError as error:
            values = {"encoding": encoding, "byte": f"{error.start:,}"}
            raise Refused(Problem("upload_encoding", name, values)) from error
    progress(0.2, "upload.step_reading")
    layout = _layout(text, name, encoding, options.delimiter)
    headers = layout.head[layout.header]
    first = layout.head[layout.header + 1] if len(layout.head) > layout.header + 1 else None
    row, broken = "", ()
    if not blank and first is not None and _read_fast(con, text, layout, first):
        row = f"rowid + {layout.header + 2}"
    else:
        row, broken = "row", _read_careful(con, text, layout, folder)
    progress(0.4, "upload.step_reading")
    return _finish(
        con, name, digest, "text", headers, layout.header + 1, row,
        encoding=layout.encoding, delimiter=layout.delimiter, broken=broken,
    )  # fmt: skip


def _told(name: str, sample: bytes) -> str:
    """The encoding of what is not UTF-8; a file that is nearly all UTF-8 is a damaged one, not another encoding."""
    text = sample.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    if sum(1 for char in text if ord(char) > 127) > 10 * damaged + 10:
        raise Refused(Problem("upload_encoding", name, {"encoding": "UTF-8", "byte": "…"}))
    try:
        return sniff.encoding(sample, valid_utf8=False)
    except Refused as refused:
        raise Refused(*(Problem(p.code, name, p.values) for p in refused.problems)) from refused


def _decode(path: Path, encoding: str, skip: int, target: Path | None) -> bool:
    """Decode all of a file, in pieces, into ``target`` as UTF-8 if given; tells whether blank lines stand between rows."""
    decoder = codecs.getincrementaldecoder(encoding)()
    blank, tail, position = False, "", skip
    out = target.open("wb") if target else None
    try:
        with path.open("rb") as stream:
            stream.seek(skip)
            while True:
                chunk = stream.read(_CHUNK)
                try:
                    text = decoder.decode(chunk, final=not chunk)
                except UnicodeDecodeError as error:
                    error.start += position
                    raise
                position += len(chunk)
                blank = blank or _blank_lines(tail + text)
                tail = text[-3:]
                if out:
                    out.write(text.encode())
                if not chunk:
                    return blank
    finally:
        if out:
            out.close()


def _blank_lines(text: str) -> bool:
    """Whether blank lines stand between others; those at the very end do no harm."""
    text = text.rstrip("\r\n") if text.endswith(("\n\n", "\n\r\n")) else text
    return "\n\n" in text or "\n\r\n" in text


def _layout(text: Path, name: str, encoding: str, delimiter: str | None) -> sniff.Layout:
    with text.open("rb") as stream:
        sample = stream.read(_SAMPLE)
        whole = not stream.read(1)
    shown = sample.decode("utf-8", errors="ignore")
    if "\x00" in shown:
        raise Refused(Problem("upload_binary", name))
    if not whole:
        shown = shown[: max(shown.rfind("\n"), shown.rfind("\r")) + 1] or shown
    delimiter = delimiter or sniff.delimiter(shown)
    head = tuple(tuple(record) for record in sniff.records(shown, delimiter, sniff.HEAD_ROWS))
    return sniff.Layout(encoding, 0, delimiter, sniff.header(head, name), head)


def _width(headers: tuple[str, ...]) -> int:
    width = len(headers)
    while width and not headers[width - 1].strip():
        width -= 1
    return width


def _read_fast(con: duckdb.DuckDBPyConnection, text: Path, layout: sniff.Layout, first: tuple[str, ...]) -> bool:
    """DuckDB's own reader, strict. Tells whether it read the file; whatever it doubts is left to the careful reader."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(layout.head[layout.header])))
    try:
        con.execute(
            f"CREATE OR REPLACE TABLE raw AS SELECT * FROM read_csv(?, auto_detect = false, header = false, skip = ?, "
            f"delim = ?, quote = '\"', escape = '\"', columns = {{{columns}}}, max_line_size = 4000000)",
            [str(text), layout.header + 1, layout.delimiter],
        )
    except duckdb.Error:
        return False
    seen = con.execute("SELECT * FROM raw LIMIT 1").fetchall()
    return [[cell or "" for cell in row] for row in seen] == [[cell for cell in first]]


def _read_careful(
    con: duckdb.DuckDBPyConnection, text: Path, layout: sniff.Layout, folder: Path
) -> tuple[RowProblem, ...]:
    """Row by row, for files with ragged rows, blank lines, mixed line ends or unclosed quotes; tells the rows at fault."""
    width, broken, clean = _width(layout.head[layout.header]), [], folder / "clean.csv"
    with text.open(encoding="utf-8", newline="") as source, clean.open("w", encoding="utf-8", newline="") as target:
        reader = csv.reader(
            source, delimiter=layout.delimiter, skipinitialspace=layout.delimiter != "\t", strict=True
        )
        writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\n")
        row = 0
        while True:
            row += 1
            try:
                record = next(reader)
            except StopIteration:
                break
            except csv.Error:
                broken.append(RowProblem(row, "", "", Problem("upload_quote", values={"row": row})))
                continue
            if row <= layout.header + 1 or not any(cell.strip() for cell in record):
                continue
            if len(record) < width or any(cell.strip() for cell in record[width:]):
                values = {"row": row, "found": len(record), "expected": width}
                shown = layout.delimiter.join(record)[:80]
                broken.append(RowProblem(row, "", shown, Problem("upload_ragged", values=values)))
            writer.writerow([row, *(record + [""] * width)[:width]])
    columns = ", ".join(["'row': 'BIGINT'", *(f"'c{i}': 'VARCHAR'" for i in range(width))])
    con.execute(
        "CREATE OR REPLACE TABLE raw AS SELECT * FROM read_csv(?, auto_detect = false, header = false, delim = ',', "
        f"quote = '\"', escape = '\"', columns = {{{columns}}}, max_line_size = 4000000)",
        [str(clean)],
    )
    return tuple(broken[:BROKEN_LIMIT])


def _finish(
    con: duckdb.DuckDBPyConnection, name: str, digest: str, kind: str, labels: tuple[str | None, ...] | list[str],
    header_row: int, row: str, **more: object,
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
    broken = more.get("broken", ())
    if not rows and not broken:
        raise Refused(Problem("upload_no_rows", name, {"row": header_row}))
    return Table(con, name, digest, kind, tuple(headers[i] for i in kept), header_row, rows, **more)  # type: ignore[arg-type]
