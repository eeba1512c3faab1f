"""Readings of texts: language, feeling, themes, risks, and the words that decided."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal, NamedTuple

from cx.voices import finding, scoring
from cx.voices.lexicon import Lexicon
from cx.voices.scoring import Clause, Habits, Hit
from cx.voices.shape import Lang, Mark, Reading, Token
from cx.voices.stopwords import ENGLISH, FOREIGN

Known = Literal["zh", "en"]
"""Languages with a lexicon; other texts are read with the English one, for signs and names."""
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
_LATIN = re.compile("[A-Za-z]")
_WORDS = re.compile(r"[^\W\d_]*[a-z][^\W\d_]*")
_HABITS = {"zh": Habits(reach=4, denial=-0.5), "en": Habits(reach=3, denial=-0.6)}
_FLAT = 6.0  # a score of 2 (one plain "good") reads as 0.63
_NEUTRAL = 0.15  # sentiment nearer to 0 than this is no verdict
_SHOUTS = re.compile("[!！]")


def read(texts: Sequence[str], lexicon: Lexicon) -> list[Reading]:
    """One reading a text, in the order of the texts. Thousands a second; never raises for a text."""
    return [_read(text, lexicon) for text in texts]


def language(text: str) -> Lang:
    """``zh`` where Chinese characters carry the text, ``en`` where English words do, else ``other``."""
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    if kana and kana * 2 > han:
        return "other"
    if han and han * 4 >= len(_LATIN.findall(text)):
        return "zh"
    words = set(_WORDS.findall(text.lower()))
    return "en" if words and len(words & FOREIGN) <= len(words & ENGLISH) else "other"


class _Found(NamedTuple):
    """What a plain text holds: units (words and signs), words, terms, clauses, and terms with what they add."""

    units: list[Token]
    tokens: list[Token]
    hits: list[Hit]
    clauses: list[Clause]
    weighed: list[tuple[Hit, Mark]]


def _read(text: str, lexicon: Lexicon) -> Reading:
    lang, plain = language(text), finding.plain(text)
    known: Known = "zh" if lang == "zh" else "en"
    found = _find(plain, known, lexicon)
    marks = [mark for _, mark in found.weighed]
    if known == "en" and _HAN.search(plain):
        marks += [mark for _, mark in _find(plain, "zh", lexicon).weighed if _HAN.search(mark.what)]
    sentiment = squashed(sum(mark.weight for mark in marks))
    marks += finding.topics(plain, found.units, known, lexicon.topics[known])
    themes = tuple(dict.fromkeys(mark.what for mark in marks if mark.kind == "theme"))
    asked = any(clause.ends == "?" for clause in found.clauses)
    return Reading(
        lang=lang,
        sentiment=round(sentiment, 3),
        label=label(sentiment),
        intensity=_intensity(found.weighed, text),
        emotions=_emotions(found.weighed),
        themes=themes,
        tones=_tones(themes, marks, found),
        risks=tuple(dict.fromkeys(mark.what for mark in marks if mark.kind == "risk")),
        wow=sentiment > 0 and any(hit.entry.wow and mark.weight > 0 for hit, mark in found.weighed),
        asks=asked or any(hit.entry.role in ("asks", "wishes") for hit in found.hits),
        marks=tuple(sorted(marks)),
        tokens=tuple(found.tokens),
    )


def _find(plain: str, known: Known, lexicon: Lexicon) -> _Found:
    if known == "zh":
        units = tokens = _words(plain)
        hits, clauses = finding.chinese(plain, lexicon.words["zh"], lexicon.words["en"].terms)
    else:
        units = finding.units(plain)
        tokens = [token for token in units if token.word[0].isalnum()]
        hits, clauses = finding.english(units, lexicon.words["en"])
    return _Found(units, tokens, hits, clauses, scoring.marks(hits, clauses, _HABITS[known]))


def squashed(score: float) -> float:
    """A sum of weights as a sentiment between -1 and 1."""
    return score / math.sqrt(score * score + _FLAT)


def label(sentiment: float) -> str:
    """The verdict of a sentiment."""
    return "neutral" if abs(sentiment) < _NEUTRAL else "positive" if sentiment > 0 else "negative"


def _words(plain: str) -> list[Token]:
    """The words of a Chinese text, without punctuation."""
    import rjieba

    tokens, at = [], 0
    for word in rjieba.cut(plain):
        if word[0].isalnum():
            tokens.append(Token(word, at, at + len(word)))
        at += len(word)
    return tokens


def _tones(themes: Sequence[str], marks: list[Mark], found: _Found) -> tuple[float, ...]:
    """For each theme the sentiment of the clauses that speak of it; of their sentences where those say nothing."""
    ends = [clause.end for clause in found.clauses]
    clauses: dict[str, set[int]] = {theme: set() for theme in themes}
    for mark in marks:
        if mark.kind == "theme":
            clauses[mark.what].add(bisect_left(ends, mark.end))
    by_clause, by_sentence = defaultdict[int, float](float), defaultdict[int, float](float)
    for hit, mark in found.weighed:
        by_clause[hit.clause] += mark.weight
        by_sentence[found.clauses[hit.clause].sentence] += mark.weight
    scores = []
    for spoken in clauses.values():
        score = sum(by_clause[clause] for clause in sorted(spoken))
        if not score:
            score = sum(by_sentence[one] for one in {found.clauses[clause].sentence for clause in sorted(spoken)})
        scores.append(round(squashed(score), 3))
    return tuple(scores)


def _intensity(weighed: list[tuple[Hit, Mark]], text: str) -> float:
    """How much feeling, 0..1: the strongest word, a little for every other, and how it is shouted."""
    strengths = sorted((abs(mark.weight) for _, mark in weighed), reverse=True)
    if not strengths:
        return 0.0
    shouted = min(3, len(_SHOUTS.findall(text)))
    return round(1 - math.exp(-(strengths[0] + 0.2 * sum(strengths[1:6]) + 0.4 * shouted) / 5), 3)


def _emotions(weighed: list[tuple[Hit, Mark]]) -> tuple[str, ...]:
    felt: dict[str, float] = {}
    for hit, mark in weighed:
        if hit.entry.emotion and mark.weight * hit.entry.weight > 0:
            felt[hit.entry.emotion] = felt.get(hit.entry.emotion, 0.0) + abs(mark.weight)
    return tuple(sorted(felt, key=lambda emotion: -felt[emotion]))
