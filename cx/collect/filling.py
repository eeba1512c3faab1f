"""Staff who fill in themselves (员工代填): high scores in a hurry, one after another, at an hour of their own. One
such response says nothing; a branch's month full of them, beside the other branches, does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, lgamma, log, log1p

from cx.measure import statistics
from cx.store.query import Connection

_HOURS = 24


@dataclass(frozen=True)
class Month:
    """One branch's month: responses, those of the pattern, and the pattern's hours of the day (UTC).

    ``p`` is of pattern and hours together; ``q`` the false discovery rate over all months of all branches.
    """

    source: str
    branch: str
    month: str
    n: int
    pattern: tuple[str, ...]
    hours: tuple[int, ...]
    share_elsewhere: float = 0.0
    p: float = 1.0
    q: float = 1.0


def look(con: Connection, p: Mapping[str, float]) -> tuple[Mapping[str, int], list[tuple[object, float]]]:
    """How many responses were judged by source, and (response, q) of those in months that stand out."""
    found = months(con, p)
    flagged = [(id, each.q) for each in found if each.q <= p["q"] and len(each.pattern) >= p["least"]
               for id in each.pattern]  # fmt: skip
    judged = Counter[str]()
    for each in found:
        judged[each.source] += each.n
    return judged, flagged


def months(con: Connection, p: Mapping[str, float]) -> list[Month]:
    """Every branch's months with their evidence; needs the table ``judged`` of :mod:`cx.collect.signals`."""
    rows = con.execute(
        f"""
        WITH placed AS (
            SELECT *, submitted_at - lag(submitted_at) OVER device AS since,
                lead(submitted_at) OVER device - submitted_at AS until
            FROM judged WHERE branch IS NOT NULL AND nps IS NOT NULL AND pace IS NOT NULL
            WINDOW device AS (PARTITION BY source, branch, mode ORDER BY submitted_at, response_id)
        )
        SELECT source, branch, strftime(day, '%Y-%m') AS month, response_id, hour(submitted_at) AS hour,
            nps >= 9 AND pace < ? AND (since <= INTERVAL {int(p["minutes"])} MINUTE
            OR until <= INTERVAL {int(p["minutes"])} MINUTE) AS pattern
        FROM placed ORDER BY branch, month, response_id
        """,
        [p["hurried"]],
    ).fetchall()
    cells: dict[tuple[str, str, str], list[tuple[str, int, bool]]] = defaultdict(list)
    for source, branch, month, id, hour, pattern in rows:
        cells[source, branch, month].append((str(id), hour, bool(pattern)))
    return _tested(cells)


_Cells = Mapping[tuple[str, str, str], Sequence[tuple[str, int, bool]]]


def _tested(cells: _Cells) -> list[Month]:
    every, with_pattern, by_branch = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    own_pattern, hours = Counter[tuple[str, str]](), Counter[tuple[str, int]]()
    for (source, branch, _), rows in cells.items():
        found = sum(pattern for _, _, pattern in rows)
        every[source] += len(rows)
        with_pattern[source] += found
        by_branch[source, branch] += len(rows)
        own_pattern[source, branch] += found
        hours.update((source, hour) for _, hour, _ in rows)
    tested = []
    for (source, branch, month), rows in cells.items():
        others = every[source] - by_branch[source, branch]
        elsewhere = (with_pattern[source] - own_pattern[source, branch] + 0.5) / (others + 1)
        pattern = [(id, hour) for id, hour, is_so in rows if is_so]
        usual = {hour: hours[source, hour] / every[source] for hour in range(_HOURS)}
        p = _together(binomial_tail(len(pattern), len(rows), elsewhere), _one_hour([h for _, h in pattern], usual))
        tested.append(
            Month(
                source,
                branch,
                month,
                len(rows),
                tuple(id for id, _ in pattern),
                tuple(hour for _, hour in pattern),
                elsewhere,
                p,
            )
        )
    return [each for source in every for each in _adjusted([one for one in tested if one.source == source])]


def _adjusted(tested: Sequence[Month]) -> list[Month]:
    rates = statistics.benjamini_hochberg([each.p for each in tested])
    return [replace(each, q=q) for each, q in zip(tested, rates, strict=True)]


def _one_hour(found: Sequence[int], usual: Mapping[int, float]) -> float:
    """How unlikely it is that so many fall into one hour of the day, of as many hours as there are."""
    if not found:
        return 1.0
    counted = Counter(found)
    return min(1.0, _HOURS * min(binomial_tail(n, len(found), usual[hour]) for hour, n in counted.items()))


def _together(one: float, two: float) -> float:
    """Two p values as one (Fisher 1925): with four degrees of freedom chi squared has a tail in closed form."""
    half = -(log(max(one, 1e-300)) + log(max(two, 1e-300)))
    return exp(-half) * (1 + half)


def binomial_tail(k: int, n: int, p: float) -> float:
    """P(X ≥ k) of a binomial, summed in logarithms."""
    if k <= 0:
        return 1.0
    if p <= 0 or p >= 1:
        return float(p >= 1)
    terms = (
        lgamma(n + 1) - lgamma(i + 1) - lgamma(n - i + 1) + i * log(p) + (n - i) * log1p(-p) for i in range(k, n + 1)
    )
    return min(1.0, sum(map(exp, terms)))
