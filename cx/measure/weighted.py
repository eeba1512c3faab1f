"""Weighted figures from cells: integer sums of each cell of people, one weight for all people of a cell.

Intervals are those of the unweighted figures at the effective number of answers, ``(Σw)² / Σw²`` (Kish 1965): weighting
can only make a figure less certain than its base promises. Where people gave several answers each, that number is also
divided by how much larger the variance is by people than by answers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cx.measure.statistics import (
    CONFIDENCE,
    EMPTY,
    Change,
    Estimate,
    nps_adjusted_wald,
    nps_variance,
    share,
    t_value,
    z_value,
)


@dataclass(frozen=True)
class Cell:
    """Answers of one weight: how many, the sum of their scores and of the squares of those; and over people, where one
    may have several answers, the squares and products of their numbers and totals (``nn``, ``tt``, ``nt``)."""

    n: int
    total: float
    squares: float
    weight: float
    people: tuple[float, float, float] | None = None

    @property
    def moments(self) -> tuple[float, float, float]:
        """``nn``, ``tt``, ``nt``; where people are not told apart every answer is somebody's only one."""
        return self.people or (self.n, self.squares, self.total)


def nps(cells: Sequence[Cell]) -> Estimate:
    """Weighted NPS in points; scores are +1, 0 and -1. Adjusted Wald at the effective number of answers."""
    if not cells:
        return EMPTY
    effective, value = _effective(cells), _mean(cells)
    active = sum(c.weight * c.squares for c in cells) / sum(c.weight * c.n for c in cells)
    promoters, detractors = (max(0.0, (active + sign * value) / 2) * effective for sign in (1, -1))
    low, high = nps_adjusted_wald(promoters, effective - promoters - detractors, detractors)  # type: ignore[arg-type]
    se = 100 * math.sqrt(nps_variance(promoters, detractors, effective) / effective)
    return Estimate(100 * value, low, high, _count(cells), se)


def proportion(cells: Sequence[Cell]) -> Estimate:
    """Weighted share; scores are 1 and 0. Wilson's interval at the effective number of answers."""
    if not cells:
        return EMPTY
    effective = _effective(cells)
    found = share(_mean(cells) * effective, effective)  # type: ignore[arg-type]  # Wilson's formula needs no whole n
    return Estimate(found.value, found.low, found.high, _count(cells), found.se)


def mean(cells: Sequence[Cell]) -> Estimate:
    """Weighted mean. Student's t interval at the effective number of answers."""
    if not cells:
        return EMPTY
    effective, value = _effective(cells), _mean(cells)
    if effective <= 1:
        return Estimate(value, None, None, _count(cells))
    spread = sum(c.weight * c.squares for c in cells) / sum(c.weight * c.n for c in cells) - value**2
    se = math.sqrt(max(spread, 0.0) / (effective - 1))
    reach = t_value(effective - 1) * se
    return Estimate(value, value - reach, value + reach, _count(cells), se, degrees=effective - 1)


def moved(cells: Sequence[Cell], unit: float = 1.0) -> Change:
    """Weighted minus unweighted mean of the same answers, times ``unit``, tested (Taylor linearisation, weights as
    given): both figures come from the same people, so that their intervals may overlap and the move still be real."""
    n = _count(cells)
    if n < 2:
        return Change(None, None, None, None, "too_few")
    scale = n / sum(c.weight * c.n for c in cells)
    weighted, plain = _mean(cells), sum(c.total for c in cells) / n
    squares = 0.0
    for cell in cells:
        w = cell.weight * scale
        k = w * weighted - plain
        nn, tt, nt = cell.moments
        squares += (w - 1) ** 2 * tt - 2 * (w - 1) * k * nt + nn * k * k
    diff, se = unit * (weighted - plain), unit * math.sqrt(max(squares, 0.0)) / n
    if se < 1e-12:
        return Change(diff, diff, diff, None, "noise")
    reach, p = z_value() * se, math.erfc(abs(diff) / se / math.sqrt(2))
    return Change(diff, diff - reach, diff + reach, p, "noise" if p >= 1 - CONFIDENCE else "up" if diff > 0 else "down")


def _count(cells: Sequence[Cell]) -> int:
    return sum(cell.n for cell in cells)


def _mean(cells: Sequence[Cell]) -> float:
    return sum(c.weight * c.total for c in cells) / sum(c.weight * c.n for c in cells)


def _effective(cells: Sequence[Cell]) -> float:
    """Answers that know nothing of each other and say as much: by the weights, and by how alike people's own are."""
    return sum(c.weight * c.n for c in cells) ** 2 / sum(c.weight**2 * c.n for c in cells) / _alike(cells)


def _alike(cells: Sequence[Cell]) -> float:
    """How many times larger the variance is by people than by answers; 1 where everybody gave one."""
    if all(c.people is None for c in cells):
        return 1.0
    m, by_people, by_answers = _mean(cells), 0.0, 0.0
    for cell in cells:
        nn, tt, nt = cell.moments
        by_people += cell.weight**2 * (tt - 2 * m * nt + m * m * nn)
        by_answers += cell.weight**2 * (cell.squares - 2 * m * cell.total + m * m * cell.n)
    return max(by_people / by_answers, 1.0) if by_answers > 0 else 1.0
