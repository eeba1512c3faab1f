"""What another lexicon would change: both read the same comments."""

from __future__ import annotations

from dataclasses import dataclass

from cx.measure.scope import Scope
from cx.store import voices
from cx.store.query import Connection
from cx.store.voices import Wanted
from cx.voices import Lexicon, Reading, read

MOST = 2000


@dataclass(frozen=True)
class Changed:
    """A comment that would be read otherwise, before and after."""

    text: str
    before: Reading
    after: Reading


@dataclass(frozen=True)
class Trial:
    """Of ``n`` different comments, how many would change their mood, themes or risks; the first of them."""

    n: int
    moods: int
    themes: int
    risks: int
    changed: tuple[Changed, ...]


def compare(
    con: Connection, scope: Scope, now: Lexicon, then: Lexicon, most: int = MOST, shown: int = 12
) -> Trial:  # fmt: skip
    """The latest comments of a scope, at most ``most``, read with both lexicons."""
    texts = list(dict.fromkeys(voice.text for voice in voices.said(con, scope, Wanted(), most).voices))
    pairs = list(zip(texts, read(texts, now), read(texts, then), strict=True))
    moods = [a.label != b.label for _, a, b in pairs]
    themes = [set(a.themes) != set(b.themes) for _, a, b in pairs]
    risks = [set(a.risks) != set(b.risks) for _, a, b in pairs]
    differ = zip(pairs, moods, themes, risks, strict=True)
    changed = [Changed(*pair) for pair, *what in differ if any(what)]
    return Trial(len(texts), sum(moods), sum(themes), sum(risks), tuple(changed[:shown]))
