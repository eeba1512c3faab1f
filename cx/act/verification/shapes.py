"""What a verification says before the start (``Design``) and at the end (``Proof``).

All values are in the unit of the metric they are about. An effect is the change of the pilots minus the change of the
controls: its sign is the metric's own, so that -5 queueing minutes are an improvement where lower is better.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from cx.act.verification.comparing import BeforeAfter
from cx.act.verification.comparing import Verdict as Plain
from cx.measure.statistics import Estimate

Verdict = Literal["proven", "not_proven", "too_small", "harmed", "too_few"]
Word = Verdict | Plain  # what may stand in a record: before there were controls, the words of before and after
Reason = Literal[
    "early", "broken", "redefined", "pretrend", "placebo", "pilots", "controls", "answers", "rights", "noise",
]  # fmt: skip


@dataclass(frozen=True)
class Match:
    """A control ``branch`` and the pilot it was taken for: ``distance`` (0 alike; 1 one deviation of the bank apart),
    ``level`` and ``trend`` its mean and its change over the history minus the pilot's, ``volume`` its answers (or
    values of an indicator) per one of the pilot's."""

    branch: str
    pilot: str
    distance: float
    level: float
    trend: float
    volume: float


@dataclass(frozen=True)
class Seen:
    """The smallest true change found in four pilots of five with windows of ``weeks``, between so many ``pilots`` and
    ``controls``; ``pairs``: how often the history could be cut into two such windows."""

    weeks: int
    change: float
    pairs: int
    pilots: int
    controls: int


@dataclass(frozen=True)
class Design:
    """Before the start. ``controls`` are the charter's, or proposed by likeness; ``unlike`` the branches left out
    because none of the pilots is like them. ``visible``: the smallest change that these pilots can show in the
    charter's weeks; None where the history does not tell (``reasons``: pilots, controls, answers). ``scaled``: it was
    reckoned from shorter windows. ``wanted``: the change from the level before to the target. ``aimed``: the change
    that counts, the charter's smallest worth having, else the wanted one; ``chance`` to prove it where it is true.
    ``by_weeks``: other lengths; ``by_pilots``: (pilots, visible) with that many pilots and the other branches as
    controls. ``weeks_needed`` and ``pilots_needed`` show what is aimed at; None where none of those looked at does.
    """

    controls: tuple[Match, ...]
    unlike: tuple[str, ...]
    before: Estimate
    wanted: float | None
    aimed: float | None
    visible: float | None
    chance: float | None
    scaled: bool
    by_weeks: tuple[Seen, ...]
    by_pilots: tuple[tuple[int, float], ...]
    weeks_needed: int | None
    pilots_needed: int | None
    reasons: tuple[Reason, ...] = ()

    @property
    def enough(self) -> bool | None:
        """Whether what is aimed at can be seen at all; None where that is not known."""
        if self.visible is None or self.aimed is None:
            return None
        return self.aimed >= self.visible


@dataclass(frozen=True)
class Side:
    """Some branches in two periods: their means weighted as in the comparison, and how many answers (or values of an
    indicator) lie behind them. ``before`` and ``after`` are None where the reader must not see them."""

    branches: tuple[str, ...]
    before: float | None
    after: float | None
    n_before: int
    n_after: int

    @property
    def change(self) -> float | None:
        """After minus before."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Difference:
    """Difference in differences. ``p``: permutation over branches, two-sided; ``low`` and ``high`` its 95% interval
    (an infinite end is None); ``exact``: all ``permutations`` were looked at. ``se``: every branch counts once;
    ``p_wild``: wild cluster bootstrap, a second opinion (on the judged metric only). ``better``: whether its sign is
    the better one; ``word`` what it alone says."""

    effect: float
    low: float | None
    high: float | None
    p: float
    se: float
    p_wild: float | None
    exact: bool
    permutations: int
    better: bool
    word: Literal["better", "worse", "noise"]


@dataclass(frozen=True)
class Hint:
    """Pilots that cannot be held against other branches so that chance can be told: how far they lie since the start
    from where their own trend was going, in so many parts of the time ``before`` and ``after``. With ``against``, what
    so many other branches did in the same parts is taken off. Weaker than a comparison, and never a proof."""

    effect: float
    low: float
    high: float
    p: float
    before: int
    after: int
    against: int
    word: Literal["better", "worse", "noise"]


@dataclass(frozen=True)
class Check:
    """A comparison of the time before, where nothing should be found: ``effect`` (of a pretended start; or the
    difference of the trends, a length of the pilot), its p, and whether it is ``passed`` (p at least 2.5%)."""

    effect: float
    p: float
    passed: bool
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Adjusted:
    """CUPED over branches: the effect with each branch's own past taken out by ``theta``, and the share of the variance
    it takes away (below 0: the plain comparison is better). Beside the judged effect, never instead."""

    theta: float
    effect: float
    low: float
    high: float
    reduction: float


@dataclass(frozen=True)
class Beside:
    """Another ``metric`` in the same branches and periods. ``difference`` is None where there is too little of it."""

    metric: str
    nps_kind: str | None
    difference: Difference | None


@dataclass(frozen=True)
class Point:
    """One part of the time: mean of the pilots and of the controls (None: nothing there, or not for the reader)."""

    first: dt.date
    last: dt.date
    after: bool
    pilots: float | None
    controls: float | None


@dataclass(frozen=True)
class Payback:
    """What it costs and saves: ``months`` until a year's ``saving`` has brought in the ``cost`` (None: never)."""

    cost: float
    saving: float
    months: float | None


@dataclass(frozen=True)
class Proof:
    """The judgement with all it rests on. ``reasons`` say why it is not a better word. ``plain``: the pilots before and
    after, as shown and recorded. ``matched``: the charter named no controls, so they were taken by likeness.
    ``left_out``: branches without answers on both sides. ``difference`` is None where it cannot be made, and in records
    from before there were controls (their ``verdict`` is one of the older words); ``hint`` is what is left then."""

    verdict: Word
    reasons: tuple[Reason, ...]
    plain: BeforeAfter
    difference: Difference | None = None
    pilots: Side | None = None
    controls: Side | None = None
    matched: bool = False
    left_out: tuple[str, ...] = ()
    least: float = 0.0
    pretrend: Check | None = None
    placebo: Check | None = None
    cuped: Adjusted | None = None
    guardrails: tuple[Beside, ...] = ()
    beside: tuple[Beside, ...] = ()
    series: tuple[Point, ...] = ()
    payback: Payback | None = None
    hint: Hint | None = None

    @property
    def hurt(self) -> tuple[Beside, ...]:
        """Guardrails that got worse by more than chance."""
        return tuple(g for g in self.guardrails if g.difference is not None and g.difference.word == "worse")

    def seen(self, whole: bool) -> Proof:
        """This proof for a reader of the ``whole`` bank, or of some branches: then without the controls' levels."""
        if whole:
            return self
        controls = self.controls and replace(self.controls, before=None, after=None, n_before=0, n_after=0)
        series = tuple(replace(point, controls=None) for point in self.series)
        return replace(self, plain=replace(self.plain, elsewhere=None), controls=controls, series=series)
