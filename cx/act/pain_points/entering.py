"""What is entered into the register: one matter makes one entry, however many people click at once and whichever
source sees it; another source adds its evidence."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from cx.act.pain_points import reading, weighing, writing
from cx.act.pain_points.shape import Candidate, PainPoint, Piece
from cx.act.quick_wins.entries import acting
from cx.measure.scope import Rights
from cx.store import audit, labels, moments
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.personal import covered
from cx.words import Label, Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model


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
    acting(rights)
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
        replace(piece, said=covered(piece.said), taken_on=piece.taken_on or on, by=piece.by or who)
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
        writing.record(con, who, point, "opened", note, {"source": found.source}, at)
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
        writing.record(con, who, now, "added", note, detail, at)
        return Entered(known.id, "added")
    writing.record(con, who, writing.again(now, at), "reopened", note, detail, at)
    return Entered(known.id, "reopened")


def is_new(known: PainPoint, piece: Piece) -> bool:
    """Whether an entry does not hold this evidence yet. A signal that went on after the entry was closed is new."""
    if piece.about not in {each.about for each in known.pieces}:
        return True
    seen = [signal.last for signal in known.signals if piece.signal and signal.subject == piece.signal.subject]
    return not known.open and piece.signal is not None and piece.signal.last > max(seen)


def add(db: Database, who: str, id: str, piece: Piece, *, rights: Rights) -> None:
    """Add evidence by hand. Raises :class:`Refused`: not found, nothing said."""
    if piece.figure == "said" and not labels.kept(piece.said).strip():
        raise Refused(Problem("signal_note", "note"))
    with audit.writing(db) as con:
        known = writing.known(con, id, rights)
        whole = replace(piece, said=covered(piece.said), taken_on=dt.datetime.now(dt.UTC).date(), by=who)
        if whole.about not in {each.about for each in known.pieces}:
            writing.record(
                con, who, replace(known, pieces=(*known.pieces, whole)), "added", "", {"source": piece.source}
            )  # fmt: skip
