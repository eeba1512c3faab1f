"""Values of an indicator that a later upload replaced: what was there, what is there now, and where it came from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Connection

MOST = 200
_KEY = ("indicator", "grain", "day", "branch", "region", "channel", "business_line")


@dataclass(frozen=True)
class Revision:
    """One value that was replaced. ``new`` is None where what replaced it is gone; ``loaded_at`` is UTC."""

    day: dt.date
    branch: str | None
    channel: str | None
    old: float
    new: float | None
    file_before: str | None
    file: str | None
    source: str | None
    loaded_at: dt.datetime | None


def revisions(con: Connection, scope: Scope, indicator: str) -> tuple[Revision, ...]:
    """What was replaced within a scope, the latest first, at most :data:`MOST`."""
    condition, parameters = query.where(METRICS["indicator"], scope.narrowed(indicator=indicator))
    match = " AND ".join(f"n.{name} IS NOT DISTINCT FROM o.{name}" for name in _KEY)
    rows = con.execute(
        "SELECT o.day, o.branch, o.channel, o.value, n.value, b.file_name, u.file_name, u.source, u.loaded_at "
        f"FROM (SELECT * FROM indicator_value WHERE superseded_by IS NOT NULL AND {condition}) o "
        f"LEFT JOIN indicator_value n ON n.upload_id = o.superseded_by AND {match} "
        "LEFT JOIN upload u ON u.upload_id = o.superseded_by LEFT JOIN upload b ON b.upload_id = o.upload_id "
        f"ORDER BY u.loaded_at DESC NULLS LAST, o.day DESC, o.branch LIMIT {MOST}",
        parameters,
    ).fetchall()
    return tuple(
        Revision(day, branch, channel, float(old), None if new is None else float(new), *rest)
        for day, branch, channel, old, new, *rest in rows
    )
