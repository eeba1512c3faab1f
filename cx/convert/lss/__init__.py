"""LimeSurvey structure files (``.lss``), of every version since 1, as definitions of ours."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from cx.convert.lss import arrays, filters, simple
from cx.convert.lss.checks import Checks
from cx.convert.lss.making import Making
from cx.convert.lss.model import Asked, Form, Group, read_form
from cx.convert.lss.tables import Row, read_tables
from cx.convert.names import survey_id
from cx.convert.pieces import Label, Made, bounded, joined, not_too_many
from cx.convert.report import Report
from cx.survey.load import MOST_QUESTIONS
from cx.words import Problem, Refused

_MAKERS: Mapping[str, Callable[[Making, Asked], list[Made]]] = {
    **dict.fromkeys("L!O", simple.single), **dict.fromkeys("MP", simple.multiple), "R": simple.ranking,
    "5": simple.five, "Y": simple.yes_no, "G": simple.gender, "N": simple.number, **dict.fromkeys("STU", simple.text),
    "D": simple.date, "X": simple.note, "|": simple.upload, "*": simple.equation, "I": simple.language,
    **dict.fromkeys("QK", simple.several), **dict.fromkeys("AB", arrays.points), **dict.fromkeys("CE", arrays.fixed),
    **dict.fromkeys("FH", arrays.free), "1": arrays.dual, **dict.fromkeys(":;", arrays.cells),
}  # fmt: skip


def read(data: bytes, name: str, report: Report) -> dict[str, Any]:
    """The definition of a structure file. Raises :class:`Refused` for one that LimeSurvey could not run."""
    form = read_form(read_tables(data, name))
    if not any(group.questions for group in form.groups):
        raise Refused(Problem("convert_no_questions", name))
    not_too_many(sum(len(group.questions) for group in form.groups), name)
    told = Report()
    found = _definition(form, told, name, compact=False)
    if sum(len(page["questions"]) for page in found["pages"]) > MOST_QUESTIONS:
        told = Report()
        found = _definition(form, told, name, compact=True)
        bounded(found["pages"], told)
    report.losses += told.losses
    report.places |= told.places
    return found


def _definition(form: Form, report: Report, name: str, compact: bool) -> dict[str, Any]:
    make = Making(form, report, compact)
    checks = Checks(make)
    head = _head(form, make, name)
    pages = [page for group in form.groups if (page := _page(make, checks, group))["questions"]]
    if not pages:
        raise Refused(Problem("convert_nothing", name))
    make.calculating = False
    _defaults(form, make)
    found = head | {"thanks": _said(form, make, "surveyls_endtext"), "quotas": checks.quotas(), "pages": pages}
    make.finish()
    return {key: value for key, value in found.items() if value}


def _head(form: Form, make: Making, name: str) -> Made:
    title = _said(form, make, "surveyls_title")
    for key, code in (("surveyls_url", "end_url"), ("surveyls_policy_notice", "policy")):
        if any(row.get(key) for row in form.titles):
            make.report.dropped("", code)
    if form.settings.get("assessments") == "Y":
        make.report.dropped("", "assessments")
    if form.settings.get("format") == "S":
        make.report.approximated("", "one_by_one")
    opens, closes = _day(form.settings, "startdate"), _day(form.settings, "expires")
    intro = joined(_said(form, make, "surveyls_description"), _said(form, make, "surveyls_welcometext"), "\n\n")
    return {
        "id": survey_id(form.titles[0].get("surveyls_title", "") if form.titles else name.partition(".")[0]),
        "version": "1.0.0",
        "title": title or name.rpartition(".")[0] or name,
        "intro": intro,
        "opens": opens,
        "closes": closes if not opens or not closes or opens <= closes else None,
    }


def _said(form: Form, make: Making, key: str) -> Label:
    spoken = {form.languages.get(row.get("surveyls_language", "")): row.get(key, "") for row in form.titles}
    return make.text(None, {lang: text for lang, text in spoken.items() if lang})


def _day(row: Row, key: str) -> str | None:
    found = re.match(r"(?:19|20)\d\d-\d\d-\d\d", row.get(key, ""))
    return found.group() if found else None


def _page(make: Making, checks: Checks, group: Group) -> Made:
    place = next(iter(group.texts.values()), "") or group.gid
    page: Made = {}
    make.calculating = False
    if title := make.text(None, group.texts, place):
        page["title"] = title
    if said := checks.show_if(place, group.row.get("grelevance", "")):
        page["show_if"] = said
    if group.row.get("randomization_group"):
        page["shuffle"] = True
    make.calculating = not make.compact
    make.computed_here.clear()
    questions = page["questions"] = []
    if description := make.text(None, group.description, place):
        questions.append({"id": make.ids.fresh(f"note_{group.gid}"), "type": "note", "label": description})
    for question in group.questions:
        questions += _question(make, checks, question)
    if {q.attributes.get("random_group", "") for q in group.questions} - {""}:
        alike = len({q.attributes.get("random_group", "") for q in group.questions}) == 1
        make.report.approximated(place, "random_group")
        page |= {"order": "random"} if alike else {}
    if all(question["type"] == "note" for question in questions) and not any(q.type == "X" for q in group.questions):
        questions.clear()
    return page


def _question(make: Making, checks: Checks, question: Asked) -> list[Made]:
    place = make.place(question)
    if reason := checks.never(question):
        return make.lost(question, reason)
    maker = _MAKERS.get(question.type)
    if maker is None:
        return make.lost(question, "type", type=question.type)
    condition = checks.show_if(place, checks.relevance(question))
    make.offered.clear()
    made = maker(make, question)
    checks.rules(question, made)
    _told(make, question, place)
    for one in made:
        if condition and one["type"] != "computed":
            one["show_if"] = condition
    filters.put(make, question)
    before, make.before = make.before, []
    if made and question.type != "X":
        make.report.carried(place, *([one["id"] for one in made if one["type"] != "note"] or [made[0]["id"]]))
    return [*before, *made]


def _told(make: Making, question: Asked, place: str) -> None:
    """Losses that any question may have."""
    if question.row.get("mandatory") == "S":
        make.report.approximated(place, "soft_mandatory")
    if question.attributes.get("time_limit"):
        make.report.dropped(place, "time_limit")


def _defaults(form: Form, make: Making) -> None:
    told = {row.get("dvid"): row.get("defaultvalue", "") for row in form.tables.rows("defaultvalue_l10ns")}
    given = {
        row.get("qid"): row.get("defaultvalue") or told.get(row.get("dvid"), "")
        for row in form.tables.rows("defaultvalues")
    }
    for group in form.groups:
        for question in group.questions:
            if value := given.get(question.qid):
                make.report.dropped(make.place(question), "default", value=value[:80])
