"""How far asking reaches: eligible → invited → opened → started → completed. Owner of the table ``reach``.

Personal links are noted by the day they were opened, started and completed; links without a token are counted, by
survey, way, channel and branch, and by nothing that is a person's.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb

from cx.collect import invitations
from cx.measure import statistics
from cx.measure.statistics import Estimate
from cx.store.database import Database
from cx.store.query import Connection

log = logging.getLogger(__name__)
_MOST_WAITING = 500_000
FLUSH_SECONDS = 2.0
STEPS = ("listed", "eligible", "invited", "opened", "started", "completed")
Key = tuple[str, str, str | None, str | None]
"""Survey, way (mode), channel, branch."""


@dataclass(frozen=True)
class Funnel:
    """Counts by step for one channel (empty: the list names none) or one way; ``invited`` and before only for lists."""

    channel: str
    counts: Mapping[str, int]

    @property
    def partial(self) -> int:
        """Started and not completed."""
        return self.counts["started"] - self.counts["completed"]

    def rate(self, step: str, of: str) -> Estimate:
        """A step as a share of another, with Wilson's interval. More than all (two counts a day apart) is all."""
        base = self.counts[of]
        return statistics.share(min(self.counts[step], base), base)


class Reach:
    """Counts in memory, written together every two seconds: a respondent never waits for a counter."""

    def __init__(self, db: Database) -> None:
        self._db, self._lock = db, threading.Lock()
        self._counted: list[tuple[Key, str]] = []
        self._marked: set[tuple[str, str]] = set()
        self._timer: threading.Timer | None = None
        self._closed = False

    def count(self, key: Key, event: str) -> None:
        """Something happened with a link without a token."""
        if len(self._counted) < _MOST_WAITING:  # while the disk refuses
            self._counted.append((key, event))
        if self._timer is None:
            with self._lock:
                self._soon()

    def mark(self, token_hash: str, event: str) -> None:
        """Something happened with a personal link."""
        with self._lock:
            self._marked.add((token_hash, event))
            self._soon()

    def flush(self) -> None:
        """Write what was counted. Raises nothing: what the disk does not take now is tried again."""
        with self._lock:
            seen, day = len(self._counted), dt.date.today()
            counted = Counter(self._counted[:seen])
            del self._counted[:seen]  # what came meanwhile stands behind
            marked, self._marked = self._marked, set()
            self._timer = None
        if not counted and not marked:
            return
        try:
            with self._db.writing(counted=False) as con:
                invitations.mark(con, marked, dt.date.today())
                if counted:
                    rows = [value for (key, event), n in counted.items() for value in (day, *key, event, n)]
                    places = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(counted))
                    con.execute(
                        f"INSERT INTO reach (day, survey_id, mode, channel, branch, event, n) VALUES {places}", rows
                    )
        except duckdb.Error as error:
            log.error("reach: %d counts wait: %s", len(counted) + len(marked), error)
            with self._lock:
                self._counted.extend(counted.elements())
                self._marked |= marked
                self._soon()

    def close(self) -> None:
        """Write what is left."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
        self.flush()

    def _soon(self) -> None:
        if self._timer is None and not self._closed:
            self._timer = threading.Timer(FLUSH_SECONDS, self.flush)
            self._timer.daemon = True
            self._timer.start()


def invited(con: Connection, survey_id: str | None = None, wave_id: str | None = None) -> tuple[Funnel, ...]:
    """The funnel of personal links by channel, of one survey or wave or of all."""
    found = [
        wave
        for wave in invitations.waves(con)
        if survey_id in (None, wave.survey_id) and wave_id in (None, wave.wave_id)
    ]
    lists: Counter[tuple[str, str]] = Counter()
    for wave in found:
        for channel, counts in wave.channels.items():
            for step, count in zip(STEPS, counts, strict=False):
                lists[channel, step] += count
    rows = con.execute(
        "SELECT coalesce(channel, ''), count(opened_day), count(started_day), count(completed_day) FROM invitation "
        "WHERE wave_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY 1",
        [[wave.wave_id for wave in found]],
    ).fetchall()
    for channel, *counts in rows:
        for step, count in zip(STEPS[3:], counts, strict=True):
            lists[channel, step] += count
    channels = sorted({channel for channel, _ in lists})
    return tuple(Funnel(channel, {step: lists[channel, step] for step in STEPS}) for channel in channels)


def open_links(
    con: Connection, survey_id: str, since: dt.date, branches: frozenset[str] | None = None
) -> tuple[tuple[str, Funnel], ...]:
    """(way, funnel of one channel) of links without a token since a day, both sorted."""
    where, values = "survey_id = ? AND day >= ?", [survey_id, since]
    if branches is not None:
        where += " AND branch IN (SELECT unnest(?::VARCHAR[]))"
        values.append(sorted(branches))
    rows = con.execute(
        f"SELECT mode, coalesce(channel, ''), event, sum(n)::BIGINT FROM reach WHERE {where} GROUP BY 1, 2, 3 "
        "ORDER BY 1, 2", values,
    ).fetchall()  # fmt: skip
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for mode, channel, event, n in rows:
        counts.setdefault((mode, channel), dict.fromkeys(STEPS, 0))[event] = n
    return tuple((mode, Funnel(channel, found)) for (mode, channel), found in counts.items())


def by_day(
    con: Connection, surveys: Iterable[str], first: dt.date, last: dt.date
) -> tuple[tuple[str, dt.date, int, int], ...]:
    """(survey, day, opened, completed) of links without a token on devices of people's own; days both included."""
    rows = con.execute(
        "SELECT survey_id, day, sum(CASE WHEN event = 'opened' THEN n ELSE 0 END)::BIGINT, "
        "sum(CASE WHEN event = 'completed' THEN n ELSE 0 END)::BIGINT FROM reach WHERE mode IN ('link', 'qr') "
        "AND survey_id IN (SELECT unnest(?::VARCHAR[])) AND day BETWEEN ? AND ? GROUP BY 1, 2 ORDER BY 1, 2",
        [sorted(surveys), first, last],
    ).fetchall()
    return tuple(rows)


def partials(con: Connection, survey_id: str) -> int:
    """Answers begun and not sent that cx still keeps (30 days), by whatever link."""
    rows = con.execute("SELECT count(*) FROM draft WHERE survey_id = ?", [survey_id]).fetchall()
    return int(rows[0][0])
