"""What tells each group of people apart: every answer and dimension here and among all others, tested."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cx.insight.groups import effect
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, Change, Estimate, benjamini_hochberg, change, mean, share
from cx.store.profiles_sample import Asked, Sample

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True)
class Trait:
    """What tells a group apart: one rating (means 1..5), choice or dimension value (shares), here and among all others.

    ``effect`` is the difference in standard deviations (shares: difference of the shares); ``q`` is the adjusted p.
    """

    asked: Asked | None
    dimension: tuple[str, str] | None
    here: Estimate
    rest: Estimate
    effect: float
    q: float

    @property
    def real(self) -> bool:
        """Whether the difference is more than noise."""
        return self.q < 1 - CONFIDENCE


@dataclass(frozen=True)
class _Column:
    """Something known of people: sums over each group, one entry a group."""

    asked: Asked | None
    dimension: tuple[str, str] | None
    n: npt.NDArray[Any]
    total: npt.NDArray[Any]
    squares: npt.NDArray[Any]

    @property
    def counted(self) -> bool:
        """Whether it is a share of people and not a mean."""
        return self.asked is None or self.asked.kind in ("choice", "yes")


def traits(sample: Sample, labels: npt.NDArray[Any], k: int, scope: Scope) -> tuple[tuple[Trait, ...], ...]:
    """The traits of each of ``k`` groups, most telling first; p values adjusted over all of them."""
    columns = _columns(sample, labels, k)
    found = [[each for column in columns for each in _trait(column, place, scope)] for place in range(k)]
    adjusted = iter(benjamini_hochberg([1.0 if test.p is None else test.p for group in found for _, test in group]))
    told = [[replace(trait, q=next(adjusted)) for trait, _ in group] for group in found]
    return tuple(tuple(sorted(group, key=lambda trait: -abs(trait.effect))) for group in told)


def _columns(sample: Sample, labels: npt.NDArray[Any], k: int) -> list[_Column]:
    """All answers, then all values of dimensions, with their sums over groups."""
    import numpy as np

    about: list[tuple[Asked | None, tuple[str, str] | None]] = [(asked, None) for asked in sample.asked]
    values = list(sample.answers.T)
    for name, column in sample.dims.items():
        known = column != None  # noqa: E711  (entry by entry)
        named, place = np.unique(column[known].astype(str), return_inverse=True)
        for at, value in enumerate(named.tolist()):
            about.append((None, (name, value)))
            values.append(np.full(len(column), np.nan))
            values[-1][known] = place == at
    rows = np.array(values)
    given = ~np.isnan(rows)
    rows = np.where(given, rows, 0.0)
    inside = (labels == np.arange(k)[:, None]).astype(float)
    sums = [part @ inside.T for part in (given.astype(float), rows, rows * rows)]
    return [_Column(*what, *(part[at] for part in sums)) for at, what in enumerate(about)]


def _trait(column: _Column, place: int, scope: Scope) -> list[tuple[Trait, Change]]:
    """One column of one group against all others; nothing where either side is too few."""
    here, rest = (
        _estimate(column, places).guarded(scope.minimum_base, scope.small_base)
        for places in ([place], [other for other in range(len(column.n)) if other != place])
    )
    if here.value is None or rest.value is None:
        return []
    size = here.value - rest.value if column.counted else effect(rest, here)
    return [(Trait(column.asked, column.dimension, here, rest, size, 1.0), change(rest, here))]


def _estimate(column: _Column, places: list[int]) -> Estimate:
    n, total, squares = (float(part[places].sum()) for part in (column.n, column.total, column.squares))
    return share(round(total), round(n)) if column.counted else mean(total, squares, round(n))
