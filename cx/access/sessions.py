"""Sign-in sessions, kept on the server: the browser holds a random token, the file only its SHA-256.

They lie in a small file and not in DuckDB: every write there raises the data version and would empty all caches.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cx.access.files import write_private

log = logging.getLogger(__name__)
IDLE_SECONDS = 2 * 3600
LONGEST_SECONDS = 12 * 3600
_SAVE_EVERY = 60  # seconds between writes of "last seen"; a crash shortens nobody's session by more
_TOKEN_LETTERS = 43  # 256 random bits, base64url


@dataclass(frozen=True)
class Session:
    """One signed-in browser. ``stamp`` is its account's at sign-in: when the account's changes, the session is over."""

    name: str
    stamp: str
    opened: float
    seen: float


class Sessions:
    """All sessions. Thread-safe."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self._file, self._clock = file, clock
        self._lock = threading.Lock()
        self._open = _load(file)
        self._saved = clock()

    def open(self, name: str, stamp: str) -> str:
        """Start a session; returns its token, which is stored nowhere."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._open[_digest(token)] = Session(name, stamp, now, now)
            self._save()
        return token

    def find(self, token: str | None) -> Session | None:
        """The living session of a token; looking keeps it alive."""
        if not token or len(token) != _TOKEN_LETTERS:
            return None
        key, now = _digest(token), self._clock()
        with self._lock:
            session = self._open.get(key)
            if session is None or not _alive(session, now):
                return None
            self._open[key] = replace(session, seen=now)
            if now - self._saved > _SAVE_EVERY:
                self._note(now)
        return session

    def close(self, token: str) -> None:
        """End one session."""
        with self._lock:
            if self._open.pop(_digest(token), None):
                self._save()

    def save(self) -> None:
        """Write down when each session was last seen."""
        with self._lock:
            self._save()

    def _note(self, now: float) -> None:
        """Write down when each session was last seen; on a full disk later, not now: colleagues must go on working."""
        try:
            self._save()
        except OSError as error:
            self._saved = now
            log.error("sessions: when they were last seen is not written down: %s", error)

    def _save(self) -> None:
        now = self._clock()
        self._open = {key: session for key, session in self._open.items() if _alive(session, now)}
        write_private(self._file, json.dumps({key: asdict(session) for key, session in self._open.items()}))
        self._saved = now


def form_token(token: str) -> str:
    """What a form of this session must carry: derived from the session's token, useless to guess it."""
    return hashlib.sha256(b"form:" + token.encode("utf-8", "replace")).hexdigest()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _alive(session: Session, now: float) -> bool:
    return now - session.seen < IDLE_SECONDS and now - session.opened < LONGEST_SECONDS


def _load(file: Path) -> dict[str, Session]:
    """The sessions of the last run; none when the file is missing or broken: everyone signs in again."""
    try:
        return {key: Session(**entry) for key, entry in json.loads(file.read_text(encoding="utf-8")).items()}
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}
