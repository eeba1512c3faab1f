"""Terms in a text by longest match: character by character in Chinese, word by word elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cx.voices.denying import DENIABLE, denied
from cx.voices.lexicon import UNITS, Entry, T, Table, Topical
from cx.voices.scoring import Clause, Hit
from cx.voices.scripts import simplified
from cx.voices.shape import Mark, Token

_LATIN = re.compile(r"[a-z]+(?:'[a-z]+)*")
_BREAKS = {"，": "", ",": "", "、": "", ";": "", "；": "", ":": "", "：": "", "。": ".", ".": ".", "\n": ".", "\r": ".",
           "!": "!", "！": "!", "?": "?", "？": "?", "~": "", "～": "", "…": ".", "\u3000": "", " ": ""}  # fmt: skip


def plain(text: str) -> str:
    """The text as terms are matched: lower case, Simplified; exactly as long as the text."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    return simplified(lower)


def chinese(text: str, words: Table[Entry], english: Mapping[str, Entry]) -> tuple[list[Hit], list[Clause]]:
    """Terms of a plain Chinese text; English words in it count as those of the English lexicon."""
    hits: list[Hit] = []
    clauses: list[Clause] = []
    terms = words.terms
    sentence = at = i = 0
    n = len(text)
    while i < n:
        character = text[i]
        term = _term(text, i, words)
        if term is None and "a" <= character <= "z":
            found = _LATIN.match(text, i)
            assert found is not None
            term, entry = found.group(), english.get(found.group())
            if entry is not None:
                hits.append(Hit(len(clauses), at, at + 1, i, found.end(), term, entry))
            at += 1
            i = found.end()
        elif term is not None:
            hits.append(Hit(len(clauses), at, at + len(term), i, i + len(term), term, terms[term]))
            at += len(term)
            i += len(term)
        else:
            if character in _BREAKS and not (character == " " and _latin_beside(text, i)):
                ends = _BREAKS[character]
                clauses.append(Clause(sentence, ends, i))
                sentence, at = sentence + bool(ends), 0
            else:
                at += 1
            i += 1
    clauses.append(Clause(sentence, "", n))
    return hits, clauses


def _term(text: str, i: int, table: Table[T]) -> str | None:
    """The longest term of a table that begins at a character."""
    for length in table.lengths.get(text[i : i + 2], ()):
        piece = text[i : i + length]
        if piece in table.terms and not _torn(text, i, i + len(piece)):
            return piece
    first = text[i]
    return first if first in table.terms and not _torn(text, i, i + 1) else None


def _torn(text: str, start: int, end: int) -> bool:
    """Whether a piece is only a part of a number or a Latin word: 0分 in 10分钟, sb in usb."""
    return (start > 0 and _same_word(text[start - 1], text[start])) or (
        end < len(text) and _same_word(text[end - 1], text[end])
    )


def _latin_beside(text: str, i: int) -> bool:
    """Whether a space stands beside a Latin word; between Chinese ones it parts clauses."""
    return any(one.isascii() and one.isalnum() for one in (*text[max(0, i - 1) : i], *text[i + 1 : i + 2]))


def _same_word(one: str, other: str) -> bool:
    return one.isascii() and other.isascii() and one.isalnum() and one.isdigit() == other.isdigit() and other.isalnum()


def units(text: str) -> list[Token]:
    """Words and signs of a plain text without Chinese."""
    return [Token(found.group(), found.start(), found.end()) for found in UNITS.finditer(text)]


def english(tokens: list[Token], words: Table[Entry]) -> tuple[list[Hit], list[Clause]]:
    """Terms of an English text."""
    hits: list[Hit] = []
    clauses: list[Clause] = []
    said = [token.word for token in tokens]
    sentence = at = i = 0
    while i < len(tokens):
        term, length = _longest(said, i, words)
        if term is not None:
            hits.append(
                Hit(len(clauses), at, at + length, tokens[i].start, tokens[i + length - 1].end, term, words.terms[term])
            )
            at += length
            i += length
            continue
        if said[i] in _BREAKS:
            ends = _BREAKS[said[i]]
            clauses.append(Clause(sentence, ends, tokens[i].start))
            sentence, at = sentence + bool(ends), 0
        else:
            at += 1
        i += 1
    clauses.append(Clause(sentence, "", tokens[-1].end if tokens else 0))
    return hits, clauses


def _longest(said: list[str], i: int, table: Table[T]) -> tuple[str | None, int]:
    """The longest term of a table that begins at a word, and how many words it has."""
    for length in table.lengths.get(said[i], ()):
        piece = said[i] if length == 1 else " ".join(said[i : i + length])
        if piece in table.terms and i + length <= len(said):
            return piece, length
    return None, 1


def topics(text: str, tokens: list[Token], lang: str, table: Table[tuple[Topical, ...]]) -> list[Mark]:
    """The marks of themes and risks in a plain text; a term that speaks of several has a mark for each."""
    found: list[tuple[int, int, str]] = []
    i = 0
    if lang == "zh":
        while i < len(text):
            term = _term(text, i, table)
            if term is not None:
                found.append((i, i + len(term), term))
            i += len(term or " ")
    else:
        said = [token.word for token in tokens]
        while i < len(said):
            term, length = _longest(said, i, table)
            if term is not None:
                found.append((tokens[i].start, tokens[i + length - 1].end, term))
            i += length
    return [
        Mark(start, end, kind, id)
        for start, end, term in found
        for kind, id in table.terms[term]
        if not (kind == "risk" and id in DENIABLE and denied(text, start, end, lang))
    ]
