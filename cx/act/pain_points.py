"""The register of pain points (痛点): what hurts, where on the journey, how badly, and the evidence it was opened on.

Owner of the table ``pain_point``, which is append-only: a change is a new row. One signal makes one pain point, however
many people click at once.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from cx.insight.signals import Alarm, View
from cx.insight.signals import series as signal_series
from cx.measure.scope import Rights
from cx.store import audit, moments
from cx.store.database import Database
from cx.store.query import Connection
from cx.words import Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model

State = Literal["monitor", "analyse", "identify", "optimise", "verify", "closed"]
STATES: tuple[State, ...] = ("monitor", "analyse", "identify", "optimise", "verify", "closed")
_COLUMNS = "pain_point_id, state, charter, note, recorded_at, recorded_by"


@dataclass(frozen=True)
class Severity:
    """Three parts from 1 to 5: how far out, for how many periods, on how many of the indicator's charts."""

    distance: int
    duration: int
    breadth: int

    @property
    def total(self) -> int:
        """Their sum, 3 to 15."""
        return self.distance + self.duration + self.breadth


@dataclass(frozen=True)
class Evidence:
    """The signal as it was when the pain point was opened; ``subject`` is the key under which its chart stands today.

    Days are first days of periods; ``low`` and ``high`` the limits of the worst period, ``usual`` the centre (for a
    threshold: the threshold).
    """

    subject: str
    agreed: bool
    rules: tuple[str, ...]
    first: dt.date
    last: dt.date
    worst: dt.date
    value: float
    usual: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class PainPoint:
    """One entry as it stands; ``note`` is what was found at the last step."""

    id: str
    title: str
    state: State
    severity: Severity
    evidence: Evidence
    journey: str | None
    stage: str | None
    touchpoint: str | None
    note: str
    recorded_at: dt.datetime
    recorded_by: str

    @property
    def open(self) -> bool:
        return self.state != "closed"


@dataclass(frozen=True)
class Step:
    """One line of the history; moments are UTC."""

    at: dt.datetime
    by: str
    state: State
    note: str


def severity(alarm: Alarm, view: View) -> Severity:
    """How bad a signal is, by its own size, its length, and its likes among the charts of the same figure."""
    if alarm.agreed:
        over = abs(alarm.value - (alarm.usual or 0.0)) / max(abs(alarm.usual or 0.0), 1e-9)
        distance = 1 + math.floor(over / 0.1)
    else:
        watched = view.of(alarm.subject.key)
        distance = math.ceil(abs(alarm.z or 0.0) / (watched.width if watched else 3.0))
    length = alarm.periods if alarm.periods <= 3 else 4 if alarm.periods <= 6 else 5
    if alarm.subject.branch is None:
        return Severity(min(5, max(1, distance)), length, 5)
    charts = [w for w in view.watched if w.subject.name == alarm.subject.name and w.subject.branch is not None]
    hit = sum(any(not a.better for a in w.alarms) for w in charts) / max(1, len(charts))
    alone = sum(any(not a.better for a in w.alarms) for w in charts) <= 1
    breadth = 1 if alone else 2 if hit <= 0.1 else 3 if hit <= 0.25 else 4 if hit <= 0.5 else 5
    return Severity(min(5, max(1, distance)), length, breadth)


def open_from(
    db: Database, who: str, alarm: Alarm, title: str, found: Severity, *, rights: Rights, model: Model, note: str = ""
) -> tuple[str, bool]:
    """Open a pain point on a signal, in state ``monitor``; returns its id and whether it is new.

    Where one is open on the same chart, or was opened on this very signal, that one is returned. Raises
    :class:`Refused`: ``pain_point_title``, ``signal_not_yours``.
    """
    if not title.strip():
        raise Refused(Problem("pain_point_title", "title"))
    if not alarm.subject.within(rights):
        raise Refused(Problem("signal_not_yours", alarm.subject.key))
    with audit.writing(db) as con:  # one at a time: what is looked for cannot appear in between
        for known in everything(con, rights):
            e = known.evidence
            again = e.agreed == alarm.agreed and e.first == alarm.first
            if e.subject == alarm.subject.key and (known.open or again):
                return known.id, False
        key = uuid.uuid4().hex
        evidence = Evidence(
            alarm.subject.key, alarm.agreed, alarm.rules, alarm.first, alarm.last, alarm.worst, alarm.value,
            alarm.usual, alarm.low, alarm.high,
        )  # fmt: skip
        charter = {"title": title.strip(), "severity": asdict(found), "evidence": asdict(evidence)}
        _record(con, key, "monitor", charter | _place(alarm, model), note.strip(), who)
        audit.write(con, who, "pain_point_opened", key, {"signal": alarm.subject.key, "first": str(alarm.first)})
    return key, True


def move(db: Database, who: str, id: str, to: State, note: str, *, rights: Rights) -> None:
    """To the next state, one back, or closed. Raises :class:`Refused`: not found, no note, no such step."""
    if not note.strip():
        raise Refused(Problem("signal_note", "note"))
    with audit.writing(db) as con:
        known = get(con, id, rights)
        if known is None:
            raise Refused(Problem("pain_point_not_found", id))
        if to not in nexts(known.state):
            raise Refused(Problem("pain_point_step", known.title))
        rows = con.execute("SELECT charter FROM v_pain_point WHERE pain_point_id = ?", [id]).fetchall()
        _record(con, id, to, json.loads(rows[0][0]), note.strip(), who)
        audit.write(con, who, "pain_point_moved", id, {"from": known.state, "to": to})


def nexts(state: State) -> tuple[State, ...]:
    """The states that may follow: the next first, then one back, then closed."""
    at = STATES.index(state)
    after = STATES[at + 1 : at + 2]
    back: tuple[State, ...] = STATES[at - 1 : at] if at else ()
    end: tuple[State, ...] = ("closed",) if state not in ("verify", "closed") else ()
    return (*after, *back, *end)


def everything(con: Connection, rights: Rights) -> tuple[PainPoint, ...]:
    """Every pain point on what these rights may see: open ones first, the worst first."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_pain_point").fetchall()
    found = [point for point in map(_point, rows) if _within(point, rights)]
    return tuple(sorted(found, key=lambda p: (not p.open, -p.severity.total, -p.evidence.first.toordinal(), p.id)))


def get(con: Connection, id: str, rights: Rights) -> PainPoint | None:
    """One pain point; None where there is none that may be seen."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_pain_point WHERE pain_point_id = ?", [id]).fetchall()
    point = _point(rows[0]) if rows else None
    return point if point and _within(point, rights) else None


def history(con: Connection, id: str, rights: Rights) -> tuple[Step, ...]:
    """Who did what when, oldest first; empty where it may not be seen."""
    if get(con, id, rights) is None:
        return ()
    rows = con.execute(
        "SELECT recorded_at, recorded_by, state, note FROM pain_point WHERE pain_point_id = ? ORDER BY recorded_at",
        [id],
    ).fetchall()
    return tuple(Step(*row) for row in rows)


def _place(alarm: Alarm, model: Model) -> dict[str, str | None]:
    entry = model.indicators.get(alarm.subject.name) if alarm.subject.kind == "indicator" else None
    return {name: getattr(entry, name, None) for name in ("journey", "stage", "touchpoint")}


def _within(point: PainPoint, rights: Rights) -> bool:
    watched = signal_series.subject(point.evidence.subject)
    return watched is not None and watched.within(rights)


def _record(con: Connection, id: str, state: State, charter: Mapping[str, Any], note: str, who: str) -> None:
    last = con.execute("SELECT max(recorded_at) FROM pain_point WHERE pain_point_id = ?", [id]).fetchall()[0][0]
    plain = json.dumps(charter, ensure_ascii=False, sort_keys=True, default=str)
    con.execute("INSERT INTO pain_point VALUES (?, ?, ?, ?, ?, ?)", [id, moments.after(last), who, state, plain, note])


def _point(row: tuple[Any, ...]) -> PainPoint:
    key, state, text, note, at, by = row
    plain = json.loads(text)
    evidence = plain["evidence"]
    days = {name: dt.date.fromisoformat(evidence[name]) for name in ("first", "last", "worst")}
    return PainPoint(
        key, plain["title"], state, Severity(**plain["severity"]),
        Evidence(**{**evidence, **days, "rules": tuple(evidence["rules"])}),
        plain["journey"], plain["stage"], plain["touchpoint"], note, at, by,
    )  # fmt: skip
