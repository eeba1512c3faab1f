"""One question of ours as rows of an XLSForm; what it cannot hold is left in the question, for the hints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cx.convert import hints
from cx.convert.outgoing import Outgoing

Cells = dict[str, Any]
TRANSLATED = ("label", "hint", "constraint_message")


class Rows:
    """The rows and the lists of choices of one survey, filled question by question."""

    def __init__(self, out: Outgoing, types: Mapping[str, str]) -> None:
        self.out, self.report, self.types = out, out.report, types
        self.rows: list[Cells] = []
        self.lists: dict[str, list[Cells]] = {}

    def add(self, cells: Cells, extra: Mapping[str, Any] | None = None) -> None:
        """A row, with hints for the way back."""
        name = str(cells.get("name", ""))
        texts = {column: self.out.text(cells[column], name) for column in TRANSLATED if cells.get(column)}
        self.rows.append(cells | texts | {"cx": hints.write(extra or {})})

    def scale(self, cells: Cells, question: dict[str, Any]) -> None:
        """A whole number on a line; words at its ends go below the question."""
        low, high = {"nps": (0, 10), "ces": (1, 7)}.get(self.types[question["id"]], (1, question.get("points", 5)))
        self.add(cells | {"type": "range", "parameters": f"start={low} end={high} step=1"})
        if "labels" in question:
            self.report.approximated(str(question["id"]), "out_labels")

    def slider(self, cells: Cells, question: dict[str, Any]) -> None:
        """A number on a line."""
        low, high, step = (question.pop(key, 1) for key in ("min", "max", "step"))
        extra = {"type": "slider"} if (low, high, step) == (0, 10, 1) else None  # else it might come back as an NPS
        self.add(cells | {"type": "range", "parameters": f"start={low} end={high} step={step}"}, extra)
        if "labels" in question:
            self.report.approximated(str(question["id"]), "out_labels")

    def chosen(self, cells: Cells, question: dict[str, Any]) -> None:
        """One, some or an order of several; what "other" means is asked by a text behind it."""
        kind = {"single": "select_one", "multiple": "select_multiple"}.get(self.types[question["id"]], "rank")
        name = self._list(question["id"], question.pop("choices"), question)
        cells |= self._counted(cells, question) if kind == "select_multiple" else {}
        random = {"parameters": "randomize=true"} if question.get("order") == "random" else {}
        question.pop("order", None)
        self.add(cells | {"type": f"{kind} {name}", **random})
        if self.types[question["id"]] == "maxdiff":
            self.report.approximated(question["id"], "out_maxdiff")

    def _list(self, id: str, choices: list[Mapping[str, Any]], question: dict[str, Any]) -> str:
        rows = [{"name": choice["id"], "label": self.out.text(choice["label"], id)} for choice in choices]
        if flags := hints.flagged(choices, "exclusive", "fixed", "other"):
            question["flags"] = flags
        if shown := {choice["id"]: choice["show_if"] for choice in choices if "show_if" in choice}:
            question["parts_shown"] = shown
        name = next((name for name, other in self.lists.items() if other == rows), id)
        self.lists[name] = rows
        return name

    def _counted(self, cells: Cells, question: dict[str, Any]) -> Cells:
        """How many may be chosen, and what stands alone, as a check; a check of the author's own goes before."""
        flags = question.get("flags", {})
        parts = [f"count-selected(.) >= {question['min_choices']}"] if "min_choices" in question else []
        parts += [f"count-selected(.) <= {question['max_choices']}"] if "max_choices" in question else []
        alone = [id for id, names in flags.items() if "exclusive" in names]
        parts += [f"not(selected(., '{id}') and count-selected(.) > 1)" for id in alone]
        if not parts:
            return {}
        if cells.get("constraint"):
            return {"constraint": " and ".join([f"({cells['constraint']})", *parts])}
        question.pop("min_choices", None)
        question.pop("max_choices", None)
        return {"constraint": " and ".join(parts)}

    def others(self, cells: Cells, question: dict[str, Any]) -> None:
        """Choices, and a text for each that asks what is meant."""
        several = self.types[question["id"]] == "multiple"
        others = [choice for choice in question["choices"] if choice.get("other")]
        self.chosen(cells, question)
        for choice in others:
            id, value = question["id"], choice["id"]
            is_it = f"selected(${{{id}}}, '{value}')" if several else f"${{{id}}} = '{value}'"
            row = {
                "type": "text",
                "name": f"{id}_{value}".replace(".", "_"),
                "label": choice["label"],
                "relevant": is_it,
            }
            self.add(row, {"part_of": id})

    def yes_no(self, cells: Cells, _question: dict[str, Any]) -> None:
        """Yes or no."""
        self.lists["yes_no"] = [{"name": word, "label": self.out.words(word)} for word in ("yes", "no")]
        self.add(cells | {"type": "select_one yes_no"})

    def number(self, cells: Cells, question: dict[str, Any]) -> None:
        """A number; its limits are a check."""
        decimals = question.get("decimals", 0)
        self.add(cells | {"type": "decimal" if decimals else "integer"} | self._limits(cells, question))
        if decimals == 4:
            del question["decimals"]

    def date(self, cells: Cells, question: dict[str, Any]) -> None:
        """A day; its limits are a check."""
        self.add(cells | {"type": "date"} | self._limits(cells, question))

    def _limits(self, cells: Cells, question: dict[str, Any]) -> Cells:
        limits = [
            f". {sign} {_limit(question[key])}" for key, sign in (("min", ">="), ("max", "<=")) if key in question
        ]
        rule = cells.get("constraint")
        if not limits:
            return {}
        if not rule:
            question.pop("min", None)
            question.pop("max", None)
        return {"constraint": " and ".join([*limits, *([f"({rule})"] if rule else [])])}

    def text(self, cells: Cells, question: dict[str, Any]) -> None:
        """A text."""
        look = {"appearance": "multiline"} if question.pop("long", False) else {}
        self.add(cells | {"type": "text"} | look)

    def photo(self, cells: Cells, _question: dict[str, Any]) -> None:
        """A photo."""
        self.add(cells | {"type": "image"})

    def note(self, cells: Cells, _question: dict[str, Any]) -> None:
        """A text to read."""
        self.add(cells | {"type": "note"})

    def matrix(self, cells: Cells, question: dict[str, Any]) -> None:
        """A question for each row, in a group of its own."""
        id, rows = question["id"], question.pop("rows")
        head = {"type": "begin_group", "name": id, "label": cells["label"], "hint": cells["hint"],
                "relevant": cells.get("relevant", ""), "appearance": "field-list"}  # fmt: skip
        self.add(head, {"required": True} if cells.get("required") == "yes" else {})
        if touchpoints := {row["id"]: row["touchpoint"] for row in rows if row.get("touchpoint")}:
            question["touchpoints"] = touchpoints
        if "choices" in question:
            asked: Cells = {"type": f"select_one {self._list(id, question.pop('choices'), question)}"}
        else:
            asked = {"type": "range", "parameters": f"start=1 end={question['points']} step=1"}
        shown, kept = self.out.shown(rows, id)
        question |= {"parts_shown": kept} if kept else {}
        for row in rows:
            own = {"name": f"{id}_{row['id']}", "label": row["label"], "required": cells.get("required", "")}
            own |= {"relevant": shown[row["id"]]} if row["id"] in shown else {}
            self.add(own | asked, {"row": row["id"]})
        self.add({"type": "end_group"})
        question["type"] = "matrix"

    def kano(self, cells: Cells, question: dict[str, Any]) -> None:
        """The two questions, one after the other."""
        id, label = question["id"], cells["label"]
        self.report.approximated(id, "out_kano")
        self.lists["kano"] = [{"name": str(n), "label": self.out.words(f"kano_{n}")} for n in range(1, 6)]
        own = cells | {"type": "select_one kano"}
        self.add(own | {"label": self._with(label, "kano_with")})
        self.add(own | {"name": f"{id}_without", "label": self._with(label, "kano_without")}, {"part_of": id})
        question["label"] = label

    def _with(self, label: Any, key: str) -> Any:
        more = self.out.words(key)
        if isinstance(label, str):
            return {lang: f"{label} – {word}" for lang, word in more.items()}
        return {lang: f"{text} – {more.get(lang, '')}".rstrip(" –") for lang, text in label.items()}

    def contact(self, cells: Cells, question: dict[str, Any]) -> None:
        """Yes or no, and a text for each way to reach somebody."""
        id = question["id"]
        self.report.approximated(id, "out_contact")
        self.yes_no(cells, question)
        for part in ("name", "phone", "email", "when"):
            row = {"type": "text", "name": f"{id}_{part}", "label": self.out.words(f"contact_{part}")}
            self.add(row | {"relevant": f"${{{id}}} = 'yes'"}, {"part_of": id})


WRITERS: Mapping[str, Callable[[Rows, Cells, dict[str, Any]], None]] = {
    "nps": Rows.scale, "csat": Rows.scale, "ces": Rows.scale, "rating": Rows.scale,
    "slider": Rows.slider, "single": Rows.others, "multiple": Rows.others, "ranking": Rows.chosen,
    "maxdiff": Rows.chosen, "yes_no": Rows.yes_no, "number": Rows.number, "date": Rows.date,
    "text": Rows.text, "photo": Rows.photo, "note": Rows.note, "matrix": Rows.matrix, "kano": Rows.kano,
    "contact": Rows.contact,
}  # fmt: skip
NATIVE = ("single", "multiple", "ranking", "slider", "number", "date", "text", "photo", "note")
"""Types that come back as they were without a hint."""


def _limit(value: object) -> str:
    return "today()" if value == "today" else f"date('{value}')" if "-" in str(value)[1:] else str(value)
