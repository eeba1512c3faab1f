"""The lexicon of folders: shipped files, a bank's own on top, the last good content of a file that turned bad."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cx.voices import files
from cx.voices.files import Content
from cx.voices.lexicon import FILES, Entry, Lexicon, Topic, digest, inflected, spoken, table
from cx.words import Problem

SHIPPED = Path(__file__).resolve().parents[2] / "data" / "lexicon"
_EVERY = 1.0  # seconds between looks at the files
_LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Loaded:
    """A lexicon and what is wrong with its files."""

    lexicon: Lexicon
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Good:
    text: str
    content: Content


class Watched:
    """The lexicon as its files say now. Thread-safe; a file with an error counts as it was when last good."""

    def __init__(self, own: Path | None = None, shipped: Path = SHIPPED) -> None:
        """``own``: the folder of a bank's own files, which may be missing."""
        self._folders = (shipped,) if own is None or own == shipped else (shipped, own)
        self._lock = threading.Lock()
        self._good: dict[Path, _Good] = {}
        self._stamps, self._looked = self._look(), time.monotonic()
        self._loaded = _load(self._folders, self._good)

    def now(self) -> Lexicon:
        """The lexicon; the same object as long as the files stay the same."""
        return self._fresh().lexicon

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the files as they are now."""
        return self._fresh().problems

    def _fresh(self) -> Loaded:
        if time.monotonic() - self._looked >= _EVERY and self._lock.acquire(blocking=False):
            try:
                stamps = self._look()
                if stamps != self._stamps:
                    self._stamps, self._loaded = stamps, _load(self._folders, self._good)
            finally:
                self._looked = time.monotonic()
                self._lock.release()
        return self._loaded

    def _look(self) -> tuple[tuple[str, int, int], ...]:
        stats = [(str(file), file.stat()) for folder in self._folders for file in _files(folder) if file.is_file()]
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


def load(own: Path | None = None, shipped: Path = SHIPPED) -> Loaded:
    """The lexicon that came with cx, extended and overruled by the files of the same names in ``own``."""
    return _load((shipped,) if own is None or own == shipped else (shipped, own), {})


def _files(folder: Path) -> list[Path]:
    return [folder / name for name in FILES]


def _load(folders: tuple[Path, ...], good: dict[Path, _Good]) -> Loaded:
    problems: list[Problem] = []
    found = {file: one for folder in folders for file in _files(folder) if (one := _file(file, good, problems))}
    by_name = {name: [one.content for file, one in found.items() if file.name == name] for name in FILES}
    themes, risks = _topics(by_name["themes.yaml"]), _topics(by_name["risks.yaml"])
    topics = [("theme", topic) for topic in themes.values()] + [("risk", topic) for topic in risks.values()]
    entries = {lang: _entries([*by_name["signs.yaml"], *by_name[f"{lang}.yaml"]]) for lang in _LANGUAGES}
    entries["en"] = inflected(entries["en"])
    words = {lang: table(lang, entries[lang].items()) for lang in _LANGUAGES}
    talk = {lang: spoken(lang, topics) for lang in _LANGUAGES}
    mark = digest(*(one.text for one in found.values()))
    return Loaded(Lexicon(words, talk, themes, risks, mark), tuple(problems))


def _file(file: Path, good: dict[Path, _Good], problems: list[Problem]) -> _Good | None:
    """A file's content; of a bad one the last good, of a missing one None."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        good.pop(file, None)
        return None
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem("model_unreadable", file.name, {"detail": error}))
        return good.get(file)
    content, told = files.read(text, file.name)
    problems += told
    if not any(problem.severity == "error" for problem in told):
        good[file] = _Good(text, content)
    return good.get(file)


def _entries(contents: Iterable[Content]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for content in contents:
        entries.update(content.entries)
        for term in content.drop:
            entries.pop(term, None)
    return entries


def _topics(contents: Iterable[Content]) -> dict[str, Topic]:
    """Topics by id; a later file adds terms to one of the same id, drops terms, or renames it."""
    topics: dict[str, Topic] = {}
    for content in contents:
        for part in content.parts:
            before = topics.get(part.id, Topic(part.id, part.id, {}))
            terms = {
                lang: tuple(
                    term
                    for term in dict.fromkeys((*before.terms.get(lang, ()), *part.terms[lang]))
                    if term not in part.drop
                )
                for lang in _LANGUAGES
            }
            topics[part.id] = Topic(part.id, part.name or before.name, terms)
    return topics
