"""Changes to the text of one of the bank's own lexicon files: text in, text out, comments kept where that can be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cx.survey.editing import document

Change = Callable[[dict[str, Any]], None]


def add_term(text: str, key: str, id: str, lang: str, term: str) -> str:
    """A term of a theme or risk (``key``: themes or risks), which need not stand in this file yet."""

    def change(definition: dict[str, Any]) -> None:
        entry = _entry(definition, key, id)
        terms = entry.setdefault("terms", {}).setdefault(lang, [])
        if term not in terms:
            terms.append(term)
        _undrop(entry, term)

    return _changed(text, change)


def drop_term(text: str, key: str, id: str, term: str) -> str:
    """Take a term of a theme or risk out of service, also one that came with cx."""

    def change(definition: dict[str, Any]) -> None:
        entry = _entry(definition, key, id)
        for said in entry.get("terms", {}).values():
            if term in said:
                said.remove(term)
        if term not in entry.setdefault("drop", []):
            entry["drop"].append(term)

    return _changed(text, change)


def add_theme(text: str, id: str, zh: str, en: str) -> str:
    """A new theme without terms, or another name for a known one."""
    return _changed(text, lambda definition: _entry(definition, "themes", id).update(name={"zh": zh, "en": en}))


def weigh(text: str, term: str, weight: float, emotion: str = "") -> str:
    """A word with its weight (-5 to 5) and feeling, in the place of what this file said of it."""

    def change(definition: dict[str, Any]) -> None:
        groups = definition.setdefault("words", [])
        for group in groups:
            if term in group.get("terms", []):
                group["terms"].remove(term)
        fit = (g for g in groups if g.get("weight") == weight and g.get("emotion", "") == emotion and "wow" not in g)
        group = next(fit, None)
        if group is None:
            group = {"weight": weight} | ({"emotion": emotion} if emotion else {}) | {"terms": []}
            groups.append(group)
        group["terms"].append(term)
        definition["words"] = [group for group in groups if group.get("terms")]
        _undrop(definition, term)

    return _changed(text, change)


def drop_word(text: str, term: str) -> str:
    """Take a word out of service, also one that came with cx."""

    def change(definition: dict[str, Any]) -> None:
        for group in definition.get("words", []):
            if term in group.get("terms", []):
                group["terms"].remove(term)
        if definition.get("words"):
            definition["words"] = [group for group in definition["words"] if group.get("terms")]
        if term not in definition.setdefault("drop", []):
            definition["drop"].append(term)

    return _changed(text, change)


def slug(name: str) -> str:
    """An id of an English name: ``Waiting in line`` → ``waiting-in-line``; empty where nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]


def _changed(text: str, change: Change) -> str:
    bare = all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())
    definition = {} if bare else document.read(text)
    change(definition)
    if bare and text.strip():
        return text.rstrip() + "\n" + document.write(definition)
    return document.write(definition, text)


def _entry(definition: dict[str, Any], key: str, id: str) -> dict[str, Any]:
    entries = definition.setdefault(key, [])
    found = next((entry for entry in entries if entry.get("id") == id), None)
    if found is None:
        found = {"id": id}
        entries.append(found)
    return found  # type: ignore[no-any-return]


def _undrop(entry: dict[str, Any], term: str) -> None:
    if term in entry.get("drop", []):
        entry["drop"].remove(term)
        if not entry["drop"]:
            del entry["drop"]


def themes(text: str) -> dict[str, Any]:
    """The themes that a text names: id and name. Raises :class:`Refused` where it is no YAML mapping."""
    entries = document.read(text).get("themes", []) if text.strip() else []
    return {str(entry["id"]): entry.get("name", "") for entry in entries if isinstance(entry, dict) and "id" in entry}
