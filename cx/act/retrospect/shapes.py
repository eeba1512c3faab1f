"""What a review holds: what moved, what was done, what it cost, what was learnt, what to speak about next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from cx.act.actions import Action
from cx.act.cases import Standing
from cx.act.cases.between import Flow
from cx.act.experiments.keeping import Experiment
from cx.act.pain_points import PainPoint, Reach
from cx.act.quick_wins import PROVEN, QuickWin
from cx.bank.playbook import Action as Advice
from cx.insight.breaks import Break
from cx.insight.journey import Step
from cx.insight.nps import Headline
from cx.measure.periods import Period
from cx.measure.scope import Rights
from cx.words import Label

Kind = Literal["harmed", "overdue", "fell", "pain", "late", "cases", "rollout", "missed", "unproven"]


@dataclass(frozen=True)
class Score:
    """NPS of one kind, and its change since the period before."""

    kind: str
    head: Headline


@dataclass(frozen=True)
class Spot:
    """A touchpoint of a journey with its score and change; ``q``: the change's p, adjusted for all that were tested."""

    journey: str
    step: Step
    q: float | None = None

    @property
    def touchpoint(self) -> str | None:
        return self.step.key[1] if len(self.step.key) > 1 else None


@dataclass(frozen=True)
class Crossing:
    """An indicator that changed the side of its target: ``reached`` now, or missed now. By the values alone."""

    indicator: str
    before: float
    after: float
    target: float
    reached: bool


@dataclass(frozen=True)
class Moved:
    """How the figures moved. ``touchpoints``: at most three, those with the largest change beyond chance of all
    ``tested`` together (false discovery rate 5%); ``fell`` and ``rose`` are all such. ``breaks``: surveys that changed
    their meaning, so that their touchpoints (``unlike`` many) are not compared; ``redefined``: indicators that did."""

    scores: tuple[Score, ...]
    worst: Spot | None
    touchpoints: tuple[Spot, ...]
    fell: tuple[Spot, ...]
    rose: tuple[Spot, ...]
    tested: int
    unlike: int
    breaks: tuple[Break, ...]
    crossings: tuple[Crossing, ...]
    missing: int
    judged: int
    redefined: tuple[str, ...]


@dataclass(frozen=True)
class Pending:
    """An open pain point whose quick win is proven and not in place everywhere yet."""

    pain: PainPoint
    win: QuickWin
    reach: Reach


@dataclass(frozen=True)
class Deeds:
    """What was done in the period, as it stands on the day of asking. ``running``: wins under way in it and not closed
    in it; ``concluded``: experiments; ``done_late``: of the actions ``done``, after their day; ``late``: due by the end
    of the period and still open, ``late_today``: of all actions, how many are late on the day of asking; ``decided``:
    actions that came from this review; ``opened`` and ``closed_pains``: pain points (the closed ones with what was
    said); ``open``: all still open, the worst first; ``pending`` of them wait for a rollout."""

    closed: tuple[QuickWin, ...]
    running: tuple[QuickWin, ...]
    concluded: tuple[Experiment, ...]
    promised: int
    done: tuple[Action, ...]
    done_late: int
    late: tuple[Action, ...]
    late_today: int
    decided: tuple[Action, ...]
    cases: Flow
    cases_before: Flow | None
    standing: Standing
    opened: tuple[PainPoint, ...]
    closed_pains: tuple[tuple[PainPoint, Label], ...]
    open: tuple[PainPoint, ...]
    pending: tuple[Pending, ...] = ()
    rolled: frozenset[str] = frozenset()

    @property
    def proven(self) -> tuple[QuickWin, ...]:
        return tuple(win for win in self.closed if win.verdict in PROVEN)


@dataclass(frozen=True)
class Credit:
    """Something rose where a quick win was at work, and it is not the win's: not proven, or not yet. ``spot``: the
    touchpoint rose beyond chance; None: only the pilots did, before and after."""

    win: QuickWin
    spot: Spot | None


@dataclass(frozen=True)
class Lesson:
    """What somebody wrote at closing."""

    source: Literal["quick_win", "experiment", "pain_point"]
    title: Label
    text: Label


@dataclass(frozen=True)
class Hint:
    """What the playbook says helps against a pain that is still open."""

    pain: PainPoint
    advice: Advice


@dataclass(frozen=True)
class Point:
    """One point of the agenda. Which of the fields is filled follows from ``kind``; ``n`` counts what is late."""

    kind: Kind
    win: QuickWin | None = None
    spot: Spot | None = None
    hint: Hint | None = None
    crossing: Crossing | None = None
    n: int = 0


@dataclass(frozen=True)
class Retrospect:
    """The review of a period, for these rights. ``day``: the bank's day on which it was asked."""

    period: Period
    rights: Rights
    day: dt.date
    moved: Moved
    deeds: Deeds | None
    credits: tuple[Credit, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    hints: tuple[Hint, ...] = ()
    agenda: tuple[Point, ...] = ()

    @property
    def over(self) -> bool:
        """Whether the period is past."""
        return self.period.end is not None and self.period.end < self.day
