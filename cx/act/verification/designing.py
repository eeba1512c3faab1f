"""Before the start: which branches to hold the pilots against, and what change can be seen at all."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from cx.act.charter import LONGEST, Charter
from cx.act.verification import checks, comparing, history, panel
from cx.act.verification.history import Groups
from cx.act.verification.judging import too_few
from cx.act.verification.panel import Panel, Window
from cx.act.verification.proving import facing
from cx.act.verification.shapes import Design, Reason, Seen
from cx.measure import changes, matching, power
from cx.measure.scope import Rights
from cx.measure.statistics import Estimate
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Model

POWER = power.POWER / (1 - 2 * checks.LEVEL)
"""Of the comparison alone: the checks stop one sound pilot in twenty, and four of five shall be found after them."""
WEEKS = (4, 6, 8, 12, 16)
_PILOTS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30)


def design(
    con: Connection, charter: Charter, rights: Rights, today: dt.date, model: Model, exclude: Sequence[str] = ()
) -> Design:
    """What the history says of a charter that has not started. Reads only what the rights cover.

    ``exclude``: branches not to be proposed as controls (pilots of other wins in the same weeks).
    """
    charter = facing(charter, model)
    until, days = min(today, charter.start - dt.timedelta(days=1)), charter.length.days
    read = panel.read(con, charter, rights, _last(until, 2 * max(days, LONGEST.days)))
    until = min(until, read.ends or until)  # what has not been reported yet is not a time without answers
    free = read.without(sorted(set(exclude) - set(charter.pilots)))
    alike = history.alike(free, charter.pilots, _last(until, 2 * days), charter.controls)
    groups = Groups(charter.pilots, charter.controls or tuple(match.branch for match in alike))
    last = _last(until, days)
    level = comparing.ask(con, charter, rights, last.first, last.last).estimate
    wanted = _wanted(charter, level)
    aimed = charter.least or wanted
    seen, reasons = visible(read, groups, until, days)
    by_weeks = _by_weeks(read, groups, until)
    by_pilots = _by_pilots(read, until, days)
    return Design(
        alike, _unlike(free, charter.pilots, _last(until, 2 * days)), level, wanted, aimed,
        seen.change if seen else None, _chance(aimed, seen), bool(seen and not seen.pairs), by_weeks,
        tuple(pair for pair in by_pilots if pair[0] in _PILOTS),
        _first(aimed, [(each.weeks, each.change) for each in by_weeks]), _first(aimed, by_pilots), reasons,
    )  # fmt: skip


def _chance(aimed: float | None, seen: Seen | None) -> float | None:
    """To be called proven, checks passed, where the change aimed at is the true one."""
    if aimed is None or aimed <= 0 or seen is None:
        return None
    found = power.chance(aimed / seen.change, seen.pilots, seen.controls, POWER)
    return found * (1 - 2 * checks.LEVEL)


def visible(read: Panel, groups: Groups, until: dt.date, days: int) -> tuple[Seen | None, tuple[Reason, ...]]:
    """The smallest change that these groups show in two windows of so many days, judged by the time up to ``until``; or
    why that cannot be said. Pure."""
    last = _last(until, days)
    sums = read.window(last)
    kept = groups.among([name for name, n in zip(read.branches, sums.n, strict=True) if n > 0])
    bases = [[read.respondents(last, read.which(side))] for side in kept.both]
    if reasons := too_few(kept, bases, read.answers):
        return None, reasons
    here = read.which((*kept.pilots, *kept.controls))
    told = history.own(read, here, until, days)
    mine = sums.of(here)
    drawn = changes.spread(mine) * 2 / mine.n
    if not told.known or not told.tau + drawn.sum():
        return None, ("answers",)
    error = changes.error(changes.weights(drawn, told.tau), read.which(kept.pilots)[here])
    change = power.visible(error, len(kept.pilots), len(kept.controls), POWER)
    return Seen(round(days / 7), change, told.pairs, len(kept.pilots), len(kept.controls)), ()


def _by_weeks(read: Panel, groups: Groups, until: dt.date) -> tuple[Seen, ...]:
    found = (visible(read, groups, until, 7 * weeks)[0] for weeks in WEEKS)
    return tuple(seen for seen in found if seen is not None and seen.pairs)


def _by_pilots(read: Panel, until: dt.date, days: int) -> list[tuple[int, float]]:
    """For every number of pilots, with as many controls as would be proposed, all of a middling size."""
    last = _last(until, days)
    here = read.window(last).n > 0
    told, total = history.own(read, here, until, days), int(here.sum())
    if not told.known or total < 3:
        return []
    mine = read.window(last).of(here)
    w = changes.weights(changes.spread(mine) * 2 / mine.n, told.tau)
    deviation = 1 / math.sqrt(float(w.mean()))
    found = [(k, power.of_groups(deviation, k, min(total - k, history.wanted(k)), POWER)) for k in range(2, total - 1)]
    return [(k, change) for k, change in found if math.isfinite(change)]


def _first(aimed: float | None, found: Sequence[tuple[int, float]]) -> int | None:
    """The first number that shows what is aimed at."""
    if aimed is None or aimed <= 0:
        return None
    return next((number for number, change in found if change <= aimed), None)


def _wanted(charter: Charter, level: Estimate) -> float | None:
    if level.value is None:
        return None
    return charter.target - level.value if charter.direction == "higher" else level.value - charter.target


def _unlike(read: Panel, pilots: Sequence[str], window: Window) -> tuple[str, ...]:
    features, _ = history.features(read, window)
    others = [name for name in features if name not in set(pilots)]
    pairs = matching.nearest(features, pilots, others, history.FLOORS)
    return tuple(pair.other for pair in pairs if pair.distance > matching.FARTHEST)


def _last(until: dt.date, days: int) -> Window:
    return Window(until - dt.timedelta(days=days - 1), until)
