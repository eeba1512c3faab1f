"""The logic of a SurveyJS definition: what is shown, required, checked, computed, and where one jumps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cx.convert import hints
from cx.convert.conditions import Conditions
from cx.convert.expressions import Kind, NotCarried
from cx.convert.expressions.terms import quoted
from cx.convert.pieces import every
from cx.convert.surveyjs.asking import result
from cx.convert.surveyjs.making import Made, Making
from cx.convert.surveyjs.source import Element, Json
from cx.survey import expression

_EMAIL = r"^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$"
_NOT_RE2 = re.compile(r"\(\?[=!<]|\\[1-9]")
_OPERATORS = {
    "equal": "=", "notequal": "!=", "greater": ">", "less": "<", "greaterorequal": ">=", "lessorequal": "<=",
    "contains": "contains", "notcontains": "notcontains",
}  # fmt: skip
_UNUSED = (
    "defaultValue", "defaultValueExpression", "setValueIf", "setValueExpression", "resetValueIf", "readOnly",
    "correctAnswer", "minValueExpression", "maxValueExpression", "requiredErrorText", "maskType", "maxTimeLimit",
)  # fmt: skip
"""What changes how a question works and has no like here."""


class Logic:
    """Adds logic to the questions made of one survey, once all names are known."""

    def __init__(self, making: Making, known: Mapping[str, str]) -> None:
        self.making, self.report = making, making.report
        self.conditions = Conditions("surveyjs", making.report, making.id, making.kinds, known=known)

    def shown(self, place: str, sources: tuple[str, ...]) -> str:
        """Several conditions as one; empty where there is none, or none could be carried."""
        found = [self.conditions.carried(place, "show_if", source) for source in sources]
        return every(filter(None, found))

    def add(self, element: Element, made: list[Made]) -> None:
        """The logic of one element, on all questions made of it."""
        json, place = element.json, element.name
        shown = self.shown(place, element.shown)
        if json.get("enableIf"):
            self.report.approximated(place, "enable_if")
        needed = json.get("requiredIf") and self.conditions.carried(place, "required_if", str(json["requiredIf"]))
        for question in made:
            if shown:
                question["show_if"] = shown
            if question["type"] in ("note", "computed"):
                continue
            self._parts(element, question)
            if needed and not question.get("required"):
                question["required_if"] = needed
            self._rules(place, json, question)
        for key in _UNUSED:
            if json.get(key) not in (None, False, "", [], {}):
                self.report.dropped(place, "property", name=key, value=str(json[key])[:100])
        if json.get("showCommentArea") or json.get("hasComment"):
            self.report.dropped(place, "comment_area")

    def _parts(self, element: Element, question: Made) -> None:
        """The conditions of choices and rows, those apart that are ours still."""
        place, ours = element.name, element.extra.get("parts_shown") or {}
        for part in (*question.get("choices", ()), *question.get("rows", ())):
            if part["id"] not in ours and (source := part.pop("show_if", "")):
                try:
                    part["show_if"] = self.conditions.cel("show_if", source)
                except NotCarried:
                    self.report.approximated(place, "choice_filter", value=source[:200])

    def _rules(self, place: str, json: Json, question: Made) -> None:
        rules = [rule for rule in json.get("validators") or [] if isinstance(rule, dict)]
        if str(json.get("inputType")).lower() == "email":
            rules.append({"type": "email"})
        for rule in rules:
            type = str(rule.get("type")).lower().removesuffix("validator")
            if type == "answercount" and question["type"] == "multiple":
                limits = (("min_choices", "minCount"), ("max_choices", "maxCount"))
                question |= {
                    ours: rule[key] for ours, key in limits if isinstance(rule.get(key), int) and rule[key] > 0
                }
                continue
            if type == "numeric" and question["type"] == "number":
                continue
            for cel in self._cel(place, type, rule, question):
                message = self.making.label(rule.get("text"), place) or self.making.pieces.words("rule_broken")
                question.setdefault("validate", []).append({"rule": cel, "message": message})

    def _cel(self, place: str, type: str, rule: Json, question: Made) -> list[str]:
        id = question["id"]
        if type == "expression":
            found = self.conditions.carried(place, "rule", str(rule.get("expression") or ""))
            return [found] if found else []
        if question["type"] == "text" and type == "email":
            return [f"{id}.matches('{_EMAIL}')"]
        if question["type"] == "text" and type == "regex" and not _NOT_RE2.search(str(rule.get("regex"))):
            return [f"{id}.matches({quoted(str(rule.get('regex')))})"]
        if question["type"] == "text" and type == "text":
            low, high = rule.get("minLength"), rule.get("maxLength")
            question |= {"max_length": high} if isinstance(high, int) and high > 0 else {}
            digits = [f"!{id}.matches('[0-9]')"] if rule.get("allowDigits") is False else []
            return [f"size({id}) >= {low}"] * (isinstance(low, int) and low > 0) + digits
        self.report.dropped(place, "rule", type=type)
        return []

    def compute(self, question: Made, place: str) -> bool:
        """Turn the formula of a computed question into CEL; False where that cannot be."""
        value = self.conditions.carried(place, "value", str(question["value"]))
        question["value"] = value
        return bool(value)

    def values(self, survey: Json) -> list[tuple[Made, str]]:
        """``calculatedValues`` as computed questions with the formula still theirs, and that formula."""
        found = []
        for entry in survey.get("calculatedValues") or []:
            if isinstance(entry, dict) and entry.get("name") and entry.get("expression"):
                source, name = str(entry["expression"]), str(entry["name"])
                id = self.making.ids.question(name)
                self.making.learn(name, id, Kind(hints.read(entry.get("cx")).get("as") or result(source)))
                made = {"id": id, "type": "computed", "value": source, "as": result(source)}
                found.append((hints.applied(made, hints.read(entry.get("cx"))), name))
        return found

    def jump(self, trigger: Json) -> tuple[str, Made] | None:
        """A trigger that ends or jumps, as (question that it hangs on, ``skip`` entry)."""
        type = str(trigger.get("type")).lower().removesuffix("trigger")
        source = str(trigger.get("expression") or _expression(trigger))
        to = "end" if type == "complete" else self.making.names.get(str(trigger.get("gotoName")))
        condition = self.conditions.carried("", "if", source) if type in ("complete", "skip") and to else None
        order = list(self.making.names.values())
        known = [id for id in expression.compile(condition).names if id in order] if condition else []
        own = hints.read(trigger.get("cx")).get("question")
        known = [own] if known and own in order else known
        if not known:
            self.report.dropped("", "trigger", type=type, expression=source[:200])
            return None
        return max(known, key=order.index), {"if": condition, "to": to}


def _expression(trigger: Json) -> str:
    """The older way to write a trigger: name, operator, value."""
    name, operator, value = trigger.get("name"), str(trigger.get("operator") or "equal").lower(), trigger.get("value")
    if operator in ("empty", "notempty"):
        return f"{{{name}}} {operator}"
    literal: Any = value if isinstance(value, int | float) and not isinstance(value, bool) else quoted(_said(value))
    return f"{{{name}}} {_OPERATORS.get(operator, '=')} {literal}"


def _said(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
