"""The bank's model as its files say now: an edited file or imported journeys count without a restart."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from cx.bank import playbook
from cx.bank.model import FILES, Model, load
from cx.words import Refused

log = logging.getLogger(__name__)
_EVERY = 1.0  # seconds between looks at the files


class Watched:
    """The model of some folders. Thread-safe; while the files cannot be used, the last good model stays in service."""

    def __init__(self, *folders: Path) -> None:
        """Load the model. Raises :class:`Refused` where there is nothing usable to start with."""
        self._folders = folders
        self._lock = threading.Lock()
        self._signature, self._looked = self._look(), time.monotonic()
        self._model = load(*folders)

    def now(self) -> Model:
        """The model; the same object as long as the files stay the same."""
        if time.monotonic() - self._looked >= _EVERY and self._lock.acquire(blocking=False):
            try:
                signature = self._look()
                if signature != self._signature:
                    self._signature = signature
                    self._model = load(*self._folders)
            except Refused as refused:
                log.error("model: the last good one stays in service: %s", refused)
            finally:
                self._looked = time.monotonic()
                self._lock.release()
        return self._model

    def move(self, *folders: Path) -> None:
        """Read the model from other folders from now on."""
        with self._lock:
            self._folders, self._signature, self._looked = folders, (), 0.0

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        files = [folder / name for folder in self._folders for name in (*FILES, playbook.FILE)]
        files += [file for folder in self._folders for file in sorted((folder / "journeys.d").glob("*.yaml"))]
        stats = [(str(file), file.stat()) for file in files if file.is_file()]
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
