"""Reads of the register: entries as they stand, and their history."""

from __future__ import annotations

from cx.act.pain_points import stored, weighing
from cx.act.pain_points.shape import PainPoint, Step
from cx.measure.scope import Rights
from cx.store.query import Connection

_COLUMNS = "pain_point_id, state, charter, note, recorded_at, recorded_by"


def all(con: Connection) -> tuple[PainPoint, ...]:
    """Every entry as it is stored, whoever may see it: for what is written upon it."""
    return tuple(map(stored.load, con.execute(f"SELECT {_COLUMNS} FROM v_pain_point").fetchall()))


def one(con: Connection, id: str) -> PainPoint | None:
    """One entry as it is stored, whoever may see it."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_pain_point WHERE pain_point_id = ?", [id]).fetchall()
    return stored.load(rows[0]) if rows else None


def everything(con: Connection, rights: Rights) -> tuple[PainPoint, ...]:
    """Every entry that these rights may see: open ones first, the worst as it was frozen first."""
    found = [point.seen_by(rights) for point in all(con) if point.matter.within(rights)]
    return tuple(sorted(found, key=lambda p: (not p.open, *weighing.order(p.severity), p.since, p.id)))


def get(con: Connection, id: str, rights: Rights) -> PainPoint | None:
    """One entry; None where there is none that may be seen."""
    point = one(con, id)
    return point.seen_by(rights) if point and point.matter.within(rights) else None


def history(con: Connection, id: str, rights: Rights) -> tuple[Step, ...]:
    """Who did what when, oldest first; empty where it may not be seen."""
    if get(con, id, rights) is None:
        return ()
    rows = con.execute(
        "SELECT recorded_at, recorded_by, state, note, charter FROM pain_point WHERE pain_point_id = ? "
        "ORDER BY recorded_at",
        [id],
    ).fetchall()
    return tuple(stored.step((*row, at == 0)) for at, row in enumerate(rows))
