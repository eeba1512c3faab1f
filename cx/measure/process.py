"""Control charts: is a figure still what it usually is? Individuals (XmR), shares (p, Laney's p'), means with a base,
EWMA, and the run rules. Pure; sources stand with the formulas.

Every chart is told in the same way: a centre and for each point its own sigma, so that the rules read ``z``, the
distance from the centre in sigmas.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from cx.measure.statistics import z_value

WIDTH, WEIGHT, RUN = 3.0, 0.2, 8
LEAST = 8
"""Fewest values that limits are computed from."""
D2, D4 = 1.128, 3.267
"""Mean range of two draws in sigmas, and the upper limit of the moving range in mean ranges (as in R's qcc)."""
_FAR = 99.0  # sigmas: any change of a figure that never varied in its phase
Kind = Literal["xmr", "p", "laney", "mean"]
Rule = Literal["limit", "run", "ewma"]
RULES: tuple[Rule, ...] = ("limit", "run", "ewma")


class TooFew(Exception):
    """There are too few values for limits: ``have`` of ``need``; with neighbours alike, ``have`` counts fewer."""

    def __init__(self, have: int, need: int, alike: bool = False) -> None:
        super().__init__(f"{have} of {need}")
        self.have, self.need, self.alike = have, need, alike


@dataclass(frozen=True)
class Chart:
    """Values with centre and sigmas. ``low_end`` and ``high_end`` are what the figure can be at all: limits stop there.

    ``phase`` says from which points the limits come. ``degrees`` of freedom are behind sigma (None: sigma is known from
    the bases). ``likeness`` is the lag-1 autocorrelation within the phase; with ``alike`` it is beyond chance and sigma
    was widened for it. ``mr_bar`` is the mean moving range of an individuals chart, ``dispersion`` Laney's sigma of z.
    """

    kind: Kind
    values: tuple[float, ...]
    centre: float
    sigmas: tuple[float, ...]
    phase: tuple[bool, ...]
    degrees: float | None
    mr_bar: float | None = None
    dispersion: float = 1.0
    likeness: float = 0.0
    alike: bool = False
    low_end: float = -math.inf
    high_end: float = math.inf

    @property
    def size(self) -> int:
        """How many values the limits come from."""
        return sum(self.phase)

    @property
    def z(self) -> tuple[float, ...]:
        """Distances from the centre, in sigmas; 0 where nothing ever varies and the value is the centre."""
        return tuple(_scaled(v - self.centre, s) for v, s in zip(self.values, self.sigmas, strict=True))

    def limits(self, width: float = WIDTH) -> tuple[tuple[float, float], ...]:
        """Lower and upper limit of each point, ``width`` sigmas from the centre."""
        return tuple(
            (max(self.low_end, self.centre - width * s), min(self.high_end, self.centre + width * s))
            for s in self.sigmas
        )

    @property
    def ranges(self) -> tuple[float, ...]:
        """Moving ranges: distances between neighbours (the MR chart; its upper limit is ``D4 * mr_bar``)."""
        return tuple(abs(b - a) for a, b in zip(self.values, self.values[1:], strict=False))


@dataclass(frozen=True)
class Signal:
    """One point that breaks rules: its place, which rules, the side, and how many sigmas it lies from the centre."""

    at: int
    rules: tuple[Rule, ...]
    side: Literal["high", "low"]
    z: float


def xmr(values: Sequence[float], phase: Sequence[bool] | None = None) -> Chart:
    """Individuals chart: centre = mean, sigma = mean moving range of neighbours in the phase / 1.128.

    Raises :class:`TooFew` for a phase of fewer than two values.
    """
    within = _phase(values, phase)
    of_phase = [v for v, inside in zip(values, within, strict=True) if inside]
    if len(of_phase) < 2:
        raise TooFew(len(of_phase), LEAST)
    mr_bar = _mean([abs(b - a) for a, b in zip(of_phase, of_phase[1:], strict=False)])
    sigmas = (mr_bar / D2,) * len(values)
    return Chart(
        "xmr", tuple(values), _mean(of_phase), sigmas, within, mr_degrees(len(of_phase)), mr_bar,
        likeness=likeness(of_phase),
    )  # fmt: skip


def pchart(
    counts: Sequence[float], sizes: Sequence[float], phase: Sequence[bool] | None = None, laney: bool | None = False
) -> Chart:
    """Chart of shares 0..1 with varying bases: sigma = sqrt(p(1 - p) / n), limits stop at 0 and 1.

    ``laney`` True: p' (Laney 2002), sigma times the mean moving range of z / 1.128; None: where the phase spreads more
    than chance allows (chi-square of dispersion, 5%). Raises :class:`TooFew`.
    """
    within = _phase(counts, phase)
    inside = [(k, n) for k, n, here in zip(counts, sizes, within, strict=True) if here]
    if len(inside) < 2 or not sum(n for _, n in inside):
        raise TooFew(len(inside), LEAST)
    p = sum(k for k, _ in inside) / sum(n for _, n in inside)
    sigmas = tuple(math.sqrt(p * (1 - p) / n) if n else math.inf for n in sizes)
    shares = tuple(k / n if n else p for k, n in zip(counts, sizes, strict=True))
    plain = Chart("p", shares, p, sigmas, within, None, low_end=0.0, high_end=1.0)
    return _spread(plain, "laney", laney)


def meanchart(
    values: Sequence[float], sizes: Sequence[float], deviation: float, phase: Sequence[bool] | None = None,
    laney: bool | None = None,
) -> Chart:  # fmt: skip
    """Chart of means (or NPS) with bases: centre weighted by bases, sigma = deviation of one answer / sqrt(n).

    ``deviation`` is taken as known: it rests on all answers of the phase. ``laney`` as in :func:`pchart`.
    """
    within = _phase(values, phase)
    inside = [(v, n) for v, n, here in zip(values, sizes, within, strict=True) if here]
    if len(inside) < 2:
        raise TooFew(len(inside), LEAST)
    centre = sum(v * n for v, n in inside) / sum(n for _, n in inside)
    sigmas = tuple(deviation / math.sqrt(n) if n else math.inf for n in sizes)
    return _spread(Chart("mean", tuple(values), centre, sigmas, within, None), "mean", laney)


def _spread(plain: Chart, kind: Kind, laney: bool | None) -> Chart:
    zs = _inside(plain.z, plain.phase)
    plain = replace(plain, likeness=likeness(zs))
    if laney is False or (laney is None and not _overdispersed(zs)):
        return plain
    found = _mean([abs(b - a) for a, b in zip(zs, zs[1:], strict=False)]) / D2
    wider = tuple(s * found for s in plain.sigmas)
    return replace(plain, kind=kind, sigmas=wider, dispersion=found, degrees=mr_degrees(len(zs)))


def _overdispersed(zs: Sequence[float]) -> bool:
    """Whether the spread of z is beyond chance: chi-square with m - 1 degrees, by Wilson and Hilferty's cube root."""
    degrees = len(zs) - 1
    cube = (sum(z * z for z in zs) / degrees) ** (1 / 3)
    return (cube - (1 - 2 / (9 * degrees))) / math.sqrt(2 / (9 * degrees)) > z_value(0.90)


def fair(chart: Chart) -> Chart:
    """The chart with sigma widened where neighbours are alike: moving ranges are then too short.

    Sigma becomes the standard deviation of the phase, corrected for what an AR(1) series of that length hides of it.
    Raises :class:`TooFew` where the phase holds fewer than four independent values.
    """
    m, r = chart.size, chart.likeness
    if m < LEAST:
        raise TooFew(m, LEAST)
    if r <= z_value(0.90) / math.sqrt(m) - 1 / m:
        return chart
    rho = min(0.95, max(r, (r * m + 1) / (m - 4)))  # the estimate is low by (1 + 4 rho) / m (Marriott and Pope 1954)
    factor = (1 + rho) / (1 - rho)
    if m / factor < 4:
        raise TooFew(int(m / factor), 4, alike=True)
    zs = _inside(chart.z, chart.phase)
    middle = _mean(zs)
    deviation = math.sqrt(sum((z - middle) ** 2 for z in zs) / (m - factor))
    wider = tuple(s * max(1.0, deviation) for s in chart.sigmas)
    return replace(chart, sigmas=wider, degrees=m / factor - 1, alike=True, likeness=rho)


def ewma(
    z: Sequence[float], weight: float = WEIGHT, width: float = WIDTH, start: float = 0.0
) -> tuple[tuple[float, float], ...]:
    """Exponentially weighted mean at each point, and its limit: width·sqrt(w/(2-w)·(1-(1-w)^2t)), widening with t.

    In sigmas around ``start``: multiply by sigma and add the centre for the figure's own unit (Montgomery, ch. 9).
    """
    found, now = [], start
    for t, value in enumerate(z, 1):
        now = weight * value + (1 - weight) * now
        found.append((now, width * math.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * t)))))
    return tuple(found)


def signals(chart: Chart, rules: Sequence[Rule] = RULES, width: float = WIDTH) -> tuple[Signal, ...]:
    """Points that break one of the rules, in order.

    ``limit``: beyond ``width`` sigmas. ``run``: the eighth and later of a run on one side of the centre (Western
    Electric 4). ``ewma``: weighted mean with weight 0.2 beyond its own 3 sigmas. The last two are not asked where
    neighbours are alike: such series wander by nature.
    """
    z, found = chart.z, []
    asked = [rule for rule in rules if rule == "limit" or not chart.alike]
    smooth, up, down = ewma(z), 0, 0
    for at, value in enumerate(z):
        up, down = (up + 1 if value > 0 else 0), (down + 1 if value < 0 else 0)
        mean, reach = smooth[at]
        broken: dict[Rule, float] = {}
        if abs(value) > width:
            broken["limit"] = value
        if max(up, down) >= RUN:
            broken["run"] = value
        if abs(mean) > reach:
            broken["ewma"] = mean
        kept = [rule for rule in asked if rule in broken]
        if kept:
            found.append(Signal(at, tuple(kept), "high" if broken[kept[0]] > 0 else "low", value))
    return tuple(found)


def likeness(values: Sequence[float]) -> float:
    """Lag-1 autocorrelation; 0 where nothing varies."""
    middle = _mean(values)
    whole = sum((v - middle) ** 2 for v in values)
    if whole == 0:
        return 0.0
    return sum((a - middle) * (b - middle) for a, b in zip(values, values[1:], strict=False)) / whole


@cache
def mr_degrees(m: int) -> float:
    """Degrees of freedom of sigma from the mean moving range of ``m`` normal values.

    Those of the chi with the same coefficient of variation: Var = ((0.8264 m - 1.082) / (m - 1)^2) sigma^2 (Cryer and
    Ryan 1990).
    """
    wanted = (0.8264 * m - 1.082) / (m - 1) ** 2
    low, high = 0.1, 1e5
    for _ in range(80):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if 1 / chi_mean(middle) ** 2 - 1 > wanted else (low, middle)
    return low


def chi_mean(degrees: float) -> float:
    """Mean of chi / sqrt(degrees): c4 of quality control."""
    return math.exp(math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)) * math.sqrt(2 / degrees)


def _phase(values: Sequence[float], phase: Sequence[bool] | None) -> tuple[bool, ...]:
    return (True,) * len(values) if phase is None else tuple(phase)


def _inside(values: Sequence[float], phase: Sequence[bool]) -> list[float]:
    return [v for v, here in zip(values, phase, strict=True) if here]


def _scaled(distance: float, sigma: float) -> float:
    if sigma > 0:
        return distance / sigma
    return 0.0 if abs(distance) < 1e-12 else math.copysign(_FAR, distance)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
