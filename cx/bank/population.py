"""The customer base: how many customers the bank has by segment, region and so on. What a sample is weighted to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cx.bank import entry, reading
from cx.bank.model import Model
from cx.words import Problem, Refused

FILE = "population.yaml"
DIMENSIONS = ("segment", "region", "branch", "business_line", "product", "channel")
APART = 0.01  # share by which the totals of two dimensions may differ before it is told
Text = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Row:
    """Customers with one value of a dimension; ``where`` it stands in its file."""

    dimension: str
    value: str
    customers: int
    where: str = ""


@dataclass(frozen=True, eq=False)
class Base:
    """The customers of the whole bank: by every dimension in ``rows`` the same ones. ``about`` are its words by
    language, or the file that it came from. Compared and hashed by identity, as answers are cached by it."""

    rows: tuple[Row, ...]
    about: Text
    as_of: dt.date | None = None
    given_by: str = ""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that it knows, in the order of :data:`DIMENSIONS`."""
        known = {row.dimension for row in self.rows}
        return tuple(name for name in DIMENSIONS if name in known)

    def customers(self, dimension: str) -> Mapping[str, int]:
        """Customers by value."""
        return {row.value: row.customers for row in self.rows if row.dimension == dimension}

    def shares(self, dimension: str) -> Mapping[str, float]:
        """Share of all customers (0..1) by value, of those who have any."""
        found = self.customers(dimension)
        total = sum(found.values())
        return {value: n / total for value, n in found.items() if n}


def members(model: Model, dimension: str) -> Mapping[str, Any]:
    """What values of a dimension the bank has."""
    return {
        "segment": model.segments, "region": model.regions, "branch": model.branches, "product": model.products,
        "business_line": model.business_lines, "channel": model.channels,
    }[dimension]  # fmt: skip


def checked(rows: Iterable[Row], name: str) -> tuple[tuple[Row, ...], tuple[Problem, ...]]:
    """The rows, and warnings about them.

    Raises :class:`Refused`: a value that is there twice, a dimension that tells nothing apart, nothing at all.
    """
    kept, problems = {}, []
    for row in rows:
        key = row.dimension, row.value
        if key in kept:
            values = {"dimension": row.dimension, "value": row.value, "first": kept[key].where}
            problems.append(Problem("base_double", row.where, values))
        kept.setdefault(key, row)
    totals: dict[str, int] = {}
    for dimension in dict.fromkeys(row.dimension for row in kept.values()):
        counts = [row.customers for row in kept.values() if row.dimension == dimension]
        totals[dimension] = sum(counts)
        if sum(n > 0 for n in counts) < 2:
            problems.append(Problem("base_single", name, {"dimension": dimension}))
    if not kept:
        problems.append(Problem("base_empty", name))
    if problems:
        raise Refused(*problems)
    low, high = (choose(totals, key=totals.__getitem__) for choose in (min, max))
    if totals[high] <= totals[low] * (1 + APART):
        return tuple(kept.values()), ()
    values = {"low": low, "low_total": f"{totals[low]:,}", "high": high, "high_total": f"{totals[high]:,}"}
    return tuple(kept.values()), (Problem("base_totals", name, values, "warning"),)


def shipped(folder: Path, model: Model) -> Base | None:
    """The base in the model's own file; None where there is none or where it cannot be used."""
    file = folder / FILE
    try:
        return _read(file, file.stat().st_mtime_ns, model)
    except OSError:
        return None


@lru_cache(maxsize=8)
def _read(file: Path, _written: int, model: Model) -> Base | None:
    problems: list[Problem] = []
    found = reading.read(file, problems) or reading.Mapped()
    place, rows = reading.Place(FILE), []
    customers = found.get("customers")
    for dimension, counts in customers.items() if isinstance(customers, dict) else ():
        if dimension in DIMENSIONS and isinstance(counts, reading.Mapped):
            known = members(model, dimension)
            rows += [
                Row(dimension, value, n, f"{FILE}:{counts.lines.get(value, counts.line)}")
                for value, n in counts.items()
                if value in known and isinstance(n, int) and n >= 0
            ]
    try:
        kept, _ = checked(rows, FILE)
    except Refused:
        return None
    day = found.get("as_of")
    about = tuple(entry.label(found.get("about"), place, problems).items())
    return Base(kept, about, day if isinstance(day, dt.date) else None)
