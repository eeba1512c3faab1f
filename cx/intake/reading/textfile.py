"""Delimited text into table ``raw``: decoded to UTF-8, read by DuckDB when it is sound, row by row when not."""

from __future__ import annotations

import codecs
import csv
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import duckdb

from cx.intake.reading import heading, sniff
from cx.intake.reading.heading import Heading
from cx.intake.rows import Options, Progress, RowProblem
from cx.words import Problem, Refused

SAMPLE = 1 << 18
BROKEN_LIMIT = 1000
_CHUNK = 1 << 22


@dataclass(frozen=True)
class Staged:
    """Table ``raw`` was made. ``row`` is the SQL of a row's number in the file; ``broken`` rows could not be read."""

    headers: tuple[str, ...]
    header_row: int
    titles: tuple[str, ...]
    row: str
    encoding: str
    delimiter: str
    broken: tuple[RowProblem, ...]


@dataclass(frozen=True)
class Layout:
    """How a text file is laid out: its delimiter, its heading, its first records."""

    delimiter: str
    heading: Heading
    head: tuple[tuple[str, ...], ...]


def stage(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, options: Options, folder: Path, progress: Progress
) -> Staged:
    """Read a text file. Raises :class:`Refused`: ``upload_binary``, ``upload_encoding`` or what no table is."""
    text, encoding, blank = _as_utf8(path, name, options.encoding, folder)
    progress(0.2, "upload.step_reading")
    layout = _layout(text, name, options.delimiter)
    below = layout.heading.last + 1
    first = layout.head[below] if len(layout.head) > below else None
    if not blank and first is not None and _read_fast(con, text, layout, first):
        row, broken = f"rowid + {below + 1}", ()
    else:
        row, broken = "row", _read_careful(con, text, layout, folder)
    progress(0.4, "upload.step_reading")
    found = layout.heading
    return Staged(found.labels, found.first + 1, found.titles, row, encoding, layout.delimiter, broken)


def _as_utf8(path: Path, name: str, told: str | None, folder: Path) -> tuple[Path, str, bool]:
    """The file as UTF-8 (itself where it is), its encoding, and whether blank lines stand between rows."""
    with path.open("rb") as stream:
        sample = stream.read(SAMPLE)
    marked = sniff.bom(sample)
    skip, encoding = (marked[1] if marked else 0), told or (marked[0] if marked else None)
    if encoding is None:
        try:
            blank = _decode(path, "utf-8", 0, None)
            encoding = sniff.encoding(sample, valid_utf8=True)
            if encoding == "utf-8":
                return path, encoding, blank
        except UnicodeDecodeError:
            encoding = _told(name, sample)
    target = folder / "utf8.csv"
    try:
        return target, encoding, _decode(path, encoding, skip, target)
    except UnicodeDecodeError as error:
        raise Refused(Problem("upload_encoding", name, {"encoding": encoding, "byte": f"{error.start:,}"})) from error


def _told(name: str, sample: bytes) -> str:
    """The encoding of what is not UTF-8; a file that is nearly all UTF-8 is a damaged one, not another encoding."""
    text = sample.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    if sum(1 for char in text if ord(char) > 127) > 3 * damaged + 3:
        raise Refused(Problem("upload_encoding", name, {"encoding": "UTF-8", "byte": "…"}))
    try:
        return sniff.encoding(sample, valid_utf8=False)
    except Refused as refused:
        raise Refused(*(Problem(p.code, name, p.values) for p in refused.problems)) from refused


def _decode(path: Path, encoding: str, skip: int, target: Path | None) -> bool:
    """Decode a file in pieces, into ``target`` as UTF-8 if given; tells whether blank lines stand between rows."""
    decoder = codecs.getincrementaldecoder(encoding)()
    blank, tail, position = False, "", skip
    with path.open("rb") as stream, target.open("wb") if target else nullcontext() as out:
        stream.seek(skip)
        while True:
            chunk = stream.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                error.start += position
                raise
            position += len(chunk)
            blank = blank or _blank_lines(tail + text[:3]) or _blank_lines(text)
            tail = text[-3:]
            if out:
                out.write(text.encode())
            if not chunk:
                return blank


def _blank_lines(text: str) -> bool:
    """Whether blank lines stand between others; those at the very end do no harm."""
    text = text.rstrip("\r\n") if text.endswith(("\n\n", "\n\r\n")) else text
    return "\n\n" in text or ("\r" in text and "\n\r\n" in text)


def _layout(text: Path, name: str, delimiter: str | None) -> Layout:
    with text.open("rb") as stream:
        sample = stream.read(SAMPLE)
        whole = not stream.read(1)
    shown = sample.decode("utf-8", errors="ignore")
    if "\x00" in shown:
        raise Refused(Problem("upload_binary", name))
    if not whole:
        shown = shown[: max(shown.rfind("\n"), shown.rfind("\r")) + 1] or shown
    delimiter = delimiter or sniff.delimiter(shown)
    head = tuple(tuple(record) for record in sniff.records(shown, delimiter, sniff.HEAD_ROWS))
    return Layout(delimiter, heading.find(head, name), head)


def _width(headers: tuple[str, ...]) -> int:
    width = len(headers)
    while width and not headers[width - 1].strip():
        width -= 1
    return width


def _read_fast(con: duckdb.DuckDBPyConnection, text: Path, layout: Layout, first: tuple[str, ...]) -> bool:
    """DuckDB's own reader, strict. Tells whether it read the file; whatever it doubts is left to the careful reader."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(layout.head[layout.heading.last])))
    try:
        con.execute(
            f"CREATE OR REPLACE TABLE raw AS SELECT * FROM read_csv(?, auto_detect = false, header = false, skip = ?, "
            f"delim = ?, quote = '\"', escape = '\"', columns = {{{columns}}}, max_line_size = 4000000)",
            [str(text), layout.heading.last + 1, layout.delimiter],
        )
    except duckdb.Error:
        return False
    seen = con.execute("SELECT * FROM raw LIMIT 1").fetchall()
    return [[cell or "" for cell in row] for row in seen] == [list(first)]


def _read_careful(con: duckdb.DuckDBPyConnection, text: Path, layout: Layout, folder: Path) -> tuple[RowProblem, ...]:
    """Row by row, for ragged rows, blank lines, mixed line ends and unclosed quotes; tells the rows at fault."""
    width, broken, clean = _width(layout.heading.labels), [], folder / "clean.csv"
    with text.open(encoding="utf-8", newline="") as source, clean.open("w", encoding="utf-8", newline="") as target:
        reader = csv.reader(source, delimiter=layout.delimiter, skipinitialspace=layout.delimiter != "\t", strict=True)
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
            if row <= layout.heading.last + 1 or not any(cell.strip() for cell in record):
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
