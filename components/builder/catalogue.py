"""What can be put into a survey: question types and blocks, with icons, plain words and sensible beginnings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cx.survey.editing import change, library
from cx.survey.types import TYPES
from cx.words import LANGUAGES, Translator

_GROUPS = {
    "rate": ("nps", "csat", "ces", "rating", "matrix", "slider"),
    "choose": ("single", "multiple", "yes_no", "ranking", "maxdiff", "kano"),
    "write": ("text", "number", "date", "photo", "contact"),
    "more": ("note", "computed"),
}
_ICONS = {
    "nps": "speed", "csat": "sentiment_satisfied", "ces": "fitness_center", "rating": "star", "matrix": "table_rows",
    "slider": "linear_scale", "single": "radio_button_checked", "multiple": "check_box", "yes_no": "thumbs_up_down",
    "ranking": "format_list_numbered", "maxdiff": "balance", "kano": "lightbulb", "text": "notes", "number": "pin",
    "date": "event", "photo": "photo_camera", "contact": "contact_phone", "note": "info", "computed": "calculate",
}  # fmt: skip


def icon(kind: str) -> str:
    """The Material icon of a type."""
    return _ICONS.get(kind, "help")


def types() -> list[str]:
    """The types that can be picked, in the order of the picker."""
    return [kind for group in _GROUPS.values() for kind in group if kind in TYPES]


def groups(t: Translator) -> list[dict[str, Any]]:
    """The picker: groups of types, then the blocks."""
    found = [
        {"name": t(f"builder.group_{group}"), "items": [_type(t, kind) for kind in kinds if kind in TYPES]}
        for group, kinds in _GROUPS.items()
    ]
    blocks = [
        {
            "do": "block",
            "name": block.id,
            "icon": block.icon,
            "title": t.pick(block.title),
            "about": t.pick(block.about),
        }
        for block in library.blocks()
    ]
    return [*found, {"name": t("builder.blocks"), "items": blocks}]


def _type(t: Translator, kind: str) -> dict[str, Any]:
    words = t(f"builder.type_{kind}"), t(f"builder.type_{kind}_about")
    return {"do": "type", "name": kind, "icon": icon(kind), "title": words[0], "about": words[1]}


def block(name: str) -> list[dict[str, Any]]:
    """The questions of a block."""
    return next(list(block.questions) for block in library.blocks() if block.id == name)


def fresh(kind: str, taken: Collection[str], lang: str = LANGUAGES[0]) -> dict[str, Any]:
    """A new question of a type that is sound as it stands. The usual words come in every language; what is there only
    to be replaced comes in ``lang``, so that the others count as missing."""
    entry: dict[str, Any] = {"id": change.unused(kind if kind in ("nps", "csat", "ces") else "q1", taken), "type": kind}
    entry |= {"required": True} if kind in ("nps", "csat", "ces") else {}
    own = Translator(lang).has(f"builder.fresh_{kind}")
    entry["label"] = _texts(f"fresh_{kind}") if own else {lang: Translator(lang)("builder.fresh")}
    keys = TYPES[kind].keys
    if "labels" in keys and kind != "matrix":
        entry["labels"] = standard_labels(kind)
    if kind == "text":
        entry["long"] = True
    if kind == "matrix":
        entry |= {"rows": _some("row", 3, lang), "points": 5, "labels": standard_labels("rating")}
    elif "choices" in keys:
        entry["choices"] = _some("choice", 4 if kind == "maxdiff" else 3, lang)
    if kind == "slider":
        entry |= {"min": 0, "max": 100}
    if kind == "computed":
        entry |= {"value": "1"}
    return entry


def begun(label: Any) -> bool:
    """Whether these are the words in several languages that a question begins with, and that are there to be replaced:
    with one of them written anew, the others would ask something else. Those of scores always ask the same."""
    if not isinstance(label, Mapping) or len(label) < 2:
        return False
    kinds = [kind for kind in types() if Translator(LANGUAGES[0]).has(f"builder.fresh_{kind}")]
    usual = [_texts(f"fresh_{kind}") for kind in kinds if kind not in ("nps", "csat", "ces", "contact")]
    return dict(label) in usual


def speaks(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """Our languages that a survey is written in, as its title says; all of them while it has none."""
    title = definition.get("title")
    said = tuple(lang for lang in LANGUAGES if isinstance(title, Mapping) and title.get(lang))
    return said or LANGUAGES


def tongue(definition: Mapping[str, Any], t: Translator) -> str:
    """The language of words that are there to be replaced: the reader's, where the survey is written in it."""
    said = speaks(definition)
    return t.lang if t.lang in said else said[0]


def spoken(value: Any, definition: Mapping[str, Any]) -> Any:
    """What is put into a survey, in the languages that it is written in: one of one language lacks no translations."""
    said = speaks(definition)
    if isinstance(value, list):
        return [spoken(each, definition) for each in value]
    if not isinstance(value, Mapping):
        return value
    if value and set(value) <= set(LANGUAGES) and any(lang in said for lang in value):
        return {lang: text for lang, text in value.items() if lang in said}
    return {name: spoken(each, definition) for name, each in value.items()}


def standard_labels(kind: str) -> dict[str, Any]:
    """The usual names of a scale's ends."""
    known = kind if kind in ("nps", "csat", "ces") else "rating"
    return {end: _texts(f"ends_{known}_{end}") for end in ("low", "high")}


def _some(what: str, number: int, lang: str) -> list[dict[str, Any]]:
    t = Translator(lang)
    return [{"id": f"{what[0]}{at}", "label": {lang: t(f"builder.fresh_{what}", n=at)}} for at in range(1, number + 1)]


def _texts(key: str) -> dict[str, str]:
    return {lang: Translator(lang)(f"builder.{key}") for lang in LANGUAGES}
