"""The indicator dictionary from a change on screen to service: four eyes, words for what changed, roll-back."""

from __future__ import annotations

from pathlib import Path

import pytest

from cx.access.rights import User
from cx.bank import diff, editing, model
from cx.insight import meanings
from cx.publish import dictionary, drafts, versions
from cx.publish.dictionary import Desk
from cx.store import audit
from cx.store.database import Database
from cx.store.place import ROOT
from cx.words import Refused

WRITER = User("w", "W", "analyst", None, "zh")
CHECKER = User("c", "C", "cx_manager", None, "zh")
ID = "indicators.yaml"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "model"
    folder.mkdir()
    for file in (ROOT / "data" / "model").glob("*.yaml"):
        (folder / file.name).write_bytes(file.read_bytes())
    return Desk(Database(tmp_path / "cx.duckdb"), folder, lambda: folder)


def changed(desk: Desk, **fields: object) -> str:
    text = desk.text()
    return editing.put(text, "queue_minutes", {**editing.entries(text)["queue_minutes"], **fields})


def served(desk: Desk) -> model.Indicator:
    return model.load(desk.folder).indicators["queue_minutes"]


def through(desk: Desk, text: str) -> versions.Version:
    draft = dictionary.save(desk, text, WRITER, None)
    dictionary.submit(desk, draft.revision, WRITER)
    drafts.approve(desk.db, ID, draft.revision, CHECKER)
    return dictionary.publish(desk, draft.revision, CHECKER)


def test_a_changed_entry_leaves_all_other_lines_as_they_stand(desk: Desk) -> None:
    before, after = desk.text().splitlines(), changed(desk, target=8).splitlines()
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [("    target: 10", "    target: 8")]
    assert any(line.startswith("#") for line in after)


def test_nothing_is_in_service_before_somebody_else_approved_it(desk: Desk) -> None:
    dictionary.look(desk)
    draft = dictionary.save(desk, changed(desk, target=8), CHECKER, None)
    dictionary.submit(desk, draft.revision, CHECKER)
    with pytest.raises(Refused, match="four_eyes"):
        drafts.approve(desk.db, ID, draft.revision, CHECKER)
    with pytest.raises(Refused, match="draft_moved"):
        dictionary.publish(desk, draft.revision, CHECKER)
    assert served(desk).target == 10


def test_an_analyst_may_write_but_not_approve_and_a_viewer_neither(desk: Desk) -> None:
    dictionary.look(desk)
    draft = dictionary.save(desk, changed(desk, target=8), WRITER, None)
    dictionary.submit(desk, draft.revision, WRITER)
    for deed in (
        lambda: drafts.approve(desk.db, ID, draft.revision, WRITER),
        lambda: dictionary.roll_back(desk, 1, WRITER),
        lambda: dictionary.save(desk, "x", User("v", "V", "viewer", None, "zh"), draft.revision),
        lambda: dictionary.save(desk, "x", User("b", "B", "branch_manager", frozenset({"b0101"}), "zh"), 1),
    ):
        with pytest.raises(Refused, match="right_missing"):
            deed()


def test_versions_count_by_what_changed_and_can_be_rolled_back(desk: Desk) -> None:
    dictionary.look(desk)
    first = desk.text()
    assert through(desk, changed(desk, target=8)).version == "1.1.0"
    assert served(desk).target == 8
    second = through(desk, changed(desk, unit="s"))
    assert (second.version, second.level, second.intact) == ("2.0.0", "major", True)
    back = dictionary.roll_back(desk, 1, CHECKER)
    assert (back.origin, back.version, desk.text()) == ("rolled_back", "3.0.0", first)
    with desk.db.cursor() as con:
        found = meanings.breaks(con, model.load(desk.folder))
        told = [(each.version, each.fields) for each in found["queue_minutes"]]
        assert told == [("2.0.0", ("unit",)), ("3.0.0", ("unit",))]
        assert set(found) == {"queue_minutes"}
        assert {"dictionary_published", "dictionary_rolled_back"} <= {e.action for e in audit.entries(con)}
        assert not drafts.all(con) and not versions.latest(con)  # no survey is called so


def test_a_file_changed_by_hand_becomes_a_version(desk: Desk) -> None:
    dictionary.look(desk)
    (desk.folder / ID).write_text(changed(desk, direction="higher"), encoding="utf-8")
    dictionary.look(desk)
    with desk.db.cursor() as con:
        newest, oldest = versions.all(con, ID)
    assert (newest.origin, newest.level, oldest.origin) == ("outside", "major", "found")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"target": "many"}, "model_number"),
        ({"direction": "sideways"}, "model_choice"),
        ({"computed": "no_such_indicator + 1"}, None),
        ({"touchpoint": "no-such-touchpoint"}, "model_unknown"),
        ({"low": 5, "high": 1}, "model_limits"),
    ],
)
def test_errors_keep_a_draft_from_being_handed_over(desk: Desk, fields: dict[str, object], code: str | None) -> None:
    dictionary.look(desk)
    draft = dictionary.save(desk, changed(desk, **fields), WRITER, None)
    with pytest.raises(Refused) as refused:
        dictionary.submit(desk, draft.revision, WRITER)
    assert code is None or code in {problem.code for problem in refused.value.problems}
    assert all(problem.where.startswith(f"{ID}:") for problem in refused.value.problems)


def test_two_editors_at_once_are_told_and_nothing_is_lost(desk: Desk) -> None:
    dictionary.look(desk)
    one, two = changed(desk, target=8), changed(desk, target=9)
    dictionary.save(desk, one, WRITER, None)
    with pytest.raises(Refused, match="draft_conflict"):
        dictionary.save(desk, two, CHECKER, None)
    with desk.db.cursor() as con:
        assert {each.text for each in drafts.history(con, ID)} == {one, two}


def test_every_field_of_an_entry_has_a_level() -> None:
    from dataclasses import fields

    assert {field.name for field in fields(model.Indicator)} - {"id"} == set(diff.FIELDS)
