"""The review of a period put together, and what follows from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from cx.act.quick_wins import PROVEN, QuickWin
from cx.act.retrospect import doing, scores
from cx.act.retrospect.shapes import Credit, Deeds, Hint, Kind, Lesson, Moved, Point, Retrospect
from cx.measure.periods import Period
from cx.measure.scope import Scope
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Model

MOST = 5
"""Points of an agenda."""
_PAINS = 3


def gather(con: Connection, scope: Scope, period: Period, model: Model, now: dt.datetime, deeds: bool) -> Retrospect:
    """What moved, what was done, what was learnt, what next. ``now``: UTC without zone, best rounded. ``deeds``:
    whether the reader may see what was done; else only the figures."""
    moved = scores.moved(con, scope.between(period.start, period.end), period.before, model)
    today = doing.local(now)
    if not deeds:
        return Retrospect(period, scope.rights, today, moved, None)
    done = doing.done(con, scope, period, model, now)
    hints = tuple(_hints(done, model))
    points = agenda(moved, done, hints, today)
    return Retrospect(
        period, scope.rights, today, moved, done, tuple(_credits(moved, done)), tuple(_lessons(done)), hints, points
    )


def _credits(moved: Moved, done: Deeds) -> Iterator[Credit]:
    """What rose where a win was at work that did not prove it."""
    rose = {spot.touchpoint: spot for spot in moved.rose}
    for win in (*done.closed, *done.running):
        if win.verdict in PROVEN:
            continue
        spot = rose.get(win.charter.touchpoint)
        alone = win in done.closed and win.result is not None and win.result.found.verdict == "improved"
        if spot is not None or alone:
            yield Credit(win, spot)


def _lessons(done: Deeds) -> Iterator[Lesson]:
    for win in done.closed:
        if win.result is not None and win.result.lesson:
            yield Lesson("quick_win", win.charter.title, win.result.lesson)
    for one in done.concluded:
        if one.lesson:
            yield Lesson("experiment", one.definition.title, one.lesson)
    for point, said in done.closed_pains:
        if said and not (point.ending and point.ending.decided):  # a reason is no lesson; it stands with the closing
            yield Lesson("pain_point", point.title, said)


def _hints(done: Deeds, model: Model) -> Iterator[Hint]:
    """For the worst pains that no win works on, by name or at their touchpoint: what the playbook holds against them,
    the least effort first."""
    at_work = [win.charter for win in done.running if win.state != "closed"]
    named, places = {charter.pain_point for charter in at_work}, {charter.touchpoint for charter in at_work}
    left, waiting = _PAINS, {each.pain.id for each in done.pending}
    for point in done.open:
        if point.id in waiting:  # what helps is known: it has to be rolled out
            continue
        theme = point.matter.name.removeprefix("theme:")
        advice = [action for pain in model.playbook.of(point.touchpoint, theme) for action in pain.actions]
        if left and advice and point.id not in named and point.touchpoint not in places:
            left -= 1
            yield Hint(point, min(advice, key=lambda action: action.effort))


def _to_roll_out(done: Deeds) -> Iterator[QuickWin]:
    """Proven in the period, or answering a pain that is still open; without a plan of its rollout."""
    found = {win.id: win for win in (*done.proven, *(each.win for each in done.pending))}
    yield from (win for id, win in found.items() if id not in done.rolled)


def agenda(moved: Moved, done: Deeds, hints: tuple[Hint, ...], today: dt.date) -> tuple[Point, ...]:
    """At most five points: the most serious of each kind first, then the second ones."""
    open_wins = [win for win in done.running if win.state in ("running", "measuring")]
    at_work = {win.charter.touchpoint for win in open_wins}
    found: Mapping[Kind, list[Point]] = {
        "harmed": [Point("harmed", win=win) for win in done.closed if win.verdict in ("harmed", "worse")],
        "fell": [Point("fell", spot=spot) for spot in moved.fell if spot.touchpoint not in at_work],
        "overdue": [Point("overdue", win=win) for win in open_wins if win.charter.end < today],
        "rollout": [Point("rollout", win=win) for win in _to_roll_out(done)],
        "pain": [Point("pain", hint=hint) for hint in hints],
        "cases": [Point("cases", n=done.standing.late)] if done.standing.late else [],
        "late": [Point("late", n=done.late_today)] if done.late_today else [],
        "missed": [Point("missed", crossing=each) for each in moved.crossings if not each.reached],
        "unproven": [
            Point("unproven", win=win) for win in done.closed if win.verdict in ("not_proven", "not_shown", "too_few")
        ],
    }
    rounds = max(len(points) for points in found.values())
    ordered = [points[at] for at in range(rounds) for points in found.values() if at < len(points)]
    return tuple(ordered[:MOST])
