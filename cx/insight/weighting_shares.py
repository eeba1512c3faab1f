"""Do those who answered resemble the customers: shares of a sample beside those of the customer base."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cx.bank.population import Base
from cx.measure.scope import Scope
from cx.measure.statistics import CONFIDENCE, EMPTY, Estimate, benjamini_hochberg
from cx.store import query
from cx.store.query import Connection, Measured

CLEAR = 1.1  # times as many as among customers, or as few: less is not worth a word, however certain
Verdict = Literal["over", "under", "same", "hidden", "nobody", "outside"]


@dataclass(frozen=True)
class Share:
    """One value of a dimension: respondents (None: hidden) and their share, the share among customers, and the p
    adjusted for the number of values. ``nobody`` answered, or the base knows no such customers (``outside``)."""

    value: str
    n: int | None
    sample: float | None
    base: float
    q: float | None
    verdict: Verdict

    @property
    def off(self) -> float:
        """Sample minus base, as shares of 1; 0 where hidden."""
        return 0.0 if self.sample is None else self.sample - self.base


@dataclass(frozen=True)
class Compared:
    """A sample beside the customers by one dimension; ``unknown`` respondents have no value of it."""

    dimension: str
    rows: tuple[Share, ...]
    known: int
    unknown: int
    measured: Measured


def compare(con: Connection, scope: Scope, base: Base, dimension: str, metric: str = "nps") -> Compared:
    """Respondents of a metric beside the customers, by one dimension."""
    measured = query.measure(con, metric, scope, (dimension,))
    total = query.measure(con, metric, scope).total
    bases = {cell.key[0]: cell.estimate for cell in measured.cells}
    unknown = bases.pop(None, EMPTY)
    known = total.base - (unknown.base if unknown.value is not None else 0)
    wanted = base.shares(dimension)
    values = [*wanted, *(value for value in bases if value not in wanted)]
    found = [_share(value, bases.get(value, EMPTY), wanted.get(value, 0.0), known) for value in values]
    return Compared(dimension, _judged(found, known), known, unknown.base, measured)


def _share(value: str, found: Estimate, base: float, known: int) -> Share:
    if found.state == "hidden" or not known:
        return Share(value, None, None, base, None, "hidden")
    n = found.base
    return Share(value, n, n / known, base, None, "outside" if not base else "same" if n else "nobody")


def _judged(rows: Sequence[Share], known: int) -> tuple[Share, ...]:
    tested = [row for row in rows if row.verdict == "same"]
    adjusted = benjamini_hochberg([_p(row, known) for row in tested])
    verdicts = {row.value: (q, _verdict(row, q)) for row, q in zip(tested, adjusted, strict=True)}
    return tuple(
        replace(row, q=verdicts[row.value][0], verdict=verdicts[row.value][1]) if row.value in verdicts else row
        for row in rows
    )


def _p(row: Share, known: int) -> float:
    """Two-sided p that so many or so few came by chance (normal approximation, the base taken as certain)."""
    spread = math.sqrt(row.base * (1 - row.base) / known)
    return math.erfc(abs(row.off) / spread / math.sqrt(2)) if spread else 1.0


def _verdict(row: Share, q: float) -> Verdict:
    ratio = (row.sample or 0.0) / row.base
    if q >= 1 - CONFIDENCE or 1 / CLEAR < ratio < CLEAR:
        return "same"
    return "over" if ratio > 1 else "under"
