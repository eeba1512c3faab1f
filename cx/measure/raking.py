"""Weights that make a sample look like a known whole: raking, trimming, and what weighting costs in precision.

Raking is iterative proportional fitting (Deming and Stephan 1940): the weights are scaled to one margin after the
other until all hold. What is weighted may be people or cells of people; numpy is imported where it is used.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cx.words import Problem, Refused

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

TOLERANCE = 1e-9  # largest share by which a margin may be missed
MOST_ROUNDS = 500
MOST_TRIMS = 50


@dataclass(frozen=True)
class Raked:
    """Weights in the order given; their sum is that of the first margin. ``rounds`` over all margins until every
    margin held within ``missed`` (share of its total)."""

    weights: tuple[float, ...]
    rounds: int
    missed: float


@dataclass(frozen=True)
class Effect:
    """What weighting costs: Kish's design effect ``n Σw² / (Σw)²``, the effective n that is left, and the largest and
    the smallest weight in units of the mean weight (Kish 1965)."""

    design: float
    effective: float
    largest: float
    smallest: float


@dataclass(frozen=True)
class Margin:
    """One margin: what each unit is (``values``, in the order of the units) and the total wanted of each value."""

    name: str
    values: Sequence[Hashable]
    totals: Mapping[Hashable, float] = field(hash=False)


def rake(starts: Sequence[float], margins: Sequence[Margin]) -> Raked:
    """Starting weights raked to the totals of all margins.

    Raises :class:`Refused`: ``raking_empty`` (a value is wanted of which there is nobody), ``raking_unwanted`` (there
    is somebody of whom nothing is wanted, or whose value the margin does not know), ``raking_apart`` (the margins
    contradict each other: no weights fit all of them).
    """
    import numpy as np

    if problems := [problem for margin in margins for problem in _impossible(starts, margin)]:
        raise Refused(*problems)
    weights = np.asarray(starts, dtype=float)
    plans = [_plan(margin) for margin in margins]
    missed = math.inf
    for rounds in range(1, MOST_ROUNDS + 1):
        for codes, totals in plans:
            weights = weights * (totals / np.bincount(codes, weights, len(totals)))[codes]
        missed = max(float(np.max(np.abs(np.bincount(c, weights, len(t)) / t - 1))) for c, t in plans)
        if missed <= TOLERANCE:
            return Raked(tuple(weights.tolist()), rounds, missed)
    raise Refused(Problem("raking_apart", "", {"rounds": MOST_ROUNDS, "missed": f"{missed:.1%}"}))


def _impossible(starts: Sequence[float], margin: Margin) -> list[Problem]:
    there = {value for value, weight in zip(margin.values, starts, strict=True) if weight > 0}
    wanted = {value for value, total in margin.totals.items() if total > 0}
    codes = (("raking_empty", wanted - there), ("raking_unwanted", there - wanted))
    return [
        Problem(code, margin.name, {"dimension": margin.name, "value": value})
        for code, values in codes
        for value in sorted(values, key=repr)
    ]


def _plan(margin: Margin) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    import numpy as np

    wanted = sorted(((value, total) for value, total in margin.totals.items() if total > 0), key=repr)
    place = {value: at for at, (value, _) in enumerate(wanted)}
    return np.array([place.get(value, 0) for value in margin.values]), np.array([total for _, total in wanted])


def trim(weights: Sequence[float], counts: Sequence[float], most: float) -> tuple[float, ...]:
    """Weights of cells of ``counts`` people, none above ``most`` times the mean weight; what is cut off goes to all
    others in proportion, so that their sum stays. Margins then hold only about."""
    n, total = sum(counts), sum(w * c for w, c in zip(weights, counts, strict=True))
    limit, now = most * total / n, list(weights)
    for _ in range(MOST_TRIMS):
        if max(now) <= limit * (1 + 1e-9):
            break
        cut = [w >= limit for w in now]
        held = limit * sum(c for c, over in zip(counts, cut, strict=True) if over)
        rest = sum(w * c for w, c, over in zip(now, counts, cut, strict=True) if not over)
        if rest <= 0:
            break
        now = [limit if over else w * (total - held) / rest for w, over in zip(now, cut, strict=True)]
    return tuple(now)


def effect(weights: Sequence[float], counts: Sequence[float] | None = None) -> Effect:
    """What these weights cost; ``counts`` are the people of each, one where not given."""
    counts = counts or [1.0] * len(weights)
    n = sum(counts)
    total = sum(w * c for w, c in zip(weights, counts, strict=True))
    squares = sum(w * w * c for w, c in zip(weights, counts, strict=True))
    mean = total / n
    return Effect(n * squares / total**2, total**2 / squares, max(weights) / mean, min(weights) / mean)


def mean_error(
    values: Sequence[float],
    weights: Sequence[float],
    starts: Sequence[float],
    margins: Sequence[Sequence[Hashable]],
    clusters: Sequence[Hashable] | None = None,
    strata: Sequence[Hashable] | None = None,
) -> float:
    """Standard error of the mean weighted by ``weights``, raked from ``starts``, of a sample drawn with replacement (of
    ``clusters``, within ``strata``).

    Taylor linearisation: what each unit adds to the mean, less what the ``margins`` (the value of each unit, a margin
    each) fix already, by a regression with the starting weights (Deville, Särndal and Sautory 1993).
    """
    import numpy as np

    w, first, y = (np.asarray(column, float) for column in (weights, starts, values))
    left = (y - w @ y / w.sum()) / w.sum()
    codes = [_codes(margin) for margin in margins]
    for _ in range(MOST_ROUNDS):
        before = left.copy()
        for code in codes:
            left = left - (np.bincount(code, first * left) / np.bincount(code, first))[code]
        if np.max(np.abs(left - before)) < 1e-15:
            break
    left, stratum = w * left, _codes(strata if strata is not None else [0] * len(w))
    if clusters is not None:
        unit = _codes(list(zip(stratum.tolist(), clusters, strict=True)))
        left, stratum = np.bincount(unit, left), stratum[np.unique(unit, return_index=True)[1]]
    n = np.bincount(stratum)
    off = left - (np.bincount(stratum, left) / n)[stratum]
    return float(np.sqrt(np.sum(n / np.maximum(n - 1, 1) * np.bincount(stratum, off**2))))


def _codes(values: Sequence[Hashable]) -> npt.NDArray[np.intp]:
    import numpy as np

    return np.unique(np.array(list(map(str, values))), return_inverse=True)[1]
