"""One level of the organisation: its value and change, and those of the units right below it, tested and corrected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from cx.insight import breaks as meaning
from cx.insight.nps import Headline
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, EMPTY, Change, Estimate, benjamini_hochberg, change
from cx.store import query
from cx.store.query import Connection, Measured

Verdict = Literal["up", "down", "noise", "too_few", "broken"]
_NOTHING = Change(None, None, None, None, "too_few")


@dataclass(frozen=True)
class Child:
    """A unit below: its values now and in the period before, and the change with its adjusted p.

    ``verdict``: up or down (more than noise among all units of the level), noise, too_few, or broken where a survey
    changed its meaning between the two periods.
    """

    key: str | None
    now: Estimate
    before: Estimate
    change: Change
    q: float | None
    verdict: Verdict


@dataclass(frozen=True)
class Level:
    """A place of the organisation and what is right below it, by the dimension ``by``; ``hidden`` are units of which
    nothing is shown."""

    headline: Headline
    by: str
    children: tuple[Child, ...]
    hidden: tuple[str | None, ...]
    measured: Measured

    def moved(self, verdict: Verdict) -> tuple[Child, ...]:
        """The units with this verdict."""
        return tuple(child for child in self.children if child.verdict == verdict)


def level(con: Connection, scope: Scope, by: str, before: Period | None, metric: str) -> Level:
    """The place that ``scope`` is narrowed to, and its units by ``by`` against the period ``before`` (None: no change).

    Changes of all units of the level are tested together: the false discovery rate is held at 5%.
    """
    whole, now = query.measure(con, metric, scope), query.measure(con, metric, scope, (by,))
    headline, earlier, crossed = Headline(whole, None, _NOTHING), {}, frozenset()
    if before is not None:
        then = scope.between(before.start, before.end)
        past, cells = query.measure(con, metric, then), query.measure(con, metric, then, (by,))
        breaks = meaning.since(con, scope, before, metric)
        headline = Headline(whole, past, _NOTHING if breaks else change(past.total, whole.total), breaks)
        earlier = dict(cells.as_dict())
        crossed = meaning.crossed(con, scope, before, (by,), metric)
    found = [
        _child(cell.key, cell.estimate, earlier.get(cell.key, EMPTY), cell.key in crossed)
        for cell in now.cells
        if cell.estimate.value is not None
    ]
    hidden = tuple(cell.key[0] for cell in now.cells if cell.estimate.state == "hidden")
    return Level(headline, by, _corrected(found), hidden, now)


def _child(key: tuple[str | None, ...], now: Estimate, before: Estimate, broken: bool) -> Child:
    test = _NOTHING if broken else change(before, now)
    return Child(key[0], now, before, test, None, "broken" if broken else "too_few")


def _corrected(children: list[Child]) -> tuple[Child, ...]:
    tested = [child.change.p for child in children if child.change.p is not None]
    adjusted = iter(benjamini_hochberg(tested))
    return tuple(child if child.change.p is None else _judged(child, next(adjusted)) for child in children)


def _judged(child: Child, q: float) -> Child:
    rising = (child.change.diff or 0.0) > 0
    verdict: Verdict = "noise" if q >= 1 - CONFIDENCE else "up" if rising else "down"
    return replace(child, q=q, verdict=verdict)
