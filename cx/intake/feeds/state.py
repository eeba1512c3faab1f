"""How each feed stands: when data came last, how much, what was refused, and whether it has fallen silent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import duckdb

from cx.bank.feeds import Feed
from cx.bank.model import Model
from cx.intake.feeds import cells as feed_cells
from cx.intake.feeds import receipts
from cx.measure.scope import Rights, Scope
from cx.store import query

PATIENCE = 2  # a feed is silent when nothing came for twice the time in which data should come
RECENT = 30  # days


@dataclass(frozen=True)
class Standing:
    """One feed, ``feed`` None for values sent to ``/api/v1/indicators``.

    ``last``: UTC, None where nothing was ever received; ``batches`` and ``n`` (events or values) of 35 days;
    ``values`` in force and the last ``day`` they are of; ``silent``: how long nothing came, None while it is in time;
    ``p95``: milliseconds over the last 30 days with data, of ``timed`` events.
    """

    feed: Feed | None
    last: dt.datetime | None
    batches: int
    n: int
    values: int = 0
    day: dt.date | None = None
    silent: dt.timedelta | None = None
    p95: float | None = None
    timed: int = 0


def standings(con: duckdb.DuckDBPyConnection, model: Model, rights: Rights, now: dt.datetime) -> tuple[Standing, ...]:
    """All feeds in the model's order, then the values by themselves; ``now`` is UTC without zone."""
    came = receipts.received(con)
    found = []
    for feed in (*model.feeds.values(), None):
        mine = [one for one in came if one.feed == (feed.id if feed else "")]
        last = max((one.last for one in mine), default=None)
        batches, n = sum(one.batches for one in mine), sum(one.n for one in mine)
        if feed is None:
            found.append(Standing(None, last, batches, n))
            continue
        contents = query.contents(con, Scope(rights).narrowed(indicator=feed.indicators.values()), (), "indicator")
        late = last is not None and now - last > PATIENCE * feed.every
        start = contents.last - dt.timedelta(days=RECENT - 1) if contents.last else None
        p95, timed = feed_cells.p95(con, feed.id, start, contents.last) if start and contents.last else (None, 0)
        found.append(Standing(feed, last, batches, n, contents.n, contents.last,
                              now - last if late and last else None, p95, timed))  # fmt: skip
    return tuple(found)
