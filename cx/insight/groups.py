"""Who is satisfied and still does not recommend; where expectations are missed; how alike branches and channels are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cx.measure.consistency import Spread, spread
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, Change, Estimate, benjamini_hochberg, change, share, t_tails
from cx.store import profiles, query
from cx.store.profiles import Box, Pair, Sides
from cx.store.query import Connection, Measured

WHO = ("segment", "channel", "branch", "product", "region")
UNITS = ("branch", "channel")
_PLACES = 40


@dataclass(frozen=True)
class Part:
    """One segment, channel, branch …: the share of its satisfied customers who do not recommend, tested against all
    others (``q`` adjusted over everything tested); ``share_of`` the group it makes up."""

    by: str
    key: str
    estimate: Estimate
    rest: Change
    q: float
    share_of: float

    @property
    def more(self) -> bool:
        """Whether its satisfied customers hold back more often than others, beyond noise."""
        return self.q < 1 - CONFIDENCE and (self.rest.diff or 0) > 0


@dataclass(frozen=True)
class Apart:
    """One touchpoint: how far those who hold back rate it below satisfied promoters, in standard deviations
    (``effect``, Cohen's d). Promoters rate everything higher; ``usual`` is by how much they rate the other touchpoints
    higher, and ``q`` the adjusted p of the difference between the two."""

    sides: Sides
    effect: float
    usual: float
    q: float

    @property
    def real(self) -> bool:
        """Whether it stands out from the other touchpoints, beyond noise."""
        return self.q < 1 - CONFIDENCE and self.effect > self.usual


@dataclass(frozen=True)
class Reluctant:
    """The group: its share of the satisfied, and of all who answered both; who it is; what separates it."""

    measured: Measured
    of_all: Estimate
    parts: tuple[Part, ...]
    apart: tuple[Apart, ...]

    @property
    def size(self) -> Estimate:
        return self.measured.total


@dataclass(frozen=True)
class Alike:
    """How alike the units of one dimension are in one metric. ``spread`` None: fewer than three with a value."""

    by: Literal["branch", "channel"]
    metric: str
    spread: Spread | None
    measured: Measured

    @property
    def index(self) -> float | None:
        """100 less the difference that two units usually show, on a scale of 100: NPS points as they are, satisfaction
        1..5 stretched to 100. 100: nobody would notice where they went."""
        if self.spread is None:
            return None
        return max(0.0, 100 - self.spread.apart * (1 if self.metric == "nps" else 25))


def reluctant(con: Connection, scope: Scope, box: Box, limit: int) -> Reluctant:
    """Satisfied customers (top ``box`` of overall satisfaction) with a score to recommend of at most ``limit``."""
    measured = profiles.reluctant(con, scope, box, limit)
    size = measured.total
    if size.value is None:
        return Reluctant(measured, size, (), ())
    everyone = profiles.both_asked(con, scope)
    return Reluctant(
        measured, share(size.counts["k"], everyone), _parts(con, scope, box, limit, size),
        _apart(profiles.sides(con, scope, box, limit)),
    )  # fmt: skip


def _parts(con: Connection, scope: Scope, box: Box, limit: int, size: Estimate) -> tuple[Part, ...]:
    narrowed = {name for name, _ in scope.where}
    found: list[tuple[str, str, Estimate, Change]] = []
    for by in WHO:
        cells = profiles.reluctant(con, scope, box, limit, (by,)).cells if by not in narrowed else ()
        shown = [c for c in cells if c.key[0] is not None and c.estimate.value is not None]
        if len(cells) < 2:
            continue
        for cell in shown:
            own = cell.estimate
            rest = share(size.counts["k"] - own.counts["k"], size.n - own.n)
            tested = change(rest.guarded(scope.minimum_base, scope.small_base), own)
            if tested.p is not None:
                found.append((by, str(cell.key[0]), own, tested))
    adjusted = benjamini_hochberg([test.p or 0.0 for _, _, _, test in found])
    parts = [
        Part(by, key, own, test, q, own.counts["k"] / max(size.counts["k"], 1))
        for (by, key, own, test), q in zip(found, adjusted, strict=True)
    ]
    return tuple(sorted(parts, key=lambda part: (not part.more, -part.estimate.n * (part.rest.diff or 0))))


def _apart(found: Sequence[Sides]) -> tuple[Apart, ...]:
    """Each effect against the weighted mean of the others, with the variance of Hedges and Olkin (1985)."""
    effects = [effect(side.reluctant, side.promoters) for side in found]
    weights = [1 / _variance(side, d) for side, d in zip(found, effects, strict=True)]
    if len(found) < 2:
        return tuple(Apart(side, d, 0.0, 1.0) for side, d in zip(found, effects, strict=True))
    whole = sum(weights)
    usual = [
        (sum(w * d for w, d in zip(weights, effects, strict=True)) - weight * own) / (whole - weight)
        for weight, own in zip(weights, effects, strict=True)
    ]
    p = [
        math.erfc(abs(own - rest) / math.sqrt(2 * (1 / weight + 1 / (whole - weight))))
        for own, rest, weight in zip(effects, usual, weights, strict=True)
    ]
    rows = [Apart(*one) for one in zip(found, effects, usual, benjamini_hochberg(p), strict=True)]
    return tuple(sorted(rows, key=lambda row: -row.effect))


def _variance(side: Sides, d: float) -> float:
    first, second = side.reluctant.n, side.promoters.n
    return 1 / first + 1 / second + d * d / (2 * (first + second))


def effect(lower: Estimate, upper: Estimate) -> float:
    """Cohen's d of two means: their difference in pooled standard deviations."""
    assert lower.value is not None and upper.value is not None
    sums = sum((e.n - 1) * e.n * (e.se or 0.0) ** 2 for e in (lower, upper))
    deviation = math.sqrt(sums / max(lower.n + upper.n - 2, 1))
    return (upper.value - lower.value) / deviation if deviation else 0.0


def alike(con: Connection, scope: Scope, by: Literal["branch", "channel"], metric: str) -> Alike:
    """How alike branches or channels are in NPS or satisfaction."""
    measured = query.measure(con, metric, scope, (by,))
    shown = [cell.estimate for cell in measured.cells if cell.key[0] is not None and cell.estimate.value is not None]
    return Alike(by, metric, spread(shown), measured)


@dataclass(frozen=True)
class Uneven:
    """A touchpoint that customers find different from unit to unit; ``q`` is adjusted over the touchpoints."""

    touchpoint: str
    spread: Spread
    q: float


def uneven(con: Connection, scope: Scope, by: Literal["branch", "channel"]) -> tuple[Uneven, ...]:
    """Touchpoints whose satisfaction differs between units beyond noise, the most uneven first."""
    cells = query.measure(con, "satisfaction", scope, ("touchpoint", by)).cells
    units: dict[str, list[Estimate]] = {}
    for cell in cells:
        if cell.key[0] is not None and cell.key[1] is not None and cell.estimate.value is not None:
            units.setdefault(cell.key[0], []).append(cell.estimate)
    tried = [(name, one) for name, found in units.items() if (one := spread(found)) is not None]
    adjusted = benjamini_hochberg([one.p for _, one in tried])
    rows = [Uneven(name, one, q) for (name, one), q in zip(tried, adjusted, strict=True) if q < 1 - CONFIDENCE]
    return tuple(sorted(rows, key=lambda row: -row.spread.between)[:_PLACES])


def gaps(con: Connection, scope: Scope) -> tuple[tuple[Pair, float], ...]:
    """What was expected (or important) beside what was found, the widest shortfall first; each with its adjusted p."""
    found = profiles.pairs(con, scope)
    p = [
        t_tails(pair.gap.value / pair.gap.se, pair.gap.n - 1) if pair.gap.value and pair.gap.se else 1.0
        for pair in found
    ]
    return tuple(sorted(zip(found, benjamini_hochberg(p), strict=True), key=lambda one: one[0].gap.value or 0.0))
