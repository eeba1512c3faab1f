"""Dashboards as files: read strictly, last good stays, two editors never overwrite each other, who may do what."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cx.access.rights import User
from cx.bank import board_file
from cx.bank.boards import CHARTS, WIDTHS, Board, Tile, flaws
from cx.insight import tiles
from cx.publish import boards
from cx.publish.boards import Shelf
from cx.store import audit
from cx.store.database import Database
from cx.words import LANGUAGES, Refused, Translator

KNOWN = boards.catalogue()
GOOD = """id: mine
title: {zh: 我的, en: Mine}
roles: [cx_manager]
tiles:
  - {id: a, chart: number, metric: nps, kind: transactional}
  - id: b
    chart: ranking
    metric: nps
    kind: transactional
    by: [branch]
    where: {channel: [mobile, web]}
    width: half
"""
MANAGER, OTHER = User("mgr", "M", "cx_manager", None, "zh"), User("ana", "A", "analyst", None, "zh")
HEAD, VIEWER = User("bm", "B", "branch_manager", frozenset({"b0101"}), "zh"), User("vw", "V", "viewer", None, "en")


def codes(text: str) -> list[tuple[str, int | None]]:
    reading = board_file.read(text, "mine.yaml", KNOWN)
    assert reading.board is None
    for lang in LANGUAGES:
        assert all(problem.tell(Translator(lang)) for problem in reading.problems)
    return [(problem.code, problem.line) for problem in reading.problems]


def test_what_is_written_is_read_back() -> None:
    board = board_file.read(GOOD, "mine.yaml", KNOWN).board
    assert board is not None and board.tiles[1].where == (("channel", ("mobile", "web")),)
    assert board_file.read(board_file.dump(board), "mine.yaml", KNOWN) == board_file.Reading(board, ())


@given(
    some.builds(
        Tile, some.just("t1"), some.sampled_from(CHARTS), some.sampled_from((*KNOWN.metrics, "", "nonsense")),
        some.lists(some.sampled_from(("branch", "channel", "month", "brand", "x")), max_size=3).map(tuple),
        some.dictionaries(some.sampled_from(("branch", "channel", "indicator")),
                          some.lists(some.text(max_size=8), max_size=2).map(tuple), max_size=2)
        .map(lambda found: tuple(found.items())),
        some.sampled_from(("", "transactional", "all")), some.sampled_from(("board", "this_month", "never")),
        some.sampled_from((*WIDTHS, "huge")), some.sampled_from(("detractor", "promoter")),
        some.one_of(some.none(), some.floats(allow_nan=False, allow_infinity=False, width=16)),
        some.dictionaries(some.sampled_from(LANGUAGES), some.text("ab\"'{}:#&*!|>%@é我\n", min_size=1, max_size=9)),
        some.dictionaries(some.sampled_from(LANGUAGES), some.text("- ?我\n\t:x", min_size=1, max_size=9)),
    )
)  # fmt: skip
def test_every_sound_tile_survives_its_file_and_every_other_is_refused(tile: Tile) -> None:
    board = Board("mine", {"en": "Mine"}, tiles=(tile,))
    reading = board_file.read(board_file.dump(board), "mine.yaml", KNOWN)
    if list(flaws(tile, KNOWN)):
        assert reading.board is None and reading.problems
    else:
        kept = {lang: text for lang, text in tile.title.items() if text.strip()}
        texts = {lang: text for lang, text in tile.text.items() if text.strip()}
        same = replace(tile, title=kept, text=texts)
        assert reading.board is not None and reading.board.tiles == (same,), reading.problems


@pytest.mark.parametrize(
    ("wrong", "code", "line"),
    [
        (("roles: [cx_manager]", "roles: [cx_manager]\nevil: {run: rm}"), "board_key", 4),
        (("chart: number, metric: nps", "chart: number, sql: DROP TABLE, metric: nps"), "board_key", 5),
        (("metric: nps, kind: transactional}", "metric: profit}"), "board_choice", 5),
        (("roles: [cx_manager]", "roles: [branch_staff]"), "board_choice", 3),
        (("width: half", "width: half\n    by: [channel]"), "model_twice", 13),
        (("    by: [branch]\n", ""), "board_by", 6),
        (("by: [branch]", "by: [password]"), "board_choice", 10),
        (("where: {channel: [mobile, web]}", "where: {channel: []}"), "board_values", 11),
        (("where: {channel: [mobile, web]}", "where: [channel]"), "board_shape", 11),
        (("id: mine", "id: ../../etc/passwd"), "board_id", 1),
        (("  - id: b\n", "  - id: a\n"), "board_tile_id", 6),
        (("title: {zh: 我的, en: Mine}", "title: &t {zh: 我的, en: Mine}\nabout: *t"), "model_alias", 3),
        (("tiles:", "tiles: !!python/object/apply:os.system [id]\nmore:"), "board_key", 5),
    ],
)
def test_what_is_wrong_in_a_file_is_told_at_its_line(wrong: tuple[str, str], code: str, line: int) -> None:
    assert (code, line) in codes(GOOD.replace(*wrong, 1))


def test_a_file_of_any_kind_is_refused_never_an_error() -> None:
    for text in ("", "[]", "a: [", "\x00", "id: 1\ntiles: 7", "x" * 300_000, "- " * 5000, "{" * 2000):
        assert codes(text)


def test_the_ready_dashboards_are_sound_and_speak_both_languages(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert {kept.board.id for kept in shelf.all()} >= {"executive", "branch", "product", "cx-team"}
    assert not shelf.problems()
    for kept in shelf.all():
        labels = [kept.board.title, kept.board.about, *(t.title for t in kept.board.tiles if t.title)]
        assert all(set(label) == set(LANGUAGES) for label in labels) and kept.board.roles and kept.shipped


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "own", tmp_path / "shipped")


@pytest.fixture
def db() -> Iterator[Database]:
    found = Database(":memory:")
    yield found
    found.close()


def made(db: Database, shelf: Shelf, user: User = MANAGER) -> boards.Kept:
    board = board_file.read(GOOD, "mine.yaml", KNOWN).board
    assert board is not None
    kept = boards.create(db, shelf, board, user)
    return boards.save(db, shelf, replace(kept.board, roles=("cx_manager", "analyst")), user, kept.stamp)


def _age(file: Path) -> None:
    os.utime(file, ns=(1, file.stat().st_mtime_ns + 1_000_000))


def test_the_last_good_version_stays_also_after_a_restart(db: Database, shelf: Shelf) -> None:
    kept = made(db, shelf)
    file = shelf.own / "mine.yaml"
    shelf.find("mine")
    file.write_text(file.read_text("utf-8").replace("chart: number", "chart: pie"), "utf-8")
    _age(file)
    for each in (shelf, Shelf(shelf.own, shelf.shipped)):
        found = each.find("mine")
        assert found is not None and found.board.tiles == kept.board.tiles
        assert [p.code for p in found.problems] == ["board_choice"] and found.problems[0].line
    mended = boards.save(db, shelf, kept.board, MANAGER, shelf.stamp("mine"))  # saving over the bad file mends it
    assert not mended.problems


def test_the_second_of_two_editors_is_told_and_nothing_is_lost(db: Database, shelf: Shelf) -> None:
    kept = made(db, shelf)
    first = boards.save(db, shelf, replace(kept.board, title={"en": "First"}), MANAGER, kept.stamp)
    second = replace(kept.board, title={"en": "Second"})
    with pytest.raises(Refused) as refused:
        boards.save(db, shelf, second, OTHER, kept.stamp)
    assert refused.value.problems[0].code == "board_conflict" and refused.value.problems[0].values["who"] == "mgr"
    now = shelf.find("mine")
    assert now is not None and now.board.title == {"en": "First"} and now.stamp == first.stamp
    copy = boards.create(db, shelf, second, OTHER)  # what the second keeps
    assert copy.board.id == "mine-2" and copy.board.title == {"en": "Second"} and not copy.board.roles


def test_a_file_changed_by_hand_counts_as_a_change_too(db: Database, shelf: Shelf) -> None:
    kept = made(db, shelf)
    file = shelf.own / "mine.yaml"
    file.write_text(file.read_text("utf-8") + "# by hand\n", "utf-8")
    with pytest.raises(Refused):
        boards.save(db, shelf, kept.board, MANAGER, kept.stamp)
    file.unlink()
    with pytest.raises(Refused) as refused:
        boards.save(db, shelf, kept.board, MANAGER, kept.stamp)
    assert refused.value.problems[0].code == "board_gone"


def test_who_sees_and_changes_what(db: Database, shelf: Shelf) -> None:
    private = boards.create(db, shelf, replace(board_file.read(GOOD, "", KNOWN).board or Board("x"), id="own"), VIEWER)
    assert private.board.roles == () and private.board.owner == "vw"  # what a file says of readers is not believed
    everyone = (MANAGER, OTHER, HEAD, replace(VIEWER, name="vw2"))
    assert [boards.sees(user, private.board) for user in everyone] == [False] * 4
    with pytest.raises(Refused) as refused:
        boards.save(db, shelf, replace(private.board, roles=("viewer",)), VIEWER, private.stamp)
    assert refused.value.problems[0].code == "board_sharing"
    shared = made(db, shelf)
    assert boards.sees(OTHER, shared.board) and boards.edits(OTHER, shared.board)
    assert not boards.sees(HEAD, shared.board)
    with pytest.raises(Refused) as refused:
        boards.save(db, shelf, shared.board, HEAD, shared.stamp)
    assert refused.value.problems[0].code == "board_yours"
    stolen = boards.save(db, shelf, replace(shared.board, owner="ana"), OTHER, shared.stamp)
    assert stolen.board.owner == "mgr"


def test_one_person_keeps_so_many_and_no_more(db: Database, shelf: Shelf) -> None:
    mine = made(db, shelf)
    text = (shelf.own / "mine.yaml").read_text("utf-8")
    for n in range(boards.MOST - 1):
        (shelf.own / f"more-{n}.yaml").write_text(text.replace("id: mine", f"id: more-{n}"), "utf-8")
    with pytest.raises(Refused) as refused:
        boards.create(db, shelf, mine.board, MANAGER)
    assert refused.value.problems[0].code == "board_most" and boards.create(db, shelf, mine.board, OTHER)
    (shelf.own / "more-0.yaml").unlink()
    assert boards.create(db, shelf, mine.board, MANAGER)


def test_a_ready_one_is_changed_in_a_copy_of_the_bank_and_comes_back(db: Database, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "own")
    ready = shelf.find("executive")
    assert ready is not None and ready.shipped
    with pytest.raises(Refused):
        boards.remove(db, shelf, "executive", MANAGER, ready.stamp)
    changed = boards.save(db, shelf, replace(ready.board, tiles=ready.board.tiles[:2]), MANAGER, ready.stamp)
    assert not changed.shipped and len(Shelf(tmp_path / "own").find("executive").board.tiles) == 2  # type: ignore[union-attr]
    boards.remove(db, shelf, "executive", MANAGER, changed.stamp)
    again = shelf.find("executive")
    assert again is not None and again.shipped and again.board == ready.board


def test_each_deed_is_in_the_audit_log_and_a_failed_write_is_not(db: Database, shelf: Shelf) -> None:
    kept = made(db, shelf)
    boards.remove(db, shelf, "mine", MANAGER, kept.stamp)
    with db.cursor() as con:
        done = [(entry.action, entry.who, entry.subject) for entry in audit.entries(con)]
    assert done == [(f"board_{deed}", "mgr", "mine") for deed in ("removed", "saved", "created")]
    with pytest.raises(Refused):  # no folder can be made there
        boards.create(db, Shelf(Path("/proc/nowhere"), shelf.shipped), kept.board, MANAGER)
    with db.cursor() as con:
        assert len(audit.entries(con)) == 3 and audit.verify(con).sound


def test_the_first_role_opens_it_by_itself(db: Database, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    for user, id in ((HEAD, "branch"), (VIEWER, "executive"), (OTHER, "product"), (MANAGER, "cx-team")):
        assert next(boards.seen(shelf, user)).board.id == id
    assert not list(boards.seen(shelf, User("bs", "S", "branch_staff", frozenset({"b0101"}), "zh")))
    assert "staff" not in str(tiles.catalogue().metrics)
