"""Beside the door: how much a mean of answers varies where one person gave several of them.

Ten ratings by one person say less than ten by ten people. Standard errors from sums a person (ratio estimator; Cochran
1977, Sampling Techniques, ch. 6 and 9A) do not become too small by that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cx.measure.dimensions import DIMENSIONS
from cx.measure.metrics import METRICS
from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Connection

_TOTALS = ("k", "total")  # what a share and a mean divide by their n


@dataclass(frozen=True)
class Clusters:
    """Integer sums over people: how many there are, their answers n and totals t, and the squares and products."""

    people: int
    n: int
    t: int
    nn: int
    tt: int
    nt: int

    def __add__(self, other: Clusters) -> Clusters:
        return Clusters(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    def deviation(self, mean: float | None = None) -> float:
        """Deviation a person, in the unit of t: the squared error of the mean of R people is its square over R.

        Around the mean of these people unless told another.
        """
        if not self.n:
            return 0.0
        m = self.t / self.n if mean is None else mean
        squares = max(self.tt - 2 * m * self.nt + m * m * self.nn, 0.0)
        free = self.people / (self.people - 1) if self.people > 1 else 1.0
        return math.sqrt(free * squares / self.people) * self.people / self.n

    def error(self) -> float:
        """Standard error of t / n."""
        return self.deviation() / math.sqrt(self.people) if self.people else 0.0


NOBODY = Clusters(0, 0, 0, 0, 0, 0)


def clusters(con: Connection, metric: str, scope: Scope, by: Sequence[str] = ()) -> Mapping[tuple[Any, ...], Clusters]:
    """Sums over people within ``scope`` by the dimensions ``by``, of a metric of answers that is a share or a mean.

    Also of cells too small to be shown: take from it only what the door shows. Raises ``ValueError`` for other metrics.
    """
    entry = METRICS[metric]
    sums = dict(entry.sums)
    total = next((sums[name] for name in _TOTALS if name in sums), None)
    if entry.view != "v_answer" or total is None:
        raise ValueError(f"{metric} has no people with several answers")
    condition, parameters = query.where(entry, scope)
    columns = "".join(f"{DIMENSIONS[name].sql} AS by_{at}, " for at, name in enumerate(by))
    keys = "".join(f"by_{at}, " for at in range(len(by)))
    rows = con.execute(
        f"SELECT {keys}COUNT(*), SUM(n), SUM(t), SUM(n * n), SUM(t * t), SUM(n * t) FROM "
        f"(SELECT {columns}response_id, {sums['n']} AS n, {total} AS t FROM {entry.view} WHERE {condition} "
        f"GROUP BY ALL) AS person" + (f" GROUP BY {keys[:-2]}" if by else ""),
        parameters,
    ).fetchall()
    width = len(by)
    return {tuple(row[:width]): Clusters(*(int(v or 0) for v in row[width:])) for row in rows}


@dataclass(frozen=True)
class Cross:
    """Sums over people who are in two selections: how many, and the products of their n and t in both."""

    people: int
    tt: int
    tn: int
    nt: int
    nn: int

    def covariance(self, a: Clusters, b: Clusters) -> float:
        """Covariance of the two means, in the squared unit of t."""
        if self.people < 2:
            return 0.0
        ma, mb = a.t / a.n, b.t / b.n
        free = self.people / (self.people - 1)
        return free * (self.tt - mb * self.tn - ma * self.nt + ma * mb * self.nn) / (a.n * b.n)


def cross(con: Connection, metric: str, a: Scope, b: Scope) -> Cross:
    """People with answers in both of two selections of the same metric, as :func:`clusters` takes it."""
    entry = METRICS[metric]
    sums = dict(entry.sums)
    total = next(sums[name] for name in _TOTALS if name in sums)
    parts, parameters = [], []
    for scope in (a, b):
        condition, some = query.where(entry, scope)
        parts.append(
            f"(SELECT response_id, {sums['n']} AS n, {total} AS t FROM {entry.view} WHERE {condition} "
            "GROUP BY response_id)"
        )
        parameters += some
    rows = con.execute(
        "SELECT COUNT(*), SUM(a.t * b.t), SUM(a.t * b.n), SUM(a.n * b.t), SUM(a.n * b.n) "
        f"FROM {parts[0]} AS a JOIN {parts[1]} AS b ON a.response_id = b.response_id",
        parameters,
    ).fetchall()
    return Cross(*(int(value or 0) for value in rows[0]))


def shared(con: Connection, metric: str, a: Scope, b: Scope) -> int:
    """How many answers of a metric (responses, where it counts those) are in both of two selections."""
    entry = METRICS[metric]
    (left, some), (right, more) = (query.where(entry, scope) for scope in (a, b))
    n = dict(entry.sums)["n"]
    rows = con.execute(f"SELECT {n} FROM {entry.view} WHERE ({left}) AND ({right})", some + more).fetchall()
    return int(rows[0][0] or 0)
