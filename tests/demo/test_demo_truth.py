"""The demo bank has a known truth, and the door finds it."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections import Counter
from pathlib import Path

import pytest
from demo_bank import ROOT, TRUE, near, rows, scope

from cx import demo
from cx.bank import model as bank
from cx.bank import population
from cx.bank.model import Model
from cx.demo import feelings
from cx.insight import groups, journey_map, personas, tiles, weighting, weighting_shares
from cx.insight import journey as journeys
from cx.insight.compare import units as compared
from cx.measure import relative
from cx.measure.scope import WHOLE_BANK, Scope
from cx.measure.statistics import change
from cx.output import tiles as told
from cx.publish import board_shelf
from cx.store.database import Database
from cx.store.query import Connection, measure
from cx.words import Translator


@pytest.fixture
def con(demo_bank: Database) -> Connection:
    return demo_bank.cursor()


@pytest.fixture
def found(con: Connection) -> demo.Summary:
    here = demo.summary(con)
    assert here
    return here


def test_nps_of_every_kind_and_survey_is_the_truth(con: Connection, found: demo.Summary) -> None:
    for name in ("transactional", "relational", "competitive"):
        assert near(measure(con, "nps", scope(name)).total, found.nps[f"kind:{name}"]), name
    for survey, spec in TRUE.surveys.items():
        if f"survey:{survey}" in found.nps:
            kind = rows(con, "SELECT any_value(nps_kind) FROM response WHERE survey_id = ?", survey)[0][0]
            assert abs(found.nps[f"survey:{survey}"] - spec.nps) < 0.5
            assert near(measure(con, "nps", scope(kind, survey_id=survey)).total, spec.nps), survey


def test_every_brand_has_its_own_nps(con: Connection) -> None:
    by_brand = measure(con, "brand_nps", scope("competitive"), ("brand",))
    assert {cell.key[0] for cell in by_brand.cells} == set(TRUE.brands)
    for brand, expected in TRUE.brands.items():
        assert near(by_brand.of(brand), expected), brand


def test_bad_branches_are_below_and_good_ones_above(con: Connection, found: demo.Summary) -> None:
    by_branch = measure(con, "nps", scope("transactional"), ("branch",))
    for branch, expected in ((key[7:], value) for key, value in found.nps.items() if key.startswith("branch:")):
        assert near(by_branch.of(branch), expected, 3.8), branch
    order = [cell.key[0] for cell in sorted(by_branch.cells, key=lambda cell: cell.estimate.value or 0)]
    assert set(order[:3]) == set(TRUE.bad) and set(order[-3:]) == set(TRUE.good)
    whole = measure(con, "nps", scope("transactional")).total
    assert all(change(whole, by_branch.of(branch)).verdict == "down" for branch in TRUE.bad)
    assert all(change(whole, by_branch.of(branch)).verdict == "up" for branch in TRUE.good)


def test_the_sample_is_off_where_the_truth_says_and_weighting_moves_the_score_as_it_says(
    con: Connection, model: Model
) -> None:
    base = population.shipped(ROOT / "data" / "model", model)
    assert base is not None
    scope, drawn = Scope(WHOLE_BANK, nps_kind="relational"), TRUE.surveys["relational-nps"].segments
    shares = weighting_shares.compare(con, scope, base, "segment")
    for row in shares.rows:
        sample = drawn[row.value] / sum(drawn.values())
        assert row.sample == pytest.approx(sample, abs=4 * math.sqrt(sample / 7000))
        assert row.verdict == ("under" if row.value == "senior" else "over")  # all others are a tenth too many or more
    # What segments and regions add to the score, among customers and among those who answered.
    regions = weighting_shares.compare(con, scope, base, "region")
    effects = {**TRUE.segments, **TRUE.regions}
    expected = sum(effects[row.value] * (row.base - row.sample) for row in (*shares.rows, *regions.rows))
    found = weighting.weigh(con, scope, base)
    assert found.by == ("segment", "region") and found.cost is not None
    assert found.move.low < expected < found.move.high
    # The weighted score once more, by hand: each margin in turn, person by person.
    rows = con.execute(
        "SELECT segment, region, CASE WHEN nps >= 9 THEN 1 WHEN nps <= 6 THEN -1 ELSE 0 END FROM response "
        "WHERE nps_kind = 'relational' AND NOT flagged AND nps IS NOT NULL"
    ).fetchall()
    weights = [1.0] * len(rows)
    for _ in range(40):
        for place, name in enumerate(("segment", "region")):
            sums = Counter[str]()
            for row, weight in zip(rows, weights, strict=True):
                sums[row[place]] += weight
            wanted = base.shares(name)
            weights = [
                w * wanted[row[place]] * len(rows) / sums[row[place]] for row, w in zip(rows, weights, strict=True)
            ]
    by_hand = 100 * sum(w * score for w, (*_, score) in zip(weights, rows, strict=True)) / sum(weights)
    assert found.weighted.value == pytest.approx(by_hand)
    assert found.cost.effective == pytest.approx(sum(weights) ** 2 / sum(w * w for w in weights))


def test_the_worst_stage_and_channel_is_found(con: Connection, model: Model) -> None:
    cells = measure(con, "satisfaction", scope(), ("journey", "stage", "channel")).cells
    sound = [cell for cell in cells if cell.estimate.state == "ok" and cell.key[1]]
    worst = min(sound, key=lambda cell: cell.estimate.value or 9)
    assert worst.key == (TRUE.worst["journey"], TRUE.worst["stage"], TRUE.worst["channel"])
    heat = journeys.heatmap(con, scope(), model, TRUE.worst["journey"])
    assert journeys.pains(heat)[0].key == (TRUE.worst["stage"], TRUE.worst["channel"])
    view = journeys.cells(con, scope(), model, TRUE.worst["journey"])
    assert view.worst and view.worst.key[1] == TRUE.worst["touchpoint"] and view.worst.signal == "both"


def test_only_the_app_has_a_trend(con: Connection) -> None:
    """The same months of two years, so that the season does not count."""
    first, second = ((dt.date(year, 4, 1), dt.date(year, 9, 30)) for year in (2025, 2026))
    for channel, verdict in ((TRUE.trend_channel, "up"), ("phone", "noise")):
        here = scope("transactional", channel=channel)
        before = measure(con, "nps", here.between(*first)).total
        assert change(before, measure(con, "nps", here.between(*second)).total).verdict == verdict, channel


def test_the_map_of_the_worst_journey_marks_its_pain_peak_and_end(con: Connection, model: Model) -> None:
    found = journey_map.draw(con, scope(), model, TRUE.worst["journey"], None, "zh")
    points = {point.touchpoint: point for point in found.points}
    worst = points[TRUE.worst["touchpoint"]]
    assert {"pain", "peak"} <= worst.marks and len(found.marked("pain")) == 1
    assert worst.spread is not None and worst.spread.worst == TRUE.worst["channel"]
    asked = [name for name, in con.execute(
        "SELECT DISTINCT touchpoint FROM answer WHERE journey = ? AND satisfaction IS NOT NULL", [TRUE.worst["journey"]]
    ).fetchall()]  # fmt: skip
    last = [name for name in points if name in asked][-1]
    assert points[last].marks >= {"end"} and {p.touchpoint for p in found.points if p.state == "shown"} == set(asked)
    assert worst.said is not None and any(word in worst.said.text for word in ("排队", "等候"))
    scored = con.execute("SELECT count(nps) FROM response WHERE survey_id = ?", [TRUE.worst["journey"]]).fetchall()
    assert found.whole.score.n == scored[0][0] and found.whole.verdict != "too_few"


def test_the_way_to_a_new_account_is_felt_as_it_is(con: Connection) -> None:
    opening = scope(survey_id="account-opening")
    by_touchpoint = measure(con, "satisfaction", opening, ("touchpoint",))
    for touchpoint in ("welcome-call", "first-login", "phone-booking", "mobile-booking"):
        assert near(by_touchpoint.of(touchpoint), TRUE.touchpoints[touchpoint]), touchpoint
    values = {cell.key[0]: cell.estimate.value or 0.0 for cell in by_touchpoint.cells}
    assert max(values, key=values.__getitem__) == "welcome-call"
    assert min(values, key=values.__getitem__) == "phone-booking"


def test_the_funnel_finds_the_branches_that_truly_differ_and_hardly_any_other(con: Connection) -> None:
    found = compared.units(con, scope("transactional", channel="branch"), "branch", "nps")
    sides = {unit.key[0]: unit.side.removesuffix("_outer") for unit in found.units if unit.side != "inside"}
    true = dict.fromkeys(TRUE.bad, "below") | dict.fromkeys(TRUE.good, "above")
    assert {branch: sides.get(branch) for branch in true} == true
    assert len(sides) <= len(true) + 1
    assert any(unit.side.endswith("outer") for unit in found.units)
    apart = {unit.key[0]: unit.apart for unit in found.units}
    assert all(apart[branch] == -1 for branch in TRUE.bad) and all(apart[branch] == 1 for branch in TRUE.good)
    first, last = (found.units[at].shrunk for at in (0, -1))
    assert first.last <= 6 and last.first >= 35


def test_a_segment_is_satisfied_and_does_not_recommend(con: Connection) -> None:
    found = groups.reluctant(con, scope("relational"), "top2", 8)
    assert (first := found.parts[0]).more and (first.by, first.key) == ("segment", TRUE.reluctant["segment"])
    drivers = {name for name in TRUE.surveys["relational-nps"].drivers if name != "default"}
    assert {one.sides.touchpoint for one in found.apart if one.real} == drivers


def test_what_callers_expected_is_found(con: Connection) -> None:
    """Whom it asks, what was expected, and by how much what they found falls short, as the truth says."""
    [(pair, q)] = groups.gaps(con, Scope(WHOLE_BANK))
    [(survey, expected)] = TRUE.expectations.items()
    assert (pair.survey, f"{pair.question}_expected") == (survey, *expected)[:2] and pair.kind == "expectation"
    true = TRUE.touchpoints["default"] - expected[f"{pair.question}_expected"]
    assert pair.gap.low is not None and pair.gap.high is not None and pair.gap.low < true < pair.gap.high < 0
    assert q < 0.05 and pair.gap.n > 3000
    narrow = Scope(WHOLE_BANK).narrowed(survey_id=survey, question_id=f"{pair.question}_expected")
    assert measure(con, "satisfaction", narrow).total.n == 0, "what was expected is no satisfaction"


def test_branches_and_channels_differ_by_what_is_true(con: Connection) -> None:
    branches = groups.alike(con, scope("transactional", channel=["branch"]), "branch", "nps").spread
    assert branches is not None and branches.real
    effects = feelings.branch_effects(TRUE, bank.load(ROOT / "data" / "model"))
    true = statistics.pstdev(effects.values())
    assert branches.low <= true * 1.25 and branches.high >= true * 0.8, "regions and a pilot add a little to them"


def test_the_kinds_of_customers_are_found(con: Connection) -> None:
    kinds = TRUE.personas["kinds"]
    found = personas.portrait(con, scope("relational"), TRUE.personas["survey"])
    assert found.chosen == len(kinds) and all(one.standing == "stable" for one in found.personas)
    signs = {  # what each planted kind rates furthest from the others, by its sign
        name: {key if value > 0 else f"-{key}" for key, value in kind["ratings"].items() if abs(value) >= 0.8}
        for name, kind in kinds.items()
    }
    seen = []
    for one in found.personas:
        rated = [t for t in one.traits if t.asked and t.asked.kind == "rated" and t.real][:4]
        told = {t.asked.key if t.effect > 0 else f"-{t.asked.key}" for t in rated if t.asked}
        seen.append(max(signs, key=lambda name: len(signs[name] & told)))
        assert len(signs[seen[-1]] & told) >= 2, told
    assert sorted(seen) == sorted(kinds), "each planted kind is one group"


def test_the_ready_dashboards_find_the_truth(con: Connection, model: Model, tmp_path: Path) -> None:
    t, said = Translator("en"), {}
    for kept in board_shelf.Shelf(tmp_path).all():
        period = relative.period(kept.board.period, TRUE.last, TRUE.last)
        assert period is not None
        for tile in kept.board.tiles:
            asked = tiles.asking(tile, WHOLE_BANK, (), period, TRUE.last, TRUE.last, model)
            found = tiles.found(con, tile.bare, asked, model)
            assert tile.chart == "text" or not isinstance(found.answer, tiles.Nothing), (kept.board.id, tile.id)
            said[kept.board.id, tile.id] = told.answer(tile, found, t, model)
    worst = {name: model.label(name, TRUE.worst[name], t) for name in ("stage", "channel", "touchpoint")}
    assert said["executive", "heat"].startswith(f"{worst['stage']} × {worst['channel']}")
    assert said["cx-team", "steps"].startswith(f"Lowest: {worst['touchpoint']} × {worst['channel']}")
    bad = {model.label("branch", branch, t) for branch in TRUE.bad}
    told_low = set(said["cx-team", "branches"].partition("Below the rest: ")[2].rstrip(".").split(", "))
    assert told_low and told_low <= bad
