"""Owner of the table ``pain_point``, which is append-only: a change is a new row. One matter makes one entry, however
many people click at once and whichever source sees it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from cx.act.pain_points import proving, reading, stored, weighing
from cx.act.pain_points.shape import STATES, Candidate, Did, PainPoint, Piece, Proof, State
from cx.measure.scope import Rights
from cx.store import audit, moments
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.personal import covered, scrub
from cx.words import Label, Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model

_EARLY: tuple[State, ...] = ("monitor", "analyse", "identify")
"""States from which an entry may still turn out to be no pain point."""


@dataclass(frozen=True)
class Entered:
    """What became of a candidate: a new entry, evidence added to one, one that already holds it, one opened again."""

    id: str
    how: Literal["new", "added", "known", "reopened"]


def enter(
    db: Database, who: str, found: Candidate, title: Label, *, rights: Rights, model: Model, note: str = "",
    at: dt.datetime | None = None,
) -> Entered:  # fmt: skip
    """Enter a candidate under ``title`` in state ``monitor``, or add its evidence to the entry on the same matter; a
    closed one is opened again by evidence that it does not hold yet.

    ``at`` (UTC, without zone) is the moment recorded, by default now. Raises :class:`Refused`: ``pain_point_title``,
    ``pain_point_not_yours``.
    """
    may(rights)
    title = title.strip() if isinstance(title, str) else title
    if not title or (not isinstance(title, str) and not all(text.strip() for text in title.values())):
        raise Refused(Problem("pain_point_title", "title"))
    if not found.matter.within(rights):
        raise Refused(Problem("pain_point_not_yours"))
    with db.cursor() as con:
        own = frozenset((found.matter.branch,)) if found.matter.branch else frozenset()
        scales = weighing.scales(con, rights, own, at.date() if at else None)
    on = at.date() if at else dt.datetime.now(dt.UTC).date()
    pieces = tuple(
        replace(piece, said=scrub(piece.said), taken_on=piece.taken_on or on, by=piece.by or who)
        for piece in found.pieces
    )
    with audit.writing(db) as con:  # one at a time: what is looked for cannot appear in between
        known = next(
            (p for p in reading.all(con) if p.matter.key == found.matter.key and p.matter.within(rights)), None
        )
        if known is not None:
            return _added(con, who, known, pieces, note, at)
        moment = moments.after(None, at)
        severity = scales.of(found.matter, pieces, model)
        if rights.branches is not None and severity is not None:
            severity = replace(severity, part=None)
        point = PainPoint(
            uuid.uuid4().hex, title, "monitor", found.matter, pieces, severity, found.grade, "", (), None, "", moment,
            moment, who,
        )  # fmt: skip
        _record(con, who, point, "opened", note, {"source": found.source}, at)
        return Entered(point.id, "new")


def _added(
    con: Connection, who: str, known: PainPoint, pieces: tuple[Piece, ...], note: str, at: dt.datetime | None
) -> Entered:
    fresh = tuple(piece for piece in pieces if is_new(known, piece))
    if not fresh:
        return Entered(known.id, "known")
    now = replace(known, pieces=(*known.pieces, *fresh))
    detail = {"source": fresh[0].source}
    if known.open:
        _record(con, who, now, "added", note, detail, at)
        return Entered(known.id, "added")
    _record(con, who, _again(now, at), "reopened", note, detail, at)
    return Entered(known.id, "reopened")


def is_new(known: PainPoint, piece: Piece) -> bool:
    """Whether an entry does not hold this evidence yet. A signal that went on after the entry was closed is new."""
    if piece.about not in {each.about for each in known.pieces}:
        return True
    seen = [signal.last for signal in known.signals if piece.signal and signal.subject == piece.signal.subject]
    return not known.open and piece.signal is not None and piece.signal.last > max(seen)


def add(db: Database, who: str, id: str, piece: Piece, *, rights: Rights) -> None:
    """Add evidence by hand. Raises :class:`Refused`: not found, nothing said."""
    if piece.figure == "said" and not piece.said.strip():
        raise Refused(Problem("signal_note", "note"))
    with audit.writing(db) as con:
        known = _known(con, id, rights)
        whole = replace(piece, said=scrub(piece.said), taken_on=dt.datetime.now(dt.UTC).date(), by=who)
        if whole.about not in {each.about for each in known.pieces}:
            _record(
                con, who, replace(known, pieces=(*known.pieces, whole)), "added", "", {"source": piece.source}
            )  # fmt: skip


def move(
    db: Database, who: str, id: str, to: State, note: str, *, rights: Rights, at: dt.datetime | None = None
) -> None:
    """To the next state or one back. Raises :class:`Refused`: not found, no note, no such step."""
    _said(note)
    with audit.writing(db) as con:
        known = _known(con, id, rights)
        if to not in nexts(known.state):
            raise Refused(Problem("pain_point_step", _name(known)))
        _record(con, who, replace(known, state=to), "moved", note, {"from": known.state, "to": to}, at)


def nexts(state: State) -> tuple[State, ...]:
    """The states that may follow: the next first, then one back. Closing and dropping are deeds of their own."""
    if state not in STATES[:-1]:
        return ()
    at = STATES.index(state)
    return (*STATES[at + 1 : min(at + 2, len(STATES) - 1)], *STATES[max(0, at - 1) : at])


def close(
    db: Database, who: str, id: str, proof: Proof, note: str, *, rights: Rights, at: dt.datetime | None = None
) -> None:
    """Close on a verification record of this entry, whatever it says: the word goes with the entry.

    Raises :class:`Refused`: not found, no note, ``pain_point_proof`` where there is no such record.
    """
    _said(note)
    with audit.writing(db) as con:
        known = _known(con, id, rights)
        if known.state != "verify":
            raise Refused(Problem("pain_point_step", _name(known)))
        if proof not in proving.proofs(con, known, rights):
            raise Refused(Problem("pain_point_proof", _name(known)))
        detail = {"proof": proof.id, "verdict": proof.verdict}
        _record(con, who, replace(known, state="closed", proof=proof), "closed", note, detail, at)


def drop(db: Database, who: str, id: str, note: str, *, rights: Rights) -> None:
    """Looked into, and no pain point: with a reason, before anything was done about it. Raises :class:`Refused`."""
    _said(note)
    with audit.writing(db) as con:
        known = _known(con, id, rights)
        if known.state not in _EARLY:
            raise Refused(Problem("pain_point_step", _name(known)))
        _record(con, who, replace(known, state="dropped"), "dropped", note, {"from": known.state})


def reopen(db: Database, who: str, id: str, note: str, *, rights: Rights) -> None:
    """A closed or dropped entry is looked into again; what it was closed on stays in the history."""
    _said(note)
    with audit.writing(db) as con:
        known = _known(con, id, rights)
        if known.open:
            raise Refused(Problem("pain_point_step", _name(known)))
        _record(con, who, _again(known), "reopened", note, {"from": known.state})


def note(db: Database, who: str, id: str, said: str, *, rights: Rights) -> None:
    """A note for the history. Raises :class:`Refused`."""
    _said(said)
    with audit.writing(db) as con:
        _record(con, who, _known(con, id, rights), "noted", said, {})


def give(db: Database, who: str, id: str, owner: str, *, rights: Rights) -> None:
    """Name the owner (an account), or nobody. Raises :class:`Refused`: not found."""
    with audit.writing(db) as con:
        known = _known(con, id, rights)
        if known.owner != owner:
            _record(con, who, replace(known, owner=owner), "given", "", {"owner": owner})


def check(db: Database, who: str, id: str, indicator: str, started: dt.date, *, rights: Rights, model: Model,
          today: dt.date) -> None:  # fmt: skip
    """Record before and after of one of its own indicators around the day when something was changed.

    Raises :class:`Refused`: not found, ``pain_point_check`` where it is not its indicator or the day has not come.
    """
    with audit.writing(db) as con:
        known = _known(con, id, rights)
        found = proving.checked(con, known, indicator, started, rights=rights, model=model, today=today, by=who)
        detail = {"indicator": indicator, "verdict": found.verdict}
        _record(con, who, replace(known, checks=(*known.checks, found)), "checked", "", detail)


def proofs(con: Connection, point: PainPoint, rights: Rights) -> tuple[Proof, ...]:
    """What an entry may be closed on, the latest first."""
    return proving.proofs(con, point, rights)


def _known(con: Connection, id: str, rights: Rights) -> PainPoint:
    """The entry as it is stored: what these rights may not see of it must not be lost by a change."""
    may(rights)
    point = reading.one(con, id)
    if point is None or not point.matter.within(rights):
        raise Refused(Problem("pain_point_not_found", id))
    return point


def _again(point: PainPoint, at: dt.datetime | None = None) -> PainPoint:
    return replace(point, state="analyse", since=moments.after(point.since, at))


def may(rights: Rights) -> None:
    """Raises :class:`Refused` (``act_not_allowed``) for who may only look."""
    if not rights.act:
        raise Refused(Problem("act_not_allowed"))


def _said(note: str) -> None:
    if not note.strip():
        raise Refused(Problem("signal_note", "note"))


def _name(point: PainPoint) -> str:
    return point.title if isinstance(point.title, str) else " · ".join(point.title.values())


def _record(
    con: Connection, who: str, point: PainPoint, did: Did, note: str, detail: Mapping[str, str],
    at: dt.datetime | None = None,
) -> None:  # fmt: skip
    rows = con.execute("SELECT max(recorded_at) FROM pain_point WHERE pain_point_id = ?", [point.id]).fetchall()
    moment = moments.after(rows[0][0], at)
    point = replace(point, title=covered(point.title))
    con.execute(
        "INSERT INTO pain_point (pain_point_id, recorded_at, recorded_by, state, charter, note) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [point.id, moment, who, point.state, stored.dump(point, did, detail), scrub(note.strip())],
    )
    if at is None:  # a past that is only told (the demo bank) is nobody's doing of today
        audit.write(con, who, f"pain_point_{did}", point.id, dict(detail))
