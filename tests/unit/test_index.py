"""The index: rolled up as one would by hand, and every decomposition adds up exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cx.measure import index
from cx.measure.index import Node, Unit

ONE = Fraction(1)
LEAVES = ("a", "b", "c", "d", "e")


def tree(weights: tuple[Fraction, ...] = (ONE,) * 9) -> Node:
    """bank → j (s (p (a, b), c), d) and k (e)."""
    a, b, c, d, e, p, s, j, k = weights
    point = Node(("j", "s", "p"), p, (Node(("j", "s", "p"), a, leaf="a"), Node(("j", "s", "p"), b, leaf="b")))
    stage = Node(("j", "s"), s, (point, Node(("j", "s"), c, leaf="c")))
    journey = Node(("j",), j, (stage, Node(("j",), d, leaf="d")))
    return Node((), ONE, (journey, Node(("k",), k, (Node(("k",), e, leaf="e"),))))


fractions = st.fractions(min_value=0, max_value=100, max_denominator=50)
weights = st.tuples(*[st.fractions(min_value=0, max_value=5, max_denominator=7)] * 9)
states = st.dictionaries(st.sampled_from(LEAVES), fractions)
covers = st.sampled_from([0.0, 0.3, 0.5, 1.0])


@pytest.mark.parametrize(
    ("value", "zero", "full", "expected"),
    [(14, 18, 10, 50), (10, 18, 10, 100), (5, 18, 10, 100), (18, 18, 10, 0), (40, 18, 10, 0), (0.35, 0.5, 0.2, 50),
     (98.5, 95, 99, Fraction("87.5"))],
)  # fmt: skip
def test_a_score_is_a_straight_line_between_two_posts(value: float, zero: float, full: float, expected: float) -> None:
    assert index.score(value, zero, full) == expected


def test_the_roll_up_by_hand() -> None:
    found = index.rolled(tree(), {name: Fraction(n) for name, n in zip("abcde", (20, 40, 90, 80, 10), strict=True)})
    assert found.marks["j", "s", "p"].score == 30
    assert found.marks["j", "s"].score == 60  # (30 + 90) / 2
    assert found.marks[("j",)].score == 70  # (60 + 80) / 2
    assert found.total == 40 and found.marks[()].cover == 1
    assert found.shares == {k: Fraction(1, n) for k, n in zip("abcde", (16, 16, 8, 4, 2), strict=True)}


def test_the_weight_of_what_is_missing_goes_to_its_siblings_and_is_told() -> None:
    found = index.rolled(tree(), {"a": Fraction(20), "d": Fraction(80)})
    assert found.marks["j", "s"].score == 20 and found.marks["j", "s"].cover == Fraction(1, 4)
    assert found.marks[("k",)] == index.Mark(None, Fraction(0))
    assert found.total == 50 and found.marks[()].cover == Fraction(5, 16)
    strict = index.rolled(tree(), {"a": Fraction(20), "d": Fraction(80)}, least_cover=0.3)
    assert strict.marks["j", "s"].score is None and strict.total == 80
    assert index.rolled(tree(), {"a": Fraction(20)}, least_cover=1).total is None


def test_weights_count_and_nought_is_left_out() -> None:
    heavy = tree((ONE * 3, ONE, ONE * 0, ONE, ONE, ONE, ONE, ONE, ONE * 0))
    found = index.rolled(heavy, {name: Fraction(n) for name, n in zip("abcde", (20, 40, 90, 80, 10), strict=True)})
    assert found.marks["j", "s"].score == 25 and found.total == Fraction(105, 2)
    assert set(found.shares) == {"a", "b", "d"}


@given(weights, states, covers)
def test_shares_add_up_to_one_and_the_index_lies_within_its_scores(
    given_weights: tuple[Fraction, ...], scores: dict[str, Fraction], cover: float
) -> None:
    found = index.rolled(tree(given_weights), scores, cover)
    if found.total is None:
        assert not found.shares
        return
    assert sum(found.shares.values()) == 1
    assert min(found.scores.values()) <= found.total <= max(found.scores.values())


@given(weights, states, states, covers, st.integers(0, 3))
def test_the_parts_of_a_change_add_up_exactly(
    given_weights: tuple[Fraction, ...],
    before: dict[str, Fraction],
    after: dict[str, Fraction],
    cover: float,
    depth: int,
) -> None:
    whole = tree(given_weights)
    one, two = index.rolled(whole, before, cover), index.rolled(whole, after, cover)
    found = index.moved(one, two)
    if one.total is None or two.total is None:
        assert found is None
        return
    assert found is not None
    groups = index.grouped(whole, found.scores, depth)
    assert sum(groups.values()) + found.gone_or_new == two.total - one.total
    if set(one.shares) == set(two.shares):
        assert found.gone_or_new == 0
    back = index.moved(two, one)
    assert back is not None and back.scores == {k: -v for k, v in found.scores.items()}  # favours neither side


def test_an_indicator_that_came_is_a_part_of_its_own() -> None:
    old = {name: Fraction(50) for name in "abcd"}
    found = index.moved(index.rolled(tree(), old), index.rolled(tree(), old | {"e": Fraction(90)}))
    assert found is not None and (found.before, found.after) == (50, 70)
    assert set(found.scores.values()) == {Fraction(0)} and found.gone_or_new == 20
    assert found.availability["e"] == 15  # half of (90 - 60); the rest of the weight was taken from what is below 60


@given(
    st.dictionaries(st.integers(0, 6), st.builds(Unit, fractions, fractions)),
    st.dictionaries(st.integers(0, 6), st.builds(Unit, fractions, fractions)),
)
def test_rate_and_mix_add_up_exactly(before: dict[int, Unit], after: dict[int, Unit]) -> None:
    found = index.rate_and_mix(before, after)
    ratios = []
    for units in (before, after):
        base = sum(unit.base for unit in units.values())
        ratios.append(sum(unit.rate * unit.base for unit in units.values()) / base if base else None)
    if None in ratios:
        assert found is None
        return
    assert found is not None and [found.before, found.after] == ratios
    parts = [*found.rate.values(), *found.mix.values(), *found.availability.values()]
    assert sum(parts) == found.after - found.before


def test_rate_and_mix_by_hand() -> None:
    """Nobody changed; customers moved from the slow branch to the quick one: all of it is mix (Kitagawa)."""
    slow, quick = Fraction(20), Fraction(10)
    found = index.rate_and_mix(
        {"s": Unit(slow, Fraction(50)), "q": Unit(quick, Fraction(50))},
        {"s": Unit(slow, Fraction(10)), "q": Unit(quick, Fraction(90))},
    )
    assert found is not None and (found.before, found.after) == (15, 11)
    assert sum(found.rate.values()) == 0 and sum(found.mix.values()) == -4
    # Kitagawa's own example in two classes: rate effect = Σ mean share × difference of rates.
    found = index.rate_and_mix(
        {"x": Unit(Fraction(4), Fraction(25)), "y": Unit(Fraction(8), Fraction(75))},
        {"x": Unit(Fraction(6), Fraction(75)), "y": Unit(Fraction(8), Fraction(25))},
    )
    assert found is not None and (found.before, found.after) == (7, Fraction(13, 2))
    assert (sum(found.rate.values()), sum(found.mix.values())) == (1, Fraction(-3, 2))


@given(st.lists(st.fractions(min_value=-50, max_value=50, max_denominator=97), min_size=1, max_size=12))
def test_rounded_parts_add_up_to_the_rounded_total(parts: list[Fraction]) -> None:
    start = Fraction(1234, 23)
    total = index.shown(start + sum(parts)) - index.shown(start)  # what the screen subtracts
    found = index.rounded(parts, total)
    if any(parts) or not total:
        assert sum(found) == Decimal(total.numerator) / Decimal(total.denominator)
    for part, whole in zip(parts, found, strict=True):
        assert abs(Fraction(whole) - part) <= Fraction(3, 10)
        if not part and any(parts):
            assert whole == 0
