"""Understanding and a branch's own page against those who may see less, hostile files and small bases."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from act_bank import PILOTS, bank, visits
from small_bank import comment, scores
from streamlit.testing.v1 import AppTest
from written import text

from cx.access.rights import User
from cx.act import actions, kudos
from cx.act.actions import Promise
from cx.bank import reading
from cx.bank.boards import Board, Tile
from cx.insight import personas_grid, tiles, value
from cx.insight.personas_settings import Band, Settings, Worth
from cx.insight.tiles import Comments, Found, Nothing
from cx.measure import periods
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.output.tiles import paper
from cx.publish import boards, files
from cx.publish import lexicon as lexicons
from cx.store import audit, profiles_sample
from cx.store.comments import Comment
from cx.store.database import Database
from cx.voices import read
from cx.words import Refused, Translator
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
TODAY = dt.date.today()
OWN, OTHER = PILOTS
SAID = "柜员口令泄密事件"
"""Words that only a customer wrote."""


def refused(deed: Callable[[], object]) -> set[str]:
    with pytest.raises(Refused) as told:
        deed()
    return {problem.code for problem in told.value.problems}


def test_staff_read_what_was_written_for_them_and_not_the_note_of_a_step(bench: Workbench, screen: Screen) -> None:
    promised = Promise("等候时间上屏", "it", TODAY, branch=OWN)
    id = actions.promise(bench.database, "mgr", promised, rights=WHOLE_BANK, model=bench.model, today=TODAY)
    with bench.database.cursor() as con:
        seen = next(one.recorded_at for one in actions.everything(con, WHOLE_BANK))
    note = "张女士投诉柜员小李，已约谈"
    actions.step(bench.database, "mgr", id, seen, rights=WHOLE_BANK, state="done", note=note)
    at = screen("act/my_branch", "branch_staff")
    assert not at.exception and "等候时间上屏" in text(at) and note not in text(at)


def test_passed_on_praise_is_for_the_branch_and_who_may_read_comments(bench: Workbench) -> None:
    db = bench.database
    kudos.give(db, "mgr", OWN, SAID, rights=WHOLE_BANK, said_on=TODAY)
    kudos.give(db, "mgr", OWN, "周六加班辛苦了", rights=WHOLE_BANK)

    def on_the_wall(rights: Rights) -> set[str]:
        with db.cursor() as con:
            return {each.text for each in kudos.of(con, OWN, rights)}

    whole = {SAID, "周六加班辛苦了"}
    assert on_the_wall(WHOLE_BANK) == on_the_wall(Rights(frozenset({OWN}), comments=False)) == whole
    assert on_the_wall(Rights(None, comments=False)) == {"周六加班辛苦了"}
    assert not on_the_wall(Rights(frozenset({OTHER}), comments=False))


def test_a_viewer_reads_no_word_of_a_customer_anywhere(bench: Workbench, screen: Screen) -> None:
    visits(bench.database, OWN, TODAY - dt.timedelta(days=60), TODAY, 40, 20, 20)
    comment(bench.database, f"{SAID}，排队叫号等候太久", 3, 8, branch=OWN, day=TODAY - dt.timedelta(days=9))
    shelf = boards.shelf(bench.place)
    maker = User("cx_manager", "cx_manager", "cx_manager", None, "zh")
    tile = Tile("t1", "comments", kind="transactional", group="detractor")
    made = boards.create(bench.database, shelf, Board("said", {"zh": "原话"}, tiles=(tile,)), maker).board
    shared = Board(made.id, made.title, roles=("viewer", "branch_manager"), tiles=made.tiles)
    boards.save(bench.database, shelf, shared, maker, shelf.stamp(made.id))
    period = f"{TODAY - dt.timedelta(days=60)}..{TODAY}"
    asked = {"period": period, "board": made.id, "tile": "t1"}
    first = screen("understand/dashboards", "cx_manager", **asked)  # so that an answer kept for those who may is there
    assert not first.exception and SAID in text(first)
    at = screen("understand/dashboards", "viewer", **asked)
    assert not at.exception and SAID not in text(at)
    at = screen("understand/voices", "viewer", words=SAID[:4])
    assert not at.exception and SAID not in text(at)
    scope = Scope(WHOLE_BANK, nps_kind="transactional")
    with bench.database.cursor() as con:
        people = profiles_sample.sample(con, scope, "branch-visit", 1000, 1).ids
        assert SAID in "".join(each.text for each in profiles_sample.said(con, scope, people))
        assert not profiles_sample.said(con, replace(scope, rights=Rights(None, comments=False)), people)


def test_a_shared_board_that_names_other_branches_is_empty_for_a_branch(bench: Workbench, screen: Screen) -> None:
    for branch, good in ((OWN, 40), ("b0201", 1147)):
        visits(bench.database, branch, TODAY - dt.timedelta(days=30), TODAY, good, 10, 10)
    shelf = boards.shelf(bench.place)
    maker = User("cx_manager", "cx_manager", "cx_manager", None, "zh")
    tile = Tile("t1", "number", "responses", where=(("branch", ("b0201",)),), period="all")
    made = boards.create(bench.database, shelf, Board("one", {"zh": "一家"}, tiles=(tile,)), maker).board
    shared = Board(made.id, made.title, roles=("branch_manager",), tiles=made.tiles)
    boards.save(bench.database, shelf, shared, maker, shelf.stamp(made.id))
    assert "1,167" in text(screen("understand/dashboards", "cx_manager", board=made.id))
    at = screen("understand/dashboards", "branch_manager", board=made.id, branch="b0201", tile="t1", why="tile_t1")
    assert not at.exception and "1,167" not in text(at)


def test_the_few_who_are_in_no_cell_are_not_told_by_the_others() -> None:
    """Everybody's figures stand on the page beside: less those of all cells they would be those of three people."""
    db = Database(":memory:")
    scores(db, 30, 10, 10, segment="mass")
    scores(db, 12, 6, 7, segment="private")
    scores(db, 0, 0, 3)
    bands = (Band("mass", "m", ("mass",)), Band("private", "p", ("private",)))
    scope = Scope(WHOLE_BANK, nps_kind="transactional")
    with db.cursor() as con:
        grid = personas_grid.grid(con, scope, Worth("segment", "s", bands), "nps")
        ages = personas_grid.generations(con, scope, Settings((), bands, ()), 2026)
    assert grid.without == 3
    gone = [square.estimate.n for square in grid.squares if square.share is None]
    assert gone, "no cell went with the three"
    assert [row.estimate.state for row in ages.rows].count("hidden") == 1
    db.close()


def test_who_takes_comments_away_stands_in_the_audit_log(bench: Workbench, screen: Screen) -> None:
    comment(bench.database, SAID, 3, 8, branch=OWN)
    at = screen("understand/voices", "analyst", kind="any")
    next(button for button in at.button if button.label == Translator("zh")("voices.export_prepare")).click().run()
    assert not at.exception
    with bench.database.cursor() as con:
        found = [(entry.who, entry.detail) for entry in audit.entries(con) if entry.action == "comments_exported"]
    assert len(found) == 1 and found[0][0] == "analyst" and json.loads(found[0][1])["comments"] == 8


DEEP = {
    "brackets": "tiles: " + "[" * 20_000,
    "hidden in comments": ("# " + "]" * 30 + "\n" + "[" * 15) * 2_000,
    "steps": "- " * 20_000,
}


@pytest.mark.parametrize("hostile", DEEP.values(), ids=DEEP)
def test_yaml_that_is_nested_without_end_is_refused_at_once(hostile: str) -> None:
    """Reading it took the square of its depth with every thread waiting; of deeper ones the process died."""
    began, problems = time.process_time(), []
    assert reading.parse(hostile, "board.yaml", problems) is None
    assert [problem.code for problem in problems] == ["survey_deep"] and time.process_time() - began < 1


def test_a_file_of_value_cases_is_no_bomb() -> None:
    shipped = (Path(__file__).parents[2] / "data" / "model" / value.FILE).read_text(encoding="utf-8")
    assert value.read(shipped, value.FILE).cases
    names = "abcdefgh"
    lists = [f"- &{own} [{', '.join([f'*{before}'] * 10)}]" for before, own in zip(names, names[1:], strict=False)]
    bomb = "\n".join(["bomb:", "- &a [x, x, x, x]", *lists, "retention: {promoter: *h}", "cases: []"])
    assert refused(lambda: value.read(bomb, "v.yaml")) == {"model_alias"}
    for wrong in ("currency: [1]", "currency: {zh: 1}", "cases: {a: 1}"):  # each stood on the page for good
        assert refused(lambda wrong=wrong: value.read(wrong, "v.yaml")) == {"value_file"}
    endless = shipped.replace("quick_win:", "years: .inf\n    quick_win:", 1)
    assert endless == shipped or refused(lambda: value.read(endless, "v.yaml")) <= {"value_file", "model_twice"}
    assert refused(lambda: value.read("# " + "x" * value.LARGEST, "v.yaml")) == {"value_file"}


def test_a_lexicon_has_bounds(tmp_path: Path) -> None:
    """One comment took seconds with terms of hundreds of lengths, or with a word that a thousand themes share."""
    themes = "".join(f"- {{id: t{at}, name: {{zh: x, en: x}}, terms: {{zh: [的]}}}}\n" for at in range(200))
    known = lexicons.trial(tmp_path, "themes.yaml", f"themes:\n{themes}")
    (found,) = read(["很好的。很差的"], known)
    assert len(found.themes) >= 200 and len(found.tones) == len(found.themes)
    more = f"themes:\n{themes}- {{id: more, name: {{zh: x, en: x}}}}\n"
    assert refused(lambda: lexicons.trial(tmp_path, "themes.yaml", more)) == {"lexicon_many"}
    long = f"words:\n- weight: 1\n  terms: [{'的' * 61}]\n"
    assert refused(lambda: lexicons.trial(tmp_path, "zh.yaml", long)) == {"lexicon_term_long"}


def test_files_saved_at_the_same_moment_are_whole(tmp_path: Path) -> None:
    """Names of personas, value cases and claims are written without a lock."""
    wrong: list[Refused] = []
    texts = [letter * 200_000 for letter in "abcd"]

    def write(said: str) -> None:
        try:
            for _ in range(8):
                files.write(tmp_path / "value.yaml", said)
        except Refused as error:
            wrong.append(error)

    threads = [threading.Thread(target=write, args=(said,)) for said in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and (tmp_path / "value.yaml").read_text() in texts and len(list(tmp_path.iterdir())) == 1


def test_long_comments_and_notes_do_not_break_the_pdf_of_a_board() -> None:
    """Five of the longest that a questionnaire takes were higher than a page, and nobody got a PDF."""
    t, model, last = Translator("zh"), bank(), dt.date(2026, 9, 30)
    said = Tile("a", "comments", kind="transactional")
    asked = tiles.asking(said, WHOLE_BANK, (), periods.between(last, last), last, last, model)
    found = Found(Comments(tuple(Comment("长" * 2000, 3, OWN, None, last) for _ in range(5))))
    note = Tile("b", "text", text={"zh": "\n".join("长" * 200)})
    shown = [paper.Shown(said, asked, found), paper.Shown(note, asked, Found(Nothing("text")))]
    imprint = paper.Imprint("2026", "", "", dt.datetime(2026, 10, 1))
    made = paper.pdf(Board("b", {"zh": "长"}, tiles=(said, note)), shown, imprint, t, model)
    assert made.startswith(b"%PDF")
