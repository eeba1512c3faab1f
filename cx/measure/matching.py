"""Branches like these: controls chosen by what was there before. Pure.

A branch is told by features (level, trend, volume), each in deviations of all branches, so that no unit counts more
than another. Distance is the root mean square of the differences.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FARTHEST = 1.5
"""Mean deviations beyond which a branch is no likeness."""
_QUARTILES = 1.349  # what lies between them, in deviations of the normal curve
_TAIL = 3.0  # a difference in one feature counts for no more


@dataclass(frozen=True)
class Pair:
    """``other`` was chosen as a likeness of ``one``."""

    one: str
    other: str
    distance: float


def chosen(
    features: Mapping[str, Sequence[float]],
    ones: Sequence[str],
    wanted: int,
    floors: Sequence[float] = (),
    farthest: float = FARTHEST,
) -> tuple[Pair, ...]:
    """Up to ``wanted`` likenesses of ``ones`` among all others, each used once: round by round the nearest for each,
    the best pair first (greedy, without replacement). Branches farther than ``farthest`` are never taken.
    ``floors``: deviations of the features that are no more than that count as that much."""
    scaled, mine = _scaled(features, floors), set(ones)
    pairs = [(one, name) for one in dict.fromkeys(ones) if one in scaled for name in scaled if name not in mine]
    near = sorted((far, *pair) for pair in pairs if (far := _distance(*(scaled[name] for name in pair))) <= farthest)
    found: list[Pair] = []
    while near and len(found) < wanted:
        served: set[str] = set()
        taken: set[str] = set()
        for far, one, other in near:
            if one not in served and other not in taken and len(found) < wanted:
                found.append(Pair(one, other, far))
                served.add(one)
                taken.add(other)
        near = [each for each in near if each[2] not in taken]
    return tuple(found)


def nearest(
    features: Mapping[str, Sequence[float]], ones: Sequence[str], others: Sequence[str], floors: Sequence[float] = ()
) -> tuple[Pair, ...]:
    """For each of the ``others`` that has features, the one it is most like."""
    scaled = _scaled(features, floors)
    here = [one for one in ones if one in scaled]
    best = ((min((_distance(scaled[one], scaled[o]), one) for one in here), o) for o in others if here and o in scaled)
    return tuple(Pair(one, other, far) for (far, one), other in best)


def _scaled(features: Mapping[str, Sequence[float]], floors: Sequence[float]) -> dict[str, list[float]]:
    """Features in deviations: from the quartiles, because an odd branch widens the deviation that it is measured in."""
    import numpy as np

    if not features:
        return {}
    table = np.array(list(features.values()), float)
    low, high = np.quantile(table, [0.25, 0.75], axis=0)
    deviation = np.where(high > low, (high - low) / _QUARTILES, table.std(axis=0))
    if len(floors):
        deviation = np.maximum(deviation, floors)
    scaled = table / np.where(deviation > 0, deviation, np.inf)
    return dict(zip(features, scaled.tolist(), strict=True))


def _distance(a: Sequence[float], b: Sequence[float]) -> float:
    return math.sqrt(sum(min(abs(x - y), _TAIL) ** 2 for x, y in zip(a, b, strict=True)) / len(a))
