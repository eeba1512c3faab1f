"""What customers are worth: against published multiples, plain sums, and the arithmetic of single numbers."""

from __future__ import annotations

import math

import pytest

from cx.measure import value
from cx.measure.value import Range

_LIKELY = {
    "margin_promoter": 1200, "margin_passive": 1000, "margin_detractor": 900, "retention_promoter": 0.94,
    "retention_passive": 0.92, "retention_detractor": 0.87, "discount": 0.08, "customers": 20_000, "lift": 3,
    "cause": 0.25, "cost": 48_000, "running": 10_000,
}  # fmt: skip


def inputs(reach: float = 0.0, **given: float) -> dict[str, Range]:
    found = {name: Range(v * (1 - reach), v, v * (1 + reach)) for name, v in (_LIKELY | given).items()}
    return found | {name: Range(v, v, v) for name, v in given.items()}


def by_hand(years: int = 5, **given: float) -> tuple[float, float]:
    """Benefit and spending, year by year."""
    v = _LIKELY | given
    benefit, spent = 0.0, v["cost"]
    for t in range(1, years + 1):
        worth = (
            v["margin_promoter"] * v["retention_promoter"] ** t - v["margin_detractor"] * v["retention_detractor"] ** t
        )
        benefit += v["customers"] * v["lift"] / 200 * v["cause"] * worth / (1 + v["discount"]) ** t
        spent += v["running"] / (1 + v["discount"]) ** t
    return benefit, spent


@pytest.mark.parametrize(
    ("retention", "discount", "multiple"),  # Gupta and Lehmann's table of margin multiples
    [(0.6, 0.10, 1.20), (0.7, 0.10, 1.75), (0.8, 0.12, 2.50), (0.9, 0.10, 4.50), (0.9, 0.12, 4.09), (0.9, 0.16, 3.46)],
)
def test_margin_multiples_as_published(retention: float, discount: float, multiple: float) -> None:
    assert value.clv(1.0, retention, discount, 400) == pytest.approx(multiple, abs=0.005)


def test_without_ranges_it_is_plain_arithmetic() -> None:
    benefit, spent = by_hand()
    found = value.outcome(inputs(), draws=50)
    assert found.benefit.low == found.benefit.likely == found.benefit.high == pytest.approx(benefit)
    assert found.net.likely == pytest.approx(benefit - spent)
    assert found.rox.likely == pytest.approx((benefit - spent) / spent)
    assert found.gap.likely == pytest.approx(found.clv["promoter"].likely - found.clv["detractor"].likely)


def test_payback_is_when_the_money_is_back() -> None:
    # Same retention of 1, no discount: the flow is the same every year, 3000 · (1200 - 900) · 0.25 = 22,500.
    flat = inputs(
        retention_promoter=1.0, retention_detractor=1.0, discount=0.0, running=0.0, customers=200_000, cost=45_000
    )
    assert value.outcome(flat, draws=5).payback.likely == pytest.approx(45_000 / 225_000)
    slow = flat | {"customers": Range(20_000, 20_000, 20_000)}
    assert value.outcome(slow, draws=5).payback.likely == pytest.approx(2.0)
    assert math.isinf(value.outcome(slow | {"cost": Range(1e9, 1e9, 1e9)}, draws=5).payback.likely)
    assert value.outcome(slow | {"cost": Range(0, 0, 0)}, draws=5).payback.likely == 0


def test_ranges_widen_the_result_and_the_seed_fixes_it() -> None:
    narrow, wide = (value.outcome(inputs(reach), draws=4_000) for reach in (0.02, 0.06))
    assert wide.net.low < narrow.net.low < narrow.net.likely < narrow.net.high < wide.net.high
    assert wide == value.outcome(inputs(0.06), draws=4_000) != value.outcome(inputs(0.06), draws=4_000, seed=1)


def test_a_triangle_is_drawn() -> None:
    """Alone, the customers' triangle passes through: its 5th and 95th percentiles are known in closed form."""
    only = inputs() | {"customers": Range(10_000, 20_000, 40_000)}
    found = value.outcome(only, draws=60_000)
    per_head = by_hand(customers=1)[0]
    low = 10_000 + math.sqrt(0.05 * 30_000 * 10_000)
    high = 40_000 - math.sqrt(0.05 * 30_000 * 20_000)
    assert found.benefit.low == pytest.approx(low * per_head, rel=0.01)
    assert found.benefit.high == pytest.approx(high * per_head, rel=0.01)


def test_tornado_puts_first_what_moves_most() -> None:
    given = inputs(0.05) | {"lift": Range(0, 3, 6)}
    levers = value.tornado(given)
    assert levers[0].input == "lift" and levers[0].at_low == pytest.approx(by_hand(lift=0)[0] - by_hand()[1])
    assert [lever.reach for lever in levers] == sorted((lever.reach for lever in levers), reverse=True)
    assert not {"margin_passive", "retention_passive"} & {lever.input for lever in levers}, "they move nothing"


def test_at_break_even_nothing_is_gained_or_lost() -> None:
    needed = value.break_even(inputs())
    for name, at in needed.items():
        benefit, spent = by_hand(**{name: at})
        assert benefit == pytest.approx(spent), name
    assert set(needed) == {"lift", "cause", "customers", "cost"}
    assert value.break_even(inputs(margin_promoter=500.0)) == {}, "a promoter worth less pays nothing back"


def test_an_average_customer_by_the_banks_shares() -> None:
    shares, given = (50, 30, 20), inputs(reach=0.2)
    worth = value.outcome(given).clv
    mean = value.average(given, shares)
    ends = [sum(s * getattr(worth[g], end) for g, s in zip(value.GROUPS, shares, strict=True)) / 100
            for end in ("low", "likely", "high")]  # fmt: skip
    assert mean.likely == pytest.approx(ends[1], rel=0.02)
    assert ends[0] < mean.low < mean.likely < mean.high < ends[2]  # hardly ever are all three at the same end
    assert mean.high - mean.low < 0.85 * (ends[2] - ends[0])
    alone = value.average(given, (0, 0, 7))
    assert alone == worth["detractor"], "the same draws as the bars of the groups"
    single = value.average(inputs(), shares)
    told = sum(s * value.clv(_LIKELY[f"margin_{g}"], _LIKELY[f"retention_{g}"], 0.08, value.YEARS)
               for g, s in zip(value.GROUPS, shares, strict=True)) / 100  # fmt: skip
    assert (single.low, single.high) == (pytest.approx(told), pytest.approx(told))
