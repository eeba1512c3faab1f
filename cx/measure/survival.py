"""How long until something happens, where for some it has not happened yet (Kaplan and Meier 1958)."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from cx.measure.statistics import CONFIDENCE, z_value


@dataclass(frozen=True)
class Step:
    """At ``time`` the share of those to whom it has not happened falls to ``share``. ``se`` by Greenwood and the
    log-log interval; None where the share is 0."""

    time: float
    at_risk: int
    events: int
    share: float
    se: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Curve:
    """Steps in order of time; the median and its interval, None where the curve or its limit does not come down to a
    half."""

    steps: tuple[Step, ...]
    median: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class LogRank:
    """The log-rank test that the groups' curves are one: chi-square with ``degrees``, p."""

    chi: float
    degrees: int
    p: float


def curve(times: Sequence[float], events: Sequence[bool], confidence: float = CONFIDENCE) -> Curve:
    """The Kaplan-Meier curve; an event that did not happen (False) leaves the sample at its time."""
    counts: dict[float, list[int]] = {}
    for time, event in zip(times, events, strict=True):
        counts.setdefault(time, [0, 0])[bool(event)] += 1
    return counted({time: (still, happened) for time, (still, happened) in counts.items()}, confidence)


def counted(counts: Mapping[float, tuple[int, int]], confidence: float = CONFIDENCE) -> Curve:
    """The same from counts by time: (to how many it had not happened by then, to how many it happened)."""
    steps, share, spread = [], 1.0, 0.0
    for time, at_risk, happened in _table(counts):
        share *= 1 - happened / at_risk
        spread += happened / (at_risk * (at_risk - happened)) if at_risk > happened else math.inf
        reach = _loglog(share, spread, confidence) if share > 0 else (None, None)
        steps.append(Step(time, at_risk, happened, share, share * math.sqrt(spread) if share > 0 else None, *reach))
    low = [(s.time, s.low or 0.0) for s in steps]
    high = [(s.time, s.high) for s in steps if s.high is not None]  # that all are done bounds nothing from above
    return Curve(tuple(steps), _falls([(s.time, s.share) for s in steps]), _falls(low), _falls(high))


def log_rank(times: Sequence[float], events: Sequence[bool], groups: Sequence[Hashable]) -> LogRank | None:
    """Mantel's log-rank test of two groups or more. None where there is one, or nothing ever happened."""
    import numpy as np
    from scipy.special import chdtrc

    names = sorted(set(groups), key=repr)
    t, e = np.asarray(times, float), np.asarray(events, bool)
    member = np.array([[group == name for group in groups] for name in names], bool)
    off, variance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for time in np.unique(t[e]):
        risk, died = member[:, t >= time].sum(1), member[:, (t == time) & e].sum(1)
        n, d = int(risk.sum()), int(died.sum())
        part = risk / n
        off += died - d * part
        if n > 1:
            variance += d * (n - d) / (n - 1) * (np.diag(part) - np.outer(part, part))
    if len(names) < 2 or not variance.any():
        return None
    chi = float(off[1:] @ np.linalg.pinv(variance[1:, 1:]) @ off[1:])
    return LogRank(chi, len(names) - 1, float(chdtrc(len(names) - 1, chi)))


def _table(counts: Mapping[float, tuple[int, int]]) -> list[tuple[float, int, int]]:
    """(time, at risk, events) of every time at which something happened."""
    left, found = sum(map(sum, counts.values())), []
    for time in sorted(counts):
        censored, happened = counts[time]
        if happened:
            found.append((time, left, happened))
        left -= censored + happened
    return found


def _loglog(share: float, spread: float, confidence: float) -> tuple[float, float]:
    reach = z_value(confidence) * math.sqrt(spread) / math.log(share)
    return share ** math.exp(-reach), share ** math.exp(reach)


def _falls(shares: Sequence[tuple[float, float]]) -> float | None:
    """When a falling line reaches a half; where it lies on it for a while, the middle of that while."""
    for place, (time, share) in enumerate(shares):
        if abs(share - 0.5) < 1e-9 and place + 1 < len(shares):
            return (time + shares[place + 1][0]) / 2
        if share < 0.5 + 1e-9:
            return time
    return None
