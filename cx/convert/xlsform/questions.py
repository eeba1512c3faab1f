"""One row of a form as a question of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cx.convert import hints
from cx.convert.conditions import Conditions
from cx.convert.expressions import Kind as Answer
from cx.convert.expressions import NotCarried
from cx.convert.expressions.kinds import Name
from cx.convert.guess import is_nps
from cx.convert.names import choice_ids
from cx.convert.pieces import Label, Option, Pieces
from cx.convert.report import Report
from cx.convert.xlsform import filters
from cx.convert.xlsform.bounds import bounds
from cx.convert.xlsform.form import REFERENCE, Form, Node, yes

_TYPES = {
    "text": "text", "phone": "text", "barcode": "text", "place": "text", "time": "text", "integer": "number",
    "decimal": "number", "percentage": "number", "date": "date", "datetime": "date", "acknowledge": "yes_no",
    "photo": "photo", "single": "single", "multiple": "multiple", "ranking": "ranking", "range": "slider",
    "note": "note", "calculate": "computed", "today": "computed",
}  # fmt: skip
_ANSWERS: dict[str, Name] = {
    "integer": "whole", "percentage": "whole", "decimal": "number", "range": "number", "date": "date",
    "datetime": "date", "single": "choice", "multiple": "choices", "ranking": "choices",
}  # fmt: skip
_IN_ANOTHER_WAY = ("barcode", "place", "time", "datetime", "acknowledge")
_PLAIN_LOOKS = ("w", "numbers", "pages", "field-list", "no-ticks", "minimal", "horizontal", "vertical", "columns")
_TEXT_RESULT = re.compile(r"\b(concat|string|substr|substring-before|substring-after|join|format-date|format-date-time"
                          r"|jr:choice-name|selected-at|translate|once|now|today|uuid|pulldata)\s*\(")  # fmt: skip


@dataclass
class Questions:
    """Makes questions of one form; ``label`` reads a column's text of a node, ids are known beforehand."""

    form: Form
    report: Report
    pieces: Pieces
    conditions: Conditions
    label: Callable[..., Label]
    ids: dict[str, str]
    kinds: dict[str, Answer]

    def made(self, node: Node) -> dict[str, Any] | None:
        """The question of a node; None where nothing of ours holds it, which is reported."""
        kind = node.kind.name
        if node.extra.get("part_of") or node.extra.get("survey"):
            return None
        if node.is_matrix:
            return self._matrix(node)
        if node.name and kind in ("metadata", "hidden", "setting"):
            self.report.dropped(node.place, kind, name=node.name, type=node.row["type"])
            return None
        if kind not in _TYPES:
            self.report.lost(
                node.place, "choices_elsewhere" if kind.endswith("_file") else "type", type=node.row["type"]
            )
            return None
        id = self.ids[node.path]
        if kind in ("calculate", "today") or (node.row["calculation"] and yes(node.row["read_only"])):
            return self._computed(node, id)
        text = self.label(node, "label")
        if kind == "note":
            return self._note(node, id, text)
        if kind in ("single", "multiple", "ranking") and not self._rows(node):
            self.report.lost(node.place, "choices_elsewhere", type=node.row["type"])
            return None
        made = {"id": id, "type": _TYPES[kind], "label": self.pieces.named(node.place, text, node.name)}
        made |= {"help": hint} if (hint := self.label(node, "hint")) else {}
        made |= self._own(node, made)
        made = hints.applied(made, node.extra)
        self._asked(node, made)
        self.report.carried(node.place, id)
        if kind in _IN_ANOTHER_WAY:
            self.report.approximated(node.place, f"asked_{kind}")
        return made

    def _matrix(self, node: Node) -> dict[str, Any]:
        """A group that was a table of ours."""
        id, rows = self.ids[node.path], [child for child in node.children if child.extra.get("row")]
        made: dict[str, Any] = {"id": id, "type": "matrix", "label": self.label(node, "label")}
        made["rows"] = [{"id": row.extra["row"], "label": self.label(row, "label")} for row in rows]
        for row, part in zip(rows, made["rows"], strict=True):
            relevant = row.row["relevant"]
            if relevant and (shown := self.conditions.carried(node.place, "show_if", relevant)):
                part["show_if"] = shown
        first = rows[0]
        if self._rows(first):
            made["choices"] = self._own(first, made)["choices"]
        made |= {"help": hint} if (hint := self.label(node, "hint")) else {}
        self.report.carried(node.place, id)
        return hints.applied(made, node.extra)

    def _note(self, node: Node, id: str, text: Label) -> dict[str, Any] | None:
        text = text or self.label(node, "hint")
        if text:
            return {"id": id, "type": "note", "label": text}
        self.report.dropped(node.place, "note_empty")
        return None

    def _computed(self, node: Node, id: str) -> dict[str, Any] | None:
        source = node.row["calculation"] or node.row["default"] or "today()"
        value = self.conditions.carried(node.place, "value", source)
        asked = node.kind.name not in ("calculate", "today")
        if asked and value:
            self.report.carried(node.place, id)
        elif asked:
            self.report.lost(node.place, "type", type=node.row["type"])
        if not value:
            return None
        made = {"id": id, "type": "computed", "value": value, "as": result(node, self.kinds)}
        return hints.applied(made, node.extra)

    def _rows(self, node: Node) -> tuple[Any, ...]:
        lists = self.form.external if node.kind.external else self.form.lists
        return () if "search(" in node.row["appearance"] else lists.get(node.kind.list, ())

    def _own(self, node: Node, made: dict[str, Any]) -> dict[str, Any]:
        """What belongs to the type."""
        kind, parameters = node.kind.name, _parameters(node.row["parameters"])
        if kind in ("single", "multiple", "ranking"):
            options = self._options(node, made["id"])
            random = {"order": "random"} if parameters.get("randomize", "").lower() == "true" else {}
            return {"choices": self.pieces.choices(node.place, options, kind == "multiple")} | random
        if kind == "range":
            return self._range(node, made, parameters)
        if kind == "decimal":
            return {"decimals": 4}
        if kind == "percentage":
            return {"min": 0, "max": 100, "unit": "%"}
        if kind == "time":
            return {"max_length": 5, "validate": [_clock(made["id"], self.pieces)]}
        return {"long": True} if "multiline" in node.row["appearance"] else {}

    def _options(self, node: Node, id: str) -> list[Option]:
        """The choices of its list; with "or_other" the last asks what is meant, where a choice can."""
        own = node.kind.or_other and node.kind.name != "ranking"
        found = [
            Option(row["name"], self.label(node, "label", row), ("other",) * (own and row["name"] == "other"), shown)
            for row, shown in zip(self._rows(node), self._shown(node), strict=True)
        ]
        if node.kind.list in self.form.with_other and "other" not in {option.value for option in found}:
            found.append(Option("other", self.pieces.words("other"), ("other",) * own))
        if own:
            self.report.carried(f"{node.place}_other", f"{id}.other")
        elif node.kind.or_other:
            self.report.lost(f"{node.place}_other", "other_ranked")
        return found

    def _shown(self, node: Node) -> list[str]:
        """When each choice of its list shows."""
        rows, source = self._rows(node), node.row["choice_filter"]
        try:
            return filters.shown(source, rows, self.conditions) if source else [""] * len(rows)
        except NotCarried:
            self.report.approximated(node.place, "choice_filter", value=source)
            return [""] * len(rows)

    def _range(self, node: Node, made: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
        low, high, step = (parameters.get(key, usual) for key, usual in (("start", "1"), ("end", "10"), ("step", "1")))
        ours = node.extra.get("type") == "slider"
        if (low, high, step) == ("0", "10", "1") and not ours and is_nps(made["label"], made["id"]):
            return {"type": "nps"}
        return {"min": number(low), "max": number(high), "step": number(step)}

    def _asked(self, node: Node, made: dict[str, Any]) -> None:
        """When it is asked, what it needs, what is checked."""
        row, place, id = node.row, node.place, made["id"]
        if row["required"] and row["required"].lower() not in ("no", "false", "false()", "0"):
            if yes(row["required"]):
                made["required"] = True
            elif needed := self.conditions.carried(place, "required_if", row["required"]):
                made["required_if"] = needed
        if row["constraint"]:
            self._constraint(node, made)
        if node.kind.name == "acknowledge" and made.get("required"):
            made["validate"] = [{"rule": id, "message": self.pieces.words("acknowledge")}]
        for column in ("default", "read_only"):
            if row[column] and not (column == "read_only" and not yes(row[column])):
                self.report.dropped(place, column, value=row[column])
        looks = [look for look in row["appearance"].split() if not look.startswith((*_PLAIN_LOOKS, "multiline"))]
        if looks and not row["cx"]:
            self.report.approximated(place, "appearance", value=" ".join(looks))
        if any(column in row.texts for column in ("image", "audio", "video", "big-image")):
            self.report.dropped(place, "media")

    @staticmethod
    def _fits(found: Mapping[str, Any], made: Mapping[str, Any]) -> bool:
        """Whether limits of a choice are about choices that are there."""
        ids = [choice["id"] for choice in made.get("choices", ())]
        counts = [found[key] for key in ("min_choices", "max_choices") if key in found]
        return set(found.get("exclusive", ())) <= set(ids) and max(counts, default=0) <= max(1, len(ids))

    def _constraint(self, node: Node, made: dict[str, Any]) -> None:
        found = bounds(node.row["constraint"], made["type"], made.get("decimals", 0))
        if found is not None and self._fits(found, made):
            for choice in made.get("choices", ()):
                choice |= {"exclusive": True} if choice["id"] in found.get("exclusive", ()) else {}
            made |= {key: value for key, value in found.items() if key != "exclusive"}
            return
        if rule := self.conditions.carried(node.place, "rule", node.row["constraint"], node.name):
            message = self.label(node, "constraint_message") or self.pieces.words("rule_broken")
            made.setdefault("validate", []).append({"rule": rule, "message": message})


def answer(node: Node, form: Form, known: Mapping[str, Answer]) -> Answer | None:
    """What a node's answer is in conditions; None where it has none. ``known`` are those before it, by their name."""
    kind = node.kind.name
    if kind not in _TYPES or kind == "note" or node.extra.get("part_of"):
        return None
    if kind in ("calculate", "today"):
        return Answer(node.extra.get("as") or result(node, known))
    if kind == "acknowledge":
        return Answer("choice", ("OK",))
    rows = (form.external if node.kind.external else form.lists).get(node.kind.list, ())
    ids = choice_ids(row["name"] for row in rows)
    return Answer(_ANSWERS.get(kind, "text"), tuple(ids.values()), ids, ordered=kind == "ranking")


def yes_no(node: Node) -> Mapping[str, str]:
    """What their values mean where a question of one choice asks yes or no here; empty for every other question."""
    if node.kind.name == "acknowledge":
        return {"OK": "true"}
    return {"yes": "true", "no": "false"} if node.extra.get("type") in ("yes_no", "contact") else {}


def result(node: Node, known: Mapping[str, Answer]) -> Literal["text", "number"]:
    """What a calculation gives, told by its functions and by what it takes its parts from."""
    source = node.row["calculation"] or node.row["default"] or "today()"
    if _TEXT_RESULT.search(source) or re.search(r"""['"][^'"]*['"]\s*[,)]|^\s*['"][^'"]*['"]\s*$""", source):
        return "text"
    kinds = {known[name].name for _, name in REFERENCE.findall(source) if name in known}
    plain = not re.search(r"[-+*<>=]|\bdiv\b|\bmod\b|\d", REFERENCE.sub("", source))
    return "text" if plain and kinds & {"text", "choice", "choices", "date"} else "number"


def number(text: str) -> int | float:
    """A number as YAML writes it; 0 where there is none."""
    try:
        value = float(text)
    except ValueError:
        return 0
    return int(value) if value.is_integer() else value


def _parameters(cell: str) -> dict[str, str]:
    return {key.lower(): value for key, value in re.findall(r"([\w-]+)\s*=\s*([^\s;,]+)", cell)}


def _clock(id: str, pieces: Pieces) -> dict[str, Any]:
    return {"rule": f"{id}.matches('^([01]?[0-9]|2[0-3]):[0-5][0-9]$')", "message": pieces.words("clock")}
