"""What both sides of the cross-check say, read through the door: levels, by branch, and over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cx.bank.calendar import COUNTS
from cx.bank.entry import GRAINS
from cx.insight import breaks, indicators, meanings
from cx.insight.meanings import Breaks
from cx.measure import periods
from cx.measure.lag import Floats
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import Estimate
from cx.store import query
from cx.store.query import Connection, Measured

if TYPE_CHECKING:
    from cx.bank.model import Indicator, Model

HISTORY = 36  # periods at most that are looked back over
_YEAR = {"week": 52.1775, "month": 12.0, "quarter": 4.0}


@dataclass(frozen=True)
class Answers:
    """The survey side: by touchpoint in the period, by branch, and by the first day of complete periods; ``broken``
    touchpoints are asked about by a survey whose meaning changed within the history."""

    level: Measured
    before: Measured | None
    branches: Measured
    history: Mapping[str, Mapping[dt.date, float]]
    broken: frozenset[str]
    broken_before: frozenset[str]


@dataclass(frozen=True)
class Figures:
    """The indicator side, by indicator: its values in the period, by branch, before by branch, and over time.

    ``outdated`` have values in the period from before their present meaning: no limit of today fits them. ``mixed``
    changed it within the period, ``moved`` since the period before, ``cut`` within the history, which begins anew.
    """

    measured: Measured
    level: Mapping[str, Estimate]
    branches: Mapping[str, Mapping[str, float]]
    before: Mapping[str, Mapping[str, float]]
    history: Mapping[str, Mapping[dt.date, float]]
    left_out: tuple[str, ...]
    outdated: frozenset[str]
    mixed: frozenset[str]
    moved: frozenset[str]
    cut: frozenset[str]


def answers(con: Connection, scope: Scope, metric: str, compared: Iterable[str], grain: str, before: Period | None,
            last: dt.date, today: dt.date) -> Answers:  # fmt: skip
    """The survey side in a scope; ``last`` is the last day with data. By branch and over time only touchpoints that are
    ``compared``."""
    by = ("touchpoint",)
    span = history(scope, grain, last)
    some = scope.narrowed(touchpoint=sorted(compared))
    measured = query.measure(con, metric, some.between(span.start, span.end), ("touchpoint", grain))
    return Answers(
        query.measure(con, metric, scope, by),
        query.measure(con, metric, scope.between(before.start, before.end), by) if before else None,
        query.measure(con, metric, some, ("touchpoint", "branch")),
        _over_time(((key[0], key[1], e) for key, e in measured.as_dict().items()), grain, last, today),
        _crossed(con, some.between(span.start, span.end), span, metric),
        _crossed(con, scope, before, metric) if before else frozenset(),
    )


def figures(con: Connection, scope: Scope, model: Model, known: Mapping[str, Indicator], grain: str,
            before: Period | None, last: dt.date, today: dt.date) -> Figures:  # fmt: skip
    """The indicator side of the same scope, without the filters that indicators do not know.

    An indicator of a finer grain is added up to ``grain`` by its denominators, one of a coarser grain is never split.
    Where branches and the whole bank both have values, only those of the branches are taken.
    """
    kept, left_out = indicators.projected(scope)
    kept = kept.narrowed(indicator=sorted(known))
    by_branch = query.measure(con, "indicator", kept, ("indicator", "grain", "branch"))
    of_branches = {key[0] for key in by_branch.as_dict() if key[2] is not None}
    branches = sorted({key[2] for key in by_branch.as_dict() if key[2] is not None})
    apart = {name for name in of_branches if any(k[0] == name and k[2] is None for k in by_branch.as_dict())}

    def measured(wanted: Scope, by: Sequence[str]) -> list[Measured]:
        asked = [query.measure(con, "indicator", wanted, by)]
        if apart:
            asked.append(query.measure(con, "indicator", wanted.narrowed(indicator=sorted(apart), branch=branches), by))
        return asked

    span = history(scope, grain, last)
    levels = measured(kept, ("indicator", "grain"))
    series = measured(kept.between(span.start, span.end), ("indicator", "grain", grain))
    earlier, scopes = None, [kept]
    if before:
        scopes.append(kept.between(before.start, before.end))
        earlier = query.measure(con, "indicator", scopes[1], by_branch.by)
    found = {name: some for name, some in meanings.breaks(con, model).items() if name in known}
    over_time, cut = _meant(
        _over_time(
            ((key[0], key[1], e) for key, e in _merged(series, known, apart, fitting(grain)).items()),
            grain, last, today,
        ), found, span.end,
    )  # fmt: skip
    return Figures(
        levels[0],
        {key[0]: e for key, e in _merged(levels, known, apart, GRAINS).items()},
        _by_branch(by_branch, known),
        _by_branch(earlier, known) if earlier else {},
        over_time,
        left_out,
        meanings.outdated(con, found, model, kept),
        frozenset(meanings.apart(con, found, model, kept)),
        frozenset(meanings.apart(con, found, model, *scopes)),
        cut,
    )


def _meant(
    found: Mapping[str, Mapping[dt.date, float]], broken: Breaks, last: dt.date
) -> tuple[dict[str, Mapping[dt.date, float]], frozenset[str]]:
    """Series from the last change of meaning up to ``last`` on, and which of them that cut."""
    starts = {name: meanings.since(broken, name, last) or dt.date.min for name in found}
    kept = {name: {day: v for day, v in line.items() if day >= starts[name]} for name, line in found.items()}
    return dict(kept), frozenset(name for name, line in kept.items() if len(line) < len(found[name]))


def history(scope: Scope, grain: str, last: dt.date) -> Period:
    """The days looked back over, to the end of the scope: at most 36 periods."""
    end = min(scope.end or last, last)
    return periods.between(periods.step(periods.floor(end, grain), grain, 1 - HISTORY), end)


def fitting(grain: str) -> tuple[str, ...]:
    """Grains whose values can be added up to ``grain``: itself and finer ones. Weeks count where their Monday is."""
    return GRAINS[: GRAINS.index(grain) + 1]


def covariates(days: Sequence[dt.date], grain: str, model: Model) -> tuple[Floats, tuple[str, ...]]:
    """What is taken out of both series, one row a period that starts on ``days``: an even trend, the time of the year
    (one wave), and per period working days, holidays, bill days and repayment days, as far as these differ between
    periods. With the names of what is taken out."""
    ends = [periods.step(day, grain) - dt.timedelta(days=1) for day in days]
    counts = [model.calendar.counts(day, end) for day, end in zip(days, ends, strict=True)]
    place = np.arange(len(days), dtype=float)
    turn = 2 * np.pi * np.array([day.timetuple().tm_yday / 365.25 for day in days])
    columns = [place, np.sin(turn), np.cos(turn)] if len(days) >= _YEAR[grain] else [place]
    told = [name for name in COUNTS if len({count[name] for count in counts}) > 1]
    columns += [np.array([count[name] for count in counts], float) for name in told]
    names = ("trend", "season") if len(days) >= _YEAR[grain] else ("trend",)
    return np.column_stack(columns), (*names, *told)


def run(one: Mapping[dt.date, float], two: Mapping[dt.date, float], grain: str) -> list[dt.date]:
    """The latest unbroken run of periods in which both have a value, earliest first."""
    both = sorted(set(one) & set(two))
    found: list[dt.date] = []
    for day in reversed(both):
        if found and periods.step(day, grain) != found[-1]:
            break
        found.append(day)
    return found[::-1]


def _crossed(con: Connection, scope: Scope, before: Period, metric: str) -> frozenset[str]:
    return frozenset(str(key[0]) for key in breaks.crossed(con, scope, before, ("touchpoint",), metric))


def _over_time(
    cells: Iterable[tuple[str | None, dt.date, Estimate]], grain: str, last: dt.date, today: dt.date
) -> dict[str, dict[dt.date, float]]:
    """Values by name and first day; a period that is not over is left out."""
    found: dict[str, dict[dt.date, float]] = {}
    for name, day, estimate in cells:
        end = periods.step(day, grain) - dt.timedelta(days=1)
        if name is not None and estimate.value is not None and periods.is_over(end, last, today):
            found.setdefault(name, {})[day] = estimate.value
    return found


def _merged(
    asked: Sequence[Measured], known: Mapping[str, Indicator], apart: Iterable[str], grains: Sequence[str]
) -> dict[tuple[str, dt.date | None], Estimate]:
    """One estimate an indicator (and period), of one grain: the dictionary's where it has values, else the coarsest
    that fits. Estimates of several grains are never mixed."""
    everyone = {key: e for key, e in asked[0].as_dict().items() if key[0] not in apart}
    cells = everyone | (dict(asked[1].as_dict()) if len(asked) > 1 else {})
    best: dict[str, str] = {}
    for name, grain, *_ in cells:
        if grain in grains and _rank(known[name], grain) > _rank(known[name], best.get(name)):
            best[name] = grain
    return {(key[0], key[2] if len(key) > 2 else None): e for key, e in cells.items() if best.get(key[0]) == key[1]}


def _rank(indicator: Indicator, grain: str | None) -> int:
    return -1 if grain is None else 99 if grain == indicator.grain else GRAINS.index(grain)


def _by_branch(measured: Measured, known: Mapping[str, Indicator]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, tuple[int, float]]] = {}
    for (name, grain, branch), estimate in measured.as_dict().items():
        if branch is None or estimate.value is None:
            continue
        mine, rank = found.setdefault(name, {}), _rank(known[name], grain)
        if branch not in mine or rank > mine[branch][0]:
            mine[branch] = rank, estimate.value
    return {name: {branch: value for branch, (_, value) in values.items()} for name, values in found.items()}
