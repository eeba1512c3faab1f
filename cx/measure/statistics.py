"""Intervals and tests. Counts in, floats out; every function says where its formula comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from statistics import NormalDist
from typing import Literal

CONFIDENCE = 0.95
State = Literal["ok", "small", "hidden", "empty"]


@dataclass(frozen=True)
class Estimate:
    """A number with its uncertainty. ``value``, ``low``, ``high`` and ``se`` share one unit; ``n`` is the base.

    ``state``: ``ok``; ``small`` (shown, marked); ``hidden`` (below the minimum base: no value, no base, no counts);
    ``empty``. ``degrees`` are those of a mean's Student t. ``counts`` are the integer sums behind the value.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    se: float | None = None
    state: State = "ok"
    counts: Mapping[str, int] = field(default_factory=dict, hash=False)
    degrees: float | None = None

    @property
    def plus_minus(self) -> float | None:
        """How far the interval reaches from the value, on its longer side: 100 (84 to 100) is 100 ± 16, not ± 8."""
        if self.value is None or self.low is None or self.high is None:
            return None
        return max(self.high - self.value, self.value - self.low)

    @property
    def base(self) -> int:
        """Respondents behind the value; where not counted apart, answers."""
        return self.counts.get("respondents", self.n)

    def guarded(self, minimum_base: int, small_base: int, respondents: int | None = None) -> Estimate:
        """This estimate with the rules on small bases applied, by ``respondents`` where one gave several answers."""
        base = self.n if respondents is None else respondents
        if base == 0:
            return EMPTY
        if base < minimum_base:
            return HIDDEN
        return replace(self, state="small") if base < small_base else self


EMPTY = Estimate(None, None, None, 0, state="empty")
HIDDEN = Estimate(None, None, None, 0, state="hidden")


@dataclass(frozen=True)
class Change:
    """``after - before`` with interval and two-sided p; ``verdict``: up, down, noise or too_few."""

    diff: float | None
    low: float | None
    high: float | None
    p: float | None
    verdict: Literal["up", "down", "noise", "too_few"]


@lru_cache(maxsize=16)
def z_value(confidence: float = CONFIDENCE) -> float:
    """Two-sided standard normal quantile."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


@lru_cache(maxsize=16_384)  # a table of means asks for the same bases over and over
def t_value(degrees: float, confidence: float = CONFIDENCE) -> float:
    """Two-sided Student t quantile by Newton steps on the exact CDF (regularised incomplete beta)."""
    if degrees <= 0:
        return math.inf
    if degrees > 1e6:
        return z_value(confidence)
    target, t = 0.5 + confidence / 2, z_value(confidence)
    for _ in range(60):
        density = math.exp(
            math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2) - (degrees + 1) / 2 * math.log1p(t * t / degrees)
        ) / math.sqrt(degrees * math.pi)
        step = (t_cdf(t, degrees) - target) / density
        t -= max(-1.0 - t, min(step, 0.9 * t)) if step > 0 else step
        if abs(step) < 1e-12 * max(1.0, t):
            break
    return t


def t_cdf(t: float, degrees: float) -> float:
    """Student t cumulative distribution."""
    tail = 0.5 * t_tails(t, degrees)
    return 1 - tail if t > 0 else tail


def t_tails(t: float, degrees: float) -> float:
    """Two-sided p of Student's t."""
    return incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t))


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularised incomplete beta I_x(a, b) by Lentz's continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    tiny, c, d = 1e-300, 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    result = d
    for m in range(1, 500):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + numerator * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + numerator / c
            c = c if abs(c) > tiny else tiny
            result *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * result


def nps_variance(promoters: float, detractors: float, n: float) -> float:
    """Population variance of one answer scored +1/0/-1: ``p + d - (p - d)^2``."""
    p, d = promoters / n, detractors / n
    return max(p + d - (p - d) ** 2, 0.0)


def nps(promoters: int, passives: int, detractors: int, confidence: float = CONFIDENCE) -> Estimate:
    """Net Promoter Score in points (-100..100).

    Interval: adjusted Wald (Rocks 2016: +3/4 promoter, +3/2 passive, +3/4 detractor), which, unlike plain Wald, holds
    for small or one-sided bases; both agree for large ones. ``se`` is the plain Wald error, for tests of change.
    """
    n = promoters + passives + detractors
    if n == 0:
        return Estimate(None, None, None, 0, state="empty")
    low, high = nps_adjusted_wald(promoters, passives, detractors, confidence)
    se = 100 * math.sqrt(nps_variance(promoters, detractors, n) / n)
    counts = {"promoters": promoters, "passives": passives, "detractors": detractors}
    return Estimate(100 * (promoters - detractors) / n, low, high, n, se, counts=counts)


def nps_adjusted_wald(
    promoters: int, passives: int, detractors: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Adjusted-Wald interval of the NPS in points, clipped to -100..100 (Rocks 2016)."""
    p, d, n = promoters + 0.75, detractors + 0.75, promoters + passives + detractors + 3
    centre, se = 100 * (p - d) / n, 100 * math.sqrt(nps_variance(p, d, n) / n)
    z = z_value(confidence)
    return max(-100.0, centre - z * se), min(100.0, centre + z * se)


def share(k: int, n: int, confidence: float = CONFIDENCE) -> Estimate:
    """A proportion (0..1) with Wilson's score interval (Wilson 1927)."""
    if n == 0:
        return Estimate(None, None, None, 0, state="empty")
    p, z = k / n, z_value(confidence)
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (0.0 if k == 0 else centre - reach), (1.0 if k == n else centre + reach)
    return Estimate(p, low, high, n, math.sqrt(p * (1 - p) / n), counts={"k": k})


def mean(total: float, squares: float, n: int, confidence: float = CONFIDENCE) -> Estimate:
    """A mean from its sum and sum of squares, with Student's t interval (n - 1 degrees; none for n = 1)."""
    if n == 0:
        return Estimate(None, None, None, 0, state="empty")
    value = total / n
    if n == 1:
        return Estimate(value, None, None, 1)
    se = math.sqrt(_deviations(total, squares, n) / (n - 1) / n)
    reach = t_value(n - 1, confidence) * se
    return Estimate(value, value - reach, value + reach, n, se, degrees=n - 1)


def _deviations(total: float, squares: float, n: int) -> float:
    """Squared deviations from the mean, added up: exact for whole numbers; what rounding leaves of equal floats: 0."""
    found = (n * squares - total * total) / n
    return found if found > (1e-14 * squares if isinstance(squares, float) else 0) else 0.0


def change(before: Estimate, after: Estimate, confidence: float = CONFIDENCE) -> Change:
    """Test of ``after - before``: Welch's t for means, else two-sample Wald with unpooled errors (R's NPS::nps.test).

    A small or one-sided base enters with the longer arm of its adjusted interval: there Wald's is too small or zero.
    """
    shown = all(e.value is not None and e.se is not None and e.state in ("ok", "small") for e in (before, after))
    if not shown:
        return Change(None, None, None, None, "too_few")
    assert after.value is not None and before.value is not None
    errors = (_error(before), _error(after))
    diff, se = after.value - before.value, math.hypot(*errors)
    if se == 0:
        return Change(diff, None, None, None, "too_few")
    if before.degrees and after.degrees:
        degrees = se**4 / (errors[0] ** 4 / before.degrees + errors[1] ** 4 / after.degrees)
        reach, p = t_value(degrees, confidence) * se, t_tails(diff / se, degrees)
    else:
        reach, p = z_value(confidence) * se, math.erfc(abs(diff) / se / math.sqrt(2))
    verdict: Literal["up", "down", "noise"] = "noise" if p >= 1 - confidence else "up" if diff > 0 else "down"
    return Change(diff, diff - reach, diff + reach, p, verdict)


def _error(estimate: Estimate) -> float:
    value, low, high = estimate.value, estimate.low, estimate.high
    assert estimate.se is not None and value is not None
    sound = estimate.degrees is not None or (estimate.state == "ok" and estimate.se > 0)
    if sound or low is None or high is None:
        return estimate.se
    return max(estimate.se, max(value - low, high - value) / z_value())


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """p values adjusted to hold the false discovery rate, in the order given (Benjamini and Hochberg 1995)."""
    count = len(p_values)
    adjusted, least = [1.0] * count, 1.0
    for rank, index in reversed(list(enumerate(sorted(range(count), key=lambda i: p_values[i]), start=1))):
        least = min(least, p_values[index] * count / rank)
        adjusted[index] = least
    return adjusted
