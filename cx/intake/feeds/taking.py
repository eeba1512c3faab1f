"""What other systems send by themselves, taken whole and once: indicator values, and events of a feed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb

from cx.bank.feeds import Feed
from cx.bank.model import Model
from cx.intake import uploads
from cx.intake.feeds import cells as feed_cells
from cx.intake.feeds import events, payload, receipts, sent
from cx.intake.feeds.sent import Sender
from cx.intake.indicators import COLUMNS, Checked
from cx.store import audit
from cx.store.database import Database

Answer = dict[str, Any]


@dataclass(frozen=True)
class Taken:
    """What to answer. ``again``: this batch had been taken before, and nothing was done now."""

    answer: Answer
    again: bool = False


def take_values(db: Database, model: Model, body: bytes, key: str | None, sender: Sender, now: dt.datetime) -> Taken:
    """Take indicator values: ``{accepted, unchanged, replaced, upload_id}``, numbers of values. ``now`` has a zone.

    ``unchanged`` were in force with the same figures, ``replaced`` with others. Raises :class:`Refused`; then nothing
    was taken.
    """
    key, digest = receipts.checked_key(key), _digest("", body)
    before = _before(db, sender, key, digest)
    if before is not None:
        return before
    moment = _utc(now)
    with sent.opened(payload.read(body), digest, sender, model, now.astimezone().date()) as checked:

        def store(con: duckdb.DuckDBPyConnection) -> tuple[Answer, int]:
            same = _unchanged(con, checked)
            done = uploads.put_indicators(con, checked, sender.by, moment, remember=False)
            replaced = 0 if done.unchanged else done.replaced - same
            answer = {"accepted": done.rows, "unchanged": same, "replaced": replaced, "upload_id": done.upload_id}
            return answer, done.rows

        return _once(db, sender, key, digest, "", moment, store)


def take_events(
    db: Database, model: Model, feed: Feed, body: bytes, key: str | None, sender: Sender, now: dt.datetime
) -> Taken:
    """Take events of a feed: ``{accepted, values, days, upload_id}``; ``values`` is how many indicator values changed.

    ``now`` has a zone. Raises :class:`Refused`; then nothing was taken.
    """
    key, digest = receipts.checked_key(key), _digest(feed.id, body)
    before = _before(db, sender, key, digest)
    if before is not None:
        return before
    cells = events.read(payload.read(body), feed, model, sender.allowed, now)

    def store(con: duckdb.DuckDBPyConnection) -> tuple[Answer, int]:
        upload_id, values = feed_cells.take(con, cells, feed, model, sender.by, now)
        counted = _counted(cells)
        return {**counted, "values": values, "upload_id": upload_id}, counted["accepted"]

    return _once(db, sender, key, digest, feed.id, _utc(now), store)


def try_values(model: Model, body: bytes, sender: Sender, now: dt.datetime) -> Answer:
    """Check values and store nothing: ``{accepted, dry_run}``. Raises :class:`Refused` as :func:`take_values`."""
    with sent.opened(payload.read(body), "", sender, model, now.astimezone().date()) as checked:
        return {"accepted": checked.values, "dry_run": True}


def try_events(model: Model, feed: Feed, body: bytes, sender: Sender, now: dt.datetime) -> Answer:
    """Check events and store nothing: ``{accepted, days, dry_run}``. Raises :class:`Refused` as :func:`take_events`."""
    cells = events.read(payload.read(body), feed, model, sender.allowed, now)
    return {**_counted(cells), "dry_run": True}


def _once(
    db: Database, sender: Sender, key: str, digest: str, feed: str, now: dt.datetime,
    store: Callable[[duckdb.DuckDBPyConnection], tuple[Answer, int]],
) -> Taken:  # fmt: skip
    """Store and remember the key in one transaction: both or none, and once however many send it at the same time."""
    with audit.writing(db) as con:
        known = receipts.answered(con, sender.id, key, digest)
        if known is not None:
            return Taken(known, again=True)
        answer, n = store(con)
        receipts.keep(con, sender.id, key, digest, feed, n, answer, now)
    return Taken(answer)


def _before(db: Database, sender: Sender, key: str, digest: str) -> Taken | None:
    """The answer of before, found without waiting for the writer."""
    with db.cursor() as con:
        known = receipts.answered(con, sender.id, key, digest)
    return None if known is None else Taken(known, again=True)


def _unchanged(con: duckdb.DuckDBPyConnection, checked: Checked) -> int:
    """How many of the values are in force with the same figures."""
    con.register(
        "sent_rows", checked.table.con.sql(f"SELECT DISTINCT {', '.join(COLUMNS)} FROM checked").to_arrow_table()
    )
    match = " AND ".join(f"o.{name} IS NOT DISTINCT FROM n.{name}" for name in COLUMNS)
    found = con.execute(f"SELECT count(*) FROM sent_rows n JOIN v_indicator o ON {match}").fetchall()
    con.unregister("sent_rows")
    return int(found[0][0])


def _counted(cells: dict[events.Key, events.Cell]) -> Answer:
    days = sorted({day.isoformat() for day, *_ in cells})
    return {"accepted": sum(cell.attempts for cell in cells.values()), "days": days}


def _digest(feed: str, body: bytes) -> str:
    return hashlib.sha256(feed.encode() + b"\n" + body).hexdigest()


def _utc(now: dt.datetime) -> dt.datetime:
    return now.astimezone(dt.UTC).replace(tzinfo=None)
