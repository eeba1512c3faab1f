"""A signal as evidence, and the grade that it gets by itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cx.act.pain_points import entering
from cx.act.pain_points.shape import Candidate, Evidence, Grade, Matter, Piece
from cx.insight.signals import Alarm, View
from cx.measure.scope import Rights
from cx.store.database import Database
from cx.words import Label, Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model


def grade(alarm: Alarm, view: View) -> Grade:
    """How bad a signal is, by its own size, its length, and its likes among the charts of the same figure."""
    if alarm.agreed:
        over = abs(alarm.value - (alarm.usual or 0.0)) / max(abs(alarm.usual or 0.0), 1e-9)
        distance = 1 + math.floor(over / 0.1)
    else:
        watched = view.of(alarm.subject.key)
        distance = math.ceil(abs(alarm.z or 0.0) / (watched.width if watched else 3.0))
    length = alarm.periods if alarm.periods <= 3 else 4 if alarm.periods <= 6 else 5
    if alarm.subject.branch is None:
        return Grade(min(5, max(1, distance)), length, 5)
    charts = [w for w in view.watched if w.subject.name == alarm.subject.name and w.subject.branch is not None]
    hit = sum(any(not a.better for a in w.alarms) for w in charts) / max(1, len(charts))
    alone = sum(any(not a.better for a in w.alarms) for w in charts) <= 1
    breadth = 1 if alone else 2 if hit <= 0.1 else 3 if hit <= 0.25 else 4 if hit <= 0.5 else 5
    return Grade(min(5, max(1, distance)), length, breadth)


def candidate(alarm: Alarm, found: Grade | None, model: Model) -> Candidate:
    """A signal, ready to be entered."""
    subject = alarm.subject
    entry = model.indicators.get(subject.name) if subject.kind == "indicator" else None
    evidence = Evidence(
        subject.key, alarm.agreed, alarm.rules, alarm.first, alarm.last, alarm.worst, alarm.value, alarm.usual,
        alarm.low, alarm.high,
    )  # fmt: skip
    piece = Piece(
        "signals", subject.kind, "signal", alarm.value, alarm.low, alarm.high, against=alarm.usual, start=alarm.first,
        end=alarm.last, page="signals", query=(("chart", subject.key),), signal=evidence,
    )  # fmt: skip
    name = subject.name if subject.nps_kind is None else f"{subject.name}:{subject.nps_kind}"
    return Candidate(Matter(subject.branch, entry.touchpoint if entry else None, name), (piece,), found)


def open_from(
    db: Database, who: str, alarm: Alarm, title: Label, found: Grade, *, rights: Rights, model: Model, note: str = ""
) -> entering.Entered:
    """Enter a signal: a new pain point, more evidence for the one on the same matter, or that one as it is.

    Raises :class:`Refused`: ``pain_point_title``, ``signal_not_yours``.
    """
    if not alarm.subject.within(rights):
        raise Refused(Problem("signal_not_yours", alarm.subject.key))
    return entering.enter(db, who, candidate(alarm, found, model), title, rights=rights, model=model, note=note)
