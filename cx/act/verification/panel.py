"""What the branches answered or measured, day by day, asked once at the door; and cut into windows of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cx.act.charter import Charter
from cx.act.verification import comparing
from cx.measure.changes import Sums
from cx.measure.metrics import METRICS
from cx.measure.scope import Rights
from cx.store.query import Cell, Connection, measure

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.floating[Any]]

BLOCK = 28  # days of a part of the time: what a line is drawn through and a trend is told by


@dataclass(frozen=True)
class Window:
    """Days, both included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    def parts(self) -> tuple[Window, ...]:
        """Cut into equal parts of about four weeks."""
        count = max(1, round(self.days / BLOCK))
        edges = [self.first + dt.timedelta(days=round(self.days * at / count)) for at in range(count + 1)]
        return tuple(Window(a, b - dt.timedelta(days=1)) for a, b in zip(edges, edges[1:], strict=False))

    def before(self, days: int) -> Window:
        """So many days that end the day before it begins."""
        return Window(self.first - dt.timedelta(days=days), self.first - dt.timedelta(days=1))


@dataclass(frozen=True, eq=False)
class Panel:
    """Cells of ``branches``: at which branch, first and last day (ordinals), respondents, count, total, squares.

    ``answers``: cells hold answers of people, so that small groups are not shown; else values of an indicator, whose
    spread within a branch is not a matter of chance draws (months differ for all), so that branches count alike.
    """

    branches: tuple[str, ...]
    at: npt.NDArray[np.int_]
    first: npt.NDArray[np.int_]
    last: npt.NDArray[np.int_]
    people: Floats
    sums: Floats  # (3, cells)
    answers: bool
    sql: str

    @property
    def begins(self) -> dt.date | None:
        """The first day with anything."""
        return dt.date.fromordinal(int(self.first.min())) if len(self.first) else None

    def window(self, window: Window) -> Sums:
        """Sums of every branch over the cells that lie wholly within."""
        import numpy as np

        inside = self._inside(window)
        n, total, squares = (
            np.bincount(self.at[inside], row[inside], minlength=len(self.branches)) for row in self.sums
        )
        return Sums(n, total, squares if self.answers else total**2 / np.maximum(n, 1))

    @property
    def ends(self) -> dt.date | None:
        """The last day with anything."""
        return dt.date.fromordinal(int(self.last.max())) if len(self.last) else None

    def parts(self, window: Window) -> tuple[Window, ...]:
        """A window cut into parts: of about four weeks, or the weeks, months … of the indicator that lie within."""
        if self.answers or (self.last == self.first).all():
            return window.parts()
        inside = self._inside(window)
        spans = sorted(set(zip(self.first[inside].tolist(), self.last[inside].tolist(), strict=True)))
        return tuple(Window(dt.date.fromordinal(first), dt.date.fromordinal(last)) for first, last in spans)

    def respondents(self, window: Window, branches: npt.NDArray[np.bool_]) -> int:
        """How many people (or values) stand behind some branches in a window."""
        return int(self.each(window)[branches].sum())

    def each(self, window: Window) -> Floats:
        """People (or values) behind every branch in a window."""
        import numpy as np

        inside = self._inside(window)
        return np.bincount(self.at[inside], self.people[inside], minlength=len(self.branches))

    def _inside(self, window: Window) -> npt.NDArray[np.bool_]:
        found: npt.NDArray[np.bool_] = (self.first >= window.first.toordinal()) & (self.last <= window.last.toordinal())
        return found

    def without(self, branches: Sequence[str]) -> Panel:
        """As if some branches had nothing."""
        import numpy as np

        sums = np.where(self.which(branches)[self.at], 0.0, self.sums) if len(self.at) else self.sums
        return replace(self, sums=sums)

    def which(self, branches: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Whether each branch is among these."""
        import numpy as np

        some = set(branches)
        return np.array([branch in some for branch in self.branches], bool)


def read(
    con: Connection, charter: Charter, rights: Rights, window: Window, branches: Sequence[str] | None = None
) -> Panel:
    """The charter's metric at its touchpoint in a window, of some branches or of all within the rights.

    Cells of few answers are read, because only sums over groups of branches are shown; those of a group are guarded
    where they are made.
    """
    import numpy as np

    scope = replace(comparing.scope(charter, rights, window.first, window.last), minimum_base=0, small_base=0)
    scope = scope.narrowed(branch=branches)
    if charter.indicator:
        measured = measure(con, "indicator", scope, ("branch", "day", "grain"))
        cells = [each for each in comparing.finest(measured.cells) if each.key[0] is not None]
    else:
        measured = measure(con, charter.metric, scope, ("branch", "day"))
        cells = [each for each in measured.cells if each.key[0] is not None]
    names = tuple(sorted({each.key[0] for each in cells}))
    place = {name: at for at, name in enumerate(names)}
    last = [comparing.period_end(c.key[1], c.key[2]) if charter.indicator else c.key[1] for c in cells]
    return Panel(
        names, np.array([place[each.key[0]] for each in cells], int),
        np.array([each.key[1].toordinal() for each in cells], int), np.array([day.toordinal() for day in last], int),
        np.array([each.estimate.base for each in cells], float),
        np.array([_sums(charter, each) for each in cells], float).reshape(-1, 3).T,
        charter.indicator is None, measured.sql,
    )  # fmt: skip


def _sums(charter: Charter, cell: Cell) -> tuple[float, float, float]:
    """Count, total and squares of a cell in the metric's own unit."""
    found = cell.estimate
    if charter.indicator:
        value = found.value or 0.0
        return (1.0, value, value * value) if found.value is not None else (0.0, 0.0, 0.0)
    counts, unit = found.counts, METRICS[charter.metric].unit
    if unit == "points":
        promoters, detractors = counts["promoters"], counts["detractors"]
        return counts["n"], 100.0 * (promoters - detractors), 1e4 * (promoters + detractors)
    if unit == "share":
        return counts["n"], counts["k"], counts["k"]
    hundredths = 100.0 if charter.metric == "satisfaction" else 1.0
    return counts["n"], counts["total"] / hundredths, counts["squares"] / hundredths**2
