"""Surveys in service: hot reload, the last good version, every version ever served."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from cx.survey.shelf import Shelf

GOOD = "id: {id}\nversion: 1.0.0\ntitle: {title}\nquestions: [{{id: a, type: text, label: A}}]\n"


def write(folder: Path, name: str, id: str = "one", title: str = "First") -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(GOOD.format(id=id, title=title), encoding="utf-8")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    write(tmp_path / "defs", "one.yaml")
    return tmp_path / "defs", tmp_path / "archive"


def test_a_changed_file_takes_effect_and_old_versions_stay(folders: tuple[Path, Path]) -> None:
    defs, archive = folders
    shelf = Shelf(defs, archive)
    old = shelf.get("one")
    write(defs, "one.yaml", title="Second")
    shelf.refresh()
    new = shelf.get("one")
    assert old and new and (old.title, new.title) == ("First", "Second")
    assert shelf.get("one", old.digest) == old and shelf.get("one", new.digest) == new
    assert shelf.get("one", "0" * 16) is None and shelf.get("none") is None
    assert Shelf(defs, archive).get("one", old.digest) == old, "after a restart too"
    assert shelf.file("one") == defs / "one.yaml"


def test_hot_reload_without_being_told(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(*folders)
    assert shelf.get("one")
    write(folders[0], "two.yaml", "two")
    assert [survey.id for survey in shelf.all()] == ["one"], "looks at most every half second"
    monkeypatch.setattr("cx.survey.shelf.PAUSE", 0.0)
    assert [survey.id for survey in shelf.all()] == ["one", "two"]
    (folders[0] / "two.yaml").unlink()
    assert [survey.id for survey in shelf.all()] == ["one"]


def test_the_last_good_version_stays(folders: tuple[Path, Path]) -> None:
    defs, archive = folders
    shelf = Shelf(defs, archive)
    assert shelf.get("one")
    (defs / "one.yaml").write_text("id: one\n\tbroken", encoding="utf-8")
    shelf.refresh()
    assert shelf.get("one") and shelf.problems()["one.yaml"][0].code == "survey_tab"
    write(defs, "two.yaml", "two")
    shelf.refresh()
    assert [survey.id for survey in shelf.all()] == ["one", "two"]
    restarted = Shelf(defs, archive)
    assert restarted.get("one") and restarted.problems()["one.yaml"]
    write(defs, "one.yaml", title="Mended")
    restarted.refresh()
    mended = restarted.get("one")
    assert mended and mended.title == "Mended" and restarted.problems() == {}


def test_two_files_with_one_id(folders: tuple[Path, Path]) -> None:
    defs, archive = folders
    shelf = Shelf(defs, archive)
    assert shelf.get("one")
    write(defs, "a-copy.yaml", title="Copy")
    shelf.refresh()
    assert shelf.get("one").title == "First", "the one in service stays"
    assert [p.code for p in shelf.problems()["a-copy.yaml"]] == ["survey_same_id"]
    (defs / "one.yaml").unlink()
    shelf.refresh()
    assert shelf.get("one").title == "Copy" and shelf.problems() == {}


def test_names_from_outside_never_become_paths(folders: tuple[Path, Path]) -> None:
    shelf = Shelf(*folders)
    for id, digest in [("../one", "0" * 16), ("one", "../../x"), ("", ""), ("one", "\0" * 16)]:
        assert shelf.get(id, digest) is None


def test_without_archive_or_folder(tmp_path: Path) -> None:
    assert Shelf(tmp_path / "none", tmp_path / "archive").all() == ()
    write(tmp_path / "defs", "one.yaml")
    (tmp_path / "file").write_text("in the way")
    shelf = Shelf(tmp_path / "defs", tmp_path / "file")
    assert shelf.get("one"), "served although no copy can be kept"
    assert [(p.code, p.severity) for p in shelf.problems()["one.yaml"]] == [("survey_archive", "warning")]


def test_many_threads(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cx.survey.shelf.PAUSE", 0.0)
    shelf = Shelf(*folders)
    seen: list[object] = []

    def ask() -> None:
        for _ in range(200):
            seen.append(shelf.get("one"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(20):
        write(folders[0], "one.yaml", title=f"T{n}")
    for thread in threads:
        thread.join()
    assert len(seen) == 800 and all(seen)
