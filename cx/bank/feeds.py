"""Feeds: what other systems send by themselves (event logs, synthetic tests, probes), and which indicators it feeds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cx.bank import entry
from cx.bank.reading import Mapped, Place
from cx.bank.shape import Indicator, Label
from cx.words import Problem

KINDS = ("events", "synthetic", "probe")
MEASURES = ("success_rate", "latency_mean", "latency_p95", "count", "coverage")
DIMENSIONS = ("branch", "channel")
FIELDS = ("at", "ok", "ms", "name", *DIMENSIONS)
"""All that an event can say. Whatever is not in this list never comes in."""
UNITS: Mapping[str, tuple[str, ...]] = {
    "success_rate": ("%",), "coverage": ("%",), "latency_mean": ("ms", "s"), "latency_p95": ("ms", "s"),
}  # fmt: skip
_SPAN = re.compile(r"([1-9]\d{0,3})(m|h|d)")
_SECONDS = {"m": 60, "h": 3600, "d": 86_400}
_KEYS = {"id", "name", "kind", "source", "owner", "refresh", "late_days", "dimensions", "fixed", "required", "names",
         "indicators"}  # fmt: skip


@dataclass(frozen=True)
class Feed:
    """One feed. ``indicators`` names the indicator of each measure (``MEASURES``).

    ``dimensions`` may be said by an event, ``fixed`` are the same for all; ``required`` fields must be in every event;
    ``names`` are the only names an event may have (screens, steps), and what ``coverage`` is a share of; ``every`` is
    how often data should come; events older than ``late_days`` are refused.
    """

    id: str
    name: Label
    kind: str = "events"
    source: str = ""
    owner: str = ""
    every: dt.timedelta = dt.timedelta(days=1)
    late_days: int = 35
    dimensions: tuple[str, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ("at", "ok")
    names: tuple[str, ...] = ()
    indicators: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that an event of this feed may have."""
        named = ("name",) if self.names else ()
        return ("at", "ok", "ms", *named, *self.dimensions)


@dataclass(frozen=True)
class Around:
    """What a feed may name: indicators, and the members of each dimension."""

    indicators: Mapping[str, Indicator]
    members: Mapping[str, Collection[str]]


def read(
    found: entry.Found, indicators: Mapping[str, Indicator], branches: Collection[str], channels: Collection[str],
    problems: list[Problem],
) -> dict[str, Feed]:  # fmt: skip
    """The feeds of ``feeds.yaml`` by id; what is wrong in one is told and left out."""
    around = Around(indicators, {"branch": branches, "channel": channels})
    return {feed.id: feed for feed in _feeds(found, around, problems)}


def _feeds(found: entry.Found, around: Around, problems: list[Problem]) -> Iterator[Feed]:
    for item, here, who in entry.each(found, "feeds", problems):
        entry.extra(item, _KEYS, here, problems)
        yield _feed(item, who, around, here, problems)


def _feed(item: Mapped, who: tuple[str, Label], around: Around, here: Place, problems: list[Problem]) -> Feed:
    dimensions = _among(item, "dimensions", DIMENSIONS, (), here, problems)
    names = _list(item.get("names"))
    required = _among(item, "required", ("at", "ok", "ms", "name", *dimensions), ("at", "ok"), here, problems)
    return Feed(
        *who,
        kind=_one(item.get("kind"), "kind", KINDS, here, problems),
        source=str(item.get("source") or who[0]),
        owner=str(item.get("owner") or ""),
        every=_span(item.get("refresh"), here, problems),
        late_days=_days(item.get("late_days"), here, problems),
        dimensions=dimensions,
        fixed=_fixed(item, around, here, problems),
        required=tuple(dict.fromkeys(("at", "ok", *required))),
        names=names,
        indicators=_indicators(item, names, around.indicators, here, problems),
    )


def _list(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(one) for one in value if one is not None)) if isinstance(value, list) else ()


def _among(
    item: Mapped, key: str, known: Sequence[str], default: tuple[str, ...], here: Place, problems: list[Problem]
) -> tuple[str, ...]:
    if item.get(key) is None:
        return default
    asked = _list(item[key])
    for one in asked:
        if one not in known:
            problems.append(here.problem("model_choice", field=key, found=one[:40], known=", ".join(known)))
    return tuple(one for one in asked if one in known)


def _one(value: object, key: str, known: tuple[str, ...], here: Place, problems: list[Problem]) -> str:
    if value in known:
        return str(value)
    problems.append(here.problem("model_choice", field=key, found=str(value)[:40], known=", ".join(known)))
    return known[0]


def _span(value: object, here: Place, problems: list[Problem]) -> dt.timedelta:
    found = _SPAN.fullmatch(str(value)) if value is not None else None
    if found is None:
        if value is not None:
            problems.append(here.problem("model_choice", field="refresh", found=str(value)[:40], known="15m, 1h, 1d"))
        return dt.timedelta(days=1)
    return dt.timedelta(seconds=int(found[1]) * _SECONDS[found[2]])


def _days(value: object, here: Place, problems: list[Problem]) -> int:
    if value is None:
        return 35
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 400:
        return value
    problems.append(here.problem("model_number", field="late_days", found=str(value)[:40]))
    return 35


def _fixed(item: Mapped, around: Around, here: Place, problems: list[Problem]) -> dict[str, str]:
    value = item.get("fixed")
    fixed: dict[str, str] = {}
    for name, one in (value or {}).items() if isinstance(value, dict) else ():
        if name not in DIMENSIONS or str(one) not in around.members[name]:
            problems.append(here.problem("model_unknown", kind=f"fixed.{name}", value=str(one)[:40]))
        else:
            fixed[name] = str(one)
    return fixed


def _indicators(
    item: Mapped, names: tuple[str, ...], known: Mapping[str, Indicator], here: Place, problems: list[Problem]
) -> dict[str, str]:
    value: Any = item.get("indicators")
    found: dict[str, str] = {}
    for measure, one in (value or {}).items() if isinstance(value, dict) else ():
        id = str(one)
        if measure not in MEASURES or (measure == "coverage" and not names):
            problems.append(here.problem("model_choice", field="indicators", found=measure, known=", ".join(MEASURES)))
        elif id not in known:
            problems.append(here.problem("model_unknown", kind="indicator", value=id[:40]))
        elif known[id].computed:
            problems.append(here.problem("upload_computed_indicator", value=id))
        elif measure in UNITS and known[id].unit not in UNITS[measure]:
            units = " / ".join(UNITS[measure])
            problems.append(here.problem("model_choice", field=f"{id}.unit", found=known[id].unit, known=units))
        elif id in found.values():
            problems.append(here.problem("model_duplicate", id=id))
        else:
            found[measure] = id
    return found
