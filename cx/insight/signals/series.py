"""Series to be watched, read through the door: each indicator at its grain for the bank and for each branch, and what
customers say of the bank by month."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cx.insight import breaks, meanings
from cx.measure import statistics
from cx.measure.scope import Rights, Scope
from cx.measure.statistics import Estimate
from cx.store import query
from cx.store.query import Cell, Connection, Measured

if TYPE_CHECKING:
    from cx.bank.model import Model

WHOLES = {"%": 100.0, "per_10k": 10_000.0}
"""Units that are shares of their denominators: charted as shares where the denominators are given."""
MOST = 100_000
"""Values of one grain that are read by branch: beyond it the page would take seconds."""


@dataclass(frozen=True)
class Subject:
    """What one chart watches. ``branch`` None is the bank as a whole; ``nps_kind`` for NPS only."""

    kind: Literal["indicator", "survey"]
    name: str
    grain: str
    branch: str | None = None
    nps_kind: str | None = None

    @property
    def key(self) -> str:
        """One word for addresses and tables: ``indicator:queue_minutes:month:b0101``."""
        return ":".join((self.kind, self.name, self.grain, self.branch or self.nps_kind or ""))

    def within(self, rights: Rights) -> bool:
        """Whether this may be seen: the bank as a whole only by those who see all of it."""
        return rights.branches is None or self.branch in rights.branches


def subject(key: str) -> Subject | None:
    """The subject of a key; None for a word that is none."""
    kind, _, rest = key.partition(":")
    parts = rest.rsplit(":", 2)  # the id of an indicator may have colons of its own
    if len(parts) != 3 or kind not in ("indicator", "survey"):
        return None
    name, grain, last = parts
    if kind == "survey":
        return Subject("survey", name, grain, None, last or None)
    return Subject("indicator", name, grain, last or None)


@dataclass(frozen=True)
class Point:
    """One period: its first day, the value in the figure's own unit and the base where there is one."""

    day: dt.date
    value: float
    base: float | None = None


@dataclass(frozen=True)
class Series:
    """The periods of one subject, oldest first; ``whole`` is 100 for per cent (None: no share), ``deviation`` that of
    one answer (means and NPS). ``since``: the survey or indicator changed its meaning then, nothing before compares."""

    subject: Subject
    points: tuple[Point, ...]
    whole: float | None = None
    deviation: float | None = None
    since: dt.date | None = None


def read(con: Connection, rights: Rights, model: Model, most: int = MOST) -> tuple[tuple[Series, ...], tuple[str, ...]]:
    """Every series under these rights that has values, in the order of the model, the bank before its branches; and the
    grains with more than ``most`` values, of which only the bank's own series are read."""
    found, crowded = _indicators(con, rights, model, most)
    if rights.branches is None:
        found += _surveys(con, rights)
    return tuple(found), crowded


def opening(grain: str, last: dt.date) -> dt.date | None:
    """Daily and weekly figures are watched from the year before the last: older ones are another time."""
    return dt.date(last.year - 1, 1, 1) if grain in ("day", "week") else None


def scope(rights: Rights, watched: Subject) -> Scope:
    """The scope in which the door gives this subject's values."""
    if watched.kind == "survey":
        return Scope(rights, nps_kind=watched.nps_kind)
    return Scope(rights).narrowed(indicator=watched.name, grain=watched.grain, branch=watched.branch)


def measured(con: Connection, rights: Rights, watched: Subject) -> Measured:
    """The same values as the series', with the query behind them."""
    metric, grain = (watched.name, watched.grain) if watched.kind == "survey" else ("indicator", "day")
    by = (grain,) if watched.kind == "survey" else ("indicator", grain)
    return query.measure(con, metric, scope(rights, watched), by)


def _indicators(
    con: Connection, rights: Rights, model: Model, most: int
) -> tuple[list[Series], tuple[str, ...]]:  # fmt: skip
    found: dict[tuple[str, str, str | None], list[Point]] = {}
    here, crowded = Scope(rights).narrowed(indicator=sorted(model.indicators)), []
    for grain in query.contents(con, here, ("grain",), "indicator").values["grain"]:
        of_grain = here.narrowed(grain=grain)
        whole = query.contents(con, of_grain, (), "indicator")
        assert whole.last is not None
        since = of_grain.between(opening(grain, whole.last), None)
        if query.contents(con, since, (), "indicator").n > most:
            crowded.append(grain)
        else:
            _by_branch(con, since, grain, found)
        if rights.branches is None:
            _of_the_bank(con, since, grain, found)
    grains = _grains(model, {(name, grain) for name, grain, _ in found})
    order = {name: at for at, name in enumerate(model.indicators)}
    keys = [key for key in found if key[1] in grains[key[0]]]
    broken = meanings.breaks(con, model)
    return [
        _series(
            Subject("indicator", name, grain, branch), found[name, grain, branch], model, meanings.since(broken, name)
        )
        for name, grain, branch in sorted(keys, key=lambda key: (order[key[0]], key[1], key[2] or ""))
    ], tuple(crowded)


def _by_branch(
    con: Connection, since: Scope, grain: str, found: dict[tuple[str, str, str | None], list[Point]]
) -> None:
    for cell in query.measure(con, "indicator", since, ("indicator", "branch", "day")).cells:
        name, branch, day = cell.key
        _take(found.setdefault((name, grain, branch), []), cell, day)


def _of_the_bank(
    con: Connection, since: Scope, grain: str, found: dict[tuple[str, str, str | None], list[Point]]
) -> None:
    """Where the bank has no value of its own: that of its branches together."""
    own = {name for name, known, branch in found if known == grain and branch is None}
    spread = set(query.contents(con, since, ("indicator",), "indicator").values["indicator"]) - own
    if not spread:
        return
    for cell in query.measure(con, "indicator", since.narrowed(indicator=sorted(spread)), ("indicator", "day")).cells:
        name, day = cell.key
        _take(found.setdefault((name, grain, None), []), cell, day)


def _take(points: list[Point], cell: Cell, day: dt.date) -> None:
    estimate, counts = cell.estimate, cell.estimate.counts
    if estimate.value is None:
        return
    based = counts.get("with_base") == estimate.n and counts.get("denominator")
    points.append(Point(day, estimate.value, float(counts["denominator"]) if based else None))


def _grains(model: Model, known: set[tuple[str, str]]) -> Mapping[str, set[str]]:
    """The indicator's usual grain where it has values of it, else all that it has."""
    found: dict[str, set[str]] = {}
    for name, grain in known:
        found.setdefault(name, set()).add(grain)
    return {name: {model.indicators[name].grain} & grains or grains for name, grains in found.items()}


def _series(watched: Subject, points: list[Point], model: Model, since: dt.date | None) -> Series:
    whole = WHOLES.get(model.indicators[watched.name].unit)
    meant = [p for p in points if since is None or p.day >= since]
    share = whole and all(p.base is not None and p.base >= 1 and 0 <= p.value <= whole for p in meant)
    return Series(watched, tuple(sorted(points, key=lambda p: p.day)), whole if share else None, since=since)


def _surveys(con: Connection, rights: Rights) -> list[Series]:
    found = []
    for kind in query.kinds(con, Scope(rights)):
        found.append(_survey(con, Subject("survey", "nps", "month", None, kind), rights))
    found.append(_survey(con, Subject("survey", "csat", "month"), rights))
    return [series for series in found if series.points]


def _survey(con: Connection, watched: Subject, rights: Rights) -> Series:
    here = scope(rights, watched)
    cells = [cell for cell in measured(con, rights, watched).cells if cell.estimate.value is not None]
    points = tuple(Point(cell.key[0], _own(cell.estimate, watched), float(cell.estimate.n)) for cell in cells)
    broken = breaks.within(con, here, "month", watched.name)
    since = broken[-1].day if broken else None
    if watched.name == "csat":
        return Series(watched, points, 100.0, since=since)
    return Series(watched, points, deviation=_deviation([cell.estimate for cell in cells]), since=since)


def _own(estimate: Estimate, watched: Subject) -> float:
    assert estimate.value is not None
    return 100 * estimate.value if watched.name == "csat" else estimate.value


def _deviation(found: list[Estimate]) -> float:
    """Of one answer, in points, over all periods together."""
    n = sum(e.n for e in found)
    promoters, detractors = (sum(e.counts[group] for e in found) for group in ("promoters", "detractors"))
    return 100 * math.sqrt(statistics.nps_variance(promoters, detractors, n)) if n else 0.0
