"""Formbricks definitions of our own making → ours: every element, jumps, variables, languages, hostile files."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cx.convert import Converted, convert
from cx.survey import flow
from cx.words import Refused, Translator

OPEN = {"type": "openText", "required": False, "inputType": "text", "charLimit": {"enabled": False}}


def said(text: str, **more: str) -> dict[str, str]:
    return {"default": text, **more}


def element(id: str, type: str, headline: str = "What?", **keys: Any) -> dict[str, Any]:
    return {"id": id, "type": type, "headline": said(headline), "required": True, **keys}


def choices(*labels: str) -> list[dict[str, Any]]:
    return [{"id": label.lower(), "label": said(label)} for label in labels]


def block(*elements: dict[str, Any], logic: list[dict[str, Any]] | None = None, **keys: Any) -> dict[str, Any]:
    return {"id": f"b_{elements[0]['id']}", "elements": list(elements), "logic": logic or [], **keys}


def leaf(left: str, operator: str, right: object = None, type: str = "element") -> dict[str, Any]:
    """One comparison."""
    made: dict[str, Any] = {"leftOperand": {"type": type, "value": left}, "operator": operator}
    return made | ({"rightOperand": {"type": "static", "value": right}} if right is not None else {})


def when(*leaves: dict[str, Any], connector: str = "and", to: str = "", action: Any = None) -> dict[str, Any]:
    """If all or any compare so, jump to a block, or do another action."""
    done = action or {"objective": "jumpToBlock", "target": to}
    return {"conditions": {"connector": connector, "conditions": list(leaves)}, "actions": [done]}


def rule(left: str, operator: str, right: object = None, to: str = "", action: Any = None) -> dict[str, Any]:
    """If an element compares so, jump to a block, or do another action."""
    return when(leaf(left, operator, right), to=to, action=action)


def read(*blocks: dict[str, Any], **body: Any) -> Converted:
    return convert(json.dumps({"name": "Visit", "blocks": list(blocks), **body}).encode(), "visit.json")


def told(converted: Converted) -> set[str]:
    """All losses; each can be told in both languages."""
    for loss in converted.losses:
        assert loss.tell(Translator("zh")) and loss.tell(Translator("en"))
    return {loss.code for loss in converted.losses}


def shown(converted: Converted, answers: dict[str, object]) -> list[str]:
    """The questions that are asked one after the other."""
    survey = converted.survey
    return [q.id for page in range(len(survey.pages)) for q in flow.visible(survey, page, answers)]


def test_every_element_is_there_or_told():
    pictures = [{"id": "p1", "imageUrl": "/a.png"}, {"id": "p2", "imageUrl": "/b.png"}]
    field = {"show": True, "required": False, "placeholder": said("City")}
    converted = read(
        block(element("open", "openText", inputType="number")),
        block(element("mail", "openText", "Your e-mail", inputType="email")),
        block(element("one", "multipleChoiceSingle", "Which one?", choices=choices("A", "B", "Other"))),
        block(
            element("some", "multipleChoiceMulti", "Which ones?", choices=choices("A", "B"), shuffleOption="exceptLast")
        ),
        block(element("stars", "rating", "How good?", range=7, scale="star", lowerLabel=said("bad"))),
        block(element("csat", "csat", "Satisfied?", range=5)),
        block(element("nps", "nps", "Recommend?")),
        block(element("hello", "cta", "<b>Hello</b>", buttonUrl="https://x.example")),
        block(element("ok", "consent", "Agree?", label=said("I agree"))),
        block(element("rank", "ranking", "Rank", choices=choices("A", "B"))),
        block(
            element("grid", "matrix", "Grid", rows=[said("Row 1"), said("Row 2")], columns=[said("Yes"), said("No")])
        ),
        block(element("when", "date", "When?")),
        block(element("photo", "fileUpload", "Photo", allowedFileExtensions=["png", "jpg"], allowMultipleFiles=True)),
        block(element("file", "fileUpload", "File", allowedFileExtensions=["pdf"])),
        block(element("pics", "pictureSelection", "Nice?", choices=pictures)),
        block(element("who", "contactInfo", "Who?", email=field)),
        block(element("home", "address", "Where?", city=field, zip={"show": False})),
        block(element("meet", "cal", "Meet?")),
    )
    types = {place: [converted.survey.question(id).type for id in ids] for place, ids in converted.places.items()}
    assert types == {
        "open": ["number"], "mail": ["text"], "one": ["single"], "some": ["multiple"], "stars": ["rating"],
        "csat": ["csat"], "nps": ["nps"], "ok": ["yes_no"], "rank": ["ranking"], "grid": ["matrix"], "when": ["date"],
        "photo": ["photo"], "file": [], "pics": ["single"], "who": ["contact"], "home": ["text"], "meet": [],
    }  # fmt: skip
    assert (converted.questions, converted.carried) == (17, 15)
    assert told(converted) >= {"link", "file_upload", "pictures", "contact", "split", "type", "nps_kind"}
    survey = converted.survey
    assert survey.question("which_one").choice("other").other
    assert survey.question("which_ones").order == "random" and survey.question("which_ones").choice("b").fixed
    assert survey.question("how_good").scale.labels[1] == "bad" and survey.question("how_good").scale.high == 7
    assert survey.question("hello").label == "Hello" and survey.nps_kind == "relational"
    bad = flow.problems(survey, {"your_e_mail": "nobody", "agree": False})
    assert bad["your_e_mail"].code == bad["agree"].code == "answer_rule"


def test_jumps_lead_where_theirs_do():
    ask = element("why", "multipleChoiceSingle", "Why?", choices=choices("Price", "Bugs", "Offer"))
    converted = read(
        block(ask, logic=[rule("why", "equals", "price", "b_p"), rule("why", "equals", "offer", "b_o")]),
        block(
            element("bug", "openText", "Which bug?", inputType="text"),
            logic=[rule("bug", "isSubmitted", None, "e")],
        ),
        block(element("o", "cta", "An offer"), logic=[rule("o", "isClicked", None, "e")]),
        block({**OPEN, "id": "p", "headline": said("Which price?")}, logic=[rule("p", "isSkipped", None, "e")]),
        block(element("x", "openText", "What else?", inputType="text")),
        endings=[{"id": "e", "type": "endScreen", "headline": said("Bye")}],
    )
    assert told(converted) == set() and converted.survey.thanks == "Bye"
    assert shown(converted, {"why": "bugs", "which_bug": "x"}) == ["why", "which_bug"]
    assert shown(converted, {"why": "offer"}) == ["why", "an_offer"]
    assert shown(converted, {"why": "price"}) == ["why", "which_price"]
    assert shown(converted, {"why": "price", "which_price": "5"}) == ["why", "which_price", "what_else"]


def test_rules_of_older_surveys_connectors_and_what_cannot_be_said():
    rate = element("r", "rating", "Rate", range=5)
    old = [
        {"condition": "lessEqual", "value": 2, "destination": "q3"},
        {"condition": "equals", "value": 5, "destination": "end"},
    ]
    questions = [
        {**rate, "logic": old},
        {**OPEN, "id": "q2", "headline": said("Two")},
        {**OPEN, "id": "q3", "headline": said("Three"), "logic": [{"condition": "submitted", "destination": "q2"}]},
    ]
    converted = convert(json.dumps({"name": "Old", "questions": questions}).encode(), "old.json")
    assert shown(converted, {"rate": 1}) == ["rate", "three"]
    assert shown(converted, {"rate": 5}) == ["rate"]
    assert shown(converted, {"rate": 4}) == ["rate", "two", "three"]
    assert told(converted) == {"jump_back"}
    some = [leaf("some", "includesAllOf", ["a", "b"]), leaf("some", "equals", ["c"])]
    rules = [when(*some, connector="or", to="b_z"), when(leaf("h", "isSet", None, "hiddenField"), to="b_z")]
    converted = read(
        block(element("some", "multipleChoiceMulti", "Some", choices=choices("A", "B", "C")),
              logic=rules),
        block({**OPEN, "id": "y", "headline": said("Y")}),
        block({**OPEN, "id": "z", "headline": said("Z")}),
    )  # fmt: skip
    for some, passed in ((("a", "b", "c"), True), (("c",), True), (("a", "c"), False)):
        assert ("y" not in shown(converted, {"some": some})) is passed
    assert [loss.values["reason"] for loss in converted.losses] == ["hidden_field"]


def test_variables_are_computed_and_requirements_hold():
    add = {"objective": "calculate", "variableId": "v", "operator": "add", "value": {"type": "static", "value": 10}}
    need = {"objective": "requireAnswer", "target": "t"}
    last = when(leaf("v", "isGreaterThan", 10, "variable"), to="b_z")
    converted = read(
        block(element("a", "rating", "A", range=5), logic=[rule("a", "isGreaterThan", 3, action=add)]),
        block(
            element("b", "rating", "B", range=5),
            logic=[rule("b", "isGreaterThan", 3, action=add), rule("b", "equals", 5, action=need)],
        ),
        block({**OPEN, "id": "t", "headline": said("T")}, logic=[last]),
        block({**OPEN, "id": "y", "headline": said("Y")}),
        block({**OPEN, "id": "z", "headline": said("Z")}),
        variables=[{"id": "v", "name": "points", "type": "number", "value": 0}],
    )
    assert told(converted) == set()
    assert "y" not in shown(converted, {"a": 4, "b": 5}) and "y" in shown(converted, {"a": 1, "b": 5})
    assert flow.problems(converted.survey, {"a": 4, "b": 5})["t"].code == "answer_required"
    assert "t" not in flow.problems(converted.survey, {"a": 4, "b": 4})


def test_a_template_a_language_and_recalls():
    def preset(name: str, ask: str, label: str) -> dict[str, Any]:
        first = element(
            "q1",
            "multipleChoiceSingle",
            ask,
            choices=[{"id": "a", "label": said(label)}, {"id": "b", "label": said("B")}],
        )
        second = element(
            "q2", "openText", f"{ask} #recall:q1/fallback:younbspthere# #recall:q9/fallback:x#", inputType="text"
        )
        card = {"enabled": True, "headline": said(name)}
        return {"name": name, "welcomeCard": card, "blocks": [block(first), block(second)]}

    file = {
        "source": "own",
        "en": {"name": "Visit", "preset": preset("Visit", "Why?", "Price")},
        "zh_Hans_CN": {"name": "网点", "preset": preset("网点", "为什么？", "价格")},
    }
    converted = convert(json.dumps(file).encode(), "x.json")
    survey = converted.survey
    assert survey.languages == ("zh", "en") and survey.title == {"en": "Visit", "zh": "网点"} and survey.id == "visit"
    assert survey.question("why").choice("a").label == {"en": "Price", "zh": "价格"}
    assert survey.question("why_2").label["zh"] == "为什么？ {{why|you there}} x"
    assert told(converted) == {"piping"}
    chinese = convert(
        json.dumps({"name": "网点", "blocks": [block(element("q", "nps", "您会推荐我们吗？"))]}).encode(), "x.json"
    )
    assert chinese.survey.languages == ("zh",)


BROKEN = [b'{"blocks": []}', b'{"blocks": [{"elements": "no"}]}', b'{"blocks": [', b'{"preset": {}}']


@pytest.mark.parametrize("data", [*BROKEN, b'{"blocks": ' + b"[" * 100_000])
def test_a_broken_file_is_refused_in_words(data: bytes):
    with pytest.raises(Refused) as refused:
        convert(data, "x.json")
    for problem in refused.value.problems:
        assert problem.tell(Translator("zh")) and problem.tell(Translator("en"))


def test_hostile_values_become_plain_text_or_a_loss():
    bad = '<script>alert(1)</script><img src=x onerror=alert(1)>Hi {{branch}} & "bye"'
    odd = [{"id": "a b/ü", "label": said(bad)}, {"id": "", "label": None}, {"label": {"default": ""}}, 7]
    converted = read(
        block(element("1'); DROP", "multipleChoiceSingle", bad, choices=odd)),
        block(element("x", "multipleChoiceSingle", "None", choices="no")),
        block(element("y", "rating", "Odd", range="many", lowerLabel=3)),
        block({"type": 5, "id": ["z"], "headline": 4}),
        block(element("w", "matrix", "", rows=None, columns=[None, {}])),
    )
    question = converted.survey.questions[0]
    assert question.label == 'Hi { {branch}} & "bye"' and "<" not in converted.text
    assert len(question.choices) == 4 and converted.questions == 5
    assert {"label_missing", "choices_none", "type", "rows_none"} <= told(converted)
    deep: Any = "x"
    for _ in range(200):
        deep = {"a": deep}
    with pytest.raises(Refused):
        read(block(element("q", "nps", "N")), extra=deep)
