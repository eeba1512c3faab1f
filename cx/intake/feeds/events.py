"""Events of a feed, checked and added up at once: what is kept are counts by day and place, never an event."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cx.bank.feeds import Feed
from cx.bank.model import Model
from cx.intake.feeds import payload
from cx.intake.feeds.sent import Allowed
from cx.intake.lookup import Lookup, lookup, names
from cx.measure import latency
from cx.words import Problem, Refused

AHEAD = dt.timedelta(minutes=5)  # what another machine's clock may be fast
SLOWEST = 3_600_000  # milliseconds
_AT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)

Key = tuple[dt.date, str | None, str | None, str | None]
"""Day of the bank, branch, channel, name."""


@dataclass
class Cell:
    """Events of one key added up. ``microseconds``: the sum over the ``timed``; ``buckets``: as ``measure.latency``."""

    attempts: int = 0
    successes: int = 0
    timed: int = 0
    microseconds: int = 0
    buckets: dict[int, int] = field(default_factory=dict)

    def add(self, other: Cell) -> None:
        """Take in what another cell counts."""
        self.attempts += other.attempts
        self.successes += other.successes
        self.timed += other.timed
        self.microseconds += other.microseconds
        for place, n in other.buckets.items():
            self.buckets[place] = self.buckets.get(place, 0) + n


@dataclass(frozen=True)
class _Reader:
    """What one batch is read with."""

    feed: Feed
    known: Mapping[str, Lookup]
    allowed: Allowed
    latest: dt.datetime
    oldest: dt.date
    met: dict[tuple[str, str], str] = field(default_factory=dict)  # places found before


def read(data: dict[str, Any], feed: Feed, model: Model, allowed: Allowed, now: dt.datetime) -> dict[Key, Cell]:
    """``{"events": [{at, ok, ms?, name?, branch?, channel?}]}`` added up; ``now`` has a zone.

    Days are those of the machine's zone. Raises :class:`Refused` with every problem, each at ``events[i].field``.
    """
    problems: list[Problem] = []
    payload.fields(data, ("events",), "body", problems)
    events = payload.listed(data, "events")
    known = {"branch": lookup(model.branches, names), "channel": lookup(model.channels, names)}
    oldest = now.astimezone().date() - dt.timedelta(days=feed.late_days)
    reader = _Reader(feed, known, allowed, now + AHEAD, oldest)
    cells: dict[Key, Cell] = {}
    for place, event in enumerate(events):
        _take(event, f"events[{place}]", reader, cells, problems)
    if problems:
        raise Refused(*problems)
    return cells


def _take(event: object, where: str, reader: _Reader, cells: dict[Key, Cell], problems: list[Problem]) -> None:
    """Add one event to its cell; what is wrong goes to ``problems``, and then nothing of the batch is kept."""
    before, feed = len(problems), reader.feed
    said = payload.fields(event, feed.fields, where, problems)
    if not isinstance(event, dict):
        return
    for name in feed.required:
        if said.get(name) is None:
            problems.append(Problem("feed_missing", f"{where}.{name}", {"field": name}))
    ok = said.get("ok")
    if ok is not None and not isinstance(ok, bool):
        problems.append(Problem("feed_bool", f"{where}.ok"))
    day = _day(said["at"], f"{where}.at", reader, problems) if said.get("at") is not None else None
    ms = _ms(said["ms"], f"{where}.ms", problems) if said.get("ms") is not None else None
    name = said.get("name")
    if name is not None and name not in feed.names:
        problems.append(Problem("feed_name", f"{where}.name", {"known": ", ".join(feed.names)}))
    branch, channel = (_place(said, at, where, reader, problems) for at in ("branch", "channel"))
    allowed = reader.allowed.branches
    if allowed is not None and branch not in allowed and len(problems) == before:
        problems.append(Problem("feed_not_allowed", f"{where}.branch"))
    if len(problems) > before or day is None:
        return
    cell = cells.setdefault((day, branch, channel, name), Cell())
    cell.attempts += 1
    cell.successes += bool(ok)
    if ms is not None:
        cell.timed += 1
        cell.microseconds += int(round(ms * 1000))
        bucket = latency.bucket(float(ms))
        cell.buckets[bucket] = cell.buckets.get(bucket, 0) + 1


def _day(value: object, where: str, reader: _Reader, problems: list[Problem]) -> dt.date | None:
    try:
        at = dt.datetime.fromisoformat(value) if isinstance(value, str) and _AT.fullmatch(value) else None
        day = at.astimezone().date() if at else None
    except (ValueError, OverflowError):
        at = day = None
    if at is None or day is None:
        problems.append(Problem("feed_at", where))
        return None
    if at > reader.latest:
        problems.append(Problem("feed_future", where))
    elif day < reader.oldest:
        problems.append(Problem("feed_old", where, {"days": reader.feed.late_days}))
    return day


def _ms(value: object, where: str, problems: list[Problem]) -> Decimal | None:
    number = payload.number(value, where, problems)
    if number is not None and not 0 <= number <= SLOWEST:
        problems.append(Problem("feed_ms", where, {"limit": SLOWEST}))
    return number


def _place(said: Mapping[str, Any], name: str, where: str, reader: _Reader, problems: list[Problem]) -> str | None:
    """The id of a branch or channel, as the event or the feed says."""
    if said.get(name) is None or name not in reader.feed.dimensions:
        return reader.feed.fixed.get(name)
    before = reader.met.get((name, said[name])) if isinstance(said[name], str) else None
    if before is not None:
        return before
    text = payload.text(said[name], f"{where}.{name}", problems)
    found = reader.known[name].find(text) if text else None
    if text and found is None:
        code = "upload_unknown_branch" if name == "branch" else "upload_unknown_member"
        values = {"value": text[:60], "dimension": name, "near": reader.known[name].near(text)}
        problems.append(Problem(code, f"{where}.{name}", values))
    elif text and found:
        reader.met[(name, text)] = found
    return found
