"""Whether the demo bank is here, what it holds, and taking it out again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from cx.store import audit, readings
from cx.store.database import Database
from cx.store.query import Connection

SOURCE = "demo"
"""Source of demo facts, id of the demo's indicator upload and name of the setting that records it."""

_TABLES = (("response", "source"), ("answer", "source"), ("indicator_value", "upload_id"), ("upload", "upload_id"),
           ("feed_cell", "upload_id"))  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """What was loaded: rows, responses by survey, the period, wins, pain points, a digest of all facts, the true NPS.

    ``nps`` has the expected NPS by kind ("kind:transactional"), survey ("survey:branch-visit") and brand
    ("brand:binhai"), and of every branch in transactional surveys ("branch:b0101"). ``seconds``: how long loading took.
    """

    responses: int
    answers: int
    indicator_values: int
    surveys: Mapping[str, int]
    first: str
    last: str
    quick_wins: Mapping[str, str]
    nps: Mapping[str, float]
    digest: str
    seconds: float
    pain_points: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def summary(con: Connection) -> Summary | None:
    """What the demo bank holds; None where it is not loaded."""
    rows = con.execute("SELECT value FROM setting WHERE name = ? ORDER BY saved_at DESC LIMIT 1", [SOURCE]).fetchall()
    return Summary(**json.loads(rows[0][0])) if rows else None


def loaded(con: Connection) -> bool:
    """Whether the demo bank, or a part of it, is in the database."""
    return bool(con.execute("SELECT 1 FROM setting WHERE name = ? LIMIT 1", [SOURCE]).fetchall())


def remove(db: Database, by: str = audit.SYSTEM) -> int:
    """Take the demo bank out, its quick wins and their history included; returns how many responses went."""
    from cx.demo import promises, trials  # numpy: a start does without

    with audit.writing(db) as con:
        found = summary(con)
        gone = _count(con, "response", "source")
        for table, column in _TABLES:
            con.execute(f"DELETE FROM {table} WHERE {column} = ?", [SOURCE])
        readings.forget(con)
        wins = list(found.quick_wins.values()) if found else []
        for table in ("quick_win", "quick_win_entry", "rollout_step"):
            con.execute(f"DELETE FROM {table} WHERE quick_win_id IN (SELECT unnest(?::VARCHAR[]))", [wins])
        pains = list(found.pain_points.values()) if found else []
        con.execute("DELETE FROM pain_point WHERE pain_point_id IN (SELECT unnest(?::VARCHAR[]))", [pains])
        for table in ("experiment", "experiment_outcome"):
            con.execute(f"DELETE FROM {table} WHERE experiment_id IN (SELECT unnest(?::VARCHAR[]))", [trials.ids()])
        con.execute("DELETE FROM case_step WHERE case_id IN (SELECT case_id FROM case_file WHERE source = ?)", [SOURCE])
        con.execute("DELETE FROM case_file WHERE source = ?", [SOURCE])
        promises.remove(con)
        con.execute("DELETE FROM setting WHERE name = ?", [SOURCE])
        audit.write(con, by, "demo_removed", "", {"responses": gone})
    return gone


def save(con: Connection, found: Summary | Mapping[str, Any]) -> None:
    """Record what the demo bank holds."""
    text = found.as_json() if isinstance(found, Summary) else json.dumps(found)
    con.execute("DELETE FROM setting WHERE name = ?", [SOURCE])
    con.execute("INSERT INTO setting (name, value, saved_at) VALUES (?, ?, now()::TIMESTAMP)", [SOURCE, text])


def _count(con: Connection, table: str, column: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", [SOURCE]).fetchall()[0][0])
