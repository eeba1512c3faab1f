"""Where a proven improvement goes next: places ordered by pain × volume × value ÷ effort, put into waves. All pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

HIGHEST = 10.0
"""A part of a score counts at most ten times its average over all places: one odd figure must not decide alone."""


Most = tuple[float, float, float]


@dataclass(frozen=True)
class Weights:
    """How much each part counts, as powers: 0 leaves it out, 1 takes it as it is, 2 doubles its pull."""

    pain: float = 1.0
    volume: float = 1.0
    value: float = 1.0
    effort: float = 1.0


@dataclass(frozen=True)
class Place:
    """One improvement in one branch. ``pain``: how far the branch is from the target, in deviations between branches
    (0: it is there). ``volume``: its customers as a multiple of the average branch's. ``value``: the effect that is
    sure, in the same deviations. ``effort``: 1 to 5."""

    win: str
    branch: str
    pain: float
    volume: float
    value: float
    effort: float

    def score(self, weights: Weights, most: Most) -> float:
        """pain × volume × value ÷ effort, each at most ``most`` and to the power of its weight."""
        powers = weights.pain, weights.volume, weights.value
        product = 1.0
        for part, limit, weight in zip((self.pain, self.volume, self.value), most, powers, strict=True):
            product *= min(limit, max(0.0, part)) ** weight
        return product / max(1.0, self.effort) ** weights.effort


@dataclass(frozen=True)
class Slot:
    """A place with its score, its ``wave`` (from 1) and days, both included."""

    place: Place
    score: float
    wave: int
    start: dt.date
    end: dt.date


def most(places: Sequence[Place]) -> Most:
    """What pain, volume and value of a place count at most."""
    share = HIGHEST / max(1, len(places))
    pain, volume, value = (sum(max(0.0, getattr(p, part)) for p in places) for part in ("pain", "volume", "value"))
    return share * pain, share * volume, share * value


def order(places: Sequence[Place], weights: Weights) -> tuple[Place, ...]:
    """The highest score first; where nothing tells them apart, the greater pain, then the names."""
    limits = most(places)
    return tuple(sorted(places, key=lambda p: (-p.score(weights, limits), -p.pain, p.branch, p.win)))


def waves(
    places: Sequence[Place], weights: Weights, limit: int, first: dt.date, weeks: int
) -> tuple[Slot, ...]:  # fmt: skip
    """Each place in its order into the first wave with room: at most ``limit`` places a wave, and never two for the
    same branch, which would have to change twice at once and could not tell what worked.

    Raises ``ValueError`` where ``limit`` or ``weeks`` is below 1.
    """
    if limit < 1 or weeks < 1:
        raise ValueError("a wave has at least one place and one week")
    filled: list[set[str]] = []
    found, limits = [], most(places)
    for place in order(places, weights):
        at = next(
            (n for n, taken in enumerate(filled) if len(taken) < limit and place.branch not in taken), len(filled)
        )
        if at == len(filled):
            filled.append(set())
        filled[at].add(place.branch)
        start = first + dt.timedelta(weeks=at * weeks)
        end = start + dt.timedelta(weeks=weeks) - dt.timedelta(days=1)
        found.append(Slot(place, place.score(weights, limits), at + 1, start, end))
    return tuple(sorted(found, key=lambda slot: (slot.wave, -slot.score, slot.place.branch, slot.place.win)))


def coverage(covered: Iterable[str], volumes: Mapping[str, float]) -> tuple[float, float]:
    """Share of branches, and share of customers by ``volumes`` of all branches, that are covered."""
    have = set(covered) & set(volumes)
    total = sum(volumes.values())
    customers = sum(volumes[branch] for branch in have) / total if total else 0.0
    return (len(have) / len(volumes) if volumes else 0.0), customers
