"""How often a chart alarms although nothing has changed, with limits that were themselves estimated from few values.

Textbooks count 3 in 1,000 for 3 sigmas; with limits from twelve values it is 19 in 1,000. All rates are per point of a
chart whose points are independent and normal; ``docs/signals.md`` says what else can happen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from cx.measure.process import WIDTH, Chart, Rule, chi_mean
from cx.measure.statistics import incomplete_beta, t_tails, z_value

PER_YEAR = {"day": 365.25, "week": 52.18, "month": 12.0, "quarter": 4.0}
# New alarms a point of all three rules together (3 sigmas, run of 8, EWMA), by size of the phase: 24 points after it,
# 100,000 seeded series each; tests/measure/test_process.py draws them anew. Sigma from moving ranges, and sigma known.
_ALL_ESTIMATED = {8: 0.0392, 10: 0.0336, 12: 0.0297, 16: 0.0242, 24: 0.0187, 40: 0.0140, 60: 0.0118, 100: 0.0104,
                  400: 0.0084}  # fmt: skip
_ALL_KNOWN = {8: 0.0198, 10: 0.0175, 12: 0.0157, 16: 0.0138, 24: 0.0117, 40: 0.0101, 60: 0.0093, 100: 0.0089,
              400: 0.0081}  # fmt: skip
_ENDLESS = 1e6


def rate(chart: Chart, rules: Sequence[Rule], width: float = WIDTH, extra: float = 0.0) -> float:
    """Expected new alarms a point after the phase. ``extra`` is what else is uncertain about the expected value, in
    sigmas squared (the weekday's median).

    ``limit`` alone: P(|T| > t), exact but for the chi that stands for the moving range; a plain p-chart's is that of
    the binomial. With run and EWMA: from the table, of 3 sigmas.
    """
    if tuple(rules) == ("limit",) or chart.alike:
        return _binomial(chart, width) if chart.kind == "p" else _tail(chart, width, extra)
    more = _tail(chart, WIDTH, extra) - _tail(chart, WIDTH, 0.0)
    return _between(_ALL_KNOWN if chart.degrees is None else _ALL_ESTIMATED, chart.size) + more


def width_for(chart: Chart, alarms: float, extra: float = 0.0) -> float:
    """How many sigmas wide limits must be for so many false alarms a point (0..1), by the rule ``limit`` alone."""
    if not 0 < alarms < 1:
        return _ENDLESS if alarms <= 0 else 0.0
    if chart.degrees is None:
        return z_value(1 - alarms) * _reach(chart, extra)
    return _quantile(round(chart.degrees, 6), alarms) * chi_mean(chart.degrees) * _reach(chart, extra)


@lru_cache(maxsize=4096)
def _quantile(degrees: float, alarms: float) -> float:
    """Two-sided quantile of Student's t for any tail: bisection, where Newton's steps would not come home."""
    low, high = 0.0, 2.0
    while t_tails(high, degrees) > alarms:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if t_tails(middle, degrees) > alarms else (low, middle)
    return high


def _tail(chart: Chart, width: float, extra: float) -> float:
    t = width / _reach(chart, extra)
    if chart.degrees is None:
        return math.erfc(t / math.sqrt(2))
    return t_tails(t / chi_mean(chart.degrees), chart.degrees)


def _reach(chart: Chart, extra: float) -> float:
    """Spread of a new point around the estimated centre, in sigmas."""
    alike = (1 + chart.likeness) / (1 - chart.likeness) if chart.alike else 1.0
    return math.sqrt(1 + alike / chart.size + extra)


def _binomial(chart: Chart, width: float) -> float:
    """Chance that a share's count lies beyond its limits, averaged over the points and over where the true share may
    lie."""
    p, points = chart.centre, [s for s in chart.sigmas if 0 < s < math.inf]
    if not points or not 0 < p < 1:
        return 0.0
    bases = sorted(p * (1 - p) / s**2 for s in points)
    error = math.sqrt(p * (1 - p) / math.fsum(bases[: chart.size] or bases))
    typical = [max(1, round(bases[int(q * (len(bases) - 1))])) for q in (1 / 6, 1 / 2, 5 / 6)]
    found = 0.0
    for shift, weight in _NODES:
        guess = min(1 - 1e-12, max(1e-12, p + error * shift))
        found += weight * _mean([_beyond(p, n, guess, width) for n in typical])
    return found


# Gauss and Hermite's five nodes of a standard normal, with their weights.
_NODES = ((0.0, 0.53333333), (1.3556262, 0.22207592), (-1.3556262, 0.22207592), (2.8569700, 0.01125741),
          (-2.8569700, 0.01125741))  # fmt: skip


def _beyond(p: float, n: int, true: float, width: float) -> float:
    reach = width * math.sqrt(p * (1 - p) * n)
    above, below = math.floor(n * p + reach) + 1, math.ceil(n * p - reach) - 1
    high = incomplete_beta(above, n - above + 1, true) if above <= n else 0.0
    low = 1 - incomplete_beta(below + 1, n - below, true) if below >= 0 else 0.0
    return high + low


def _between(table: dict[int, float], size: int) -> float:
    """The table read between its sizes, evenly in 1 / size."""
    sizes = sorted(table)
    if size <= sizes[0]:
        return table[sizes[0]]
    if size >= sizes[-1]:
        return table[sizes[-1]]
    right = next(at for at, known in enumerate(sizes) if known >= size)
    a, b = sizes[right - 1], sizes[right]
    share = (1 / a - 1 / size) / (1 / a - 1 / b)
    return table[a] + share * (table[b] - table[a])


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
