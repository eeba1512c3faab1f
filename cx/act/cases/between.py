"""Cases of a stretch of time: how many came, how many were closed, how long they took, who was won back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cx.act.cases.counting import DETRACTOR
from cx.act.cases.keeping import seen
from cx.measure import statistics, survival
from cx.measure.scope import Rights
from cx.measure.statistics import Estimate
from cx.measure.survival import Curve
from cx.store.query import Connection


@dataclass(frozen=True)
class Flow:
    """Cases ``opened`` and ``closed`` in the time; ``closing`` in days, of those opened in it (open ones as far as they
    have come); ``recovery``: of the detractors who were asked again in it, the share (0..1) that no longer are."""

    opened: int
    closed: int
    closing: Curve
    recovery: Estimate


def between(con: Connection, rights: Rights, since: dt.datetime, until: dt.datetime, now: dt.datetime) -> Flow:
    """What happened from ``since`` (included) to ``until`` (not), as far as it may be seen."""
    where, values = seen(rights)
    span = [since, until]
    opened, closed, asked, recovered = con.execute(
        "SELECT count(*) FILTER (opened_at >= ? AND opened_at < ?), "
        "count(*) FILTER (state = 'closed' AND closed_at >= ? AND closed_at < ?), "
        f"count(again) FILTER (score <= {DETRACTOR} AND again_at >= ? AND again_at < ?), "
        f"count(*) FILTER (score <= {DETRACTOR} AND again > {DETRACTOR} AND again_at >= ? AND again_at < ?) "
        f"FROM case_file WHERE {where}",
        [*span, *span, *span, *span, *values],
    ).fetchall()[0]
    rows = con.execute(
        "SELECT greatest(ceil(epoch(coalesce(closed_at, ?) - opened_at) / 3600), 0) / 24.0 AS days, "
        "count(*) FILTER (state = 'closed'), count(*) FILTER (state <> 'closed') FROM case_file "
        "WHERE (state <> 'closed' OR closed_at IS NOT NULL) AND opened_at >= ? AND opened_at < ? "
        f"AND {where} GROUP BY days",
        [now, *span, *values],
    ).fetchall()
    curve = survival.counted({float(days): (still, done) for days, done, still in rows})
    return Flow(opened, closed, curve, statistics.share(recovered, asked))
