"""Did a wave help? The branches that got a win, before and after, against those that had not got it yet: the staggered
order is itself a design. Judged as the pilot was (``cx/act/verification``).

Branches that came early because they stood badly recover somewhat by themselves. So the days on which the order was
made are no part of the time before: it lies after them where four weeks are left until the wave, else ahead of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from cx.act import quick_wins
from cx.act.rollout.shape import Step, Win
from cx.act.verification import checks, comparing, panel, proving
from cx.act.verification.history import Groups
from cx.act.verification.judging import FEWEST, LEVEL, compare
from cx.act.verification.panel import Panel, Window
from cx.act.verification.shapes import Difference, Reason, Side, Verdict
from cx.measure import permutation
from cx.measure.scope import WHOLE_BANK, Scope
from cx.store.query import Connection

SHORTEST = 28
"""Days without which nothing is looked at."""


@dataclass(frozen=True)
class Row:
    """One branch of a wave: the day it was done, its level before and after (None: too few answers to show)."""

    branch: str
    on: dt.date
    before: float | None
    after: float | None
    n_before: int
    n_after: int


@dataclass(frozen=True)
class Wave:
    """What a wave brought. ``first`` and ``last``: days on which its branches were done. ``ready``: the day from which
    it can be looked at, ``due``: on which it is judged; ``complete``: it is. ``before`` and ``after`` None: there is
    nothing to compare yet. ``chosen_on``: the time before holds days on which the order was made (there is no other),
    so that some of the change may have come by itself. ``difference`` None: ``reasons`` say why."""

    win: str
    wave: int
    branches: tuple[str, ...]
    first: dt.date
    last: dt.date
    ready: dt.date
    due: dt.date
    verdict: Verdict = "too_few"
    reasons: tuple[Reason, ...] = ()
    complete: bool = False
    before: Window | None = None
    after: Window | None = None
    chosen_on: bool = False
    difference: Difference | None = None
    treated: Side | None = None
    waiting: Side | None = None
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What a judgement needs beside the panel: days on which branches were done, those that may not be compared (the
    pilots, and pilots of other wins at the touchpoint), the pilot's length in days, and what counts."""

    done: Mapping[str, dt.date]
    barred: Collection[str]
    days: int
    higher: bool
    least: float = 0.0
    broken: bool = False


def waves(con: Connection, wins: Iterable[Win], steps: Iterable[Step]) -> tuple[Wave, ...]:
    """Every wave with something done, by win and number. For those who see the whole bank."""
    known, found = quick_wins.all(con, WHOLE_BANK), list[Wave]()
    for win in wins:
        own = [step for step in steps if step.win == win.id and step.state == "done"]
        if not own:
            continue
        charter, first = win.charter, min(min(s.end, s.looked[0] if s.looked else s.end) for s in own)
        days = charter.length.days
        span = Window(first - dt.timedelta(days=3 * days), max(s.end for s in own) + dt.timedelta(days=days))
        read = panel.read(con, charter, WHOLE_BANK, span)
        beside = [w.charter for w in known if w.id != win.id and w.charter.touchpoint == charter.touchpoint]
        taken = {b for c in beside if c.start <= span.last and c.end >= span.first for b in c.pilots}
        asked = Asked(
            {step.branch: step.end for step in own}, {*charter.pilots, *taken}, days, charter.direction == "higher",
            charter.least, comparing.broken(con, replace(charter, pilots=read.branches), WHOLE_BANK, first, span.last),
        )  # fmt: skip
        for key in sorted({(step.start, step.wave) for step in own}):  # a new plan counts its waves from one again
            found.append(judge(read, asked, [step for step in own if (step.start, step.wave) == key]))
    return tuple(found)


def judge(read: Panel, asked: Asked, steps: list[Step]) -> Wave:
    """One wave of done steps. Pure."""
    branches, on = tuple(sorted(step.branch for step in steps)), [step.end for step in steps]
    start = max(on) + dt.timedelta(days=1)
    ready, due = (start + dt.timedelta(days=days - 1) for days in (SHORTEST, max(SHORTEST, asked.days)))
    empty = Wave(steps[0].win, steps[0].wave, branches, min(on), max(on), ready, due)
    ends = min(read.ends or start, due)
    if ends < ready:
        return replace(empty, reasons=("early",))
    until = _until(read, asked, branches, start, ends)
    if until is None:
        return replace(empty, reasons=("pilots",) if len(branches) < FEWEST else ("controls",))
    looked = [step.looked for step in steps if step.looked is not None]
    chosen = Window(min(first for first, _ in looked), max(last for _, last in looked)) if looked else None
    before, chosen_on = _before(read, min(on), asked.days, chosen)
    after = Window(start, until)
    compared = compare(read, Groups(branches, _waiting(read, asked, branches, until)), before, after, asked.higher)
    complete = until == due or until < ends
    found = replace(
        empty, complete=complete, before=before, after=after, chosen_on=chosen_on, treated=compared.pilots,
        waiting=compared.controls, rows=_rows(read, steps, before, after),
    )  # fmt: skip
    if compared.difference is None:
        return replace(found, reasons=compared.reasons)
    begin = min(before.last + dt.timedelta(days=1), chosen.first) if chosen else before.last + dt.timedelta(days=1)
    tests: tuple[tuple[Reason, checks.Check | None], ...] = (
        ("pretrend", checks.pretrend(read, compared, begin, asked.days)),
        ("placebo", checks.placebo(read, compared, begin, asked.days)),
    )
    bars: tuple[Reason, ...] = (() if complete else ("early",)) + (("broken",) if asked.broken else ())
    failed = tuple(name for name, check in tests if check is not None and not check.passed)
    verdict, reasons = proving.word(compared.difference, asked.higher, asked.least, bars, failed)
    return replace(found, verdict=verdict, reasons=reasons, difference=compared.difference)


def _waiting(read: Panel, asked: Asked, branches: Collection[str], until: dt.date) -> tuple[str, ...]:
    """Branches that have not got it up to a day."""
    free = set(read.branches) - set(branches) - set(asked.barred)
    return tuple(sorted(b for b in free if asked.done.get(b, dt.date.max) > until))


def _until(
    read: Panel, asked: Asked, branches: tuple[str, ...], start: dt.date, ends: dt.date
) -> dt.date | None:  # fmt: skip
    """The last day to look at: as late as possible, as long as enough branches have not got it yet. Later waves take
    them away, whatever the figures."""
    turns = {day - dt.timedelta(days=1) for day in asked.done.values()}
    for day in sorted({ends, *(turn for turn in turns if turn < ends)}, reverse=True):
        others, own = len(_waiting(read, asked, branches, day)), len(branches)
        if (day - start).days + 1 < SHORTEST:
            return None
        if others >= FEWEST <= own and permutation.attainable(own + others, own) <= LEVEL + 1e-12:
            return day
    return None


def _before(read: Panel, first: dt.date, days: int, chosen: Window | None) -> tuple[Window, bool]:
    """The time before, and whether it holds days on which the order was made."""
    plain = Window(first, first).before(days)
    if chosen is None or chosen.last < plain.first:
        return plain, False
    since = Window(chosen.last + dt.timedelta(days=1), plain.last)
    if since.days >= SHORTEST:
        return since, False
    ahead = chosen.before(days)
    begins = read.begins
    if begins is None or (ahead.last - begins).days + 1 < SHORTEST:
        return plain, True
    return ahead, False


def _rows(read: Panel, steps: Iterable[Step], before: Window, after: Window) -> tuple[Row, ...]:
    sides = [(read.window(window), read.each(window)) for window in (before, after)]
    place = {branch: at for at, branch in enumerate(read.branches)}
    least = Scope(WHOLE_BANK).minimum_base if read.answers else 1
    found = []
    for step in sorted(steps, key=lambda step: (step.end, step.branch)):
        at = place.get(step.branch)
        told = [(float(sums.means[at]), int(n[at])) if at is not None else (0.0, 0) for sums, n in sides]
        values = [value if n >= least else None for value, n in told]
        found.append(Row(step.branch, step.end, *values, *(n for _, n in told)))
    return tuple(found)
