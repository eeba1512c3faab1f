"""What was uploaded: loaded whole or not at all, the same file twice only once, corrected by a later file, undone.

The state of the facts always equals loading, in their order, the uploads that are not undone. A value that a later
upload replaces stays, marked with that upload; undoing an upload takes its rows out and links what it had replaced
to whatever replaced it in turn, or puts it in force again.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from cx.intake.feeds import cells as feed_cells
from cx.intake.indicators import COLUMNS, KEY, Checked
from cx.intake.rows import Progress, RowProblem, silent
from cx.store import audit, readings
from cx.store.database import Database
from cx.store.sheet import safe_cell
from cx.words import Problem, Refused, Translator


@dataclass(frozen=True)
class Upload:
    """One line of the history. ``in_force`` rows count today; the others were replaced by a later upload or undone."""

    upload_id: str
    kind: str
    source: str
    file_name: str
    rows: int
    in_force: int
    loaded_by: str
    loaded_at: dt.datetime
    state: str


@dataclass(frozen=True)
class Loaded:
    """The result of a load. ``unchanged``: this very file is in force already and nothing was written."""

    upload_id: str
    rows: int
    replaced: int
    unchanged: bool = False


def history(con: duckdb.DuckDBPyConnection, kind: str | None = None) -> tuple[Upload, ...]:
    """Uploads, the latest first."""
    rows = con.execute(
        "WITH live AS (SELECT 'indicators' AS kind, upload_id, count(*) AS n FROM v_indicator GROUP BY 2 UNION ALL "
        "SELECT 'responses', source, count(*) FROM response GROUP BY 2) "
        "SELECT u.upload_id, kind, source, file_name, row_count, coalesce(n, 0), loaded_by, loaded_at, state "
        "FROM upload u LEFT JOIN live USING (kind, upload_id) WHERE kind = coalesce(?, kind) "
        "ORDER BY loaded_at DESC, u.rowid DESC",
        [kind],
    ).fetchall()
    return tuple(Upload(*row) for row in rows)


def load_indicators(db: Database, checked: Checked, by: str, now: dt.datetime, progress: Progress = silent) -> Loaded:
    """Load a checked file in one transaction; ``now`` is UTC.

    Raises :class:`Refused` (``upload_rows``) when it has problems.
    """
    progress(0.8, "upload.step_saving")
    with audit.writing(db) as con:
        done = put_indicators(con, checked, by, now)
    progress(1.0, "upload.step_done")
    return done


def put_indicators(
    con: duckdb.DuckDBPyConnection, checked: Checked, by: str, now: dt.datetime, remember: bool = True
) -> Loaded:
    """As :func:`load_indicators`, for a caller who holds the transaction; ``remember`` the mapping for the source."""
    if checked.total:
        raise Refused(Problem("upload_rows", checked.table.name, {"count": checked.total}))
    columns, upload_id = ", ".join(COLUMNS), uuid.uuid4().hex
    same = _same(con, "indicators", checked.table.sha256, checked.mapping.to_json())
    if same is not None:
        return same
    rows = checked.table.con.sql(f"SELECT DISTINCT {columns} FROM checked").to_arrow_table()
    con.register("staged_rows", rows)
    match = " AND ".join(f"o.{name} IS NOT DISTINCT FROM n.{name}" for name in KEY)
    replaced = con.execute(
        f"UPDATE indicator_value o SET superseded_by = ? FROM staged_rows n WHERE o.superseded_by IS NULL AND {match}",
        [upload_id],
    ).fetchall()[0][0]
    con.execute(f"INSERT INTO indicator_value (upload_id, {columns}) SELECT ?, {columns} FROM staged_rows", [upload_id])
    con.unregister("staged_rows")
    record(con, upload_id, "indicators", checked.mapping.source, checked.table.name, checked.table.sha256,
           rows.num_rows, checked.mapping.to_json(), by, now, remember)  # fmt: skip
    return Loaded(upload_id, rows.num_rows, replaced)


def record(
    con: duckdb.DuckDBPyConnection, upload_id: str, kind: str, source: str, file_name: str, sha256: str, rows: int,
    mapping: str, by: str, now: dt.datetime, remember: bool = True,
) -> None:  # fmt: skip
    """Write an upload, and remember its mapping for the source; the caller holds the transaction."""
    con.execute(
        "INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'loaded')",
        [upload_id, kind, source, file_name, sha256, rows, mapping, by, now],
    )
    if remember:
        con.execute("DELETE FROM source_mapping WHERE source = ? AND kind = ?", [source, kind])
        con.execute("INSERT INTO source_mapping VALUES (?, ?, ?, ?)", [source, kind, mapping, now])
    detail = {"kind": kind, "source": source, "file": file_name, "sha256": sha256, "rows": rows}
    audit.write(con, by, "upload_loaded", upload_id, detail)


def _same(con: duckdb.DuckDBPyConnection, kind: str, sha256: str, mapping: str) -> Loaded | None:
    """The upload of this very file and mapping, when all of it is in force."""
    known = con.execute(
        "SELECT upload_id, row_count FROM upload WHERE kind = ? AND sha256 = ? AND mapping = ? AND state = 'loaded' "
        "ORDER BY loaded_at DESC LIMIT 1", [kind, sha256, mapping]
    ).fetchall()  # fmt: skip
    if not known:
        return None
    upload_id, rows = known[0]
    table, column = ("v_indicator", "upload_id") if kind == "indicators" else ("response", "source")
    in_force = con.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", [upload_id]).fetchall()[0][0]
    return Loaded(upload_id, rows, 0, unchanged=True) if in_force == rows else None


same = _same


def undo(db: Database, upload_id: str, by: str = audit.SYSTEM) -> int:
    """Take an upload back, whatever came after it; returns the number of rows taken out. ``by`` is who does it.

    Raises :class:`Refused`: ``upload_unknown`` or ``upload_undone_already``.
    """
    with audit.writing(db) as con:
        found = con.execute("SELECT kind, state FROM upload WHERE upload_id = ?", [upload_id]).fetchall()
        if not found:
            raise Refused(Problem("upload_unknown", upload_id))
        kind, state = found[0]
        if state != "loaded":
            raise Refused(Problem("upload_undone_already", upload_id))
        rows = _undo_indicators(con, upload_id) if kind == "indicators" else _undo_responses(con, upload_id)
        feed_cells.taken_back(con, upload_id)
        con.execute("UPDATE upload SET state = 'undone' WHERE upload_id = ?", [upload_id])
        audit.write(con, by, "upload_undone", upload_id, {"kind": kind, "rows": rows})
    return rows


def _undo_indicators(con: duckdb.DuckDBPyConnection, upload_id: str) -> int:
    match = " AND ".join(f"o.{name} IS NOT DISTINCT FROM n.{name}" for name in KEY)
    con.execute(
        "UPDATE indicator_value o SET superseded_by = n.superseded_by FROM indicator_value n "
        f"WHERE o.superseded_by = $id AND n.upload_id = $id AND {match}",
        {"id": upload_id},
    )
    return con.execute("DELETE FROM indicator_value WHERE upload_id = ?", [upload_id]).fetchall()[0][0]


def _undo_responses(con: duckdb.DuckDBPyConnection, upload_id: str) -> int:
    con.execute(
        "UPDATE response_replaced o SET replaced_by = n.replaced_by FROM response_replaced n "
        "WHERE o.replaced_by = $id AND n.source = $id AND o.response_id = n.response_id",
        {"id": upload_id},
    )
    con.execute(
        "UPDATE answer_replaced o SET replaced_by = n.replaced_by FROM response_replaced n "
        "WHERE o.replaced_by = $id AND n.source = $id AND o.response_id = n.response_id",
        {"id": upload_id},
    )
    rows = 0
    for table in ("response", "answer"):
        gone = con.execute(f"DELETE FROM {table} WHERE source = ?", [upload_id]).fetchall()[0][0]
        later = con.execute(f"DELETE FROM {table}_replaced WHERE source = ?", [upload_id]).fetchall()[0][0]
        rows = rows or gone + later
        con.execute(
            f"INSERT INTO {table} BY NAME SELECT * EXCLUDE (replaced_by) FROM {table}_replaced WHERE replaced_by = ?",
            [upload_id],
        )
        con.execute(f"DELETE FROM {table}_replaced WHERE replaced_by = ?", [upload_id])
    readings.forget(con)
    return rows


def remembered(con: duckdb.DuckDBPyConnection, kind: str, source: str) -> dict[str, Any] | None:
    """The mapping last used for a source, as data."""
    rows = con.execute(
        "SELECT mapping FROM source_mapping WHERE kind = ? AND source = ?", [kind, source]
    ).fetchall()  # fmt: skip
    return json.loads(rows[0][0]) if rows else None


def sources(con: duckdb.DuckDBPyConnection, kind: str) -> tuple[str, ...]:
    """Sources that were loaded before."""
    rows = con.execute("SELECT source FROM source_mapping WHERE kind = ? ORDER BY saved_at DESC", [kind]).fetchall()
    return tuple(source for (source,) in rows)


def error_report(problems: Sequence[RowProblem], t: Translator) -> bytes:
    """The problems as CSV for Excel: UTF-8 with byte order mark, one line a cell, in the user's language."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([t(f"upload.report_{name}") for name in ("row", "column", "value", "what", "cure")])
    for p in problems:
        cells = (p.column, p.value, p.problem.what(t), p.problem.cure(t))
        writer.writerow([p.row, *(safe_cell(cell) for cell in cells)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
