"""What cases tell together: how long they take, why they came, who is won back."""

from __future__ import annotations

import datetime as dt

from cx.act.cases.keeping import seen
from cx.act.cases.reading import LATE, condition
from cx.act.cases.shape import Wanted
from cx.measure import statistics, survival
from cx.measure.scope import Rights
from cx.measure.statistics import Estimate
from cx.measure.survival import Curve
from cx.store.query import Connection

DETRACTOR = 6
_ALL = Wanted()


def closing(con: Connection, rights: Rights, now: dt.datetime, wanted: Wanted = _ALL) -> Curve:
    """How many days cases take from opening to closing, to the hour; those still open count as far as they have come
    (Kaplan-Meier). A case opened again counts as open; one that came in closed, without a day, tells nothing."""
    where, values = condition(rights, wanted, now)
    rows = con.execute(
        "SELECT greatest(ceil(epoch(coalesce(closed_at, ?) - opened_at) / 3600), 0) / 24.0 AS days, "
        "count(*) FILTER (state = 'closed'), count(*) FILTER (state <> 'closed') FROM case_file "
        f"WHERE (state <> 'closed' OR closed_at IS NOT NULL) AND {where} GROUP BY days",
        [now, *values],
    ).fetchall()
    return survival.counted({float(days): (still, done) for days, done, still in rows})


def recovery(con: Connection, rights: Rights) -> Estimate:
    """Of the customers who were detractors and said how it is after their case, the share (0..1) who no longer are.

    With Wilson's interval. ``counts``: recovered, asked (answered), invited.
    """
    where, values = seen(rights)
    recovered, asked, invited = con.execute(
        f"SELECT count(*) FILTER (again > {DETRACTOR}), count(again), count(*) FILTER (reference <> '') FROM case_file "
        f"WHERE score <= {DETRACTOR} AND {where}",
        values,
    ).fetchall()[0]
    found = statistics.share(recovered, asked)
    return Estimate(
        found.value, found.low, found.high, asked, found.se, found.state,
        {"recovered": recovered, "asked": asked, "invited": invited},
    )  # fmt: skip


def root_causes(con: Connection, rights: Rights, since: dt.datetime | None = None) -> tuple[tuple[str, int], ...]:
    """Root causes of cases opened since a moment, the most frequent first."""
    where, values = seen(rights)
    return tuple(
        con.execute(
            "SELECT root_cause, count(*) AS n FROM case_file "
            f"WHERE root_cause IS NOT NULL AND opened_at >= ? AND {where} "
            "GROUP BY root_cause ORDER BY n DESC, root_cause",
            [since or dt.datetime.min, *values],
        ).fetchall()
    )


def by_kind(con: Connection, rights: Rights, now: dt.datetime) -> tuple[tuple[str, int, int, int], ...]:
    """(kind, open, of them late, closed) by the kind that leads, most open first."""
    where, values = seen(rights)
    return tuple(
        con.execute(
            f"SELECT kind, count(*) FILTER (state <> 'closed') AS n, count(*) FILTER ({LATE}), "
            f"count(*) FILTER (state = 'closed') FROM case_file WHERE {where} GROUP BY kind ORDER BY n DESC, kind",
            [now, now, *values],
        ).fetchall()
    )
