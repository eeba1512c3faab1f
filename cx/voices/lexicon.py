"""The lexicon: words with weights, the small words that change them, themes and risks. Format: ``docs/voices.md``.

Shipped in ``data/lexicon``; a bank's own files of the same names extend and overrule it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from cx.words import Label

T = TypeVar("T")
Topical = tuple[str, str]
"""``theme`` or ``risk``, and its id."""
FILES = ("zh.yaml", "en.yaml", "signs.yaml", "themes.yaml", "risks.yaml")
ROLES = (
    "plain", "negators", "forbids", "comparisons", "but", "exceptions", "besides", "although", "sums", "wishes", "asks",
    "replies",
)  # fmt: skip
"""Lists of terms without a weight: what only looks like a word, turns one round, weighs clauses, or asks."""
HEAVIEST = 5.0
"""Weights go from -5 to 5; a plain "good" has 2."""
UNITS = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]")
"""Words and signs of a text without Chinese."""


class Entry(NamedTuple):
    """What a term does. ``role``: ``word`` (with a weight), ``factor`` (for its neighbour), or one of ``ROLES``."""

    role: str
    weight: float = 0.0
    emotion: str = ""
    wow: bool = False


@dataclass(frozen=True)
class Topic:
    """A theme or a kind of risk: id, name in zh and en, and the terms that speak of it, by language."""

    id: str
    name: Label
    terms: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Table(Generic[T]):
    """Terms for longest match. ``lengths``: first two characters (zh) or first word (en) → lengths, longest first."""

    terms: Mapping[str, T]
    lengths: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Lexicon:
    """All that readings are made of, by language. ``digest`` changes when anything in it does (for caches).

    ``topics``: term → (``theme`` or ``risk``, id).
    """

    words: Mapping[str, Table[Entry]]
    topics: Mapping[str, Table[tuple[Topical, ...]]]
    themes: Mapping[str, Topic]
    risks: Mapping[str, Topic]
    digest: str

    def name(self, id: str) -> Label:
        """The name of a theme or risk; the id where there is none."""
        topic = self.themes.get(id) or self.risks.get(id)
        return topic.name if topic else id


def table(lang: str, terms: Iterable[tuple[str, T]]) -> Table[T]:
    """Terms ready for longest match; of a term that comes twice the last counts."""
    found: dict[str, T] = {}
    lengths: dict[str, set[int]] = {}
    for term, value in terms:
        units = term if lang == "zh" else UNITS.findall(term)
        if units:
            found[term if lang == "zh" else " ".join(units)] = value
            lengths.setdefault(units[:2] if lang == "zh" else units[0], set()).add(len(units))
    return Table(found, {first: tuple(sorted(some, reverse=True)) for first, some in lengths.items()})


def inflected(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """English terms with the forms of their single words: crash, crashes, crashed, crashing; slow, slowly."""
    forms = {
        form: entry
        for term, entry in entries.items()
        if entry.role == "word" and len(term) > 3 and term.isascii() and term.isalpha()
        for form in _forms(term)
    }
    return forms | dict(entries)


def _forms(term: str) -> tuple[str, ...]:
    stem = term[:-1] if term.endswith("e") else term
    if term.endswith("y"):
        return (f"{term[:-1]}ies", f"{term[:-1]}ied", f"{term}ing", f"{term[:-1]}ily")
    plural = f"{term}es" if term.endswith(("s", "sh", "ch", "x", "z")) else f"{term}s"
    return (plural, f"{stem}ed", f"{stem}ing", f"{term}ly")


def spoken(lang: str, topics: Iterable[tuple[str, Topic]]) -> Table[tuple[Topical, ...]]:
    """The terms of topics, each with all the topics (kind, topic) it speaks of."""
    found: dict[str, tuple[Topical, ...]] = {}
    for kind, topic in topics:
        for term in topic.terms.get(lang, ()):
            found[term] = (*found.get(term, ()), (kind, topic.id))
    return table(lang, found.items())


def digest(*contents: str) -> str:
    """What changes when any of the contents does: 16 hexadecimal digits."""
    return hashlib.sha256("\0".join(contents).encode()).hexdigest()[:16]
