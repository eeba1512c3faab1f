"""The indicator tree over values that can be worked out in the head, and over the demo bank's truth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest
from small_bank import indicator

from cx.bank import model as bank
from cx.bank.model import Model
from cx.bank.shape import Index, Indicator, Journey, Scale, Stage, Touchpoint
from cx.demo import figures
from cx.demo.truth import truth
from cx.insight import indicator_values, tree
from cx.measure import index, periods
from cx.measure.scope import WHOLE_BANK, Rights, Scope
from cx.output.charts import indicators as drawn
from cx.store.database import Database
from cx.store.revisions import revisions
from cx.words import LANGUAGES, Translator

JUNE, JULY = dt.date(2026, 6, 1), dt.date(2026, 7, 1)
NOW = Scope(WHOLE_BANK, dt.date(2026, 7, 1), dt.date(2026, 7, 31))
BEFORE = NOW.between(dt.date(2026, 6, 1), dt.date(2026, 6, 30))


def _stage(name: str, *touchpoints: str) -> Stage:
    return Stage(name, {"en": name}, tuple(Touchpoint(t, {"en": t}) for t in touchpoints))


def _indicator(name: str, direction: str = "higher", **fields: object) -> Indicator:
    place = {"journey": "opening", "stage": "serve", "touchpoint": "queue"}
    return Indicator(name, {"en": name}, direction=direction, **{**place, **fields})  # type: ignore[arg-type]


MODEL = Model(
    journeys={
        "opening": Journey("opening", {}, (_stage("book", "app"), _stage("serve", "queue", "desk"))),
        "loan": Journey("loan", {}, (_stage("pay", "out"),)),
    },
    indicators={
        each.id: each
        for each in (
            _indicator("wait", "lower", scale=Scale(30, 10), target=10.0, weight=3.0),
            _indicator("left", "lower", scale=Scale(20, 0), target=5.0),
            _indicator("done", scale=Scale(0, 100), touchpoint="desk"),
            _indicator("booked", scale=Scale(0, 50), stage="book", touchpoint=None),
            _indicator("days", "lower", scale=Scale(10, 0), journey="loan", stage="pay", touchpoint="out"),
            _indicator("visits", touchpoint="desk"),
            _indicator("users", touchpoint="desk"),
            _indicator("per_user", touchpoint="desk", computed="100 * visits / users", scale=Scale(0, 50), weight=0.0),
            _indicator("nowhere", scale=Scale(0, 1), journey=None, stage=None, touchpoint=None),
        )
    },
    index=Index({"en": "Index"}, {("opening",): 3.0, ("opening", "serve"): 2.0}),
)


@pytest.fixture
def two_months(db: Database) -> Database:
    """June and July of two branches; what June and July score is in the comments."""
    indicator(db, "wait", 20, JUNE, branch="b1", denominator=100)  # b1 and b2 together: 24 → 30 points
    indicator(db, "wait", 25, JUNE, branch="b2", denominator=400)
    indicator(db, "wait", 18, JULY, branch="b1", denominator=400)  # 19.6 → 52 points
    indicator(db, "wait", 26, JULY, branch="b2", denominator=100)
    for day, left in ((JUNE, 10), (JULY, 5)):  # 50 and 75 points
        indicator(db, "left", left, day, branch="b1")
    for day in (JUNE, JULY):
        indicator(db, "done", 80, day, branch="b1")
        indicator(db, "booked", 20, day, branch="b1")  # 40 points
    indicator(db, "days", 4, JUNE, branch=None)  # 60 points
    indicator(db, "days", 3, JULY, branch=None)  # 70 points
    return db


def test_the_index_by_hand(two_months: Database) -> None:
    found = tree.look(two_months.cursor(), NOW, BEFORE, MODEL)
    queue = Fraction(52 * 3 + 75, 4)
    serve = (queue + 80) / 2
    opening = (serve * 2 + 40) / 3
    assert found.mark(("opening", "serve", "queue")).score == queue
    assert found.mark(("opening", "serve")).score == serve
    assert found.mark(("opening",)).score == opening
    assert found.now.total == (opening * 3 + 70) / 4 and found.mark(()).cover == 1
    assert found.before is not None and found.moved is not None
    parts = {leaf.indicator.id: leaf.part for leaf in found.leaves if leaf.part}
    # Nothing came or went, so each part is its share of the index times the change of its score.
    share = Fraction(3, 4) * Fraction(2, 3) * Fraction(1, 2)
    assert parts == {"wait": share * Fraction(3, 4) * 22, "left": share / 4 * 25, "days": Fraction(10, 4)}
    assert sum(parts.values()) == found.now.total - (found.before.total or 0)


def test_indicators_that_do_not_count_say_why(two_months: Database) -> None:
    indicator(two_months, "visits", 30, JULY, branch="b1")
    indicator(two_months, "nowhere", 1, JULY, branch="b1")
    found = {leaf.indicator.id: leaf for leaf in tree.look(two_months.cursor(), NOW, BEFORE, MODEL).leaves}
    assert {name: leaf.standing for name, leaf in found.items()} == {
        "wait": "scored", "left": "scored", "done": "scored", "booked": "scored", "days": "scored",
        "visits": "no_scale", "users": "no_scale", "per_user": "no_weight", "nowhere": "no_place",
    }  # fmt: skip
    assert found["visits"].now.value == 30 and found["visits"].share == 0
    assert list(found)[-1] == "nowhere"  # last, for it hangs nowhere


def test_what_came_and_went_is_a_part_of_its_own(two_months: Database) -> None:
    with two_months.writing() as con:
        con.execute("DELETE FROM indicator_value WHERE indicator = 'days' AND day = DATE '2026-06-01'")
        con.execute("DELETE FROM indicator_value WHERE indicator = 'booked' AND day = DATE '2026-07-01'")
    found = tree.look(two_months.cursor(), NOW, BEFORE, MODEL)
    assert (tree.came(found), tree.went(found)) == (("days",), ("booked",))
    assert found.moved is not None and found.moved.gone_or_new != 0
    for depth in range(4):
        steps = tree.steps(found, depth)
        assert sum(step.amount for step in steps) == found.moved.after - found.moved.before
        assert [step.kind for step in steps if step.kind == "availability"] == ["availability"]
        change = index.shown(found.moved.after) - index.shown(found.moved.before)
        assert sum(step.shown for step in steps) == Decimal(change.numerator) / Decimal(change.denominator)


def test_a_place_with_too_little_cover_is_not_scored(two_months: Database) -> None:
    with two_months.writing() as con:
        con.execute("DELETE FROM indicator_value WHERE indicator IN ('wait', 'done')")
    strict = replace(MODEL, index=replace(MODEL.index, least_cover=0.5))
    loose, found = (tree.look(two_months.cursor(), NOW, None, model) for model in (MODEL, strict))
    assert loose.mark(("opening", "serve")).score == 75
    assert found.mark(("opening", "serve")) == index.Mark(None, Fraction(1, 8))
    assert found.mark(("opening",)).score is None and found.now.total == 70


def test_computed_values_are_ratios_of_sums_over_what_both_have(db: Database) -> None:
    """b1: 10 of 100, b2: 90 of 100; b3 has no users and is left out: 100 of 200, not the mean with b3's visits."""
    for branch, visits, users in (("b1", 10, 100), ("b2", 90, 300), ("b3", 500, None)):
        indicator(db, "visits", visits, JULY, branch=branch)
        if users:
            indicator(db, "users", users, JULY, branch=branch)
    found, _ = indicator_values.values(db.cursor(), NOW, MODEL)
    assert found["per_user"].value == pytest.approx(25.0) and found["per_user"].n == 2  # the mean of ratios were 20
    one = indicator_values.values(db.cursor(), NOW.narrowed(branch="b1"), MODEL)[0]
    assert one["per_user"].value == pytest.approx(10.0)
    assert "per_user" not in indicator_values.values(db.cursor(), NOW.narrowed(branch="b3"), MODEL)[0]
    assert "per_user" not in indicator_values.values(db.cursor(), BEFORE, MODEL)[0]
    series = indicator_values.series(db.cursor(), NOW, MODEL, "per_user")
    assert [(day, estimate.value) for day, estimate in series.points] == [(JULY, pytest.approx(25.0))]


def test_sharing_is_seen_and_changes_no_value(db: Database) -> None:
    for day in (JUNE, JULY):
        for branch, visits, users in (("b1", 10, 100), ("b2", 90, 300)):
            indicator(db, "visits", visits, day, branch=branch)
            indicator(db, "users", users, day, branch=branch)
    both = NOW.between(BEFORE.start, NOW.end)
    assert indicator_values.sharing(db.cursor(), both, MODEL) == {"per_user"}
    slow, quick = (indicator_values.values(db.cursor(), NOW, MODEL, s)[0]["per_user"] for s in ((), ("per_user",)))
    assert slow == quick and slow.value == 25
    lines = [indicator_values.monthly(db.cursor(), NOW, MODEL, shared)["per_user"] for shared in ((), ("per_user",))]
    assert lines[0] == lines[1] and lines[0][-2:] == (25, 25)
    indicator(db, "users", 5, JUNE, branch="b4")
    assert indicator_values.sharing(db.cursor(), both, MODEL) == frozenset()
    assert indicator_values.sharing(db.cursor(), NOW, MODEL) == {"per_user"}


def test_a_computed_value_that_divides_by_nought_is_none(db: Database) -> None:
    indicator(db, "visits", 10, JULY, branch="b1")
    indicator(db, "users", 0, JULY, branch="b1")
    assert "per_user" not in indicator_values.values(db.cursor(), NOW, MODEL)[0]
    found = tree.look(db.cursor(), NOW, None, MODEL)
    assert found.now.total is None and tree.steps(found, 0) == ()


def test_rights_bound_the_tree_and_its_parts(two_months: Database) -> None:
    own = replace(NOW, rights=Rights(frozenset({"b2"})))
    found = tree.look(two_months.cursor(), own, tree.whole(own, ["b1", "b2"]), MODEL)
    values = {leaf.indicator.id: leaf.now.value for leaf in found.leaves if leaf.now.value is not None}
    assert values == {"wait": 26.0}
    assert found.moved is not None and found.moved.before == found.moved.after  # "all branches" are their own only
    indicator(two_months, "visits", 30, JULY, branch="b1")
    indicator(two_months, "users", 60, JULY, branch="b1")
    assert "per_user" not in indicator_values.values(two_months.cursor(), own, MODEL)[0]
    assert revisions(two_months.cursor(), own, "wait") == ()


def test_branch_effects_are_those_of_the_units(two_months: Database) -> None:
    found = indicator_values.by_branch(two_months.cursor(), NOW, BEFORE, MODEL, "wait")
    assert found is not None and (found.before, found.after) == (24, Fraction("19.6"))
    assert found.rate == {"b1": Fraction(1, 2) * -2, "b2": Fraction(1, 2) * 1}
    assert sum(found.mix.values()) == Fraction(3, 5) * (19 - Fraction("25.5"))  # customers moved to the quick branch
    assert sum([*found.rate.values(), *found.mix.values()]) == found.after - found.before


def test_the_trend_has_gaps_where_months_have_none(two_months: Database) -> None:
    lines = indicator_values.monthly(two_months.cursor(), NOW, MODEL)
    assert lines["left"][-2:] == (10.0, 5.0) and lines["left"][:-2] == (None,) * (indicator_values.TREND - 2)
    assert lines["wait"][-2:] == (24.0, pytest.approx(19.6))


def test_a_corrected_value_keeps_its_history(db: Database) -> None:
    when = dt.datetime(2026, 8, 2, 9, 30)
    with db.writing() as con:
        for name, at in (("u0", dt.datetime(2026, 8, 1)), ("u1", when)):
            con.execute("INSERT INTO upload VALUES (?, 'indicators', 'src', ?, 'x', 1, '{}', 'me', ?, 'loaded')",
                        [name, f"{name}.csv", at])  # fmt: skip
    indicator(db, "wait", 22, JULY, branch="b1", upload_id="u0", superseded_by="u1")
    indicator(db, "wait", 19, JULY, branch="b1", upload_id="u1")
    indicator(db, "wait", 7, JULY, branch="b2", upload_id="u1")
    (found,) = revisions(db.cursor(), NOW, "wait")
    assert (found.day, found.branch, found.old, found.new) == (JULY, "b1", 22.0, 19.0)
    assert (found.file_before, found.file, found.loaded_at) == ("u0.csv", "u1.csv", when)
    assert revisions(db.cursor(), BEFORE, "wait") == ()


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[Database, Model]]:
    """The demo bank's indicators alone."""
    model = bank.load(Path(__file__).resolve().parents[2] / "data" / "model")
    found = Database(":memory:")
    with found.writing() as con:
        con.register(
            "rows", pa.Table.from_pylist([row | {"upload_id": "demo"} for row in figures.values(truth(), model)])
        )
        con.execute("INSERT INTO indicator_value BY NAME SELECT * FROM rows")
        con.unregister("rows")
    yield found, model
    found.close()


def quarter(token: str) -> Scope:
    found = periods.parse(token, None)
    assert found is not None
    return Scope(WHOLE_BANK, found.start, found.end)


def test_in_the_branches_that_are_truly_bad_queueing_sets_them_apart(demo: tuple[Database, Model]) -> None:
    db, model = demo
    for branch in truth().bad:
        scope = quarter("2026Q3").narrowed(branch=branch)
        found = tree.look(db.cursor(), scope, tree.whole(scope, model.branches), model, trends=False)
        assert found.moved is not None and found.moved.after < found.moved.before - 5
        largest = tree.steps(found, 3)[0]
        assert largest.key == (("account-opening", "serve", "queue"), None) and largest.amount < 0


def test_the_queue_that_pilots_shortened_is_found_in_what_moved(demo: tuple[Database, Model]) -> None:
    db, model = demo
    win = next(win for win in truth().quick_wins if "queue_minutes" in win.indicators)
    now, before = quarter("2026Q1"), quarter("2025Q4")
    effects = indicator_values.by_branch(db.cursor(), now, before, model, "queue_minutes")
    assert effects is not None
    best = sorted(effects.rate, key=lambda branch: effects.rate[branch])[: len(win.pilots)]
    assert set(best) == set(win.pilots)
    found = tree.look(db.cursor(), now, before, model, trends=False)
    inside = {
        key: part for key, part in index.grouped(found.tree, found.parts, 3).items() if key[0][0] == "account-opening"
    }
    assert max(inside, key=lambda key: inside[key]) == (("account-opening", "serve", "queue"), None)


def test_charts_draw_what_adds_up(demo: tuple[Database, Model]) -> None:
    db, model = demo
    found = tree.look(db.cursor(), quarter("2026Q1"), quarter("2025Q4"), model)
    for lang in LANGUAGES:
        t = Translator(lang)
        for depth in range(4):
            steps = tree.steps(found, depth)
            chart = drawn.waterfall(found, steps, [f"step {n}" for n in range(len(steps))], ("then", "now"), t)
            rows = chart.spec["datasets"]["parts"]
            moved = [Decimal(row["text"].replace("−", "-").replace("+", "")) for row in rows]
            assert moved[0] + sum(moved[1:-1]) == moved[-1]
            assert [row["from"] for row in rows[1:]] == pytest.approx([row["to"] for row in rows[:-1]])
        cells = drawn.tree(found, lambda path, leaf: leaf or path[-1], lambda name: name, "Index", t).spec["datasets"][
            "cells"
        ]
        placed = [leaf for leaf in found.leaves if leaf.standing != "no_place"]
        assert sum(cell["level"] == 4 for cell in cells) == len(placed)
        assert cells[0]["points"] == pytest.approx(float(found.now.total or 0))
