"""Dashboards as their readers and makers meet them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace

import pypdf
import pytest
from small_bank import comment, indicator, ratings, scores
from streamlit.testing.v1 import AppTest
from written import text

from cx.access.rights import User
from cx.bank import board_file
from cx.bank.boards import Board, Tile
from cx.insight import tiles as insight
from cx.measure import periods
from cx.measure.scope import WHOLE_BANK
from cx.output.tiles import paper
from cx.publish import boards
from cx.store import audit
from cx.words import Refused, Translator
from cx.workbench import Workbench

PAGE = "understand/dashboards"
Screen = Callable[..., AppTest]
MANAGER = User("cx_manager", "cx_manager", "cx_manager", None, "zh")


@pytest.fixture
def bank(bench: Workbench) -> Workbench:
    """First branch: NPS 40 of 100; second: -60 of 100; ratings, queues and a comment of the second."""
    first, second, *_ = bench.model.branches
    db = bench.database
    scores(db, 60, 20, 20, branch=first, day=dt.date(2026, 8, 5))
    scores(db, 10, 20, 70, branch=second, day=dt.date(2026, 8, 5))
    scores(db, 6, 0, 0, branch=first, day=dt.date(2026, 9, 30), channel="mobile")
    ratings(db, {2: 40, 3: 40}, branch=first, journey="account-opening", stage="serve", touchpoint="queue")
    comment(db, "<script>alert(1)</script> waited an hour", branch=second, day=dt.date(2026, 9, 30))
    for branch, value in ((first, 8.0), (second, 41.5)):
        indicator(db, "queue_minutes", value, dt.date(2026, 9, 1), branch=branch)
    return bench


def keep(bench: Workbench, *tiles: Tile, id: str = "board", roles: tuple[str, ...] = (), by: User = MANAGER) -> str:
    shelf = boards.shelf(bench.place)
    kept = boards.create(bench.database, shelf, Board(id, {"zh": "测试"}, tiles=tiles), by)
    if roles:
        kept = boards.save(bench.database, shelf, replace(kept.board, roles=roles), by, kept.stamp)
    return kept.board.id


def press(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    assert not at.exception, at.exception
    return at


def pick(at: AppTest, start: str, value: object) -> AppTest:
    """Choose in the box whose key begins so."""
    box = next(each for each in (*at.selectbox, *at.multiselect) if str(each.key).startswith(start))
    box.set_value(value).run()
    assert not at.exception, at.exception
    return at


def file_of(bench: Workbench, id: str) -> Board:
    """The dashboard as its file says, read by nothing but the reader."""
    content = (bench.place.data / "dashboards" / f"{id}.yaml").read_text("utf-8")
    found = board_file.read(content, f"{id}.yaml", boards.catalogue())
    assert found.board is not None, found.problems
    return found.board


def test_one_is_composed_by_clicks_saved_and_read_back(bank: Workbench, screen: Screen) -> None:
    at = press(screen(PAGE, "analyst"), "board_new")
    at = press(at, "tile_add")
    assert "35" not in file_of(bank, "board").tiles and not file_of(bank, "board").tiles  # nothing before it is saved
    at = press(at, "tile_add")
    pick(pick(at, "form_chart", "ranking"), "form_by_", "branch")
    pick(at, "form_where", ["channel"])
    pick(at, "form_values_channel", ["branch"])
    pick(at, "form_width", "half")
    at = press(at, "tile_add")
    pick(pick(at, "form_chart", "target"), "form_metric", "indicator")
    pick(at, "form_alone_indicator", "queue_minutes")
    at.number_input[0].set_value(9.0).run()
    at = press(press(at, "tile_up"), "tile_copy")
    at = press(press(at, "tile_remove"), "tile_down")
    at.text_input[0].set_value("我的网点").run()
    pick(at, "board_roles", ["branch_manager"])
    assert "尚未保存" in text(at) and at.get("vega_lite_chart") is not None
    at = press(at, "board_save")
    kept = file_of(bank, "board")
    assert kept.title["zh"] == "我的网点" and kept.roles == ("branch_manager",) and kept.owner == "analyst"
    assert {(t.chart, t.metric, t.by, t.where, t.width, t.target) for t in kept.tiles} == {
        ("number", "nps", (), (), "third", None),
        ("ranking", "nps", ("branch",), (("channel", ("branch",)),), "half", None),
        ("target", "indicator", (), (("indicator", ("queue_minutes",)),), "third", 9.0),
    }
    shown = text(at)
    assert (
        "已保存" in "".join(each.value for each in at.success)
        and "我的网点" in at.selectbox(key="filter_board").options
    )
    assert '<span class="big">−7<' in shown  # 76 promoters and 91 detractors of 207
    assert '<span class="big">24.8<small>分钟' in shown and "未达目标 9 分钟" in shown
    with bank.database.cursor() as con:
        assert [e.action for e in audit.entries(con, actions=["board_saved"])] == ["board_saved"]


def test_a_shared_tile_shows_a_branch_role_its_own_numbers_only(bank: Workbench, screen: Screen) -> None:
    first, second, *_ = bank.model.branches
    id = keep(
        bank, Tile("a", "number", "nps", kind="transactional"),
        Tile("b", "ranking", "nps", ("branch",), kind="transactional"),
        Tile("c", "table", "nps", ("branch",), kind="transactional"),
        Tile("d", "number", "nps", where=(("branch", (second,)),), kind="transactional"),
        Tile("e", "ranking", "indicator", ("branch",), (("indicator", ("queue_minutes",)),)),
        Tile("f", "comments", kind="transactional"), roles=("branch_manager", "viewer"),
    )  # fmt: skip
    everybody = screen(PAGE, "viewer", board=id)
    assert "您的角色看不到" in text(everybody) and "waited an hour" not in text(everybody)
    assert "41.5" in str([chart.proto for chart in everybody.get("vega_lite_chart")])
    at = screen(PAGE, "branch_manager", board=id, branch=second)
    shown, other = text(at), bank.model.branches[second].name["zh"]
    assert f"branch={second}" in shown  # ignored, and told
    assert '<span class="big">43' in shown and "waited" not in shown  # (66 - 20) of 106
    drawn = str([chart.proto for chart in at.get("vega_lite_chart")])
    assert "41.5" not in drawn and "41.5" not in shown and "−60" not in shown + drawn
    assert other not in drawn and "−60" not in drawn
    assert shown.count(other) == 2  # in the title that its author's filter gives, and in the link beside it
    behind = screen(PAGE, "branch_manager", board=id, tile="c")
    rows = [frame.value.to_string() for frame in behind.dataframe]
    assert rows and other not in "".join(rows) and bank.model.branches[first].name["zh"] in "".join(rows)


def test_a_private_one_does_not_exist_for_others(bank: Workbench, screen: Screen) -> None:
    id = keep(bank, Tile("a", "text", text={"zh": "保密的话"}))
    assert "保密的话" in text(screen(PAGE, "cx_manager", board=id))
    for role in ("admin", "analyst", "viewer", "branch_manager"):
        at = screen(PAGE, role, board=id)
        assert "保密的话" not in text(at) and "没有这个看板" in text(at)
        assert "测试" not in at.selectbox(key="filter_board").options
    assert "保密的话" not in str(screen(PAGE, "branch_staff", board=id).main)


def test_readers_cannot_change_what_is_shared_but_may_copy_it(bank: Workbench, screen: Screen) -> None:
    at = screen(PAGE, "viewer", board="executive")
    assert not [each for each in at.button if each.key == "board_edit"]
    at = press(at, "board_copy")
    assert at.multiselect(key=next(e.key for e in at.multiselect if e.key.startswith("board_roles"))).disabled
    copy = file_of(bank, "executive-2")
    assert copy.owner == "viewer" and not copy.roles and copy.title["zh"] == "行长视图（副本）"


def test_the_second_editor_is_told_and_saves_a_copy(bank: Workbench, screen: Screen) -> None:
    id = keep(bank, Tile("a", "text", text={"zh": "一"}), roles=("cx_manager", "analyst"))
    at = press(screen(PAGE, "analyst", board=id), "board_edit")
    shelf = boards.shelf(bank.place)
    kept = shelf.find(id)
    assert kept is not None
    theirs = replace(kept.board, title={"zh": "对方的"})
    boards.save(bank.database, shelf, theirs, MANAGER, kept.stamp)
    at = press(press(at, "tile_add"), "board_save")
    assert "cx_manager修改了" in "".join(each.value for each in at.error).replace("\\", "")
    at = press(at, "board_as_copy")
    assert file_of(bank, id).title == {"zh": "对方的"} and len(file_of(bank, id).tiles) == 1
    assert len(file_of(bank, f"{id}-2").tiles) == 2 and file_of(bank, f"{id}-2").owner == "analyst"


def test_an_evil_file_is_refused_and_a_good_one_is_private(bank: Workbench, screen: Screen) -> None:
    shelf, viewer = boards.shelf(bank.place), User("viewer", "viewer", "viewer", None, "zh")
    evil = "id: x\ntitle: X\nowner: admin\nroles: [viewer]\nsql: DROP TABLE response\ntiles: []\n"
    for data in (evil.encode(), b"\xff\xfe\x00", b"id: [", "标题".encode("gb18030")):
        with pytest.raises(Refused):
            boards.take_in(bank.database, shelf, "x.yaml", data, viewer)
    assert shelf.find("x") is None
    kept = boards.take_in(
        bank.database, shelf, "x.yaml", evil.replace("sql: DROP TABLE response\n", "").encode(), viewer
    )
    assert kept.board.owner == "viewer" and kept.board.roles == ()
    assert "没有这个看板" in text(screen(PAGE, "admin", board="x"))


def test_the_ready_ones_open_for_those_they_are_for(bank: Workbench, screen: Screen) -> None:
    for role, title in (("branch_manager", "网点负责人"), ("viewer", "行长视图"), ("cx_manager", "体验团队")):
        at = screen(PAGE, role)
        assert (
            at.selectbox(key="filter_board").value in ("branch", "executive", "cx-team")
            and title in at.selectbox(key="filter_board").options
        )
        assert "cx-tile" in text(at)


def test_on_paper_it_is_the_same_in_both_languages(bank: Workbench) -> None:
    tiles = (
        Tile("a", "number", "nps", kind="transactional"), Tile("d", "text", text={"zh": "结论"}),
        Tile("b", "ranking", "nps", ("branch",), kind="transactional"),
        Tile("c", "trend", "nps", ("month",), kind="transactional", width="half"),
        Tile("e", "table", "nps", ("branch",), kind="transactional", width="half"),
        Tile("f", "comments", kind="transactional"), Tile("g", "heat", "nps", ("branch", "month"), kind="relational"),
    )  # fmt: skip
    board, last = Board("b", {"zh": "测试", "en": "Test"}, tiles=tiles), dt.date(2026, 9, 30)
    made_at = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    for lang, words in (("zh", ("测试", "交易型", "结论", "没有数据")), ("en", ("Test", "Transactional", "No data"))):
        t, shown = Translator(lang), []
        for tile in tiles:
            asked = insight.asking(tile, WHOLE_BANK, (), periods.ALL, last, last, bank.model)
            with bank.database.cursor() as con:
                shown.append(paper.Shown(tile, asked, insight.found(con, tile.bare, asked, bank.model)))
        pdf = paper.pdf(board, shown, paper.Imprint("2026", "all", "me", made_at), t, bank.model)
        again = paper.pdf(board, shown, paper.Imprint("2026", "all", "me", made_at), t, bank.model)
        assert pdf == again and pdf.startswith(b"%PDF")
        page = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
        assert all(word in page for word in words), page


def test_without_data_it_says_what_to_do(screen: Screen) -> None:
    assert "还没有数据" in text(screen(PAGE, "cx_manager"))


def test_periods_and_filters_are_in_the_address(bank: Workbench, screen: Screen) -> None:
    id = keep(bank, Tile("a", "number", "responses"), Tile("b", "number", "responses", period="this_month"))
    shown = text(screen(PAGE, "cx_manager", board=id, period="2026-08", channel="branch"))
    assert '<span class="big">200' in shown and '<span class="big">1<' not in shown
    at = screen(PAGE, "cx_manager", board=id)
    at.selectbox(key="filter_period").set_value("this_month").run()
    assert at.query_params["period"] == ["this_month"] or at.query_params["period"] == "this_month"
    assert text(at).count('<span class="big">7') == 2
