"""What tests of the demo bank share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cx.demo.truth import truth
from cx.measure.scope import WHOLE_BANK, Scope
from cx.measure.statistics import Estimate
from cx.store.query import Connection

ROOT = Path(__file__).resolve().parents[1]

TRUE = truth()


def scope(kind: str | None = None, **where: Any) -> Scope:
    return Scope(WHOLE_BANK, nps_kind=kind).narrowed(**where)


def near(estimate: Estimate, expected: float, errors: float = 3.3) -> bool:
    """Within so many standard errors: with 50 comparisons, 2 would fail by chance."""
    assert estimate.value is not None and estimate.se is not None
    return abs(estimate.value - expected) <= errors * estimate.se


def rows(con: Connection, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return con.execute(sql, list(values)).fetchall()
