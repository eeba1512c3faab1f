"""Answers in parts and everything else that a form may say, type by type; logic that looks at it."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from cx.__main__ import main
from cx.survey import arrange, expression, flow, load, piping, types
from cx.survey.schema import Survey
from cx.words import Translator

TEXT = """
id: all
version: 1.0.0
title: T
nps_kind: relational
thanks: {zh: "谢谢{{who|您}}，{{m.staff}} 分", en: "Thank you, {{who|dear customer}}"}
quotas:
  - {id: happy, when: nps >= 9, limit: 2, message: 名额已满}
  - {id: rated, when: "average(m) >= 4", limit: 100}
pages:
  - questions:
      - {id: nps, type: nps, label: N, skip: [{if: nps == 10, to: last}]}
      - {id: who, type: text, label: W}
      - id: way
        type: single
        label: W
        order: random
        choices:
          [{id: app, label: {zh: 手机, en: App}}, {id: atm, label: ATM}, {id: web, label: Web, fixed: true},
           {id: desk, label: Desk}, {id: else, label: 其他, other: true}]
      - id: ways
        type: multiple
        label: W
        choices: [{id: a, label: A}, {id: b, label: B, other: true}, {id: c, label: C, other: true}]
      - id: r
        type: ranking
        label: R
        min_choices: 2
        max_choices: 3
        choices: [{id: p, label: P}, {id: q, label: Q}, {id: s, label: S}, {id: t, label: T}]
      - id: m
        type: matrix
        label: M
        points: 5
        not_applicable: true
        rows: [{id: staff, label: S, touchpoint: counter-service}, {id: clean, label: C}]
      - id: often
        type: matrix
        label: O
        required: true
        rows: [{id: app, label: A}, {id: atm, label: B}]
        choices: [{id: never, label: N}, {id: daily, label: D}]
      - {id: slide, type: slider, min: 0, max: 10, step: "2.5", label: S, labels: {low: bad, high: good}}
      - {id: k, type: kano, label: K}
      - id: x
        type: maxdiff
        label: X
        choices: [{id: i1, label: 1}, {id: i2, label: 2}, {id: i3, label: 3}, {id: i4, label: 4}, {id: i5, label: 5}]
      - {id: c, type: contact, label: C}
      - {id: pics, type: photo, max_photos: 2, label: P}
  - questions:
      - {id: score, type: computed, value: "(m.staff + m.clean) / 2 + 0.25"}
      - {id: tier, type: computed, as: text, value: "nps >= 9 ? 'fan' : 'other'"}
      - {id: low, type: computed, as: flag, value: "answered(m) && score < 3"}
      - {id: sorry, type: note, show_if: low, label: "{{tier}}: {{way}}, {{ways}} und {{score}}"}
      - {id: last, type: date, label: L}
"""


def survey(text: str = TEXT) -> Survey:
    reading = load.read(text, "t")
    assert reading.survey and not reading.problems, reading.problems
    return reading.survey


ALL = survey()


def read(id: str, form: dict[str, str | list[str]]) -> flow.Parsed:
    whole = {name: [texts] if isinstance(texts, str) else texts for name, texts in form.items()}
    parsed = flow.parse(ALL, 0, whole)
    return flow.Parsed(
        {name: value for name, value in parsed.answers.items() if name.split(".")[0] == id},
        {name: problem for name, problem in parsed.problems.items() if name == id},
    )


@pytest.mark.parametrize(
    ("form", "answers"),
    [
        ({"way": "else", "way.else": " 柜员\n带我去 "}, {"way": "else", "way.else": "柜员 带我去"}),
        ({"way": "app", "way.else": "typed, then changed"}, {"way": "app"}),
        ({"way.else": "only typed"}, {"way": "else", "way.else": "only typed"}),
        ({"ways": ["a", "c"], "ways.b": "x", "ways.c": "y"}, {"ways": ("a", "c"), "ways.c": "y"}),
        ({"ways.c": "y"}, {"ways": ("c",), "ways.c": "y"}),
        ({"r": "t,p"}, {"r": ("t", "p")}),
        ({"r": ["t", "p"]}, {"r": ("t", "p")}),
        ({"r": "", "r.p": "3", "r.t": "1"}, {"r": ("t", "p")}),
        ({"m.staff": "5", "m.clean": "na"}, {"m": {"staff": 5, "clean": "na"}}),
        ({"m.clean": "1"}, {"m": {"clean": 1}}),
        ({"often.app": "never", "often.atm": "daily"}, {"often": {"app": "never", "atm": "daily"}}),
        ({"slide": "7.5"}, {"slide": Decimal("7.5")}),
        ({"k.with": "1", "k.without": "5", "k": "attractive"}, {"k": {"with": 1, "without": 5}}),
        ({"c": "no", "c.phone": "123"}, {"c": {"wanted": False}}),
        (
            {"c": "yes", "c.phone": "+86 138 0000 0000", "c.when": "下午"},
            {"c": {"wanted": True, "phone": "+86 138 0000 0000", "when": "下午"}},
        ),
        ({"pics": ["0123456789abcdef", "0123456789abcdef"]}, {"pics": ("0123456789abcdef",)}),
        ({"score": "5", "sorry": "x"}, {}),
    ],
)
def test_answers_that_are_taken(form: dict[str, str | list[str]], answers: dict[str, object]) -> None:
    id = next(iter(form)).split(".")[0]
    assert read(id, form) == flow.Parsed(answers, {})
    assert flow.from_json(ALL, flow.to_json(answers)).answers == answers
    assert flow.parse(ALL, 0, flow.to_form(ALL, answers)).answers == answers


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"way": "else", "way.else": "x" * 501}, "text_long"),
        ({"r": "t"}, "few"),
        ({"r": "t,p,q,s"}, "many"),
        ({"r": "t,t"}, "ranked_twice"),
        ({"r": "t,zzz"}, "choice"),
        ({"r.p": "1", "r.t": "1"}, "rank_twice"),
        ({"r.p": "5"}, "rank"),
        ({"r.p": "first"}, "rank"),
        ({"m.staff": "6"}, "scale"),
        ({"often.app": "na"}, "choice"),
        ({"slide": "1"}, "step"),
        ({"slide": "12.5"}, "number_high"),
        ({"k.with": "1"}, "kano"),
        ({"k.with": "0", "k.without": "1"}, "scale"),
        ({"c": "yes"}, "contact_way"),
        ({"c": "yes", "c.phone": "call me"}, "contact_phone"),
        ({"c": "yes", "c.email": "me@bank"}, "contact_email"),
        ({"c": "yes", "c.email": "me@bank.cn", "c.name": "x" * 101}, "contact_long"),
        ({"c.phone": "13800000000"}, "contact_wanted"),
        ({"pics": ["../../etc/passwd"]}, "photo"),
        ({"pics": ["0123456789abcdef", "1123456789abcdef", "2123456789abcdef"]}, "many"),
        ({"x.1.best": "i1"}, "maxdiff_both"),
        ({"x.1.best": "zzz", "x.1.worst": "i1"}, "choice"),
    ],
)
def test_answers_that_are_refused(form: dict[str, str | list[str]], code: str) -> None:
    id = next(iter(form)).split(".")[0]
    if id == "x" and "i1" not in types.sets(ALL.question("x"))[0]:  # type: ignore[arg-type]
        form = {name: text.replace("i1", types.sets(ALL.question("x"))[0][0]) for name, text in form.items()}  # type: ignore
    parsed = read(id, form)
    assert (parsed.answers, {name: p.code for name, p in parsed.problems.items()}) == ({}, {id: f"answer_{code}"})


def test_a_required_matrix_wants_every_row() -> None:
    wrong = flow.problems(ALL, {"often": {"app": "never"}})
    assert wrong["often"].code == "answer_rows" and wrong["often"].values == {"count": 1}
    assert flow.problems(ALL, {})["often"].code == "answer_required"
    assert "often" not in flow.problems(ALL, {"often": {"app": "never", "atm": "never"}})


def test_every_cell_of_kanos_table() -> None:
    table = [[types.kano({"with": there, "without": absent}) for absent in range(1, 6)] for there in range(1, 6)]
    assert [row[0] for row in table] == ["questionable", "reverse", "reverse", "reverse", "reverse"]
    assert table[0][1:] == ["attractive", "attractive", "attractive", "one_dimensional"]
    assert [row[4] for row in table[1:]] == ["must_be", "must_be", "must_be", "questionable"]
    assert table[4][1:4] == ["reverse"] * 3
    assert {cell for row in table[1:4] for cell in row[1:4]} == {"indifferent"}


@pytest.mark.parametrize(("items", "size"), [(4, 3), (5, 4), (8, 4), (13, 4), (30, 6)])
def test_sets_of_best_and_worst_are_balanced(items: int, size: int) -> None:
    choices = ", ".join(f"{{id: i{n}, label: x}}" for n in range(items))
    question = f"{{id: x, type: maxdiff, label: X, per_set: {size}, choices: [{choices}]}}"
    made = survey(f"id: t\nversion: 1.0.0\ntitle: T\nquestions: [{question}]")
    drawn = {str(types.sets(arrange.arranged(made, f"s{n}").questions[0])) for n in range(40)}
    assert 2 <= len(drawn) <= types.maxdiff.VERSIONS, "respondents are spread over several designs"
    blocks = types.sets(arrange.arranged(made, "me").questions[0])
    assert all(len(set(block)) == size for block in blocks)
    shown = Counter(item for block in blocks for item in block)
    assert len(shown) == items and max(shown.values()) - min(shown.values()) <= 1 and min(shown.values()) >= 3
    met = Counter(frozenset(pair) for block in blocks for pair in combinations(block, 2))
    expected = len(blocks) * size * (size - 1) / (items * (items - 1))
    assert max(met.values()) <= expected + 2.5 and sum(met.values()) / len(met) < expected + 1


def test_best_worst_counting() -> None:
    question = ALL.question("x")
    assert question
    blocks = types.sets(question)
    answer = {"1.best": blocks[0][0], "1.worst": blocks[0][1]}
    found = types.counts(question, answer)
    assert found == {
        item: (int(item == blocks[0][0]), int(item == blocks[0][1]), 1) for item in sorted(blocks[0])
    }  # fmt: skip


def test_skips_lead_forwards_over_pages() -> None:
    asked = [[q.id for q in flow.visible(ALL, page, {"nps": 10, "who": "me"})] for page in (0, 1)]
    assert asked == [["nps"], ["last"]]
    assert flow.complete(ALL, {"nps": 10, "who": "me", "way": "app"}) == {"nps": 10}, (
        "what is skipped is not part of it"
    )
    assert [q.id for q in flow.visible(ALL, 1, {"nps": 9})] == ["last"]
    over = TEXT.replace("to: last", "to: end")
    assert flow.next_page(survey(over), 0, {"nps": 10}) is None


def test_computed_values_are_typed() -> None:
    answers = {"nps": 3, "m": {"staff": 2, "clean": 1}, "score": Decimal(99), "way": "app", "ways": ("a", "c")}
    final = flow.complete(ALL, answers | {"ways.c": "fax"})
    assert (final["score"], final["tier"], final["low"]) == (Decimal("1.75"), "other", True)
    note = next(question for question in flow.visible(ALL, 1, answers) if question.id == "sorry")
    assert piping.fill(note.label, ALL, final, Translator("zh")) == "other: 手机, A、fax und 1.75"
    assert "score" not in flow.complete(ALL, {"nps": 3, "m": {"staff": 2, "clean": types.NOT_APPLICABLE}})


def test_quotas() -> None:
    assert flow.hits(ALL, {"nps": 9, "m": {"staff": 5, "clean": types.NOT_APPLICABLE}}) == ("happy", "rated")
    assert flow.hits(ALL, {"nps": 10, "m": {"staff": 5}}) == ("happy",), "what is skipped counts for nothing"
    full = flow.full(ALL, {"nps": 9}, {"happy"})
    assert full and full.id == "happy" and full.message == "名额已满"
    assert flow.full(ALL, {"nps": 8}, {"happy"}) is None and flow.full(ALL, {"nps": 9}, ()) is None


def test_texts_repeat_answers_as_they_were_said() -> None:
    zh, en = Translator("zh"), Translator("en")
    assert piping.fill(ALL.thanks, ALL, {}, zh) == "谢谢您，– 分"
    assert piping.fill(ALL.thanks, ALL, {"who": "<b>{{nps}}", "m": {"staff": 4}}, zh) == "谢谢<b>{{nps}}，4 分"
    assert piping.fill(ALL.thanks, ALL, {}, en) == "Thank you, dear customer"
    said = {"last": dt.date(2026, 1, 31), "k": {"with": 1}, "c": {"wanted": True, "phone": "1"}, "way": "app"}
    text = "{{last}} {{k}} {{c}} {{way}} {{ m.staff | none }} {{zzz}} {{A}} {{x"
    assert piping.fill(text, ALL, said, en) == "31 Jan 2026 – – App none – {{A}} {{x"


def test_a_random_order_is_everybodys_own_and_stays() -> None:
    orders = {tuple(c.id for c in arrange.arranged(ALL, f"s{n}").question("way").choices) for n in range(50)}  # type: ignore
    assert len(orders) == 6, "three choices move: all orders come up"
    assert all(order[2] == "web" and order[4] == "else" for order in orders)
    again = arrange.arranged(survey(), "s1")
    assert [c.id for c in again.question("way").choices] == [
        c.id for c in arrange.arranged(ALL, "s1").question("way").choices
    ]  # type: ignore  # noqa: E501
    assert again.written is not None and again.digest == ALL.digest


@pytest.mark.parametrize(
    ("source", "answers", "value"),
    [
        ("amount + 1 > 2.5", {"amount": Decimal("2.5")}, True),
        ("amount + 1 > 2.5", {"amount": Decimal("1.25")}, False),
        ("nps / 2 > 2", {"nps": 5}, True),
        ("10 / nps > 2", {"nps": 0}, None),
        ("10 / (nps - 3) > 2 || nps == 3", {"nps": 3}, True),
        ("size(ways) * 2 > 3", {"ways": ("a", "b")}, True),
        ("ways[size(ways) - 1] == 'b'", {"ways": ("a", "b")}, True),
        ("nps % 2 == 1", {"nps": 3}, True),
        ("answered(nps)", {}, False),
        ("!answered(nps) || nps > 3", {}, True),
        ("answered(m.staff) && !answered(m['clean'])", {"m": {"staff": 1}}, True),
        ("m.staff >= 4", {"m": {"clean": 5}}, None),
        ("m.staff != 4", {"m": {"staff": types.NOT_APPLICABLE}}, None),
        ("average(m) == 4", {"m": {"staff": 4, "clean": types.NOT_APPLICABLE}}, True),
        ("total([nps, amount]) == 5.5", {"nps": 3, "amount": Decimal("2.5")}, True),
        ("used != 4", {"used": types.NOT_APPLICABLE}, None),
        ("number(why) > 3", {"why": "4.5"}, True),
        ("number(why) > 3 || nps == 1", {"why": "x", "nps": 1}, True),
        ("number(why) != 3", {"why": "x"}, None),
        ("text(nps) == '3'", {"nps": 3}, True),
        ("round(nps / 3, 2) == 1.67", {"nps": 5}, True),
        ("round(amount) == -3.0", {"amount": Decimal("-2.5")}, True),
        ("today() >= '2026-01-01'", {}, True),
        ("why == '''it's 1 + 1''' ", {"why": "it's 1 + 1"}, True),
        ("why.matches(r'^\\d+ 1$') && nps + 1 == 4", {"why": "12 1", "nps": 3}, True),
        ("nps + 1 > 3 // a note", {"nps": 3}, True),
    ],
)
def test_what_conditions_give(source: str, answers: dict[str, object], value: bool | None) -> None:
    assert expression.compile(source).value(answers) is value


def test_walk_tells_computed_values_and_quotas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    definition, answers = tmp_path / "all.yaml", tmp_path / "a.json"
    definition.write_text(TEXT, encoding="utf-8")
    said = {
        "nps": 9,
        "way": "else",
        "way.else": "fax",
        "m": {"staff": 1, "clean": 2},
        "often": {"app": "never", "atm": "daily"},
    }
    answers.write_text(json.dumps(said), encoding="utf-8")
    assert main(["walk", str(definition), str(answers), "--json", "--seed", "me"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["quotas"] == ["happy"] and told["pages"][1] == ["sorry", "last"]
    assert told["answers"] == said | {"score": "1.75", "tier": "fan", "low": True}
    assert main(["walk", str(definition), str(answers), "--lang", "zh"]) == 0
    out = capsys.readouterr().out
    assert "sorry: fan: fax, – und 1.75" in out and 'score: 计算值 → "1.75"' in out and "计入配额：happy" in out
    assert main(["check", str(definition)]) == 0
