"""LimeSurvey structure files of our own making → ours: every type, all layouts, expressions, quotas, hostile files."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

import pytest

from cx.convert import Converted, convert
from cx.survey import flow, types
from cx.survey.schema import Survey
from cx.words import Refused, Translator

Row = dict[str, object]


def lss(version: int = 359, languages: tuple[str, ...] = ("en",), kind: str = "Survey", **sections: list[Row]) -> bytes:
    """A structure file of these sections."""
    parts = [f"<LimeSurveyDocType>{kind}</LimeSurveyDocType><DBVersion>{version}</DBVersion>"]
    parts.append(f"<languages>{''.join(f'<language>{code}</language>' for code in languages)}</languages>")
    settings = [{"sid": 7, "language": languages[0], "additional_languages": " ".join(languages[1:]), "format": "G"}]
    for name, rows in {"surveys": settings, **sections}.items():
        told = "".join(
            f"<row>{''.join(f'<{key}>{escape(str(value))}</{key}>' for key, value in row.items())}</row>"
            for row in rows
        )
        parts.append(f"<{name}><fields/><rows>{told}</rows></{name}>")
    return f'<?xml version="1.0" encoding="UTF-8"?><document>{"".join(parts)}</document>'.encode()


def ask(qid: int, type: str, title: str, **more: object) -> Row:
    return {
        "qid": qid, "gid": 1, "type": type, "title": title, "question": f"<p>{title}?</p>", "language": "en",
        "question_order": qid, "relevance": "1", **more,
    }  # fmt: skip


def sub(qid: int, parent: int, title: str, scale: int = 0) -> Row:
    return {
        "qid": qid, "parent_qid": parent, "title": title, "question": f"Row {title}", "scale_id": scale,
        "question_order": qid, "language": "en", "relevance": "1",
    }  # fmt: skip


def answer(qid: int, code: str, text: str = "", scale: int = 0) -> Row:
    return {"qid": qid, "code": code, "answer": text or f"Answer {code}", "scale_id": scale, "language": "en"}


def attributes(qid: int, **values: object) -> list[Row]:
    return [{"qid": qid, "attribute": name, "value": value} for name, value in values.items()]


def read(questions: list[Row], **sections: list[Row]) -> Converted:
    groups = sections.pop("groups", [{"gid": 1, "group_name": "Page", "language": "en"}])
    titles = sections.pop("surveys_languagesettings", [{"surveyls_language": "en", "surveyls_title": "A visit"}])
    return convert(lss(groups=groups, questions=questions, surveys_languagesettings=titles, **sections), "a.lss")


def told(converted: Converted) -> set[str]:
    """All losses; each can be told in both languages."""
    for loss in converted.losses:
        assert loss.tell(Translator("zh")) and loss.tell(Translator("en"))
    return {loss.code for loss in converted.losses}


def shown(survey: Survey, answers: dict[str, object]) -> list[str]:
    return [q.id for page in range(len(survey.pages)) for q in flow.visible(survey, page, answers)]


KINDS = {
    "L": ["single"], "!": ["single"], "O": ["single", "text"], "5": ["rating"], "M": ["multiple"], "P": ["multiple"],
    "Y": ["yes_no"], "G": ["single"], "A": ["matrix"], "B": ["matrix"], "C": ["matrix"], "E": ["matrix"],
    "F": ["matrix"], "H": ["matrix"], "1": ["matrix", "matrix"], "N": ["number"], "S": ["text"], "T": ["text"],
    "U": ["text"], "K": ["number", "number"], "Q": ["text", "text"], "D": ["date"], "R": ["ranking"],
    ":": ["matrix", "matrix"], ";": ["text"] * 4, "|": [], "I": [], "*": ["computed"], "?": [],
}  # fmt: skip


def test_every_type_is_there_or_told():
    questions, subs, answers = [], [], []
    for number, type in enumerate(KINDS):
        qid = 100 * (number + 1)
        more = {"question": "{intval(c400) + 1}"} if type == "*" else {}
        questions.append(ask(qid, type, f"c{qid}", **more))
        if type in "MPABCEFH1KQ:;":
            subs += [sub(qid + 1, qid, "A"), sub(qid + 2, qid, "B")]
        if type in ":;":
            subs += [sub(qid + 3, qid, "X", 1), sub(qid + 4, qid, "Y", 1)]
        if type in "L!OFH1R":
            answers += [answer(qid, "1"), answer(qid, "2")]
        if type == "1":
            answers += [answer(qid, "1", scale=1), answer(qid, "2", scale=1)]
    converted = read([*questions, ask(9000, "X", "note")], subquestions=subs, answers=answers)
    survey = converted.survey
    for (type, kinds), ids in zip(KINDS.items(), converted.places.values(), strict=True):
        assert [survey.question(id).type for id in ids] == kinds, type
    assert (converted.questions, converted.carried) == (len(KINDS), len(KINDS) - 3)
    assert survey.question("note").type == "note" and survey.question("note").label == "note?"
    assert told(converted) == {
        "comment_apart", "comments_in_choices", "dual_scale", "split", "cells_apart", "file_upload",
        "language_question", "equation_shown", "type",
    }  # fmt: skip
    answered = {q.id: types.TYPES[q.type].example(q) for q in survey.questions if types.TYPES[q.type].asked}
    assert not flow.problems(survey, answered) and flow.complete(survey, answered)["c2800"] == answered["c400"] + 1


def test_attributes_carry_over():
    questions = [
        ask(1, "L", "one", other="Y", mandatory="Y"), ask(2, "M", "some", other="Y"), ask(3, "N", "num", mandatory="S"),
        ask(4, "K", "sum"), ask(5, "D", "day"), ask(6, "|", "pic"), ask(7, "S", "short", preg="/^[0-9]+\\/x$/i"),
        ask(8, "S", "hid"), ask(9, "L", "rec", question="How likely are you to recommend us?"),
    ]  # fmt: skip
    values = [
        *attributes(1, other_position="beginning", other_replace_text="Else", random_order=1),
        *attributes(2, min_answers=1, max_answers=2, exclude_all_others="B;", array_filter="one"),
        *attributes(3, min_num_value_n="1,5", max_num_value_n="9", suffix="years"),
        *attributes(4, max_num_value=10, slider_layout=1, slider_max=20, slider_accuracy="0.5"),
        *attributes(5, date_min="2020", date_max="now", date_format="dd.mm.YYYY HH:MM"),
        *attributes(6, allowed_filetypes="png, .jpg", max_num_of_files=3), *attributes(8, hidden=1),
        *attributes(7, maximum_chars=30),
    ]  # fmt: skip
    subs = [sub(20, 2, "A"), sub(21, 2, "B"), sub(40, 4, "A"), sub(41, 4, "B")]
    answers = [answer(1, "x"), answer(1, "y"), *(answer(9, str(point)) for point in range(11))]
    converted = read(questions, subquestions=subs, answers=answers, question_attributes=values)
    find = converted.survey.question
    one, some, slider = find("one"), find("some"), find("sum_a")
    assert [(c.id, c.other) for c in one.choices] == [("other", True), ("x", False), ("y", False)]
    assert one.required and one.order == "random" and one.choices[0].label == "Else"
    assert (some.min_choices, some.max_choices, some.choice("B").exclusive, some.choice("other").other) == (
        1,
        2,
        True,
        True,
    )
    number, day = find("num"), find("day")
    assert (str(number.minimum), str(number.maximum), number.unit, number.required) == ("1.5", "9", "years", False)
    assert (slider.type, str(slider.maximum), str(slider.step)) == ("slider", "20", "0.5")
    assert (str(day.minimum), day.maximum, find("pic").max_choices, find("rec").type) == (
        "2020-01-01",
        "today",
        3,
        "nps",
    )
    assert told(converted) == {
        "soft_mandatory", "split", "time_left_out", "hidden_question", "nps_kind",
    }  # fmt: skip
    survey = converted.survey
    assert "sum_b" in flow.problems(survey, {"one": "x", "sum_a": Decimal(8), "sum_b": Decimal(4)})
    assert "sum_b" not in flow.problems(survey, {"one": "x", "sum_a": Decimal(8), "sum_b": Decimal(1)})
    assert "short" in flow.problems(survey, {"short": "x1"}) and "short" not in flow.problems(survey, {"short": "12/X"})


def test_relevance_of_questions_and_groups_quotas_and_texts_that_repeat_answers():
    groups = [
        {"gid": 1, "group_name": "One", "group_order": 1, "language": "en", "description": "<b>Welcome</b>"},
        {"gid": 2, "group_name": "Two", "group_order": 2, "language": "en", "grelevance": "age > 17"},
    ]
    questions = [
        ask(1, "N", "age"), ask(2, "M", "ways"), ask(3, "A", "grid", relevance='ways_B == "Y"'),
        ask(4, "Y", "ok", relevance="7X1X2A.NAOK == 'Y' || is_empty(age.NAOK)"),
        ask(5, "S", "why", gid=2, relevance="grid_r1 <= 2 and ok.NAOK == 'N'"),
        ask(6, "T", "more", gid=2, question="{age.shown}, {if(age > 60, 'senior', 'young')}: {grid_r1} {TOKEN:NAME}"),
        ask(7, "S", "never", gid=2, relevance="0"), ask(8, "S", "last", gid=2, relevance="count(that.ways) == 2"),
    ]  # fmt: skip
    subs = [sub(20, 2, "A"), sub(21, 2, "B"), sub(30, 3, "r1"), sub(31, 3, "r2")]
    quota = {"id": 1, "name": "Both", "qlimit": 5, "active": 1}
    members = [{"quota_id": 1, "qid": 2, "code": "A"}, {"quota_id": 1, "qid": 4, "code": "Y"}]
    told_so = [{"quotals_quota_id": 1, "quotals_language": "en", "quotals_message": "Enough."}]
    converted = read(
        questions, groups=groups, subquestions=subs, quota=[quota, {**quota, "id": 2, "name": "Off", "active": 0}],
        quota_members=members, quota_languagesettings=told_so,
        defaultvalues=[{"qid": 1, "defaultvalue": "30"}],
    )  # fmt: skip
    survey = converted.survey
    assert survey.pages[0].questions[0].label == "Welcome" and survey.pages[1].show_if.source == "age > 17"
    assert shown(survey, {}) == ["note_1", "age", "ways", "ok"]
    both = {"age": 40, "ways": ("A", "B"), "grid": {"r1": 2, "r2": 5}, "ok": False}
    assert shown(survey, both) == ["note_1", "age", "ways", "grid", "ok", "why", "more", "last"]
    assert shown(survey, both | {"ways": ("B",)}) == ["note_1", "age", "ways", "grid", "more"]
    assert survey.question("more").label == "{{age}}, {{text_value}}: {{grid.r1}} …"
    assert flow.complete(survey, both)["text_value"] == "young"
    (kept,) = survey.quotas
    assert kept.limit == 5 and kept.message == "Enough." and kept.when.holds({"ways": ("A",), "ok": True})
    assert told(converted) == {"never_shown", "piping", "quota", "default"}
    assert "piping" in {loss.code for loss in converted.losses if "TOKEN:NAME" in str(loss.values)}


def test_the_layout_of_version_4_and_its_languages():
    spoken = {"en": "Where?", "zh-Hans": "哪里？"}
    questions = [{"qid": 1, "gid": 1, "type": "F", "title": "where", "parent_qid": 0, "question_order": 1}]
    texts = [
        {"qid": qid, "question": f"{label}{qid}", "help": "h", "language": code}
        for qid in (1, 2) for code, label in spoken.items()
    ]  # fmt: skip
    converted = convert(
        lss(
            495, ("en", "zh-Hans"), groups=[{"gid": 1, "group_order": 1}],
            group_l10ns=[{"gid": 1, "group_name": name, "language": code} for code, name in spoken.items()],
            questions=questions, subquestions=[{"qid": 2, "parent_qid": 1, "title": "SQ1"}], question_l10ns=texts,
            answers=[{"aid": 5, "qid": 1, "code": "A1"}, {"aid": 6, "qid": 1, "code": "A2"}],
            answer_l10ns=[
                {"aid": aid, "answer": f"{label}{aid}", "language": code}
                for aid in (5, 6) for code, label in spoken.items()
            ],
            surveys_languagesettings=[
                {
                    "surveyls_language": code, "surveyls_title": f"T {code}", "surveyls_welcometext": "<p>Hi</p>",
                    "surveyls_endtext": "Bye",
                }
                for code in spoken
            ],
        ),
        "b.lss",
    )  # fmt: skip
    survey, question = converted.survey, converted.survey.question("where")
    assert survey.languages == ("zh", "en") and survey.title == {"en": "T en", "zh": "T zh-Hans"}
    assert question.label == {"en": "Where?1", "zh": "哪里？1"} and question.rows[0].label["zh"] == "哪里？2"
    assert question.choices[1].label == {"en": "Where?6", "zh": "哪里？6"} and survey.pages[0].title["zh"] == "哪里？"
    assert survey.intro["en"] == "Hi" and survey.thanks["zh"] == "Bye" and not converted.losses


def test_version_1_with_label_sets_and_conditions():
    old: dict[str, Any] = {
        "qid": 1,
        "gid": 1,
        "type": "F",
        "title": "q1",
        "question": "Grid",
        "lid": 9,
        "language": "en",
    }
    converted = convert(
        lss(
            143, groups=[{"gid": 1, "group_name": "G", "language": "en"}],
            questions=[old, {**old, "qid": 2, "type": "S", "title": "q2", "lid": 0}],
            answers=[{"qid": 1, "code": "a", "answer": "Row a", "language": "en"}],
            labels=[{"lid": 9, "code": code, "title": code * 3, "language": "en"} for code in "xy"],
            conditions=[
                {"qid": 2, "cqid": 1, "cfieldname": "7X1X1a", "method": "==", "value": value, "scenario": 1}
                for value in "xy"
            ],
        ),
        "old.lss",
    )  # fmt: skip
    question = converted.survey.question("q1")
    assert [row.id for row in question.rows] == ["a"] and [c.label for c in question.choices] == ["xxx", "yyy"]
    assert shown(converted.survey, {"q1": {"a": "y"}}) == ["q1", "q2"] and shown(converted.survey, {}) == ["q1"]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<document><LimeSurveyDocType>&b;</LimeSurveyDocType></document>"""
FILE = b"""<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>"""
DEEP = b"<document><LimeSurveyDocType>Survey</LimeSurveyDocType>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</document>"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (BOMB, "convert_xml_doctype"), (FILE, "convert_xml_doctype"), (DEEP, "convert_xml"),
        (lss()[:-20], "convert_xml"), (lss(), "convert_no_questions"), (lss(kind="Group"), "convert_lss_kind"),
        (lss().replace(b"UTF-8", b"nothing"), "convert_xml"), (lss() + b" " * 50_000_000, "convert_large"),
        (lss(questions=[ask(1, "I", "only")]), "convert_nothing"),
    ],
)  # fmt: skip
def test_hostile_and_broken_files_are_refused_in_words(data: bytes, code: str):
    with pytest.raises(Refused) as refused:
        convert(data, "x.lss")
    (problem,) = refused.value.problems
    assert problem.code == code and problem.tell(Translator("zh")) and problem.tell(Translator("en"))


def test_hostile_values_become_plain_text_or_a_loss():
    bad = "<script>alert(1)</script><b onclick=x>Hi</b> {{branch}} {date('Y')} {{{a}}} &lt;"
    questions = [ask(1, "L", "branch", question=bad), ask(1, "L", "again"), ask(2, "L", "", question="")]
    answers = [answer(1, "a b"), answer(1, "a/b", bad), {"qid": 1}, answer(2, "1")]
    converted = read(questions, answers=answers, question_attributes=attributes(1, min_answers="x" * 5000))
    question = converted.survey.questions[0]
    assert question.id == "branch_2" and "script" not in converted.text and "{{" not in str(question.label)
    assert str(question.label).startswith("Hi ") and len({c.id for c in question.choices}) == 3
    assert converted.survey.questions[1].label == "q2" and told(converted) >= {"label_missing", "one_choice", "piping"}


def offers(survey: Survey, **answers: object) -> dict[str, list[str]]:
    """What is offered, by question."""
    shows = (q for page in range(len(survey.pages)) for q in flow.visible(survey, page, answers))
    return {q.id: [part.id for part in q.rows or q.choices] for q in shows if q.rows or q.choices}


def test_array_filters_and_conditions_of_rows():
    questions = [
        ask(1, "M", "used"), ask(2, "A", "rated"), ask(3, "R", "order"), ask(4, "M", "left"), ask(5, "K", "times"),
        ask(6, "L", "last"), ask(7, "F", "own"), ask(8, "M", "odd"),
    ]  # fmt: skip
    values = [
        *attributes(2, array_filter="used"), *attributes(3, array_filter="rated"),
        *attributes(4, array_filter_exclude="order"), *attributes(5, array_filter="used;left"),
        *attributes(6, array_filter="nobody"), *attributes(8, array_filter="own"),
    ]  # fmt: skip
    subs = [sub(100 * q + n, q, code) for q in (1, 2, 4, 5) for n, code in enumerate("ABC")]
    subs += [sub(700, 7, "A") | {"relevance": 'used_A == "Y"'}, sub(701, 7, "D") | {"relevance": "foo(1)"}]
    subs += [sub(800, 8, "B"), sub(801, 8, "D")]
    answers = (
        [answer(3, code) for code in "ABC"] + [answer(6, code) for code in "XY"] + [answer(7, "1"), answer(7, "2")]
    )
    converted = read(questions, subquestions=subs, answers=answers, question_attributes=values)
    survey = converted.survey
    none = {"used": ["A", "B", "C"], "last": ["X", "Y"], "own": ["d"], "odd": ["B"]}
    assert offers(survey) == none
    first = {"used": ("A", "B"), "rated": {"a": 3, "c": 2}}
    assert offers(survey, **first) == none | {
        "rated": ["a", "b"], "order": ["A"], "left": ["A"], "own": ["a", "d"], "odd": ["B"],
    }  # fmt: skip
    both = {"used": ("A", "B"), "rated": {"a": 3, "b": 2}, "order": ("A",), "own": {"d": "1"}}
    assert offers(survey, **both) == none | {
        "rated": ["a", "b"], "order": ["A", "B"], "left": ["B"], "own": ["a", "d"], "odd": ["B", "D"],
    }  # fmt: skip
    assert "times_b" not in shown(survey, both) and "times_b" in shown(survey, both | {"left": ("B",)})
    assert {(loss.place, loss.code) for loss in converted.losses} == {
        ("times", "split"), ("last", "array_filter"), ("own", "row_condition"),
    }  # fmt: skip
    told(converted)
