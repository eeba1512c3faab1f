"""The steps of an entry: moved, closed on a verification, dropped, opened again, noted, given, checked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

from cx.act import rollout
from cx.act.pain_points import fitting, proving, writing
from cx.act.pain_points.closing import Ending, Proof
from cx.act.pain_points.shape import STATES, PainPoint, State
from cx.measure.scope import Rights
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.personal import scrub
from cx.words import Label, Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model

_EARLY: tuple[State, ...] = ("monitor", "analyse", "identify")
"""States from which an entry may still turn out to be no pain point."""


def move(
    db: Database, who: str, id: str, to: State, note: Label, *, rights: Rights, at: dt.datetime | None = None
) -> None:
    """To the next state or one back. Raises :class:`Refused`: not found, no note, no such step."""
    writing.said(note)
    with audit.writing(db) as con:
        known = writing.known(con, id, rights)
        if to not in nexts(known.state):
            raise Refused(Problem("pain_point_step", writing.name(known)))
        writing.record(con, who, replace(known, state=to), "moved", note, {"from": known.state, "to": to}, at)


def accept(db: Database, who: str, id: str, to: State, note: str, *, rights: Rights) -> None:
    """To the state that fits what exists, which may be several steps on. Raises :class:`Refused`: not found, no note,
    ``pain_point_step`` where it is no longer what fits."""
    writing.said(note)
    with audit.writing(db) as con:
        known = writing.known(con, id, rights)
        fits = fitting.fit(known, proving.wins(con, known, rights))
        if fits is None or fits.to != to:
            raise Refused(Problem("pain_point_step", writing.name(known)))
        writing.record(con, who, replace(known, state=to), "moved", note, {"from": known.state, "to": to})


def nexts(state: State) -> tuple[State, ...]:
    """The states that may follow: the next first, then one back. Closing and dropping are deeds of their own."""
    if state not in STATES[:-1]:
        return ()
    at = STATES.index(state)
    return (*STATES[at + 1 : min(at + 2, len(STATES) - 1)], *STATES[max(0, at - 1) : at])


def close(
    db: Database, who: str, id: str, proof: Proof, note: str, *, rights: Rights, model: Model, decided: bool = False
) -> None:
    """Close on a verification record of this entry; its word and how far it reaches go with the entry. Where it did not
    work, or is not in place in all branches that the entry is about, somebody has to decide it (``decided``): then
    ``note`` is the reason.

    Raises :class:`Refused`: not found, no note, ``pain_point_proof`` where there is no such record,
    ``pain_point_reach`` where it does not reach and nobody decided.
    """
    writing.said(note)
    with audit.writing(db) as con:
        known = writing.known(con, id, rights)
        if known.state != "verify":
            raise Refused(Problem("pain_point_step", writing.name(known)))
        own = proving.wins(con, known, rights)
        if proof not in proving.proven(known, own):
            raise Refused(Problem("pain_point_proof", writing.name(known)))
        reached = proving.reach(known, proof, own, rollout.everything(con, rights), model)
        full = proving.solved(proof, reached)
        if not full and not decided:
            raise Refused(Problem("pain_point_reach", writing.name(known), {"have": reached.have, "of": reached.of}))
        today = dt.datetime.now(dt.UTC).date()
        ending = Ending(reached, today) if full else Ending(reached, today, who, scrub(note.strip()))
        detail = {"proof": proof.id, "verdict": proof.verdict, "have": str(reached.have), "of": str(reached.of)}
        detail |= {} if full else {"decided": who}
        writing.record(con, who, replace(known, state="closed", proof=proof, ending=ending), "closed", note, detail)


def drop(db: Database, who: str, id: str, note: str, *, rights: Rights) -> None:
    """Looked into, and no pain point: with a reason, before anything was done about it. Raises :class:`Refused`."""
    writing.said(note)
    with audit.writing(db) as con:
        known = writing.known(con, id, rights)
        if known.state not in _EARLY:
            raise Refused(Problem("pain_point_step", writing.name(known)))
        writing.record(con, who, replace(known, state="dropped"), "dropped", note, {"from": known.state})


def reopen(db: Database, who: str, id: str, note: str, *, rights: Rights) -> None:
    """A closed or dropped entry is looked into again; what it was closed on stays in the history."""
    writing.said(note)
    with audit.writing(db) as con:
        known = writing.known(con, id, rights)
        if known.open:
            raise Refused(Problem("pain_point_step", writing.name(known)))
        writing.record(con, who, writing.again(known), "reopened", note, {"from": known.state})


def note(db: Database, who: str, id: str, said: str, *, rights: Rights) -> None:
    """A note for the history. Raises :class:`Refused`."""
    writing.said(said)
    with audit.writing(db) as con:
        writing.record(con, who, writing.known(con, id, rights), "noted", said, {})


def give(db: Database, who: str, id: str, owner: str, *, rights: Rights) -> None:
    """Name the owner (an account), or nobody. Raises :class:`Refused`: not found."""
    with audit.writing(db) as con:
        known = writing.known(con, id, rights)
        if known.owner != owner:
            writing.record(con, who, replace(known, owner=owner), "given", "", {"owner": owner})


def check(db: Database, who: str, id: str, indicator: str, started: dt.date, *, rights: Rights, model: Model,
          today: dt.date) -> None:  # fmt: skip
    """Record before and after of one of its own indicators around the day when something was changed.

    Raises :class:`Refused`: not found, ``pain_point_check`` where it is not its indicator or the day has not come.
    """
    with audit.writing(db) as con:
        known = writing.known(con, id, rights)
        found = proving.checked(con, known, indicator, started, rights=rights, model=model, today=today, by=who)
        detail = {"indicator": indicator, "verdict": found.verdict}
        writing.record(con, who, replace(known, checks=(*known.checks, found)), "checked", "", detail)


def proofs(con: Connection, point: PainPoint, rights: Rights) -> tuple[Proof, ...]:
    """What an entry may be closed on, the latest first."""
    return proving.proofs(con, point, rights)
