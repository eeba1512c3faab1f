"""The embedded database: one connection a process, a cursor a call, one writer at a time."""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb

from cx.words import Problem, Refused

log = logging.getLogger(__name__)
R = TypeVar("R")
_HERE = Path(__file__).parent
_ONCE = ("asked_beside", "asked_beside_replaced")
_SCHEMA = "schema"
_HELD = ("Could not set lock", "used by another process")  # on Linux and macOS, on Windows
_CONFIG = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "true",  # read_csv of uploads in the state folder
}


class Database:
    """An open DuckDB file (or ``:memory:``). ``version`` counts committed writes and is part of every cache key.

    ``path`` is the file; None in memory.
    """

    def __init__(self, path: Path | str) -> None:
        """Open and bring the schema up to date. Raises :class:`Refused`: another cx holds it
        (``database_locked``), or it is damaged, or the disk is full or not ours to write (``database_unusable``)."""
        self.path = Path(path) if path != ":memory:" else None
        begun = self.path is not None and not self.path.exists()
        try:
            self._connection = _opened(self.path)
        except (duckdb.Error, OSError) as error:
            if begun and self.path is not None:  # half a file would be no database at the next start either
                self.path.unlink(missing_ok=True)
            detail = str(error).splitlines()[0]
            code = "database_locked" if any(word in detail for word in _HELD) else "database_unusable"
            raise Refused(Problem(code, str(path), {"detail": detail})) from error
        self._write = threading.RLock()
        self.version = 0

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for one call: a shared connection returns other callers' rows."""
        return self._connection.cursor()

    def read(self, fn: Callable[[duckdb.DuckDBPyConnection], R]) -> R:
        """``fn`` on a cursor of its own; asked once more where DuckDB itself stumbles: 2.0's joins of dictionaries do
        when threads meet badly (``dict-surviving cache``), and not the next time."""
        try:
            with self.cursor() as con:
                return fn(con)
        except duckdb.InternalException as error:
            log.error("database: asked again: %s", str(error).splitlines()[0])
            with self.cursor() as con:
                return fn(con)

    @contextmanager
    def writing(self, counted: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
        """One transaction at a time over the whole process: commits at the end, rolls back on any exception.

        ``counted=False`` leaves ``version`` as it is: for writes that no screen shows, or that :meth:`count` follows.
        """
        with self._write:
            cursor = self.cursor()
            cursor.begin()
            try:
                yield cursor
            except BaseException:
                cursor.rollback()
                raise
            else:
                cursor.commit()
                self.version += counted
            finally:
                cursor.close()

    def count(self) -> None:
        """Say that what was just committed changes what screens show."""
        with self._write:
            self.version += 1

    def close(self) -> None:
        """Write everything into the one file and let go of it."""
        with self._write:
            self._connection.execute("CHECKPOINT")
            self._connection.close()


def _opened(path: Path | None) -> duckdb.DuckDBPyConnection:
    """The file, or memory, with today's schema."""
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = duckdb.connect(str(path or ":memory:"), config=_CONFIG)
    if path is not None:
        path.chmod(0o600)  # also one from before, or made by a program with another umask
    # A checkpoint in the middle of a commit is what respondents would feel: on close, and when the WAL is large.
    connection.execute("SET wal_autocheckpoint = '256MB'")
    connection.execute("SET enable_progress_bar = false; SET TimeZone = 'UTC'")
    _renew(connection)
    return connection


def _renew(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the schema up to date: its scripts may all run twice, but take as long as reading the bank's model, so the
    file remembers which it has had."""
    scripts = {name: (_HERE / f"{name}.sql").read_text(encoding="utf-8") for name in ("schema", "views", *_ONCE)}
    today = hashlib.sha256("".join(scripts.values()).encode()).hexdigest()
    if _value(connection, _SCHEMA) == today:
        return
    connection.execute(scripts["schema"])
    connection.execute(scripts["views"])
    connection.begin()
    for name in _ONCE:
        if _value(connection, name) is None:
            connection.execute(scripts[name])
    connection.execute("DELETE FROM setting WHERE name = ?", [_SCHEMA])
    connection.execute("INSERT INTO setting VALUES (?, ?, now()::TIMESTAMP)", [_SCHEMA, today])
    connection.commit()


def _value(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """A setting; None where there is none, nor a table of them."""
    try:
        found = connection.execute("SELECT value FROM setting WHERE name = ?", [name]).fetchone()
    except duckdb.CatalogException:
        return None
    return found[0] if found else None
