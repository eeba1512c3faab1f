"""Conditions, scales and gaps of a definition in words that need no YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cx.survey.editing import change, nested, picking
from cx.survey.editing.picking import Term
from cx.survey.questions import END
from cx.survey.schema import Survey
from cx.words import LANGUAGES, Translator

_SHORT = 12
TEXTS = ("label", "help", "unit", "title", "intro", "thanks", "purpose", "message")


Known = Mapping[str, Mapping[str, Any]]
"""What conditions can be about, by its name in them."""


def known(definition: Mapping[str, Any]) -> Known:
    """Every question and every part of one that rows can be about."""
    entries = [entry for page in change.pages(definition) for entry in change.questions(page)]
    return {str(entry.get("id")): entry for entry in (*entries, *picking.askable(entries))}


def condition(t: Translator, source: str, about: Known) -> str:
    """A condition in words, as in "recommendation at most 6"; as it is written when it says more than words here."""
    said = _said(t, source, about)
    return said or t("builder.when_expert", source=source if len(source) <= 60 else f"{source[:59]}…")


def _said(t: Translator, source: str, about: Known) -> str | None:
    picked = picking.read(source)
    if picked is not None:
        return _joint(t, picked.any).join(term(t, each, about) for each in picked.terms)
    found = nested.parts(source)
    if found is None:
        return None
    told = [(_said(t, part, about), nested.parts(part) is not None) for part in found[1]]
    if any(said is None for said, _ in told):
        return None
    return _joint(t, found[0]).join(t("builder.bracketed", text=said) if joined else str(said) for said, joined in told)


def _joint(t: Translator, any: bool) -> str:
    return t("builder.joint_any" if any else "builder.joint_all")


def term(t: Translator, said: Term, about: Known) -> str:
    """One row in words."""
    entry = about.get(said.name, {})
    told = [_value(t, entry, said.sign, each, about) for each in said.values]
    values = t("builder.joint_values").join(told)
    return t(f"builder.said_{word(entry, said.sign)}", name=name(t, entry, said.name), values=values)


def _value(t: Translator, entry: Mapping[str, Any], sign: str, said: picking.Value, about: Known) -> str:
    if sign in ("below", "above"):
        return t("builder.quoted", text=name(t, about.get(str(said), {}), str(said)))
    return t(f"builder.format_{said}") if sign == "format" else value(t, entry, said)


_WORDS = {
    "<=": "most", ">=": "least", "==": "is", "!=": "isnt", "most": "fewer", "fewest": "fewest",
}  # fmt: skip
_WORDS_OF = {
    ("date", "<="): "latest", ("date", ">="): "earliest",
    ("date", "below"): "not_after", ("date", "above"): "not_before",
}  # fmt: skip


def word(entry: Mapping[str, Any], sign: str) -> str:
    """The name of a comparison in our words, where they depend on what is compared."""
    return _WORDS_OF.get((picking.storage(entry), sign)) or _WORDS.get(sign, sign)


def jump(t: Translator, skip: Mapping[str, Any], about: Known) -> str:
    """A jump in words, as in "recommendation at least 9 → the end"."""
    return t("builder.jump_said", when=condition(t, str(skip.get("if", "")), about), to=place(t, skip.get("to"), about))


def place(t: Translator, to: Any, about: Known) -> str:
    """Where a jump leads."""
    return t("builder.to_end") if to == END else name(t, about.get(str(to), {}), str(to))


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
    plain = picking.storage(entry) in ("score", "number", "date") or not isinstance(said, str)
    return str(said) if plain else t("builder.quoted", text=said)


def short(t: Translator, entry: Mapping[str, Any]) -> str:
    """A question to pick among others: its text, that of a row behind the question's."""
    own = t.pick(entry.get("label")) or str(entry.get("id", ""))
    return f"{t.pick(entry['within'])} › {own}" if entry.get("within") else own


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
