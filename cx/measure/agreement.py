"""Whether two measures of the same places move together, over branches and over time, and how often shuffled data would
seem to. Pure; the same seed gives the same answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cx.measure import lag
from cx.measure.lag import Floats, Lead, Residuals
from cx.measure.statistics import benjamini_hochberg

LEVEL, SHUFFLES, SEED, LAGS = 0.05, 9999, 20260930, 3
FEWEST_BRANCHES = 8
FEWEST_IN_STRATUM = 3


@dataclass(frozen=True)
class Branches:
    """Values of both sides by branch, in the same order: ``x`` the indicator, turned so that higher is better, ``y``
    the answers. ``strata``: branches are compared within one (a region); one value throughout compares all."""

    names: tuple[str, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    strata: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """One place and one indicator. ``worse`` is the p of "both sides are bad there" (0 where that is a fact, 1 where
    it is not so). ``series``: indicator (higher is better) and answers over time, covariates taken out."""

    place: str
    indicator: str
    worse: float
    branches: Branches | None = None
    series: tuple[Residuals, Residuals] | None = None


@dataclass(frozen=True)
class Rank:
    """Rank correlation over branches within strata: ``r`` with interval, permutation p; ``n`` branches."""

    r: float
    low: float | None
    high: float | None
    n: int
    p: float
    within: bool


@dataclass(frozen=True)
class Link:
    """How one indicator goes with the answers of its place; ``rank_q`` and ``lead_qs`` are p values after
    Benjamini-Hochberg over everything that was tried. ``confirmed``: see :func:`judge`."""

    pair: Pair
    rank: Rank | None
    leads: tuple[Lead, ...]
    rank_q: float | None
    lead_qs: tuple[float | None, ...]
    p: float
    confirmed: bool = False

    @property
    def tested(self) -> bool:
        """Whether there was anything to test."""
        return self.rank is not None or any(lead.p is not None for lead in self.leads)

    @property
    def best(self) -> Lead | None:
        """The lag whose q is lowest among those that go the right way; without such, the lowest of all."""
        shown = [(q, lead) for q, lead in zip(self.lead_qs, self.leads, strict=True) if q is not None]
        return min(shown, key=lambda one: (one[1].r <= 0, one[0], one[1].p or 0.0), default=(0, None))[1]


@dataclass(frozen=True)
class Verdict:
    """Links in the order given. ``rate``: share of the shuffled data sets in which any place would have been linked
    at ``threshold``, were every place bad on both sides; ``threshold`` is the level, or lower where that would exceed
    it. ``tried`` tests; ``place_qs``: by place, what was held against the threshold."""

    links: tuple[Link, ...]
    level: float
    threshold: float
    rate: float
    shuffles: int
    tried: int
    place_qs: Mapping[str, float]

    @property
    def confirmed(self) -> frozenset[str]:
        return frozenset(link.pair.place for link in self.links if link.confirmed)


def judge(pairs: Sequence[Pair], level: float = LEVEL, lags: int = LAGS, shuffles: int = SHUFFLES) -> Verdict:
    """Test every pair over branches and at every lag, and say which places are confirmed.

    A place is confirmed by an indicator when (a) both sides are bad (``worse``), (b) at least one test shows that they
    go together the right way, its q over everything tried below the threshold, and (c) so is the q of the place: Simes
    over the tests of a pair, the larger of that and ``worse``, Simes over the pairs of a place, Benjamini-Hochberg over
    the places. (c) keeps one place with many linked tests from lending its luck to the others.
    """
    keys, turns = _draws(pairs, shuffles)
    tests = [_tests(pair, lags, keys, turns) for pair in pairs]
    width = sum(test.real.size for test in tests)
    if not width:
        return Verdict(tuple(_link(p, t, None, False) for p, t in zip(pairs, tests, strict=True)), level, level, 0.0,
                       shuffles, 0, {})  # fmt: skip
    real = np.concatenate([test.real for test in tests])[None, :]
    null = np.concatenate([test.null for test in tests], axis=1)
    signs = np.concatenate([test.sign for test in tests])[None, :]
    turned = np.concatenate([test.null_sign for test in tests], axis=1)
    columns = np.repeat(np.arange(len(pairs)), [test.real.size for test in tests])
    places = [pair.place for pair in pairs]
    held = _scores(null, turned, columns, places, np.zeros(len(pairs)))[0]
    threshold = _threshold(held.min(axis=1), level)
    worse = np.array([pair.worse for pair in pairs])
    scores, per_pair, flat = _scores(real, signs, columns, places, worse)
    named = dict(zip(dict.fromkeys(places), scores[0].tolist(), strict=True))
    links = []
    for at, (pair, test) in enumerate(zip(pairs, tests, strict=True)):
        good = (flat[0, columns == at] <= threshold) & (test.sign > 0)
        confirmed = pair.worse <= threshold and named[pair.place] <= threshold and bool(good.any())
        links.append(_link(pair, test, flat[0, columns == at], confirmed and bool(per_pair[0, at] <= threshold)))
    rate = float((held.min(axis=1) <= threshold).mean())
    return Verdict(tuple(links), level, threshold, rate, shuffles, width, named)


@dataclass(frozen=True)
class _Tests:
    """The tests of one pair: p and direction of the real data (m) and of each shuffle (shuffles × m)."""

    rank: Rank | None
    leads: tuple[Lead, ...]
    real: Floats
    sign: Floats
    null: Floats
    null_sign: Floats


def _draws(pairs: Sequence[Pair], shuffles: int) -> tuple[Mapping[str, Floats], Floats]:
    """One shuffle moves a branch, or turns time, the same way in every pair: what indicators share stays shared."""
    rng = np.random.default_rng(SEED)
    names = sorted({name for pair in pairs if pair.branches for name in pair.branches.names})
    return dict(zip(names, rng.random((len(names), shuffles)), strict=True)), rng.random(shuffles)


def _tests(pair: Pair, lags: int, keys: Mapping[str, Floats], turns: Floats) -> _Tests:
    rank, rank_null, rank_sign = _rank(pair.branches, keys)
    found = lag.leads(*pair.series, lags) if pair.series else ()
    asked = [lead for lead in found if lead.p is not None]
    null, null_sign = _turned(pair.series, asked, turns) if asked and pair.series else ([], [])
    real = [rank.p] * (rank is not None) if rank else []
    sign = [rank.r] if rank else []
    columns, signs = ([rank_null], [rank_sign]) if rank else ([], [])
    empty = np.empty((len(turns), 0))
    return _Tests(
        rank, found, np.array(real + [lead.p or 0.0 for lead in asked]), np.array(sign + [lead.r for lead in asked]),
        np.column_stack([empty, *columns, *null]), np.column_stack([empty, *signs, *null_sign]),
    )  # fmt: skip


def ranks(values: Sequence[float] | Floats) -> Floats:
    """Ranks from 1, ties sharing their mean."""
    _, place, counts = np.unique(np.asarray(values, float), return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def strata(branches: Branches) -> npt.NDArray[np.int64]:
    """Which stratum each branch is in; all in one where any stratum has fewer than three."""
    _, place, counts = np.unique(branches.strata, return_inverse=True, return_counts=True)
    return place if counts.min() >= FEWEST_IN_STRATUM else np.zeros(len(place), np.int64)


def centred(values: Sequence[float], groups: npt.NDArray[np.int64]) -> Floats:
    """Ranks of the values less the mean rank of their stratum: what the scatter of branches shows."""
    found = ranks(values)
    return found - (np.bincount(groups, found) / np.bincount(groups))[groups]


def _rank(branches: Branches | None, keys: Mapping[str, Floats]) -> tuple[Rank | None, Floats, Floats]:
    nothing = np.empty(0)
    if branches is None or len(branches.names) < FEWEST_BRANCHES:
        return None, nothing, nothing
    groups = strata(branches)
    x, y = centred(branches.x, groups), centred(branches.y, groups)
    scale = float(np.sqrt((x @ x) * (y @ y)))
    if scale < 1e-9:
        return None, nothing, nothing
    base = np.argsort(groups, kind="stable")
    order = np.argsort(np.array([keys[name] for name in branches.names]) + groups[:, None], axis=0)
    drawn, r = (y[base] @ x[order]) / scale, float(x @ y) / scale
    sizes, n = np.sort(np.abs(drawn)), len(drawn)
    above = n - np.searchsorted(sizes, np.abs(np.append(drawn, r)) - 1e-9)
    left = len(x) - len(np.unique(groups)) + 1
    low, high = lag.interval(r, left, 1 + r * r / 2)  # Bonett and Wright 2000, for ranks
    p = float(above[-1] + 1) / (n + 1)
    # A shuffle is one of the drawn itself; the real order takes its place among the others.
    return Rank(r, low, high, len(x), p, len(np.unique(groups)) > 1), (above[:-1] + 1) / (n + 1), drawn


def _turned(
    series: tuple[Residuals, Residuals], asked: Sequence[Lead], turns: Floats
) -> tuple[list[Floats], list[Floats]]:
    """p and r of each shuffle: the indicator's series turned round in a circle, at least the longest lag away."""
    x, y = (lag.scaled(side.values) for side in series)
    n, most = len(x), max(lead.lag for lead in asked)
    allowed = np.arange(most + 1, n - most)
    picked = (turns * len(allowed)).astype(int)
    rolled = x[(np.arange(n) - allowed[:, None]) % n]
    ps, rs = [], []
    for lead in asked:
        column = rolled[:, : n - lead.lag] @ y[lead.lag :] / n
        ps.append(np.array([lag.p_value(float(r), lead.effective) for r in column], float)[picked])
        rs.append(column[picked])
    return ps, rs


def _scores(
    p: Floats, sign: Floats, columns: npt.NDArray[np.int64], places: Sequence[str], worse: Floats
) -> tuple[Floats, Floats, Floats]:
    """By row (a data set): what each place is held to, each pair's p, and each test's q over everything tried."""
    flat = _adjusted(p)
    right = np.where(sign > 0, p, 1.0)
    pairs = np.ones((len(p), len(places)))
    flats = np.ones((len(p), len(places)))
    for at in np.unique(columns):
        mine = columns == at
        pairs[:, at] = np.maximum(_simes(right[:, mine]), worse[at])
        flats[:, at] = np.maximum(np.where(sign[:, mine] > 0, flat[:, mine], 1.0).min(axis=1), worse[at])
    names = list(dict.fromkeys(places))
    tested = set(columns.tolist())
    per_place, floor = np.ones((len(p), len(names))), np.ones((len(p), len(names)))
    for number, name in enumerate(names):
        mine = [at for at, place in enumerate(places) if place == name and at in tested]
        if mine:
            per_place[:, number], floor[:, number] = _simes(pairs[:, mine]), flats[:, mine].min(axis=1)
    asked = [number for number, name in enumerate(names) if any(places[at] == name for at in tested)]
    per_place[:, asked] = _adjusted(per_place[:, asked])
    return np.maximum(per_place, floor), pairs, flat


def _simes(p: Floats) -> Floats:
    """Simes' p over the columns: the least of m · p(i) / i."""
    m = p.shape[1]
    return np.minimum(1.0, (np.sort(p, axis=1) * m / np.arange(1, m + 1)).min(axis=1))


def _adjusted(p: Floats) -> Floats:
    """Benjamini-Hochberg over the columns, row by row; one row by the function that every screen uses."""
    if len(p) == 1:
        return np.array([benjamini_hochberg(p[0].tolist())])
    m = p.shape[1]
    order = np.argsort(p, axis=1)
    raised = np.take_along_axis(p, order, axis=1) * m / np.arange(1, m + 1)
    least = np.minimum(np.minimum.accumulate(raised[:, ::-1], axis=1)[:, ::-1], 1.0)
    found = np.empty_like(p)
    np.put_along_axis(found, order, least, axis=1)
    return found


def _threshold(best: Floats, level: float) -> float:
    """The level; where more shuffles than that have a score within it, the largest lower one that they keep."""
    if float((best <= level).mean()) <= level:
        return level
    kept = np.sort(best)[int(level * len(best))]
    below = best[best < kept]
    return float(below.max()) if below.size else 0.0


def _link(pair: Pair, test: _Tests, qs: Floats | None, confirmed: bool) -> Link:
    left = [] if qs is None else qs.tolist()
    rank_q = left.pop(0) if test.rank and left else None
    lead_qs = tuple(left.pop(0) if lead.p is not None and left else None for lead in test.leads)
    least = min((p for p, s in zip(test.real, test.sign, strict=True) if s > 0), default=1.0)
    return Link(pair, test.rank, test.leads, rank_q, lead_qs, float(least), confirmed)
