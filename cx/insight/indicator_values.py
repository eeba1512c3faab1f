"""Values of indicators, uploaded and computed: of a scope, by the month, over their own periods, and by branch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cx.bank import formulas
from cx.insight import meanings
from cx.insight.indicators import projected
from cx.insight.meanings import Breaks
from cx.measure import index
from cx.measure.index import Effects, Unit
from cx.measure.periods import add_months, floor
from cx.measure.scope import Scope
from cx.measure.statistics import EMPTY, Estimate
from cx.store import computed, query
from cx.store.query import Connection, Measured

if TYPE_CHECKING:
    from cx.bank.model import Model

TREND = 18  # months of a small trend


@dataclass(frozen=True)
class Series:
    """One indicator over its own periods; ``points`` are (first day, estimate), gaps left out."""

    grain: str
    points: tuple[tuple[dt.date, Estimate], ...]


def values(
    con: Connection, scope: Scope, model: Model, shared: Collection[str] = ()
) -> tuple[dict[str, Estimate], Measured]:  # fmt: skip
    """Every indicator's value in a scope that indicators know (:func:`cx.insight.indicators.projected`), and what was
    asked for those of the most usual grain.

    Ratios are added up from their parts; computed indicators are worked out from parts added up first. ``shared`` are
    those known by :func:`sharing` to have all parts everywhere.
    """
    found: dict[str, Estimate] = {}
    grains = _by_grain(model)
    asked = [query.measure(con, "indicator", scope.narrowed(grain=grain), ("indicator",)) for grain in grains]
    for measured, names in zip(asked, grains.values(), strict=True):
        found |= {name: cell for (name,), cell in measured.as_dict().items() if name in names}
    plain = dict(found)
    missing = set().union(*grains.values()) - set(found)
    if missing:  # where the dictionary says another grain than what was uploaded before
        measured = query.measure(con, "indicator", scope.narrowed(indicator=missing), ("indicator", "grain"))
        found |= {name: cell for (name, _), cell in measured.as_dict().items()}
    for name in model.formulas:
        estimate = _of(model, name, plain) if name in shared else worked_out(con, scope, model, name).get((), EMPTY)
        if estimate.value is not None:
            found[name] = estimate
    return found, asked[0] if asked else query.measure(con, "indicator", scope, ("indicator",))


def sharing(con: Connection, scope: Scope, model: Model) -> frozenset[str]:
    """Computed indicators whose parts all have values in the very same periods and units of a scope: there the parts
    may be added up one by one, which saves finding out in each smaller scope."""
    return frozenset(
        name
        for name, formula in model.formulas.items()
        if computed.shared(con, scope, formula.parts, _grain(model, name))
    )


def _grain(model: Model, name: str) -> str:
    """The grain in which the parts of a computed indicator are uploaded; those of another one share nothing."""
    return model.indicators[model.formulas[name].parts[0]].grain


def _by_grain(model: Model) -> dict[str, set[str]]:
    """Uploaded indicators by grain, the most usual first. The door is asked for one grain at a time: grouping by it
    takes half as long again."""
    found: dict[str, set[str]] = {}
    for each in model.indicators.values():
        if not each.computed:
            found.setdefault(each.grain, set()).add(each.id)
    return dict(sorted(found.items(), key=lambda pair: -len(pair[1])))


def trend_of(scope: Scope) -> Scope:
    """The last :data:`TREND` months up to the end of a scope."""
    end = scope.end or dt.date.today()
    return scope.between(add_months(floor(end, "month"), 1 - TREND), end)


def monthly(
    con: Connection, scope: Scope, model: Model, shared: Collection[str] = (), broken: Breaks | None = None
) -> dict[str, tuple[float | None, ...]]:  # fmt: skip
    """The last :data:`TREND` months of every indicator up to the end of the scope, oldest first; None for a gap, and
    for months of an earlier meaning (``broken``). ``shared`` as in :func:`values`."""
    wide = trend_of(scope)
    assert wide.start is not None
    months = [add_months(wide.start, ahead) for ahead in range(TREND)]
    found: dict[dt.date, dict[str, Estimate]] = {month: {} for month in months}
    for grain, names in _by_grain(model).items():
        measured = query.measure(con, "indicator", wide.narrowed(grain=grain), ("indicator", "month"))
        for (name, month), estimate in measured.as_dict().items():
            if name in names and month in found:
                found[month][name] = estimate
    lines = {name: [found[month].get(name, EMPTY).value for month in months] for name in model.indicators}
    for name in model.formulas:
        if name in shared:
            lines[name] = [_of(model, name, found[month]).value for month in months]
        else:
            months_of = worked_out(con, wide, model, name, "month")
            lines[name] = [months_of.get((month,), EMPTY).value for month in months]
    starts = {name: meanings.since(broken or {}, name, months[-1]) or dt.date.min for name in lines}
    return {
        name: tuple(value if month >= starts[name] else None for month, value in zip(months, line, strict=True))
        for name, line in lines.items()
    }


def series(con: Connection, scope: Scope, model: Model, name: str) -> Series:
    """One indicator over its own periods, all of them up to the end of the scope."""
    grain = model.indicators[name].grain
    wide = projected(scope.between(None, scope.end))[0]
    if model.indicators[name].computed:
        found = worked_out(con, wide, model, name, grain) if name in model.formulas else {}
        points = [(key[0], estimate) for key, estimate in sorted(found.items())]
    else:
        measured = query.measure(con, "indicator", wide.narrowed(indicator=name), ("grain", grain))
        points = [(key[1], cell) for key, cell in measured.as_dict().items() if key[0] == grain]
    return Series(grain, tuple((day, estimate) for day, estimate in points if estimate.value is not None))


def behind(con: Connection, scope: Scope, model: Model, name: str) -> Measured:
    """What was asked for an indicator's value: of a computed one, for its parts."""
    kept = projected(scope)[0]
    if name in model.formulas:
        return computed.parts(con, kept, model.formulas[name].parts, _grain(model, name))
    return query.measure(con, "indicator", kept.narrowed(indicator=name), ())


def by_branch(con: Connection, scope: Scope, other: Scope, model: Model, name: str) -> Effects[str | None] | None:
    """What moved an uploaded indicator since ``other``, branch by branch: rate and mix (None: the bank as a whole).

    Bases are denominators where every value has one, else the number of values, as in the metric itself.
    """
    grain = model.indicators[name].grain
    states = []
    for each in (other, scope):
        kept = projected(each)[0].narrowed(indicator=name)
        measured = query.measure(con, "indicator", kept, ("grain", "branch"))
        states.append({key[1]: cell.counts for key, cell in measured.as_dict().items() if key[0] == grain})
    weighted = all(c["with_base"] == c["n"] and c["denominator"] for state in states for c in state.values())
    before, after = ({key: _unit(counts, weighted) for key, counts in state.items()} for state in states)
    return index.rate_and_mix(before, after)


def _unit(counts: Mapping[str, int], weighted: bool) -> Unit:
    amount, base = ("weighted", "denominator") if weighted else ("total", "n")
    rate = round(float(counts[amount]) / float(counts[base]), 9)  # a short fraction; screens show two digits
    return Unit(index.exact(rate), index.exact(counts[base]))


def worked_out(
    con: Connection, scope: Scope, model: Model, name: str, by: str | None = None
) -> dict[tuple[dt.date, ...], Estimate]:
    """A computed indicator, by the calendar where ``by`` says so. Its base are the cells that its parts share."""
    measured = computed.parts(con, scope, model.formulas[name].parts, _grain(model, name), (by,) if by else ())
    groups: dict[tuple[dt.date, ...], dict[str, Estimate]] = {}
    for (part, *rest), estimate in measured.as_dict().items():
        groups.setdefault(tuple(rest), {})[part] = estimate
    found = {key: _of(model, name, parts) for key, parts in groups.items()}
    return {key: estimate for key, estimate in found.items() if estimate.value is not None}


def _of(model: Model, name: str, parts: Mapping[str, Estimate]) -> Estimate:
    """A computed indicator from its parts, added up over the same cells."""
    needed = {part: parts.get(part, EMPTY) for part in model.formulas[name].parts}
    value = formulas.value(name, model.formulas, {part: each.value for part, each in needed.items()})
    return EMPTY if value is None else Estimate(value, None, None, min(each.n for each in needed.values()))
