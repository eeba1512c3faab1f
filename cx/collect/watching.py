"""What runs in the background: quality after something landed, at most once a minute, after the first time over recent
months only; once a day drafts that nobody came back to go, with their photos.

The demo bank is judged on demand alone: its numbers are known, and stay what they are until somebody asks.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time

import duckdb

from cx.collect import photos, quality
from cx.store import partials
from cx.store.database import Database

log = logging.getLogger(__name__)
SECONDS = 60.0
_DAY = 86_400.0


class Watch:
    """A thread of its own; it ends with :meth:`close`."""

    def __init__(self, db: Database, seconds: float = SECONDS) -> None:
        self._db, self._seconds = db, seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="quality", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; waits for a run that is under way."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        seen, since, tidied = self._db.version, quality.EVER, -_DAY
        while not self._stop.wait(self._seconds):
            if time.monotonic() - tidied > _DAY:
                self._tidy()
                tidied = time.monotonic()
            if self._db.version != seen:
                try:
                    quality.run(self._db, since=since, sources=("collect",))
                    since = dt.date.today() - dt.timedelta(days=quality.RECENT_DAYS)
                except duckdb.Error as error:
                    log.error("quality: not renewed: %s", error)
                seen = self._db.version

    def _tidy(self) -> None:
        try:
            with self._db.writing(counted=False) as con:
                partials.forget(con)
            photos.forget(self._db, time.time())
        except (duckdb.Error, OSError) as error:
            log.error("drafts and photos: not tidied: %s", error)
