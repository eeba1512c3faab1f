"""From when an indicator means something else: the major versions of the dictionary. Values of periods that begin
before a break and of those that begin on it or later are not comparable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from cx.bank import diff
from cx.bank import model as bank
from cx.measure.scope import Scope
from cx.store import definitions, query
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Indicator, Model


@dataclass(frozen=True)
class Break:
    """From ``day`` (UTC) the values mean something else: ``fields`` of ``indicator`` (a computed one's own, or one of
    its parts) changed with a version of the dictionary."""

    day: dt.date
    version: str
    fields: tuple[str, ...]
    indicator: str


Breaks = Mapping[str, tuple[Break, ...]]


def breaks(con: Connection, model: Model) -> Breaks:
    """The breaks of every indicator that has some, oldest first; a computed one breaks with its parts."""
    own: dict[str, list[Break]] = {}
    for found in _breaks(con):
        own.setdefault(found.indicator, []).append(found)
    known = {name: [*own.get(name, ()), *_of_parts(own, model, name)] for name in {*own, *model.formulas}}
    return {name: tuple(sorted(some, key=lambda found: found.day)) for name, some in known.items() if some}


def within(con: Connection, name: str, first: dt.date, last: dt.date) -> tuple[Break, ...]:
    """The breaks of one indicator that is delivered (not computed) after ``first``, up to ``last``."""
    return tuple(each for each in _breaks(con) if each.indicator == name and first < each.day <= last)


def since(found: Breaks, name: str, last: dt.date | None = None) -> dt.date | None:
    """The day from which an indicator has the meaning that it has on ``last`` (default: now); None: it never broke."""
    days = [each.day for each in found.get(name, ()) if last is None or each.day <= last]
    return days[-1] if days else None


def alike(found: Breaks, name: str, days: Iterable[dt.date]) -> list[dt.date]:
    """Of these days, earliest first, those on which an indicator means the same as on the last of them."""
    ordered = sorted(days)
    start = since(found, name, ordered[-1]) if ordered else None
    return [day for day in ordered if start is None or day >= start]


def apart(con: Connection, found: Breaks, model: Model, *scopes: Scope) -> dict[str, dt.date]:
    """Indicators whose values in these scopes together lie on more than one side of a break, and the first day of the
    latest meaning among them. Scopes must have no filter that indicators do not know."""
    sides: dict[str, set[dt.date]] = {}
    for scope in scopes if found else ():
        for name, days in _days(con, scope, found, model).items():
            starts = (since(found, name, day) or dt.date.min for day in days)
            sides.setdefault(name, set()).update(starts)
    return {name: max(starts) for name, starts in sides.items() if len(starts) > 1}


def outdated(con: Connection, found: Breaks, model: Model, scope: Scope) -> frozenset[str]:
    """Indicators with values in a scope from before their present meaning: what the dictionary says of limits, targets
    and units is not about those values."""
    starts = {name: since(found, name) or dt.date.min for name in found}
    days = _days(con, scope, found, model) if found else {}
    return frozenset(name for name, known in days.items() if known and min(known) < starts[name])


def _days(con: Connection, scope: Scope, names: Iterable[str], model: Model) -> dict[str, set[dt.date]]:
    parts = {name: model.formulas[name].parts if name in model.formulas else (name,) for name in names}
    asked = sorted({part for some in parts.values() for part in some})
    cells = query.measure(con, "indicator", scope.narrowed(indicator=asked), ("indicator", "day")).cells
    days: dict[str, set[dt.date]] = {}
    for cell in cells:
        days.setdefault(cell.key[0], set()).add(cell.key[1])
    return {name: set().union(*(days.get(part, set()) for part in some)) for name, some in parts.items()}


def _of_parts(own: Mapping[str, list[Break]], model: Model, name: str) -> list[Break]:
    parts = model.formulas[name].parts if name in model.formulas else ()
    return [each for part in parts for each in own.get(part, ())]


def _breaks(con: Connection) -> Iterable[Break]:
    kept = definitions.dictionaries(con)
    if not any(each.level == "major" for each in kept):
        return
    last: dict[str, Indicator] = {}  # one that was taken out and comes back is compared with what it was
    for each in kept:
        entries = _entries(each.text)
        for change in _grave(last, entries):
            yield Break(each.day, each.version, change[1], change[0])
        last |= entries


def _grave(before: Mapping[str, Indicator], after: Mapping[str, Indicator]) -> Iterable[tuple[str, tuple[str, ...]]]:
    fields: dict[str, list[str]] = {}
    for change in diff.compare(before, after):
        if change.code == "changed" and change.level == "major":
            fields.setdefault(change.indicator, []).append(change.field)
    return [(name, tuple(some)) for name, some in fields.items()]


@lru_cache(maxsize=64)
def _entries(text: str) -> Mapping[str, Indicator]:
    return bank.dictionary(text)
