"""The surveys in service: a folder of definitions, re-read when a file changes, the last good version always at hand.

The archive keeps ``<id>/<digest>.yaml`` for every version that was ever served and ``<id>/current.json`` (digest, file)
for the one in service, so that a file that turned bad is served as it was last good, also after a restart.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cx.survey import load
from cx.survey.load import Reading
from cx.survey.schema import Survey
from cx.words import Problem

PAUSE = 0.5
"""Seconds between two looks at the folder."""

_Stamp = tuple[int, int, int]
_ID = re.compile(r"[a-z][a-z0-9-]{0,199}")
_DIGEST = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class _State:
    """What one look at the folder found; replaced as a whole, so that readers need no lock."""

    stamps: Mapping[str, _Stamp] = field(default_factory=dict)
    served: Mapping[str, Survey] = field(default_factory=dict)  # by id
    files: Mapping[str, str] = field(default_factory=dict)  # id → file in service
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)


class Shelf:
    """Surveys by id, for any thread. A call costs one clock reading, and every half second a look at the folder.

    ``touchpoints`` are the known ids (unknown ones are warned about).
    """

    def __init__(self, surveys: Path, archive: Path, touchpoints: Collection[str] | None = None) -> None:
        self._surveys, self._archive, self._touchpoints = surveys, archive, touchpoints
        self._lock = threading.Lock()
        self._old: dict[tuple[str, str], Survey] = {}
        self._state = _State()
        self._looked = -math.inf

    def get(self, id: str, digest: str | None = None) -> Survey | None:
        """The survey in service, or the version of that digest if it was ever served; None when there is none."""
        survey = self._fresh().served.get(id)
        if digest is None or (survey is not None and survey.digest == digest):
            return survey
        return self._archived(id, digest)

    def version(self, id: str, version: str) -> Survey | None:
        """What was last served under a version's number; None when nothing was."""
        survey = self._fresh().served.get(id)
        if survey is not None and survey.version == version:
            return survey
        if not _ID.fullmatch(id):
            return None
        files = sorted((self._archive / id).glob("*.yaml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        found = (self._archived(id, path.stem) for path in files)
        return next((survey for survey in found if survey is not None and survey.version == version), None)

    def all(self) -> tuple[Survey, ...]:
        """All surveys in service, by id."""
        return tuple(survey for _, survey in sorted(self._fresh().served.items()))

    def problems(self) -> dict[str, tuple[Problem, ...]]:
        """Problems and warnings of the files as they are now, by file name; files without any are left out."""
        return {name: found for name, found in sorted(self._fresh().problems.items()) if found}

    def file(self, id: str) -> Path | None:
        """The definition's file of a survey in service."""
        name = self._fresh().files.get(id)
        return self._surveys / name if name else None

    def refresh(self) -> None:
        """Look at the folder now."""
        with self._lock:
            self._look()

    def _fresh(self) -> _State:
        # Only the first look is waited for: there is nothing to serve before it.
        if time.monotonic() - self._looked >= PAUSE and self._lock.acquire(blocking=self._looked < 0):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._state

    def _look(self) -> None:
        """Re-read when any file changed. Holds the lock; a folder that is not there is an empty one."""
        stamps = _stamps(self._surveys)
        if stamps is not None and stamps != self._state.stamps:
            self._state = self._read(stamps)
        self._looked = time.monotonic()

    def _read(self, stamps: Mapping[str, _Stamp]) -> _State:
        before = self._state
        readings = {name: self._reading(name, stamps[name], before) for name in stamps}
        problems = {name: reading.problems for name, reading in readings.items()}
        good = {name: reading.survey for name, reading in readings.items() if reading.survey}
        served: dict[str, Survey] = {}
        files: dict[str, str] = {}
        for name, survey in sorted(good.items(), key=lambda item: (before.files.get(item[1].id) != item[0], item[0])):
            if survey.id in served:
                same = Problem("survey_same_id", f"{name}:1", {"id": survey.id, "file": files[survey.id]}, line=1)
                problems[name] += (same,)
                continue
            served[survey.id], files[survey.id] = survey, name
            problems[name] += self._keep(survey, name, before.served.get(survey.id))
        for name in stamps:
            survey = None if name in good else self._last_good(name, before)
            if survey is not None and survey.id not in served:
                served[survey.id], files[survey.id] = survey, name
        return _State(stamps, served, files, problems)

    def _reading(self, name: str, stamp: _Stamp, before: _State) -> Reading:
        """What the file holds; a file in service that did not change is not read again."""
        id = next((id for id, file in before.files.items() if file == name), None)
        told = before.problems.get(name, ())
        if id and stamp == before.stamps.get(name) and not any(problem.severity == "error" for problem in told):
            return Reading(before.served[id], tuple(problem for problem in told if problem.code != "survey_archive"))
        return load.read_file(self._surveys / name, self._touchpoints)

    def _last_good(self, name: str, before: _State) -> Survey | None:
        """What a bad file was when it was good: as served by this process, or as archived by an earlier one."""
        for id, file in before.files.items():
            if file == name:
                return before.served[id]
        pointers = sorted(self._archive.glob("*/current.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for pointer in pointers:
            current = _pointer(pointer)
            if current.get("file") == name:
                return self._archived(pointer.parent.name, current.get("digest", ""))
        return None

    def _archived(self, id: str, digest: str) -> Survey | None:
        """A version from the archive. The names come from outside, so they are checked before they become a path."""
        if not _ID.fullmatch(id) or not _DIGEST.fullmatch(digest):
            return None
        survey = self._old.get((id, digest))
        if survey is None:
            path = self._archive / id / f"{digest}.yaml"
            survey = load.read_file(path).survey if path.is_file() else None
            if survey is not None and survey.digest == digest:
                self._old[id, digest] = survey
        return survey

    def _keep(self, survey: Survey, name: str, before: Survey | None) -> tuple[Problem, ...]:
        """Archive a version before it is served. When that fails it is served all the same, and the failure told."""
        if before is not None:
            self._old[before.id, before.digest] = before
        folder = self._archive / survey.id
        copy, pointer = folder / f"{survey.digest}.yaml", folder / "current.json"
        current = {"digest": survey.digest, "file": name}
        try:
            if not copy.is_file():
                folder.mkdir(parents=True, exist_ok=True)
                data = (self._surveys / name).read_bytes()
                again = load.read_bytes(data, name).survey
                if again is None or again.digest != survey.digest:
                    return ()  # written over meanwhile: the next look reads it
                _write(copy, data)
            if _pointer(pointer) != current:
                _write(pointer, json.dumps(current).encode())
        except OSError as error:
            detail = error.strerror or str(error)
            return (Problem("survey_archive", name, {"detail": detail}, severity="warning"),)
        return ()


def _stamps(folder: Path) -> dict[str, _Stamp] | None:
    """Time, size and inode of every definition, by file name; None when the folder cannot be read just now."""
    found: dict[str, _Stamp] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith((".yaml", ".yml")) and not entry.name.startswith(".") and entry.is_file():
                    stat = entry.stat()
                    found[entry.name] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    except FileNotFoundError:
        return {}
    except OSError:
        return None
    return dict(sorted(found.items()))


def _pointer(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, data: bytes) -> None:
    """Write whole or not at all."""
    half = path.with_name(f".{path.name}.{os.getpid()}.{hashlib.sha256(data).hexdigest()[:8]}")
    half.write_bytes(data)
    os.replace(half, path)
