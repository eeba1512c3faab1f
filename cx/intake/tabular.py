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

from cx.intake import sniff, textfile, workbook
from cx.intake.rows import Options, Progress, RowProblem, silent
from cx.words import Problem, Refused

SIZE_LIMIT = 200 * 1024 * 1024
COLUMN_LIMIT = 1000
CELL_LIMIT = 100_000_000  # of a Parquet file, which may state a billion equal cells in a kilobyte
SPILL_LIMIT = "8GB"  # what one file may put on the disk that customers' answers need too
_CHUNK = 1 << 22
_PAGES = (b"<html", b"<!doc", b"<?xml", b"<tabl", b"<head", b"<meta")
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"GIF8", b"\x7fELF", b"SQLite")


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
        encoding=staged.encoding, delimiter=staged.delimiter, broken=staged.broken,
    )  # fmt: skip


def _open_sheet(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, options: Options, digest: str, folder: Path
) -> Table:
    sheet = workbook.read(path, name, folder, options.sheet)
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
