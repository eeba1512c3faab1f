"""One question of ours as SurveyJS has it; what it cannot hold is kept under ``cx``."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from cx.convert import hints
from cx.convert.outgoing import Outgoing
from cx.survey.types import TYPES

Json = dict[str, Any]
_LOCALES = {"zh": "zh-cn", "zh-Hant": "zh-tw"}


def locale(lang: str) -> str:
    """Their code of a language."""
    return _LOCALES.get(lang, lang.lower())


class Questions:
    """Writes the questions of one survey."""

    def __init__(self, out: Outgoing) -> None:
        self.out, self.report = out, out.report
        self.own = out.survey.languages[0]

    def text(self, text: Any, place: str = "", escape: bool = False) -> Any:
        """A text, localised where it is; ``escape`` where they read HTML."""
        said = self.out.text(text, place)
        if isinstance(said, str):
            return _escaped(said) if escape else said
        parts = {lang: _escaped(part) if escape else part for lang, part in said.items()}
        first = parts.get(self.own) or next(iter(parts.values()))
        return {"default": first} | {locale(lang): part for lang, part in parts.items() if lang != self.own}

    def words(self, key: str) -> Any:
        """Words of ours in the survey's languages."""
        return self.text(self.out.words(key))

    def written(self, definition: Mapping[str, Any]) -> list[Json]:
        """The elements that a question becomes: one, or several for what they have no type for."""
        rest = dict(definition)
        id, type = rest.pop("id"), rest.pop("type")
        element: Json = {"type": "", "name": id}
        if type == "note":
            element |= {"type": "html", "html": self.text(rest.pop("label"), id, True)}
        else:
            element["title"] = self.text(rest.pop("label"), id)
            self.report.carried(id)
        if "help" in rest and type != "note":
            element["description"] = self.text(rest.pop("help"), id)
        self._logic(element, rest | {"id": id}, rest)
        element |= _WRITERS[type](self, id, rest)
        if rest.pop("required", False):
            element["isRequired"] = True
        if type not in _NATIVE:
            rest["type"] = type
        self.out.left(definition, rest)
        if rest:
            element["cx"] = _plain(rest)
        return [element, *self._companions(definition, element)]

    def _logic(self, element: Json, asked: Json, rest: Json) -> None:
        for ours, theirs in (("show_if", "visibleIf"), ("required_if", "requiredIf")):
            if (found := self.out.take(asked, ours)) is not None:
                element[theirs] = found
                del rest[ours]
        rules = self.out.rules(asked)
        if rules:
            rest.pop("validate")
            rest |= {"validate": asked["validate"]} if "validate" in asked else {}
            place = element["name"]
            element["validators"] = [
                {"type": "expression", "expression": rule, "text": self.text(message, place)} for rule, message in rules
            ]

    def _companions(self, definition: Mapping[str, Any], element: Json) -> list[Json]:
        """Questions of theirs that hold parts of one of ours."""
        id, type = definition["id"], definition["type"]
        shown = {"visibleIf": element["visibleIf"]} if "visibleIf" in element else {}
        if type == "kano":
            self.report.approximated(id, "out_kano")
            other = {**element, "name": f"{id}_without", "cx": {"part_of": id}}
            element["title"], other["title"] = (self._joined(definition, key) for key in ("kano_with", "kano_without"))
            element["cx"]["label"] = definition["label"]
            return [other]
        if type == "contact":
            self.report.approximated(id, "out_contact")
            asked = f"{{{id}}} = true"
            shown = {"visibleIf": f"({shown['visibleIf']}) and {asked}" if shown else asked}
            parts = (("name", "text"), ("phone", "tel"), ("email", "email"), ("when", "text"))
            return [
                {"type": "text", "inputType": input, "name": f"{id}_{part}", "title": self.words(f"contact_{part}"),
                 **shown, "cx": {"part_of": id}}
                for part, input in parts
            ]  # fmt: skip
        return []

    def _joined(self, definition: Mapping[str, Any], key: str) -> Any:
        label, more = self.text(definition["label"]), self.words(key)
        if isinstance(label, str):
            return f"{label} – {more if isinstance(more, str) else more['default']}"
        codes = {code: more if isinstance(more, str) else more.get(code, more["default"]) for code in label}
        return {code: f"{part} – {codes[code]}" for code, part in label.items()}

    def scale(self, _id: str, rest: Json) -> Json:
        """A rating of 1 to n."""
        return self._points(1, int(rest.get("points", 5)), rest)

    def rating(self, id: str, rest: Json) -> Json:
        """A rating that comes back as one."""
        found = self.scale(id, rest)
        rest.pop("points", None)
        return found

    def effort(self, _id: str, rest: Json) -> Json:
        """A rating of 1 to 7."""
        return self._points(1, 7, rest)

    def recommend(self, _id: str, rest: Json) -> Json:
        """A rating of 0 to 10."""
        return self._points(0, 10, rest)

    def _points(self, low: int, high: int, rest: Json) -> Json:
        found: Json = {"type": "rating", "rateMin": low, "rateMax": high}
        labels = dict(rest.pop("labels", {}))
        for end, key in (("low", "minRateDescription"), ("high", "maxRateDescription")):
            if end in labels:
                found[key] = self.text(labels.pop(end))
        if labels:
            found["rateValues"] = [
                {"value": point} | ({"text": self.text(labels[str(point)])} if str(point) in labels else {})
                for point in range(low, high + 1)
            ]
        return found

    def single(self, id: str, rest: Json) -> Json:
        """One of several."""
        return {"type": "radiogroup", **self._choices(id, rest)}

    def multiple(self, id: str, rest: Json) -> Json:
        """Some of several."""
        limits = {"min_choices": "minSelectedChoices", "max_choices": "maxSelectedChoices"}
        counts = {theirs: rest.pop(ours) for ours, theirs in limits.items() if ours in rest}
        return {"type": "checkbox", **self._choices(id, rest), **counts}

    def ranking(self, id: str, rest: Json) -> Json:
        """An order."""
        return {"type": "ranking", **self._choices(id, rest)}

    def maxdiff(self, id: str, rest: Json) -> Json:
        """An order, in place of best and worst."""
        self.report.approximated(id, "out_maxdiff")
        return self.ranking(id, rest)

    def kano(self, _id: str, _rest: Json) -> Json:
        """The five answers to the feature being there."""
        points = [{"value": str(point), "text": self.words(f"kano_{point}")} for point in range(1, 6)]
        return {"type": "radiogroup", "choices": points}

    def _choices(self, id: str, rest: Json) -> Json:
        choices = rest.pop("choices")
        found: Json = {"choices": []}
        shown = self._shown(choices, id, rest)
        for choice in choices:
            if choice.get("other") and choice["id"] == "other" and choice is choices[-1] and "show_if" not in choice:
                found |= {"showOtherItem": True, "otherText": self.text(choice["label"], id)}
                continue
            flags = {"showCommentArea": "other", "isExclusive": "exclusive"}
            own = {theirs: True for theirs, ours in flags.items() if choice.get(ours)}
            own |= {"visibleIf": shown[choice["id"]]} if choice["id"] in shown else {}
            found["choices"].append({"value": choice["id"], "text": self.text(choice["label"], id), **own})
        if fixed := hints.flagged(choices, "fixed"):
            rest["flags"] = fixed
        if rest.get("order") == "random":
            found["choicesOrder"] = rest.pop("order")
        return found

    def _shown(self, parts: list[Json], id: str, rest: Json) -> dict[str, str]:
        """Conditions of choices or rows; those that cannot be carried are kept."""
        shown, kept = self.out.shown(parts, id)
        rest |= {"parts_shown": kept} if kept else {}
        return shown

    def yes_no(self, _id: str, _rest: Json) -> Json:
        """Yes or no."""
        return {"type": "boolean"}

    def number(self, _id: str, rest: Json) -> Json:
        """A number."""
        step = 10 ** -int(rest.pop("decimals", 0))
        limits = {key: _number(rest.pop(key)) for key in ("min", "max") if key in rest}
        return {"type": "text", "inputType": "number", **limits, "step": step}

    def slider(self, _id: str, rest: Json) -> Json:
        """A slider."""
        limits = {key: _number(rest.pop(key, 1)) for key in ("min", "max", "step")}
        return {"type": "text", "inputType": "range", **limits}

    def date(self, _id: str, rest: Json) -> Json:
        """A day."""
        limits = {key: str(rest.pop(key)) for key in ("min", "max") if str(rest.get(key, "today")) != "today"}
        return {"type": "text", "inputType": "date", **limits}

    def written_text(self, _id: str, rest: Json) -> Json:
        """A text."""
        longest = {"maxLength": rest.pop("max_length")} if "max_length" in rest else {}
        return {"type": "comment" if rest.pop("long", False) else "text", **longest}

    def photo(self, _id: str, rest: Json) -> Json:
        """Photos."""
        many = {"allowMultiple": True, "maxFiles": rest.pop("max_photos")} if "max_photos" in rest else {}
        return {"type": "file", "acceptedTypes": "image/*", "sourceType": "file-camera", **many}

    def matrix(self, id: str, rest: Json) -> Json:
        """A table: a choice or a point a row."""
        rows = rest.pop("rows")
        shown = self._shown(rows, id, rest)
        found: Json = {
            "type": "matrix",
            "rows": [
                {"value": row["id"], "text": self.text(row["label"], id)}
                | ({"visibleIf": shown[row["id"]]} if row["id"] in shown else {})
                for row in rows
            ],
        }
        if touchpoints := {row["id"]: row["touchpoint"] for row in rows if row.get("touchpoint")}:
            rest["touchpoints"] = touchpoints
        if rest.get("order") == "random":
            found["rowOrder"] = rest.pop("order")
        if rest.get("required"):
            found["eachRowRequired"] = True
        if "choices" in rest:
            found["columns"] = [{"value": c["id"], "text": self.text(c["label"], id)} for c in rest.pop("choices")]
            return found
        labels, points = rest.get("labels", {}), range(1, int(rest["points"]) + 1)
        ends = {points[0]: "low", points[-1]: "high"}
        texts = {point: labels.get(str(point), labels.get(ends.get(point, ""))) for point in points}
        found["columns"] = [{"value": p} | ({"text": self.text(texts[p])} if texts[p] else {}) for p in points]
        return found


_WRITERS: Mapping[str, Callable[[Questions, str, Json], Json]] = {
    "nps": Questions.recommend, "csat": Questions.scale, "ces": Questions.effort, "rating": Questions.rating,
    "single": Questions.single, "multiple": Questions.multiple, "ranking": Questions.ranking,
    "matrix": Questions.matrix, "yes_no": Questions.yes_no, "number": Questions.number, "slider": Questions.slider,
    "date": Questions.date, "text": Questions.written_text, "photo": Questions.photo, "kano": Questions.kano,
    "maxdiff": Questions.maxdiff, "contact": Questions.yes_no, "note": lambda *_: {},
}  # fmt: skip
_NATIVE = frozenset(TYPES) - {"nps", "csat", "ces", "kano", "maxdiff", "contact"}
"""Types that come back as they were without a hint."""


def _escaped(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")


def _number(value: Any) -> int | float:
    number = Decimal(str(value))
    return int(number) if number == int(number) else float(number)


def _plain(value: Any) -> Any:
    """As JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return (
        value
        if isinstance(value, str | bool | int | float)
        else _number(value)
        if isinstance(value, Decimal)
        else str(value)
    )
