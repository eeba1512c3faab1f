"""The playbook: what is shipped is whole, and what a bank writes wrongly is told at its line."""

from __future__ import annotations

from pathlib import Path

from cx.bank.model import load
from cx.words import LANGUAGES, Translator

MODEL = Path(__file__).resolve().parents[2] / "data" / "model"
OWN = """playbook:
  - id: waiting
    name: {zh: 等, en: Waiting}
    touchpoints: [queue, nowhere]
    themes: [queue]
    actions:
      - id: good
        name: {zh: 好, en: Good}
        do: {zh: 做, en: Do it}
        effort: 2
        weeks: 6
        metric: queue_minutes
      - id: long
        name: {zh: 长, en: Long}
        do: {zh: 做, en: Do it}
        effort: 2
        weeks: 40
      - id: silent
        name: {zh: 空, en: Silent}
        effort: 1
        weeks: 2
      - id: odd
        name: {zh: 怪, en: Odd}
        do: {zh: 做, en: Do it}
        effort: 1
        weeks: 2
        metric: no_such_indicator
"""


def test_what_is_shipped_is_whole_in_both_languages() -> None:
    model = load(MODEL)
    assert not [p for p in model.problems if "playbook" in p.where]
    assert len(model.playbook.pains) >= 8
    for pain in model.playbook.pains:
        assert pain.actions and pain.touchpoints, pain.id
        for action in pain.actions:
            assert all(action.do.get(lang, "").strip() and action.name.get(lang) for lang in LANGUAGES), action.id
    assert [pain.id for pain in model.playbook.of("queue")] == ["queue"]
    assert model.playbook.place_of("queue") == "queue" and model.playbook.place_of("weather") is None


def test_a_banks_own_playbook_is_read_and_checked_with_line_numbers() -> None:
    model = load(MODEL, texts={"playbook.yaml": OWN})
    (pain,) = model.playbook.pains
    assert [action.id for action in pain.actions] == ["good"] and pain.touchpoints == ("queue",)
    told = {(p.code, p.line) for p in model.problems if p.where.startswith("playbook.yaml")}
    lines = OWN.splitlines()

    def line(text: str) -> int:
        return next(n for n, each in enumerate(lines, 1) if text in each)

    assert told == {
        ("model_unknown", line("- id: waiting")), ("model_playbook_range", line("- id: long")),
        ("model_playbook_do", line("- id: silent")), ("model_unknown", line("- id: odd")),
    }  # fmt: skip
    for problem in model.problems:
        assert all(problem.tell(Translator(lang)) for lang in LANGUAGES)
