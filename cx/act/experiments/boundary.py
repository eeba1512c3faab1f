"""The looks that are still to come, as far as the speed so far tells: when, and how far the difference must be by then.
Pure; it plans a picture and judges nothing."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TypeVar

from cx.act.experiments.definition import Definition
from cx.act.experiments.judging import Pair
from cx.measure import sequential

T = TypeVar("T")
_PAST, _AHEAD = 16, 14
"""More looks than these move the limits of those to come by less than a line is wide."""


@dataclass(frozen=True)
class Planned:
    """A look to come: the difference decides when it is further from nothing than ``reach``."""

    day: dt.date
    reach: float


def days(definition: Definition) -> tuple[dt.date, ...]:
    """The days of all looks that were agreed."""
    every = range(1, definition.days + 1)
    return tuple(
        definition.start + dt.timedelta(days=place - 1)
        for place in every
        if place == definition.days or (definition.every and place % definition.every == 0)
    )


def ahead(definition: Definition, pair: Pair) -> tuple[Planned, ...]:
    """Planned looks after the last one; none once it is decided or all information is in."""
    last = pair.looks[-1] if pair.looks else None
    if last is not None and (last.crossed or last.time >= 1):
        return ()
    since, time = (last.day, last.time) if last else (definition.start - dt.timedelta(days=1), 0.0)
    speed = time / max(1, (since - definition.start).days + 1) if last else 1 / definition.days
    coming, at = [], time
    for day in _thinned([day for day in days(definition) if day > since], _AHEAD):
        then = min(1.0, time + speed * (day - since).days)
        if then - at >= sequential.LEAST_STEP:
            coming.append((day, then))
            at = then
    if not coming:
        return ()
    known = _thinned([look.time for look in pair.looks], _PAST)
    times = (*known, *(then for _, then in coming))
    limits = sequential.bounds(tuple(times), definition.alpha, final=True)[len(known) :]
    error = last.se * math.sqrt(last.time) if last else 1 / math.sqrt(definition.information)
    return tuple(
        Planned(day, limit * error / math.sqrt(then)) for (day, then), limit in zip(coming, limits, strict=True)
    )


def _thinned(found: list[T], most: int) -> list[T]:
    if len(found) <= most:
        return found
    return [found[round(at * (len(found) - 1) / (most - 1))] for at in range(most)]
