"""Does it hold? The three calendar months after the end, against the time before the start and against the pilot's
weeks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from cx.act.charter import Charter
from cx.act.verification import comparing, panel
from cx.act.verification.history import Groups
from cx.act.verification.judging import compare
from cx.act.verification.panel import Panel, Window
from cx.act.verification.proving import Times, facing, grouped
from cx.act.verification.shapes import Difference, Proof
from cx.measure import periods
from cx.measure.scope import Rights
from cx.store.query import Connection
from cx.words import Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model

MONTHS = 3
Held = Literal["held", "fading", "open", "coming"]


@dataclass(frozen=True)
class Month:
    """The ``number``-th calendar month after the end: ``difference`` against the time before the start, ``drop``
    against the pilot's own weeks. ``word``: ``held`` (better than before by more than chance, and no worse than in
    the pilot), ``fading`` (worse than in the pilot by more than chance), ``open`` (neither) or ``coming`` (not
    over)."""

    number: int
    first: dt.date
    last: dt.date
    difference: Difference | None
    drop: Difference | None
    word: Held


@dataclass(frozen=True)
class Watch:
    """The three months after the end; ``word`` is that of the latest that is over. ``expected``: the effect in the
    pilot's own weeks."""

    months: tuple[Month, ...]
    expected: float | None
    word: Held

    @property
    def alarm(self) -> bool:
        """Whether somebody should look."""
        return self.word == "fading"


def watch(
    con: Connection, charter: Charter, rights: Rights, today: dt.date, model: Model, recorded: Proof | None = None
) -> Watch:
    """Whether the effect holds in the months after the end. With a ``recorded`` proof its controls are used and its
    effect is what is expected. Raises :class:`Refused` (``quick_win_not_yours``) as the proof does."""
    if not charter.covered_by(rights):
        raise Refused(Problem("quick_win_not_yours"))
    charter = facing(charter, model)
    months = _months(charter.end)
    times = Times(charter.start, charter.end, charter.length.days)
    if recorded is not None and recorded.controls is not None and not charter.controls:
        charter = replace(charter, controls=recorded.controls.branches)
    branches = (*charter.pilots, *charter.controls) if charter.controls else None
    read = panel.read(con, charter, rights, Window(times.past.first, min(months[-1].last, today)), branches)
    groups, higher = grouped(read, charter, times), charter.direction == "higher"
    torn = comparing.broken(con, charter, rights, times.before.first, min(months[-1].last, today))
    found = tuple(month(read, groups, times, at, each, higher, today, torn) for at, each in enumerate(months, start=1))
    known = recorded.difference if recorded is not None else None
    known = known or compare(read, groups, times.before, times.after, higher).difference
    over = [each.word for each in found if each.word != "coming"]
    return Watch(found, known.effect if known else None, over[-1] if over else "coming")


def month(
    read: Panel, groups: Groups, times: Times, number: int, window: Window, higher: bool, today: dt.date, torn: bool
) -> Month:
    """One month. It fades where it is worse than the pilot's own weeks by more than chance; it holds where it does
    not, and is better than the time before by more than chance. Pure."""
    if today <= window.last:
        return Month(number, window.first, window.last, None, None, "coming")
    if torn:
        return Month(number, window.first, window.last, None, None, "open")
    since = compare(read, groups, times.before, window, higher).difference
    drop = compare(read, groups, times.after, window, higher).difference
    said: Held = "open"
    if drop is not None and drop.word == "worse":
        said = "fading"
    elif since is not None and since.word == "better":
        said = "held"
    return Month(number, window.first, window.last, since, drop, said)


def _months(end: dt.date) -> tuple[Window, ...]:
    """The calendar months that begin after the end."""
    first = periods.step(periods.floor(end, "month"), "month")
    starts = [periods.step(first, "month", at) for at in range(MONTHS + 1)]
    return tuple(Window(a, b - dt.timedelta(days=1)) for a, b in zip(starts, starts[1:], strict=False))
