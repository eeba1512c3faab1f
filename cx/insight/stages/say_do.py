"""What customers say (they would recommend us) beside what they do (they bring others). Never as cause."""

from __future__ import annotations

import datetime as dt
import statistics as plain
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cx.insight import meanings
from cx.insight.indicators import projected
from cx.insight.stages import cohorts
from cx.measure import lag, periods
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, Change, Estimate, benjamini_hochberg, change, share
from cx.store import query
from cx.store.query import Connection, Measured

if TYPE_CHECKING:
    from cx.bank.model import Model

LEAST_BRANCHES = 10
Side = Literal["high", "low", "usual"]


@dataclass(frozen=True)
class Point:
    """A quarter: share of promoters among answers, share of referred among new customers."""

    day: dt.date
    say: Estimate
    do: Estimate


@dataclass(frozen=True)
class Branch:
    """A branch against all others, on both sides; high and low only beyond noise, adjusted for the number of tests."""

    id: str
    say: Estimate
    do: Estimate
    say_side: Side
    do_side: Side


@dataclass(frozen=True)
class View:
    """Quarters, the last against the same of the year before, and branches of the last four quarters.

    ``r`` is the correlation over branches with its interval; None with fewer than ten of them.
    """

    points: tuple[Point, ...]
    say: Change
    do: Change
    branches: tuple[Branch, ...]
    r: float | None
    r_low: float | None
    r_high: float | None
    measured: Measured

    @property
    def gap(self) -> Literal["opens", "closes", "together", "still", "too_few"]:
        """How words and deeds moved since a year ago, as far as that is beyond noise."""
        moves = (self.say.verdict, self.do.verdict)
        if "too_few" in moves:
            return "too_few"
        if moves == ("noise", "noise"):
            return "still"
        if moves[0] == moves[1]:
            return "together"
        rising = {"up": 1, "noise": 0, "down": -1}
        return "opens" if rising[moves[0]] > rising[moves[1]] else "closes"


def view(con: Connection, scope: Scope, model: Model) -> View | None:
    """What ``schemes.yaml`` sets side by side; None without it, or where one side has no data."""
    if model.schemes.say_do is None:
        return None
    kind, name = model.schemes.say_do
    asked = Scope(scope.rights, nps_kind=kind, where=scope.where)
    done = projected(scope)[0].between(None, None).narrowed(indicator=name)
    said, did = query.measure(con, "nps", asked, ("quarter",)), query.measure(con, "indicator", done, ("quarter",))
    says = {cell.key[0]: _promoters(cell.estimate) for cell in said.cells}
    does = {cell.key[0]: cohorts.as_share(cell.estimate) for cell in did.cells}
    points = tuple(Point(day, says[day], does[day]) for day in sorted(says.keys() & does.keys()))
    if not points:
        return None
    last, year = points[-1], periods.add_months(points[-1].day, -12)
    broken = meanings.breaks(con, model)
    comparable = meanings.alike(broken, name, (point.day for point in points))
    before = next((point for point in points if point.day == year and year in comparable), None)
    none = Change(None, None, None, None, "too_few")
    window = (periods.add_months(last.day, -9), periods.add_months(last.day, 3) - dt.timedelta(days=1))
    mixed = meanings.apart(con, broken, model, done.between(*window))
    found = () if name in mixed else _branches(con, asked.between(*window), done.between(*window))
    r, low, high = _correlation(found)
    return View(
        points,
        change(before.say, last.say) if before else none,
        change(before.do, last.do) if before else none,
        found, r, low, high, did,
    )  # fmt: skip


def _promoters(estimate: Estimate) -> Estimate:
    if estimate.value is None:
        return estimate
    return share(estimate.counts["promoters"], estimate.counts["n"])


def _branches(con: Connection, asked: Scope, done: Scope) -> tuple[Branch, ...]:
    said = {c.key[0]: _promoters(c.estimate) for c in query.measure(con, "nps", asked, ("branch",)).cells if c.key[0]}
    did = query.measure(con, "indicator", done, ("branch",)).cells
    does = {cell.key[0]: cohorts.as_share(cell.estimate) for cell in did if cell.key[0]}
    both = [id for id in sorted(said.keys() & does.keys()) if "k" in said[id].counts and "k" in does[id].counts]
    sides = _sides({(id, "say"): said[id] for id in both}, {(id, "do"): does[id] for id in both})
    return tuple(Branch(id, said[id], does[id], sides[id, "say"], sides[id, "do"]) for id in both)


def _sides(*families: Mapping[tuple[str, str], Estimate]) -> dict[tuple[str, str], Side]:
    tests: dict[tuple[str, str], Change] = {}
    for family in families:
        k, n = sum(one.counts["k"] for one in family.values()), sum(one.n for one in family.values())
        for key, one in family.items():
            tests[key] = change(share(k - one.counts["k"], n - one.n), one)
    tested = [key for key, test in tests.items() if test.p is not None]
    adjusted = dict(zip(tested, benjamini_hochberg([tests[key].p or 0.0 for key in tested]), strict=True))
    return {key: _side(test, adjusted.get(key)) for key, test in tests.items()}


def _side(test: Change, q: float | None) -> Side:
    if q is None or test.diff is None or q >= 1 - CONFIDENCE:
        return "usual"
    return "high" if test.diff > 0 else "low"


def _correlation(found: tuple[Branch, ...]) -> tuple[float | None, float | None, float | None]:
    pairs = [(one.say.value, one.do.value) for one in found if one.say.value is not None and one.do.value is not None]
    if len(pairs) < LEAST_BRANCHES or any(len(set(side)) < 2 for side in zip(*pairs, strict=True)):
        return None, None, None
    r = plain.correlation(*(list(side) for side in zip(*pairs, strict=True)))
    low, high = lag.interval(r, len(pairs))
    return r, low, high
