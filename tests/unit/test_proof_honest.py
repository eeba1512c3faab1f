"""Pilots that do nothing are hardly ever proven, and what is promised to be visible is found: in simulated banks."""

from __future__ import annotations

from bench.pilots import BANKS, words


def test_no_effect_is_hardly_ever_proven_or_called_harm():
    wrong, count = 0, 40
    for bank in ("3 pilots, lasting shocks", "10 pilots, drifting branches", "worst 8 branches"):
        found, _ = words(BANKS[bank], count, seed=20)
        assert found["not_proven"] > 0.85 * count
        wrong += found["proven"] + found["harmed"]
    assert wrong <= 0.05 * 3 * count


def test_what_is_promised_to_be_visible_is_found():
    found, promised = words(BANKS["plain, 8 pilots"], 30, seed=21, share=1.0)
    assert found["proven"] >= 18 and 5 < promised < 20  # fewer come about one time in a hundred, with four in five
    assert not found["harmed"]
    faint, _ = words(BANKS["plain, 8 pilots"], 20, seed=22, share=0.3)
    assert faint["proven"] <= 9
