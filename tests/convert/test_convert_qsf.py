"""Qualtrics definitions of our own making → ours: every type, logic, flow, languages, hostile files."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cx.convert import Converted, convert
from cx.survey import flow, types
from cx.words import Refused, Translator


def ask(id: str, type: str, selector: str = "", sub: str = "", **more: Any) -> dict[str, Any]:
    """A question's payload."""
    return {
        "QuestionID": id, "DataExportTag": id.lower(), "QuestionText": f"<b>{id}</b>?", "QuestionType": type,
        "Selector": selector, "SubSelector": sub, "Validation": {"Settings": {"ForceResponse": "OFF"}}, **more,
    }  # fmt: skip


def choices(*labels: str, **more: Any) -> dict[str, Any]:
    numbered = {str(number): {"Display": label} for number, label in enumerate(labels, 1)}
    return {"Choices": numbered, "ChoiceOrder": list(numbered), **more}


def answers(*labels: str) -> dict[str, Any]:
    return {"Answers": {str(number): {"Display": label} for number, label in enumerate(labels, 1)}}


def leaf(locator: str, operator: str = "Selected", right: Any = None, how: str = "") -> dict[str, Any]:
    made = {"LogicType": "Question", "LeftOperand": f"q://{locator}", "Operator": operator, "Description": locator}
    return made | ({"RightOperand": right} if right is not None else {}) | ({"Conjuction": how} if how else {})


def logic(*leaves: dict[str, Any]) -> dict[str, Any]:
    group = {str(number): one for number, one in enumerate(leaves)}
    return {"0": {**group, "Type": "If"}, "Type": "BooleanExpression"}


def block(id: str, *items: str, **more: Any) -> dict[str, Any]:
    elements = [{"Type": "Page Break"} if item == "-" else {"Type": "Question", "QuestionID": item} for item in items]
    return {"Type": "Standard", "ID": id, "Description": id, "BlockElements": elements, **more}


def qsf(questions: list[dict[str, Any]], blocks: list[Any] | None = None, steps: list[Any] | None = None) -> bytes:
    blocks = blocks if blocks is not None else [block("B1", *(one["QuestionID"] for one in questions))]
    steps = steps if steps is not None else [{"Type": "Block", "ID": one["ID"]} for one in blocks]
    elements = [
        {"Element": "BL", "Payload": dict(enumerate(blocks))},
        {"Element": "FL", "Payload": {"Type": "Root", "Flow": steps}},
        *({"Element": "SQ", "PrimaryAttribute": one["QuestionID"], "Payload": one} for one in questions),
    ]
    entry = {"SurveyName": "A visit", "SurveyLanguage": "EN"}
    return json.dumps({"SurveyEntry": entry, "SurveyElements": elements}).encode()


def read(questions: list[dict[str, Any]], *args: Any) -> Converted:
    return convert(qsf(questions, *args), "visit.qsf")


def told(converted: Converted) -> set[str]:
    """All losses; each can be told in both languages."""
    for loss in converted.losses:
        assert loss.tell(Translator("zh")) and loss.tell(Translator("en"))
    return {loss.code for loss in converted.losses}


def shown(converted: Converted, given: dict[str, object]) -> list[str]:
    survey = converted.survey
    return [q.id for page in range(len(survey.pages)) for q in flow.visible(survey, page, given)]


AB, XY = choices("A", "B"), answers("X", "Y")
TABLE = {**AB, **XY}
INNER = {"1": ask("", "Matrix", "Likert", "SingleAnswer", **XY), "2": ask("", "Matrix", "TE", **answers("X"))}
IMAGES = {"Settings": {"FileTypes": ["png", "jpg"]}}
KINDS: list[tuple[dict[str, Any], list[str]]] = [
    (ask("Q1", "MC", "SAVR", **AB), ["single"]),
    (ask("Q2", "MC", "MAVR", **AB), ["multiple"]),
    (ask("Q3", "MC", "NPS", **choices(*map(str, range(11)))), ["nps"]),
    (ask("Q4", "MC", "DL", **choices("Only")), ["single"]),
    (ask("Q5", "Matrix", "Likert", "SingleAnswer", **TABLE), ["matrix"]),
    (ask("Q6", "Matrix", "Likert", "MultipleAnswer", **TABLE), ["multiple", "multiple"]),
    (ask("Q7", "Matrix", "TE", "Short", **TABLE), ["text"] * 4),
    (ask("Q8", "Matrix", "Bipolar", **{**choices("cold:warm", "slow:fast"), **XY}), ["matrix"]),
    (ask("Q9", "Matrix", "MaxDiff", **{**choices(*"ABCDE"), **XY}), ["maxdiff"]),
    (ask("Q10", "Matrix", "CS", **TABLE), ["number"] * 4),
    (ask("Q11", "TE", "SL"), ["text"]),
    (ask("Q12", "TE", "FORM", **choices("Name", "Town")), ["text", "text"]),
    (ask("Q13", "Slider", "HSLIDER", **choices("Staff")), ["slider"]),
    (ask("Q14", "Slider", "STAR", Configuration={"StarCount": 5}, **choices("Staff")), ["rating"]),
    (ask("Q15", "RO", "DND", **AB), ["ranking"]),
    (ask("Q16", "CS", "VRTL", **AB), ["number", "number"]),
    (ask("Q17", "PGR", "DragAndDrop", Groups=["Like", "Dislike"], **AB), ["matrix"]),
    (ask("Q18", "SBS", "SBSMatrix", AdditionalQuestions=INNER, **AB), ["matrix", "text", "text"]),
    (ask("Q19", "FileUpload", "FileUpload", Validation=IMAGES), ["photo"]),
    (ask("Q20", "FileUpload", "FileUpload"), []),
    (ask("Q21", "Timing", "PageTimer"), []),
    (ask("Q22", "HeatMap", "Image"), []),
    (ask("Q23", "Meta", "Browser"), []),
    (ask("Q24", "Unheard", "Of"), []),
    (ask("Q25", "Slider", "STAR", Configuration={"StarCount": 5}, **AB), ["matrix"]),
]


def test_every_type_is_there_or_told():
    converted = read([*(question for question, _ in KINDS), ask("Q99", "DB", "TB")])
    survey = converted.survey
    for question, kinds in KINDS:
        ids = converted.places[question["QuestionID"]]
        assert [survey.question(id).type for id in ids] == kinds, question["QuestionType"]
    assert (converted.questions, converted.carried) == (len(KINDS), len(KINDS) - 5)
    assert survey.question("q99").type == "note" and survey.question("q99").label == "Q99?"
    assert told(converted) == {
        "nps_kind", "one_choice", "split", "cells_apart", "maxdiff", "groups_as_table", "side_by_side", "file_upload",
        "timing", "on_a_picture", "metadata_of_browser", "type",
    }  # fmt: skip
    answered = {q.id: types.TYPES[q.type].example(q) for q in survey.questions if types.TYPES[q.type].asked}
    assert not flow.problems(survey, answered)


def test_choices_validation_and_languages():
    fixed = {"Type": "Advanced", "Advanced": {"FixedOrder": ["3"]}}
    spoken = {"ZH-S": {"QuestionText": "哪个？", "Choices": {"1": {"Display": "甲"}, "2": {"Display": "乙"}}}}
    some = choices("A", "B", "None", RecodeValues={"1": "5", "2": "4", "3": "9"}, Randomization=fixed, Language=spoken)
    some["Choices"]["3"]["ExclusiveAnswer"] = True
    some["Choices"]["2"]["TextEntry"] = "true"
    some["ChoiceOrder"] = ["2", "1", "3"]
    limits = {"Settings": {"ForceResponse": "ON", "Type": "ChoiceRange", "MinChoices": "1", "MaxChoices": "2"}}
    number = {
        "Settings": {
            "Type": "ContentType",
            "ContentType": "ValidNumber",
            "ValidNumber": {"Min": "0", "Max": "9.5", "NumDecimals": "1"},
        }
    }
    mail = {"Settings": {"Type": "ContentType", "ContentType": "ValidEmail"}}
    total = {"Settings": {"Type": "ChoicesTotal", "ChoiceTotal": "100"}}
    own = {
        "Settings": {
            "Type": "CustomValidation",
            "CustomValidation": {"Logic": logic(leaf("QID6/ChoiceTextEntryValue", "Contains", "x"))},
        }
    }
    slider = {"CSSliderMin": 0, "CSSliderMax": 1, "NumDecimals": "2"}
    converted = read(
        [
            ask("QID1", "MC", "MAVR", Validation=limits, **some), ask("QID2", "TE", "SL", Validation=number),
            ask("QID3", "TE", "SL", Validation=mail), ask("QID4", "CS", "VRTL", Validation=total, **AB),
            ask("QID5", "Slider", "HSLIDER", Configuration=slider), ask("QID6", "TE", "ML", Validation=own),
        ]
    )  # fmt: skip
    survey = converted.survey
    first = survey.question("qid1")
    assert [(c.id, c.other, c.exclusive, c.fixed) for c in first.choices] == [
        ("4", True, False, False), ("5", False, False, False), ("9", False, True, True),
    ]  # fmt: skip
    assert first.label == {"en": "QID1?", "zh": "哪个？"} and first.choices[1].label == {"en": "A", "zh": "甲"}
    assert (first.required, first.min_choices, first.max_choices, first.order) == (True, 1, 2, "random")
    second, fifth = survey.question("qid2"), survey.question("qid5")
    assert (str(second.maximum), second.decimals, str(fifth.step)) == ("9.5", 1, "0.01")
    wrong = flow.problems(survey, {"qid1": ("5",), "qid3": "x", "qid6": "abc"})
    assert set(wrong) == {"qid3", "qid6"} and told(converted) == {"split", "sum_when_all", "randomization"}
    assert survey.question("qid4_2").validate[0].holds.source == "qid4_1 + qid4_2 == 100.0"


def test_display_and_skip_logic():
    either = logic(leaf("QID1/SelectableChoice/1"), leaf("QID2/SelectableChoice/2", "NotSelected", how="And"),
                   leaf("QID3/ChoiceTextEntryValue", "GreaterThan", "5", how="Or"))  # fmt: skip
    number = {"Settings": {"Type": "ContentType", "ContentType": "ValidNumber"}}
    skip = [{"ChoiceLocator": "q://QID4/SelectableChoice/2", "Condition": "Selected", "SkipToDestination": "QID7"}]
    empty = [
        {"ChoiceLocator": "q://QID8/ChoiceTextEntryValue", "Condition": "Empty", "SkipToDestination": "ENDOFBLOCK"}
    ]
    back = [{"ChoiceLocator": "q://QID5/SelectableChoice/1", "Condition": "Selected", "SkipToDestination": "QID1"}]
    order = ["QID1", "QID2", "QID3", "-", "QID4", "QID5", "QID6", "-", "QID7", "QID8", "QID9"]
    unknown = logic(leaf("QID99/SelectableChoice/1"))
    converted = read(
        [
            ask("QID1", "MC", "SAVR", **AB), ask("QID2", "MC", "MAVR", **AB),
            ask("QID3", "TE", "SL", Validation=number),
            ask("QID4", "MC", "SAVR", DisplayLogic=either, SkipLogic=skip, **AB),
            ask("QID5", "MC", "SAVR", SkipLogic=back, **AB),
            ask("QID6", "Matrix", "Likert", "SingleAnswer", DisplayLogic=unknown, **TABLE),
            ask("QID7", "TE", "SL", DisplayLogic=logic(leaf("QID6/SelectableChoice/1/2", "NotSelected"))),
            ask("QID8", "TE", "SL", SkipLogic=empty), ask("QID9", "TE", "SL"), ask("QID10", "TE", "SL"),
        ],
        [block("B1", *order), block("B2", "QID10")],
    )  # fmt: skip
    rest = ["qid5", "qid6", "qid7", "qid8", "qid10"]
    assert shown(converted, {}) == ["qid1", "qid2", "qid3", *rest]
    assert "qid4" in shown(converted, {"qid1": "1"}) and "qid4" not in shown(converted, {"qid1": "1", "qid2": ("2",)})
    assert "qid4" in shown(converted, {"qid3": 6}) and "qid4" not in shown(converted, {"qid3": 5})
    assert shown(converted, {"qid1": "1", "qid4": "2"})[3:] == ["qid4", "qid7", "qid8", "qid10"]
    assert "qid7" not in shown(converted, {"qid6": {"r1": "2"}}) and "qid9" in shown(converted, {"qid8": "x"})
    assert sorted(told(converted)) == ["condition", "jump_back"]


def test_the_flow_with_branches_shuffles_ends_and_what_is_not_in_it():
    inside = [{"Type": "Block", "ID": "B2"}, {"Type": "EndSurvey"}]
    field = {"LogicType": "EmbeddedField", "LeftOperand": "vip", "Operator": "EqualTo", "RightOperand": "1"}
    steps = [
        {"Type": "EmbeddedData", "EmbeddedData": [{"Field": "vip"}]},
        {"Type": "Block", "ID": "B1"},
        {"Type": "Branch", "BranchLogic": logic(leaf("QID1/SelectableChoice/2")), "Flow": inside},
        {"Type": "BlockRandomizer", "SubSet": 1, "Flow": [{"Type": "Block", "ID": id} for id in ("B3", "B4")]},
        {"Type": "Branch", "BranchLogic": logic(field), "Flow": [{"Type": "Block", "ID": "B5"}]},
        {"Type": "WebService"}, {"Type": "Block", "ID": "B1"},
    ]  # fmt: skip
    text = "Thanks ${q://QID1/ChoiceGroup/SelectedChoices}, ${e://Field/vip} {{x}}"
    questions = [ask("QID1", "MC", "SAVR", **AB), *(ask(f"QID{n}", "TE", "SL") for n in range(2, 7))]
    questions[4]["QuestionText"] = text
    blocks = [
        block("B1", "QID1"), block("B2", "QID2"), block("B3", "QID3"),
        block("B4", "QID4", Options={"RandomizeQuestions": "true"}), block("B5", "QID5"),
        block("T", "QID6", Type="Trash"),
    ]  # fmt: skip
    converted = read(questions, blocks, steps)
    assert shown(converted, {"qid1": "1"}) == ["qid1", "qid3", "qid4", "qid5"]
    assert shown(converted, {"qid1": "2"}) == ["qid1", "qid2"]
    assert [page.shuffle for page in converted.survey.pages] == [False, False, True, True, False]
    assert converted.questions == converted.carried == 5 and "QID6" not in converted.places
    assert told(converted) == {
        "hidden_fields",
        "random_subset",
        "condition",
        "flow_step",
        "block_again",
        "unused",
        "piping",
    }


def test_carried_choices_and_piped_answers():
    carried = {"DynamicChoices": {"Locator": "q://QID1/ChoiceGroup/UnselectedChoices"}, "Choices": []}
    converted = read(
        [
            ask("QID1", "MC", "MAVR", **AB), ask("QID2", "MC", "SAVR", **carried),
            ask("QID3", "TE", "SL", QuestionText="${q://QID2/ChoiceGroup/SelectedChoices} ${m://FirstName} {{x}}"),
        ],
        [block("B1", "QID1", "-", "QID2", "-", "QID3")],
    )  # fmt: skip
    assert [c.label for c in converted.survey.question("qid2").choices] == ["A", "B"]
    assert converted.survey.question("qid3").label == "{{qid2}} … { {x}}"
    assert told(converted) == {"carried_choices", "piping"}


@pytest.mark.parametrize(
    "data",
    [
        b'{"SurveyEntry": {}, "SurveyElements": []}', b'{"SurveyEntry": 1, "SurveyElements": "x"}',
        qsf([ask("QID1", "TE", "SL")])[:-9], qsf([ask("QID1", "Timing")]), qsf([ask("QID1", "TE")], [block("B")]),
        b'{"SurveyEntry": {}, "SurveyElements": ' + b"[" * 90_000,
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_in_words(data: bytes):
    with pytest.raises(Refused) as refused:
        convert(data, "x.qsf")
    for problem in refused.value.problems:
        assert problem.tell(Translator("zh")) and problem.tell(Translator("en"))


def test_hostile_values_become_plain_text_or_a_loss():
    bad = "<script>alert(1)</script>Hi <img src=x onerror=alert(1)>"
    odd = ask(
        "QID1",
        "MC",
        "SAVR",
        QuestionText=bad,
        DataExportTag="branch",
        Choices={"a b": None, "1": {"Display": bad}, "": 5},
    )
    deep: dict[str, Any] = {"Type": "Group", "Flow": []}
    for _ in range(100):
        deep = {"Type": "Group", "Flow": [deep, 5, None]}
    questions = [
        odd, ask("QID2", "MC", "SAVR", Choices="x"),
        ask("QID3", "Matrix", "Likert", Choices=[1, 2], Answers={"1": [], "2": {}}),
        ask("QID4", "TE", DisplayLogic={"0": {"0": 7}, "x": 1}, SkipLogic=[1, {}], Validation=[], Language=3),
        {**ask("QID5", "Slider", "STAR", Configuration={"StarCount": "many"}), "QuestionText": None},
        {"QuestionID": ["x"]},
    ]  # fmt: skip
    blocks = [
        block("B1", *(str(one["QuestionID"]) for one in questions), SkipLogic=3),
        "no",
        {"ID": 3, "BlockElements": {}},
    ]
    converted = read(questions, blocks, [{"Type": "Block", "ID": "B1"}, deep, {"Type": "Branch", "BranchLogic": "?"}])
    first = converted.survey.questions[0]
    assert first.id == "branch_2" and first.label == "Hi" and len({c.id for c in first.choices}) == 3
    assert converted.questions == 6 and {"choices_none", "label_missing", "type", "condition"} <= told(converted)
