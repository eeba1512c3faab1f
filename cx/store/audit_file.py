"""The audit log outside a running cx: its export, and the check of a database file or an export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from cx.store import audit
from cx.store.audit import Entry, Head, Verdict
from cx.store.query import Connection
from cx.store.sheet import safe_cell
from cx.words import Problem, Refused, Translator


def export(con: Connection) -> bytes:
    """The whole log, one line of JSON an entry, oldest first: what ``verify-audit`` reads."""
    return "".join(entry.line() + "\n" for entry in reversed(audit.entries(con))).encode("utf-8")


def table(entries: Iterable[Entry], t: Translator) -> bytes:
    """Entries as CSV for a spreadsheet: UTF-8 with byte order mark; no cell is taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([t(f"audit.col_{name}") for name in ("seq", "at", "who", "action", "subject", "detail", "hash")])
    for entry in entries:
        what = t(f"audit.action_{entry.action}") if t.has(f"audit.action_{entry.action}") else entry.action
        cells = (entry.who, what, entry.subject, entry.detail, entry.hash)
        writer.writerow([entry.seq, f"{entry.at:%Y-%m-%d %H:%M:%S}", *map(safe_cell, cells)])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def verify(file: Path, noted: Head | None = None) -> Verdict:
    """Check a database file that no cx has open, together with the head kept beside it, or an export.

    ``noted`` is a head that was written down elsewhere. Raises :class:`Refused` (``audit_file``, ``audit_line``) when
    there is nothing that can be checked. The file is opened for reading only.
    """
    if file.is_dir():
        file = file / "cx.duckdb"
    if not file.is_file():
        raise Refused(Problem("audit_file", values={"file": file, "detail": "–"}))
    if _is_database(file):
        chain, kept = _rows(file), audit.read_mark(audit.mark_file(file.parent))
        verdict = audit.check(chain, kept)
        if verdict.sound and verdict.entries and kept is None:
            missing = {"file": audit.mark_file(file.parent).name, "found": verdict.entries}
            verdict = replace(verdict, problem=Problem("audit_no_mark", values=missing))
    else:
        chain = list(_lines(file))
        verdict = audit.check(chain)
    return audit.check(chain, noted) if verdict.sound and noted is not None else verdict


def _is_database(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(12)[8:] == b"DUCK"


def _rows(file: Path) -> list[Entry]:
    try:
        with duckdb.connect(str(file), read_only=True) as con:
            return list(reversed(audit.entries(con)))
    except duckdb.Error as error:
        detail = str(error).splitlines()[0]
        raise Refused(Problem("audit_file", values={"file": file.name, "detail": detail})) from error


def _lines(file: Path) -> Iterator[Entry]:
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield audit.read_line(line)
            except ValueError as error:
                raise Refused(Problem("audit_line", values={"line": number, "file": file.name})) from error
