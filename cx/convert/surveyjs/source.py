"""A SurveyJS definition as it is written: elements in order with what shows them, texts in several languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cx.convert import hints
from cx.convert.names import TAG, language
from cx.convert.pieces import Label, plain
from cx.convert.report import Report

Json = Mapping[str, Any]
VARIABLE = re.compile(r"\{([^{}\n]{1,200})\}")
PANELS = ("panel", "flowpanel")
_DEEPEST = 20


@dataclass(frozen=True)
class Element:
    """A question where it stands: ``page`` from 0, ``shown`` the conditions of the panels around it and its own."""

    json: Json
    page: int
    shown: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name: what expressions call it."""
        return str(self.json.get("name") or "")

    @property
    def type(self) -> str:
        """Its type; a panel whose title is to be read is a ``heading``."""
        return str(self.json.get("type") or "text").lower()

    @property
    def extra(self) -> dict[str, Any]:
        """What was ours before and theirs could not hold."""
        return hints.read(self.json.get("cx"))


def pages(survey: Json) -> list[Json]:
    """The pages; one where the elements stand in the survey itself."""
    given = survey.get("pages")
    if isinstance(given, list) and given:
        return [page for page in given if isinstance(page, dict)]
    return [{key: survey[key] for key in ("elements", "questions") if key in survey}]


def elements(page: Json, number: int) -> list[Element]:
    """All questions of a page, those in panels too; a panel's title comes before them as a ``heading``."""
    return list(_inside(page, number, (), 0))


def _inside(holder: Json, page: int, shown: tuple[str, ...], depth: int) -> Iterator[Element]:
    children = holder.get("elements") or holder.get("questions") or []
    for child in children if isinstance(children, list) and depth < _DEEPEST else []:
        if not isinstance(child, dict):
            continue
        conditions = (*shown, *conditions_of(child))
        if str(child.get("type")).lower() not in PANELS:
            yield Element(child, page, conditions)
            continue
        if child.get("title") or child.get("description"):
            yield Element({**child, "type": "heading"}, page, conditions)
        yield from _inside(child, page, conditions, depth + 1)


def conditions_of(json: Json) -> tuple[str, ...]:
    """What shows or enables a page, panel or question; ``false`` where it never shows."""
    found = [str(json[key]) for key in ("visibleIf", "enableIf") if json.get(key)]
    hidden = json.get("visible") is False and not json.get("visibleIf")
    return ("false", *found) if hidden else tuple(found)


def items(values: object) -> list[dict[str, Any]]:
    """Choices, columns or rows, each with ``value`` and perhaps ``text``."""
    found = []
    for entry in values if isinstance(values, list) else []:
        if isinstance(entry, dict):
            value = entry.get("value", entry.get("name", entry.get("text")))
            if value is not None and not isinstance(value, dict | list):
                found.append({**entry, "value": value})
        elif isinstance(entry, str) and "|" in entry:
            value, _, text = entry.partition("|")
            found.append({"value": value, "text": text})
        elif entry is not None and not isinstance(entry, list):
            found.append({"value": entry})
    return found


def written(value: object) -> str:
    """A value as an expression would write it: whole numbers without point, true and false in small letters."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


class Texts:
    """The texts of one survey. ``put`` says what stands for a variable in braces, None: it stays as it is."""

    def __init__(self, survey: Json, report: Report) -> None:
        self.own = language(str(survey.get("locale") or "en"), "en") or "en"
        codes = sorted(set(_codes(survey)))
        self.codes = [self.own, *(code for code in codes if code != self.own)]
        self.report = report

    def label(self, raw: object, place: str = "", put: Callable[[str], str | None] = lambda name: None) -> Label:
        """A text as ours, its own language first."""
        given = raw if isinstance(raw, dict) else {"default": raw}
        texts: dict[str, str] = {}
        for name, text in given.items():
            if isinstance(text, str | int | float) and text != "":
                if TAG.search(str(text)):
                    self.report.approximated(place, "formatting")
                code = self.own if name == "default" else language(name, self.own) or self.own
                texts[code] = plain(text, VARIABLE, lambda found: _put(found, put))
        kept = {code: texts[code] for code in self.codes if texts.get(code)}
        return kept if len(kept) > 1 else next(iter(kept.values()), "")


def _put(found: re.Match[str], put: Callable[[str], str | None]) -> str:
    filled = put(found.group(1).strip())
    return found.group() if filled is None else filled


def _codes(value: object) -> Iterator[str]:
    """Codes of the languages of localised texts: mappings from ``default`` and codes to texts."""
    if isinstance(value, dict):
        if "default" in value and all(isinstance(text, str) for text in value.values()):
            yield from (code for name in value if name != "default" and (code := language(name)))
        for part in value.values():
            yield from _codes(part)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            yield from _codes(part)
