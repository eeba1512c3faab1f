"""Peer benchmarks (同业参考): what others measured, by whom, when, how, of how many. Entries of ``benchmarks.yaml``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cx.bank import entry
from cx.bank.reading import Mapped, Place
from cx.bank.shape import Indicator, Label
from cx.words import Problem

METRICS = ("nps", "csat", "ces", "satisfaction", "top2")
METHODS = ("web", "app", "phone", "branch", "post", "panel", "system", "mixed")
"""How it was measured; ``system``: counted by the bank's own systems, nobody was asked."""
KINDS = ("relational", "transactional", "competitive")
_PLACES = ("journey", "stage", "touchpoint")
_KEYS = {
    "id", "name", "metric", "indicator", "nps_kind", "value", "low", "high", "scale", "source", "date", "method", "n",
    "comparable", "why", "example", *_PLACES,
}  # fmt: skip


@dataclass(frozen=True)
class Benchmark:
    """One figure of others: ``low`` to ``high`` in the unit of the metric or indicator; equal where it is one value.

    ``of`` is the metric's name or the indicator's id. ``said_no``: the file itself says "not comparable", with ``why``.
    ``example``: invented, to show how one looks.
    """

    id: str
    name: Label
    of: str
    low: float
    high: float
    source: Label
    date: dt.date | None = None
    method: str | None = None
    n: int | None = None
    scale: str = ""
    nps_kind: str | None = None
    said_no: bool = False
    why: Label | None = None
    example: bool = False
    journey: str | None = None
    stage: str | None = None
    touchpoint: str | None = None


def read(
    found: entry.Found, indicators: Mapping[str, Indicator], problems: list[Problem]
) -> Iterator[tuple[str, Benchmark]]:
    """(id, benchmark); an entry without a figure, or of nothing known, is told and left out."""
    for item, here, who in entry.each(found, "benchmarks", problems):
        entry.extra(item, _KEYS, here, problems)
        made = _one(item, who, here, indicators, problems)
        if made is not None:
            yield made.id, made


def _one(
    item: Mapped, who: tuple[str, Label], here: Place, indicators: Mapping[str, Indicator], problems: list[Problem]
) -> Benchmark | None:
    of = _of(item, here, indicators, problems)
    low, high = _figures(item, here, problems)
    if of is None or low is None or high is None:
        return None
    return Benchmark(
        *who, of, low, high,
        source=entry.label(item.get("source"), here, problems),
        date=_day(item.get("date"), here, problems),
        method=_word(item, "method", METHODS, here, problems),
        n=_whole(item.get("n"), here, problems),
        scale=str(item.get("scale") or ""),
        nps_kind=_word(item, "nps_kind", KINDS, here, problems),
        said_no=item.get("comparable") is False,
        why=entry.label(item.get("why"), here, problems) or None,
        example=item.get("example") is True,
        **{name: str(item[name]) if item.get(name) else None for name in _PLACES},
    )  # fmt: skip


def _of(item: Mapped, here: Place, indicators: Mapping[str, Indicator], problems: list[Problem]) -> str | None:
    metric, indicator = item.get("metric"), item.get("indicator")
    if indicator is not None:
        if str(indicator) in indicators:
            return str(indicator)
        problems.append(here.problem("model_unknown", kind="indicator", value=str(indicator)[:40]))
        return None
    if metric in METRICS:
        return str(metric)
    problems.append(here.problem("model_choice", field="metric", found=str(metric)[:40], known=", ".join(METRICS)))
    return None


def _figures(item: Mapped, here: Place, problems: list[Problem]) -> tuple[float | None, float | None]:
    value, low, high = (entry.number(item.get(name), name, here, problems) for name in ("value", "low", "high"))
    low, high = (value if low is None else low), (value if high is None else high)
    if low is None or high is None or low > high:
        problems.append(here.problem("model_benchmark", id=item.get("id")))
        return None, None
    return low, high


def _day(value: Any, here: Place, problems: list[Problem]) -> dt.date | None:
    if value is None or type(value) is dt.date:
        return value
    problems.append(here.problem("model_day", field="date", found=str(value)[:40]))
    return None


def _whole(value: Any, here: Place, problems: list[Problem]) -> int | None:
    number = entry.number(value, "n", here, problems)
    return None if number is None else int(number)


def _word(item: Mapped, field: str, known: tuple[str, ...], here: Place, problems: list[Problem]) -> str | None:
    value = item.get(field)
    if value is None or value in known:
        return value
    problems.append(here.problem("model_choice", field=field, found=str(value)[:40], known=", ".join(known)))
    return None
