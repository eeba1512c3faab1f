"""What figures would be if those who answered were like the customers. Whole bank only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cx.bank.population import DIMENSIONS, Base
from cx.measure import raking, weighted
from cx.measure.metrics import METRICS, Metric
from cx.measure.raking import Effect, Margin
from cx.measure.scope import Scope
from cx.measure.statistics import EMPTY, Change, Estimate
from cx.measure.weighted import Cell
from cx.store import query
from cx.store.query import Connection, Measured
from cx.words import Problem, Refused

USUAL = ("segment", "region", "business_line", "product")
"""What is weighted by unless told otherwise: what a customer is, not where a contact took place."""
HEAVY = 5.0  # times the mean weight: from here on trimming is advised
_FACTS = {
    "nps": (1, weighted.nps),
    "csat": (1, weighted.proportion),
    "satisfaction": (100, weighted.mean),
}
SHOWN = tuple(_FACTS)


@dataclass(frozen=True)
class Weighing:
    """One metric as it was answered and as weighted by ``by``; ``move`` is the weighted minus the plain one, tested.

    ``trimmed`` is the weight that none may exceed, in means; ``missed`` how far a margin is off after that, as a share
    of 1. ``unknown`` respondents by dimension keep their share. With ``problems`` there is no weighted figure.
    """

    metric: Metric
    by: tuple[str, ...]
    plain: Estimate
    weighted: Estimate = EMPTY
    move: Change = Change(None, None, None, None, "too_few")
    cost: Effect | None = None
    rounds: int = 0
    trimmed: float | None = None
    missed: float = 0.0
    unknown: tuple[tuple[str, int], ...] = ()
    problems: tuple[Problem, ...] = ()
    sql: str = ""


@dataclass(frozen=True)
class _People:
    """Respondents with the same values (``key``) and the sums of their answers."""

    key: tuple[str | None, ...]
    people: int
    cell: Cell


def fits(scope: Scope) -> bool:
    """Whether the customer base, which is the whole bank's, is what this scope's respondents were drawn from."""
    return scope.rights.branches is None and not any(name in DIMENSIONS for name, _ in scope.where)


def weigh(
    con: Connection, scope: Scope, base: Base, metric: str = "nps", by: tuple[str, ...] = (), most: float | None = None
) -> Weighing:
    """A metric weighted to the customer base by the dimensions ``by``; without any, by those of :data:`USUAL` in which
    the sample can be weighted. ``most``: no weight above so many means."""
    entry = METRICS[metric]
    asked = by or tuple(name for name in USUAL if name in base.dimensions)
    if not asked or not fits(scope):
        return Weighing(entry, asked, query.measure(con, metric, scope).total)
    # Every cell counts, however small; what is shown is the total, and no margin of few respondents is weighted.
    cells = query.measure(con, metric, replace(scope, minimum_base=0), asked)
    plain = _total(cells, scope)
    if plain.value is None:
        return Weighing(entry, asked, plain)
    people = [_one(cell.key, cell.estimate, metric) for cell in cells.cells if cell.estimate.n]
    faults = {name: _faults(people, at, name, base, scope.minimum_base) for at, name in enumerate(asked)}
    used = asked if by else tuple(name for name in asked if not faults[name])
    problems = tuple(problem for name in used or asked for problem in faults[name])
    if problems:
        return Weighing(entry, used or asked, plain, problems=problems, sql=cells.sql)
    margins = [_margin(people, asked.index(name), name, base) for name in used]
    try:
        raked = raking.rake([each.people for each in people], margins)
    except Refused as refused:
        return Weighing(entry, used, plain, problems=refused.problems, sql=cells.sql)
    return _weighed(cells, plain, people, margins, raked, most)


def _total(cells: Measured, scope: Scope) -> Estimate:
    """The unweighted figure, from the cells: one query less on every click."""
    counts: dict[str, int] = {}
    for cell in cells.cells:
        for name, n in cell.estimate.counts.items():
            counts[name] = counts.get(name, 0) + n
    if not counts:
        return EMPTY
    found = replace(cells.metric.finish(counts), counts=counts)
    return found.guarded(scope.minimum_base, scope.small_base, counts.get("respondents"))


def _one(key: tuple[str | None, ...], found: Estimate, metric: str) -> _People:
    counts, (unit, _) = found.counts, _FACTS[metric]
    if metric == "nps":
        sums = counts["promoters"] - counts["detractors"], counts["promoters"] + counts["detractors"]
    elif "k" in counts:
        sums = counts["k"], counts["k"]
    else:
        sums = int(counts["total"]), int(counts["squares"])
    alike = (counts["nn"], counts["tt"] / unit**2, counts["nt"] / unit) if "nn" in counts else None
    return _People(key, found.base, Cell(found.n, sums[0] / unit, sums[1] / unit**2, 1.0, alike))


def _count(people: Sequence[_People], at: int) -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    for each in people:
        found[each.key[at]] = found.get(each.key[at], 0) + each.people
    return found


def _faults(people: Sequence[_People], at: int, name: str, base: Base, minimum: int) -> tuple[Problem, ...]:
    """What forbids weighting by a dimension: customers for whom nobody or hardly anybody speaks (the weighted figure
    would tell what these few said), respondents of whom the base knows nothing."""
    there, wanted = _count(people, at), base.shares(name)
    found = [("raking_empty", v) for v in wanted if v not in there]
    found += [("raking_few", v) for v in wanted if 0 < there.get(v, 0) < minimum]
    found += [("raking_unwanted", v) for v in there if v is not None and v not in wanted]
    return tuple(Problem(code, name, {"dimension": name, "value": v, "minimum": minimum}) for code, v in found)


def _margin(people: Sequence[_People], at: int, name: str, base: Base) -> Margin:
    """The totals wanted: the base's shares of those whose value is known; the others stay as many as they are."""
    there = _count(people, at)
    unknown = there.get(None, 0)
    known = sum(there.values()) - unknown
    totals: dict[str | None, float] = {value: share * known for value, share in base.shares(name).items()}
    if unknown:
        totals[None] = unknown
    return Margin(name, [each.key[at] for each in people], totals)


def _weighed(
    cells: Measured, plain: Estimate, people: Sequence[_People], margins: Sequence[Margin], raked: raking.Raked,
    most: float | None,
) -> Weighing:  # fmt: skip
    counts = [each.people for each in people]
    weights = [total / n for total, n in zip(raked.weights, counts, strict=True)]
    cost = raking.effect(weights, counts)
    trimmed = most if most is not None and cost.largest > most else None
    if trimmed is not None:
        weights = list(raking.trim(weights, counts, trimmed))
        cost = raking.effect(weights, counts)
    found = [replace(each.cell, weight=weight) for each, weight in zip(people, weights, strict=True)]
    estimate, unit = _FACTS[cells.metric.name][1], 100.0 if cells.metric.unit == "points" else 1.0
    return Weighing(
        cells.metric, tuple(margin.name for margin in margins), plain, replace(estimate(found), state=plain.state),
        weighted.moved(found, unit), cost, raked.rounds, trimmed, _missed(margins, weights, counts),
        tuple((margin.name, int(margin.totals[None])) for margin in margins if None in margin.totals), (), cells.sql,
    )  # fmt: skip


def _missed(margins: Sequence[Margin], weights: Sequence[float], counts: Sequence[int]) -> float:
    """How far the weighted sample is off the margin that it misses most, as a share of 1."""
    worst, total = 0.0, sum(w * n for w, n in zip(weights, counts, strict=True))
    for margin in margins:
        got: Mapping[object, float] = _sums(margin.values, weights, counts)
        worst = max(worst, max(abs(got[v] - want) / total for v, want in margin.totals.items()))
    return worst


def _sums(values: Sequence[object], weights: Sequence[float], counts: Sequence[int]) -> dict[object, float]:
    found: dict[object, float] = {}
    for value, weight, n in zip(values, weights, counts, strict=True):
        found[value] = found.get(value, 0.0) + weight * n
    return found
