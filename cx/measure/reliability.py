"""Do the items of a scale measure the same: Cronbach's alpha, from sums alone, so that the database may add them up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cx.measure.statistics import CONFIDENCE


@dataclass(frozen=True)
class Item:
    """One item: alpha of the others without it (None with two items), and its correlation with their sum (None where
    one of them does not vary)."""

    dropped: float | None
    rest: float | None


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha of ``n`` complete answers: of the scores as they are, its interval (Feldt 1965), of
    standardised scores (None where an item does not vary), and the mean correlation between items."""

    n: int
    raw: float
    low: float
    high: float
    standardised: float | None
    correlation: float | None
    items: tuple[Item, ...]


def covariances(n: int, totals: Sequence[float], products: Sequence[Sequence[float]]) -> list[list[float]]:
    """Covariances from sums of the scores and of their products, two by two (n - 1 degrees)."""
    size = range(len(totals))
    return [[(products[i][j] - totals[i] * totals[j] / n) / (n - 1) for j in size] for i in size]


def alpha(covariance: Sequence[Sequence[float]], n: int, confidence: float = CONFIDENCE) -> Alpha | None:
    """Cronbach's alpha (1951) of two items or more. None where they do not vary."""
    k = len(covariance)
    raw = _alpha(covariance, range(k)) if k > 1 and n > 1 else None
    if raw is None:
        return None
    correlation = _mean_correlation(covariance)
    standardised = None if correlation is None else k * correlation / (1 + (k - 1) * correlation)
    items = tuple(_item(covariance, place) for place in range(k))
    return Alpha(n, raw, *_feldt(raw, n, k, confidence), standardised, correlation, items)


def _alpha(covariance: Sequence[Sequence[float]], places: Sequence[int]) -> float | None:
    total = sum(covariance[i][j] for i in places for j in places)
    own = sum(covariance[i][i] for i in places)
    return len(places) / (len(places) - 1) * (1 - own / total) if total > 1e-12 else None


def _item(covariance: Sequence[Sequence[float]], place: int) -> Item:
    others = [i for i in range(len(covariance)) if i != place]
    between = sum(covariance[place][i] for i in others)
    spread = covariance[place][place] * sum(covariance[i][j] for i in others for j in others)
    dropped = _alpha(covariance, others) if len(others) > 1 else None
    return Item(dropped, between / math.sqrt(spread) if spread > 1e-12 else None)


def _mean_correlation(covariance: Sequence[Sequence[float]]) -> float | None:
    k = len(covariance)
    if min(covariance[i][i] for i in range(k)) <= 0:
        return None
    pairs = [(i, j) for i in range(k) for j in range(i)]
    return sum(covariance[i][j] / math.sqrt(covariance[i][i] * covariance[j][j]) for i, j in pairs) / len(pairs)


def _feldt(raw: float, n: int, k: int, confidence: float) -> tuple[float, float]:
    from scipy.special import fdtri  # scipy.stats has it too, and takes seconds to import

    degrees, tail = (n - 1, (n - 1) * (k - 1)), (1 - confidence) / 2
    low, high = (float(1 - (1 - raw) * fdtri(*degrees, p)) for p in (1 - tail, tail))
    return low, high
