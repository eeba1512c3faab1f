"""Terms that separate two groups of texts, terms that come up, and a term in its context.

Counts are of texts that use a term, not of its uses: one who repeats himself counts once.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from cx.measure.statistics import benjamini_hochberg
from cx.voices.shape import Reading
from cx.voices.stopwords import STOPWORDS

PRIOR = 500.0
"""Weight of the prior, in uses of terms: what both groups say draws rare terms towards no difference."""
FEWEST = 5
"""Texts that must use a term before anything is said about it."""


class Counts(NamedTuple):
    """How many ``texts`` there are, and how many of them use each term."""

    texts: int
    terms: Mapping[str, int]


class Shift(NamedTuple):
    """A term in two groups of texts: ``here`` and ``there`` how many use it, of how many.

    ``log_odds`` above 0: more here. ``z`` its standard score; ``q`` the chance that so large a one is noise, corrected
    for all the terms looked at (Benjamini and Hochberg).
    """

    term: str
    here: int
    here_texts: int
    there: int
    there_texts: int
    log_odds: float
    z: float
    q: float


class Context(NamedTuple):
    """A term (``start:end`` of the text) and the text before and after it."""

    before: str
    term: str
    after: str
    start: int
    end: int


def count(readings: Iterable[Reading], pairs: bool = True) -> Counts:
    """How many readings use each word, and with ``pairs`` each two words in a row; small words are left out."""
    terms: Counter[str] = Counter()
    texts = 0
    for reading in readings:
        texts += 1
        terms.update(_used(reading, pairs))
    return Counts(texts, terms)


def _used(reading: Reading, pairs: bool) -> set[str]:
    used, previous = set(), None
    between = "" if reading.lang == "zh" else " "
    for token in reading.tokens:
        word = token.word
        if word in STOPWORDS or word.isdigit() or len(word) < 2:
            previous = None
            continue
        used.add(word)
        if pairs and previous is not None and token.start - previous.end <= len(between):
            used.add(previous.word + between + word)
        previous = token
    return used


def contrast(here: Counts, there: Counts, fewest: int = FEWEST, prior: float = PRIOR) -> list[Shift]:
    """Terms used by at least ``fewest`` texts, those that most speak for ``here`` first.

    Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi, Quinn 2008, formulas 16 to 22), the prior
    being both groups together.
    """
    both = {term: here.terms.get(term, 0) + there.terms.get(term, 0) for term in {**here.terms, **there.terms}}
    terms = sorted(term for term, uses in both.items() if uses >= fewest)
    if len(both) < 2 or not terms:
        return []  # odds are those of a term against all others
    total, sums = sum(both.values()), (sum(here.terms.values()), sum(there.terms.values()))
    scored = []
    for term in terms:
        weight = prior * both[term] / total
        uses = [side.terms.get(term, 0) + weight for side in (here, there)]
        odds = [math.log(used / (every + prior - used)) for used, every in zip(uses, sums, strict=True)]
        delta = odds[0] - odds[1]
        scored.append((delta, delta / math.sqrt(1 / uses[0] + 1 / uses[1])))
    corrected = benjamini_hochberg([math.erfc(abs(z) / math.sqrt(2)) for _, z in scored])
    shifts = [
        Shift(term, here.terms.get(term, 0), here.texts, there.terms.get(term, 0), there.texts, delta, z, q)
        for term, (delta, z), q in zip(terms, scored, corrected, strict=True)
    ]
    return sorted(shifts, key=lambda shift: (-shift.z, shift.term))


def rising(periods: Sequence[Counts], fewest: int = FEWEST, most_q: float = 0.05) -> list[Shift]:
    """Terms that the last period uses more than those before it, beyond noise; the strongest first."""
    if len(periods) < 2:
        return []
    before: Counter[str] = Counter()
    for period in periods[:-1]:
        before.update(period.terms)
    shifts = contrast(periods[-1], Counts(sum(period.texts for period in periods[:-1]), before), fewest)
    return [shift for shift in shifts if shift.z > 0 and shift.q <= most_q and shift.here >= fewest]


def context(text: str, reading: Reading, term: str, words: int = 8) -> list[Context]:
    """Every place of a term (as counted, or any words in a row) in a text, with up to so many words on each side."""
    tokens, found = reading.tokens, []
    between = "" if reading.lang == "zh" else " "
    for i in range(len(tokens)):
        said = ""
        for j in range(i, len(tokens)):
            said = said + between + tokens[j].word if said else tokens[j].word
            if len(said) >= len(term):
                break
        if said == term:
            start, end = tokens[i].start, tokens[j].end
            left, right = tokens[max(0, i - words)].start, tokens[min(len(tokens) - 1, j + words)].end
            found.append(Context(text[left:start], text[start:end], text[end:right], start, end))
    return found
