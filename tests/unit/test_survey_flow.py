"""What to ask next and what is wrong."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cx.__main__ import main
from cx.store.place import ROOT
from cx.survey import expression, flow, load, types
from cx.survey.schema import Survey
from cx.survey.types import TYPES
from cx.words import Translator

TEXT = """
id: t
version: 1.0.0
title: T
nps_kind: relational
prefill: [segment, ways, nps, why]
about: {business_line: retail, touchpoint: queue}
pages:
  - questions:
      - {id: nps, type: nps, required: true, label: N}
      - {id: why, type: text, long: true, max_length: 50, show_if: nps <= 6, label: W}
      - {id: again, type: yes_no, show_if: why == 'slow', required_if: nps == 0, label: A}
  - show_if: nps <= 8
    questions:
      - id: ways
        type: multiple
        min_choices: 2
        max_choices: 3
        label: V
        choices:
          [{id: a, label: A}, {id: b, label: B},
           {id: c, label: C}, {id: d, label: D}, {id: no, label: N, exclusive: on}]
      - {id: used, type: rating, not_applicable: true, show_if: "'a' in ways", label: U}
  - questions:
      - {id: from, type: date, max: today, label: F}
      - id: to
        type: date
        label: T
        validate: [{rule: to >= from, message: {zh: 结束不能早于开始, en: The end is before the start}}]
      - {id: cost, type: number, min: 0, max: 100, decimals: 2, label: C}
      - {id: pick, type: single, label: P, choices: [{id: x, label: X}, {id: y, label: Y}]}
"""


def _survey() -> Survey:
    reading = load.read(TEXT, "t")
    assert reading.survey, reading.problems
    return reading.survey


SURVEY = _survey()
SHIPPED = [load.read_file(path).survey for path in sorted((ROOT / "survey_defs").glob("*.yaml"))]


def ids(page: int, **answers: object) -> list[str]:
    return [question.id for question in flow.visible(SURVEY, page, answers)]


def read(page: int, **form: str | list[str]) -> flow.Parsed:
    return flow.parse(SURVEY, page, {id: [value] if isinstance(value, str) else value for id, value in form.items()})


def test_conditions_look_through_hidden_questions() -> None:
    assert ids(0) == ["nps"]
    assert ids(0, nps=3) == ["nps", "why"]
    assert ids(0, nps=3, why="slow") == ["nps", "why", "again"]
    assert ids(0, nps=9, why="slow", again=True) == ["nps"]
    assert flow.complete(SURVEY, {"nps": 9, "why": "slow", "again": True, "ways": ("a", "b"), "zzz": 1}) == {"nps": 9}


def test_pages_without_questions_are_skipped() -> None:
    assert flow.next_page(SURVEY, -1, {}) == 0
    assert flow.next_page(SURVEY, 0, {"nps": 5}) == 1
    assert flow.next_page(SURVEY, 0, {"nps": 9}) == 2
    assert flow.previous_page(SURVEY, 2, {"nps": 9}) == 0
    assert flow.previous_page(SURVEY, 0, {}) is None
    assert flow.next_page(SURVEY, 2, {"nps": 9}) is None


def test_required_rules_and_required_if() -> None:
    assert flow.missing(SURVEY, 0, {})["nps"].code == "answer_required"
    assert flow.missing(SURVEY, 0, {"nps": 0, "why": "slow"})["again"].code == "answer_required"
    assert flow.missing(SURVEY, 0, {"nps": 1, "why": "slow"}) == {}
    late, early = dt.date(2026, 2, 1), dt.date(2026, 1, 1)
    wrong = flow.missing(SURVEY, 2, {"from": late, "to": early})
    assert wrong["to"].tell(Translator("zh")).strip() == "结束不能早于开始"
    assert flow.missing(SURVEY, 2, {"from": early, "to": late}) == {}
    assert flow.missing(SURVEY, 2, {"to": early}) == {}, "a rule on an unanswered question does not count yet"


@pytest.mark.parametrize(
    ("page", "id", "given", "value"),
    [
        (0, "nps", " １０ ", 10),
        (0, "why", "a\r\nb\x00\x07\tc", "a\nb c"),
        (0, "again", "no", False),
        (1, "ways", ["c", "a", "a"], ("a", "c")),
        (1, "ways", ["no"], ("no",)),
        (1, "used", "na", "na"),
        (2, "from", "2026年1月5日", dt.date(2026, 1, 5)),
        (2, "from", "2026/1/5", dt.date(2026, 1, 5)),
        (2, "cost", "１2.50", Decimal("12.50")),
        (2, "pick", "x", "x"),
    ],
)
def test_forms_are_read(page: int, id: str, given: str | list[str], value: object) -> None:
    parsed = read(page, **{id: given})
    assert parsed == flow.Parsed({id: value}, {})
    assert flow.from_json(SURVEY, json.loads(json.dumps(flow.to_json(parsed.answers)))).answers == {id: value}


@pytest.mark.parametrize(
    ("page", "id", "given", "code"),
    [
        (0, "nps", "11", "scale"),
        (0, "nps", "-1", "scale"),
        (0, "nps", "<script>", "scale"),
        (0, "nps", ["1", "2"], "one"),
        (0, "why", "x" * 1_000_000, "text_long"),
        (0, "again", "perhaps", "choice"),
        (1, "ways", ["a", "zzz"], "choice"),
        (1, "ways", ["a"], "few"),
        (1, "ways", ["a", "b", "c", "d"], "many"),
        (1, "ways", ["a", "no"], "exclusive"),
        (1, "used", "6", "scale"),
        (2, "from", "2999-01-01", "day_high"),
        (2, "from", "2026-02-30", "date"),
        (2, "from", "5.1.2026", "date"),
        (2, "cost", "1e9", "number"),
        (2, "cost", "NaN", "number"),
        (2, "cost", ".", "number"),
        (2, "cost", "101", "number_high"),
        (2, "cost", "-1", "number_low"),
        (2, "cost", "1.234", "decimals"),
        (2, "pick", "z", "choice"),
    ],
)
def test_forms_that_are_wrong(page: int, id: str, given: str | list[str], code: str) -> None:
    parsed = read(page, **{id: given})
    assert parsed.answers == {} and parsed.problems[id].code == f"answer_{code}"
    assert all(len(parsed.problems[id].tell(Translator(lang))) < 300 for lang in ("zh", "en"))


def test_turn() -> None:
    again = flow.turn(SURVEY, 0, {}, {"nps": ["99"], "why": ["x" * 100]})
    assert (again.page, list(again.problems)) == (0, ["nps"]), "a hidden question's problem does not count"
    on = flow.turn(SURVEY, 0, {"nps": 9}, {"nps": ["5"], "why": ["slow"]})
    assert (on.page, on.answers, on.problems) == (1, {"nps": 5, "why": "slow"}, {})
    back = flow.turn(SURVEY, 0, on.answers, {"nps": ["9"]})
    assert (back.page, back.answers) == (2, {"nps": 9, "why": "slow"}), "a hidden answer is kept, and not sent"
    assert flow.complete(SURVEY, back.answers) == {"nps": 9}
    assert flow.turn(SURVEY, 0, on.answers, {"nps": ["9"], "why": [""]}).answers == {"nps": 9}


def test_links() -> None:
    params = {"branch": "b1", "segment": "young", "product": "x", "ways": "b,a", "nps": "77", "pick": "x"}
    assert flow.prefilled(SURVEY, params) == {"ways": ("a", "b")}
    assert flow.dimensions(SURVEY, params) == {
        "business_line": "retail", "touchpoint": "queue", "branch": "b1", "segment": "young"
    }  # fmt: skip
    assert flow.dependents(SURVEY) == {"nps", "why", "ways"}


def test_a_condition_never_fails() -> None:
    for source in ("nps / 0 > 1", "ways[9] == 'a'", "nps % 0 == 1", "nps < why", "why.matches('(')"):
        condition = expression.compile(source)
        assert condition.value({"nps": 3, "why": "x", "ways": ("a",)}) is None and not condition.holds({})
        assert condition.value({"nps": Decimal("sNaN")}) is None


def test_typed_answers_from_elsewhere_are_checked() -> None:
    wrong = flow.problems(SURVEY, {"nps": "7", "cost": 3.5, "pick": None, "zzz": 1, "from": "2026-01-01"})
    assert {id: problem.code for id, problem in wrong.items()} == {
        "nps": "answer_scale", "cost": "answer_number", "zzz": "answer_unknown", "from": "answer_date"
    }  # fmt: skip


@pytest.mark.parametrize("survey", SHIPPED, ids=lambda survey: survey.id)
def test_examples_of_every_type_are_valid(survey: Survey) -> None:
    for question in survey.questions:
        value = TYPES[question.type].example(question)
        assert types.check(question, value) is None
        assert types.parse(question, types.fields(question, value)) == value


_junk = st.one_of(
    st.text(max_size=6),
    st.integers(-2, 12).map(str),
    st.sampled_from(["yes", "no", "na", "a", "x", "2026-01-01", "branch", "none"]),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([SURVEY, *SHIPPED]), st.data())
def test_any_answers(survey: Survey, data: st.DataObject) -> None:
    form = data.draw(st.dictionaries(st.sampled_from([q.id for q in survey.questions]), st.lists(_junk, max_size=3)))
    answers: dict[str, object] = {}
    for page in range(len(survey.pages)):
        parsed = flow.parse(survey, page, form)
        assert not set(parsed.answers) & set(parsed.problems)
        answers |= parsed.answers
    final = flow.complete(survey, answers)
    shown = {q.id for page in range(len(survey.pages)) for q in flow.visible(survey, page, answers)}
    assert set(final) == shown & set(answers)
    assert flow.complete(survey, final) == final
    assert flow.from_json(survey, json.loads(json.dumps(flow.to_json(final)))).answers == final
    codes = {problem.code for problem in flow.problems(survey, answers).values()}
    assert codes <= {"answer_required", "answer_rule"}, "what was parsed is valid"


_typed = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=4),
    st.decimals(),
    st.dates(),
    st.tuples(st.text(max_size=2)),
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from([q.id for q in SURVEY.questions]), _typed))
def test_any_typed_answers(answers: dict[str, object]) -> None:
    for problem in flow.problems(SURVEY, answers).values():
        assert problem.tell(Translator("zh"))
    assert set(flow.complete(SURVEY, answers)) <= set(answers)


def test_walk_and_check_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    survey, answers = tmp_path / "t.yaml", tmp_path / "a.json"
    survey.write_text(TEXT, encoding="utf-8")
    answers.write_text(json.dumps({"nps": 9, "pick": "x", "why": "hidden"}), encoding="utf-8")
    assert main(["walk", str(survey), str(answers), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "pages": [["nps"], [], ["from", "to", "cost", "pick"]], "problems": {}, "answers": {"nps": 9, "pick": "x"}
    }  # fmt: skip
    answers.write_text('{"nps": 99}', encoding="utf-8")
    assert main(["walk", str(survey), str(answers), "--lang", "zh"]) == 1
    assert "0 到 10" in capsys.readouterr().out
    answers.write_text("[" * 100_000, encoding="utf-8")
    assert main(["walk", str(survey), str(answers)]) == 2
    assert main(["walk", "nonesuch", str(answers)]) == 2
    assert main(["check", str(survey)]) == 0
    survey.write_text(TEXT.replace("nps <= 6", "np <= 6"), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(tmp_path), "--lang", "zh", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)[0]
    assert told["survey"] is None and told["problems"][0]["line"] == 11
    assert main(["check", str(tmp_path / "none.yaml")]) == 2
