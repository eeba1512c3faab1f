"""What there is to judge an experiment by, day by day: through the door, from counted openings, or from a file.

An :data:`Sums` holds what adds up over days; :func:`finish` makes an estimate of it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cx.act.experiments import assigning
from cx.act.experiments.definition import OUTCOMES, OWN_DEVICE, SHARED_DEVICE, Definition
from cx.collect import invitations, reach
from cx.measure import statistics
from cx.measure.metrics import METRICS
from cx.measure.scope import Rights, Scope
from cx.measure.statistics import Estimate
from cx.store import query
from cx.store.query import Connection

Sums = Mapping[str, int]
Make = Callable[[Sums], Estimate]
Place = tuple[int, str]
"""Arm and unit: branch, week or day, or the device that customers shared (``kiosk b0101``); the unit is empty where
everybody stands for themselves."""


@dataclass(frozen=True)
class Counted:
    """Sums by day, arm and unit; ``arrived`` counts by arm who was given it (empty: not known); ``versions`` how many
    versions of each arm's survey were answered."""

    days: Mapping[dt.date, Mapping[Place, Sums]]
    arrived: tuple[int, ...] = ()
    versions: tuple[int, ...] = ()


def counted(con: Connection, id: str, definition: Definition, rights: Rights, through: dt.date) -> Counted:
    """What came from the first day to ``through``; nothing for those who may not see the whole bank."""
    last = min(through, definition.end)
    if last < definition.start or rights.branches is not None:
        return Counted({})
    if definition.metric in OUTCOMES:
        return _outcomes(con, id, definition, last)
    opened = _arrived(con, id, definition, last) if definition.on_survey else {}
    if definition.metric == "completion":
        return Counted(opened, _sizes(opened, len(definition.arms)))
    days, versions = _answers(con, id, definition, rights, last)
    return Counted(days, _sizes(opened, len(definition.arms)) if opened else (), versions)


def finish(definition: Definition) -> Make:
    """What makes an estimate of sums."""
    if definition.metric in ("completion", "outcome_share"):
        return lambda sums: statistics.share(min(sums["k"], sums["n"]), sums["n"])
    if definition.metric == "outcome_mean":
        return lambda sums: statistics.mean(sums["total"], sums["squares"], sums["n"])
    return METRICS[definition.metric].finish


def added(one: Sums, other: Sums) -> Sums:
    """The sums of both."""
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}


def scope(definition: Definition, rights: Rights, last: dt.date) -> Scope:
    """Whose answers count: a day's sums may be few and are added up; ``judging`` hides what few in all have said."""
    base = Scope(rights, definition.start, last, nps_kind=definition.nps_kind, minimum_base=1)
    if definition.on_survey:
        modes = (*OWN_DEVICE, *SHARED_DEVICE) if definition.devices else OWN_DEVICE
        return base.narrowed(survey_id=definition.surveys, mode=modes)
    return base.narrowed(survey_id=definition.survey, branch=definition.branches or None)


def _answers(
    con: Connection, id: str, definition: Definition, rights: Rights, last: dt.date
) -> tuple[dict[dt.date, dict[Place, Sums]], tuple[int, ...]]:
    unit = "survey_id" if definition.on_survey else "branch"
    within = scope(definition, rights, last)
    asked = within.narrowed(question_id=definition.question)
    by = (unit, "day", "mode", "branch") if definition.devices else (unit, "day")
    measured = query.measure(con, definition.metric, asked, by)
    arms: Mapping[str, int] = {survey: at for at, survey in enumerate(definition.surveys)}
    if definition.unit == "branch":
        arms = assigning.branches(id, definition)
    found: dict[dt.date, dict[Place, Sums]] = {}
    for cell in measured.cells:
        name, day, *where = cell.key
        place = _place(id, definition, arms, name, day, *where)
        if place is not None and cell.estimate.n:
            here = found.setdefault(day, {})
            here[place] = added(here.get(place, {}), cell.estimate.counts)
    if not definition.on_survey:
        return found, ()
    answered = query.measure(con, "responses", within, (unit, "survey_version"))
    versions = [cell.key[0] for cell in answered.cells if cell.estimate.n]
    return found, tuple(versions.count(survey) for survey in definition.surveys)


def _place(
    id: str, definition: Definition, arms: Mapping[str, int], name: str | None, day: dt.date, mode: str = "",
    branch: str | None = None,
) -> Place | None:  # fmt: skip
    if definition.unit in ("week", "day"):
        return assigning.span(id, definition, day)
    if name not in arms:
        return None
    if definition.unit == "branch":
        return arms[name], name
    return arms[name], f"{mode} {branch or ''}".strip() if mode in SHARED_DEVICE else ""


def _arrived(con: Connection, id: str, definition: Definition, last: dt.date) -> dict[dt.date, dict[Place, Sums]]:
    """Who opened a version of the survey on a device of their own, and who completed it."""
    found: dict[dt.date, dict[Place, Sums]] = {}
    arms = {survey: at for at, survey in enumerate(definition.surveys)}
    counts = [(day, arms[survey], n, k) for survey, day, n, k in reach.by_day(con, arms, definition.start, last)]
    for token, opened, completed in invitations.opened(con, arms, definition.start, last):
        arm = assigning.arm(id, token, definition.weights)
        counts.append((opened, arm, 1, 0))
        if completed is not None and completed <= last:
            counts.append((completed, arm, 0, 1))
    for day, arm, n, k in counts:
        here = found.setdefault(day, {})
        here[arm, ""] = added(here.get((arm, ""), {}), {"n": n, "k": k})
    return found


def _outcomes(con: Connection, id: str, definition: Definition, last: dt.date) -> Counted:
    rows = con.execute(
        "SELECT sums FROM experiment_outcome WHERE experiment_id = ? ORDER BY recorded_at DESC LIMIT 1", [id]
    ).fetchall()
    found: dict[dt.date, dict[Place, Sums]] = {}
    for text, arm, n, total, squares in json.loads(rows[0][0]) if rows else ():
        day = dt.date.fromisoformat(text)
        if definition.start <= day <= last:
            found.setdefault(day, {})[arm, ""] = {"n": n, "k": total, "total": total, "squares": squares}
    return Counted(found, _sizes(found, len(definition.arms)))


def _sizes(days: Mapping[dt.date, Mapping[Place, Sums]], arms: int) -> tuple[int, ...]:
    return tuple(
        sum(sums["n"] for here in days.values() for (arm, _), sums in here.items() if arm == at) for at in range(arms)
    )
