"""A survey of ours as SurveyJS JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cx.convert.from_cel import SurveyJS
from cx.convert.outgoing import Outgoing
from cx.convert.report import Report
from cx.convert.to_surveyjs.questions import Json, Questions, locale
from cx.survey import dump
from cx.survey.schema import Survey

_TEXTS = {"title": "title", "intro": "description", "thanks": "completedHtml"}


def write(survey: Survey, report: Report) -> bytes:
    """The JSON of a survey; what SurveyJS cannot hold is in the report, and under ``cx`` for the way back."""
    return json.dumps(_Writer(survey, report).written(), ensure_ascii=False, indent=1).encode()


class _Writer:
    def __init__(self, survey: Survey, report: Report) -> None:
        self.survey, self.report = survey, report
        types = {question.id: question.type for question in survey.questions}
        self.out = Outgoing(survey, SurveyJS(lambda id: _variable(id, types), types), report)
        self.questions = Questions(self.out)
        self.triggers: list[Json] = []
        self.values: list[Json] = []

    def written(self) -> Json:
        rest = dict(dump.definition(self.survey))
        pages = rest.pop("pages", None) or [{"questions": rest.pop("questions", [])}]
        found: Json = {"locale": locale(self.survey.languages[0])}
        for ours, theirs in _TEXTS.items():
            if ours in rest:
                found[theirs] = self.questions.text(rest.pop(ours), "", escape=theirs == "completedHtml")
        found["pages"] = [self._page(page, number) for number, page in enumerate(pages, 1)]
        found |= {"calculatedValues": self.values} if self.values else {}
        found |= {"triggers": self.triggers} if self.triggers else {}
        self.out.survey_left(rest)
        rest |= {"conditions": self.out.said} if self.out.said else {}
        return found | {"cx": json.loads(json.dumps(rest, default=str))}

    def _page(self, page: Mapping[str, Any], number: int) -> Json:
        rest = {key: value for key, value in page.items() if key != "questions"}
        name = f"page{number}"
        found: Json = {"name": name}
        if "title" in rest:
            found["title"] = self.questions.text(rest.pop("title"), name)
        if (shown := self.out.take(rest, "show_if", name)) is not None:
            found["visibleIf"] = shown
        if rest.get("order") == "random":
            found["questionOrder"] = rest.pop("order")
        if rest.get("shuffle"):
            self.report.dropped(name, "out_shuffle")
        found |= {"cx": rest} if rest else {}
        questions = page["questions"]
        after = [*(str(question["id"]) for question in questions[1:]), ""]
        elements = [part for pair in zip(questions, after, strict=True) for part in self._elements(*pair)]
        return found | {"elements": elements}

    def _elements(self, question: Mapping[str, Any], after: str) -> list[Json]:
        """What a question becomes; ``after`` is the next one on its page, if there is one."""
        if question["type"] == "computed":
            self._value(question, after)
            return []
        asked = dict(question)
        for skip in asked.pop("skip", ()):
            self._skip(str(asked["id"]), skip, not after)
        return self.questions.written(asked)

    def _skip(self, id: str, skip: Mapping[str, str], last: bool) -> None:
        condition = self.out.condition(skip["if"], "if", id)
        if condition is None:
            return
        if not last:
            self.report.approximated(id, "out_skip_later")
        kind = {"type": "complete"} if skip["to"] == "end" else {"type": "skip", "gotoName": skip["to"]}
        self.triggers.append({**kind, "expression": condition, "cx": {"question": id}})

    def _value(self, question: Mapping[str, Any], after: str) -> None:
        id = str(question["id"])
        value = self.out.condition(str(question["value"]), "value", id)
        if value is not None:
            extra = {key: part for key, part in question.items() if key not in ("id", "type", "value")}
            extra |= {"before": after} if after else {}
            found = {"name": id, "expression": value, "includeIntoResult": True}
            self.values.append(found | ({"cx": extra} if extra else {}))


def _variable(id: str, types: Mapping[str, str]) -> str:
    """A row of a matrix is a variable of theirs too; parts of other questions are not."""
    base, _, part = id.partition(".")
    if part and types.get(base) != "matrix":
        raise KeyError(id)
    return id
