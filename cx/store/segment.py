"""A journal segment: an append-only file of lines, each ``<crc32 in 8 hex digits> <record>`` and a line feed."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

SUFFIX = ".ndjson"
# fdatasync also writes the new file size, all the metadata an append changes; macOS and Windows have only fsync.
_sync = getattr(os, "fdatasync", os.fsync)
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Line:
    """One line of a segment: its bytes (``end`` is behind the line feed) and its record; None if the checksum fails."""

    start: int
    end: int
    body: bytes | None


def encode(body: bytes) -> bytes:
    """The line of one record (which holds no line feed)."""
    return b"%08x %s\n" % (crc32(body), body)


def decode(raw: bytes) -> bytes | None:
    """The record of one line without its line feed; None when the line is not what was written."""
    if raw[8:9] != b" ":
        return None
    body = raw[9:]
    return body if raw[:8] == b"%08x" % crc32(body) else None


def read(path: Path, start: int, end: int, most: int) -> list[Line]:
    """At most ``most`` lines of the bytes ``start`` to ``end``, in order."""
    lines: list[Line] = []
    with path.open("rb") as file:
        file.seek(start)
        while start < end and len(lines) < most:
            raw = file.readline(end - start)
            if not raw.endswith(b"\n"):
                break
            lines.append(Line(start, start + len(raw), decode(raw[:-1])))
            start += len(raw)
    return lines


def read_one(path: Path, start: int, end: int) -> bytes | None:
    """The record of the line at these bytes; None when it is not there any more."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            return decode(file.read(end - start)[:-1])
    except FileNotFoundError:
        return None


def whole_lines(path: Path) -> int:
    """How many bytes of the file are complete lines. What follows was torn by a crash, before anybody was thanked."""
    end = path.stat().st_size
    with path.open("rb") as file:
        while end > 0:
            start = max(0, end - _CHUNK)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            end = start
    return 0


class Segment:
    """The segment being written. Only the journal's writer thread touches it."""

    def __init__(self, folder: Path) -> None:
        """Create the file under a name that sorts behind every earlier one and is never used again."""
        self.path = folder / f"{time.time_ns():020d}{SUFFIX}"
        self._file = os.open(
            self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o600
        )
        self.size = 0
        sync_folder(folder)

    def append(self, data: bytes) -> None:
        """Write and sync; on ``OSError`` the file is cut back to its last good byte and nothing of ``data`` counts."""
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            _sync(self._file)
        except OSError:
            os.ftruncate(self._file, self.size)
            raise
        self.size += len(data)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


def sync_folder(folder: Path) -> None:
    """Make a new file's name durable, where folders can be synced (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
