"""The journal: what makes an acknowledged submission durable before the database has it.

A submission is acknowledged when its line is on disk. One writer thread gathers whatever waits, writes it at once,
syncs, tells everybody, and starts again; the event loop never waits for the disk. The lander brings lines into the
tables.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

import duckdb

from cx.store import landed, record, segment
from cx.store.database import Database
from cx.store.lander import Lander
from cx.store.record import Latest, Record

log = logging.getLogger(__name__)
SEGMENT_BYTES = 16 << 20
BATCH_LINES = 4_000
LANDING_SECONDS = 0.25
GATHER_SECONDS = 0.002  # when several came at once, more will: fewer syncs and thread switches; a lone one never waits
LANDING_SHARE = 20  # land at most a twentieth of the time: under load fewer and larger batches, cheaper a response
RETRY_SECONDS = 2.0
STALLED_SECONDS = 60.0

Waiting = tuple[bytes, str, "asyncio.Future[None]"]


class NotSaved(Exception):
    """The disk did not take the submission (full, read-only, failing). Nothing of it was kept; it may be sent again."""


@dataclass(frozen=True)
class _Place:
    name: str
    start: int
    end: int


class Journal:
    """The journal in ``folder`` before the database ``db``. Opening it lands what an earlier process left behind."""

    def __init__(self, folder: Path, db: Database) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._db, self._lander = folder, db, Lander(folder, db)
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._lock = threading.Lock()  # over _durable, _landed and _pending
        self._landing = threading.Lock()
        self._durable: dict[str, int] = {}
        self._landed: dict[str, int] = {}
        self._pending: dict[str, _Place] = {}
        self._current: segment.Segment | None = None
        self._stop = threading.Event()
        self._closed = False
        self._trouble: str | None = None
        self._passed = time.monotonic()  # when the lander last went through without an error
        self._recover()
        self._threads = [
            threading.Thread(target=work, name=work.__name__, daemon=True) for work in (self._write, self._land)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, said: Record) -> asyncio.Future[None]:
        """Awaitable that returns when the record is durable. Raises :class:`NotSaved`."""
        future = asyncio.get_running_loop().create_future()
        if self._closed:
            raise NotSaved("the journal is closed")
        self._queue.put((segment.encode(said.body()), said.submission_id, future))
        return future

    def latest(self, submission_id: str) -> Latest | None:
        """The last record of this submission, pending or landed. Reads file or database: call it in a thread."""
        with self._lock:
            place = self._pending.get(submission_id)
        if place is not None:
            body = segment.read_one(self.folder / place.name, place.start, place.end)
            head = record.read(body)
            if head is not None:
                return Latest(head.kind, head.survey_id, json.loads(head.json)["content"])
        con = self._db.cursor()
        try:
            found = landed.latest(con, submission_id)
        finally:
            con.close()
        return Latest(*found) if found else None

    @property
    def trouble(self) -> str | None:
        """Why what is acknowledged does not land, for the health page; None while it does."""
        silent = time.monotonic() - self._passed
        return self._trouble or (f"no landing for {silent:.0f} s" if silent > STALLED_SECONDS else None)

    def flush(self) -> None:
        """Land everything that is durable now. Raises ``duckdb.Error`` or ``OSError`` when that cannot be done."""
        while self._land_batch():
            pass

    def rejected(self) -> tuple[Path, ...]:
        """Lines that could not land, each a file; the reason lies beside it."""
        return tuple(sorted(self._lander.rejected.glob("*.line")))

    def close(self) -> None:
        """Write what waits, land it, and let go of the files. A line that cannot land now lands at the next start."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._stop.set()
        for thread in self._threads:
            thread.join()
        try:
            self.flush()
        except (duckdb.Error, OSError) as error:
            log.error("journal: left for the next start: %s", error)
        if self._current is not None:
            self._current.close()
            self._current = None
        self._drop_finished()

    # The writer thread ------------------------------------------------------------

    def _write(self) -> None:
        while True:
            batch = [self._queue.get()]
            try:
                while True:
                    batch.append(self._queue.get_nowait())
            except Empty:
                pass
            waiting = [item for item in batch if item is not None]
            if waiting:
                self._commit(waiting)
                if len(waiting) > 1:
                    time.sleep(GATHER_SECONDS)
            if len(waiting) < len(batch):
                return

    def _commit(self, waiting: Sequence[Waiting]) -> None:
        error: NotSaved | None = None
        try:
            current = self._segment()
            start = current.size
            current.append(b"".join(line for line, _, _ in waiting))
        except OSError as problem:
            log.error("journal: %d submissions not saved: %s", len(waiting), problem)
            error = NotSaved(str(problem))
            self._abandon()
        else:
            with self._lock:
                for line, submission_id, _ in waiting:
                    self._pending[submission_id] = _Place(current.path.name, start, start + len(line))
                    start += len(line)
                self._durable[current.path.name] = start
        _settle_all([future for _, _, future in waiting], error)

    def _segment(self) -> segment.Segment:
        if self._current is not None and self._current.size >= SEGMENT_BYTES:
            self._abandon()
        if self._current is None:
            self._current = segment.Segment(self.folder)
        return self._current

    def _abandon(self) -> None:
        """Go on in a new file: after a failed sync nobody knows what the old one would keep."""
        if self._current is not None:
            old, self._current = self._current, None
            old.close()
            if not old.size:
                old.path.unlink(missing_ok=True)

    # The lander thread ------------------------------------------------------------

    def _land(self) -> None:
        pause = LANDING_SECONDS
        while not self._stop.wait(pause):
            began = time.monotonic()
            try:
                while self._land_batch() == BATCH_LINES:  # not until all is landed: under load that is never
                    pass
            except (duckdb.Error, OSError) as error:
                self._trouble, pause = str(error), RETRY_SECONDS
                log.error("journal: landing waits: %s", error)
            else:
                self._trouble, self._passed = None, time.monotonic()
                busy = self._passed - began
                pause = min(RETRY_SECONDS, max(LANDING_SECONDS, busy * (LANDING_SHARE - 1)))

    def _land_batch(self) -> int:
        """Land the oldest lines that have not landed; returns how many."""
        with self._landing:
            with self._lock:
                todo = [
                    (n, self._landed.get(n, 0), end) for n, end in self._durable.items() if self._landed.get(n, 0) < end
                ]
            if not todo:
                self._drop_finished()
                return 0
            name, start, end = todo[0]
            lines = segment.read(self.folder / name, start, end, BATCH_LINES)
            if not lines:
                raise OSError(f"{name} is shorter than {end} bytes")
            self._lander.land(name, lines)
            reached = lines[-1].end
            with self._lock:
                self._landed[name] = reached
                for head in map(record.read, (line.body for line in lines)):
                    place = self._pending.get(head.submission_id) if head else None
                    if head and place is not None and place.name == name and place.end <= reached:
                        del self._pending[head.submission_id]
        return len(lines)

    def _drop_finished(self) -> None:
        current = self._current
        with self._lock:
            done = [n for n, end in self._durable.items() if self._landed.get(n, 0) >= end]
            done = [n for n in done if current is None or n != current.path.name]
            for name in done:
                del self._durable[name]
                self._landed.pop(name, None)
        for name in done:
            (self.folder / name).unlink(missing_ok=True)

    def _recover(self) -> None:
        """Find what an earlier process left: drop torn tails, index what has not landed, and land it."""
        files = sorted(self.folder.glob(f"*{segment.SUFFIX}"))
        marks = self._lander.marks(file.name for file in files)
        for file in files:
            end, start = segment.whole_lines(file), marks.get(file.name, 0)
            torn = file.stat().st_size - end
            if torn:
                log.warning(
                    "journal: %s: %d bytes of an unfinished line dropped; nobody was thanked for it", file.name, torn
                )
            self._durable[file.name], self._landed[file.name] = end, min(start, end)
            while start < end and (lines := segment.read(file, start, end, BATCH_LINES)):
                for line in lines:
                    head = record.read(line.body)
                    if head:
                        self._pending[head.submission_id] = _Place(file.name, line.start, line.end)
                start = lines[-1].end
        try:
            self.flush()
        except (duckdb.Error, OSError) as error:
            self._trouble = str(error)
            log.error("journal: landing waits: %s", error)


def _settle_all(futures: Sequence[asyncio.Future[None]], error: NotSaved | None) -> None:
    """Tell everybody who waits, with one wake-up for each event loop."""
    loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for future in futures:
        loops.setdefault(future.get_loop(), []).append(future)
    for loop, waiting in loops.items():
        try:
            loop.call_soon_threadsafe(_settle, waiting, error)
        except RuntimeError:
            log.warning("journal: %d respondents had left before they could be told", len(waiting))


def _settle(futures: Sequence[asyncio.Future[None]], error: NotSaved | None) -> None:
    for future in futures:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
