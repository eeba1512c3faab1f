"""Moments are kept in UTC without zone and shown as the bank's clocks show them. Pure."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo


def local(moment: dt.datetime, zone: str | None) -> dt.datetime:
    """A UTC moment in a zone (``hours.zone`` of the bank's rules; None: the machine's)."""
    return moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone) if zone else None)
