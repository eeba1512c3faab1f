"""What is usual now, to plan by: the metric's value and spread, and how many answers come a day."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from cx.act.experiments.definition import Metric
from cx.collect import reach
from cx.measure.metrics import METRICS
from cx.measure.scope import Rights, Scope
from cx.store import query
from cx.store.query import Connection

WINDOW = 28


@dataclass(frozen=True)
class Usual:
    """Over the last 28 days: the value, its spread (share of passives of NPS, standard deviation of a mean) and answers
    a day; None and 0 where there are none."""

    value: float | None
    spread: float | None
    daily: float


def usual(
    con: Connection, metric: Metric, survey: str, question: str | None, nps_kind: str | None,
    modes: tuple[str, ...] | None, branches: tuple[str, ...], rights: Rights, today: dt.date,
) -> Usual:  # fmt: skip
    """Of one survey, up to yesterday; only of those who came in these ways, and of these branches, where any are
    named."""
    first, last = today - dt.timedelta(days=WINDOW), today - dt.timedelta(days=1)
    if metric == "completion":
        counts = reach.by_day(con, (survey,), first, last) if rights.branches is None else ()
        opened, completed = (sum(row[at] for row in counts) for at in (2, 3))
        return Usual(min(1.0, completed / opened) if opened else None, None, opened / WINDOW)
    scope = Scope(rights, first, last, nps_kind=nps_kind).narrowed(survey_id=survey, question_id=question)
    scope = scope.narrowed(mode=modes, branch=branches or None)
    found = query.measure(con, metric, scope).total
    if found.value is None or found.se is None:
        return Usual(None, None, 0.0)
    spread = None
    if METRICS[metric].unit == "points":
        spread = 1 - (found.counts["promoters"] + found.counts["detractors"]) / found.n
    elif METRICS[metric].unit == "mean":
        spread = found.se * math.sqrt(found.n)
    return Usual(found.value, spread, found.n / WINDOW)
