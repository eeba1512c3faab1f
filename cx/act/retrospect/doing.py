"""What was done in a period: quick wins, experiments, actions, cases and pain points, from their own records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cx.act import actions, cases, pain_points, quick_wins, rollout
from cx.act.cases import between as flows
from cx.act.experiments import keeping
from cx.act.experiments.keeping import Experiment
from cx.act.pain_points import PainPoint, proving
from cx.act.quick_wins import QuickWin
from cx.act.retrospect.shapes import Deeds, Pending
from cx.measure.periods import Period
from cx.measure.scope import Rights, Scope
from cx.store.query import Connection
from cx.words import Label

if TYPE_CHECKING:
    from cx.bank.model import Model


@dataclass(frozen=True)
class Span:
    """The days of a period; None: no bound."""

    start: dt.date | None
    end: dt.date | None

    def holds(self, day: dt.date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)

    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """The first moment and the one after the last (UTC, without zone) by the clock of this machine."""
        first = _utc(self.start) if self.start else dt.datetime.min
        return first, _utc(self.end + dt.timedelta(days=1)) if self.end else dt.datetime.max


def done(con: Connection, scope: Scope, period: Period, model: Model, now: dt.datetime) -> Deeds:
    """The deeds of a period, as they stand. ``now``: UTC, without zone. Filters by branch and region narrow them; the
    others are about answers only."""
    rights, span, today = scope.rights, Span(period.start, period.end), local(now)
    places = within(scope, model)
    own = rights if places is None else Rights(places, rights.comments, rights.act)
    wins = [win for win in quick_wins.all(con, rights) if places is None or places & set(win.charter.pilots)]
    closed = [win for win in wins if win.state == "closed" and span.holds(ended(win))]
    board = actions.everything(con, own)
    finished = [action for action in board if action.state == "done" and span.holds(local(action.recorded_at))]
    decided = [action for action in board if (action.promise.source, action.promise.about) == ("review", about(period))]
    points = pain_points.everything(con, own)
    before, pending = period.before, tuple(_pending(con, points, rights, model))
    return Deeds(
        tuple(sorted(closed, key=ended)),
        tuple(win for win in wins if win not in closed and _under_way(win, span)),
        _concluded(con, rights, span) if places is None else (),
        sum(span.holds(local(action.opened_at)) for action in board),
        tuple(finished),
        sum(local(action.recorded_at) > action.promise.due for action in finished),
        tuple(a for a in board if a.late(today) and (span.end is None or a.promise.due <= span.end)),
        sum(a.late(today) for a in board),
        tuple(decided),
        flows.between(con, own, *span.moments(), now),
        flows.between(con, own, *Span(before.start, before.end).moments(), now) if before else None,
        cases.standing(con, own, now),
        tuple(point for point in points if span.holds(local(point.since))),
        _closed(con, points, own, span),
        tuple(point for point in points if point.open),
        pending,
        _planned(con, rights, {each.win.id for each in pending}),
    )


def within(scope: Scope, model: Model) -> frozenset[str] | None:
    """The branches that the scope's filters and rights leave; None where it has no such filter."""
    named = [(name, values) for name, values in scope.where if name in ("branch", "region")]
    if not named:
        return None
    own = scope.rights.branches
    return frozenset(
        id for id, branch in model.branches.items()
        if (own is None or id in own)
        and all((id if name == "branch" else branch.region) in values for name, values in named)
    )  # fmt: skip


def about(period: Period) -> str:
    """The name under which actions remember the review of a period; days that move with the data are named as days."""
    return f"{period.start}..{period.end}" if period.grain == "days" else period.token


def ended(win: QuickWin) -> dt.date:
    """The day a closed win was closed on."""
    return win.result.closed_on if win.result else local(win.recorded_at)


def local(moment: dt.datetime) -> dt.date:
    """The day of a moment in UTC, by the clock of this machine."""
    return moment.replace(tzinfo=dt.UTC).astimezone().date()


def _utc(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time()).astimezone().astimezone(dt.UTC).replace(tzinfo=None)


def _under_way(win: QuickWin, span: Span) -> bool:
    if win.state == "idea" or (span.end is not None and win.charter.start > span.end):
        return False
    return win.state != "closed" or span.start is None or ended(win) >= span.start


def _concluded(con: Connection, rights: Rights, span: Span) -> tuple[Experiment, ...]:
    """Experiments whose lesson was written in the time: a note added later does not move it."""
    found = []
    for one in keeping.all(con, rights):
        if one.state == "concluded":
            at = next(step.at for step in keeping.history(con, one.id) if step.state == "concluded")
            found += [one] if span.holds(local(at)) else []
    return tuple(found)


def _planned(con: Connection, rights: Rights, waiting: set[str]) -> frozenset[str]:
    """Wins whose rollout is planned, or done as far as no pain point is ``waiting`` for more of it."""
    steps = rollout.everything(con, rights)
    return frozenset(s.win for s in steps if s.state == "planned" or (s.state == "done" and s.win not in waiting))


def _pending(con: Connection, points: tuple[PainPoint, ...], rights: Rights, model: Model) -> Iterator[Pending]:
    """Open pain points whose latest verification is a proven quick win that is not in place everywhere."""
    wins, steps = quick_wins.all(con, rights), rollout.everything(con, rights)
    for point in points:
        own = {win.id: win for win in proving.naming(point, wins)}
        latest = next(iter(proving.proven(point, own.values())), None) if point.open else None
        if latest is None or latest.kind != "win" or latest.verdict not in quick_wins.PROVEN:
            continue
        reach = proving.reach(point, latest, own.values(), steps, model)
        if not reach.whole:
            yield Pending(point, own[latest.id], reach)


def _closed(
    con: Connection, points: tuple[PainPoint, ...], rights: Rights, span: Span
) -> tuple[tuple[PainPoint, Label], ...]:
    """Pain points closed in the time, with what was said then."""
    found = []
    for point in points:
        if point.state == "closed":
            last = [step for step in pain_points.history(con, point.id, rights) if step.did == "closed"][-1:]
            found += [(point, step.note) for step in last if span.holds(local(step.at))]
    return tuple(found)
