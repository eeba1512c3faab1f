"""The bench on which Qualtrics' questions become ours: ids, texts with piping, choices, what became of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cx.convert.names import Ids
from cx.convert.pieces import Label, Made, Option, Pieces, joined, length, plain
from cx.convert.qsf.logic import Known
from cx.convert.qsf.reading import Asked, Form, mapping, sequence
from cx.convert.report import Report
from cx.survey.lists import MOST_CHOICES

_PIPED = re.compile(r"\$\{([a-z]+)://((?:[^{}]|\{[^{}]*\})*)\}")
_QUESTION = re.compile(
    r"(QID\w+)/(ChoiceGroup/SelectedChoices\w*|ChoiceTextEntryValue|ChoiceNumericEntryValue)(?:/(\w+))?"
)
_CARRIED = re.compile(r"q://(QID\w+)/")
_LONG_HEAD = 160


class Making:
    """Makes questions in order and remembers what became of each."""

    def __init__(self, form: Form, report: Report) -> None:
        self.form, self.report = form, report
        self.pieces = Pieces(tuple(form.languages.values()), report)
        self.ids = Ids()
        self.known: dict[str, Known] = {}

    def text(self, said: Mapping[str, object], place: str) -> Label:
        """A text by their language codes, with what it pipes in."""

        def pipe(match: re.Match[str]) -> str:
            found = _QUESTION.fullmatch(match.group(2).replace("\\/", "/"))
            known = self.known.get(found.group(1)) if found and match.group(1) == "q" else None
            if found and known and known.type != "contact":
                part = found.group(3)
                if part is None or part not in (known.rows or known.values):
                    return f"{{{{{known.id}}}}}" if not known.rows else self._unpiped(match, place)
                return f"{{{{{known.rows[part]}}}}}" if known.rows else f"{{{{{known.id}.{known.values[part]}}}}}"
            return self._unpiped(match, place)

        spoken = {ours: said.get(theirs) for theirs, ours in self.form.languages.items()}
        return self.pieces.label({lang: plain(text, _PIPED, pipe) for lang, text in spoken.items() if text})

    def _unpiped(self, match: re.Match[str], place: str) -> str:
        self.report.dropped(place, "piping", name=f"{match.group(1)}://{match.group(2)}"[:80])
        return "…"

    def said(self, q: Asked, *way: str) -> Label:
        """A text of a question in every language: ``said(q, "Choices", "2", "Display")``."""
        own = next(iter(self.form.languages))
        found = {own: _at(q.body, way)}
        for code, spoken in mapping(q.body.get("Language")).items():
            found.setdefault(code, _at(spoken, way))
        return self.text(found, q.id)

    def head(self, q: Asked) -> Label:
        """What is asked."""
        return self.said(q, "QuestionText")

    def options(self, q: Asked, key: str = "Choices") -> list[Option]:
        """Choices or answers of a question; before its own those that are carried over from another."""
        found = []
        source = _CARRIED.match(str(mapping(q.body.get("DynamicChoices")).get("Locator") or ""))
        asked = self.form.questions.get(source.group(1)) if source and key == "Choices" else None
        if asked and not asked.body.get("DynamicChoices"):
            self.report.approximated(q.id, "carried_choices", source=asked.tag)
            found = self.options(asked)
        for number, one in q.entries(key):
            if mapping(one.get("DisplayLogic")):
                self.report.dropped(q.id, "choice_filter", value=str(one.get("Display"))[:80])
            flags = [
                flag for flag, name in (("other", "TextEntry"), ("exclusive", "ExclusiveAnswer")) if _on(one, name)
            ]
            found.append(Option(number, self.said(q, key, number, "Display"), tuple(flags)))
        return found

    def choices(
        self, q: Asked, options: list[Option], flags: tuple[str, ...] = (), most: int = MOST_CHOICES
    ) -> tuple[list[Made], dict[str, str]]:
        """Choices of ours and their number → our id. Recoded values become our ids where each is another."""
        codes = mapping(q.body.get("RecodeValues"))
        values = {option.value: str(codes.get(option.value, option.value)) for option in options}
        if len(set(values.values())) < len(values):
            values = {value: value for value in values}
        fixed = {
            str(number)
            for number in sequence(mapping(mapping(q.body.get("Randomization")).get("Advanced")).get("FixedOrder"))
        }
        kept = [
            Option(
                values[option.value], option.label,
                tuple(flag for flag in option.flags if flag in flags) + (("fixed",) if option.value in fixed else ()),
            )
            for option in options
        ]  # fmt: skip
        made = self.pieces.choices(q.id, kept, "exclusive" in flags, most)
        return made, {option.value: one["id"] for option, one in zip(options, made, strict=False)}

    def order(self, q: Asked) -> str | None:
        """Whether choices or rows come in random order; other arrangements are told."""
        how = mapping(q.body.get("Randomization")).get("Type")
        if how in (None, "None", "", "All"):
            return "random" if how == "All" else None
        self.report.approximated(q.id, "randomization", how=str(how))
        return "random" if how in ("Advanced", "Subset") else None

    def id(self, q: Asked, part: str = "") -> str:
        """A new id, from the name in exports."""
        return self.ids.question(f"{q.tag}_{part}" if part else q.tag)

    def made(self, q: Asked, type: str, id: str | None = None, **keys: Any) -> Made:
        """A question of ours with the text of theirs."""
        label = self.pieces.named(q.id, self.head(q), q.tag)
        return self._whole(q, {"id": id or self.id(q), "type": type, "label": label} | keys)

    def part(self, q: Asked, number: str, type: str, label: Label, **keys: Any) -> Made:
        """A question of ours for a part of theirs."""
        head = self.head(q)
        name = label or number
        return self._whole(
            q, {"id": self.id(q, number), "type": type, "label": name if _heads(head) else joined(head, name)} | keys
        )

    def heading(self, q: Asked) -> list[Made]:
        """A long question of many parts as a note above them."""
        head = self.head(q)
        return [{"id": self.id(q, "note"), "type": "note", "label": head}] if _heads(head) else []

    def _whole(self, q: Asked, made: Made) -> Made:
        made = {key: value for key, value in made.items() if value not in (None, "", [], {})}
        if made["type"] not in ("note", "computed") and q.settings.get("ForceResponse") == "ON":
            made["required"] = True
        return made

    def know(self, q: Asked, made: Made | str, type: str, **maps: Mapping[str, str]) -> None:
        """Remember what a question became."""
        self.known[q.id] = Known(made if isinstance(made, str) else made["id"], type, **maps)

    def lost(self, q: Asked, code: str, **values: object) -> list[Made]:
        """Tell that a question does not stand in ours."""
        self.report.lost(q.id, code, **values)
        return []


def _heads(head: Label) -> bool:
    return length(head) > _LONG_HEAD


def _at(value: object, way: tuple[str, ...]) -> object:
    for step in way:
        if isinstance(value, list):
            value = value[int(step)] if step.isdigit() and int(step) < len(value) else None
        else:
            value = mapping(value).get(step)
    return value if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _on(one: Mapping[str, Any], key: str) -> bool:
    return str(one.get(key, "")).lower() in ("true", "on", "1", "yes")
