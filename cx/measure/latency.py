"""Latencies as counts in fixed logarithmic buckets, so that batches, days and branches add up to an honest quantile.

Averages of percentiles are no percentiles; counts by bucket can be added. Each bucket is 2% wide, so that a quantile
read from the counts is within ``ERROR`` (1%) of the one of the raw values (nearest rank), however they were added.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

ERROR = 0.01
LEAST = 0.001  # milliseconds; whatever is quicker counts as nothing
_RATIO = (1 + ERROR) / (1 - ERROR)
_STEP = math.log(_RATIO)

Counts = Mapping[int, int]


def bucket(milliseconds: float) -> int:
    """The bucket of a latency: 0 up to ``LEAST``, then bucket b holds LEAST·r^(b−1) < x ≤ LEAST·r^b."""
    return 0 if milliseconds <= LEAST else max(1, math.ceil(math.log(milliseconds / LEAST) / _STEP))


def value(place: int) -> float:
    """The latency in milliseconds that stands for a bucket: at most ``ERROR`` from anything in it."""
    return 0.0 if place <= 0 else LEAST * 2 * _RATIO**place / (_RATIO + 1)


def added(parts: Iterable[Counts]) -> dict[int, int]:
    """Counts of several parts together."""
    total: dict[int, int] = {}
    for part in parts:
        for place, n in part.items():
            total[place] = total.get(place, 0) + n
    return total


def quantile(counts: Counts, share: float) -> float | None:
    """The smallest latency that at least ``share`` of all do not exceed, in milliseconds; None of nothing."""
    rank = max(1, math.ceil(share * sum(counts.values())))
    seen = 0
    for place in sorted(counts):
        seen += counts[place]
        if seen >= rank:
            return value(place)
    return None
