"""Beside the door: what two selections have in common, people and answers (errors as in :mod:`cx.measure.people`)."""

from __future__ import annotations

from dataclasses import dataclass

from cx.measure.metrics import METRICS
from cx.measure.people import Clusters
from cx.measure.scope import Scope
from cx.store import query
from cx.store.query import Connection


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
    """People with answers in both of two selections of the same metric of answers, a share or a mean."""
    entry = METRICS[metric]
    sums = dict(entry.sums)
    total = sums[entry.rated or ""]
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
