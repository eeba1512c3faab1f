"""The files of dashboards: those that came with cx and the bank's own, and the last good version of each."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from cx.access.rights import ROLES, User, may
from cx.bank import board_file
from cx.bank.boards import Board, Catalogue
from cx.insight import tiles
from cx.publish import files
from cx.store.place import ROOT, Place
from cx.words import Problem, Refused

SHIPPED = ROOT / "data" / "dashboards"
READERS = tuple(role for role in ROLES if may(User("", "", role, None, "en"), "understand"))
"""The roles that a dashboard can be shared with."""


@dataclass(frozen=True)
class Kept:
    """A dashboard as it stands: what its file says, or where that is wrong (``problems``) the last good version.

    ``stamp`` is of the file as it is: who changes a dashboard says which one they had before them. ``shipped``: it came
    with cx and was not changed.
    """

    board: Board
    stamp: str
    shipped: bool
    problems: tuple[Problem, ...] = ()


class Shelf:
    """The dashboards in the folders ``own`` and ``shipped``; a file of the bank's own stands before a shipped one."""

    def __init__(self, own: Path, shipped: Path = SHIPPED) -> None:
        self.own, self.shipped = own, shipped
        self.lock = threading.RLock()
        self._seen: dict[Path, tuple[tuple[int, int], Kept | None, tuple[Problem, ...]]] = {}

    def all(self) -> tuple[Kept, ...]:
        """Every dashboard that can be shown, by id."""
        found = (self.find(id) for id in sorted(self._ids()))
        return tuple(kept for kept in found if kept is not None)

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in files, also in those without a last good version."""
        found: list[Problem] = []
        for id in sorted(self._ids()):
            for folder in (self.own, self.shipped):
                if (folder / f"{id}.yaml").is_file():
                    found += self._read(folder, id)[1]
                    break
        return tuple(found)

    def lost(self) -> tuple[Problem, ...]:
        """What is wrong in files that no good version stands in for: nobody sees these dashboards."""
        gone = {f"{id}.yaml" for id in self._ids() if self.find(id) is None}
        return tuple(problem for problem in self.problems() if problem.where.split(":")[0] in gone)

    def find(self, id: str) -> Kept | None:
        """The dashboard of that id; a bad file falls back to its last good version, then to the shipped one."""
        if not board_file.ID.fullmatch(id):
            return None
        problems: tuple[Problem, ...] = ()
        for folder in dict.fromkeys((self.own, self.shipped)):
            if (folder / f"{id}.yaml").is_file():
                found, told = self._read(folder, id)
                problems += told
                if found is not None:
                    return replace(found, problems=problems)
        return None

    def stamp(self, id: str) -> str:
        """The stamp of what would be replaced; empty where there is nothing."""
        text = self._text(id)
        return "" if text is None else _stamp(text)

    def fresh(self, id: str) -> str:
        """An id that no file has, made of this one."""
        taken = self._ids()
        names = (id, *(f"{id[:40]}-{n}" for n in range(2, 10_000)))
        return next(name for name in names if name not in taken)

    def put(self, board: Board) -> None:
        """Write a dashboard whole or not at all. Raises :class:`Refused` (``publish_write``)."""
        files.write(self.own / f"{board.id}.yaml", board_file.dump(board))

    def drop(self, id: str) -> None:
        """Remove the bank's own file; the last good version stays beside it until it is overwritten."""
        (self.own / f"{id}.yaml").unlink(missing_ok=True)

    def ships(self, id: str) -> bool:
        """Whether a dashboard of that id came with cx."""
        return (self.shipped / f"{id}.yaml").is_file() and self.shipped != self.own

    def _ids(self) -> set[str]:
        names = {file.stem for folder in (self.own, self.shipped) for file in folder.glob("*.yaml")}
        return {name for name in names if board_file.ID.fullmatch(name)}

    def _text(self, id: str) -> str | None:
        own = self.own / f"{id}.yaml"
        return files.held(own if own.is_file() else self.shipped / own.name)

    def _read(self, folder: Path, id: str) -> tuple[Kept | None, tuple[Problem, ...]]:
        file = folder / f"{id}.yaml"
        with self.lock:
            try:
                state = file.stat()
            except OSError:
                return None, ()
            mark = (state.st_mtime_ns, state.st_size)
            seen = self._seen.get(file)
            if seen is None or seen[0] != mark:
                seen = (mark, *self._fresh(file, id, seen[1] if seen else None))
                self._seen[file] = seen
            return seen[1], seen[2]

    def _fresh(self, file: Path, id: str, last: Kept | None) -> tuple[Kept | None, tuple[Problem, ...]]:
        text = files.held(file) or ""
        board, problems = _reading(text, file.name, id)
        if board is not None:
            if file.parent == self.own:
                self._remember(file, text)
            return Kept(board, _stamp(text), file.parent == self.shipped != self.own), problems
        good = self._good(file)
        if last is None and good.is_file():
            board, _ = _reading(files.held(good) or "", good.name, id)
            last = Kept(board, "", False) if board else None
        return (replace(last, stamp=_stamp(text)) if last else None), problems

    def _remember(self, file: Path, text: str) -> None:
        good = self._good(file)
        if files.held(good) != text:
            try:
                files.write(good, text)
            except Refused:  # a full disk: the dashboard itself is there
                return

    def _good(self, file: Path) -> Path:
        return self.own / ".good" / file.name


@cache
def _shelf(own: Path) -> Shelf:
    return Shelf(own)


def shelf(place: Place) -> Shelf:
    """The dashboards of a place; what was read is remembered as long as the process runs."""
    return _shelf(place.data / "dashboards")


def catalogue() -> Catalogue:
    """What dashboards may ask for, and the roles they can be shared with."""
    return tiles.catalogue(READERS)


def _reading(text: str, name: str, id: str) -> tuple[Board | None, tuple[Problem, ...]]:
    reading = board_file.read(text, name, catalogue())
    if reading.board is not None and reading.board.id != id:
        return None, (*reading.problems, Problem("board_id", name, {"found": reading.board.id}))
    return reading.board, reading.problems


def _stamp(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]
