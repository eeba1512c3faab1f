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

from cx.store.database import Database
from cx.store.facts import BESIDE, OWN
from cx.store.landed import SHARED
from cx.store.record import Head, read
from cx.store.segment import Line, sync_folder

log = logging.getLogger(__name__)
Connection = duckdb.DuckDBPyConnection

# The line itself is at fault and can never land. Everything else (disk, memory, a closed database) is tried again.
POISON = (duckdb.DataError, duckdb.IntegrityError, duckdb.InvalidInputException, duckdb.ConversionException)
_RESPONSE = '"response":{'
_DRAFT_GONE = "DELETE FROM draft WHERE submission_id IN (SELECT submission_id FROM incoming)"
CORRECTION_DAYS = 1
# The same once more; and what would change an answer given on a device of others, or long after its browser forgot it:
# whoever read the form's id off a page must not rewrite what a customer said.
_NOT_AGAIN = (
    "DELETE FROM incoming USING submission s LEFT JOIN response r ON r.response_id = s.response_id "
    "WHERE s.submission_id = incoming.submission_id AND (s.payload_hash = incoming.hash "
    f"OR list_contains(?::VARCHAR[], r.mode) OR incoming.received_at > s.received_at + INTERVAL {CORRECTION_DAYS} DAY)"
)


class Lander:
    """Lands lines in ``db``; lines that cannot land are set aside in ``<folder>/rejected``."""

    def __init__(self, folder: Path, db: Database) -> None:
        self.rejected = folder / "rejected"
        self._db = db
        con = db.cursor()
        tables = _structures(con)
        self._drafts = con.execute("SELECT count(*) > 0 FROM draft").fetchall()[0][0]
        con.close()
        answer = tables["answer"]
        self._answers = json.dumps({"response": tables["response"], "answers": [{name: answer[name] for name in OWN}]})
        self._shared = ", ".join(f"r.{name} AS {name}" for name in answer if name not in OWN)
        self._beside = {table: json.dumps([tables[table]]) for table in BESIDE}

    def marks(self, segments: Iterable[str]) -> dict[str, int]:
        """Bytes landed of each segment on disk; marks of segments that are gone are dropped."""
        names = list(segments)
        with self._db.writing(counted=False) as con:
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
            with self._db.writing(counted=False) as con:
                _mark(con, segment, lines[0].end)

    def _land_together(self, segment: str, lines: Sequence[Line]) -> None:
        entries = []
        for line in lines:
            entry = read(line.body)
            if entry is None:
                self._set_aside(segment, line, "checksum or form of the line")
            else:
                entries.append(entry)
        with self._db.writing(counted=False) as con:
            changed = [self._apply(con, batch) for batch in _rounds(entries)]
            _mark(con, segment, lines[-1].end)
        if any(changed):
            self._db.count()

    def _apply(self, con: Connection, batch: Sequence[Head]) -> bool:
        """Land entries in which every submission id occurs once; whether a response or an answer changed."""
        drafts = [entry for entry in batch if entry.kind == "draft"]
        if drafts:
            self._drafts = True
            _incoming(con, drafts, "json -> '$.content' AS content")
            con.execute(_DRAFT_GONE)
            con.execute(
                "INSERT INTO draft (submission_id, survey_id, payload, saved_at) "
                "SELECT submission_id, survey_id, content, received_at FROM incoming"
            )
        responses = [entry for entry in batch if entry.kind == "response"]
        return self._apply_responses(con, responses) if responses else False

    def _apply_responses(self, con: Connection, batch: Sequence[Head]) -> bool:
        batch = [_with_voice(entry) for entry in batch]
        _incoming(con, batch, "from_json_strict(json, ?) AS j", self._answers)  # read once: half the cost of a batch
        if self._drafts:  # once there was one; before that, looking costs as much as landing
            con.execute(_DRAFT_GONE)
        if _count(con, "submission SEMI JOIN incoming USING (submission_id)"):
            con.execute(_NOT_AGAIN, [SHARED])
            if not _count(con, "incoming"):
                return False
            _supersede(con)
        con.execute("INSERT INTO response BY NAME SELECT unnest(j.response) FROM incoming")
        con.execute(
            f"INSERT INTO answer BY NAME SELECT {self._shared}, unnest(a) "
            "FROM (SELECT j.response AS r, unnest(j.answers) AS a FROM incoming)"
        )
        con.execute(
            "INSERT OR REPLACE INTO submission (submission_id, response_id, payload_hash, received_at) "
            "SELECT submission_id, j.response.response_id, hash, received_at FROM incoming"
        )
        self._apply_beside(con, batch)
        return True

    def _apply_beside(self, con: Connection, batch: Sequence[Head]) -> None:
        """Land rows of further tables, of those submissions that were just landed."""
        having = [entry for entry in batch if '"beside":{' in entry.json]  # a quote within a text is escaped
        if not having:
            return
        con.execute("CREATE OR REPLACE TEMP TABLE landed AS SELECT submission_id FROM incoming")
        _incoming(con, having, "json -> '$.beside' AS beside")
        for table, structure in self._beside.items():
            con.execute(
                f"INSERT INTO {table} BY NAME SELECT unnest(each) FROM (SELECT unnest(from_json_strict("
                f"beside -> '$.{table}', ?)) AS each FROM incoming SEMI JOIN landed USING (submission_id))",
                [structure],
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
        # The reason quotes what could not be read, which may be a customer's words: it stays beside the line.
        log.error("journal: %s bytes %d-%d set aside in %s", segment, line.start, line.end, self.rejected)


def _structures(con: Connection) -> dict[str, dict[str, str]]:
    """Columns and their types of each table that is landed in."""
    return {
        table: dict(con.execute("SELECT name, type FROM pragma_table_info(?)", [table]).fetchall())
        for table in ("response", "answer", *BESIDE)
    }


def _with_voice(entry: Head) -> Head:
    """The entry with a voice: a line written by a version that knew none lands as a customer's."""
    place = entry.json.find(_RESPONSE)
    if '"voice":' in entry.json[place:]:  # a quote within a text is escaped
        return entry
    return entry._replace(json=entry.json.replace(_RESPONSE, _RESPONSE + '"voice":"customer",', 1))


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


def _incoming(con: Connection, batch: Sequence[Head], said: str, *parameters: object) -> None:
    """``incoming``: a batch as a table for the statements that follow; ``said`` is the column made of the JSON."""
    import pyarrow as pa  # when something lands, not before the first page is served

    lines = pa.table([pa.array(column, pa.string()) for column in zip(*batch, strict=True)], names=Head._fields)
    con.register("lines", lines)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE incoming AS SELECT submission_id::UUID AS submission_id, survey_id, "
        f"received_at::TIMESTAMP AS received_at, hash, {said} FROM lines",
        parameters,
    )
    con.unregister("lines")  # not after an error: an aborted transaction takes no further statement


def _count(con: Connection, rows: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0])


def _supersede(con: Connection) -> None:
    """Move what was answered before to ``response_revision``."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE superseded AS SELECT response_id FROM submission "
        "SEMI JOIN incoming USING (submission_id)"
    )
    con.execute(
        "INSERT INTO response_revision (response_id, replaced_at, payload) SELECT r.response_id, ?, "
        "json_object('response', to_json(r), 'answers', "
        "(SELECT to_json(list(a)) FROM answer a WHERE a.response_id = r.response_id)) "
        "FROM response r SEMI JOIN superseded USING (response_id)",
        [now],
    )
    for table in ("response", "answer", *BESIDE):
        con.execute(f"DELETE FROM {table} WHERE response_id IN (SELECT response_id FROM superseded)")


def _mark(con: Connection, segment: str, landed: int) -> None:
    con.execute("DELETE FROM journal_mark WHERE segment = ?", [segment])
    con.execute("INSERT INTO journal_mark VALUES (?, ?)", [segment, landed])
