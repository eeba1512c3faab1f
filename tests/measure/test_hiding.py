"""What is hidden stays hidden beside tables of larger units: nothing can be worked out from sums and shown cells."""

from __future__ import annotations

import random

import numpy as np
import pytest

from cx.measure import hiding

BRANCHES = {f"{region}{branch}": region for region in "rstu" for branch in range(4)}


def regions(bases: dict[hiding.Key, int]) -> dict[hiding.Key, int]:
    """The table by region that goes with one by branch."""
    found: dict[hiding.Key, int] = {}
    for key, base in bases.items():
        larger = (BRANCHES[key[0]],)
        found[larger] = found.get(larger, 0) + base
    return found


def worked_out(bases: dict[hiding.Key, int], out: set[hiding.Key]) -> list[hiding.Key]:
    """Hidden small cells, by branch or by region, that follow from the sum of all and from what both tables show."""
    places = {key: at for at, key in enumerate(key for key, base in bases.items() if base)}

    def row(*part: str) -> np.ndarray:
        """The branches that a cell holds; without a part all."""
        found = np.zeros(len(places))
        for key, at in places.items():
            found[at] = all(name in (key[0], BRANCHES[key[0]]) for name in part)
        return found

    above = regions(bases)
    tables = ((bases, out), (above, hiding.hidden(above, 5)))
    known, wanted = [row()], []
    for table, gone in tables:
        known += [row(*key) for key, base in table.items() if base and key not in gone]
        wanted += [key for key, base in table.items() if 0 < base < 5]
    rank = np.linalg.matrix_rank(np.array(known))
    return [key for key in wanted if np.linalg.matrix_rank(np.array([*known, row(*key)])) == rank]


def table(seed: int, *others: str) -> dict[hiding.Key, int]:
    chance, sizes = random.Random(seed), (0, 1, 3, 4, 6, 9, 20, 40, 60, 80)
    found: dict[hiding.Key, int] = {}
    for branch in BRANCHES:
        for other in others or ("",):
            found[(branch, other) if other else (branch,)] = chance.choice(sizes)
    return found


def test_the_second_hidden_cell_lies_where_the_total_is_known() -> None:
    bases = {("r0",): 3, ("r1",): 40, ("r2",): 55, ("s0",): 6, ("s1",): 30}
    assert hiding.hidden(bases, 5) == {("r0",), ("s0",)}
    assert worked_out(bases, hiding.hidden(bases, 5)) == [("r0",)], "the region's total tells it"
    assert hiding.hidden(bases, 5, [BRANCHES]) == {("r0",), ("r1",)}


def test_a_hidden_region_does_not_come_back_as_the_sum_of_its_branches() -> None:
    bases = {("r0",): 3, ("s0",): 10, ("s1",): 10, ("t0",): 8, ("t1",): 90}
    assert hiding.hidden(regions(bases), 5) == {("r",), ("s",)}
    out = hiding.hidden(bases, 5, [BRANCHES])
    assert out & {("s0",), ("s1",)} and not worked_out(bases, out)


@pytest.mark.parametrize("seed", range(50))
def test_no_small_cell_follows_from_totals_of_regions(seed: int) -> None:
    bases = table(seed)
    out = hiding.hidden(bases, 5, [BRANCHES])
    assert hiding.small(bases, 5) <= out
    assert not worked_out(bases, out)


@pytest.mark.parametrize("seed", range(15))
def test_in_a_table_by_channel_too_a_region_hides_enough_or_all(seed: int) -> None:
    bases = table(seed, "app", "web")
    out = hiding.hidden(bases, 5, [BRANCHES, {}])
    for region in "rstu":
        for channels in ({"app"}, {"web"}, {"app", "web"}):
            line = [key for key, base in bases.items() if base and key[0][0] == region and key[1] in channels]
            gone = [key for key in line if key in out]
            enough = len(gone) >= 2 and sum(bases[key] for key in gone) >= 5
            assert not gone or enough or gone == line


def test_where_nothing_is_small_nothing_is_hidden() -> None:
    assert hiding.hidden({("r0",): 5, ("r1",): 0, ("s0",): 90}, 5, [BRANCHES]) == set()
