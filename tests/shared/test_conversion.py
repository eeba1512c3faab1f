"""Definitions of five other tools: each converts, or is refused for a reason that its own tool has too.

Counted is what somebody is asked: not notes, groups, calculations or what a device records by itself. A repeated group
counts once, and so does a question that becomes several. ``pytest -s`` prints the table.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cx.convert import Converted, convert
from cx.convert.names import choice_ids
from cx.store.place import ROOT
from cx.survey import flow, load, types
from cx.words import LANGUAGES, Refused, Translator
from tests.shared.conversion_walk import walk

SHARED = Path(os.environ.get("CX_SHARED") or ROOT.parent / "shared" / "data")
TOOLS = ("xlsform", "surveyjs", "lss", "qsf", "formbricks")
LEAST = 0.9
_UNASKED = [
    "group", "repeat", "loop", "note", "calculate", "start", "end", "today", "deviceid", "subscriberid", "simserial",
    "phonenumber", "username", "email", "audit", "hidden", "imei", "uri:deviceid", "uri:username",
    "uri:phonenumber", "uri:email", "uri:simserial", "start-geopoint", "background-audio",
]  # fmt: skip
_TYPES = {
    "select one": "single", "select all that apply": "multiple", "integer": "number", "int": "number",
    "decimal": "number", "text": "text", "string": "text", "date": "date", "rank": "ranking", "photo": "photo",
    "image": "photo",
}  # fmt: skip
_MADE_BY_PYXFORM = re.compile(r"/(generated_table_list_label|reserved_name_for_field_list_labels)_\d+$")


def files(tool: str) -> list[Path]:
    folder = SHARED / "surveys" / tool
    found = (path for path in folder.glob("[!.]*") if path.is_file() and path.name != "INDEX.json")
    return sorted(found) if folder.is_dir() else []


ALL = [(tool, path) for tool in TOOLS for path in files(tool)] or [("none", None)]


@cache
def outcome(path: Path) -> Converted | Refused:
    try:
        return convert(path.read_bytes(), path.name)
    except Refused as refused:
        return refused


def converted(tool: str) -> dict[str, Converted]:
    found = {path.name: outcome(path) for path in files(tool)}
    if not found:
        pytest.skip(f"no definitions of {tool} in {SHARED}")
    return {name: one for name, one in found.items() if isinstance(one, Converted)}


@pytest.mark.parametrize(("tool", "path"), ALL, ids=[path.name if path else tool for tool, path in ALL])
def test_a_definition_converts_or_is_refused_in_words(tool: str, path: Path | None) -> None:
    if path is None:
        pytest.skip(f"no definitions in {SHARED}")
    found = outcome(path)
    if isinstance(found, Refused):
        told = [problem.tell(Translator(lang)) for problem in found.problems for lang in LANGUAGES]
        assert all(told) and all(problem.code.startswith("convert_") for problem in found.problems), told
        return
    assert found.source == tool
    reading = load.read(found.text, path.name)
    assert reading.survey == found.survey and not [p for p in reading.problems if p.severity == "error"]
    ids = {question.id for question in found.survey.questions}
    for place, ours in found.places.items():
        assert {id.partition(".")[0] for id in ours} <= ids, place
        lost = not ours
        assert not lost or any(loss.kind == "dropped" and loss.place == place for loss in found.losses), place
    for lang in LANGUAGES:
        told = [loss.what(Translator(lang)) for loss in found.losses]
        assert not [line for line in told if "loss_" in line or "{" in re.sub(r"“.*”|«.*»", "", line)], told


@pytest.mark.parametrize(("tool", "path"), ALL, ids=[path.name if path else tool for tool, path in ALL])
def test_a_converted_survey_can_be_answered(tool: str, path: Path | None) -> None:
    found = outcome(path) if path else None
    if not isinstance(found, Converted):
        pytest.skip("not converted")
    answers, stuck = walk(found.survey)
    for id in stuck:
        question = found.survey.question(id)
        assert question and question.validate, f"{id} takes no answer"
    wrong = {id: problem.code for id, problem in flow.problems(found.survey, answers).items() if id not in stuck}
    assert not wrong
    asked = {question.id for question in found.survey.questions if types.TYPES[question.type].answerable}
    computed = {question.id for question in found.survey.questions if question.type == "computed"}
    assert not asked - computed or answers or stuck


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    rows = []
    for tool in TOOLS:
        found = [outcome(path) for path in files(tool)]
        good = [one for one in found if isinstance(one, Converted)]
        refused = Counter(one.problems[0].code for one in found if isinstance(one, Refused))
        questions, carried = sum(one.questions for one in good), sum(one.carried for one in good)
        reasons = ", ".join(f"{code.removeprefix('convert_')} {count}" for code, count in sorted(refused.items()))
        rows.append((tool, len(found), len(good), questions, carried, reasons or "–"))
    with capsys.disabled():
        print(f"\n{'tool':<12}{'files':>6}{'converted':>11}{'questions':>11}{'carried':>9}{'share':>8}  refused")
        for tool, count, good, questions, carried, reasons in rows:
            share = f"{carried / questions:.1%}" if questions else "–"
            print(f"{tool:<12}{count:>6}{good:>11}{questions:>11}{carried:>9}{share:>8}  {reasons}")
    if not any(row[1] for row in rows):
        pytest.skip(f"no definitions in {SHARED}")
    for tool, count, good, questions, carried, _ in rows:
        assert not count or good, tool
        assert carried >= LEAST * questions, tool


@cache
def expected() -> dict[str, dict[str, Any]]:
    path = SHARED / "conformance" / "xlsform_parsed_by_pyxform.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in {SHARED}")
    return {form["file"]: form for form in json.loads(path.read_text(encoding="utf-8"))["forms"]}


def askable(form: dict[str, Any]) -> list[dict[str, Any]]:
    counts = {f"{q['path']}_count" for q in form["questions"] if q["type"] == "repeat"}
    asked = [q for q in form["questions"] if q["type"] not in _UNASKED and q["path"] not in counts]
    return [q for q in asked if not _MADE_BY_PYXFORM.search(q["path"])]


def test_forms_are_refused_only_where_pyxform_refuses_them() -> None:
    for name, form in expected().items():
        path = SHARED / "surveys" / "xlsform" / name
        if not path.is_file():
            continue
        found = outcome(path)
        if isinstance(found, Refused):
            nothing = form["ok"] and not askable(form)
            assert not form["ok"] or (nothing and found.problems[0].code == "convert_nothing"), name


def test_forms_have_the_questions_types_labels_and_choices_that_pyxform_reads() -> None:
    compared: Counter[str] = Counter()
    for name, one in converted("xlsform").items():
        form = expected().get(name)
        if not form or not form["ok"]:
            continue
        places = {place.lower(): ids for place, ids in one.places.items()}
        theirs = {q["path"].lstrip("/").lower(): q for q in askable(form)}
        assert set(places) == set(theirs), name
        for place, question in theirs.items():
            for id in places[place]:
                _compare(name, one, id, question, form, compared)
    if not compared:
        pytest.skip("none of the forms is among the recorded ones")
    assert compared["question"] and compared["label"]


def _compare(
    name: str, one: Converted, id: str, theirs: dict[str, Any], form: dict[str, Any], compared: Counter[str]
) -> None:
    base, _, part = id.partition(".")
    ours = one.survey.question(base)
    assert ours, (name, id)
    compared["question"] += 1
    if part:
        choice = ours.choice(part)
        assert choice and choice.other and theirs["type"] == "text", (name, id)
        return
    if theirs["type"] in _TYPES:
        assert ours.type == _TYPES[theirs["type"]] or (ours.type == "computed" and theirs["calculate"]), (name, id)
    if theirs["label"] and ours.type != "computed" and "%(" not in str(theirs["label"]):
        compared["label"] += 1
        assert said(theirs["label"]) <= said(ours.label), (name, id)
    if theirs["list"] and ours.choices and theirs["list"] in form["choice_lists"] and "external" not in theirs["type"]:
        compared["choices"] += 1
        names = choice_ids(form["choice_lists"][theirs["list"]]).values()
        assert [choice.id for choice in ours.choices][: len(names)] == list(names), (name, id)


def said(label: Any) -> set[str]:
    """The words of a text in each of its languages, without marks, tags and whatever an answer is put in for."""
    texts = label.values() if hasattr(label, "values") else [label]
    bare = (re.sub(r"\$\{[^}]*\}|\{\{[^}]*\}\}|<[^>]+>|&\w+;|\]\([^)]*\)", "", text) for text in texts)
    words = (re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)) for text in bare)
    return {word for word in words if word} or set()


def test_surveyjs_questions_are_all_told() -> None:
    for name, one in converted("surveyjs").items():
        data = json.loads((SHARED / "surveys" / "surveyjs" / name).read_bytes())
        assert set(one.places) == set(names(data)), name


def names(holder: Any) -> Iterator[str]:
    """Names of all questions of a SurveyJS definition, those in panels too; parts of tables belong to them."""
    for key in ("pages", "elements", "questions"):
        for entry in holder.get(key) or []:
            if key == "pages" or entry.get("type") in ("panel", "flowpanel"):
                yield from names(entry)
            elif entry.get("type") not in ("html", "image", "expression"):
                yield str(entry["name"])


def test_surveyjs_shows_the_same_questions() -> None:
    """What survey-core showed for given answers, where every condition was carried and every answer is valid here."""
    path = SHARED / "conformance" / "surveyjs_visibility_oracle.json"
    if not path.is_file():
        pytest.skip(f"{path.name} is not in {SHARED}")
    surveys, tally = converted("surveyjs"), defaultdict(list)
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
        one = surveys.get(case["survey"])
        verdict = agreed(one, case) if one else "refused"
        tally[verdict].append((case["survey"], case["case"]))
    print({verdict: len(cases) for verdict, cases in sorted(tally.items())})
    assert not tally["wrong"], tally["wrong"]
    assert len(tally["agreed"]) >= 0.5 * sum(map(len, tally.values()))


_LOST = ("condition", "condition_refused", "enable_if", "invisible")


def agreed(one: Converted, case: dict[str, Any]) -> str:
    """``agreed`` or ``wrong``, on the questions whose conditions were carried; or why it says nothing: a page lost its
    ``condition``, their tool ``changed`` the answers, some are no ``answers`` here, they answer a ``hidden`` question,
    which counts as unanswered here, or there are ``jumps``, which nobody takes where all answers come at once."""
    lost = {loss.place for loss in one.losses if loss.code in _LOST}
    if lost - set(one.places):
        return "condition"
    if any(question.skip for question in one.survey.questions):
        return "jumps"
    if case["data_after_load"] != case["data"]:
        return "changed"
    answers = typed(one, case["data"])
    if answers is None:
        return "answers"
    shown = {
        question.id for page in range(len(one.survey.pages)) for question in flow.visible(one.survey, page, answers)
    }
    ids = {id.partition(".")[0]: place for place, found in one.places.items() for id in found}
    ours = {place for id, place in ids.items() if id in shown} - lost
    held = {place for place, found in one.places.items() if found}
    if ours == set(case["visible_questions"]) & held - lost:
        return "agreed"
    return "hidden" if set(case["data"]) & set(case["hidden_questions"]) else "wrong"


def typed(one: Converted, data: dict[str, Any]) -> dict[str, object] | None:
    """Their answers as ours; None where one of them is no answer to the question as it stands here."""
    answers: dict[str, object] = {}
    for place, value in data.items():
        ids = one.places.get(place, ())
        question = one.survey.question(ids[0]) if len(ids) == 1 else None
        if question is None:
            return None
        known = choice_ids_of(question)
        parts = [known.get(str(v), str(v)) for v in (value if isinstance(value, list) else [value])]
        parsed = flow.from_json(
            one.survey, {question.id: parts if question.type in ("multiple", "ranking") else parts[0]}
        )
        if question.parts or parsed.problems or isinstance(value, dict):
            return None
        answers |= parsed.answers
    return answers


def choice_ids_of(question: Any) -> dict[str, str]:
    labels = {str(choice.label): choice.id for choice in question.choices if isinstance(choice.label, str)}
    return labels | {choice.id: choice.id for choice in question.choices}
