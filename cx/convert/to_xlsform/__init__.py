"""A survey of ours as an XLSForm workbook, for ODK, KoBoToolbox and what reads their forms."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from cx.convert import hints
from cx.convert.from_cel import XPath
from cx.convert.outgoing import Outgoing
from cx.convert.report import Report
from cx.convert.to_xlsform.rows import NATIVE, TRANSLATED, WRITERS, Cells, Rows
from cx.survey import dump
from cx.survey.schema import Survey

_LONGEST_CELL = 32_000
_LANGUAGES = {"zh": "中文 (zh)", "en": "English (en)"}
_COLUMNS = ("type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message", "calculation",
            "appearance", "parameters", "cx")  # fmt: skip


def write(survey: Survey, report: Report) -> bytes:
    """The .xlsx of a survey; what XLSForm cannot hold is in the report, and in the column ``cx`` for the way back."""
    return _Writer(survey, report).written()


class _Writer:
    def __init__(self, survey: Survey, report: Report) -> None:
        self.survey, self.report = survey, report
        self.types = {question.id: question.type for question in survey.questions}
        self.out = Outgoing(survey, XPath(self._variable, self.types), report)
        self.rows = Rows(self.out, self.types)

    def _variable(self, id: str) -> str:
        """A row of a matrix is a question of its own there; parts of other questions are none."""
        base, _, part = id.partition(".")
        if part and self.types.get(base) != "matrix":
            raise KeyError(id)
        return f"{base}_{part}" if part else id

    def written(self) -> bytes:
        """The workbook."""
        rest = dict(dump.definition(self.survey))
        pages = rest.pop("pages", None) or [{"questions": rest.pop("questions", [])}]
        title = self._text(rest.pop("title"))
        if "intro" in rest:
            self.rows.add({"type": "note", "name": "survey_intro", "label": rest.pop("intro")}, {"survey": "intro"})
        for number, page in enumerate(pages, 1):
            self._page(page, number, len(pages) > 1)
        for key in ("id", "version"):
            del rest[key]
        self.out.survey_left(rest)
        settings = {
            "form_title": title if isinstance(title, str) else next(iter(title.values())),
            "form_id": self.survey.id,
            "version": self.survey.version,
            "default_language": _LANGUAGES.get(self.survey.languages[0], self.survey.languages[0]),
            "cx": hints.write(self._extra(rest | ({"title": title} if not isinstance(title, str) else {}))),
        }
        return self._book(settings)

    def _extra(self, rest: Cells) -> Cells:
        """Hints of the survey, with our conditions where a cell still holds them."""
        whole = rest | {"conditions": self.out.said}
        return whole if self.out.said and len(hints.write(whole)) < _LONGEST_CELL else rest

    def _book(self, settings: Cells) -> bytes:
        book = Workbook(write_only=True)
        choices = [{"list_name": name, **row} for name, rows in self.rows.lists.items() for row in rows]
        for name, rows, columns in (
            ("survey", self.rows.rows, _COLUMNS), ("choices", choices, ("list_name", "name", "label")),
            ("settings", [settings], tuple(settings)),
        ):  # fmt: skip
            sheet = book.create_sheet(name)
            heads = [head for column in columns for head in self._heads(column, rows)]
            sheet.append([f"{column}::{language}" if language else column for column, language in heads])
            for row in rows:
                sheet.append([_written(sheet, _cell(row.get(column), language)) for column, language in heads])
        file = BytesIO()
        book.save(file)
        return file.getvalue()

    def _heads(self, column: str, rows: list[Cells]) -> list[tuple[str, str]]:
        """A column, once a language where its texts are translated; none where nothing stands in it."""
        said = [row[column] for row in rows if row.get(column) not in (None, "")]
        if not said and column not in ("type", "name", "label"):
            return []
        if column not in TRANSLATED or len(self.survey.languages) < 2:
            return [(column, "")]
        return [(column, _LANGUAGES.get(lang, f"{lang} ({lang})")) for lang in self.survey.languages]

    def _text(self, text: Any, place: str = "") -> Any:
        return self.out.text(text, place)

    def _page(self, page: Mapping[str, Any], number: int, grouped: bool) -> None:
        rest = {key: value for key, value in page.items() if key != "questions"}
        name = f"page_{number}"
        grouped = grouped or bool(rest)
        if grouped:
            head = {"type": "begin_group", "name": name, "label": rest.pop("title", ""), "appearance": "field-list"}
            relevant = self.out.take(rest, "show_if", name)
            for key in ("order", "shuffle"):
                if key in rest:
                    self.report.dropped(name, f"out_{key}")
            self.rows.add(head | {"relevant": relevant or ""}, rest)
        for question in page["questions"]:
            self._question(dict(question))
        if grouped:
            self.rows.add({"type": "end_group"})

    def _question(self, question: dict[str, Any]) -> None:
        definition = dict(question)
        id, type = question["id"], question.pop("type")
        if type == "computed":
            value = self.out.take(question, "value")
            extra = {key: part for key, part in question.items() if key != "id"}
            self.rows.add({"type": "calculate", "name": id, "calculation": value or "''"}, extra)
            return
        cells: Cells = {"name": id, "label": question.pop("label"), "hint": question.pop("help", "")}
        if (relevant := self.out.take(question, "show_if")) is not None:
            cells["relevant"] = relevant
        if type != "note":
            self.report.carried(id)
        if question.pop("required", False):
            cells["required"] = "yes"
        elif (needed := self.out.take(question, "required_if")) is not None:
            cells["required"] = needed
        self._check(cells, question)
        WRITERS[type](self.rows, cells, question)
        del question["id"]
        if type not in NATIVE:
            question["type"] = type
        self.out.left(definition, question)
        for row in self.rows.rows[::-1]:
            if row.get("name") == id:
                row["cx"] = hints.write(hints.read(row["cx"]) | question)
                break

    def _check(self, cells: Cells, question: dict[str, Any]) -> None:
        """Several checks become one; its message is the first one's, then."""
        rules = self.out.rules(question)
        if rules:
            cells["constraint"] = " and ".join(f"({rule})" if len(rules) > 1 else rule for rule, _ in rules)
            cells["constraint_message"] = rules[0][1]
        if len(rules) > 1:
            self.report.approximated(str(question["id"]), "out_messages")


def _written(sheet: Any, value: Any) -> Any:
    """The cell as it is written: a text stays one, also where a spreadsheet would take it for a formula."""
    if not isinstance(value, str) or not value.startswith("="):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell


def _cell(value: Any, language: str) -> Any:
    """A cell: a text in the language of its column."""
    if isinstance(value, Mapping):
        code = next((code for code, name in _LANGUAGES.items() if name == language), language.partition(" ")[0])
        value = value.get(code, "") if language else next(iter(value.values()), "")
    return value if value not in ("", None) else None
