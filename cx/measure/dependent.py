"""Whether one thing goes with an outcome more closely than another does, where all three are of the same people."""

from __future__ import annotations

import math

from cx.measure.statistics import t_tails


def williams(first: float, second: float, between: float, n: int) -> float | None:
    """Two-sided p for two correlations with the same outcome being equal; ``between`` is that of the two with each
    other, ``n`` the people (Williams 1959, as Steiger 1980 recommends). None below four people or where the two are
    one and the same."""
    if n < 4 or between >= 1 - 1e-12:
        return None
    determinant = 1 - first**2 - second**2 - between**2 + 2 * first * second * between
    middle = (first + second) / 2
    spread = 2 * (n - 1) / (n - 3) * max(determinant, 0.0) + middle**2 * (1 - between) ** 3
    if spread <= 0:
        return None
    t = (first - second) * math.sqrt((n - 1) * (1 + between) / spread)
    return t_tails(t, n - 3)
