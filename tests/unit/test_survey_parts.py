"""Choices and rows with a condition of their own: what is offered, what counts, what a definition may say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cx.survey import diff, dump, flow, load
from cx.survey.schema import Survey

TEXT = """
id: banks
version: 1.0.0
title: Banks
pages:
  - questions:
      - id: used
        type: multiple
        label: Which do you use?
        choices: [{id: one, label: One}, {id: two-b, label: Two}, {id: three, label: Three}]
  - questions:
      - id: best
        type: single
        required: true
        label: Which is the best?
        choices:
          - {id: one, label: One, show_if: "'one' in used"}
          - {id: two-b, label: Two, show_if: "'two-b' in used", other: true}
      - id: rated
        type: matrix
        required: true
        points: 5
        label: Rate them
        rows: [{id: one, label: One, show_if: "'one' in used"}, {id: two, label: Two, show_if: "'two-b' in used"}]
      - id: some
        type: multiple
        min_choices: 2
        label: Which would you keep?
        choices:
          - {id: one, label: One, show_if: "'one' in used"}
          - {id: two-b, label: Two, show_if: "'two-b' in used"}
          - {id: none, label: None, exclusive: true, show_if: "'three' in used"}
      - id: ranked
        type: ranking
        label: In which order?
        choices: [{id: one, label: One, show_if: "'one' in used"}, {id: other, label: Another}]
"""


@pytest.fixture(scope="module")
def survey() -> Survey:
    reading = load.read(TEXT, "banks.yaml")
    assert reading.survey and not reading.problems
    return reading.survey


def offered(survey: Survey, *used: str) -> dict[str, list[str]]:
    shows = flow.visible(survey, 1, {"used": used} if used else {})
    return {question.id: [part.id for part in question.rows or question.choices] for question in shows}


def test_what_is_offered_follows_the_answers(survey: Survey) -> None:
    assert offered(survey) == {"ranked": ["other"]}
    assert offered(survey, "one", "three") == {
        "best": ["one"], "rated": ["one"], "some": ["one", "none"], "ranked": ["one", "other"],
    }  # fmt: skip
    assert flow.shown(flow.visible(survey, 1, {"used": ("one",)})) == (
        "best", "best.one", "rated", "rated.one", "some", "some.one", "ranked", "ranked.one",
    )  # fmt: skip
    assert flow.dependents(survey) == {"used"}


def test_an_answer_that_is_not_offered_is_kept_and_does_not_count(survey: Survey) -> None:
    form = {
        "best": ["two-b"], "best.two-b": ["really"], "rated.one": ["4"], "rated.two": ["2"], "some": ["one", "two-b"],
        "ranked": ["one,other"],
    }  # fmt: skip
    turn = flow.turn(survey, 1, {"used": ("one",)}, form)
    assert {id: problem.code for id, problem in turn.problems.items()} == {"best": "answer_required"}
    assert turn.answers["best"] == "two-b" and turn.answers["rated"] == {"one": 4, "two": 2}, "kept in the draft"
    final = flow.complete(survey, {**turn.answers, "used": ("one",)})
    assert final == {"used": ("one",), "rated": {"one": 4}, "some": ("one",), "ranked": ("one", "other")}
    again = flow.turn(survey, 0, turn.answers, {"used": ["one", "two-b"]})
    assert flow.complete(survey, again.answers)["best.two-b"] == "really", "offered again, it counts again"
    assert flow.complete(survey, again.answers)["rated"] == {"one": 4, "two": 2}


def test_how_many_must_be_chosen_is_never_more_than_is_offered(survey: Survey) -> None:
    said = {"best": ["one"], "rated.one": ["3"], "some": ["one"]}
    assert not flow.turn(survey, 1, {"used": ("one", "three")}, said).problems
    both = {"best": ["one"], "rated.one": ["3"], "rated.two": ["3"], "some": ["one"]}
    problems = flow.turn(survey, 1, {"used": ("one", "two-b")}, both).problems
    assert {id: problem.code for id, problem in problems.items()} == {"some": "answer_few"}
    together = flow.turn(survey, 1, {"used": ("one", "three")}, {**said, "some": ["one", "none"]}).problems
    assert {id: problem.code for id, problem in together.items()} == {"some": "answer_exclusive"}
    hidden = flow.turn(survey, 1, {"used": ("one", "two-b")}, {**both, "some": ["one", "two-b", "none"]})
    assert not hidden.problems and hidden.counted["some"] == ("one", "two-b"), "what stands alone is not offered"


def test_every_shown_row_is_needed_and_no_other(survey: Survey) -> None:
    said = {"best": ["one"], "rated.one": ["3"]}
    assert not flow.turn(survey, 1, {"used": ("one",)}, said).problems
    assert list(flow.turn(survey, 1, {"used": ("one", "two-b")}, said).problems) == ["rated"]


def test_it_is_written_as_it_was_read_and_told_when_it_changes(survey: Survey) -> None:
    assert load.read(dump.dump(survey), "t").survey == survey
    other = load.read(TEXT.replace("\"'one' in used\"", "\"'three' in used\""), "t").survey
    assert other is not None
    found = diff.compare(survey, other)
    assert {(change.question, change.code) for change in found.changes} == {
        ("best", "choice_show_if"), ("some", "choice_show_if"), ("ranked", "choice_show_if"), ("rated", "row_show_if"),
    }  # fmt: skip
    assert found.level == "major" and diff.compare(survey, replace(survey, version="2.0.0")).level is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("'one' in later", "survey_condition_later"),
        ("best == 'one'", "survey_condition_self"),
        ("'four' in used", "survey_condition_choice"),
        ("usd == 'one'", "survey_condition_name_hint"),
        ("1 < 2", "survey_condition_constant"),
    ],
)
def test_its_conditions_are_checked_like_all_others(said: str, code: str) -> None:
    text = TEXT.replace("\"'one' in used\"", f'"{said}"', 1)
    later = "      - {id: later, type: multiple, label: L, choices: [{id: one, label: O}, {id: x, label: X}]}\n"
    problems = load.read(text + later, "t").problems
    assert [(problem.code, problem.where.endswith("choices[1].show_if")) for problem in problems] == [(code, True)]


def test_only_types_that_offer_parts_may_have_them() -> None:
    worst = TEXT.replace("type: ranking", "type: maxdiff")
    assert any(problem.code.startswith("survey_key") for problem in load.read(worst, "t").problems)


def test_choices_with_one_rank_are_refused_only_where_both_show(survey: Survey) -> None:
    form = {"best": ["one"], "rated.one": ["3"], "ranked.one": ["1"], "ranked.other": ["1"]}
    turn = flow.turn(survey, 1, {"used": ("one",)}, form)
    assert {id: problem.code for id, problem in turn.problems.items()} == {"ranked": "answer_rank_twice"}
    hidden = flow.turn(survey, 1, {"used": ("two-b",)}, {**form, "best": ["two-b"], "rated.two": ["3"]})
    assert not hidden.problems and hidden.counted["ranked"] == ("other",)
    both = flow.turn(survey, 0, hidden.answers, {"used": ["one", "two-b"]})
    assert flow.problems(survey, both.answers)["ranked"].code == "answer_rank_twice", "offered again, it counts again"


def test_what_a_link_brings_of_a_hidden_choice_does_not_count(survey: Survey) -> None:
    asks = replace(survey, prefill=("best", "some"))
    brought = flow.prefilled(asks, {"best": "two-b", "some": "one,none"})
    assert flow.complete(survey, {**brought, "used": ("one",)}) == {"used": ("one",), "some": ("one",)}
    assert flow.complete(survey, {**brought, "used": ("two-b",)})["best"] == "two-b"
