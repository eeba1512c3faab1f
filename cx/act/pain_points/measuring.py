"""What can be measured where a pain point is: whether a metric has enough in as many weeks as a pilot would take."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cx.act import verification
from cx.act.charter import Charter
from cx.act.pain_points.shape import PainPoint
from cx.measure import periods
from cx.measure.scope import Rights, Scope
from cx.store import query
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Model


@dataclass(frozen=True)
class Measurable:
    """A ``metric`` and what the last ``weeks`` had of it: ``n`` answers, or values of an indicator, of at least
    ``least`` that a verdict needs."""

    metric: str
    weeks: int
    n: int
    least: int

    @property
    def enough(self) -> bool:
        return self.n >= self.least


def look(con: Connection, point: PainPoint, metric: str, weeks: int, rights: Rights, model: Model) -> Measurable:
    """How much there is of a metric at the touchpoint of an entry, in its branch or in all that the rights reach."""
    indicator = metric in model.indicators
    last = query.contents(con, Scope(rights), (), "indicator" if indicator else "responses").last
    least = verification.MINIMUM_PERIODS if indicator else Scope(rights).small_base
    if last is None:
        return Measurable(metric, weeks, 0, least)
    last = periods.step(last, "month") - dt.timedelta(days=1) if indicator else last  # told by its first day
    first = last - dt.timedelta(weeks=weeks) + dt.timedelta(days=1)
    branches = (point.branch,) if point.branch else tuple(model.branches)
    charter = Charter(
        title="", hypothesis="", touchpoint=point.touchpoint or "", metric=metric, target=0.0, owner="", start=first,
        end=last, pilots=branches, nps_kind="transactional" if metric == "nps" else None,
    )  # fmt: skip
    found = verification.ask(con, charter, rights, first, last).estimate
    return Measurable(metric, weeks, found.n if indicator else found.base, least)


def others(point: PainPoint, model: Model) -> tuple[str, ...]:
    """What else may show whether it got better: satisfaction there, then the touchpoint's own indicators."""
    known = (entry for entry in model.indicators.values() if not entry.computed)
    own = [entry.id for entry in known if entry.touchpoint == point.touchpoint]
    return ("satisfaction", *own) if point.touchpoint else tuple(own)
