"""Candidates from what people bring: cases that repeat, and walk-throughs in which the same touchpoint falls short."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from cx.act import cases as register
from cx.act.pain_points.seeking import MOST, Look
from cx.act.pain_points.shape import Candidate, Matter, Piece
from cx.insight import walks as walked
from cx.measure.scope import Rights, Scope
from cx.store import query
from cx.store.query import Connection

if TYPE_CHECKING:
    from cx.bank.model import Model

WINDOW = dt.timedelta(days=92)
REPEATS = 3
"""Cases with one root cause in 92 days from which on it is no single case any more."""
_READ = 500  # cases of one cause that are looked at for where they are
SHORT = 0.75
"""Share of the best possible points below which walks count as falling short."""


def cases(con: Connection, look: Look, model: Model) -> tuple[Candidate, ...]:
    """Root causes that came up several times in the last 92 days, at the touchpoint where most of their cases are; of
    a cause that is everywhere, the cause itself."""
    end = look.today
    start = end - WINDOW + dt.timedelta(days=1)
    own = _own(look.rights, look.branch)
    found = []
    for cause, n in register.root_causes(con, own, _moment(start)):
        if n < REPEATS or len(found) == MOST:
            break
        where = (("cause", (cause,)), *((("branch", (look.branch,)),) if look.branch else ()))
        piece = Piece(
            "cases", "cases", "cases", float(n), n=n, where=where, start=start, end=end, page="cases",
            query=(("cause", cause),),
        )  # fmt: skip
        touchpoint = _where(con, own, cause, start, model)
        found.append(Candidate(Matter(look.branch, touchpoint, f"cause:{cause}"), (piece,)))
    return tuple(found)


def counted(con: Connection, rights: Rights, piece: Piece, start: dt.date, end: dt.date) -> int:
    """Cases with the root cause of a piece of evidence that were opened in these days."""
    named = dict(piece.where)
    own = _own(rights, named["branch"][0] if "branch" in named else None)
    since, after = (
        dict(register.root_causes(con, own, _moment(day))).get(named["cause"][0], 0)
        for day in (start, end + dt.timedelta(days=1))
    )
    return since - after


def _where(con: Connection, rights: Rights, cause: str, start: dt.date, model: Model) -> str | None:
    wanted = register.Wanted(cause=cause)
    read = register.listed(con, rights, wanted, _moment(start + WINDOW), _READ).cases
    at = Counter(case.about.touchpoint for case in read if case.opened_at >= _moment(start))
    touchpoint, n = at.most_common(1)[0] if at else (None, 0)
    return touchpoint if touchpoint and model.place_of(touchpoint) and 2 * n > at.total() else None


def _own(rights: Rights, branch: str | None) -> Rights:
    """These rights in one branch, where they reach it."""
    if branch is None:
        return rights
    within = rights.branches is None or branch in rights.branches
    return replace(rights, branches=frozenset((branch,)) if within else frozenset())


def _moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def walks(con: Connection, look: Look, model: Model) -> tuple[Candidate, ...]:
    """Touchpoints that get less than three quarters of the best possible points in at least five walks."""
    here = replace(walked.scope(look.rights), start=look.period.start, end=look.period.end).narrowed(branch=look.branch)
    found = []
    for cell in query.measure(con, walked.METRIC, here, ("touchpoint",)).cells:
        touchpoint, e = cell.key[0], cell.estimate
        if touchpoint is None or model.place_of(touchpoint) is None or e.value is None or e.value >= SHORT:
            continue
        scope: Scope = here.narrowed(touchpoint=touchpoint)
        measured = query.measure(con, walked.METRIC, scope)
        if measured.total.base < walked.ENOUGH:
            continue
        piece = Piece(
            "walks", "people", walked.METRIC, e.value, n=measured.total.base, where=scope.where, voice="walk",
            start=scope.start, end=scope.end, sql=measured.sql,
            parameters=tuple(str(value) for value in measured.parameters), page="walks",
            query=(("period", look.period.token),),
        )  # fmt: skip
        found.append(Candidate(Matter(look.branch, touchpoint), (piece,)))
    return tuple(sorted(found, key=lambda one: one.pieces[0].value or 0.0))[:MOST]
