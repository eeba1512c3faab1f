"""How far a text changed between two versions: not at all, in punctuation, by a slip of the pen, or in what it says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from cx.survey.schema import Text

Size = Literal["punctuation", "slip", "reworded"]
SIZES: tuple[Size, ...] = ("punctuation", "slip", "reworded")
_ALIKE = 0.85  # how alike two texts are that differ by a slip: a letter or two in a dozen
_DECIDING = re.compile(r"\d|[不没無无非未别勿]|\b(?:not?|never|none|un\w+|dis\w+|in\w+|\w+n't)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Reworded:
    """A text that changed: the languages it changed in (old and new text of each) and how far, at most."""

    old: Text | None
    new: Text | None
    size: Size


@dataclass(frozen=True)
class Texts:
    """What became of one text. ``gained`` and ``lost`` are languages that both versions of the survey speak."""

    reworded: Reworded | None
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def compare(old: Text | None, new: Text | None, languages: Collection[str]) -> Texts:
    """Compare a text in the languages that both versions of the survey speak; a plain string stands for all of them."""
    if old is None or new is None:
        changed = Reworded(old, new, "reworded") if old != new else None
        return Texts(changed, (), ())
    before, after = _by_language(old, languages), _by_language(new, languages)
    gained, lost = tuple(sorted(set(after) - set(before))), tuple(sorted(set(before) - set(after)))
    both = [lang for lang in before if lang in after and before[lang] != after[lang]]
    if not both:
        return Texts(None, gained, lost)
    size = max((_size(before[lang], after[lang]) for lang in both), key=SIZES.index)
    texts = ({lang: side[lang] for lang in both} for side in (before, after))
    return Texts(Reworded(next(texts), next(texts), size), gained, lost)


def _by_language(text: Text, languages: Collection[str]) -> dict[str, str]:
    if isinstance(text, str):
        return dict.fromkeys(sorted(languages), text)
    return {lang: text[lang] for lang in sorted(languages) if lang in text}


def _size(old: str, new: str) -> Size:
    bare_old, bare_new = _bare(old), _bare(new)
    if bare_old == bare_new:
        return "punctuation"
    deciding = sorted(_DECIDING.findall(old.casefold())) != sorted(_DECIDING.findall(new.casefold()))
    alike = SequenceMatcher(None, bare_old, bare_new, autojunk=False).ratio() >= _ALIKE
    return "slip" if alike and not deciding else "reworded"


def _bare(text: str) -> str:
    """Only what is read aloud: letters, digits and symbols, full width as half width, in one case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign in "%‰" or unicodedata.category(sign)[0] not in "PZC")
