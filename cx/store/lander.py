"""The lander: moves lines of the journal into the tables, in order, exactly once.

A batch is one transaction that also moves the byte mark of its segment, so a crash lands a batch wholly or not at all.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from cx.store.database import Database
from cx.store.record import OWN, Head, read
from cx.store.segment import Line, sync_folder

log = logging.getLogger(__name__)
Connection = duckdb.DuckDBPyConnection

# The line itself is at fault and can never land. Everything else (disk, memory, a closed database) is tried again.
POISON = (duckdb.DataError, duckdb.IntegrityError, duckdb.InvalidInputException, duckdb.ConversionException)
_COLUMNS = ("submission_id", "survey_id", "received_at", "hash", "json")


class Lander:
    """Lands lines in ``db``; lines that cannot land are set aside in ``<folder>/rejected``."""

    def __init__(self, folder: Path, db: Database) -> None:
        self.rejected = folder / "rejected"
        self._db = db
        con = db.cursor()
        response, answer = _structure(con, "response"), _structure(con, "answer")
        self._drafts = con.execute("SELECT count(*) > 0 FROM draft").fetchall()[0][0]
        con.close()
        self._response = json.dumps({"response": response})
        self._answers = json.dumps({"response": response, "answers": [{name: answer[name] for name in OWN}]})
        self._shared = ", ".join(f"r.{name} AS {name}" for name in answer if name not in OWN)

    def marks(self, segments: Iterable[str]) -> dict[str, int]:
        """Bytes landed of each segment on disk; marks of segments that are gone are dropped."""
        names = list(segments)
        with self._db.writing() as con:
            con.execute("DELETE FROM journal_mark WHERE NOT list_contains(?::VARCHAR[], segment)", [names])
            rows = con.execute("SELECT segment, landed_bytes FROM journal_mark").fetchall()
        return dict(rows)

    def land(self, segment: str, lines: Sequence[Line]) -> None:
        """Land ``lines`` of one segment, in order. Raises ``duckdb.Error`` or ``OSError`` when the machine is at fault;
        then nothing of the failed batch has landed and the same call may be made again."""
        try:
            self._land_together(segment, lines)
        except POISON as error:
            if len(lines) > 1:
                middle = len(lines) // 2
                self.land(segment, lines[:middle])
                self.land(segment, lines[middle:])
                return
            self._set_aside(segment, lines[0], str(error))
            with self._db.writing() as con:
                _mark(con, segment, lines[0].end)

    def _land_together(self, segment: str, lines: Sequence[Line]) -> None:
        entries = []
        for line in lines:
            entry = read(line.body)
            if entry is None:
                self._set_aside(segment, line, "checksum or form of the line")
            else:
                entries.append(entry)
        with self._db.writing() as con:
            for batch in _rounds(entries):
                self._apply(con, batch)
            _mark(con, segment, lines[-1].end)

    def _apply(self, con: Connection, batch: Sequence[Head]) -> None:
        """Land entries in which every submission id occurs once."""
        drafts = [entry for entry in batch if entry.kind == "draft"]
        if drafts:
            self._drafts = True
            with _table(con, drafts):
                con.execute("DELETE FROM draft WHERE submission_id IN (SELECT submission_id::UUID FROM incoming)")
                con.execute(
                    "INSERT INTO draft (submission_id, survey_id, payload, saved_at) "
                    "SELECT submission_id, survey_id, json -> '$.content', received_at FROM incoming"
                )
        responses = [entry for entry in batch if entry.kind == "response"]
        if responses:
            self._apply_responses(con, responses)

    def _apply_responses(self, con: Connection, batch: Sequence[Head]) -> None:
        with _table(con, batch):
            if self._drafts:  # once there was one; before that, looking costs as much as landing
                con.execute("DELETE FROM draft WHERE submission_id IN (SELECT submission_id::UUID FROM incoming)")
            known = dict(
                con.execute(
                    "SELECT s.submission_id::VARCHAR, s.payload_hash FROM submission s "
                    "SEMI JOIN incoming i ON s.submission_id = i.submission_id::UUID"
                ).fetchall()
            )
        fresh = [entry for entry in batch if known.get(entry.submission_id) != entry.hash]
        changed = [entry for entry in fresh if entry.submission_id in known]
        if changed:
            _supersede(con, changed)
        if fresh:
            with _table(con, fresh):
                self._insert(con)

    def _insert(self, con: Connection) -> None:
        con.execute(
            "INSERT INTO response BY NAME SELECT unnest(j.response) "
            "FROM (SELECT from_json_strict(json, ?) AS j FROM incoming)",
            [self._response],
        )
        con.execute(
            f"INSERT INTO answer BY NAME SELECT {self._shared}, unnest(a) FROM (SELECT j.response AS r, "
            "unnest(j.answers) AS a FROM (SELECT from_json_strict(json, ?) AS j FROM incoming))",
            [self._answers],
        )
        con.execute(
            "INSERT OR REPLACE INTO submission (submission_id, response_id, payload_hash, received_at) "
            "SELECT submission_id, json ->> '$.response.response_id', hash, received_at FROM incoming"
        )

    def _set_aside(self, segment: str, line: Line, reason: str) -> None:
        """Keep a line that cannot land, with the reason beside it; the name makes doing it twice harmless."""
        self.rejected.mkdir(exist_ok=True)
        name = f"{Path(segment).stem}-{line.start}"
        source = self.rejected.parent / segment
        with source.open("rb") as file:
            file.seek(line.start)
            (self.rejected / f"{name}.line").write_bytes(file.read(line.end - line.start))
        (self.rejected / f"{name}.reason").write_text(reason + "\n", encoding="utf-8")
        sync_folder(self.rejected)
        log.error("journal: %s bytes %d-%d set aside in %s: %s", segment, line.start, line.end, self.rejected, reason)


def _structure(con: Connection, table: str) -> dict[str, str]:
    rows = con.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [table]
    ).fetchall()
    return dict(rows)


def _rounds(entries: Sequence[Head]) -> list[list[Head]]:
    """Split so that a submission id occurs once in each round and its records keep their order."""
    rounds: list[list[Head]] = []
    seen: dict[str, int] = {}
    for entry in entries:
        turn = seen.get(entry.submission_id, 0)
        seen[entry.submission_id] = turn + 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(entry)
    return rounds


class _table:
    """``incoming``: a batch as a table for the statements within."""

    def __init__(self, con: Connection, batch: Sequence[Head]) -> None:
        self._con = con
        self._rows = pa.table({name: pa.array([getattr(e, name) for e in batch], pa.string()) for name in _COLUMNS})

    def __enter__(self) -> None:
        self._con.register("incoming", self._rows)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:  # an aborted transaction takes no further statement; its cursor is closed with the table
            self._con.unregister("incoming")


def _supersede(con: Connection, changed: Sequence[Head]) -> None:
    """Move what was answered before to ``response_revision``."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    with _table(con, changed):
        con.execute(
            "CREATE OR REPLACE TEMP TABLE superseded AS SELECT response_id FROM submission "
            "WHERE submission_id IN (SELECT submission_id::UUID FROM incoming)"
        )
    con.execute(
        "INSERT INTO response_revision (response_id, replaced_at, payload) SELECT r.response_id, ?, "
        "json_object('response', to_json(r), 'answers', "
        "(SELECT to_json(list(a)) FROM answer a WHERE a.response_id = r.response_id)) "
        "FROM response r SEMI JOIN superseded USING (response_id)",
        [now],
    )
    for table in ("response", "answer"):
        con.execute(f"DELETE FROM {table} WHERE response_id IN (SELECT response_id FROM superseded)")


def _mark(con: Connection, segment: str, landed: int) -> None:
    con.execute("DELETE FROM journal_mark WHERE segment = ?", [segment])
    con.execute("INSERT INTO journal_mark VALUES (?, ?)", [segment, landed])
