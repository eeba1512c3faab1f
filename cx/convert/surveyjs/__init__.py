"""SurveyJS: the JSON of its Form Library and Creator."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from cx.convert import hints
from cx.convert.jsonfile import parsed
from cx.convert.names import survey_id
from cx.convert.pieces import bounded, not_too_many
from cx.convert.report import Report
from cx.convert.surveyjs.logic import Logic
from cx.convert.surveyjs.making import Made, Making
from cx.convert.surveyjs.source import Element, Json, Texts, conditions_of, elements, pages
from cx.convert.surveyjs.types import MAKERS
from cx.survey import expression
from cx.words import Problem, Refused

_SILENT = ("heading", "html", "image", "expression")
"""Elements that ask nothing."""
_UNUSED = ("completedHtmlOnCondition", "navigateToUrl", "navigateToUrlOnCondition", "maxTimeToFinish", "timeLimit")


def read(data: bytes, name: str, report: Report) -> dict[str, Any]:
    """The plain definition. Raises :class:`Refused` for a file without anything to ask."""
    survey = parsed(data, name)
    return _Reader(survey, report).read(PurePath(name).stem, name)


class _Reader:
    def __init__(self, survey: Json, report: Report) -> None:
        self.survey, self.report = survey, report
        self.making = Making(Texts(survey, report), report, MAKERS)
        self.extra = hints.read(survey.get("cx"))
        self.logic = Logic(self.making, hints.conditions(self.extra))
        triggers = survey.get("triggers")
        self.triggers = [entry for entry in triggers if isinstance(entry, dict)] if isinstance(triggers, list) else []

    def read(self, stem: str, file: str) -> dict[str, Any]:
        values = self.logic.values(self.survey)
        given = pages(self.survey)
        asked = [elements(page, n) for n, page in enumerate(given)]
        not_too_many(sum(map(len, asked)), file)
        made = [[(element, self._made(element)) for element in page] for page in asked]
        found = [self._page(page, entries) for page, entries in zip(given, made, strict=True)]
        free = [value for value in values if "before" not in value[0]]
        for question, name in (*free, *(value for value in reversed(values) if value not in free)):
            self._place(found, question, name)
        self._jumps(found)
        found = [page for page in found if page["questions"]]
        if not found:
            raise Refused(Problem("convert_nothing", file))
        bounded(found, self.report)
        return self._survey(stem, found)

    def _survey(self, stem: str, found: list[Made]) -> dict[str, Any]:
        label = self.making.label
        definition = {
            "id": survey_id(stem),
            "version": "1.0.0",
            "title": label(self.survey.get("title"), "") or stem,
            "intro": label(self.survey.get("description"), ""),
            "thanks": label(self.survey.get("completedHtml"), ""),
            "pages": found,
        } | self.extra
        for key in _UNUSED:
            if self.survey.get(key):
                self.report.dropped("", "property", name=key, value=str(self.survey[key])[:100])
        return {key: value for key, value in definition.items() if value}

    def _made(self, element: Element) -> list[Made]:
        maker = MAKERS.get(element.type)
        if element.extra.get("part_of"):
            return []
        if maker is None:
            self.report.lost(element.name, "type", type=element.type)
            return []
        if element.json.get("visible") is False and not element.json.get("visibleIf"):
            lost = self.report.dropped if element.type in _SILENT else self.report.lost
            lost(element.name, "invisible")
            return []
        made = maker(self.making, element)
        if element.type in _SILENT or len(made) != 1:
            return made
        return [hints.applied(made[0], element.extra)]

    def _page(self, page: Json, entries: list[tuple[Element, list[Made]]]) -> Made:
        questions: list[Made] = []
        for element, made in entries:
            self.logic.add(element, made)
            for question in made:
                if question["type"] != "computed" or self.logic.compute(question, element.name):
                    questions.append(question)
                else:
                    self.report.left_out(element.name, question["id"])
        label = self.making.label
        title, hint = (label(page.get(key), "") for key in ("title", "description"))
        found: Made = {"title": title} if title else {}
        if hint:
            questions.insert(0, {"id": self.making.ids.fresh("note"), "type": "note", "label": hint})
        if shown := self.logic.shown(str(page.get("name") or ""), conditions_of(page)):
            found["show_if"] = shown
        orders = (
            page.get("questionOrder") or page.get("questionsOrder"),
            self.survey.get("questionOrder") or self.survey.get("questionsOrder"),
        )
        if "random" in [str(order).lower() for order in orders]:
            found["order"] = "random"
        return found | hints.read(page.get("cx")) | {"questions": questions}

    def _place(self, found: list[Made], question: Made, name: str) -> None:
        """A computed value as early as all it mentions is there."""
        if not self.logic.compute(question, name):
            return
        mentioned = expression.compile(question["value"]).names
        page, place, before = 0, 0, question.pop("before", None)
        for number, entry in enumerate(found):
            for spot, other in enumerate(entry["questions"]):
                if other["id"] in mentioned:
                    page, place = number, spot + 1
                elif other["id"] == before:
                    page, place, before = number, spot, None
        found[page]["questions"].insert(place, question)

    def _jumps(self, found: list[Made]) -> None:
        for trigger in self.triggers:
            jump = self.logic.jump(trigger)
            for page in found:
                for question in page["questions"]:
                    if jump and question["id"] == jump[0] and question["type"] not in ("note", "computed"):
                        question.setdefault("skip", []).append(jump[1])
                        if question is not page["questions"][-1]:
                            self.report.approximated("", "jump_at_once", question=question["id"])
