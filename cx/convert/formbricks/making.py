"""The bench on which Formbricks' elements become ours: ids, texts with recalls, what became of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cx.convert.formbricks.reading import Form, Texts
from cx.convert.names import Ids, slug
from cx.convert.pieces import Label, Made, Pieces, plain
from cx.convert.report import Report

Element = Mapping[str, Any]
_RECALL = re.compile(r"#recall:([^/#\s]+)/fallback:([^#]*)#")
_NAME_LENGTH = 32


@dataclass(frozen=True)
class Known:
    """An element that stands in ours: our id (None for a note), our type, their values → our choice ids, rows."""

    id: str | None
    type: str
    values: Mapping[str, str]
    rows: Mapping[str, str]
    required: bool = False


class Making:
    """Makes elements in order and remembers what became of each."""

    def __init__(self, form: Form, report: Report) -> None:
        self.form, self.report = form, report
        self.pieces = Pieces(form.languages, report)
        self.ids = Ids()
        self.known: dict[str, Known] = {}
        self.placeholders = False

    def text(self, said: object, place: str = "") -> Label:
        """A text of theirs, with what it recalls."""
        texts = said if isinstance(said, Texts) else {self.form.languages[0]: str(said or "")}

        def recall(match: re.Match[str]) -> str:
            known = self.known.get(match.group(1))
            fallback = re.sub(r"[{}|]", "", match.group(2).replace("nbsp", " ")).strip()
            if known and known.id:
                return f"{{{{{known.id}|{fallback}}}}}" if fallback else f"{{{{{known.id}}}}}"
            self.report.dropped(place, "piping", name=match.group(1))
            return fallback

        return self.pieces.label({lang: plain(text, _RECALL, recall) for lang, text in texts.items()})

    def asked(self, element: Element, place: str, type: str, **keys: Any) -> Made:
        """A question with the texts of an element."""
        label, help = self.text(element.get("headline"), place), self.text(self._below(element), place)
        if not label:
            label, help = help, ""
        id = keys.pop("id", None) or self.id(element, place)
        made = {"id": id, "type": type, "label": self.pieces.named(place, label, place), "help": help}
        return made | ({"required": True} if element.get("required") and type != "note" else {}) | keys

    def _below(self, element: Element) -> object:
        return element.get("subheader") or element.get("html") or element.get("description")

    def id(self, element: Element, place: str) -> str:
        """A speaking id where the headline is in our letters."""
        said = element.get("headline")
        texts = [said.get("en", ""), *said.values()] if isinstance(said, Texts) else [str(said or "")]
        words = slug(re.sub(r"<[^>]*>|#recall[^#]*#", " ", texts[0] if texts else ""))
        if len(words) > _NAME_LENGTH:
            words = words[:_NAME_LENGTH].rpartition("_")[0] or words[:_NAME_LENGTH]
        return self.ids.question(words or place)

    def know(
        self, place: str, made: Made, values: Mapping[str, str] | None = None, rows: Mapping[str, str] | None = None
    ) -> list[Made]:
        """Remember an element for conditions and recalls."""
        id = None if made["type"] == "note" else made["id"]
        self.known[place] = Known(id, made["type"], values or {}, rows or {}, bool(made.get("required")))
        return [made]

    def lost(self, place: str, code: str, **values: object) -> list[Made]:
        """Tell that an element does not stand in ours."""
        self.report.lost(place, code, **values)
        return []
