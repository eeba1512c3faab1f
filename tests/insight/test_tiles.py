"""Figures of tiles are those worked out by hand; rights hold in every tile; periods move with the data."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from board_bank import KNOWN, LAST, TODAY, filled, found

from cx.bank import model as bank
from cx.bank.boards import Tile, flaws, offered
from cx.bank.model import Model
from cx.insight.tiles import Comments, Found, Grid, Nothing, Number
from cx.measure import periods, relative
from cx.measure.metrics import METRICS
from cx.measure.scope import Rights
from cx.output import tiles
from cx.output.tiles import layout
from cx.store.database import Database
from cx.store.place import ROOT
from cx.words import Translator


@pytest.fixture(scope="module")
def model() -> Model:
    return bank.load(ROOT / "data" / "model")


@pytest.fixture(scope="module")
def small() -> Iterator[Database]:
    db = filled()
    yield db
    db.close()


def test_what_a_dimension_list_offers_is_what_the_flaws_allow() -> None:
    for metric, allowed in KNOWN.metrics.items():
        for dimension in offered("ranking", allowed):
            where = ((allowed.alone, ("x",)),) if allowed.alone and allowed.alone != dimension else ()
            kind = allowed.kinds[0] if allowed.kinds else ""
            assert not list(flaws(Tile("t", "ranking", metric, (dimension,), where, kind), KNOWN)), (metric, dimension)


def test_a_number_is_the_score_of_its_period_and_the_change_is_tested(small: Database, model: Model) -> None:
    tile = Tile("t", "number", "nps", where=(("branch", ("b0101",)),), kind="transactional")
    answer = found(small, model, tile, period="last_quarter").answer
    assert isinstance(answer, Number)
    assert (answer.estimate.value, answer.change.diff, answer.change.verdict) == (60.0, 40.0, "up")
    t = Translator("en")
    said, tone = tiles.moved(answer, tile, periods.parse("2026Q2", LAST), t, model)
    assert (said, tone) == ("Up 40 points on Q2 2026, more than noise.", "good")


def test_ratios_are_added_up_and_a_target_is_judged_by_its_direction(small: Database, model: Model) -> None:
    where = (("indicator", ("queue_minutes",)),)
    tile = Tile("t", "target", "indicator", where=where, period="last_quarter")
    answer = found(small, model, tile).answer
    assert isinstance(answer, Number)
    by_hand = (10 * 100 + 20 * 300 + 30 * 100 + 15 * 100 + 25 * 300 + 35 * 100) / 1000
    assert answer.estimate.value == pytest.approx(by_hand)
    said, tone = tiles.judged(answer, tile, Translator("en"), model)
    assert tone == "bad" and "missed" in said  # the dictionary's target is 10 minutes, less is better
    assert tiles.judged(answer, replace(tile, target=30.0), Translator("en"), model)[1] == "good"
    share = Tile("t", "number", "indicator", where=(("indicator", ("stickiness",)),))
    computed = found(small, model, share).answer
    assert isinstance(computed, Number) and computed.estimate.value == pytest.approx(20.0)  # daily over monthly users


def test_a_heat_map_has_days_across_and_hides_small_cells(small: Database, model: Model) -> None:
    grid = found(small, model, Tile("t", "heat", "nps", ("month", "branch"), kind="transactional")).answer
    assert isinstance(grid, Grid) and grid.by == ("branch", "month")
    assert grid.columns == (dt.date(2026, 5, 1), dt.date(2026, 8, 1))
    assert grid.rows[:2] == ("b0101", "b0102")
    assert grid.cells["b0102", dt.date(2026, 8, 1)].value is not None
    assert grid.cells["b0103", dt.date(2026, 8, 1)].state == "hidden"
    rows = tiles.rows(Tile("t", "heat", "nps", ("month", "branch")), Found(grid), Translator("en"), model)
    hidden = [row for row in rows if row["Branch"] == model.label("branch", "b0103", Translator("en"))]
    assert [row["Base (n)"] for row in hidden] == [None]


def test_the_journey_heat_map_is_the_one_of_the_built_in_screen(small: Database, model: Model) -> None:
    tile = Tile("t", "heat", "satisfaction", ("stage", "channel"), (("journey", ("account-opening",)),))
    said = tiles.answer(tile, found(small, model, tile), Translator("en"), model)
    assert said.startswith("Be served × Branch (1.7, n 60) is the lowest cell, below the rest of the journey")


def test_a_branch_role_sees_its_own_numbers_in_every_tile(small: Database, model: Model) -> None:
    mine = Rights(frozenset({"b0101"}), comments=True)
    ranking = found(small, model, Tile("t", "ranking", "nps", ("branch",), kind="transactional"), mine).answer
    assert [row.key for row in ranking.rows] == ["b0101"]  # type: ignore[union-attr]
    others = Tile("t", "number", "nps", where=(("branch", ("b0102",)),), kind="transactional")
    assert isinstance(found(small, model, others, mine).answer, Nothing)
    theirs = Tile("t", "comments", kind="transactional")
    assert isinstance(found(small, model, theirs, mine).answer, Nothing)
    bank_wide = Tile("t", "number", "indicator", where=(("indicator", ("dau",)),))
    assert isinstance(found(small, model, bank_wide, mine).answer, Nothing)
    total = Tile("t", "number", "indicator", where=(("indicator", ("queue_minutes",)),))
    own = found(small, model, total, mine).answer
    assert isinstance(own, Number) and own.estimate.value == pytest.approx((10 * 100 + 20 * 300 + 30 * 100) / 500)


def test_a_tile_that_a_role_may_not_see_says_so(small: Database, model: Model) -> None:
    tile = Tile("t", "comments", kind="transactional")
    silent = Rights(None, comments=False)
    answer = found(small, model, tile, silent)
    assert answer.answer == Nothing("right") and not tiles.rows(tile, answer, Translator("zh"), model)
    assert "right" in tiles.nothing(Nothing("right"), Translator("en"))[1]
    assert isinstance(found(small, model, tile).answer, Comments)


def test_a_download_holds_no_formula(small: Database, model: Model) -> None:
    tile = Tile("t", "comments", kind="transactional")
    t = Translator("en")
    data = tiles.csv_bytes(tiles.rows(tile, found(small, model, tile), t, model)).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(data)) for cell in row]
    assert "'=SUM(A1) 排队太久" in cells and not any(cell.startswith("=") for cell in cells)


def test_an_indicator_that_is_gone_is_told(small: Database, model: Model) -> None:
    tile = Tile("t", "trend", "indicator", ("month",), (("indicator", ("never_was",)),))
    assert found(small, model, tile).answer == Nothing("unknown")


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("this_month", "2026-09-01", "2026-09-30"), ("last_month", "2026-09-01", "2026-09-30"),
        ("last_quarter", "2026-07-01", "2026-09-30"), ("this_year", "2026-01-01", "2026-12-31"),
        ("last_year", "2025-01-01", "2025-12-31"), ("last_3_months", "2026-07-01", "2026-09-30"),
        ("last_12_months", "2025-10-01", "2026-09-30"),
    ],
)  # fmt: skip
def test_relative_periods_go_with_the_data(word: str, first: str, last: str) -> None:
    found = relative.period(word, LAST, TODAY)
    assert found is not None and (str(found.start), str(found.end), found.token) == (first, last, word)
    assert found.before is not None and found.before.end == found.start - dt.timedelta(days=1)  # type: ignore[operator]


def test_a_period_that_still_runs_is_not_the_last_complete_one() -> None:
    found = relative.period("last_month", dt.date(2026, 9, 28), dt.date(2026, 9, 29))
    assert found is not None and str(found.start) == "2026-08-01"
    assert relative.period("yesterday", LAST, TODAY) is None


def test_rows_fill_up_without_holes() -> None:
    widths = ["third", "third", "half", "half", "full", "third"]
    rows = layout.rows(Tile(f"t{n}", "number", width=width) for n, width in enumerate(widths))
    assert [[(tile.id, span) for tile, span in row] for row in rows] == [
        [("t0", 3), ("t1", 3)], [("t2", 3), ("t3", 3)], [("t4", 6)], [("t5", 2)],
    ]  # fmt: skip
    assert all(sum(span for _, span in row) == layout.COLUMNS for row in rows[:-1])


def test_metrics_are_all_in_the_catalogue() -> None:
    assert set(KNOWN.metrics) == set(METRICS)
