"""What customers are worth and what an improvement may bring: ranges in, ranges out.

numpy is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Draws = npt.NDArray[np.float64]

GROUPS = ("promoter", "passive", "detractor")
SHARES = frozenset({"discount", "cause", *(f"retention_{group}" for group in GROUPS)})
INPUTS = (
    *(f"margin_{group}" for group in GROUPS),  # money a customer and year
    *(f"retention_{group}" for group in GROUPS),  # share that is still there a year later
    "discount",  # a year
    "customers",  # whom the improvement reaches
    "lift",  # NPS points among them
    "cause",  # share of the difference between the groups that follows when someone changes group
    "cost",  # once
    "running",  # a year
)
SEED, DRAWS, YEARS = 20261122, 10_000, 5


@dataclass(frozen=True)
class Range:
    """What an input may be: ``low`` and ``high`` are hardly ever passed, ``likely`` is the best guess."""

    low: float
    likely: float
    high: float

    @property
    def sound(self) -> bool:
        """Whether the three are in order and finite."""
        return float("-inf") < self.low <= self.likely <= self.high < float("inf")


Inputs = Mapping[str, Range]


@dataclass(frozen=True)
class Outcome:
    """Results as ranges in which 90 of 100 draws lie (``likely`` is the median): lifetime value by group, the gap
    between promoter and detractor, benefit, net benefit and return (net ÷ cost). ``payback`` is in years; its ends are
    infinite where it is not reached within the years counted. ``gains``: share of draws with a net benefit above 0."""

    clv: Mapping[str, Range]
    gap: Range
    benefit: Range
    net: Range
    rox: Range
    payback: Range
    gains: float


@dataclass(frozen=True)
class Lever:
    """What the net benefit is with one input at its low and at its high end, all others at their likely values."""

    input: str
    at_low: float
    at_high: float

    @property
    def reach(self) -> float:
        """How far the input moves the result."""
        return abs(self.at_high - self.at_low)


def clv(margin: Any, retention: Any, discount: Any, years: int) -> Any:
    """Margins of the next ``years`` years, discounted, of a customer who stays with a constant chance: the sum over t
    of ``margin · (retention / (1 + discount))^t``. With endless years it is ``margin · retention / (1 +
    discount − retention)`` (Gupta and Lehmann 2003, "Customers as Assets", Journal of Interactive Marketing 17).
    Arrays or numbers.
    """
    kept = retention / (1 + discount)
    return margin * sum(kept**t for t in range(1, years + 1))


def outcome(inputs: Inputs, years: int = YEARS, draws: int = DRAWS, seed: int = SEED) -> Outcome:
    """Results of drawing every input from a triangle over its range, each by itself; the same seed, the same draws."""
    found = _results(_all(inputs, draws, seed), years)
    return Outcome(
        {group: _range(found[group]) for group in GROUPS}, _range(found["promoter"] - found["detractor"]),
        _range(found["benefit"]), _range(found["net"]), _range(found["rox"]), _range(found["payback"]),
        float((found["net"] > 0).mean()),
    )  # fmt: skip


def tornado(inputs: Inputs, years: int = YEARS) -> tuple[Lever, ...]:
    """How far each input alone moves the net benefit, the furthest first; those that do not are left out."""
    levers = []
    for name in INPUTS:
        one = inputs[name]
        if one.low < one.high:
            ends = [_net(inputs, years, name, value) for value in (one.low, one.high)]
            levers.append(Lever(name, *ends))
    return tuple(sorted((lever for lever in levers if lever.reach > 0), key=lambda lever: -lever.reach))


def break_even(inputs: Inputs, years: int = YEARS) -> dict[str, float]:
    """What lift, share of cause, customers and cost would have to be for the net benefit to be 0, all else at its
    likely value. The benefit is proportional to the first three. What cannot be reached is left out."""
    likely = {name: inputs[name].likely for name in INPUTS}
    found = _results({name: _one(value) for name, value in likely.items()}, years)
    benefit, spent = float(found["benefit"][0]), float(found["spent"][0])
    if benefit <= 0 or spent <= 0:
        return {}
    needed = {name: likely[name] * spent / benefit for name in ("lift", "cause", "customers")}
    return needed | {"cost": likely["cost"] + benefit - spent}


def likely(inputs: Inputs) -> Inputs:
    """The inputs without their ranges."""
    return {name: Range(one.likely, one.likely, one.likely) for name, one in inputs.items()}


def average(inputs: Inputs, shares: Sequence[float], years: int = YEARS, draws: int = DRAWS, seed: int = SEED) -> Range:
    """The mean lifetime value of a customer, of groups in these shares (promoter, passive, detractor): of the same
    draws as :func:`outcome`, for the groups are hardly ever all at the same end."""
    worth = _worth(_all(inputs, draws, seed), years)
    total = sum(shares) or 1.0
    return _range(sum(share / total * worth[group] for group, share in zip(GROUPS, shares, strict=True)))


def _all(inputs: Inputs, draws: int, seed: int) -> dict[str, Draws]:
    import numpy as np

    rng = np.random.default_rng(seed)
    return {name: _drawn(inputs[name], rng, draws) for name in INPUTS}


def _worth(drawn: Mapping[str, Draws], years: int) -> dict[str, Draws]:
    return {
        group: clv(drawn[f"margin_{group}"], drawn[f"retention_{group}"], drawn["discount"], years) for group in GROUPS
    }


def _drawn(one: Range, rng: np.random.Generator, draws: int) -> Draws:
    import numpy as np

    if one.low >= one.high:
        return np.full(draws, one.likely)
    return rng.triangular(one.low, one.likely, one.high, draws)


def _results(drawn: Mapping[str, Draws], years: int) -> dict[str, Draws]:
    """Per draw. One detractor who becomes a promoter adds 200 points ÷ customers, so that ``lift`` points are
    ``customers · lift / 200`` such customers; two steps of half the way come to the same."""
    import numpy as np

    values = _worth(drawn, years)
    moved = drawn["customers"] * drawn["lift"] / 200 * drawn["cause"]
    benefit = moved * (values["promoter"] - values["detractor"])
    running = drawn["running"] * sum(1 / (1 + drawn["discount"]) ** t for t in range(1, years + 1))
    spent = drawn["cost"] + running
    rox = np.where(spent > 0, (benefit - spent) / np.where(spent > 0, spent, 1.0), np.inf)
    return values | {"benefit": benefit, "spent": spent, "net": benefit - spent, "rox": rox,
                     "payback": _payback(drawn, moved, years)}  # fmt: skip


def _payback(drawn: Mapping[str, Draws], moved: Draws, years: int) -> Draws:
    """Years until what came in, less running costs, covers the cost; evenly within a year; infinite if never."""
    import numpy as np

    left, found = drawn["cost"].astype(float).copy(), np.full(len(moved), np.inf)
    found[left <= 0] = 0.0
    for t in range(1, years + 1):
        kept = {
            group: drawn[f"margin_{group}"] * (drawn[f"retention_{group}"] / (1 + drawn["discount"])) ** t
            for group in ("promoter", "detractor")
        }
        flow = moved * (kept["promoter"] - kept["detractor"]) - drawn["running"] / (1 + drawn["discount"]) ** t
        reached = np.isinf(found) & (flow >= left) & (flow > 0)
        found[reached] = t - 1 + left[reached] / flow[reached]
        left = left - flow
    return found


def _net(inputs: Inputs, years: int, name: str, value: float) -> float:
    changed = {**likely(inputs), name: Range(value, value, value)}
    return float(_results({key: _one(one.likely) for key, one in changed.items()}, years)["net"][0])


def _one(value: float) -> Draws:
    import numpy as np

    return np.array([float(value)])


def _range(values: Draws) -> Range:
    import numpy as np

    ordered = np.sort(values)  # percentiles by rank: infinite ones stay infinite
    ends = [float(ordered[min(len(ordered) - 1, int(len(ordered) * share))]) for share in (0.05, 0.5, 0.95)]
    return Range(*ends)
