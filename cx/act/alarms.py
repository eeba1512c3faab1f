"""What people decide on signals: explained, the new normal, later, from which phase limits are computed.

Owner of the table ``signal_step``, which is append-only. An alarm is handled by the latest step on its chart that falls
on its periods; nothing is forgotten: what was put off comes back on its day, what goes on after an explanation too.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from cx.act import cases, pain_points
from cx.act.cases import Case
from cx.act.pain_points import PainPoint
from cx.insight import signals
from cx.insight.signals import Alarm, View
from cx.insight.signals import series as signal_series
from cx.insight.signals.limits import Base, Settings
from cx.insight.signals.series import Subject
from cx.measure.scope import Rights
from cx.store import audit, moments
from cx.store.database import Database
from cx.store.query import Connection
from cx.words import Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model

LONGEST = dt.timedelta(days=366)
RECENT = dt.timedelta(days=90)
Action = Literal["explained", "normal", "snoozed", "reopened", "based"]
_PHASE = ("normal", "based")
_COLUMNS = "subject, about, action, first, through, start, until, note, recorded_at, recorded_by"


@dataclass(frozen=True)
class Step:
    """One decision. ``first`` and ``through`` are the alarm's periods then; ``start`` the phase's first day (normal,
    recomputed; None: back to the usual phase), ``until`` its last, or the day until which an alarm was put off.
    Reopened about a phase: the phase decided on before it is taken back."""

    subject: str
    about: Literal["chance", "agreed", "phase"]
    action: Action
    first: dt.date | None
    through: dt.date | None
    start: dt.date | None
    until: dt.date | None
    note: str
    at: dt.datetime
    by: str


@dataclass(frozen=True)
class Standing:
    """An alarm with what was decided on it. ``returned``: it was put off until a day that has come, or goes on after it
    was explained."""

    alarm: Alarm
    step: Step | None = None
    pain_point: PainPoint | None = None
    case: Case | None = None
    returned: bool = False


@dataclass(frozen=True)
class Board:
    """The view, the alarms that stand (nobody has decided on them), and those decided on.

    ``phases`` are what limits rest on by decision, the latest first: those of the last 90 days, and those whose charts
    have no limits since. The alarms that such a step took off its chart stand in neither list.
    """

    view: View
    standing: tuple[Standing, ...]
    handled: tuple[Standing, ...]
    phases: tuple[Step, ...] = ()


def board(con: Connection, rights: Rights, model: Model, budget: int | None, today: dt.date) -> Board:
    """Which alarms stand on ``today``, under these rights and a budget of false alarms a year."""
    steps = _in_force(_steps(con))
    view = signals.view(con, rights, model, settings(steps), budget)
    points, opened = pain_points.everything(con, rights), cases.of_signals(con, rights)
    found = [_judged(alarm, steps, points, opened, today) for alarm in view.alarms]
    told = tuple(step for step in _phases(steps).values() if _telling(step, view, today))
    return Board(view, tuple(s for s, here in found if here), tuple(s for s, here in found if not here), told)


def settings(steps: tuple[Step, ...]) -> Settings:
    """Phases and explained periods as decided, by the steps in force, the latest first."""
    explained, seen = [], set()
    for step in steps:
        if step.action in _PHASE:
            continue
        if step.about == "chance" and step.first and step.through and (step.subject, step.first) not in seen:
            seen.add((step.subject, step.first))
            if step.action == "explained":
                explained.append((step.subject, step.first, step.through))
    kept = {
        key: Base(step.start, step.until if step.action == "based" else None) for key, step in _phases(steps).items()
        if step.start
    }  # fmt: skip
    return Settings(tuple(sorted(kept.items(), key=lambda pair: pair[0])), tuple(explained))


def explain(db: Database, who: str, alarm: Alarm, note: str, *, rights: Rights) -> None:
    """The alarm had a cause that is over: its periods leave the limits. Raises :class:`Refused`."""
    _write(db, who, "explained", alarm, note, rights)


def normal(
    db: Database, who: str, alarm: Alarm, start: dt.date, note: str, *, rights: Rights, today: dt.date
) -> None:  # fmt: skip
    """From ``start`` on this is how the figure is: limits are computed anew from there. Raises :class:`Refused`."""
    if alarm.agreed:
        raise Refused(Problem("signal_agreed", alarm.subject.key))
    _may(alarm.subject, rights, note)
    _within_values(db, alarm.subject, start, rights, today)
    _write(db, who, "normal", alarm, note, rights, start=start)


def snooze(
    db: Database, who: str, alarm: Alarm, until: dt.date, note: str, *, rights: Rights, today: dt.date
) -> None:  # fmt: skip
    """Not now: the alarm comes back on ``until``, at most a year away. Raises :class:`Refused`."""
    if not today < until <= today + LONGEST:
        raise Refused(Problem("signal_until", "until"))
    _write(db, who, "snoozed", alarm, note, rights, until=until, noted=False)


def reopen(db: Database, who: str, alarm: Alarm, *, rights: Rights) -> None:
    """Take back what was decided on an alarm."""
    _write(db, who, "reopened", alarm, "", rights, noted=False)


def rebase(
    db: Database, who: str, subject: Subject, start: dt.date | None, end: dt.date | None, note: str, *, rights: Rights,
    today: dt.date,
) -> None:  # fmt: skip
    """Compute a chart's limits from ``start`` (to ``end``) on; None: from the usual phase. Raises :class:`Refused`."""
    _may(subject, rights, note)
    if start is not None:
        if end is not None and end <= start:
            raise Refused(Problem("signal_phase", "start"))
        _within_values(db, subject, start, rights, today)
    _insert(db, who, (subject.key, "phase", "based", None, None, start, end if start else None, note.strip()))


def take_back(db: Database, who: str, step: Step, *, rights: Rights) -> None:
    """Take back the phase that a chart's limits rest on: those before it hold again. Raises :class:`Refused`, also
    where ``step`` is no longer the one they rest on."""
    subject = signal_series.subject(step.subject)
    if subject is None or not subject.within(rights):
        raise Refused(Problem("signal_not_yours", step.subject))
    _insert(db, who, (step.subject, "phase", "reopened", None, None, None, None, ""), over=step)


def history(con: Connection, subject: Subject, rights: Rights) -> tuple[Step, ...]:
    """What was decided on one chart, the latest first; empty where it may not be seen."""
    return tuple(step for step in _steps(con) if step.subject == subject.key) if subject.within(rights) else ()


def _write(
    db: Database, who: str, action: Action, alarm: Alarm, note: str, rights: Rights, start: dt.date | None = None,
    until: dt.date | None = None, noted: bool = True,
) -> None:  # fmt: skip
    _may(alarm.subject, rights, note if noted else "–")
    about = "agreed" if alarm.agreed else "chance"
    _insert(db, who, (alarm.subject.key, about, action, alarm.first, alarm.last, start, until, note.strip()))


def _may(subject: Subject, rights: Rights, note: str) -> None:
    if not subject.within(rights):
        raise Refused(Problem("signal_not_yours", subject.key))
    if not note.strip():
        raise Refused(Problem("signal_note", "note"))


def _within_values(db: Database, subject: Subject, start: dt.date, rights: Rights, today: dt.date) -> None:
    """Refuse a phase that begins in the future or before the figure's first value."""
    with db.cursor() as con:
        cells = signal_series.measured(con, rights, subject).cells
    days = [cell.key[-1] for cell in cells if cell.estimate.value is not None]
    if not days or not min(days) <= start <= today:
        raise Refused(Problem("signal_phase", "start"))


def _insert(db: Database, who: str, values: tuple[Any, ...], over: Step | None = None) -> None:
    """``over``: the phase in force that the step is about; refused where that moved on meanwhile."""
    subject, _, action, first, _, start, until, note = values
    detail = {"period": first, "start": start, "until": until, "note": note}
    with audit.writing(db) as con:
        if over is not None and _phases(_in_force(_steps(con))).get(subject) != over:
            raise Refused(Problem("signal_phase_gone", subject))
        last = con.execute("SELECT max(recorded_at) FROM signal_step").fetchall()[0][0]
        con.execute(
            f"INSERT INTO signal_step ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [*values, moments.after(last), who],
        )
        told = {name: str(value) for name, value in detail.items() if value}
        audit.write(con, who, f"signal_{action}", subject, told)


def _steps(con: Connection) -> tuple[Step, ...]:
    rows = con.execute(f"SELECT {_COLUMNS} FROM signal_step ORDER BY recorded_at DESC").fetchall()
    return tuple(Step(*row) for row in rows)


def _in_force(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Steps without the phases that were taken back, the latest first."""
    undone: Counter[str] = Counter()
    kept = []
    for step in steps:
        if step.about == "phase" and step.action == "reopened":
            undone[step.subject] += 1
        elif step.action in _PHASE and undone[step.subject]:
            undone[step.subject] -= 1
        else:
            kept.append(step)
    return tuple(kept)


def _phases(steps: tuple[Step, ...]) -> dict[str, Step]:
    """By subject the step that says what its limits rest on."""
    found: dict[str, Step] = {}
    for step in steps:
        if step.action in _PHASE:
            found.setdefault(step.subject, step)
    return found


def _telling(step: Step, view: View, today: dt.date) -> bool:
    watched = view.of(step.subject)
    if watched is None or step.start is None:
        return False
    return watched.limits.chart is None or step.at.date() > today - RECENT


def _judged(
    alarm: Alarm, steps: tuple[Step, ...], points: tuple[PainPoint, ...], opened: tuple[Case, ...], today: dt.date
) -> tuple[Standing, bool]:  # fmt: skip
    """An alarm with what was decided on it, and whether it stands."""
    for point, e in ((each, signal) for each in points for signal in each.signals):
        if e.subject != alarm.subject.key or alarm.first > e.last:
            continue
        if point.open or alarm.last <= e.last:
            return Standing(alarm, pain_point=point), False
        return Standing(alarm, pain_point=point, returned=True), True
    for case in opened:
        cause = case.about.cause
        if cause is None or cause.subject != alarm.subject.key or alarm.first > cause.last:
            continue
        stands = not case.open and alarm.last > cause.last
        return Standing(alarm, case=case, returned=stands), stands
    about = "agreed" if alarm.agreed else "chance"
    for step in steps:
        if step.subject != alarm.subject.key or step.about != about or step.first is None or step.through is None:
            continue
        if alarm.first > step.through or step.first > alarm.last:
            continue
        if step.action == "explained":
            still = alarm.last > step.through
            return Standing(alarm, step, returned=still), still
        if step.action == "snoozed":
            back = step.until is not None and today >= step.until
            return Standing(alarm, step, returned=back), back
        return Standing(alarm, step), step.action == "reopened"
    return Standing(alarm), True
