"""XLSForm, the form tables of ODK, KoBoToolbox and SurveyCTO: .xlsx, .xls, or tables in Markdown."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any

from cx.convert import hints
from cx.convert.conditions import Conditions
from cx.convert.names import Ids, clean, survey_id
from cx.convert.pieces import Label, Pieces, bounded, not_too_many
from cx.convert.report import Report
from cx.convert.xlsform.form import Form, Node, read_form
from cx.convert.xlsform.headers import Row
from cx.convert.xlsform.languages import label, languages
from cx.convert.xlsform.pages import Pages, expanded
from cx.convert.xlsform.questions import Questions, answer, yes_no
from cx.convert.xlsform.sheets import read_sheets
from cx.words import Problem, Refused


def read(data: bytes, name: str, report: Report) -> dict[str, Any]:
    """The plain definition. Raises :class:`Refused` for a form that XLSForm itself refuses."""
    form = read_form(read_sheets(data, name), name)
    root = expanded(form.root, form, report)
    not_too_many(sum(1 for _ in root.walk()), name)
    reader = _Reader(form, root, report)
    pages = Pages(reader.questions.made, reader.label, reader.conditions).made(root)
    if not pages:
        raise Refused(Problem("convert_nothing", name))
    bounded(pages, report)
    title = clean(form.settings["title"]) if form.settings else ""
    stem = PurePath(name).stem
    id = survey_id((form.settings["id_string"] if form.settings else "") or stem)
    made = {"id": id, "version": _version(form), "title": title or stem} | reader.of_survey(root) | reader.extra
    return made | {"pages": pages}


def _version(form: Form) -> str:
    """Theirs where it is one of ours."""
    version = form.settings["version"] if form.settings else ""
    return version if re.fullmatch(r"\d{1,5}\.\d{1,5}\.\d{1,5}", version) else "1.0.0"


class _Reader:
    """Ids, languages and kinds of answers of one form."""

    def __init__(self, form: Form, root: Node, report: Report) -> None:
        self.report, self.codes = report, languages(form, report)
        names, self.ids, self.by_name = Ids(), dict[str, str](), dict[str, str]()
        self.extra = hints.read(form.settings["cx"] if form.settings else "")
        self.conditions = Conditions("xpath", report, self._id, known=hints.conditions(self.extra))
        kinds = self.conditions.kinds
        self.order: dict[str, int] = {}
        for place, node in enumerate(node for node in root.walk() if not node.is_group or node.is_matrix):
            self.ids[node.path] = id = names.fresh(node.name if node.path.endswith(node.name) else node.path)
            if not node.extra.get("part_of"):
                self.by_name.setdefault(node.name, id)
            self.order[node.path] = place
            if node.is_matrix:
                for row in node.children:
                    self.by_name[row.name] = f"{id}.{row.extra.get('row')}"
            if kind := answer(node, form, kinds):
                kinds.setdefault(node.name, kind)
            if values := yes_no(node):
                self.conditions.yes_no[id] = values
        pieces = Pieces(tuple(dict.fromkeys(self.codes.values())), report)
        self.questions = Questions(form, report, pieces, self.conditions, self.label, self.ids, kinds)

    def of_survey(self, root: Node) -> dict[str, Label]:
        """Notes that were texts of the survey."""
        return {node.extra["survey"]: self.label(node, "label") for node in root.walk() if node.extra.get("survey")}

    def _id(self, name: str) -> str:
        if name not in self.conditions.kinds:
            raise KeyError(name)
        return self.by_name[name]

    def label(self, node: Node, column: str, row: Row | None = None) -> Label:
        """A text of a node, or of one of its choices."""
        return label(row or node.row, column, self.codes, node.place, self.report, lambda name: self._piped(node, name))

    def _piped(self, node: Node, name: str) -> str:
        id = self.by_name.get(name, "")
        asked = next((self.order[path] for path in self.order if path.rpartition("/")[2] == name), len(self.order))
        before = self.order.get(node.path, len(self.order)) > asked
        if before and name in self.conditions.kinds:
            return "{{" + id + "}}"
        self.report.dropped(node.place, "piping", name=name)
        return "…"
