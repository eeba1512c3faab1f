"""How good each source of indicators is (统一、准确、完备、实时, unique): parts with numerator and denominator, gaps.

Everything is counted of the last 12 months and of what is stored; a part that cannot be counted leaves the score.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, groupby
from typing import TYPE_CHECKING

from cx.bank import refresh
from cx.insight import freshness
from cx.insight.freshness import Standing
from cx.measure import periods
from cx.measure.scope import Scope
from cx.store import arrivals, query
from cx.store.arrivals import Arrival, Rule, Series, Unit
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Indicator, Model

MONTHS = 12
WEIGHTS: Mapping[str, int] = {
    "completeness": 30, "timeliness": 25, "accuracy": 20, "consistency": 15, "uniqueness": 10
}  # fmt: skip
"""Per cent of the score; of the parts that can be counted they are scaled up to a hundred."""
_FACTORS = {"%": 100.0, "per_10k": 10_000.0}
"""What numerator over denominator is multiplied by to give a value in its unit."""


@dataclass(frozen=True)
class Part:
    """``good`` of ``all``."""

    good: int = 0
    all: int = 0

    @property
    def share(self) -> float | None:
        """0..1; None where nothing could be counted."""
        return self.good / self.all if self.all else None

    def plus(self, good: int, all: int) -> Part:
        return Part(self.good + good, self.all + all)


@dataclass(frozen=True)
class Gap:
    """Values of one unit that were due and are not there. ``periods`` are their first days; none: the indicator never
    came at all. ``due`` is the day by which the first of them should have been there."""

    indicator: str
    unit: Unit
    grain: str
    periods: tuple[dt.date, ...] = ()
    due: dt.date | None = None

    @property
    def count(self) -> int:
        """How many values; an indicator that never came is one."""
        return len(self.periods) or 1


@dataclass(frozen=True)
class Source:
    """One source: its indicators' standings, parts by name, and the values that lack. ``never`` counts branches that
    delivered nothing in the window of an indicator that others deliver by branch: these are not counted as gaps.
    ``parted``: values whose parts could be set against them. ``missing``: indicators that never came, uncounted."""

    name: str
    owners: tuple[str, ...]
    standings: tuple[Standing, ...]
    parts: Mapping[str, Part]
    gaps: tuple[Gap, ...]
    never: Mapping[str, int] = field(default_factory=dict)
    parted: int = 0

    @property
    def score(self) -> float | None:
        """0..100: the weighted mean of the parts that could be counted; None for a source that never gave a value."""
        if not self.values:
            return None
        known = {name: part.share for name, part in self.parts.items() if part.share is not None}
        whole = sum(WEIGHTS[name] for name in known)
        return 100 * sum(WEIGHTS[name] * share for name, share in known.items()) / whole if whole else None

    @property
    def values(self) -> int:
        return self.parts["uniqueness"].all


@dataclass(frozen=True)
class View:
    """All sources, worst first, since the first day of the window, as of ``today``."""

    sources: tuple[Source, ...]
    since: dt.date
    today: dt.date

    @property
    def standings(self) -> tuple[Standing, ...]:
        return tuple(one for source in self.sources for one in source.standings)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(gap for source in self.sources for gap in source.gaps)


def view(con: Connection, scope: Scope, model: Model, today: dt.date) -> View:
    """Every source that the dictionary names."""
    since = periods.add_months(today.replace(day=1), -MONTHS)
    window = scope.between(since, None)
    facts = _Facts(con, window, model, freshness.all(con, scope, model, today), since, today)
    names = dict.fromkeys(entry.source for entry in _delivered(model))
    made = [facts.source(name) for name in names]
    return View(tuple(sorted(made, key=lambda s: (s.score is None, s.score or 0.0, s.name))), since, today)


def uploads(con: Connection, scope: Scope) -> frozenset[str]:
    """Ids of the uploads that values in force came with."""
    cells = query.measure(con, "indicator", scope, ("indicator", "upload_id")).cells
    return frozenset(cell.key[1] for cell in cells)


class _Facts:
    """What was read once for all sources."""

    def __init__(
        self, con: Connection, scope: Scope, model: Model, standings: Mapping[str, Standing], since: dt.date,
        today: dt.date,
    ) -> None:  # fmt: skip
        self.model, self.standings, self.since, self.today, self.rights = model, standings, since, today, scope.rights
        self._lasts: dict[str, dt.date | None] = {}
        self._owed: dict[tuple[str, dt.date], tuple[dt.date, ...]] = {}
        self.series: dict[str, list[Series]] = {}
        for one in arrivals.series(con, scope):
            if one.indicator in standings and one.grain == standings[one.indicator].grain:
                self.series.setdefault(one.indicator, []).append(one)
        self.checks = arrivals.checks(con, scope, [_rule(entry) for entry in _delivered(model)])
        self.corrected = arrivals.corrected(con, scope)
        self.arrivals: dict[str, list[Arrival]] = {}
        for came in arrivals.arrivals(con, scope):
            if came.indicator in standings and came.grain == standings[came.indicator].grain:
                self.arrivals.setdefault(came.indicator, []).append(came)
        self.there = arrivals.periods(con, scope, list(self._to_check()))

    def source(self, name: str) -> Source:
        entries = [entry for entry in _delivered(self.model) if entry.source == name]
        gaps = {entry.id: list(self._gaps(entry)) for entry in entries}
        checks = [self.checks[entry.id] for entry in entries if entry.id in self.checks]
        parts = {
            "completeness": _total(self._complete(entry, gaps[entry.id]) for entry in entries),
            "timeliness": _total(self._timely(entry) for entry in entries),
            "accuracy": _total(self._accurate(entry) for entry in entries),
            "consistency": _total((c.values - c.foreign - (c.parted - c.agreeing), c.values) for c in checks),
            "uniqueness": _total((c.keys, c.values) for c in checks),
        }
        owners = tuple(dict.fromkeys(entry.owner for entry in entries if entry.owner))
        standings = tuple(self.standings[entry.id] for entry in entries)
        never = {entry.id: count for entry in entries if (count := self._never(entry))}
        return Source(
            name, owners, standings, parts, tuple(chain(*gaps.values())), never, sum(c.parted for c in checks)
        )

    def _last(self, name: str) -> dt.date | None:
        """The last period that should be there: due by today, or, where nobody says when, the last that any has."""
        if name not in self._lasts:
            one = self.standings[name]
            told = one.refresh is not None
            self._lasts[name] = (
                freshness.newest(one.refresh, one.grain, self.today, self.model.calendar.works) if told else one.as_of
            )
        return self._lasts[name]

    def _lacks(self, one: Series) -> bool:
        last = self._last(one.indicator)
        return last is not None and (one.last > last or one.periods < len(_between(one.first, last, one.grain)))

    def _to_check(self) -> Iterator[Series]:
        """Series with gaps; of a daily indicator with gaps all, since together they say which weekdays are usual."""
        for found in self.series.values():
            lacking = [one for one in found if self._lacks(one)]
            yield from found if lacking and found[0].grain == "day" else lacking

    def _expected(self, one: Series) -> tuple[dt.date, ...]:
        """Periods that a series should have: all from its first on; alike for all that began together."""
        key = (one.indicator, one.first)
        if key not in self._owed:
            last = self._last(one.indicator)
            found = _between(one.first, last, one.grain) if last else ()
            self._owed[key] = self._usual(one.indicator, found) if one.grain == "day" else found
        return self._owed[key]

    def _usual(self, name: str, found: tuple[dt.date, ...]) -> tuple[dt.date, ...]:
        """Days without the weekdays on which a daily indicator never comes."""
        given = {day.weekday() for key, days in self.there.items() if key[0] == name for day in days}
        return tuple(day for day in found if day.weekday() in given) if given else found

    def _gaps(self, entry: Indicator) -> Iterator[Gap]:
        standing = self.standings[entry.id]
        if standing.state == "missing" and self.rights.branches is None:
            yield Gap(entry.id, (None,) * 4, entry.grain)
        alike: dict[tuple[dt.date, ...], tuple[dt.date, ...]] = {}  # thousands of branches lack the same days
        for one in self.series.get(entry.id, ()):
            there = self.there.get((one.indicator, one.grain, one.unit))
            lacks = () if there is None else tuple(day for day in self._expected(one) if day not in there)
            if lacks:
                first = due(self.model, entry, one.grain, lacks[0])
                yield Gap(entry.id, one.unit, one.grain, alike.setdefault(lacks, lacks), first)

    def _complete(self, entry: Indicator, gaps: Sequence[Gap]) -> tuple[int, int]:
        """Present of expected; an indicator that never came counts as one unit without any of its periods."""
        lacking = sum(len(gap.periods) for gap in gaps)
        all = sum(len(self._expected(one)) for one in self.series.get(entry.id, ()))
        if self.standings[entry.id].state == "missing" and self.rights.branches is None:
            last = self._last(entry.id)
            return 0, len(_between(freshness.start(self.since, entry.grain), last, entry.grain)) if last else 0
        return all - lacking, all

    def _timely(self, entry: Indicator) -> tuple[int, int]:
        """There by the day due, of all that fell due since the first file came: what was loaded as history is not
        blamed for having come late."""
        rule, came = self.standings[entry.id].refresh, self.arrivals.get(entry.id, ())
        begun = min((one.day for one in came if one.day), default=None)
        if rule is None or begun is None:
            return 0, 0
        owed: Counter[dt.date] = Counter()
        for _, alike in groupby(sorted(self.series.get(entry.id, ()), key=_first), _first):
            began = list(alike)
            owed.update(dict.fromkeys(self._expected(began[0]), len(began)))
        good = all = 0
        for day, count in owed.items():
            owed_by = due(self.model, entry, self.standings[entry.id].grain, day)
            if owed_by is None or owed_by < begun:
                continue
            here = [one for one in came if one.period == day]
            known = max(count - sum(one.count for one in here if one.day is None), 0)
            all += known
            good += min(sum(one.count for one in here if one.day and one.day <= owed_by), known)
        return good, all

    def _accurate(self, entry: Indicator) -> tuple[int, int]:
        found = self.checks.get(entry.id)
        if found is None:
            return 0, 0
        return max(found.keys - self.corrected.get(entry.id, 0) - found.at_limit, 0), found.keys

    def _never(self, entry: Indicator) -> int:
        given = {one.unit[0] for one in self.series.get(entry.id, ())} - {None}
        mine = self.rights.branches
        known = {id for id in self.model.branches if mine is None or id in mine}
        return len(known - given) if given else 0


def due(model: Model, entry: Indicator, grain: str, day: dt.date) -> dt.date | None:
    """By when the value of the period that starts on ``day`` should be there; None where nobody says."""
    rule = refresh.parse(entry.refresh)
    return rule.due(freshness.end(day, grain), model.calendar.works) if rule else None


def _delivered(model: Model) -> list[Indicator]:
    """Indicators that somebody sends: not those that cx works out of others."""
    return [entry for entry in model.indicators.values() if not entry.computed]


def _total(pairs: Iterator[tuple[int, int]]) -> Part:
    part = Part()
    for good, all in pairs:
        part = part.plus(good, all)
    return part


def _rule(entry: Indicator) -> Rule:
    """A per cent may well be 0 or 100; every other plausible limit is a value nobody expects to be hit exactly."""
    natural = entry.unit == "%" and (entry.low, entry.high) == (0.0, 100.0)
    limits = (None, None) if natural else (entry.low, entry.high)
    return Rule(entry.id, *limits, _FACTORS.get(entry.unit, 1.0), entry.grain)


def _first(one: Series) -> dt.date:
    return one.first


@lru_cache(4096)
def _between(first: dt.date, last: dt.date, grain: str) -> tuple[dt.date, ...]:
    return tuple(freshness.between(first, last, grain))
