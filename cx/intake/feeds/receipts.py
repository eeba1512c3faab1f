"""What other systems sent: taken once whatever happens on the way, and what was refused. Owner of its two tables."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from cx.store.database import Database
from cx.words import Problem, Refused

DAYS = 35  # a key is remembered at least this long
KEPT_REFUSALS = 5  # by token and feed
KEPT_PROBLEMS = 20  # of one refusal
_KEY = re.compile(r"[!-~]{8,128}")
_ECHOES = ("value", "found")  # what was sent, which may be what must not be kept


@dataclass(frozen=True)
class Refusal:
    """A batch that was refused, with its first problems; ``at`` is UTC."""

    token_id: str
    feed: str
    at: dt.datetime
    status: int
    total: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Received:
    """What came with one token to one feed ('' for values): the last time (UTC), batches and entries of 35 days."""

    token_id: str
    feed: str
    last: dt.datetime
    batches: int
    n: int


def checked_key(key: str | None) -> str:
    """The idempotency key. Raises :class:`Refused`: ``feed_key``."""
    if key is None or not _KEY.fullmatch(key):
        raise Refused(Problem("feed_key", "Idempotency-Key"))
    return key


def answered(con: duckdb.DuckDBPyConnection, token_id: str, key: str, sha256: str) -> dict[str, Any] | None:
    """What was answered to this very batch before; None for a new key.

    Raises :class:`Refused` (``feed_key_used``) where the key belongs to another batch.
    """
    rows = con.execute(
        "SELECT sha256, answer FROM feed_receipt WHERE token_id = ? AND key = ?", [token_id, key]
    ).fetchall()
    if not rows:
        return None
    if rows[0][0] != sha256:
        raise Refused(Problem("feed_key_used", "Idempotency-Key"))
    return json.loads(rows[0][1])  # type: ignore[no-any-return]


def keep(
    con: duckdb.DuckDBPyConnection, token_id: str, key: str, sha256: str, feed: str, n: int, answer: Mapping[str, Any],
    now: dt.datetime,
) -> None:  # fmt: skip
    """Remember what was taken and answered, in the transaction that takes it; ``now`` is UTC. Forget old keys."""
    con.execute(
        "DELETE FROM feed_receipt r WHERE received_at < ? AND EXISTS (SELECT 1 FROM feed_receipt l "
        "WHERE l.token_id = r.token_id AND l.feed = r.feed AND l.received_at > r.received_at)",
        [now - dt.timedelta(days=DAYS)],
    )
    con.execute(
        "INSERT INTO feed_receipt VALUES (?, ?, ?, ?, ?, ?, ?)",
        [token_id, key, sha256, feed, now, n, json.dumps(answer, ensure_ascii=False)],
    )


def refuse(db: Database, token_id: str, feed: str, status: int, problems: Sequence[Problem], now: dt.datetime) -> None:
    """Remember a refusal: the first problems, without what was sent. Screens' caches stay."""
    kept = [
        {"code": p.code, "where": p.where, "values": {k: "…" if k in _ECHOES else v for k, v in p.values.items()}}
        for p in problems[:KEPT_PROBLEMS]
    ]
    with db.writing(counted=False) as con:
        con.execute(
            "INSERT INTO feed_refusal VALUES (?, ?, ?, ?, ?, ?)",
            [token_id, feed, now, status, len(problems), json.dumps(kept, ensure_ascii=False, default=str)],
        )
        con.execute(
            "DELETE FROM feed_refusal WHERE token_id = ? AND feed = ? AND refused_at < (SELECT min(refused_at) FROM "
            "(SELECT refused_at FROM feed_refusal WHERE token_id = ? AND feed = ? ORDER BY refused_at DESC LIMIT ?))",
            [token_id, feed, token_id, feed, KEPT_REFUSALS],
        )


def received(con: duckdb.DuckDBPyConnection) -> tuple[Received, ...]:
    """What came in, by token and feed, the latest first."""
    rows = con.execute(
        "SELECT token_id, feed, max(received_at), count(*), sum(n)::BIGINT FROM feed_receipt "
        "GROUP BY 1, 2 ORDER BY 3 DESC"
    ).fetchall()
    return tuple(Received(*row) for row in rows)


def refusals(con: duckdb.DuckDBPyConnection) -> tuple[Refusal, ...]:
    """What was refused lately, the latest first."""
    rows = con.execute(
        "SELECT token_id, feed, refused_at, status, total, problems FROM feed_refusal ORDER BY refused_at DESC"
    ).fetchall()
    return tuple(Refusal(*row[:5], tuple(Problem(**one) for one in json.loads(row[5]))) for row in rows)
