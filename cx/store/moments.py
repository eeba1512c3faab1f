"""Moments of append-only tables, in which the latest row is what counts: UTC without zone."""

from __future__ import annotations

import datetime as dt


def after(last: dt.datetime | None, at: dt.datetime | None = None) -> dt.datetime:
    """Now (or ``at``), but later than ``last``: two steps never share a moment."""
    moment = at or dt.datetime.now(dt.UTC).replace(tzinfo=None)
    return moment if last is None or moment > last else last + dt.timedelta(microseconds=1)
