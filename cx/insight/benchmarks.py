"""What others measured, set beside our own figure, or the reasons why it must not be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from cx.bank.benchmarks import Benchmark
from cx.measure.periods import add_months
from cx.measure.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cx.bank.model import Model

MONTHS = 24
LEAST, LEAST_SYSTEMS = 100, 5
"""How many must have been asked; how many banks or units counted, where machines did."""
_SCALES = {"nps": "0-10", "csat": "1-5", "ces": "1-7", "satisfaction": "1-5", "top2": "1-5"}
Side = Literal["below", "within", "above", "unclear"]
_ONLINE = frozenset({"web", "app"})
_PLACES = ("journey", "stage", "touchpoint")


@dataclass(frozen=True)
class Band:
    """A benchmark that may be compared. ``narrowed``: filters of our own figure that the benchmark knows nothing of."""

    benchmark: Benchmark
    narrowed: tuple[str, ...] = ()

    def side(self, value: float | None, low: float | None = None, high: float | None = None) -> Side | None:
        """Where a value lies; with its interval, outside only where all of that is."""
        if value is None:
            return None
        if self.benchmark.low <= value <= self.benchmark.high:
            return "within"
        if value < self.benchmark.low:
            return "below" if high is None or high < self.benchmark.low else "unclear"
        return "above" if low is None or low > self.benchmark.high else "unclear"


@dataclass(frozen=True)
class Why:
    """A reason: ``code`` names words ``stages.not_<code>``, ``values`` what they need."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NotComparable:
    """A benchmark that must not be compared, with every reason."""

    benchmark: Benchmark
    why: tuple[Why, ...]


def of(model: Model, name: str, scope: Scope, today: dt.date | None = None) -> Band | NotComparable | None:
    """The newest comparable benchmark of a metric or indicator in a scope, else the newest that is not; None: none."""
    found = all_of(model, name, scope, today)
    bands = [one for one in found if isinstance(one, Band)]
    ranked = sorted(bands or found, key=lambda one: one.benchmark.date or dt.date.min)
    return ranked[-1] if ranked else None


def all_of(
    model: Model, name: str, scope: Scope, today: dt.date | None = None
) -> tuple[Band | NotComparable, ...]:  # fmt: skip
    """Every benchmark of a metric or indicator, judged against a scope on a day (default: today)."""
    day = today or dt.date.today()
    return tuple(judged(one, model, scope, day) for one in model.benchmarks.values() if one.of == name)


def judged(one: Benchmark, model: Model, scope: Scope, today: dt.date) -> Band | NotComparable:
    """One benchmark against the rules; what the file itself says comes first."""
    why = [Why("said", {"why": one.why or {}})] if one.said_no else []
    why += _kind(one, scope)
    why += _scale(one, model)
    why += _method(one, model)
    least = LEAST_SYSTEMS if one.method == "system" else LEAST
    if one.n is None:
        why.append(Why("n_missing"))
    elif one.n < least:
        why.append(Why("n_small", {"n": one.n, "least": least}))
    if one.date is None:
        why.append(Why("date_missing"))
    elif add_months(one.date.replace(day=1), MONTHS) < today.replace(day=1):
        why.append(Why("old", {"months": MONTHS, "date": one.date}))
    why += _place(one, scope)
    if why:
        return NotComparable(one, tuple(why))
    return Band(one, tuple(name for name, _ in scope.where if name not in (*_PLACES, "indicator")))


def _kind(one: Benchmark, scope: Scope) -> list[Why]:
    if one.of != "nps" or one.nps_kind == scope.nps_kind is not None:
        return []
    return [Why("kind", {"theirs": one.nps_kind, "ours": scope.nps_kind})]


def _scale(one: Benchmark, model: Model) -> list[Why]:
    entry = model.indicators.get(one.of)
    ours = entry.unit if entry else _SCALES.get(one.of, "")
    return [] if one.scale.replace("–", "-") == ours else [Why("scale", {"theirs": one.scale or "?", "ours": ours})]


def _method(one: Benchmark, model: Model) -> list[Why]:
    """Our surveys are filled in on a screen; our indicators are counted by machines."""
    ours = "system" if one.of in model.indicators else "web"
    alike = one.method == ours or (ours == "web" and one.method in _ONLINE)
    return [] if alike else [Why("method", {"theirs": one.method, "ours": ours})]


def _place(one: Benchmark, scope: Scope) -> list[Why]:
    """About the same part of the journey; an indicator's definition says where it belongs."""
    asked = {name: values[0] for name, values in scope.where if name in _PLACES and len(values) == 1}
    theirs = {name: value for name in _PLACES if (value := getattr(one, name))}
    if not theirs and (not asked or any(name == "indicator" for name, _ in scope.where)):
        return []
    same = bool(theirs) and all(asked.get(name) == value for name, value in theirs.items())
    return [] if same and set(asked) <= set(theirs) else [Why("place")]
