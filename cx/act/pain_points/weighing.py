"""The severity of a pain point: what ``measure/severity.py`` makes of answers and indicators in a window of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cx.act.pain_points.shape import Matter, PainPoint, Piece
from cx.measure import severity
from cx.measure.scope import Rights, Scope
from cx.measure.severity import Severity, Side
from cx.measure.statistics import Estimate
from cx.store import pains, query
from cx.store.pains import Reading
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Model

WINDOW = dt.timedelta(days=92)
LONG = dt.timedelta(days=366)
"""For one branch: in a quarter hardly anybody is content with what hurts there, and nothing can be compared."""
_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Scales:
    """What severities are made of: the last day, answers of the window by place, those of a year of the
    branches that have entries of their own, indicators by name (and branch)."""

    end: dt.date | None
    answers: Reading
    own: Reading
    figures: Mapping[tuple[str, str | None], Estimate]

    def of(self, matter: Matter, pieces: Iterable[Piece], model: Model) -> Severity | None:
        """The severity of a matter with this evidence: by answers where there are enough, else by the indicator that
        is furthest beyond its target; None where there is neither."""
        found = severity.families(piece.family for piece in pieces)
        return self._by_answers(matter, found) or self._by_figure(matter, found, model)

    def _by_answers(self, matter: Matter, found: tuple[str, ...]) -> Severity | None:
        if matter.touchpoint is None or self.end is None:
            return None
        reading, days = (self.answers, WINDOW.days) if matter.branch is None else (self.own, LONG.days)
        kinds = sorted({key[2] for key in reading.cells if key[1] == matter.touchpoint})
        by_kind = {kind: _sides(reading, matter.touchpoint, kind, matter.branch) for kind in kinds}
        kind = max(kinds, key=lambda name: sum(side.n for side in by_kind[name]), default=None)
        if kind is None:
            return None
        content, unhappy = by_kind[kind]
        impact, n = severity.lost(content, unhappy), content.n + unhappy.n
        if impact.value is None:
            return None
        asked = _asked(reading, kind, matter.branch)
        part = self._part(kind, matter.branch) if matter.branch is not None else None
        return Severity(n / asked, n / days * _MONTH, impact, "nps", kind, found, part)

    def _part(self, kind: str, branch: str) -> float | None:
        own, all = (_asked(self.answers, kind, at) for at in (branch, None))
        return own / all if all else None

    def _by_figure(self, matter: Matter, found: tuple[str, ...], model: Model) -> Severity | None:
        worst: Severity | None = None
        for entry in model.indicators.values():
            if entry.target is None or (matter.touchpoint or matter.name) not in (entry.touchpoint, entry.id):
                continue
            value = self.figures.get((entry.id, matter.branch))
            if value is None or value.value is None:
                continue
            far = severity.beyond(value, entry.target, entry.direction == "lower")
            made = Severity(None, 0.0, far, "target", entry.id, found)
            if worst is None or made.total > worst.total:
                worst = made
        return worst


def _sides(reading: Reading, touchpoint: str, kind: str, branch: str | None) -> tuple[Side, Side]:
    cells = [
        passed for key, passed in reading.cells.items() if key[1:3] == (touchpoint, kind) and branch in (None, key[0])
    ]
    return severity.together(c.content for c in cells), severity.together(c.unhappy for c in cells)


def _asked(reading: Reading, kind: str, branch: str | None) -> int:
    """All who gave a score of this kind, whatever they were asked about: points of it are of one and the same NPS."""
    return sum(n for (at, of), n in reading.asked.items() if of == kind and branch in (None, at))


def scales(
    con: Connection, rights: Rights, branches: frozenset[str] = frozenset(), last: dt.date | None = None
) -> Scales:
    """Read once for all entries: the 92 days that end with the last answer (or ``last``) under these rights, and
    the year of the ``branches`` that have entries of their own."""
    whole = Scope(rights)
    end = last or query.contents(con, whole, ()).last
    figures_end = last or query.contents(con, whole, (), "indicator").last
    answers = own = Reading({}, {}, "", ())
    if end is not None:
        answers = pains.read(con, whole.between(end - WINDOW + dt.timedelta(days=1), end))
    if end is not None and branches:
        year = whole.between(end - LONG + dt.timedelta(days=1), end)
        own = pains.read(con, year.narrowed(branch=sorted(branches)))
    found: dict[tuple[str, str | None], Estimate] = {}
    if figures_end:
        window = whole.between(figures_end - WINDOW + dt.timedelta(days=1), figures_end)
        for cell in query.measure(con, "indicator", window, ("indicator", "branch")).cells:
            found[cell.key[0], cell.key[1]] = cell.estimate
        if rights.branches is None:
            for cell in query.measure(con, "indicator", window, ("indicator",)).cells:
                found[cell.key[0], None] = cell.estimate
    return Scales(end, answers, own, found)


def today(scales: Scales, point: PainPoint, model: Model, rights: Rights) -> Severity | None:
    """The severity as of today, as these rights may see it."""
    found = scales.of(point.matter, point.pieces, model)
    return found if found is None or rights.branches is None else replace(found, part=None)


def order(found: Severity | None) -> tuple[int, float]:
    """To sort by, the worst first: points of NPS, then indicators beyond their target, then what has no figure."""
    if found is None:
        return 2, 0.0
    return (0 if found.unit == "nps" else 1), -found.total
