"""The model follows its files without a restart."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cx.bank import rules, watch
from cx.store.place import ROOT

MINE = """
journeys:
  - id: onboarding
    name: {zh: 入行, en: Joining}
    stages:
      - id: first-week
        name: {zh: 首周, en: First week}
        touchpoints:
          - {id: desk, name: {zh: 工位, en: Desk}}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(watch, "_EVERY", 0.0)
    return Path(shutil.copytree(ROOT / "data" / "model", tmp_path / "model"))


def test_journeys_that_come_with_an_import_count_at_once(folder: Path) -> None:
    watched = watch.Watched(folder)
    before = watched.now()
    assert watched.now() is before, "an unchanged model stays the same object, so that caches hold"
    (folder / "journeys.d").mkdir()
    (folder / "journeys.d" / "mine.yaml").write_text(MINE, encoding="utf-8")
    assert watched.now().place_of("desk") == ("onboarding", "first-week")
    assert before.place_of("desk") is None


def test_the_last_good_model_stays_in_service(folder: Path) -> None:
    watched = watch.Watched(folder)
    branches = set(watched.now().branches)
    for name in ("branches.yaml", "journeys.yaml"):
        (folder / name).write_text("\t: [", encoding="utf-8")
    assert set(watched.now().branches) == branches


def test_files_are_looked_at_once_in_a_while_however_often_one_asks(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Path] = []

    def files() -> list[Path]:
        looks.append(folder / rules.FILE)
        return looks[-1:]

    followed = watch.Followed(lambda: rules.load(folder), files)
    monkeypatch.setattr(watch, "_EVERY", 60.0)
    first = followed.now()
    assert first.rules and all(followed.now() is first for _ in range(100)) and len(looks) == 1
    monkeypatch.setattr(watch, "_EVERY", 0.0)
    assert followed.now() is first and len(looks) == 2, "the same object while the file stays the same: caches hold"
    (folder / rules.FILE).write_text("rules: [{id: mine, name: Mine, when: {nps: 6}}]", encoding="utf-8")
    assert list(followed.now().rules) == ["mine"]
