"""Confirming: noise is never called a confirmation more often than agreed, and what is true is found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cx.measure import agreement, lag
from cx.measure.agreement import Branches, Pair, judge
from cx.measure.statistics import benjamini_hochberg

SETS, BRANCHES, PLACES = 201, 24, 3
MOST = 18  # of 201 at 5 %: more by chance once in a hundred (binomial)
REGIONS = tuple("north" if i % 2 else "south" for i in range(BRANCHES))
NAMES = tuple(f"b{i}" for i in range(BRANCHES))


def wandering(rng: np.random.Generator, n: int, phi: float) -> np.ndarray:
    noise, x = rng.standard_normal(n + 30), np.zeros(n + 30)
    for i in range(1, n + 30):
        x[i] = phi * x[i - 1] + noise[i]
    return x[30:]


def bank(seed: int, n: int = 24, calendar: bool = False, regions: bool = False, taken: bool = True,
         linked: float = 0.0) -> list[Pair]:  # fmt: skip
    """Touchpoints that are bad on both sides and have nothing to do with each other; ``calendar``: both sides share
    season and working days, ``regions``: both are better in the north; ``linked``: the first truly goes together."""
    rng, months = np.random.default_rng(seed), np.arange(n)
    days = rng.integers(17, 24, n).astype(float)
    wave = (np.sin(2 * np.pi * months / 12), np.cos(2 * np.pi * months / 12))
    shared = 3 * wave[0] + 0.8 * (days - 20) + 0.15 * months if calendar else 0.0
    out = np.column_stack([months, *wave, days]) if taken else np.empty((n, 0))
    north = np.array([3.0 if region == "north" else 0.0 for region in REGIONS]) if regions else 0.0
    found = []
    for number in range(PLACES):
        x, y = wandering(rng, n, 0.7) + shared, wandering(rng, n, 0.7) + shared
        wide, heard = rng.standard_normal(BRANCHES) + north, rng.standard_normal(BRANCHES) + north
        if number == 0:
            heard = heard + linked * wide
        branches = Branches(NAMES, tuple(wide), tuple(heard), REGIONS if taken else ("all",) * BRANCHES)
        found.append(Pair(f"t{number}", "i", 0.0, branches, (lag.without(x, out), lag.without(y, out))))
    return found


KINDS: tuple[dict[str, Any], ...] = (
    {}, {"calendar": True, "regions": True}, {"n": 18, "calendar": True, "regions": True},
)  # fmt: skip


def test_noise_is_not_confirmed_more_often_than_agreed() -> None:
    sets = [judge(bank(seed, **KINDS[seed % 3]), lags=1, shuffles=999) for seed in range(SETS)]
    assert sum(bool(found.confirmed) for found in sets) <= MOST
    assert all(found.rate <= found.level for found in sets)
    tried = [found.tried for found in sets]
    assert min(tried) >= PLACES and sum(tried) > 0.8 * SETS * PLACES * 3, "little was tested, so little was proved"


def test_without_the_calendar_and_regions_the_same_noise_would_be_confirmed() -> None:
    kind = {"calendar": True, "regions": True, "taken": False}
    sets = [judge(bank(seed, **kind), lags=1, shuffles=999) for seed in range(15)]
    assert sum(bool(found.confirmed) for found in sets) > 10


def test_one_true_link_is_found_and_lends_nothing_to_the_others() -> None:
    sets = [judge(bank(seed, linked=1.5, regions=True), lags=2, shuffles=999) for seed in range(40)]
    assert sum("t0" in found.confirmed for found in sets) >= 34
    assert sum(bool(found.confirmed - {"t0"}) for found in sets) <= 6  # 5 % of 40, more by chance 0.3 %


def test_a_link_alone_or_the_wrong_way_round_confirms_nothing() -> None:
    first = bank(1, linked=3.0)[0]
    assert judge([first]).confirmed == {"t0"}
    fine = Pair("t0", "i", 1.0, first.branches, first.series)
    found = judge([fine])
    assert not found.confirmed and found.links[0].rank_q is not None and found.links[0].rank_q < 0.01
    assert first.branches is not None
    turned = Branches(NAMES, tuple(-x for x in first.branches.x), first.branches.y, first.branches.strata)
    assert not judge([Pair("t0", "i", 0.0, turned, None)]).confirmed


def test_q_counts_everything_that_was_tried() -> None:
    found = judge(bank(2, linked=1.5), lags=2, shuffles=999)
    tests = [(link.rank.p, link.rank_q) for link in found.links if link.rank]
    tests += [(lead.p, q) for link in found.links for lead, q in zip(link.leads, link.lead_qs, strict=True)]
    known = [(p, q) for p, q in tests if p is not None]
    assert len(known) == found.tried == PLACES * 4
    assert [q for _, q in known] == pytest.approx(benjamini_hochberg([p for p, _ in known]))


def test_the_permutation_p_is_that_of_all_orders() -> None:
    """8 branches, perfectly ordered: 2 of 8! orders are as extreme, so p is that of the shuffles' own count."""
    steps = tuple(float(i) for i in range(8))
    found = judge([Pair("t", "i", 0.0, Branches(NAMES[:8], steps, steps, ("a",) * 8))], shuffles=1999)
    rank = found.links[0].rank
    assert rank is not None and rank.r == pytest.approx(1.0) and rank.p == pytest.approx(1 / 2000)
    few = judge([Pair("t", "i", 0.0, Branches(NAMES[:7], steps[:7], steps[:7], ("a",) * 7))])
    assert few.links[0].rank is None and not few.confirmed and few.tried == 0


def test_ranks_are_spearmans_with_ties_and_compared_within_regions() -> None:
    assert agreement.ranks([3, 1, 3, 2]).tolist() == [3.5, 1.0, 3.5, 2.0]
    x, y = (1.0, 2, 3, 4, 11, 12, 13, 14), (4.0, 3, 2, 1, 14, 13, 12, 11)  # against in each region, with over both
    apart = judge([Pair("t", "i", 0.0, Branches(NAMES[:8], x, y, ("a",) * 4 + ("b",) * 4))], shuffles=199)
    whole = judge([Pair("t", "i", 0.0, Branches(NAMES[:8], x, y, ("a",) * 8))], shuffles=199)
    assert apart.links[0].rank and apart.links[0].rank.r == pytest.approx(-1.0) and apart.links[0].rank.within
    # Spearman: differences of ranks 3, 1, -1, -3 twice: 1 - 6 · 40 / (8 · 63)
    assert whole.links[0].rank and whole.links[0].rank.r == pytest.approx(1 - 240 / 504)


def test_the_threshold_is_tightened_where_shuffled_data_would_pass_too_often() -> None:
    best = np.concatenate([np.full(80, 0.02), np.full(20, 0.001), np.linspace(0.2, 1, 900)])
    assert agreement._threshold(best, 0.05) == 0.001  # 100 of 1,000 pass at 5 %, 20 at 0.1 %
    assert agreement._threshold(best, 0.2) == 0.2
