"""The lexicon in force at a place: the shipped one with the bank's own files on top."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cx.store.place import Place
from cx.voices.lexicon import Lexicon
from cx.voices.loading import SHIPPED, Watched


def folder(place: Place) -> Path:
    """Where the bank's own lexicon files lie; it may be missing. Never where the shipped ones lie."""
    own = place.data / "lexicon"
    return own / "own" if own.resolve() == SHIPPED else own


def watched(place: Place) -> Watched:
    """The lexicon of a place, read at the first call and again when its files change."""
    return _watched(folder(place))


def lexicon(place: Place) -> Lexicon:
    """The lexicon of a place as its files say now."""
    return watched(place).now()


def refresh() -> None:
    """Read the files anew at the next question: a change of our own counts at once, not after the next look."""
    _watched.cache_clear()


@cache
def _watched(own: Path) -> Watched:
    return Watched(own)
