"""What there is of the indicators and when it came: periods by unit, corrections, checks of every value.

Reads beside the door: each takes a :class:`Scope` and counts only what its rights and filters let through.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.store.query import Connection, where

_UNIT = ("branch", "region", "channel", "business_line")
_KEY = ("indicator", "grain", "day", *_UNIT)
Unit = tuple[str | None, ...]
"""(branch, region, channel, business line) of a series; all None for the whole bank."""


@dataclass(frozen=True)
class Series:
    """One indicator of one unit: first and last period with a value, and how many periods have one."""

    indicator: str
    grain: str
    unit: Unit
    first: dt.date
    last: dt.date
    periods: int
    values: int


@dataclass(frozen=True)
class Rule:
    """What one indicator's values are checked against: plausible limits, what its unit makes of numerator over
    denominator (100 for per cent), and its usual grain."""

    indicator: str
    low: float | None
    high: float | None
    factor: float
    grain: str


@dataclass(frozen=True)
class Checks:
    """Values of one indicator: ``at_limit`` lie exactly on a plausible limit; of ``parted`` ones, which have numerator
    and denominator, ``agreeing`` are what these give; ``foreign`` are of another grain; ``keys`` are the places and
    periods they are for (fewer than values: duplicates)."""

    values: int
    at_limit: int
    parted: int
    agreeing: int
    foreign: int
    keys: int


@dataclass(frozen=True)
class Arrival:
    """``count`` values of one indicator and period came first on ``day`` (None: not known when)."""

    indicator: str
    grain: str
    period: dt.date
    day: dt.date | None
    count: int


def series(con: Connection, scope: Scope) -> tuple[Series, ...]:
    """Every series in force within a scope."""
    condition, parameters = where(METRICS["indicator"], scope)
    unit = ", ".join(_UNIT)
    rows = con.execute(
        f"SELECT indicator, grain, {unit}, MIN(day), MAX(day), COUNT(DISTINCT day), COUNT(*) FROM v_indicator "
        f"WHERE {condition} GROUP BY indicator, grain, {unit} ORDER BY indicator, grain, {unit}",
        parameters,
    ).fetchall()
    width = 2 + len(_UNIT)
    return tuple(Series(row[0], row[1], tuple(row[2:width]), *row[width:]) for row in rows)


def latest(con: Connection, scope: Scope) -> tuple[tuple[str, str, dt.date, dt.date, int], ...]:
    """(indicator, grain, first period, last period, values) within a scope."""
    condition, parameters = where(METRICS["indicator"], scope)
    return tuple(
        con.execute(
            f"SELECT indicator, grain, MIN(day), MAX(day), COUNT(*) FROM v_indicator WHERE {condition} "
            "GROUP BY indicator, grain ORDER BY indicator, grain",
            parameters,
        ).fetchall()
    )


def periods(con: Connection, scope: Scope, wanted: Sequence[Series]) -> dict[tuple[str, str, Unit], set[dt.date]]:
    """Periods with a value of the series ``wanted``, by (indicator, grain, unit)."""
    if not wanted:
        return {}
    names = {one.indicator for one in wanted}
    condition, parameters = where(METRICS["indicator"], scope.narrowed(indicator=names))
    columns = ("indicator", "grain", *_UNIT)
    given = [list(column) for column in zip(*((one.indicator, one.grain, *one.unit) for one in wanted), strict=True)]
    mine = ", ".join(f"v.{name}" for name in columns)
    lists = ", ".join(f"unnest(CAST(? AS VARCHAR[])) AS {name}" for name in columns)
    rows = con.execute(
        f"SELECT {mine}, list(v.day) FROM (SELECT * FROM v_indicator WHERE {condition}) v "
        f"JOIN (SELECT {lists}) w ON {_same('v', 'w', columns)} GROUP BY {mine}",
        [*parameters, *given],
    ).fetchall()
    return {(row[0], row[1], row[2:-1]): set(row[-1]) for row in rows}


def _same(one: str, other: str, columns: Sequence[str]) -> str:
    """That two tables have the same values in these columns; a unit's may be NULL."""
    signs = {name: "IS NOT DISTINCT FROM" if name in _UNIT else "=" for name in columns}
    return " AND ".join(f"{one}.{name} {sign} {other}.{name}" for name, sign in signs.items())


def checks(con: Connection, scope: Scope, rules: Sequence[Rule]) -> dict[str, Checks]:
    """Every value in force against its indicator's rule; indicators without a rule are left out.

    Parts agree when they give the value within 1% of it or, for rounded small values, within 0.01.
    """
    if not rules:
        return {}
    condition, parameters = where(METRICS["indicator"], scope)
    given = ", ".join(["(?, CAST(? AS DOUBLE PRECISION), CAST(? AS DOUBLE PRECISION), ?, ?)"] * len(rules))
    facts: list[Any] = [part for r in rules for part in (r.indicator, r.low, r.high, r.factor, r.grain)]
    real = "CAST({} AS DOUBLE PRECISION)"
    value, made = real.format("v.value"), f"{real.format('v.numerator')} * r.factor / {real.format('v.denominator')}"
    parted = "v.numerator IS NOT NULL AND v.denominator IS NOT NULL AND v.denominator <> 0"
    near = f"ABS({made} - {value}) <= 0.01 OR ABS({made} - {value}) <= 0.01 * ABS({value})"
    key = ", ".join(f"v.{name}" for name in _KEY)
    rows = con.execute(
        f"WITH r(id, low, high, factor, grain) AS (VALUES {given}) "
        f"SELECT v.indicator, COUNT(*), SUM(CASE WHEN {value} = r.low OR {value} = r.high THEN 1 ELSE 0 END), "
        f"SUM(CASE WHEN {parted} THEN 1 ELSE 0 END), SUM(CASE WHEN {parted} AND ({near}) THEN 1 ELSE 0 END), "
        f"SUM(CASE WHEN v.grain <> r.grain THEN 1 ELSE 0 END), "
        f"COUNT(DISTINCT {_place(key)}) FROM (SELECT * FROM v_indicator WHERE {condition}) v "
        "JOIN r ON v.indicator = r.id GROUP BY v.indicator",
        [*facts, *parameters],
    ).fetchall()
    return {row[0]: Checks(*(int(n or 0) for n in row[1:])) for row in rows}


def _place(key: str) -> str:
    """The place and period of a value; a branch's region adds nothing to it."""
    return f"hash({key.replace('v.region', 'CASE WHEN v.branch IS NULL THEN v.region END')})"


def corrected(con: Connection, scope: Scope) -> dict[str, int]:
    """How many values a later upload changed, by indicator; a file loaded again with the same value changes none."""
    condition, parameters = where(METRICS["indicator"], scope)
    key, mine = ", ".join(_KEY), ", ".join(f"v.{name}" for name in _KEY)
    rows = con.execute(
        f"WITH touched AS (SELECT DISTINCT {key} FROM indicator_value WHERE {condition} AND superseded_by IS NOT NULL) "
        "SELECT indicator, SUM(CASE WHEN versions > 1 THEN 1 ELSE 0 END) FROM "
        f"(SELECT {mine}, COUNT(DISTINCT v.value) AS versions FROM (SELECT * FROM indicator_value WHERE {condition}) v "
        f"JOIN touched w ON {_same('v', 'w', _KEY)} GROUP BY {mine}) AS k GROUP BY indicator",
        [*parameters, *parameters],
    ).fetchall()
    return {name: int(changed) for name, changed in rows}


def arrivals(con: Connection, scope: Scope) -> tuple[Arrival, ...]:
    """When each period's values came first, also those that were corrected since."""
    condition, parameters = where(METRICS["indicator"], scope)
    key = ", ".join(_KEY)
    rows = con.execute(
        f"SELECT indicator, grain, day, came, COUNT(*) FROM (SELECT {key}, MIN(CAST(u.loaded_at AS DATE)) AS came "
        f"FROM (SELECT * FROM indicator_value WHERE {condition}) v LEFT JOIN upload u USING (upload_id) "
        f"GROUP BY {key}) AS k GROUP BY indicator, grain, day, came ORDER BY indicator, grain, day, came",
        parameters,
    ).fetchall()
    return tuple(Arrival(*row) for row in rows)
