"""What every kind of SurveyJS question needs while it is made into ours: ids, texts, names for conditions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from cx.convert.expressions import Kind
from cx.convert.expressions.terms import quoted
from cx.convert.names import Ids, clean
from cx.convert.pieces import Label, Option, Pieces
from cx.convert.report import Report
from cx.convert.surveyjs.source import Element, Texts, items, written

Made = dict[str, Any]

_MOST_OPTIONS = 1000
_ITEM = re.compile(r"\{(?:item|choice)\}")


class Making:
    """The state of one conversion. Names are learned in order, so a text can repeat earlier answers only."""

    def __init__(self, texts: Texts, report: Report, makers: Mapping[str, Callable[..., list[Made]]]) -> None:
        self.texts, self.report, self.makers = texts, report, makers
        self.pieces = Pieces(texts.codes, report)
        self.ids = Ids()
        self.names: dict[str, str] = {}
        self.kinds: dict[str, Kind] = {}
        self.pipes: set[str] = set()
        self.offered: dict[str, list[Option]] = {}
        """What there is to choose from, by their question."""

    def learn(self, name: str, id: str, kind: Kind, pipes: bool = True) -> None:
        """From now on expressions know this variable; ``pipes`` when texts may repeat it."""
        self.names.setdefault(name, id)
        self.kinds.setdefault(name, kind)
        if pipes:
            self.pipes.add(id)

    def id(self, name: str) -> str:
        """Our id of a variable. Raises KeyError."""
        return self.names[name]

    def label(self, raw: object, place: str) -> Label:
        """A text, with variables as ours."""
        return self.texts.label(raw, place, self._piped)

    def _piped(self, name: str) -> str | None:
        id = self.names.get(name)
        base, _, row = name.rpartition(".")
        if id is None and base in self.names and row in self.kinds[base].rows:
            return "{{" + f"{self.names[base]}.{self.kinds[base].rows[row]}" + "}}"
        return "{{" + id + "}}" if id in self.pipes else None

    def question(self, element: Element, type: str, name: str | None = None, title: object = None) -> Made:
        """The beginning of a question: id, type, label, help, whether it is required."""
        name = element.name if name is None else name
        place = element.name
        label = self.label(element.json.get("title") if title is None else title, place)
        made: Made = {"id": self.ids.question(name), "type": type, "label": label or clean(name) or "–"}
        if hint := self.label(element.json.get("description"), place):
            made["help"] = hint
        if element.json.get("isRequired") in (True, "true"):
            made["required"] = True
        self.report.carried(place, made["id"])
        return made

    def options(self, place: str, values: object, every_one: object = None) -> list[Option]:
        """Choices with their texts; the value stands for a missing one. ``every_one`` is a condition on each of them,
        which calls it ``{item}``."""
        found = []
        for item in items(values)[:_MOST_OPTIONS]:  # a survey of ours holds 200
            value = written(item["value"])
            flags = {"exclusive": "isExclusive", "other": "showCommentArea"}
            own = tuple(ours for ours, theirs in flags.items() if item.get(theirs) is True)
            shown = [str(source) for source in (item.get("visibleIf"), item.get("enableIf"), every_one) if source]
            if item.get("enableIf"):
                self.report.approximated(place, "enable_if")
            source = _ITEM.sub(lambda _, value=value: quoted(value), joined_by_and(shown))
            found.append(Option(value, self.label(item.get("text"), place) or clean(value), own, source))
        return found


def joined_by_and(sources: list[str]) -> str:
    """Conditions of theirs that all have to hold, as one."""
    return " and ".join(f"({source})" for source in sources) if len(sources) > 1 else "".join(sources)
