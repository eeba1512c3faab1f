"""Out to another tool and back: what it can hold comes back as it was, what it cannot is told."""

from __future__ import annotations

import json
import random
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from cx.convert import Report, convert, to_surveyjs, to_xlsform
from cx.store.place import ROOT
from cx.survey import dump, flow, load, types
from cx.survey.schema import Survey

TARGETS = {"surveyjs": (to_surveyjs.write, "x.json"), "xlsform": (to_xlsform.write, "x.xlsx")}
OURS = [*sorted((ROOT / "survey_defs").glob("*.yaml")), *sorted((ROOT / "survey_defs" / "library").glob("[!i]*.yaml"))]

EVERYTHING = """
id: everything
version: 2.3.4
title: {zh: 全部题型, en: Every type}
intro: {zh: 欢迎, en: "Welcome <all> & everybody"}
thanks: {zh: 谢谢, en: Thanks}
nps_kind: transactional
quotas: [{id: young, when: age < 30, limit: 100}]
pages:
  - title: {zh: 第一页, en: First}
    questions:
      - {id: hello, type: note, label: {zh: 请作答, en: Please answer & enjoy}}
      - id: nps
        type: nps
        required: true
        label: {zh: 推荐吗, en: Us?}
        labels: {low: {zh: 否, en: no}, high: {zh: 是, en: yes}}
      - {id: why, type: text, long: true, max_length: 500, show_if: nps <= 6, label: {zh: 原因, en: Why?}}
      - {id: sat, type: csat, points: 7, label: {zh: 满意吗, en: Happy?}, labels: {4: {zh: 中, en: so so}}}
      - {id: easy, type: ces, label: {zh: 容易吗, en: Easy?}}
      - id: rate
        type: rating
        points: 10
        not_applicable: true
        touchpoint: counter-service
        label: {zh: 评分, en: Rate}
      - id: task
        type: single
        order: random
        label: {zh: 办什么, en: What for?}
        choices:
          - {id: pay, label: {zh: 付款, en: Pay}}
          - {id: "1", label: {zh: 一, en: One}, fixed: true}
          - {id: misc, label: {zh: 其它, en: Else}, other: true}
      - id: ways
        type: multiple
        min_choices: 1
        max_choices: 2
        label: {zh: 渠道, en: Ways}
        choices:
          - {id: app, label: App}
          - {id: other, label: {zh: 其他, en: Other}, other: true}
          - {id: none, label: {zh: 都不, en: None}, exclusive: true}
  - title: {zh: 第二页, en: Second}
    show_if: "'app' in ways || task == 'pay'"
    questions:
      - {id: solved, type: yes_no, label: {zh: 解决了吗, en: Solved?}, skip: [{if: solved == true, to: mood}]}
      - id: age
        type: number
        min: 18
        max: 99
        required_if: solved == false
        label: {zh: 年龄, en: Age}
        unit: {zh: 岁, en: years}
      - id: amount
        type: number
        decimals: 2
        label: {zh: 金额, en: Amount}
        validate: [{rule: amount < 1000, message: {zh: 太多, en: Much}}]
      - {id: when, type: date, min: 2026-01-01, max: today, label: {zh: 日期, en: When}}
      - id: mood
        type: slider
        min: 0
        max: 100
        step: 5
        label: {zh: 心情, en: Mood}
        labels: {low: {zh: 低, en: low}}
      - {id: order, type: ranking, label: {zh: 排序, en: Order}, choices: [{id: a, label: A}, {id: b, label: B}]}
      - id: grid
        type: matrix
        required: true
        label: {zh: 表, en: Grid}
        rows: [{id: r1, label: {zh: 一, en: one}, touchpoint: counter-service}, {id: r2, label: {zh: 二, en: two}}]
        choices: [{id: good, label: {zh: 好, en: good}}, {id: bad, label: {zh: 坏, en: bad}}]
      - {id: marks, type: matrix, points: 5, label: {zh: 打分, en: Marks}, rows: [{id: x, label: X}, {id: y, label: Y}]}
  - questions:
      - {id: sum, type: computed, value: age + amount}
      - {id: low, type: computed, value: "nps <= 6 ? 'low' : 'high'", as: text}
      - {id: pic, type: photo, max_photos: 3, label: {zh: 照片, en: Photo}}
      - {id: want, type: kano, label: {zh: 新功能, en: New feature}}
      - id: best
        type: maxdiff
        label: {zh: 最重要, en: Most important}
        choices: [{id: a, label: A}, {id: b, label: B}, {id: c, label: C}, {id: d, label: D}]
      - {id: call, type: contact, label: {zh: 联系我, en: Call me}}
      - id: echo
        type: text
        show_if: marks.x >= 4 && grid.r1 == 'good'
        label: {zh: "您给了{{nps}}分", en: "You gave {{nps}} points and {{grid.r1}}"}
"""


@cache
def everything() -> Survey:
    reading = load.read(EVERYTHING, "everything.yaml")
    assert reading.survey, [problem.code for problem in reading.problems]
    return reading.survey


def there_and_back(survey: Survey, target: str) -> Survey:
    write, name = TARGETS[target]
    return convert(write(survey, Report()), name).survey


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_surveys_come_back_the_same(path: Path, target: str) -> None:
    survey = load.read_file(path).survey
    assert survey
    back = there_and_back(survey, target)
    assert dump.definition(back) == dump.definition(survey)


@pytest.mark.parametrize("target", TARGETS)
def test_every_type_comes_back(target: str) -> None:
    assert dump.definition(there_and_back(everything(), target)) == dump.definition(everything())


def test_what_cannot_be_held_is_told() -> None:
    told = {}
    for target, (write, _) in TARGETS.items():
        report = Report()
        write(everything(), report)
        told[target] = {(loss.place, loss.code) for loss in report.losses}
        asked = {q.id for q in everything().questions if q.type not in ("note", "computed")}
        assert set(report.places) == asked
    both = {
        ("rate", "out_not_applicable"),
        ("want", "out_kano"),
        ("best", "out_maxdiff"),
        ("call", "out_contact"),
        ("", "out_quotas"),
    }
    assert both <= told["surveyjs"] & told["xlsform"]
    assert ("solved", "out_skip") in told["xlsform"] and ("solved", "out_skip") not in told["surveyjs"]
    assert ("mood", "out_labels") in told["xlsform"]


def test_surveyjs_says_it_in_its_own_words() -> None:
    data = json.loads(to_surveyjs.write(everything(), Report()))
    named = {element["name"]: element for page in data["pages"] for element in page["elements"]}
    assert (named["nps"]["rateMin"], named["nps"]["rateMax"], named["nps"]["isRequired"]) == (0, 10, True)
    assert named["why"]["type"] == "comment" and named["why"]["visibleIf"] == "{nps} <= 6"
    assert named["nps"]["title"] == {"default": "推荐吗", "en": "Us?"} and data["locale"] == "zh-cn"
    flags = [{key: value for key, value in choice.items() if key != "text"} for choice in named["ways"]["choices"]]
    assert flags[1:] == [{"value": "other", "showCommentArea": True}, {"value": "none", "isExclusive": True}]
    assert (named["ways"]["minSelectedChoices"], named["ways"]["maxSelectedChoices"]) == (1, 2)
    assert data["pages"][1]["visibleIf"] == "{ways} contains 'app' or {task} = 'pay'"
    trigger = {key: data["triggers"][0][key] for key in ("type", "expression", "gotoName")}
    assert trigger == {"type": "skip", "expression": "{solved} = true", "gotoName": "mood"}
    assert [value["name"] for value in data["calculatedValues"]] == ["sum", "low"]


def test_xlsform_says_it_in_its_own_words() -> None:
    book = openpyxl.load_workbook(BytesIO(to_xlsform.write(everything(), Report())))
    head, *rows = book["survey"].iter_rows(values_only=True)
    named = {row[1]: dict(zip(head, row, strict=True)) for row in rows if row[1]}
    assert named["nps"]["type"] == "range" and named["nps"]["parameters"] == "start=0 end=10 step=1"
    assert named["why"]["relevant"] == "${nps} <= 6" and named["why"]["label::中文 (zh)"] == "原因"
    assert named["age"]["constraint"] == ". >= 18 and . <= 99" and named["age"]["required"] == "${solved} = 'no'"
    ways = "count-selected(.) >= 1 and count-selected(.) <= 2 and not(selected(., 'none') and count-selected(.) > 1)"
    assert named["ways"]["constraint"] == ways and named["ways_other"]["relevant"] == "selected(${ways}, 'other')"
    assert named["page_2"]["relevant"] == "selected(${ways}, 'app') or ${task} = 'pay'"
    assert named["sum"]["calculation"] == "(${age} + ${amount})".strip("()")
    lists = {row[0] for row in book["choices"].iter_rows(min_row=2, values_only=True)}
    assert {"task", "ways", "yes_no", "grid"} <= lists


def stripped(value: object) -> object:
    if isinstance(value, dict):
        return {key: stripped(part) for key, part in value.items() if key != "cx"}
    return [stripped(part) for part in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "path", [p for p in OURS if "nps" in p.stem or "visit" in p.stem or "app" in p.stem], ids=lambda p: p.stem
)
def test_conditions_mean_the_same_without_our_hints(path: Path) -> None:
    """What another tool has edited comes back through its own expressions."""
    survey = load.read_file(path).survey
    assert survey
    data = stripped(json.loads(to_surveyjs.write(survey, Report())))
    back = convert(json.dumps(data).encode(), "x.json").survey
    assert [q.id for q in back.questions] == [q.id for q in survey.questions]
    chance = random.Random(7)
    for _ in range(60):
        answers: dict[str, object] = {}
        for question in survey.questions:
            entry = types.TYPES[question.type]
            if not entry.answerable or chance.random() < 0.3 or question.type in ("computed", "contact"):
                continue
            points = list(question.scale.points) if question.scale else []
            ids = [choice.id for choice in question.choices]
            pick = {
                "single": ids,
                "multiple": [tuple(chance.sample(ids, 1 + chance.randrange(len(ids))))] if ids else [],
            }
            options = pick.get(question.type) or points or [True, False][: 2 * (question.type == "yes_no")]
            if options:
                answers[question.id] = chance.choice(options)
        for page in range(len(survey.pages)):
            one, two = ({q.id for q in flow.visible(s, page, answers)} for s in (survey, back))
            assert one == two, answers
