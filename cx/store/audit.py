"""The audit log: who did what and when, append-only and hash-chained, so that a change made behind cx's back shows.

Owner of the table ``audit_log``; triggers refuse UPDATE, DELETE and TRUNCATE. Every entry holds the hash of the one
before it. The hash of the last entry is also kept beside the database (``audit.head``), so that a log cut short shows.
Details name things (ids, versions, counts), never what customers said.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cx.store.database import Database
from cx.store.query import Connection
from cx.words import Problem

log = logging.getLogger(__name__)
SYSTEM = "(cx)"
"""Who acts when nobody does: a schedule, a file found changed."""
START = "0" * 64
_WAITING = "audit.waiting"
_COLUMNS = "seq, happened_at, who, action, subject, detail, previous, hash"


@dataclass(frozen=True)
class Entry:
    """One link. ``at`` is UTC without zone; ``action`` a word of ``audit.yaml``; ``detail`` canonical JSON."""

    seq: int
    at: dt.datetime
    who: str
    action: str
    subject: str
    detail: str
    previous: str
    hash: str

    @property
    def values(self) -> dict[str, Any]:
        """The detail, read."""
        return json.loads(self.detail)  # type: ignore[no-any-return]

    def sealed(self) -> str:
        """The hash that this entry should have: SHA-256 over everything else in canonical JSON."""
        return _hash(self.seq, self.at, self.who, self.action, self.subject, self.detail, self.previous)

    def line(self) -> str:
        """The entry as one line of an export that ``verify-audit`` can check."""
        return _canonical({**vars(self), "at": self.at.isoformat()})


@dataclass(frozen=True)
class Head:
    """The last entry known: its number and hash."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Verdict:
    """What a check of the chain found: how many entries hold, the last of them, and what is wrong (None: nothing)."""

    entries: int
    head: Head | None
    problem: Problem | None

    @property
    def sound(self) -> bool:
        """Whether every link holds."""
        return self.problem is None


def record(db: Database, who: str, action: str, subject: str = "", detail: Mapping[str, object] | None = None) -> None:
    """Write one entry in a transaction of its own. Screens' caches stay: nothing they show has changed."""
    take_in(db)
    with db.writing(counted=False) as con:
        write(con, who, action, subject, detail)
    mark(db)


@contextmanager
def writing(db: Database) -> Iterator[Connection]:
    """A transaction in which :func:`write` is called: the deed and its entry are kept together or not at all."""
    with db.writing() as con:
        yield con
    mark(db)


def write(
    con: Connection, who: str, action: str, subject: str = "", detail: Mapping[str, object] | None = None
) -> None:
    """Add one entry within a write transaction; see :func:`writing`."""
    last = head(con)
    seq, previous = (last.seq + 1, last.hash) if last else (1, START)
    moment = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    text = _canonical(detail or {})
    sealed = _hash(seq, moment, who, action, subject, text, previous)
    con.execute(
        f"INSERT INTO audit_log ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [seq, moment, who, action, subject, text, previous, sealed],
    )


def head(con: Connection) -> Head | None:
    """The last entry of the log."""
    rows = con.execute("SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1").fetchall()
    return Head(*rows[0]) if rows else None


def mark(db: Database) -> None:
    """Keep the head beside the database. A mark that the log contradicts is evidence, and stays.

    Where the disk takes no mark, the older one stays until the next entry: what was done is done, and in the log.
    """
    if db.path is None:
        return
    file = mark_file(db.path.parent)
    with db.writing(counted=False) as con:  # one at a time, so that an older head never overwrites a newer one
        last, kept = head(con), read_mark(file)
        if last is None or last == kept:
            return
        if kept is not None:
            rows = con.execute("SELECT hash FROM audit_log WHERE seq = ?", [kept.seq]).fetchall()
            if rows != [(kept.hash,)]:
                return
        try:
            _replace(file, _canonical({"seq": last.seq, "hash": last.hash}))
        except OSError as error:
            log.error("audit: the mark of entry %d is not written: %s", last.seq, error)


def leave(
    folder: Path, who: str, action: str, subject: str = "", detail: Mapping[str, object] | None = None
) -> None:  # fmt: skip
    """Leave an entry beside the database, which another process has open: :func:`take_in` writes it into the log."""
    waiting = folder / _WAITING
    waiting.mkdir(mode=0o700, parents=True, exist_ok=True)
    left = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    values = {**(detail or {}), "left_at": left.isoformat(timespec="seconds")}
    _replace(waiting / f"{time.time_ns():020d}.json", _canonical([who, action, subject, values]))


def take_in(db: Database) -> None:
    """Write into the log what other processes left for it."""
    waiting = db.path.parent / _WAITING if db.path else None
    if waiting is None or not waiting.is_dir():
        return
    with db.writing(counted=False) as con:
        left = sorted(waiting.glob("[0-9]*.json"))
        for file in left:
            write(con, *json.loads(file.read_text(encoding="utf-8")))
    for file in left:
        file.unlink(missing_ok=True)
    if left:
        mark(db)


def mark_file(folder: Path) -> Path:
    """Where the head is kept."""
    return folder / "audit.head"


def read_mark(file: Path) -> Head | None:
    """The head as kept; None where there is none. An unreadable one is a head that nothing matches."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return Head(int(found["seq"]), str(found["hash"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        return Head(-1, "")


def entries(
    con: Connection, *, who: str | None = None, actions: Sequence[str] = (), text: str = "", also: Sequence[str] = (),
    since: dt.datetime | None = None, until: dt.datetime | None = None, most: int | None = None,
) -> tuple[Entry, ...]:  # fmt: skip
    """Entries that match, newest first. ``since`` ≤ moment < ``until`` in UTC; ``text`` within subject or detail, or
    the subject one of ``also``."""
    parts, values = ["TRUE"], []
    for condition, value in (("who = ?", who), ("happened_at >= ?", since), ("happened_at < ?", until)):
        if value is not None:
            parts.append(condition)
            values.append(value)
    if actions:
        parts.append(f"action IN ({', '.join('?' * len(actions))})")
        values.extend(actions)
    if text:
        parts.append("(contains(lower(subject || ' ' || detail), lower(?)) OR list_contains(?::VARCHAR[], subject))")
        values += [text, list(also)]
    limit = f" LIMIT {int(most)}" if most is not None else ""
    sql = f"SELECT {_COLUMNS} FROM audit_log WHERE {' AND '.join(parts)} ORDER BY seq DESC{limit}"
    return tuple(Entry(*row) for row in con.execute(sql, values).fetchall())


def names(con: Connection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who ever did something, and the actions that ever happened, sorted."""
    rows = con.execute("SELECT DISTINCT who, action FROM audit_log").fetchall()
    return tuple(sorted({who for who, _ in rows})), tuple(sorted({action for _, action in rows}))


def verify(con: Connection, kept: Head | None = None) -> Verdict:
    """Check every link of the log, and the head kept elsewhere (``read_mark``) where it is given."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM audit_log ORDER BY seq").fetchall()
    return check((Entry(*row) for row in rows), kept)


def check(chain: Iterable[Entry], kept: Head | None = None) -> Verdict:
    """Check a chain in order. Tells the first bad link; then whether the kept head is in it."""
    last: Head | None = None
    met = kept is None
    for count, entry in enumerate(chain):
        if entry.seq != count + 1:
            return Verdict(
                count, last, Problem("audit_gap", f"{entry.seq}", {"expected": count + 1, "found": entry.seq})
            )
        if entry.previous != (last.hash if last else START) or entry.hash != entry.sealed():
            return Verdict(count, last, Problem("audit_altered", f"{entry.seq}", {"seq": entry.seq}))
        last = Head(entry.seq, entry.hash)
        met = met or last == kept
    if not met and kept is not None:
        code = "audit_cut" if last is None or kept.seq > last.seq else "audit_replaced"
        found = last.seq if last else 0
        return Verdict(found, last, Problem(code, values={"kept": kept.seq, "found": found}))
    return Verdict(last.seq if last else 0, last, None)


def read_line(line: str) -> Entry:
    """An entry from a line of an export. Raises ``ValueError`` where it is none."""
    try:
        found = json.loads(line)
        found["at"] = dt.datetime.fromisoformat(found["at"])
        return Entry(**found)
    except (TypeError, KeyError) as error:
        raise ValueError(str(error)) from error


def _hash(seq: int, at: dt.datetime, *rest: str) -> str:
    return hashlib.sha256(_canonical([seq, at.isoformat(timespec="microseconds"), *rest]).encode("utf-8")).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _replace(file: Path, text: str) -> None:
    """Write whole and durably or not at all."""
    half = file.with_name(f".{file.name}.half")
    with half.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    os.replace(half, file)
