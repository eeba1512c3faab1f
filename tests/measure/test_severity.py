"""Severity and rollout: against plain arithmetic, and intervals against draws from a known truth."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from cx.measure import rollout, severity
from cx.measure.rollout import Place, Weights
from cx.measure.severity import Severity, Side
from cx.measure.statistics import Estimate


def test_what_is_lost_is_the_nps_of_the_content_less_that_of_all() -> None:
    content, unhappy = Side(120, 70, 12), Side(80, 5, 60)
    found = severity.lost(content, unhappy)
    everyone = 100 * ((70 + 5) - (12 + 60)) / 200
    assert found.value == pytest.approx(100 * (70 - 12) / 120 - everyone)
    assert found.n == 200 and found.counts["unhappy"] == 80 and found.state == "ok"
    assert severity.lost(Side(4, 4, 0), unhappy).state == "hidden"
    assert severity.lost(Side(20, 10, 2), unhappy).state == "small"


def test_the_interval_of_what_is_lost_holds_the_truth_as_often_as_it_says() -> None:
    share, content, unhappy = 0.35, (0.5, 0.35, 0.15), (0.1, 0.3, 0.6)  # unhappy; promoter, passive, detractor
    truth = 100 * share * ((content[0] - content[2]) - (unhappy[0] - unhappy[2]))
    random, held, rounds, n = np.random.default_rng(20260701), 0, 1500, 400
    for k in random.binomial(n, share, rounds):
        c, u = random.multinomial(n - k, content), random.multinomial(k, unhappy)
        found = severity.lost(Side(n - int(k), int(c[0]), int(c[2])), Side(int(k), int(u[0]), int(u[2])))
        assert found.low is not None and found.high is not None
        held += found.low <= truth <= found.high
    assert 0.935 <= held / rounds <= 0.97


def test_severity_is_the_product_of_its_parts() -> None:
    impact = Estimate(40.0, 30.0, 50.0, 500)
    one = Severity(0.5, 100.0, impact, "nps", "transactional", ("survey",))
    assert one.sharp == 0.75 and one.witnesses == 0.5 and one.confidence == 0.375
    assert one.total == pytest.approx(0.5 * 40 * 0.375)
    two = Severity(0.5, 100.0, impact, "nps", "transactional", ("indicator", "survey"), part=0.1)
    assert two.total == pytest.approx(0.5 * 0.1 * 40 * 0.75 * 0.75)
    by_chance = Severity(1.0, 1.0, Estimate(5.0, -2.0, 12.0, 50), "nps", "x", ("survey",))
    assert by_chance.total == 0.0


def test_what_the_same_customers_rate_and_write_is_one_witness() -> None:
    assert severity.families(["journey", "drivers", "voices", "survey"]) == ("survey",)
    assert severity.families(["people", "indicator", "walks", "cases"]) == ("cases", "indicator", "people")


def test_an_indicator_is_as_bad_as_it_is_beyond_its_target() -> None:
    value = Estimate(15.0, 14.0, 16.0, 12)
    assert severity.beyond(value, 10.0, lower_is_better=True).value == pytest.approx(0.5)
    assert severity.beyond(value, 10.0, lower_is_better=True).low == pytest.approx(0.4)
    assert severity.beyond(value, 20.0, lower_is_better=True).value == 0.0
    short = severity.beyond(Estimate(80.0, 78.0, 82.0, 9), 100.0, lower_is_better=False)
    assert (short.value, short.low) == (pytest.approx(0.2), pytest.approx(0.18))


def test_places_go_by_pain_times_volume_times_value_by_effort() -> None:
    near, far = Place("w", "b1", 1.0, 2.0, 0.5, 2.0), Place("w", "b2", 3.0, 1.0, 0.5, 2.0)
    assert near.score(Weights(), rollout.most([near, far])) == pytest.approx(1.0 * 2.0 * 0.5 / 2.0)
    assert rollout.order([near, far], Weights()) == (far, near)
    assert rollout.order([near, far], Weights(pain=0)) == (near, far)
    there = Place("w", "b3", 0.0, 9.0, 0.5, 1.0)
    assert rollout.order([there, near, far], Weights())[-1] is there
    usual = [Place("w", f"b{n}", 40.0 + n, 1.0, 30.0, 1.0) for n in range(20)]
    assert rollout.order(usual, Weights())[0].branch == "b19", "far from the target all alike: the farthest still leads"
    odd = Place("w", "odd", 1.0, 10_000.0, 30.0, 1.0)
    *_, volume, _ = rollout.most([*usual, odd])
    assert odd.score(Weights(), rollout.most([*usual, odd])) == pytest.approx(1.0 * volume * 30.0) and volume < 10_000


def test_waves_keep_the_limit_and_one_change_a_branch() -> None:
    first = dt.date(2026, 10, 5)
    places = [Place(win, f"b{n}", 1.0 + n, 1.0, 1.0, 1.0) for n in range(5) for win in ("v", "w")]
    slots = rollout.waves(places, Weights(), 3, first, 4)
    assert sorted((s.place.win, s.place.branch) for s in slots) == sorted((p.win, p.branch) for p in places)
    for wave in {slot.wave for slot in slots}:
        here = [slot.place.branch for slot in slots if slot.wave == wave]
        assert len(here) <= 3 and len(here) == len(set(here))
    assert {s.start for s in slots if s.wave == 2} == {dt.date(2026, 11, 2)}
    assert {s.end for s in slots if s.wave == 1} == {dt.date(2026, 11, 1)}
    best = max(slots, key=lambda slot: slot.score)
    assert best.wave == 1
    with pytest.raises(ValueError):
        rollout.waves(places, Weights(), 0, first, 4)


def test_coverage_counts_branches_and_customers() -> None:
    assert rollout.coverage({"a", "x"}, {"a": 30.0, "b": 10.0}) == (0.5, 0.75)
    assert rollout.coverage((), {}) == (0.0, 0.0)
