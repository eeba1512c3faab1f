"""Checks as you type: each finds what it is for, and keeps quiet about what is well made."""

from __future__ import annotations

from pathlib import Path

import pytest

from cx.survey import load
from cx.survey.review import review, way
from cx.survey.review.finding import Finding
from cx.survey.schema import Survey
from cx.words import LANGUAGES, Translator

ROOT = Path(__file__).resolve().parents[2]
HEAD = """\
id: s
version: 1.0.0
title: T
purpose: P
retention_days: 365
about: {journey: daily-banking, stage: service}
"""


def survey(questions: str, head: str = HEAD) -> Survey:
    """A survey of questions in flow style."""
    reading = load.read(f"{head}questions:\n{questions}", "s")
    assert reading.survey, [problem.code for problem in reading.problems]
    return reading.survey


def codes(questions: str, head: str = HEAD, **indicators: list[str]) -> set[str]:
    """The codes found."""
    return {finding.code for finding in review(survey(questions, head), indicators)}


def rated(label: str) -> str:
    """A rated question in both languages' scale words."""
    return f'  - {{id: q, type: rating, label: "{label}", labels: {{low: bad, high: good}}}}\n'


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("您对服务态度和办理速度满意吗？", "joined"),
        ("您如何评价网点的环境以及设备？", "joined"),
        ("How would you rate our staff and our branch?", "joined"),
        ("您一定对我们的服务满意吧？", "leading"),
        ("How satisfied are you with our excellent service?", "leading"),
        ("您是否不认为办理不方便？", "negated_twice"),
        ("Would you say it was not unhelpful?", "negated_twice"),
        ("柜员没有耐心，您同意吗？", "negated"),
        ("字" * 60, "long"),
        (" ".join(["word"] * 40), "long"),
    ],
)
def test_wording_that_misleads_is_noticed(label: str, code: str) -> None:
    assert code in codes(rated(label))


@pytest.mark.parametrize(
    "label",
    [
        "您有多大可能向亲友和同事推荐我们？",
        "与您的预期相比，等候时间如何？",
        "您如何评价与客户经理的沟通？",
        "您如何评价江和银行？",
        "How likely are you to recommend us to family and friends?",
        "How did the visit compare between Monday and Friday?",
        "您如何评价差不多同时办理的体验？".replace("同时", ""),
        "How easy was it to find what you needed?",
    ],
)
def test_sound_wording_is_left_in_peace(label: str) -> None:
    assert not codes(rated(label))


def test_two_things_may_be_named_where_nothing_is_rated() -> None:
    assert not codes("  - {id: q, type: text, label: 您对服务和环境有什么建议？}\n")
    assert "negated" in codes("  - {id: q, type: yes_no, label: 柜员没有向您说明吗？}\n")


def test_scores_need_a_place_a_scale_and_an_indicator() -> None:
    nowhere = HEAD.replace("about: {journey: daily-banking, stage: service}\n", "")
    bare = "  - {id: a, type: rating, label: A, touchpoint: queue}\n  - {id: b, type: rating, label: B}\n"
    assert codes(bare, nowhere, queue=["minutes"]) == {"no_touchpoint", "no_link", "no_labels"}
    linked = "  - {id: a, type: rating, label: A, touchpoint: queue, links: [minutes], labels: {low: x, high: y}}\n"
    assert not codes(linked, nowhere, queue=["minutes"])
    assert "no_about" in codes("  - {id: b, type: rating, label: B, labels: {low: x, high: y}}\n", nowhere)
    assert not codes(linked, nowhere.replace("version", "kind: staff\nversion"), queue=["minutes"])


def test_rows_of_a_matrix_have_places_of_their_own() -> None:
    nowhere = HEAD.replace("about: {journey: daily-banking, stage: service}\n", "")
    ends = "labels: {low: x, high: y}"

    def matrix(first: str, second: str, more: str = "") -> str:
        rows = f"rows: [{{id: r1, label: R{first}}}, {{id: r2, label: S{second}}}]"
        return f"  - {{id: m, type: matrix, label: M, points: 5, {ends}, {rows}{more}}}\n"

    here, there = ", touchpoint: queue", ", touchpoint: counter"
    assert not codes(matrix(here, there), nowhere)
    assert codes(matrix(here, ""), nowhere) == {"no_row_touchpoint"}, "one row is still nowhere"
    assert codes(matrix("", ""), nowhere) == {"no_about"}, "said once, of the survey"
    assert not codes(matrix(here, "", ", touchpoint: lobby"), nowhere)
    assert not codes(matrix(here, there), nowhere, counter=["minutes"]), "links are of the whole question"


def test_choices_need_a_rest_unless_they_are_a_ladder() -> None:
    def choices(*labels: str) -> str:
        listed = ", ".join(f"{{id: c{at}, label: {label}}}" for at, label in enumerate(labels))
        return f"  - {{id: q, type: single, label: Q, choices: [{listed}]}}\n"

    assert "no_rest" in codes(choices("利率", "网点", "服务", "手机银行"))
    assert "no_rest" not in codes(choices("利率", "网点", "服务", "其他原因"))
    assert "no_rest" not in codes(choices("每天", "每周", "每月", "更少"))
    assert "no_rest" not in codes(choices("under 5", "5 to 10", "10 to 20", "longer"))
    assert "no_rest" not in codes(choices("Rates", "Branches", "Service", "Something else"))


def test_order_and_length_of_the_whole() -> None:
    text = "".join(f"  - {{id: t{at}, type: text, label: L{at}}}\n" for at in range(4))
    assert "many_open" in codes(text)
    late = text + "  - {id: nps, type: nps, label: N, labels: {low: x, high: y}}\n"
    head = HEAD + "nps_kind: transactional\n"
    assert "nps_late" in codes(late, head)
    early = "  - {id: nps, type: nps, label: N, labels: {low: x, high: y}}\n" + text
    assert "nps_late" not in codes(early, head) and "nps_twice" not in codes(early, head)
    assert "nps_twice" in codes(early + "  - {id: nps_2, type: nps, label: N, labels: {low: x, high: y}}\n", head)
    assert {"no_purpose", "no_retention"} <= codes(text, "id: s\nversion: 1.0.0\ntitle: T\n")
    assert "open_required" in codes("  - {id: t, type: text, required: true, label: L}\n")


def test_missing_translations_are_counted_by_question() -> None:
    found = review(survey("  - {id: q, type: text, label: {zh: 甲}, help: {zh: 乙, en: B}}\n"))
    assert [(each.code, each.question, dict(each.values)) for each in found] == [("translation", "q", {"n": 1})]


CHAIN = """\
  - {id: a, type: single, label: A, choices: [{id: x, label: X}, {id: y, label: Y}]}
  - {id: n, type: rating, label: N, show_if: a == 'x', labels: {low: l, high: h}}
  - {id: deep, type: text, label: D, show_if: n >= 4 && a == 'x'}
  - {id: never, type: text, label: E, show_if: n >= 4 && a == 'y'}
  - {id: m, type: multiple, label: M, choices: [{id: p, label: P}, {id: q, label: Q}, {id: r, label: R}]}
  - {id: two, type: text, label: F, show_if: size(m) >= 2}
  - {id: word, type: text, label: G, show_if: "deep.matches('^[a-z]{9}$')"}
"""


def test_a_question_that_nobody_can_reach() -> None:
    made = survey(CHAIN)
    assert {finding.question for finding in review(made) if finding.code == "unreachable"} == {"never"}
    assert way(made, "word") is None, "what cannot be known is not accused"


def test_the_way_to_a_question_makes_it_show() -> None:
    from cx.survey import flow

    made = survey(CHAIN)
    for id in ("a", "n", "deep", "two"):
        answers = way(made, id)
        assert isinstance(answers, dict)
        assert id in {question.id for question in flow.visible(made, 0, answers)}
    assert way(made, "a") == {}


def test_every_finding_has_words() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "cx" / "survey" / "review").glob("*.py"))
    import re

    for code in re.findall(r'found\(\s*"(\w+)"', source):
        for lang in LANGUAGES:
            t = Translator(lang)
            assert t.has(f"review.{code}") and t.has(f"review.{code}_try"), code
    one = Finding("long", "q", {"length": 60, "limit": 50})
    assert "60" in one.why(Translator("zh")) and one.cure(Translator("en"))


def test_a_computed_value_is_not_told_as_never_shown() -> None:
    made = survey("""\
  - {id: n, type: number, label: N, skip: [{if: n >= 9, to: end}]}
  - {id: twice, type: computed, value: n * 2, label: Twice}
  - {id: why, type: text, label: W}
""")
    assert "unreachable" not in {finding.code for finding in review(made)}
