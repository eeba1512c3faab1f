"""Whole SurveyJS definitions, converted: what shows and what is required for given answers, as SurveyJS says it.

Each question, page and requirement of a case ends as agreed, refused (the report of the conversion says why), apart
(for a reason that is not the conversion's) or wrong.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest

from cx.convert import Converted, Report, convert
from cx.convert.expressions import Kind
from cx.convert.surveyjs.making import Making
from cx.convert.surveyjs.source import Element, Texts, elements, pages, written
from cx.convert.surveyjs.types import MAKERS
from cx.survey import flow
from cx.survey.schema import Question
from cx.words import Refused

FOLDER = Path(os.environ.get("CX_SHARED") or Path(__file__).resolve().parents[2].parent / "shared" / "data")
Json = dict[str, Any]
_SILENT = ("heading", "html", "image")
_PARTED = ("multipletext", "paneldynamic", "matrixdynamic", "matrixdropdown")
_EVERY_ROW = ("isAllRowRequired", "eachRowRequired")
"""Such a table has to be answered, although their tool does not call it required."""
_SHOWING = {"show_if", "enable_if"}
_PAGE = re.compile(r"pages\[(\d+)\]\.show_if$")


@dataclass
class Definition:
    """One of their files: as it is, and as ours."""

    json: Json
    converted: Converted
    making: Making

    @cached_property
    def reasons(self) -> dict[str, set[str]]:
        """What was lost of each of our questions, with what was lost of its page: ``show_if``, ``required_if`` …"""
        found: dict[str, set[str]] = {}
        numbers = {str(page.get("name") or ""): n for n, page in enumerate(pages(self.json))}
        for loss in self.converted.losses:
            part = str(loss.values.get("part") or loss.code) if loss.code.startswith("condition") else loss.code
            whole = _PAGE.search(str(getattr(loss.values.get("problem"), "where", "")))
            if whole:  # the condition of one of our pages
                for question in self.converted.survey.pages[int(whole.group(1)) - 1].questions:
                    found.setdefault(question.id, set()).add(part)
            elif loss.place in numbers and loss.place not in self.converted.places:
                for element in (one for one in self.elements if one.page == numbers[loss.place]):
                    found.setdefault(element.name, set()).add(part)
            else:
                found.setdefault(loss.place, set()).add(part)
        return found

    def lost(self, name: str) -> set[str]:
        """What was lost of one of their questions, or of its page."""
        return set[str]().union(*(self.reasons.get(key, set()) for key in (name, *self.ids(name))))

    @cached_property
    def elements(self) -> list[Element]:
        return [element for n, page in enumerate(pages(self.json)) for element in elements(page, n)]

    def ids(self, name: str) -> tuple[str, ...]:
        """Our questions that hold one of theirs."""
        return tuple(id for id in self.converted.places.get(name, ()) if self.converted.survey.question(id))

    def answers(self, data: Json) -> tuple[dict[str, object], set[str]]:
        """Their data as answers of ours, and the ids of questions whose answer ours cannot hold."""
        found: dict[str, object] = {}
        unfit: set[str] = set()
        for name, value in _flat(data, self.making.kinds):
            kind, id = self.making.kinds[name], self.making.names[name]
            answer = _answer(value, kind)
            if answer is None and value not in (None, "", []):
                unfit.add(id)
            elif answer is not None:
                found[id] = answer
        return found, unfit

    def hangs_on(self, id: str) -> set[str]:
        """All questions that decide about showing one, one way or another."""
        survey, found, todo = self.converted.survey, set[str](), [id]
        while todo:
            for name in _deciding(survey.question(todo.pop()), survey):
                if name not in found:
                    found.add(name)
                    todo.append(name)
        return found


def _deciding(question: Question | None, survey: Any) -> Iterator[str]:
    if question is None:
        return
    page = next(page for page in survey.pages if question in page.questions)
    for condition in (question.show_if, question.required_if, page.show_if, question.value):
        yield from condition.names if condition else ()


def _flat(data: Json, known: Mapping[str, Kind], before: str = "") -> Iterator[tuple[str, object]]:
    """Every variable of theirs that we know, with its value: tables cell by cell."""
    for key, value in data.items():
        name = f"{before}{key}"
        if name in known:
            yield name, value
        elif isinstance(value, dict):
            yield from _flat(value, known, f"{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield from _flat(value[0], known, f"{name}[0].")


def _answer(value: object, kind: Kind) -> object | None:
    """An answer of ours; None when ours cannot be such."""
    try:
        if kind.name == "matrix":
            assert kind.cell and isinstance(value, dict)
            cells = {kind.rows[str(row)]: _answer(cell, kind.cell) for row, cell in value.items()}
            return None if None in cells.values() else cells or None
        if kind.name == "choices":
            assert isinstance(value, list)
            return tuple(kind.values[written(item)] for item in value) or None
        if kind.name == "choice":
            return kind.values[written(value)]
        if kind.name == "flag":
            return kind.values[written(value)] == "true"
        if kind.name == "whole":
            return int(str(value))
        if kind.name == "number":
            return Decimal(str(value))
        return dt.date.fromisoformat(str(value)) if kind.name == "date" else str(value)
    except (AssertionError, KeyError, ValueError, InvalidOperation):
        return None


@dataclass
class Table:
    """What became of everything that was compared."""

    agreed: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    apart: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def note(self, what: str, got: bool, expected: bool, lost: set[str], apart: str, where: str) -> None:
        """One comparison. ``lost`` is what the conversion says it lost, ``apart`` another reason to differ."""
        if lost:
            self.refused[" ".join(sorted(lost))] += 1
        elif got == expected:
            self.agreed[what] += 1
        elif apart:
            self.apart[apart] += 1
        else:
            self.wrong.append(f"{where}: {what} {got} instead of {expected}")

    def tell(self) -> None:
        print(f"\n{self.agreed.total()} agreed {dict(self.agreed)}, {len(self.wrong)} wrong")
        print(f"  {self.refused.total()} refused {dict(self.refused.most_common())}")
        print(f"  {self.apart.total()} apart {dict(self.apart)}")
        for line in self.wrong[:40]:
            print("  wrong:", line)


@cache
def definition(name: str) -> Definition | None:
    data = (FOLDER / "surveys" / "surveyjs" / name).read_bytes()
    try:
        converted = convert(data, name)
    except Refused:
        return None
    survey = json.loads(data)
    report = Report()
    making = Making(Texts(survey, report), report, MAKERS)
    for number, page in enumerate(pages(survey)):
        for element in elements(page, number):
            if element.type in MAKERS and (element.json.get("visible") is not False or element.json.get("visibleIf")):
                MAKERS[element.type](making, element)
    return Definition(survey, converted, making)


def test_visibility() -> None:
    file = FOLDER / "conformance" / "surveyjs_visibility_oracle.json"
    if not file.exists():
        pytest.skip(f"no recorded visibility at {file}")
    table = Table()
    for case in json.loads(file.read_text(encoding="utf-8"))["cases"]:
        found = definition(case["survey"])
        if found is None:
            table.refused["definition"] += 1
        else:
            _compare(table, found, case)
    table.tell()
    compared = table.agreed.total() + len(table.wrong) + table.apart.total()
    assert compared > 0
    assert not table.wrong
    assert table.agreed.total() >= 0.95 * compared
    assert table.refused.total() <= 0.15 * (compared + table.refused.total())


def _compare(table: Table, found: Definition, case: Json) -> None:
    survey = found.converted.survey
    data = case["data_after_load"]
    answers, unfit = found.answers(data)
    shows = {question.id: question for n in range(len(survey.pages)) for question in flow.visible(survey, n, answers)}
    counted = flow.complete(survey, answers)
    hidden = {id for name in case["hidden_questions"] if name in data for id in found.ids(name)}

    jumped = _jumped(found, counted)

    def why_apart(names: Iterable[str], several: bool = False) -> str:
        ids = [id for name in names for id in found.ids(name)]
        others = {other for id in ids for other in found.hangs_on(id)}
        if others & unfit:
            return "an answer that ours cannot be"
        if others & hidden:
            return "an answer to a hidden question"
        if set(ids) & jumped:
            return "a jump: ours passes over what theirs has not come to yet"
        parted = {element.name for element in found.elements if element.type in _PARTED}
        return "a question that is several of ours" if several and (len(ids) > 1 or parted & set(names)) else ""

    asking = [element for element in found.elements if element.type not in _SILENT]
    rows = {element.name for element in asking if any(element.json.get(key) for key in _EVERY_ROW)}
    for name in (element.name for element in asking):
        ids, lost, where = found.ids(name), found.lost(name), f"{case['survey']} {case['case']} {name}"
        if not ids and "invisible" not in lost:
            table.refused["question"] += 1
            continue
        shown, expected = any(id in shows for id in ids), name in case["visible_questions"]
        table.note("shown", shown, expected, lost & _SHOWING, why_apart([name]), where)
        if shown and expected:
            needed = any(id in shows and flow.is_required(shows[id], counted) for id in ids)
            table.note(
                "required",
                needed,
                name in case["required_now"] or name in rows,
                lost & {"required_if"},
                why_apart([name], several=True),
                where,
            )
    starts = found.json.get("firstPageIsStartPage") or found.json.get("firstPageIsStarted")
    for number, page in enumerate(pages(found.json)):
        if starts and number == 0:
            continue  # a page to start from is none of the pages to them
        inside = [element.name for element in asking if element.page == number]
        if inside and page.get("name") and len(inside) == sum(element.page == number for element in found.elements):
            lost = {why for name in inside for why in found.lost(name) & _SHOWING}
            lost |= {"question" for name in inside if not found.ids(name) and "invisible" not in found.lost(name)}
            shown = any(id in shows for name in inside for id in found.ids(name))
            where = f"{case['survey']} {case['case']} page {page['name']}"
            table.note("page", shown, page["name"] in case["visible_pages"], lost, why_apart(inside), where)


def _jumped(found: Definition, counted: Mapping[str, object]) -> set[str]:
    """Questions behind one whose answer jumps."""
    questions = found.converted.survey.questions
    jumps = (place for place, one in enumerate(questions) if any(skip.when.holds(counted) for skip in one.skip))
    first = next(jumps, len(questions))
    return {question.id for question in questions[first + 1 :]}
