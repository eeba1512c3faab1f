"""What happens with links, noted for the funnel of reach. No cookie, no address, no person."""

from __future__ import annotations

from web import submission
from web.arrival import Arrival

_WAYS = ("link", "qr", "kiosk", "staff")
_OPENED = ("link", "qr")
"""A kiosk or a tablet stands open all day: only that answers begin and are sent says something there."""


def opened(came: Arrival) -> None:
    """The first page was shown to somebody new."""
    if came.visit.mode in _OPENED:
        _count(came, "opened")


def started(came: Arrival, before: submission.Said) -> None:
    """A page was handed in; the first time, when nothing else was said before."""
    if before == submission.brought(came.survey, came.visit):
        _count(came, "started")


def completed(came: Arrival) -> None:
    """A response was sent for the first time."""
    _count(came, "completed")


def _count(came: Arrival, event: str) -> None:
    if came.visit.mode in _WAYS:
        came.bench.reach.count(came.visit.way, event)
