"""The bank's own lexicon: what is saved counts at once; every version stays, with who and when. Owner of
``lexicon_version``.

One person may change it: it moves no score, only how comments are sorted, and every step can be taken back.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cx.publish import files
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.voices import Lexicon, load
from cx.voices.files import read
from cx.voices.lexicon import FILES
from cx.words import Problem, Refused

MOST = 1_000_000
"""Characters in a file."""
Origin = Literal["saved", "rolled_back", "outside"]
_COLUMNS = "number, file, origin, sha256, text, back_to, who, happened_at"


@dataclass(frozen=True)
class Version:
    """One version of one of the bank's own files; ``number`` counts over all files. ``at`` is UTC."""

    number: int
    file: str
    origin: Origin
    sha256: str
    text: str
    back_to: int | None
    who: str
    at: dt.datetime


def text(own: Path, file: str) -> str:
    """What the bank's own file says; empty where it has none."""
    return files.held(own / _known(file)) or ""


def all(con: Connection) -> tuple[Version, ...]:
    """Every version of every file, newest first."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM lexicon_version ORDER BY number DESC").fetchall()
    return tuple(Version(*row) for row in rows)


def faults(file: str, text: str) -> tuple[Problem, ...]:
    """What is wrong with a text as that file: errors, which keep it out, and warnings."""
    if len(text) > MOST:
        return (Problem("lexicon_large", file, {"most": MOST}),)
    return tuple(read(text, _known(file))[1])


def trial(own: Path, file: str, text: str) -> Lexicon:
    """The lexicon as it would be with this text. Raises :class:`Refused` with every error in it."""
    _sound(file, text)
    with tempfile.TemporaryDirectory() as folder:
        for each in FILES:
            if each != file and (own / each).is_file():
                shutil.copyfile(own / each, Path(folder) / each)
        (Path(folder) / file).write_text(text, encoding="utf-8")
        return load(Path(folder)).lexicon


def look(db: Database, own: Path) -> None:
    """Note files that were changed outside cx since their last version."""
    with db.cursor() as con:
        if not _strange(con, own):
            return
    with audit.writing(db) as con:
        for file, now in _strange(con, own).items():
            _enter(con, file, "outside", now, audit.SYSTEM)


def save(db: Database, own: Path, file: str, text: str, who: str, over: str) -> Version:
    """Put a text into service that was written over the text ``over``. Raises :class:`Refused`: its errors,
    ``lexicon_same``, or ``lexicon_moved`` where somebody else was faster."""
    _sound(file, text)
    look(db, own)
    with audit.writing(db) as con:
        before = _last(con).get(file, "")
        if text == before:
            raise Refused(Problem("lexicon_same", file))
        if over != before:
            raise Refused(Problem("lexicon_moved", file))
        found = _enter(con, file, "saved", text, who)
        files.write(own / file, text)
    return found


def roll_back(db: Database, own: Path, number: int, who: str) -> Version:
    """Put an earlier version of its file into service again, under a new number. Raises :class:`Refused`:
    ``lexicon_version_unknown``, ``lexicon_same``, or what is wrong with it today."""
    look(db, own)
    with audit.writing(db) as con:
        chosen = _version(con, number)
        if chosen is None or _hashed(chosen.text) != chosen.sha256:
            raise Refused(Problem("lexicon_version_unknown", values={"number": number}))
        if chosen.text == _last(con).get(chosen.file, ""):
            raise Refused(Problem("lexicon_same", chosen.file))
        _sound(chosen.file, chosen.text)
        found = _enter(con, chosen.file, "rolled_back", chosen.text, who, number)
        files.write(own / chosen.file, chosen.text)
    return found


def _sound(file: str, text: str) -> None:
    if errors := [problem for problem in faults(file, text) if problem.severity == "error"]:
        raise Refused(*errors)


def _known(file: str) -> str:
    if file not in FILES:
        raise KeyError(file)
    return file


def _last(con: Connection) -> dict[str, str]:
    """The text of each file's last version."""
    rows = con.execute("SELECT file, arg_max(text, number) FROM lexicon_version GROUP BY file").fetchall()
    return dict(rows)


def _version(con: Connection, number: int) -> Version | None:
    rows = con.execute(f"SELECT {_COLUMNS} FROM lexicon_version WHERE number = ?", [number]).fetchall()
    return Version(*rows[0]) if rows else None


def _strange(con: Connection, own: Path) -> dict[str, str]:
    known = _last(con)
    now = {file: text(own, file) for file in FILES}
    return {file: said for file, said in now.items() if said != known.get(file, "")}


def _enter(
    con: Connection, file: str, origin: Origin, text: str, who: str, back_to: int | None = None
) -> Version:  # fmt: skip
    number = con.execute("SELECT coalesce(max(number), 0) + 1 FROM lexicon_version").fetchall()[0][0]
    moment = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    found = Version(number, file, origin, _hashed(text), text, back_to, who, moment)
    values = [number, file, origin, found.sha256, text, back_to, who, moment]
    con.execute(f"INSERT INTO lexicon_version ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    detail = {"number": number, "sha256": _hashed(text)} | ({"back_to": back_to} if back_to else {})
    audit.write(con, who, f"lexicon_{origin}", file, detail)
    return found


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
