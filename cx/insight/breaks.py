"""Where answers must not be compared: a survey went to a new major version, by definition a change of meaning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cx.measure.metrics import METRICS
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Connection

Key = tuple[Any, ...]


@dataclass(frozen=True)
class Break:
    """``survey`` was first answered in a new major version in period ``day`` (its first day).

    ``before`` is the last version of the old major one that was answered, ``after`` the first of the new one.
    """

    day: dt.date
    survey: str
    before: str
    after: str


def within(con: Connection, scope: Scope, grain: str = "month", metric: str = "responses") -> tuple[Break, ...]:
    """Breaks in the days of a scope, earliest first, among the answers that ``metric`` counts; indicators have none."""
    return line(con, scope, grain, metric)[0]


def line(
    con: Connection, scope: Scope, grain: str, metric: str = "responses"
) -> tuple[tuple[Break, ...], frozenset[dt.date]]:
    """Breaks as :func:`within`, and the periods (first days) in which a survey was answered in both meanings: those
    compare neither with the period before nor with the one after."""
    if METRICS[metric].view == "v_indicator":
        return (), frozenset()
    cells = query.measure(con, metric, scope, ("survey_id", grain, "survey_version")).cells
    first: dict[tuple[str, str], dt.date] = {}
    versions: dict[tuple[str, str], list[str]] = {}
    for survey, day, version in (cell.key for cell in cells):
        major = survey, _major(version)
        first[major] = min(day, first.get(major, day))
        versions.setdefault(major, []).append(str(version))
    order = sorted(first, key=lambda major: (major[0], first[major], _number(major[1])))
    breaks = (
        Break(first[after], after[0], max(versions[before], key=_number), min(versions[after], key=_number))
        for before, after in zip(order, order[1:], strict=False)
        if before[0] == after[0]
    )
    mixed = _several(((day,), survey, version) for survey, day, version in (cell.key for cell in cells))
    return tuple(sorted(breaks, key=lambda found: found.day)), frozenset(day for (day,) in mixed)


def since(con: Connection, scope: Scope, before: Period | None, metric: str = "responses") -> tuple[Break, ...]:
    """Breaks between the first day of the period ``before`` and the scope's end; without such a period, none."""
    return within(con, scope.between(before.start, scope.end), "month", metric) if before else ()


def crossed(con: Connection, scope: Scope, before: Period, by: tuple[str, ...], metric: str) -> frozenset[Key]:
    """The keys of ``by`` under which one survey was answered in more than one major version since ``before``."""
    wide = scope.between(before.start, scope.end)
    cells = query.measure(con, metric, wide, (*by, "survey_id", "survey_version")).cells
    return _several((cell.key[:-2], cell.key[-2], cell.key[-1]) for cell in cells)


def _several(found: Iterable[tuple[Key, str | None, str | None]]) -> frozenset[Key]:
    majors: dict[tuple[Key, str | None], set[str]] = {}
    for key, survey, version in found:
        majors.setdefault((key, survey), set()).add(_major(version))
    return frozenset(key for (key, _), several in majors.items() if len(several) > 1)


def _major(version: object) -> str:
    return str(version).split(".")[0]


def _number(version: str) -> tuple[tuple[int, str], ...]:
    """A version as it counts: ``1.10.0`` after ``1.9.0``; other tools' versions by their letters."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in version.split("."))
