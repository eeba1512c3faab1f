"""Feeds of the demo bank: some weeks of events, added up as events that come in are."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from cx.bank.feeds import Feed
from cx.bank.model import Model
from cx.demo.people import rng
from cx.demo.summary import SOURCE
from cx.demo.truth import FeedTruth, Truth
from cx.intake.feeds import cells as feed_cells
from cx.intake.feeds import plan as feed_plan
from cx.intake.feeds.events import Cell, Key
from cx.intake.feeds.plan import Plan
from cx.measure import latency
from cx.store.query import Connection


def keep(con: Connection, truth: Truth, model: Model) -> list[dict[str, Any]]:
    """Store the counts of every feed that both the truth and the model know; returns rows of ``indicator_value``."""
    found = []
    for name, spec in truth.feeds.items():
        if name in model.feeds:
            counts = cells(model.feeds[name], spec, truth)
            feed_cells.keep(con, SOURCE, name, counts)
            found += rows(model.feeds[name], counts, model)
    return found


def rows(feed: Feed, counts: dict[Key, Cell], model: Model) -> list[dict[str, Any]]:
    """The indicator values that counts of a feed give."""
    return [
        {
            "indicator": target.measure.indicator, "grain": target.measure.grain, "day": target.day,
            "branch": target.place[0], "channel": target.place[1],
            "region": model.branches[target.place[0]].region if target.place[0] else None,
            "value": figures[0], "numerator": figures[1], "denominator": figures[2],
        }
        for target, figures in feed_plan.figures_of(Plan.of(feed, model), counts).items()
    ]  # fmt: skip


def cells(feed: Feed, spec: FeedTruth, truth: Truth) -> dict[Key, Cell]:
    """Counts by day and name of the last ``spec.days`` days."""
    r = rng(truth, f"feed {feed.id}")
    found: dict[Key, Cell] = {}
    place = (feed.fixed.get("branch"), feed.fixed.get("channel"))
    for back in reversed(range(spec.days)):
        day = truth.last - dt.timedelta(days=back)
        for name in feed.names or (None,):
            if name not in spec.never and day >= spec.later.get(name or "", day):
                found[(day, *place, name)] = _cell(spec, day, r)
    return found


def _cell(spec: FeedTruth, day: dt.date, r: np.random.Generator) -> Cell:
    bad = spec.incident if day == spec.incident.get("day") else {}
    n = spec.attempts if spec.ms else int(r.poisson(spec.attempts))
    cell = Cell(n, int(r.binomial(n, bad.get("success", spec.success))))
    if spec.ms:
        took = r.lognormal(np.log(spec.ms * bad.get("slower", 1.0)), spec.spread, n)
        buckets = [latency.bucket(ms) for ms in took.tolist()]
        cell.timed, cell.microseconds = n, int(np.rint(took * 1000).sum())
        cell.buckets = {place: buckets.count(place) for place in sorted(set(buckets))}
    return cell
