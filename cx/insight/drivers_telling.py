"""A study from what is known so far: importances, ranks, effects and their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cx.insight.drivers_shape import CHANCE, LEAST, MOST_VITAL, PER_DRIVER, Driver, Outcome, Study
from cx.measure import drivers as measure
from cx.measure import drivers_draws
from cx.measure.drivers_draws import Draws
from cx.measure.statistics import Estimate, incomplete_beta, mean, z_value
from cx.store.drivers import Asked, Table

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_LOGIT_ROWS = 100_000


class Material:
    """Everything that a study is told from, before and between draws."""

    def __init__(
        self, table: Table, values: npt.NDArray[np.int16], known: npt.NDArray[np.bool_], moments: measure.Moments,
        used: tuple[Asked, ...], left_out: tuple[tuple[str, str], ...], older: tuple[str, ...], outcome: Outcome,
        wanted: int,
    ) -> None:  # fmt: skip
        self.table, self.moments, self.used, self.outcome = table, moments, used, outcome
        self.left_out, self.older, self.wanted = left_out, older, wanted
        p = len(used)
        self.r = moments.correlations
        self.point = drivers_draws.solved(moments.each(lambda part: part[None]), p)
        whole = known[:, :p].all(axis=1)
        self.complete = int(whole.sum())
        self.logit = self._logit(values[whole][:_LOGIT_ROWS], p)
        self.lmg = measure.lmg(self.r[:p, :p], self.r[:p, p]) if p <= measure.MOST_SUBSETS else None

    def _logit(self, rows: npt.NDArray[np.int16], p: int) -> Any:
        if self.outcome.kind != "share" or len(rows) < max(LEAST, PER_DRIVER * p) or not rows[:, :p].std(axis=0).all():
            return None
        return measure.johnson_logit(rows[:, :p].astype(float), rows[:, p] > 0)


def told(whole: Material, draws: Draws, made: int) -> Study:
    """The study after ``made`` draws."""
    import numpy as np

    p, raw = len(whole.used), whole.point.weights[0]
    total, n = float(raw.sum()), len(whole.table.values)
    order = np.argsort(-raw, kind="stable")
    share, drawn = raw / total, draws.weights / draws.weights.sum(axis=1, keepdims=True)
    above = share - 1 / p > z_value(1 - 2 * CHANCE / p) * drawn.std(axis=0)  # one-sided, corrected for p drivers
    vital = min(MOST_VITAL, int(np.argmin([*above[order], False])))
    rated = np.diagonal(whole.moments.n)[:p]
    # Satisfaction is in hundredths; an outcome of that kind too.
    scale = (1 if whole.outcome.kind == "satisfaction" else 100) * rated / n
    lows, highs = draws.interval(drawn)
    rank_lows, rank_highs = draws.interval(draws.ranks)
    effect, (effect_low, effect_high) = whole.point.slopes[0] * scale, draws.interval(draws.slopes * scale)
    means = _means(whole.moments, p)
    sure = (draws.ranks <= (vital or min(MOST_VITAL, p - 1))).mean(axis=0)
    found = [
        Driver(
            question=whole.used[at].id, touchpoint=whole.used[at].touchpoint, n=int(rated[at]),
            reach=float(rated[at] / n),
            weight=float(share[at]), low=float(lows[at]), high=float(highs[at]), rank=place,
            ranks=(int(np.floor(rank_lows[at])), int(np.ceil(rank_highs[at]))), sure=float(sure[at]),
            effect=float(effect[at]), effect_low=float(effect_low[at]), effect_high=float(effect_high[at]),
            alone=float(whole.r[at, p]), mean=means[at],
            lmg=None if whole.lmg is None else float(whole.lmg[at] / whole.lmg.sum()),
            logit=None if whole.logit is None else float(whole.logit[at]),
        )
        for place, at in enumerate(order.tolist(), 1)
    ]  # fmt: skip
    pairs = whole.moments.n[np.ix_(order, order)].astype(int)
    return Study(
        whole.outcome, n, total, _noise(total, p, float(np.median(pairs))), tuple(found), vital,
        tuple(tuple(row) for row in pairs.tolist()), whole.left_out, whole.complete, whole.older, made, whole.wanted,
        draws.failed, whole.table.measured,
    )  # fmt: skip


def _means(found: measure.Moments, p: int) -> list[Estimate]:
    """Satisfaction with each driver, 1..5, among those who gave the outcome too."""
    sums = [(found.x[at, at] / 100, found.xx[at, at] / 10_000, int(found.n[at, at])) for at in range(p)]
    return [mean(float(total), float(squares), n) for total, squares, n in sums]


def _noise(explained: float, drivers: int, n: float) -> bool:
    """Whether R² is what chance gives as often as once in twenty: F test with the bases of the middle pair."""
    rest = n - drivers - 1
    if rest < 1:
        return True
    f = explained / drivers / max((1 - explained) / rest, 1e-12)
    return incomplete_beta(rest / 2, drivers / 2, rest / (rest + drivers * f)) > CHANCE
