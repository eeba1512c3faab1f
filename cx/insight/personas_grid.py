"""Generations side by side, and experience × value: how many customers, what they say, cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cx.insight.personas_settings import Band, Settings, Worth
from cx.measure import hiding
from cx.measure.dimensions import DIMENSIONS
from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, EMPTY, HIDDEN, Change, Estimate, benjamini_hochberg, change, nps
from cx.store import profiles_levels
from cx.store.profiles_levels import Felt, Level, Source
from cx.store.query import Connection, Measured

FELT = ("high", "middle", "low")
_YEARS = 1900
_NOWHERE = ""  # those in no cell: where they are few, everybody's figures less those of all cells would tell of them


@dataclass(frozen=True)
class Generation:
    """One generation: its NPS, tested against all others; ``q`` is the adjusted p."""

    band: Band
    estimate: Estimate
    rest: Change
    q: float

    @property
    def verdict(self) -> Literal["higher", "lower", "same", "too_few"]:
        """How it differs from the others, beyond noise."""
        if self.rest.p is None:
            return "too_few"
        return "same" if self.q >= 1 - CONFIDENCE else "higher" if (self.rest.diff or 0) > 0 else "lower"


@dataclass(frozen=True)
class Generations:
    """The bank's generations; ``source`` is what they were told by (None: nothing tells them)."""

    source: Source | None
    rows: tuple[Generation, ...]


@dataclass(frozen=True)
class Square:
    """One cell of the grid: how they feel, what they are worth, the share of all customers (None:
    hidden), their NPS."""

    felt: str
    worth: Band
    estimate: Estimate
    share: float | None


@dataclass(frozen=True)
class Grid:
    """Experience × value; ``without`` responses have no experience or no value and are in no cell. ``measured``: what
    was asked, without cells."""

    worth: Worth
    squares: tuple[Square, ...]
    n: int
    without: int
    measured: Measured


def generations(con: Connection, scope: Scope, settings: Settings, year: int) -> Generations:
    """NPS by generation: by the first question of the settings that has answers, else by segment; ``year`` is now."""
    source = _age(con, scope, settings)
    if source is None:
        return Generations(None, ())
    found = profiles_levels.levels(con, scope, source)
    parted = {band.id: [one for one in found if _in(band, one.value, source, year)] for band in settings.generations}
    beside = [one for one in found if not any(_in(band, one.value, source, year) for band in settings.generations)]
    shown = _hidden({(key,): _nps(levels) for key, levels in [*parted.items(), (_NOWHERE, beside)]}, scope)
    rests = [_rest(parted, band.id, shown) for band in settings.generations]
    adjusted = benjamini_hochberg([1.0 if rest.p is None else rest.p for rest in rests])
    rows = [
        Generation(band, shown[band.id,], rest, q)
        for band, rest, q in zip(settings.generations, rests, adjusted, strict=True)
        if (band.id,) in shown
    ]
    return Generations(source, tuple(rows))


def _rest(parted: Mapping[str, list[Level]], own: str, shown: Mapping[tuple[str, ...], Estimate]) -> Change:
    """One band against all others together."""
    others = [level for key, levels in parted.items() if key != own for level in levels]
    return change(_nps(others), shown.get((own,), EMPTY))


def _age(con: Connection, scope: Scope, settings: Settings) -> Source | None:
    asked = profiles_levels.questions(con, scope)
    choices = {choice for band in settings.generations for choice in band.choices}
    for name in settings.questions:
        if name not in asked:
            continue
        given = profiles_levels.levels(con, scope, Source("choice", name))
        return Source("choice" if choices & {one.value for one in given} else "number", name)
    in_segments = any(band.values for band in settings.generations)
    return Source("dimension", "segment") if in_segments and settings.generations else None


def _in(band: Band, value: str | None, source: Source, year: int) -> bool:
    if value is None:
        return False
    if source.kind == "choice":
        return value in band.choices
    if source.kind == "dimension":
        return value in band.values
    number = float(value)
    return band.holds(year - number if number >= _YEARS else number)


def worths(con: Connection, scope: Scope, settings: Settings) -> tuple[Worth, ...]:
    """The ways to say what a customer is worth that there is data for."""
    asked = profiles_levels.questions(con, scope)
    return tuple(worth for worth in settings.worth if worth.by in asked or worth.by in DIMENSIONS)


def grid(con: Connection, scope: Scope, worth: Worth, felt: Felt) -> Grid:
    """How many customers feel how and are worth what, with the NPS of each cell."""
    numbers = any(level.low is not None for level in worth.levels)
    kind: Literal["dimension", "choice", "number"] = "number" if numbers else "choice"
    source = Source("dimension" if worth.by in DIMENSIONS else kind, worth.by)
    found = profiles_levels.levels(con, scope, source, felt)
    cells: dict[tuple[str, ...], Estimate] = {
        (side, level.id): _nps([one for one in found if one.felt == side and _worth(level, one.value, source)])
        for side in FELT
        for level in worth.levels
    }
    n = sum(e.n for e in cells.values())
    beside = [
        one for one in found if not (one.felt in FELT and any(_worth(w, one.value, source) for w in worth.levels))
    ]
    shown = _hidden(cells | {(_NOWHERE, _NOWHERE): _nps(beside)}, scope)
    squares = tuple(
        _square(side, level, shown.get((side, level.id), EMPTY), n) for side in FELT for level in worth.levels
    )
    sql, parameters = profiles_levels.statement(scope, source, felt)
    measured = Measured(METRICS["nps"], scope, (), (), sql, tuple(parameters))
    return Grid(worth, squares, n, sum(one.n for one in found) - n, measured)


def _square(side: str, level: Band, estimate: Estimate, n: int) -> Square:
    return Square(side, level, estimate, None if estimate.state == "hidden" else estimate.n / max(n, 1))


def _worth(level: Band, value: str | None, source: Source) -> bool:
    if value is None:
        return False
    return level.holds(float(value)) if source.kind == "number" else value in level.values


def _nps(levels: Sequence[Level]) -> Estimate:
    promoters, detractors = sum(one.promoters for one in levels), sum(one.detractors for one in levels)
    return nps(promoters, sum(one.n for one in levels) - promoters - detractors, detractors)


def _hidden(found: Mapping[tuple[str, ...], Estimate], scope: Scope) -> dict[tuple[str, ...], Estimate]:
    """Small cells hidden, and those that would give them away; empty ones left out."""
    filled = {key: e for key, e in found.items() if e.n}
    hidden = hiding.hidden({key: e.n for key, e in filled.items()}, scope.minimum_base)
    return {
        key: HIDDEN if key in hidden else e.guarded(scope.minimum_base, scope.small_base) for key, e in filled.items()
    }
