"""Owner of the table ``rollout_step``, which is append-only: of one win in one branch the latest row counts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from cx.act.quick_wins.entries import acting
from cx.act.rollout.shape import Field, Step
from cx.measure.rollout import Slot
from cx.measure.scope import Rights
from cx.store import audit, moments
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.personal import scrub
from cx.words import Problem, Refused

_COLUMNS = "quick_win_id, branch, state, wave, starts, ends, note, recorded_at, recorded_by, basis"


def save(
    db: Database, who: str, slots: Iterable[Slot], fields: Iterable[Field], *, rights: Rights,
    at: dt.datetime | None = None,
) -> int:  # fmt: skip
    """Record a plan: what is not done is planned as ``slots`` say, and what stood in the plan and is no longer in it is
    withdrawn. Returns how many rows changed. Raises :class:`Refused`: only who sees the whole bank plans it.

    ``at`` (UTC, without zone) is the moment recorded, by default now; likewise below."""
    acting(rights)
    if rights.branches is not None:
        raise Refused(Problem("rollout_whole"))
    wins = {field.win.id: field for field in fields}
    wanted = {(slot.place.win, slot.place.branch): slot for slot in slots}
    changed = 0
    with audit.writing(db) as con:
        known = {(step.win, step.branch): step for step in _all(con)}
        for key, slot in wanted.items():
            old = known.get(key)
            if old is not None and (old.state == "done" or _same(old, slot)):
                continue
            field = wins[key[0]]
            _insert(con, who, Step(
                *key, "planned", slot.wave, slot.start, slot.end, "", dt.datetime.min, who, field.win.charter.title,
                _basis(field, slot), (field.start, field.end),
            ), at)  # fmt: skip
            changed += 1
        for key, old in known.items():
            if old.state == "planned" and key not in wanted:
                _insert(con, who, replace(old, state="withdrawn", note=""), at)
                changed += 1
        if changed:
            audit.write(con, who, "rollout_planned", "", {"places": len(wanted), "changed": changed})
    return changed


def done(
    db: Database, who: str, win: str, branch: str, on: dt.date, note: str, *, rights: Rights, today: dt.date,
    at: dt.datetime | None = None,
) -> None:  # fmt: skip
    """The win is in place in a branch since ``on``. Raises :class:`Refused`: not planned, not theirs, to come."""
    if on > today:
        raise Refused(Problem("rollout_day", "on"))
    with audit.writing(db) as con:
        old = _planned(con, win, branch, rights)
        _insert(con, who, replace(old, state="done", end=on, note=scrub(note.strip())), at)
        audit.write(con, who, "rollout_done", win, {"branch": branch, "on": str(on)})


def withdraw(db: Database, who: str, win: str, branch: str, note: str, *, rights: Rights) -> None:
    """A branch that will not get it, with a reason. Raises :class:`Refused`: not planned or not theirs, no reason."""
    if not note.strip():
        raise Refused(Problem("signal_note", "note"))
    with audit.writing(db) as con:
        old = _planned(con, win, branch, rights)
        _insert(con, who, replace(old, state="withdrawn", note=scrub(note.strip())))
        audit.write(con, who, "rollout_withdrawn", win, {"branch": branch})


def everything(con: Connection, rights: Rights) -> tuple[Step, ...]:
    """What stands for every win and branch that these rights may see, by wave."""
    found = [step for step in _all(con) if rights.branches is None or step.branch in rights.branches]
    return tuple(sorted(found, key=lambda step: (step.wave, step.branch, step.win)))


def _all(con: Connection) -> tuple[Step, ...]:
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_rollout").fetchall()
    return tuple(map(_step, rows))


def _step(row: tuple[Any, ...]) -> Step:
    win, branch, state, wave, start, end, note, at, by, text = row
    plain = json.loads(text)
    title, looked = plain.pop("title"), plain.pop("looked", None)  # rows of before do not say on which days they rest
    days = (dt.date.fromisoformat(looked[0]), dt.date.fromisoformat(looked[1])) if looked else None
    return Step(win, branch, state, wave, start, end, note, at, by, title, plain, days)


def _planned(con: Connection, win: str, branch: str, rights: Rights) -> Step:
    acting(rights)
    if rights.branches is not None and branch not in rights.branches:
        raise Refused(Problem("rollout_gone", branch))
    found = next((s for s in _all(con) if (s.win, s.branch) == (win, branch) and s.state == "planned"), None)
    if found is None:
        raise Refused(Problem("rollout_gone", branch))
    return found


def _same(old: Step, slot: Slot) -> bool:
    return (old.state, old.wave, old.start, old.end) == ("planned", slot.wave, slot.start, slot.end)


def _basis(found: Field, slot: Slot) -> dict[str, float | None]:
    at = next((branch for branch in found.branches if branch.place == slot.place), None)
    p, e = slot.place, found.win.effect
    return {
        "score": slot.score, "pain": p.pain, "volume": p.volume, "value": p.value, "effort": p.effort,
        "level": at.level if at else None, "drawn": at.drawn if at else None, "effect": e.value, "low": e.low,
        "high": e.high,
    }  # fmt: skip


def _insert(con: Connection, who: str, step: Step, at: dt.datetime | None = None) -> None:
    """Add a row: what stands from now on."""
    last = con.execute("SELECT max(recorded_at) FROM rollout_step").fetchall()[0][0]
    looked = [day.isoformat() for day in step.looked] if step.looked else None
    text = json.dumps({"title": step.title, "looked": looked, **step.basis}, ensure_ascii=False, sort_keys=True)
    con.execute(
        f"INSERT INTO rollout_step ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            step.win, step.branch, step.state, step.wave, step.start, step.end, step.note, moments.after(last, at), who,
            text,
        ],
    )  # fmt: skip
