"""The template library: enough of it, complete in both languages, sound by our own checks and the bank's model."""

from __future__ import annotations

from pathlib import Path

import pytest

from cx.bank import model as bank
from cx.survey import load
from cx.survey.editing import library
from cx.survey.editing.library import Template
from cx.survey.review import review
from cx.words import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
MODEL = bank.load(ROOT / "data" / "model")
TEMPLATES = library.templates()
POINTS = {p.id for journey in MODEL.journeys.values() for stage in journey.stages for p in stage.touchpoints}


def test_there_are_enough_and_all_of_them_read() -> None:
    files = {file.stem for file in library.SHIPPED.glob("*.yaml")} - {"index"}
    assert len(TEMPLATES) >= 12 and {template.id for template in TEMPLATES} == files
    assert {template.group for template in TEMPLATES} <= set(library.groups())
    assert {"customer", "staff", "walk"} == {template.survey.kind for template in TEMPLATES}
    served = {file.stem for file in (ROOT / "survey_defs").glob("*.yaml")}
    assert not served & files, "a template is not mistaken for a survey in service"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.id)
def test_a_template_is_complete_and_sound(template: Template) -> None:
    reading = load.read(template.text, template.id, POINTS)
    assert reading.problems == (), "no warning either: translations, touchpoints"
    survey = template.survey
    assert survey.languages == LANGUAGES and survey.id == template.id
    assert all(survey.title[lang] and survey.intro[lang] and survey.thanks[lang] for lang in LANGUAGES)
    assert all(template.when[lang] for lang in LANGUAGES)
    links = {link for question in survey.questions for link in question.links}
    assert links <= set(MODEL.indicators)
    assert any(question.type in ("nps", "csat", "ces") for question in survey.questions) or survey.kind == "walk"
    if survey.kind == "staff":
        assert not any(question.type == "nps" for question in survey.questions), "NPS is about customers"


def test_our_own_checks_find_nothing_in_them() -> None:
    measured: dict[str, list[str]] = {}
    for indicator in MODEL.indicators.values():
        if indicator.touchpoint:
            measured.setdefault(indicator.touchpoint, []).append(indicator.id)
    assert {(t.id, f.code, f.question) for t in TEMPLATES for f in review(t.survey, measured)} == set()


def test_a_bank_adds_its_own(tmp_path: Path) -> None:
    own = tmp_path / "library"
    own.mkdir()
    (own / "ours.yaml").write_text(
        "id: ours\nversion: 1.0.0\ntitle: Ours\nquestions:\n  - {id: a, type: text, label: A}\n", encoding="utf-8"
    )
    (own / "broken.yaml").write_text("id: [", encoding="utf-8")
    added = library.templates(own)
    assert len(added) == len(TEMPLATES) + 1 and added[-1].group == library.OWN and added[-1].when == "Ours"


def test_blocks_say_what_they_are_in_both_languages() -> None:
    blocks = library.blocks()
    assert len(blocks) == len(list((library.SHIPPED / "blocks").glob("*.yaml"))) >= 5
    for block in blocks:
        assert all(block.title[lang] and block.about[lang] for lang in LANGUAGES) and block.questions
