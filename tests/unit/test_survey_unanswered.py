"""Conditions while nothing at all is answered: CEL's ``||`` and ``&&`` decide, and so does ``answered``."""

from __future__ import annotations

import pytest

from cx.survey import flow, load
from cx.survey.expression import compile


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("q == 1", None),
        ("!(q == 1)", None),
        ("q == 1 || true", True),
        ("1 < 2 || q == 1", True),
        ("q == 1 && false", False),
        ("!(false && q == 1)", True),
        ("q == 1 || w == 2", None),
        ("q == 1 && w == 2", None),
        ("today() > '2020-01-01' || q == 1", True),
        ("today() < '2020-01-01' || q == 1", None),
        ("answered(q)", False),
        ("!answered(q) || w == 2", True),
        ("w == 2 || !answered(q)", True),
        ("answered(q) && w == 2", False),
        ("answered(q) ? w == 2 : true", True),
        ("answered(m.row) || q == 1", None),
        ("!answered(m.row) || q == 1", True),
        ("q + 1 > 2 || 1 / 2 < 1", True),
        ("q / 0 > 1 || w > 1", None),
        ("['a', 'b'].exists(x, x == 'a' || x == q)", True),
    ],
)
def test_what_is_known_without_any_answer(source: str, value: bool | None) -> None:
    condition = compile(source)
    assert condition.value({}) is value
    assert condition.value({"other": 3}) is value, "an answer that it does not mention changes nothing"
    assert condition.holds({}) is (value is True)


def test_a_page_before_any_answer() -> None:
    text = """
id: t
version: 1.0.0
title: T
questions:
  - {id: a, type: number, label: A}
  - {id: b, type: text, label: B, show_if: "a > 3 || !answered(a)"}
  - {id: c, type: text, label: C, show_if: "a > 3 || today() > '2020-01-01'"}
  - {id: d, type: text, label: D, show_if: a > 3}
  - {id: e, type: computed, value: "today() > '2020-01-01' ? 'late' : string(a)", as: text}
  - {id: f, type: text, label: F, required_if: "!answered(a) || a < 0"}
"""
    survey = load.read(text, "t").survey
    assert survey
    assert [question.id for question in flow.visible(survey, 0, {})] == ["a", "b", "c", "f"]
    assert flow.complete(survey, {}) == {"e": "late"} and set(flow.missing(survey, 0, {})) == {"f"}
    turn = flow.turn(survey, 0, {}, {"a": ("1",)})
    assert turn.problems == {} and [q.id for q in flow.visible(survey, 0, turn.answers)] == ["a", "c", "f"]
