"""Quality in the background: after something landed, at most once a minute; after the first time recent months only.

The demo bank is judged on demand alone: its numbers are known, and stay what they are until somebody asks.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading

import duckdb

from cx.collect import quality
from cx.store.database import Database

log = logging.getLogger(__name__)
SECONDS = 60.0


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
        seen, since = self._db.version, quality.EVER
        while not self._stop.wait(self._seconds):
            if self._db.version != seen:
                try:
                    quality.run(self._db, since=since, sources=("collect",))
                    since = dt.date.today() - dt.timedelta(days=quality.RECENT_DAYS)
                except duckdb.Error as error:
                    log.error("quality: not renewed: %s", error)
                seen = self._db.version
