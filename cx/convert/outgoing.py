"""What both ways out share: conditions and texts in their language, and what is told as lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cx.convert import hints
from cx.convert.expressions import NotCarried
from cx.convert.from_cel import Writer
from cx.convert.report import Report
from cx.survey.schema import Survey
from cx.words import FALLBACK, LANGUAGES, Translator

_PIPE = re.compile(r"\{\{\s*([\w.-]+)\s*(?:\|([^{}]*))?\}\}")
_OF_SURVEY = ("quotas", "sampling", "opens", "closes", "embed")
"""What changes for whom and when a survey is open."""
_CHANGES = ("not_applicable", "parts_shown", "order", "max_photos", "min_choices", "max_choices", "skip")
"""Hints whose absence somebody who answers would notice."""


class Outgoing:
    """One survey on its way out."""

    def __init__(self, survey: Survey, writer: Writer, report: Report) -> None:
        self.survey, self.writer, self.report = survey, writer, report
        self.said: dict[str, str] = {}
        """Their conditions → ours, so that one that comes back unchanged is as it was written."""

    def take(self, question: dict[str, Any], key: str, place: str | None = None) -> str | None:
        """Take a condition out of a question, in their language; one that cannot be carried stays, and is told."""
        if key not in question:
            return None
        found = self.condition(str(question[key]), key, place or str(question["id"]))
        if found is not None:
            del question[key]
        return found

    def condition(self, cel: str, part: str, place: str) -> str | None:
        """A condition (or value) in their language; None where it is lost."""
        try:
            theirs = self.writer.value(cel) if part == "value" else self.writer.condition(cel)
        except NotCarried as why:
            self.report.dropped(place, "condition", part=part, expression=cel, reason=why.reason)
            return None
        self.said[theirs] = cel
        return theirs

    def shown(self, parts: Iterable[Mapping[str, Any]], place: str) -> tuple[dict[str, str], dict[str, str]]:
        """The conditions of choices or rows by id: in their language, and those that stay ours."""
        theirs, ours = {}, {}
        for part in parts:
            if "show_if" in part:
                found = self.condition(str(part["show_if"]), "show_if", place)
                (ours if found is None else theirs)[part["id"]] = part["show_if"] if found is None else found
        return theirs, ours

    def rules(self, question: dict[str, Any]) -> list[tuple[str, Any]]:
        """Take out the checks that can be carried, as (condition, message)."""
        found, kept = [], []
        for rule in question.pop("validate", ()):
            theirs = self.condition(rule["rule"], "rule", str(question["id"]))
            if theirs is None:
                kept.append(rule)
            else:
                found.append((theirs, rule["message"]))
        if kept:
            question["validate"] = kept
        return found

    def text(self, text: Any, place: str) -> Any:
        """A text with their way to repeat an answer."""
        if isinstance(text, Mapping):
            return {lang: self.text(part, place) for lang, part in text.items()}

        def put(found: re.Match[str]) -> str:
            if found.group(2):
                self.report.approximated(place, "pipe_fallback", value=found.group(2))
            try:
                return self.writer.reference(found.group(1))
            except KeyError:
                self.report.dropped(place, "piping", name=found.group(1))
                return found.group(2) or "…"

        return _PIPE.sub(put, str(text))

    def words(self, key: str) -> dict[str, str]:
        """Words of ours in the survey's languages; English where we speak none of them."""
        spoken = [lang for lang in self.survey.languages if lang in LANGUAGES] or [FALLBACK]
        return {lang: Translator(lang)(f"convert.{key}") for lang in spoken}

    def left(self, question: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
        """Tell what of a question only the hints hold."""
        for key in _CHANGES:
            if key in kept:
                self.report.dropped(str(question["id"]), f"out_{key}")
        if set(kept) & hints.ASIDE:
            self.report.approximated(str(question["id"]), "kept_aside", keys=", ".join(sorted(set(kept) & hints.ASIDE)))

    def survey_left(self, kept: Mapping[str, Any]) -> None:
        """Tell what of the survey only the hints hold."""
        for key in _OF_SURVEY:
            if key in kept:
                self.report.dropped("", f"out_{key}")
        if aside := sorted(set(kept) - set(_OF_SURVEY)):
            self.report.approximated("", "kept_aside", keys=", ".join(aside))
