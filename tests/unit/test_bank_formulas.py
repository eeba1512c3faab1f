"""Computed indicators, scales and index weights: sound ones work, wrong ones are told at their line."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_bank_model import SHIPPED, codes, folder

from cx.bank import formulas
from cx.bank import model as bank
from cx.bank.shape import Scale
from cx.words import LANGUAGES, Translator

HEAD = "indicators:\n"
A = "  - {id: a, name: {zh: 甲, en: A}, touchpoint: queue}\n"
B = "  - {id: b, name: {zh: 乙, en: B}}\n"


def computed(*expressions: str) -> str:
    """Indicators a and b, and c1, c2 … computed (from line 4 on)."""
    lines = [
        f"  - {{id: c{n}, name: {{zh: 丙, en: C}}, computed: '{each}'}}\n" for n, each in enumerate(expressions, 1)
    ]
    return HEAD + A + B + "".join(lines)


def value(model: bank.Model, of: str, **parts: float | None) -> float | None:
    return formulas.value(of, model.formulas, parts)


def test_a_value_is_worked_out_from_parts(tmp_path: Path) -> None:
    model = bank.load(folder(tmp_path, indicators=computed("100 * a / b", "c1 / 2 + a", "a > b ? a : b")))
    assert model.problems == ()
    assert model.formulas["c2"].parts == ("a", "b") and model.formulas["c2"].names == ("a", "c1")
    assert value(model, "c1", a=3.0, b=4.0) == 75.0
    assert value(model, "c2", a=3.0, b=4.0) == 40.5
    assert value(model, "c3", a=3.0, b=4.0) == 4.0


def test_no_value_instead_of_an_error(tmp_path: Path) -> None:
    model = bank.load(folder(tmp_path, indicators=computed("a / b", "a / (a - b)", "c1 + 1")))
    assert value(model, "c1", a=3.0, b=0.0) is None
    assert value(model, "c2", a=3.0, b=3.0) is None
    assert value(model, "c1", a=3.0) is None and value(model, "c1", a=3.0, b=None) is None
    assert value(model, "c3", a=3.0, b=0.0) is None
    assert value(model, "c1", a=1e308, b=1e-300) is None
    assert value(model, "no_such", a=1.0) is None


@pytest.mark.parametrize(
    ("expressions", "code", "line"),
    [
        (("a +",), "model_computed_syntax", 4),
        (("a + nothing",), "model_computed_unknown", 4),
        (("a", "c2 + b"), "model_computed_self", 5),
        (("c2 + a", "c3 * 2", "c1 - b"), "model_computed_circle", 4),
        (("1 + 2",), "model_computed_constant", 4),
        (("a > b",), "model_computed_result", 4),
        (("no_function(a)",), "model_computed_result", 4),
        (("text(a)",), "model_computed_result", 4),
    ],
)
def test_a_wrong_expression_is_told_at_its_line_and_has_no_values(
    tmp_path: Path, expressions: tuple[str, ...], code: str, line: int
) -> None:
    model = bank.load(folder(tmp_path, indicators=computed(*expressions)))
    told = next(problem for problem in model.problems if problem.code == code)
    assert told.where == f"indicators.yaml:{line}" and told.line == line
    name = f"c{line - 3}"
    assert name not in model.formulas and value(model, name, a=2.0, b=3.0) is None
    assert model.indicators[name].computed, "it stays computed, so that nobody uploads it meanwhile"
    for lang in LANGUAGES:
        assert told.tell(Translator(lang))


def test_a_circle_does_not_hang_those_that_use_it(tmp_path: Path) -> None:
    model = bank.load(folder(tmp_path, indicators=computed("c2", "c1", "c1 + a", "a + b")))
    assert set(model.formulas) == {"c4"}
    assert codes(model).count("model_computed_circle") == 2
    assert "c1 → c2 → c1" in {problem.values["circle"] for problem in model.problems}


def indicator(**fields: str) -> str:
    given = {"target": "10", "thresholds": "{alarm: 18}", "direction": "lower"} | fields
    said = ", ".join(f"{name}: {text}" for name, text in given.items() if text)
    return f"{HEAD}  - {{id: wait, name: {{zh: 等, en: Wait}}, touchpoint: queue, {said}}}\n"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Scale(18, 10)),
        ({"scale": "{zero: 30}"}, Scale(30, 10)),
        ({"scale": "{zero: 30, full: 5}"}, Scale(30, 5)),
        ({"target": ""}, None),
        ({"thresholds": ""}, None),
        ({"thresholds": "", "scale": "{zero: 20}"}, Scale(20, 10)),
    ],
)
def test_a_scale_goes_from_alarm_to_target_by_default(
    tmp_path: Path, fields: dict[str, str], expected: Scale | None
) -> None:
    model = bank.load(folder(tmp_path, indicators=indicator(**fields)))
    assert model.problems == () and model.indicators["wait"].scale == expected


@pytest.mark.parametrize(
    ("fields", "code", "severity"),
    [
        ({"scale": "{zero: 5, full: 10}"}, "model_scale_way", "error"),
        ({"scale": "{zero: 10, full: 10}"}, "model_scale_way", "error"),
        ({"thresholds": "{alarm: 8}"}, "model_scale_way", "warning"),
        ({"scale": "18"}, "model_scale", "error"),
        ({"scale": "{from: 1, to: 2}"}, "model_scale", "error"),
        ({"scale": "{zero: ten}"}, "model_number", "error"),
        ({"weight": "-1"}, "model_weight", "error"),
        ({"weight": "much"}, "model_number", "error"),
    ],
)
def test_wrong_scales_and_weights_are_told(tmp_path: Path, fields: dict[str, str], code: str, severity: str) -> None:
    model = bank.load(folder(tmp_path, indicators=indicator(**fields)))
    told = next(problem for problem in model.problems if problem.code == code)
    assert (told.where, told.severity) == ("indicators.yaml:2", severity)
    assert model.indicators["wait"].weight == 1
    for lang in LANGUAGES:
        assert told.tell(Translator(lang))


def with_index(tmp_path: Path, text: str) -> bank.Model:
    (folder(tmp_path) / "index.yaml").write_text(text, encoding="utf-8")
    return bank.load(tmp_path)


def test_the_index_file(tmp_path: Path) -> None:
    model = with_index(
        tmp_path,
        "index:\n  name: {zh: 指数, en: Index}\n  least_cover: 0.5\n"
        "  weights:\n    opening: 2\n    opening/first/queue: 3\n",
    )
    assert model.problems == ()
    assert model.index.weights == {("opening",): 2.0, ("opening", "first", "queue"): 3.0}
    assert (model.index.name["en"], model.index.least_cover) == ("Index", 0.5)


def test_without_an_index_file_weights_are_equal(tmp_path: Path) -> None:
    model = bank.load(folder(tmp_path))
    assert model.problems == () and not model.index.weights and model.index.name["zh"]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("index:\n  weights:\n    opening: 1\n    moon: 2\n", "model_weight_unknown", 4),
        ("index:\n  weights:\n    queue: 2\n", "model_weight_unknown", 3),
        ("index:\n  weights:\n    opening/second: 2\n", "model_weight_idle", 3),
        ("index:\n  weights:\n    opening: -2\n", "model_weight", 3),
        ("index:\n  weights: 3\n", "model_weights", 2),
        ("index:\n  least_cover: 2\n", "model_cover", 2),
        ("index:\n  colour: red\n", "model_key", 2),
        ("index: 3\n", "model_not_mapping", None),
    ],
)
def test_a_wrong_index_is_told_at_its_line(tmp_path: Path, text: str, code: str, line: int | None) -> None:
    model = with_index(tmp_path, text)
    assert codes(model) == [code] and model.problems[0].line == line
    for lang in LANGUAGES:
        assert model.problems[0].tell(Translator(lang))


def test_a_text_stands_in_for_a_file_that_is_being_written(tmp_path: Path) -> None:
    home = folder(tmp_path)
    model = bank.load(home, texts={"indicators.yaml": computed("a / b", "c3"), "index.yaml": "index: {least_cover: 1}"})
    assert set(model.indicators) == {"a", "b", "c1", "c2"} and model.index.least_cover == 1
    assert [(p.code, p.where) for p in model.problems] == [("model_computed_unknown", "indicators.yaml:5")]
    assert set(bank.load(home).indicators) == {"wait"}, "the file itself is as it was"


def test_the_shipped_index_weighs_what_is_there() -> None:
    model = bank.load(SHIPPED)
    assert model.problems == () and model.index.weights and all(model.index.name.get(lang) for lang in LANGUAGES)
    assert model.formulas["stickiness"].parts == ("dau", "mau")
