"""The indicator page as its readers see it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace

import fastexcel
import pytest
from small_bank import indicator
from streamlit.testing.v1 import AppTest
from written import text

from components.indicators import table
from components.indicators.compare import Compared
from components.page import Context
from cx.collect import handout
from cx.insight import tree
from cx.measure.scope import WHOLE_BANK, Scope
from cx.words import Translator
from cx.workbench import Workbench

Screen = Callable[..., AppTest]
PAGE = "analyse/indicators"
EMPTY = "算不出指数"
Q2, Q3 = (dt.date(2026, 5, 1), dt.date(2026, 8, 1))


@pytest.fixture
def bank(bench: Workbench) -> Workbench:
    """Queueing in two branches, worse in the third quarter; transfers of the whole bank, better."""
    first, second, *_ = bench.model.branches
    db = bench.database
    indicator(db, "queue_minutes", 14, Q2, branch=first, denominator=100, region=bench.model.branches[first].region)
    indicator(db, "queue_minutes", 16, Q2, branch=second, denominator=100)
    indicator(db, "queue_minutes", 20, Q3, branch=first, denominator=300)
    indicator(db, "queue_minutes", 16, Q3, branch=second, denominator=100)
    indicator(db, "transfer_success", 98.6, Q2, channel="mobile")
    indicator(db, "transfer_success", 98.9, Q3, channel="mobile")
    indicator(db, "dau", 200, Q3, channel="mobile")
    indicator(db, "mau", 1000, Q3, channel="mobile")
    return bench


@pytest.mark.parametrize("role", ["admin", "branch_manager", "viewer"])
def test_an_empty_bank_says_what_to_do(screen: Screen, role: str) -> None:
    assert "还没有指标数据" in text(screen(PAGE, role))


def test_the_answer_comes_first_with_what_moved_it_most(bank: Workbench, screen: Screen) -> None:
    """Queueing 15 → 19 minutes is 75 → 55 points; transfers 40 → 60; stickiness of 20% is new."""
    shown = text(screen(PAGE, period="2026Q3"))
    scope = Scope(WHOLE_BANK, dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    before = scope.between(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    with bank.database.cursor() as con:
        found = tree.look(con, scope, before, bank.model)
    scores = {leaf.indicator.id: leaf.score for leaf in found.leaves if leaf.score is not None}
    assert {name: float(score) for name, score in scores.items()} == pytest.approx(
        {"queue_minutes": 55, "transfer_success": 60, "stickiness": 500 / 7}
    )
    # Weights: journeys 4 and 4, in daily banking discover 1 and transact 2.
    total = (55 + (500 / 7 + 2 * 60) / 3) / 2
    assert float(found.now.total or 0) == pytest.approx(total)
    assert f"是 **{total:.1f}** 分" in shown and "**57.5**" not in shown
    assert "变动最大的是**排队等候**（−10.0）" in shown
    assert "新有数的：用户黏性" in shown


def test_the_address_is_the_view(bank: Workbench, screen: Screen) -> None:
    first, second, *_ = bank.model.branches
    at = screen(PAGE, period="2026Q3", compare="branch", branch=first, indicator="queue_minutes", level="indicator")
    shown = text(at)
    t = Translator("zh")
    assert (
        f"全部网点到{bank.model.label('branch', first, t)}" in shown and "差别最大的是**平均排队时长**（−5.0）" in shown
    )
    assert "平均排队时长：数从哪里来" in shown and "由其他" not in shown
    at = screen(PAGE, period="2026Q3", compare="branch", branch=first, against=second)
    assert f"{bank.model.label('branch', second, t)}到{bank.model.label('branch', first, t)}" in text(at)
    at.selectbox(key="filter_indicator").set_value("stickiness").run()
    assert at.query_params["indicator"] in ("stickiness", ["stickiness"])
    assert "100 * dau / mau" in text(at)


@pytest.mark.parametrize(
    "query",
    [
        {"period": "all"}, {"period": "2025Q1"}, {"channel": "mobile"}, {"region": "no-such"}, {"level": "moon"},
        {"compare": "branch", "branch": "b0101", "against": "b9999"}, {"indicator": "no_such"}, {"compare": "sideways"},
        {"period": "2026-08-01..2026-08-31", "compare": "branch", "branch": "b0101", "channel": "mobile"},
    ],
    ids=str,
)  # fmt: skip
def test_any_address_shows_something_sensible(bank: Workbench, screen: Screen, query: dict[str, str]) -> None:
    shown = text(screen(PAGE, **query))
    assert "分（满分 100）" in shown or EMPTY in shown


def test_comparing_branches_needs_one(bank: Workbench, screen: Screen) -> None:
    assert "先选一家网点" in text(screen(PAGE, period="2026Q3", compare="branch"))


def test_a_card_shows_where_a_number_comes_from(bank: Workbench, screen: Screen) -> None:
    shown = text(screen(PAGE, period="2026Q3", indicator="queue_minutes"))
    assert "19 分钟" in shown and "2 个值" in shown
    assert "分母合计 400（叫号人数），分子约 7,600" in shown
    # Kitagawa by hand: rate ½(½+¾)·6 = 3.75; mix ¼·17 − ¼·16 = 0.25; 15 → 19.
    assert "从 15 分钟 到 19 分钟：网点自身变化 +3.75，网点构成变化 +0.25。" in shown
    assert "没有被后来的上传改过" in shown


def test_a_corrected_value_shows_both_and_the_file(bank: Workbench, screen: Screen) -> None:
    first = next(iter(bank.model.branches))
    with bank.database.writing() as con:
        con.execute("INSERT INTO upload VALUES ('u9', 'indicators', 's', '=更正.csv', 'x', 1, '{}', 'me', "
                    "TIMESTAMP '2026-09-02 08:00:00', 'loaded')")  # fmt: skip
        con.execute("UPDATE indicator_value SET superseded_by = 'u9' WHERE branch = ? AND day = ?", [first, Q3])
    indicator(bank.database, "queue_minutes", 18, Q3, branch=first, denominator=300, upload_id="u9")
    shown = text(screen(PAGE, period="2026Q3", indicator="queue_minutes"))
    assert '<td class="short">20 分钟</td><td class="short">18 分钟</td>' in shown and "=更正.csv" in shown
    assert "17.5 分钟" in shown


def test_a_branch_manager_sees_nothing_of_other_branches(bank: Workbench, screen: Screen) -> None:
    second = bank.model.label("branch", list(bank.model.branches)[1], Translator("zh"))
    at = screen(PAGE, "branch_manager", period="2026Q3", compare="branch", indicator="queue_minutes")
    shown = text(at)
    assert "20 分钟" in shown and second not in shown and "98.9" not in shown
    assert not [
        box for box in at.segmented_control if box.key == "pick_compare"
    ]  # one branch has nobody to compare with


def test_downloads_carry_numbers_and_no_formulas(bank: Workbench) -> None:
    indicators = dict(bank.model.indicators)
    indicators["queue_minutes"] = replace(indicators["queue_minutes"], name={"zh": "=1+1", "en": "=1+1"})
    model = replace(bank.model, indicators=indicators)
    scope = Scope(WHOLE_BANK, dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    before = scope.between(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    with bank.database.cursor() as con:
        found = tree.look(con, scope, before, model)
    ctx = Context(None, Translator("zh"), bank, WHOLE_BANK, model)  # type: ignore[arg-type]
    compared = Compared("period", scope, before, "now", "then", "bank", "now")
    rows = table.sheet(ctx, found, compared)
    head, *lines = csv.reader(io.StringIO(handout.as_csv(rows).decode("utf-8-sig")))
    line = dict(zip(head, next(line for line in lines if line[4] == "queue_minutes"), strict=True))
    assert line["名称"] == "'=1+1" and (line["数值"], line["值的个数"], line["得分"]) == ("19.0", "2", "55.0")
    assert line["指数影响"] == "-10.0"
    assert sum(float(line[-1] or 0) for line in lines) == pytest.approx(
        round(float(found.now.total or 0), 1) - round(float(found.before.total or 0), 1)  # type: ignore[union-attr]
    )
    sheet = fastexcel.read_excel(handout.as_workbook(rows)).load_sheet(0).to_arrow().to_pylist()
    line = next(line for line in sheet if line["编号"] == "queue_minutes")
    assert line["名称"] == "=1+1" and float(line["数值"]) == 19 and float(line["指数影响"]) == -10


def test_english_too(bank: Workbench, screen: Screen) -> None:
    bank.accounts.set_language("viewer", "en")
    shown = text(screen(PAGE, "viewer", period="2026Q3", indicator="queue_minutes"))
    assert "Q3 2026: the customer experience index of the whole bank is **" in shown
    assert "what moved most is **Queueing** (−10.0)" in shown and "From 15 min to 19 min" in shown
