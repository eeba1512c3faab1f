"""Comments are read once and the readings kept: in batches, with progress; a stop loses nothing."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from cx.store import readings
from cx.store.database import Database
from cx.store.readings import Kept
from cx.voices import Lexicon, Reading, count, read

BATCH = 1000
_reading = threading.Lock()
_SIGN = {"positive": 1, "neutral": 0, "negative": -1}


def fill(db: Database, lexicon: Lexicon, progress: Callable[[int], object] = int) -> int:
    """Read every comment that was not yet read with a lexicon; how many different texts they were.

    ``progress(n)`` is told how many are done. Raising from it stops; what was
    read stays. One reading at a time: who comes second waits, and finds less to do.
    """
    done = 0
    with _reading:
        with db.writing(counted=False) as con:
            readings.forget(con)
        try:
            with db.cursor() as reader:
                for batch in readings.unread(reader, lexicon.digest, BATCH):
                    found = read([text for _, text in batch], lexicon)
                    rows = [kept(key, each) for (key, _), each in zip(batch, found, strict=True)]
                    readings.keep(db, lexicon.digest, rows)
                    done += len(batch)
                    progress(done)
        finally:
            if done:
                db.count()
    return done


def fill_recent(db: Database, lexicon: Callable[[], Lexicon], since: dt.datetime) -> int:
    """Read the comments of responses submitted since a moment, at most :data:`BATCH`, for what cannot wait until
    somebody asks for all; how many were not yet read. The lexicon is asked for only where there are texts."""
    with db.cursor() as con:
        if not readings.unread_since(con, "", since, 1):
            return 0
        known = lexicon()
        batch = readings.unread_since(con, known.digest, since, BATCH)
    if batch:
        found = read([text for _, text in batch], known)
        readings.keep(db, known.digest, [kept(key, each) for (key, _), each in zip(batch, found, strict=True)])
        db.count()
    return len(batch)


def kept(key: int, found: Reading) -> Kept:
    """What is kept of a reading."""
    return Kept(
        key, found.lang, _SIGN[found.label], round(100 * found.sentiment), round(100 * found.intensity), found.wow,
        found.asks, {theme: _sign(tone) for theme, tone in zip(found.themes, found.tones, strict=True)}, found.emotions,
        found.risks, tuple(count([found]).terms),
    )  # fmt: skip


def _sign(tone: float) -> int:
    return (tone > 0) - (tone < 0)
