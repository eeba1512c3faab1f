"""Conditions, scales and gaps of a definition in words that need no YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cx.survey.editing import change, picking
from cx.survey.editing.picking import Term
from cx.survey.schema import Survey
from cx.survey.types import TYPES
from cx.words import LANGUAGES, Translator

_SHORT = 12
TEXTS = ("label", "help", "unit", "title", "intro", "thanks", "purpose", "message")


def condition(t: Translator, source: str, definition: Mapping[str, Any]) -> str:
    """A condition in words, as in "recommendation at most 6"; as it is written when it says more than rows can."""
    picked = picking.read(source)
    if picked is None:
        return t("builder.when_expert", source=source if len(source) <= 60 else f"{source[:59]}…")
    joint = t("builder.joint_any" if picked.any else "builder.joint_all")
    return joint.join(term(t, each, definition) for each in picked.terms)


def term(t: Translator, said: Term, definition: Mapping[str, Any]) -> str:
    """One row in words."""
    entry = change.question(definition, said.name) or {}
    values = t("builder.joint_values").join(value(t, entry, each) for each in said.values)
    return t(f"builder.said_{SIGN_WORDS[said.sign]}", name=name(t, entry, said.name), values=values)


SIGN_WORDS = {
    "<=": "most", ">=": "least", "==": "is", "!=": "isnt", "in": "in", "has": "has", "lacks": "lacks",
    "answered": "answered", "contains": "contains",
}  # fmt: skip


def name(t: Translator, entry: Mapping[str, Any], id: str) -> str:
    """A question in a few words."""
    if entry.get("type") in ("nps", "csat", "ces") and id == entry.get("type"):
        return t(f"builder.short_{entry['type']}")
    label = (t.pick(entry.get("label")) or id).rstrip("？?。.：: ")
    room = _SHORT if any("\u4e00" <= letter <= "\u9fff" for letter in label) else 2 * _SHORT
    return label if len(label) <= room else f"{label[: room - 1].rstrip()}…"


def value(t: Translator, entry: Mapping[str, Any], said: picking.Value) -> str:
    """A value in words: the choice's own label, yes or no."""
    if isinstance(said, bool):
        return t("builder.quoted", text=t("builder.said_yes" if said else "builder.said_no"))
    for choice in entry.get("choices") or ():
        if isinstance(choice, dict) and str(choice.get("id")) == str(said):
            return t("builder.quoted", text=t.pick(choice.get("label")) or str(said))
    scored = TYPES[entry["type"]].storage in ("score", "number") if entry.get("type") in TYPES else False
    return str(said) if scored or not isinstance(said, str) else t("builder.quoted", text=said)


def labels(value: Any, key: str = "label") -> Iterator[Any]:
    """Every text for people inside a part of a definition."""
    if isinstance(value, Mapping):
        if set(value) & set(LANGUAGES) and all(isinstance(each, str) for each in value.values()):
            yield value
            return
        for name, each in value.items():
            if name == "labels" and isinstance(each, Mapping):
                yield from each.values()
            elif name in TEXTS and isinstance(each, str):
                yield each
            else:
                yield from labels(each, str(name))
    elif isinstance(value, list):
        for each in value:
            yield from labels(each, key)


def missing(value: Any, survey: Survey | None = None) -> int:
    """How many translations a part of a definition lacks, among our languages (or those that the survey has)."""
    wanted = survey.languages if survey is not None and len(survey.languages) > 1 else LANGUAGES
    if survey is not None and len(survey.languages) == 1:
        return 0
    return sum(not said(text, lang) for text in labels(value) for lang in wanted if lang in LANGUAGES)


def said(text: Any, lang: str) -> bool:
    """Whether a text is there in a language; one without languages stands for all."""
    return isinstance(text, str) or bool(isinstance(text, Mapping) and text.get(lang))
