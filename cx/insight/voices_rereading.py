"""Reading comments anew behind the screens, after the lexicon changed: nobody has to wait for it."""

from __future__ import annotations

import logging
import threading

from cx.insight import voices_filling
from cx.store.database import Database
from cx.voices import Lexicon

_jobs: dict[tuple[int, str], Job] = {}
_starting = threading.Lock()


class _Stopped(Exception):
    pass


class Job:
    """One such reading: ``done`` texts so far; ``failed`` where it broke off by an error, which is logged."""

    def __init__(self, db: Database, lexicon: Lexicon) -> None:
        self.done, self.failed = 0, False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(db, lexicon), name="rereading", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is still under way."""
        return self._thread.is_alive()

    def stop(self, patience: float | None = None) -> None:
        """Break off after the texts in hand; what was read stays. Waits for it where told how many seconds at most."""
        self._stop.set()
        if patience is not None:
            self._thread.join(patience)

    def _work(self, db: Database, lexicon: Lexicon) -> None:
        try:
            voices_filling.fill(db, lexicon, self._told)
        except _Stopped:
            pass
        except Exception:
            self.failed = True
            logging.getLogger(__name__).exception("reading comments anew broke off")

    def _told(self, done: int) -> None:
        self.done = done
        if self._stop.is_set():
            raise _Stopped


def begin(db: Database, lexicon: Lexicon) -> Job:
    """The reading of a database's comments with a lexicon that is under way; a new one where none is.

    One that broke off by an error is given back as it is, and forgotten.
    """
    key = (id(db), lexicon.digest)
    with _starting:
        job = _jobs.get(key)
        if job is not None and job.failed:
            return _jobs.pop(key)
        if job is None or not job.running:
            for other in [other for other in _jobs if other != key and other[0] == id(db)]:
                _jobs.pop(other).stop()  # an older word list: what it would read is read anew
            job = _jobs[key] = Job(db, lexicon)
        return job
