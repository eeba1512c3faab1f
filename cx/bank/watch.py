"""What the bank's files say now: an edited file or imported journeys count without a restart."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Generic, TypeVar

from cx.bank import playbook
from cx.bank.model import FILES, Model, load
from cx.words import Refused

log = logging.getLogger(__name__)
_EVERY = 1.0  # seconds between looks at the files
Made = TypeVar("Made")
Signature = tuple[tuple[str, int, int], ...]


class Followed(Generic[Made]):
    """What ``make`` makes of some files, made again when ``files`` names others or one of them changed. Thread-safe;
    while the files cannot be used, what was made of them last stays in service."""

    def __init__(self, make: Callable[[], Made], files: Callable[[], Iterable[Path]]) -> None:
        """Make it. Raises :class:`Refused` where there is nothing usable to start with."""
        self._make, self._files = make, files
        self._lock = threading.Lock()
        self._signature, self._looked = self._look(), time.monotonic()
        self._made = make()

    def now(self) -> Made:
        """What was made; the same object as long as the files stay the same."""
        if time.monotonic() - self._looked >= _EVERY and self._lock.acquire(blocking=False):
            try:
                signature = self._look()
                if signature != self._signature:
                    self._signature = signature
                    self._made = self._make()
            except Refused as refused:
                log.error("model: the last good one stays in service: %s", refused)
            finally:
                self._looked = time.monotonic()
                self._lock.release()
        return self._made

    def _look(self) -> Signature:
        stats = [(str(file), file.stat()) for file in self._files() if file.is_file()]
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


class Watched(Followed[Model]):
    """The bank's model of some folders."""

    def __init__(self, *folders: Path) -> None:
        """Load the model. Raises :class:`Refused` where there is nothing usable to start with."""
        self._folders = folders
        super().__init__(lambda: load(*self._folders), self._named)

    def move(self, *folders: Path) -> None:
        """Read the model from other folders from now on."""
        with self._lock:
            self._folders, self._signature, self._looked = folders, (), 0.0

    def _named(self) -> Iterable[Path]:
        yield from (folder / name for folder in self._folders for name in (*FILES, playbook.FILE))
        for folder in self._folders:
            yield from sorted((folder / "journeys.d").glob("*.yaml"))
