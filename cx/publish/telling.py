"""Changes of a survey in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cx.survey.diff import Change
from cx.words import Translator

if TYPE_CHECKING:
    from cx.bank.model import Model

LONGEST = 70
_MOST_NAMES = 4
_MEMBERS = ("journey", "stage", "touchpoint", "brand")
# Changes whose values are words of ours: the beginning of their keys.
_WORDS = {
    "type": "publish.type_",
    "survey_nps_kind": "surveys.kind_",
    **dict.fromkeys(("asks", "order", "page_order", "kind", "survey_kind", "minimum", "maximum"), "publish.value_"),
}


def tell(change: Change, t: Translator, model: Model | None = None) -> str:
    """One change as a sentence; a grave one says that answers before and after cannot be compared."""
    said = say(change, t, model)
    return t("publish.diff_not_comparable", change=said) if change.level == "major" else said


def say(change: Change, t: Translator, model: Model | None = None) -> str:
    """One change as a sentence, without what it means."""
    values = {key: _shown(change, key, value, t, model) for key, value in change.values.items()}
    if change.code in ("translated", "untranslated"):
        name = values.get("name")
        values["where"] = t("publish.where_question", name=name) if name else t("publish.where_survey")
    return t(f"publish.diff_{change.code}", **values)


def _shown(change: Change, key: str, value: object, t: Translator, model: Model | None) -> str:
    if value in (None, (), ""):
        return t("publish.diff_nothing")
    known = {"lang": "surveys.lang_", "dimension": "dimension."}.get(key) or _WORDS.get(change.code)
    if known and isinstance(value, str) and t.has(f"{known}{value}"):
        return t(f"{known}{value}")
    member = str(change.values.get("dimension", change.code.removeprefix("row_")))
    if member in _MEMBERS and key in ("old", "new") and model is not None:
        return model.label(member, str(value), t)
    if isinstance(value, dt.date):
        return t.date(value)
    if isinstance(value, tuple):
        return _several(value, key, t)
    return _short(t.pick(value) if isinstance(value, Mapping) else str(value))


def _several(parts: tuple[object, ...], key: str, t: Translator) -> str:
    texts = [_short(t.pick(part) if isinstance(part, Mapping) else str(part)) for part in parts[:_MOST_NAMES]]
    if key == "names":
        texts = [t("publish.where_question", name=text) for text in texts]
    return ("、" if t.lang == "zh" else ", ").join(texts) + (" …" if len(parts) > _MOST_NAMES else "")


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= LONGEST else one_line[: LONGEST - 1] + "…"
