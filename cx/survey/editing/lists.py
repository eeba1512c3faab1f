"""Choices and rows as lines of text, one a line, each language beside the other; pasted from a spreadsheet or typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from cx.words import LANGUAGES

Entry = dict[str, Any]


def lines(entries: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
    """The texts in a language, one an entry; empty where missing. A text without languages counts as the first."""
    found = []
    for entry in entries:
        label = entry.get("label", "")
        own = label.get(lang, "") if isinstance(label, dict) else label if lang == LANGUAGES[0] else ""
        found.append(" ".join(str(own).split()))
    return found


def read(text: str) -> list[list[str]]:
    """What was typed or pasted: a line an entry, cells parted by tabs; without empty lines at the end."""
    rows = [[" ".join(cell.split()) for cell in line.split("\t")] for line in text.splitlines()]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def edited(entries: Sequence[Mapping[str, Any]], text: str, lang: str) -> list[Entry]:
    """The entries after somebody rewrote the lines of one language.

    Lines that stayed keep their entry with its id and other languages; a line rewritten in place is the same entry. In
    the first language a line that went takes its entry along; in another it only takes the translation. Further cells
    of a pasted line are the other languages.
    """
    rows = read(text)
    first = lang == LANGUAGES[0] or not any(lines(entries, LANGUAGES[0]))
    if first:
        rows = [row for row in rows if row[0]]
    old = lines(entries, lang)
    new = [row[0] for row in rows]
    pairs = _paired(old, new)
    result: list[tuple[int | None, Entry]] = []
    taken = {str(entry.get("id")) for entry in entries}
    for at, row in enumerate(rows):
        source = pairs.get(at)
        entry = dict(entries[source]) if source is not None else {"id": ""}
        entry["label"] = _label(entry.get("label"), lang, row)
        result.append((source, entry))
    if not first:
        result = _none_lost(entries, result, lang)
    for _, entry in result:
        if not entry["id"]:
            entry["id"] = _id(entry["label"], taken)
            taken.add(entry["id"])
    return [_keyed(entry) for _, entry in result if entry["label"]]


def _paired(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Which old line each new one is: the same text, or in its place between lines that stayed."""
    pairs: dict[int, int] = {}
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs |= dict(zip(range(j1, j2), range(i1, i2), strict=True))
        elif kind == "replace":
            pairs |= dict(zip(range(j1, j2), range(i1, i2), strict=False))
    gone = [at for at in range(len(old)) if at not in pairs.values() and old[at]]
    for at, text in enumerate(new):  # a line that moved
        moved = next((each for each in gone if old[each] == text), None)
        if moved is not None and (at not in pairs or old[pairs[at]] != text):
            pairs[at] = moved
            gone.remove(moved)
    return pairs


def _none_lost(
    entries: Sequence[Mapping[str, Any]], result: list[tuple[int | None, Entry]], lang: str
) -> list[tuple[int | None, Entry]]:
    """In a further language the order and number of entries stay; only lines beyond them are new."""
    said = {source: entry for source, entry in result if source is not None}
    kept: list[tuple[int | None, Entry]] = []
    for at, entry in enumerate(entries):
        plain = dict(entry) | {"label": _label(entry.get("label"), lang, [""])}
        kept.append((at, said.get(at, plain)))
    return kept + [(None, entry) for source, entry in result if source is None and entry["label"]]


def _label(old: Any, lang: str, row: Sequence[str]) -> Any:
    """The label with this language set; empty languages are left out."""
    known = dict(old) if isinstance(old, dict) else {LANGUAGES[0]: old} if old else {}
    known[lang] = row[0]
    others = [each for each in LANGUAGES if each != lang]
    known |= {each: cell for each, cell in zip(others, row[1:], strict=False) if cell}
    return {each: text for each, text in known.items() if text}


def _id(label: Mapping[str, str], taken: set[str]) -> str:
    """An id from the English words, else ``c1``, ``c2`` …"""
    words = re.findall(r"[a-z0-9]+", str(label.get("en", "")).lower())
    slug = "_".join(word for word in words if word not in ("a", "an", "the", "of", "or", "and", "to"))[:24].strip("_")
    if slug and slug not in taken:
        return slug
    stem, at = (f"{slug}_", 2) if slug else ("c", 1)
    while f"{stem}{at}" in taken:
        at += 1
    return f"{stem}{at}"


def _keyed(entry: Entry) -> Entry:
    rest = {name: value for name, value in entry.items() if name not in ("id", "label")}
    return {"id": entry["id"], "label": entry["label"], **rest}


def set_flag(entries: Sequence[Mapping[str, Any]], flag: str, chosen: Sequence[str]) -> list[Entry]:
    """The entries, a flag on the chosen ids and on no others."""
    return [
        {
            **{name: value for name, value in entry.items() if name != flag},
            **({flag: True} if entry["id"] in chosen else {}),
        }
        for entry in entries
    ]


def alike(entries: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Which entry is which of another question: the same text in some language, else the same id; ids of both."""
    texts = {text: str(other["id"]) for other in reversed(others) for text in _texts(other)}
    ids = {str(other.get("id")) for other in others}
    found = {
        str(entry.get("id")): next((texts[text] for text in _texts(entry) if text in texts), "") for entry in entries
    }
    return {id: other or id for id, other in found.items() if other or id in ids}


def following(entries: Sequence[Mapping[str, Any]], source: str, others: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """The entries, each that is also one of the question ``source`` to show only where it was chosen there; without
    others all of them always."""
    pairs = alike(entries, others)
    return [
        {
            **{name: value for name, value in entry.items() if name != "show_if"},
            **({"show_if": f"'{pairs[id]}' in {source}"} if (id := str(entry.get("id"))) in pairs else {}),
        }
        for entry in entries
    ]


def follows(entries: Sequence[Mapping[str, Any]], source: str, others: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the entries show just as :func:`following` would have it."""
    return [dict(entry) for entry in entries] == following(entries, source, others)


def _texts(entry: Mapping[str, Any]) -> list[str]:
    label = entry.get("label", "")
    return [text for text in (label.values() if isinstance(label, dict) else [str(label)]) if text]
