"""Rows of the table ``pain_point``, which is append-only: a change is a new row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from cx.act.pain_points import reading, stored
from cx.act.pain_points.shape import Did, PainPoint
from cx.act.quick_wins.entries import acting
from cx.measure.scope import Rights
from cx.store import audit, labels, moments
from cx.store.query import Connection
from cx.survey.personal import covered
from cx.words import Label, Problem, Refused


def known(con: Connection, id: str, rights: Rights) -> PainPoint:
    """The entry as it is stored: what these rights may not see of it must not be lost by a change."""
    acting(rights)
    point = reading.one(con, id)
    if point is None or not point.matter.within(rights):
        raise Refused(Problem("pain_point_not_found", id))
    return point


def again(point: PainPoint, at: dt.datetime | None = None) -> PainPoint:
    """The entry opened again."""
    return replace(point, state="analyse", since=moments.after(point.since, at))


def said(note: Label) -> None:
    """Raises :class:`Refused` (``signal_note``) where nothing was said."""
    if not labels.kept(note).strip():
        raise Refused(Problem("signal_note", "note"))


def name(point: PainPoint) -> str:
    """What a problem calls it."""
    return point.title if isinstance(point.title, str) else " · ".join(point.title.values())


def record(
    con: Connection, who: str, point: PainPoint, did: Did, note: Label, detail: Mapping[str, str],
    at: dt.datetime | None = None,
) -> None:  # fmt: skip
    """Add a row: the entry as it stands from now on. ``at`` (UTC, without zone) is the moment recorded, else now."""
    rows = con.execute("SELECT max(recorded_at) FROM pain_point WHERE pain_point_id = ?", [point.id]).fetchall()
    moment = moments.after(rows[0][0], at)
    point = replace(point, title=covered(point.title))
    con.execute(
        "INSERT INTO pain_point (pain_point_id, recorded_at, recorded_by, state, charter, note) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [point.id, moment, who, point.state, stored.dump(point, did, detail), labels.kept(covered(note)).strip()],
    )
    if at is None:  # a past that is only told (the demo bank) is nobody's doing of today
        audit.write(con, who, f"pain_point_{did}", point.id, dict(detail))
