"""Moments on screen, all in the bank's zone."""

from __future__ import annotations

import datetime as dt

from components.page import Context
from cx.bank import zone


def local(ctx: Context, moment: dt.datetime) -> dt.datetime:
    """A UTC moment, with or without zone, as the bank's clocks show it."""
    return zone.local(moment, ctx.bench.rules.hours.zone)


def told(ctx: Context, moment: dt.datetime) -> str:
    """A UTC moment as the bank's day and time to the minute."""
    return ctx.t.time(local(ctx, moment))


def today(ctx: Context) -> dt.date:
    """The bank's day."""
    return local(ctx, dt.datetime.now(dt.UTC)).date()
