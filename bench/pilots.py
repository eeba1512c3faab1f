"""Pilots without any effect, and with the effect that was promised to be visible: how often each word falls.

``python -m bench pilots``: 500 pilots a line. Banks as they are: branches of unequal size and level, months that are
good or bad for all and for one branch alone, bad times that last. ``chosen``: pilots drawn by lot, or the worst
branches.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from dataclasses import dataclass

import numpy as np

from bench import line
from cx.act.verification import designing, history, proving
from cx.act.verification.history import Groups
from cx.act.verification.panel import Panel
from cx.act.verification.proving import Times

COUNT = int(os.environ.get("CX_BENCH_PILOTS", 500))
START = dt.date(2026, 1, 5)


@dataclass(frozen=True)
class Bank:
    """Answers that score NPS: ``answers`` a branch and week on the average, ``unequal`` the deviation of their
    logarithm; deviations in points of the branches' ``level``, of ``common`` and ``own`` shocks of four weeks;
    ``lasting``: how much of an own shock is left four weeks later; ``drift``: points that branches drift apart a year
    (deviation)."""

    branches: int = 30
    pilots: int = 8
    weeks: int = 16
    answers: float = 12.0
    unequal: float = 0.7
    level: float = 6.0
    common: float = 4.0
    own: float = 4.0
    lasting: float = 0.0
    drift: float = 0.0
    chosen: str = "lot"


BANKS = {
    "plain, 8 pilots": Bank(),
    "6 pilots, lasting shocks": Bank(pilots=6, lasting=0.7),
    "10 pilots, drifting branches": Bank(pilots=10, drift=6.0, lasting=0.5),
    "3 pilots, lasting shocks": Bank(pilots=3, lasting=0.7),
    "3 pilots, very unequal": Bank(pilots=3, unequal=1.3, lasting=0.5),
    "3 pilots of 8 branches": Bank(branches=8, pilots=3, lasting=0.5),
    "worst 8 branches": Bank(chosen="worst", lasting=0.7),
    "8 weeks, few answers": Bank(weeks=8, answers=3.0, lasting=0.5),
}


def simulated(bank: Bank, rng: np.random.Generator, effect: float = 0.0) -> tuple[Panel, tuple[str, ...], Times]:
    """One bank with pilots: three lengths of the pilot, the last after the start, with ``effect`` in points."""
    weeks, g = 3 * bank.weeks, bank.branches
    months = -(-weeks // 4)
    own = np.empty((g, months))
    own[:, 0] = rng.normal(0, bank.own, g)
    for at in range(1, months):
        fresh = rng.normal(0, bank.own * np.sqrt(1 - bank.lasting**2), g)
        own[:, at] = bank.lasting * own[:, at - 1] + fresh
    at = np.arange(weeks)
    points = 20 + rng.normal(0, bank.level, g)[:, None] + (own + rng.normal(0, bank.common, months))[:, at // 4]
    points = points + rng.normal(0, bank.drift, g)[:, None] * at / 52
    volume = bank.answers * np.exp(rng.normal(-(bank.unequal**2) / 2, bank.unequal, g))
    past = points[:, : 2 * bank.weeks].mean(axis=1) + rng.normal(0, 3, g)
    order = np.argsort(past) if bank.chosen == "worst" else rng.permutation(g)
    pilots = np.isin(np.arange(g), order[: bank.pilots])
    points = points + effect * pilots[:, None] * (at >= 2 * bank.weeks)
    return (
        _panel(points, rng.poisson(volume[:, None], points.shape), rng),
        tuple(f"b{i:03}" for i in np.flatnonzero(pilots)),
        Times(START, START + dt.timedelta(weeks=bank.weeks, days=-1), 7 * bank.weeks),
    )


def _panel(points: np.ndarray, n: np.ndarray, rng: np.random.Generator) -> Panel:
    """Promoters and detractors drawn week by week; 30% stay passive."""
    g, weeks = points.shape
    up = np.clip(0.35 + points / 200, 0.02, 0.68)
    promoters = rng.binomial(n, up)
    detractors = rng.binomial(n - promoters, np.clip((0.7 - up) / (1 - up), 0, 1))
    first = (START - dt.timedelta(weeks=2 * weeks // 3)).toordinal() + 7 * np.tile(np.arange(weeks), g)
    sums = np.array([n, 100.0 * (promoters - detractors), 1e4 * (promoters + detractors)]).reshape(3, -1)
    names = tuple(f"b{i:03}" for i in range(g))
    return Panel(names, np.repeat(np.arange(g), weeks), first, first + 6, sums[0], sums, True, "")


def judged(bank: Bank, rng: np.random.Generator, share: float = 0.0) -> tuple[str, float]:
    """The word for one pilot, and the change promised to be visible; its effect is ``share`` of that."""
    state = rng.bit_generator.state
    panel, pilots, times = simulated(bank, rng)
    controls = tuple(match.branch for match in history.alike(panel, pilots, times.past))
    groups = Groups(pilots, controls)
    seen, _ = designing.visible(panel, groups, times.before.last, times.days)
    promised = seen.change if seen else float("nan")
    if share and seen:
        rng.bit_generator.state = state
        panel, _, _ = simulated(bank, rng, share * promised)
    return proving.judge(panel, groups, times, higher=True).verdict, promised


def words(bank: Bank, count: int, seed: int, share: float = 0.0) -> tuple[Counter[str], float]:
    """How often each word fell in so many pilots, and the median of the changes promised."""
    rng = np.random.default_rng(seed)
    found = [judged(bank, rng, share) for _ in range(count)]
    return Counter(word for word, _ in found), float(np.nanmedian([promised for _, promised in found]))


def main() -> None:
    """Print one line a bank: without an effect, and with the one promised to be visible in four pilots of five."""
    wrong = 0
    for name, bank in BANKS.items():
        nothing, promised = words(bank, COUNT, 1)
        something, _ = words(bank, COUNT, 2, 1.0)
        found = nothing["proven"] + nothing["harmed"]
        wrong += found
        share, limit = found / COUNT, 0.05 + 2.33 * (0.05 * 0.95 / COUNT) ** 0.5  # what so many show by chance (99%)
        line(
            "pilots", share, round(limit, 3), share / limit, bank=name, pilots=bank.pilots, branches=bank.branches,
            no_effect=dict(nothing), visible_points=round(promised, 1),
            proven_at_visible=round(something["proven"] / max(1, COUNT - something["too_few"]), 3),
        )  # fmt: skip
    share = wrong / COUNT / len(BANKS)
    line("pilots_all", share, 0.05, share / 0.05)
