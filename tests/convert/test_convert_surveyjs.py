"""SurveyJS read as ours: question types, nested panels, logic, and files that are none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cx.convert import Converted, convert
from cx.convert.report import Loss
from cx.survey import flow
from cx.words import Refused, Translator


def read(*elements: dict[str, Any], **survey: Any) -> Converted:
    return convert(json.dumps({"elements": elements, **survey}, ensure_ascii=False).encode(), "form.json")


def codes(found: Converted) -> set[tuple[str, str]]:
    return {(loss.place, loss.code) for loss in found.losses}


def test_types() -> None:
    found = read(
        {"type": "rating", "name": "nps", "title": "How likely are you to recommend us?", "rateMin": 0, "rateMax": 10,
         "minRateDescription": "never", "isRequired": True},
        {"type": "rating", "name": "stars", "rateValues": [1, {"value": 2, "text": "so so"}, 3]},
        {"type": "rating", "name": "faces", "rateValues": ["sad", "glad"]},
        {"type": "text", "name": "age", "inputType": "number", "min": 18, "max": 99, "step": 1},
        {"type": "text", "name": "born", "inputType": "date", "max": "2026-01-31"},
        {"type": "comment", "name": "why", "maxLength": 300},
        {"type": "radiogroup", "name": "task", "showOtherItem": True,
         "choices": [{"value": "Item 1", "text": "Pay"}, 2]},
        {"type": "checkbox", "name": "ways", "choices": ["a", "b", "c"], "hasNone": True, "maxSelectedChoices": 2},
        {"type": "boolean", "name": "solved"}, {"type": "ranking", "name": "order", "choices": ["x", "y"]},
        {"type": "matrix", "name": "grid", "columns": [1, 2], "rows": ["Row A", "Row B"], "eachRowRequired": True},
        {"type": "multipletext", "name": "who", "items": [{"name": "first", "isRequired": True}, {"name": "last"}]},
        {"type": "file", "name": "pic", "acceptedTypes": "image/*"}, {"type": "signaturepad", "name": "sign"},
        {"type": "html", "name": "hi", "html": "<b>Hi</b> {age}"},
    )  # fmt: skip
    got = {question.id: question for question in found.survey.questions}
    assert {id: question.type for id, question in got.items()} == {
        "nps": "nps", "stars": "rating", "faces": "single", "age": "number", "born": "date", "why": "text",
        "task": "single", "ways": "multiple", "solved": "yes_no", "order": "ranking", "grid": "matrix",
        "who_first": "text",
        "who_last": "text", "pic": "photo", "hi": "note",
    }  # fmt: skip
    assert got["nps"].required and got["nps"].scale and got["nps"].scale.labels == {0: "never"}
    assert got["stars"].scale and (got["stars"].scale.high, got["stars"].scale.labels) == (3, {2: "so so"})
    assert [(c.id, c.label, c.other) for c in got["task"].choices] == [
        ("Item_1", "Pay", False), ("2", "2", False), ("other", "Other", True),
    ]  # fmt: skip
    assert got["ways"].choices[-1].exclusive and got["ways"].max_choices == 2
    assert got["grid"].required and [row.id for row in got["grid"].rows] == ["row_a", "row_b"]
    assert got["who_first"].required and not got["who_last"].required and got["hi"].label == "Hi {{age}}"
    assert (found.questions, found.carried) == (14, 13) and ("sign", "type") in codes(found)


def test_conditions_of_panels_rules_and_jumps() -> None:
    found = read(
        {"type": "radiogroup", "name": "a", "choices": ["Item 1", "Item 2"]},
        {"type": "panel", "name": "p", "title": "More", "visibleIf": "{a} = 'Item 1'", "elements": [
            {"type": "text", "name": "b", "requiredIf": "{a} = 'Item 1'"},
            {"type": "panel", "name": "q", "visibleIf": "{b} = 'x'", "elements": [{"type": "text", "name": "d"}]},
        ]},
        {"type": "text", "name": "mail", "inputType": "email",
         "validators": [{"type": "text", "minLength": 6, "text": "Short"}]},
        {"type": "text", "name": "never", "visibleIf": "1 = 2"},
        {"type": "text", "name": "ahead", "visibleIf": "{e} = 1", "enableIf": "{a} notempty"},
        {"type": "text", "name": "e", "defaultValue": "x", "visibleIf": "{flag} = true"},
        calculatedValues=[{"name": "flag", "expression": "{a} = 'Item 2'"}],
        triggers=[{"type": "complete", "name": "b", "operator": "equal", "value": "stop"}],
    )  # fmt: skip
    got = {question.id: question for question in found.survey.questions}
    assert list(got) == ["a", "flag", "p", "b", "d", "mail", "ahead", "e"]
    sources = {id: question.show_if.source for id, question in got.items() if question.show_if}
    assert sources["b"] == sources["p"] == "a == 'Item_1'" and sources["d"] == "a == 'Item_1' && same(b, 'x')"
    assert got["b"].required_if and [(skip.when.source, skip.to) for skip in got["b"].skip] == [
        ("same(b, 'stop')", "end")
    ]
    assert len(got["mail"].validate) == 2 and got["flag"].kind == "flag" and sources["ahead"] == "answered(a)"
    assert {
        ("never", "invisible"), ("ahead", "condition_refused"), ("ahead", "enable_if"), ("e", "property"),
        ("", "jump_at_once"),
    } <= codes(found)  # fmt: skip
    assert found.places["never"] == () and found.carried == found.questions - 1


def test_texts_in_languages_and_repeated_answers() -> None:
    found = read(
        {"type": "text", "name": "Name", "title": {"default": "Name?", "zh-cn": "姓名？"}},
        {"type": "text", "name": "x", "title": {"default": "Hello <i>{Name}</i>, {nobody}", "zh-cn": "{Name}您好"}},
        title={"default": "Form", "zh-cn": "表单"}, completedHtml="<h3>Thanks</h3>",
    )  # fmt: skip
    assert found.survey.languages == ("zh", "en") and found.survey.title == {"en": "Form", "zh": "表单"}
    assert found.survey.questions[1].label == {"en": "Hello {{name}}, {nobody}", "zh": "{{name}}您好"}
    assert found.survey.thanks == "Thanks" and ("x", "formatting") in codes(found)


def test_tables_of_other_cells_become_questions() -> None:
    found = read(
        {"type": "matrixdropdown", "name": "m", "title": "M", "choices": ["a", "b"], "rows": ["r"],
         "columns": [{"name": "c"}, {"name": "t", "cellType": "text"}]},
        {"type": "paneldynamic", "name": "d", "templateElements": [{"type": "text", "name": "n", "title": "N"}]},
    )  # fmt: skip
    assert [(q.type, q.label) for q in found.survey.questions] == [
        ("single", "M – r – c"), ("text", "M – r – t"), ("text", "N"),
    ]  # fmt: skip
    assert (found.questions, found.carried) == (2, 2) and ("d", "repeat") in codes(found)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "json"), (b"[]", "unknown"), (b'{"a": 1}', "unknown"), (b'{"elements": []}', "nothing"),
        (b'{"pages": [{"elements": [{"type": "html", "name": "x"}]}]}', "nothing"), (b"hello", "unknown"),
        (b"", "unknown"), (b"PK\x03\x04broken", "unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken", "workbook"),
    ],
)  # fmt: skip
def test_files_that_are_none(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        convert(data, "x.bin")
    assert caught.value.problems[0].code == f"convert_{code}"


def test_the_logic_of_a_page_goes_before_its_random_order() -> None:
    page = {"name": "p", "questionOrder": "random"}
    alone = {"type": "text", "name": "a"}
    led = {"type": "text", "name": "b", "visibleIf": "{a} notempty"}
    found = convert(json.dumps({"pages": [{**page, "elements": [alone, led]}]}).encode(), "form.json")
    assert found.survey.pages[0].order == "written" and found.survey.questions[1].show_if
    assert ("", "random_page") in codes(found)
    kept = convert(json.dumps({"pages": [{**page, "elements": [alone, {**alone, "name": "c"}]}]}).encode(), "form.json")
    assert kept.survey.pages[0].order == "random"


def test_a_page_without_a_title_is_told_by_its_number() -> None:
    asked = {"type": "text", "name": "a"}
    pages = [{"elements": [asked]}, {"visibleIf": "{late} notempty", "elements": [{"type": "text", "name": "b"}]}]
    late = {"elements": [{"type": "text", "name": "late"}]}
    losses = convert(json.dumps({"pages": [*pages, late]}).encode(), "form.json").losses
    lost = next(loss for loss in losses if loss.code == "condition_refused")
    assert (lost.where(Translator("en")), lost.where(Translator("zh"))) == ("Page 2", "第 2 页")
    assert lost.tell(Translator("en")).startswith("Page 2: the condition to show it “answered(late)” is left out: ")


def test_hints_that_no_longer_fit_do_no_harm() -> None:
    found = read(
        {"type": "text", "name": "a", "cx": {"type": "nps", "brand": "x"}},
        {
            "type": "radiogroup",
            "name": "b",
            "choices": ["x", "y"],
            "cx": {"links": {"no": 1}, "flags": 3, "validate": "x"},
        },
        {"type": "text", "name": "c", "visibleIf": "{b} = 'x'", "cx": "{broken"},
        cx={"conditions": {"{b} = 'x'": "b == ="}, "about": [], "retention_days": "soon"},
    )
    got = {question.id: question for question in found.survey.questions}
    assert (got["a"].type, got["a"].brand, got["b"].links) == ("text", None, ())
    assert got["c"].show_if and got["c"].show_if.source == "b == 'x'" and found.survey.retention_days is None
    assert {("b", "key_refused"), ("form", "key_refused")} & codes(found)


def test_a_scale_without_an_end_and_far_too_many_questions() -> None:
    found = convert(b'{"elements": [{"type": "rating", "name": "r", "rateMax": NaN}]}', "form.json")
    assert found.survey.questions[0].scale is not None
    with pytest.raises(Refused) as refused:
        read(*({"type": "text", "name": "same"} for _ in range(2_001)))
    assert refused.value.problems[0].code == "convert_many"


@pytest.mark.parametrize(
    ("lang", "place"), [("zh", "why（为什么选这个答案？）"), ("en", "why (Why did you choose that?)")]
)
def test_a_loss_is_told_with_the_question_it_is_about(lang: str, place: str) -> None:
    title = {"default": "Why did you choose that?", "zh-cn": "为什么选这个答案？"}
    asked = {"type": "text", "name": "why", "title": title, "inputType": "color"}
    scored = {"type": "rating", "name": "nps", "title": "NPS", "rateMin": 0, "rateMax": 10}
    found = convert(json.dumps({"pages": [{"elements": [asked, scored]}]}).encode(), "form.json")
    t = Translator(lang)
    assert place in {loss.where(t) for loss in found.losses}
    assert {loss.place for loss in found.losses} <= {"why", "nps", ""}, "for programs the name alone"
    assert "nps_kind" not in "".join(loss.tell(t) for loss in found.losses)


def test_settings_are_called_by_their_names() -> None:
    told = Loss("approximated", "", "kept_aside", {"keys": "nps_kind, purpose"}).what(Translator("zh"))
    assert "NPS 类型、用途说明" in told


def test_what_stands_in_a_hidden_panel_or_page_is_not_asked() -> None:
    pages = [
        {"name": "one", "elements": [
            {"type": "text", "name": "a"},
            {"type": "panel", "name": "p", "visible": False, "elements": [
                {"type": "panel", "name": "q", "elements": [{"type": "text", "name": "b", "isRequired": True}]},
            ]},
            {"type": "panel", "visible": False, "visibleIf": "{a} notempty", "elements": [
                {"type": "text", "name": "c"},
            ]},
        ]},
        {"name": "two", "visible": False, "elements": [{"type": "text", "name": "d"}]},
    ]  # fmt: skip
    found = convert(json.dumps({"pages": pages}).encode(), "form.json")
    assert [question.id for question in found.survey.questions] == ["a", "c"]
    assert {("b", "invisible"), ("d", "invisible")} <= codes(found)


def test_a_formula_that_is_lost_leaves_its_group_standing() -> None:
    found = read(
        {"type": "paneldynamic", "name": "p", "templateElements": [
            {"type": "text", "name": "a"}, {"type": "expression", "name": "e", "expression": "{panel.a} + '!'"},
        ]},
        {"type": "paneldynamic", "name": "nothing", "elements": [{"type": "text", "name": "x"}]},
    )  # fmt: skip
    assert found.places["p"] == ("p_0_a",) and ("nothing", "rows_none") in codes(found)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_marked_encodings_and_halves_of_characters(encoding: str) -> None:
    text = '{"title": "调查", "elements": [{"type": "text", "name": "a", "title": "好\\ud800"}]}'
    found = convert(text.encode(encoding), "form.json")
    question = found.survey.questions[0]
    assert found.survey.title == "调查" and question.label == "好?"


def test_conditions_of_choices_and_rows() -> None:
    found = read(
        {"type": "checkbox", "name": "used", "choices": ["a", "b", "c"]},
        {"type": "radiogroup", "name": "best", "choices": [{"value": "a", "visibleIf": "{used} contains 'a'"}, "b"],
         "choicesVisibleIf": "{used} notempty"},
        {"type": "checkbox", "name": "each", "choices": ["a", "b"], "choicesVisibleIf": "{used} contains {item}"},
        {"type": "dropdown", "name": "left", "choicesFromQuestion": "used", "choicesFromQuestionMode": "unselected"},
        {"type": "matrix", "name": "grid", "columns": [1, 2], "rows": ["a", {"value": "b", "visibleIf": "1 > 2"}],
         "rowsVisibleIf": "{used} contains {item}"},
        {"type": "radiogroup", "name": "odd", "choices": ["x", {"value": "y", "visibleIf": "{nobody} = 1"}]},
    )  # fmt: skip
    got = {
        question.id: [
            (part.id, part.show_if.source if part.show_if else "") for part in question.rows or question.choices
        ]
        for question in found.survey.questions
    }
    assert got["best"] == [("a", "'a' in used"), ("b", "answered(used)")]
    assert got["each"] == [("a", "'a' in used"), ("b", "'b' in used")]
    assert got["grid"] == [("a", "'a' in used")] and got["odd"] == [("x", ""), ("y", "")]
    visible = [
        {question.id: [choice.id for choice in question.choices] for question in flow.visible(found.survey, 0, answers)}
        for answers in ({}, {"used": ("a", "c")})
    ]
    assert visible[0]["left"] == ["a", "b", "c"] and visible[1]["left"] == ["b"]
    assert codes(found) == {("grid", "parts_invisible"), ("odd", "choice_filter")}
