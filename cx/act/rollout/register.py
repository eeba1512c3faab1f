"""Owner of the table ``rollout_step``, which is append-only: of one win in one branch the latest row counts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from cx.act.pain_points.register import may
from cx.act.rollout.shape import Field, State, Step
from cx.measure.rollout import Slot
from cx.measure.scope import Rights
from cx.store import audit, moments
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.personal import scrub
from cx.words import Label, Problem, Refused

_COLUMNS = "quick_win_id, branch, state, wave, starts, ends, note, recorded_at, recorded_by, basis"


def save(db: Database, who: str, slots: Iterable[Slot], fields: Iterable[Field], *, rights: Rights) -> int:
    """Record a plan: what is not done is planned as ``slots`` say, and what stood in the plan and is no longer in it is
    withdrawn. Returns how many rows changed. Raises :class:`Refused`: only who sees the whole bank plans it."""
    may(rights)
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
            basis = _basis(wins[key[0]], slot)
            _insert(
                con, who, key, "planned", slot.wave, slot.start, slot.end, "", wins[key[0]].win.charter.title, basis
            )
            changed += 1
        for key, old in known.items():
            if old.state == "planned" and key not in wanted:
                _insert(con, who, key, "withdrawn", old.wave, old.start, old.end, "", old.title, old.basis)
                changed += 1
        if changed:
            audit.write(con, who, "rollout_planned", "", {"places": len(wanted), "changed": changed})
    return changed


def done(
    db: Database, who: str, win: str, branch: str, on: dt.date, note: str, *, rights: Rights, today: dt.date
) -> None:
    """The win is in place in a branch since ``on``. Raises :class:`Refused`: not planned, not theirs, to come."""
    if on > today:
        raise Refused(Problem("rollout_day", "on"))
    with audit.writing(db) as con:
        old = _planned(con, win, branch, rights)
        _insert(con, who, (win, branch), "done", old.wave, old.start, on, scrub(note.strip()), old.title, old.basis)
        audit.write(con, who, "rollout_done", win, {"branch": branch, "on": str(on)})


def withdraw(db: Database, who: str, win: str, branch: str, note: str, *, rights: Rights) -> None:
    """A branch that will not get it, with a reason. Raises :class:`Refused`: not planned or not theirs, no reason."""
    if not note.strip():
        raise Refused(Problem("signal_note", "note"))
    with audit.writing(db) as con:
        old = _planned(con, win, branch, rights)
        _insert(
            con,
            who,
            (win, branch),
            "withdrawn",
            old.wave,
            old.start,
            old.end,
            scrub(note.strip()),
            old.title,
            old.basis,
        )
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
    return Step(win, branch, state, wave, start, end, note, at, by, plain.pop("title"), plain)


def _planned(con: Connection, win: str, branch: str, rights: Rights) -> Step:
    may(rights)
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


def _insert(
    con: Connection, who: str, key: tuple[str, str], state: State, wave: int, start: dt.date, end: dt.date, note: str,
    title: Label, basis: Mapping[str, float | None],
) -> None:  # fmt: skip
    last = con.execute("SELECT max(recorded_at) FROM rollout_step").fetchall()[0][0]
    text = json.dumps({"title": title, **basis}, ensure_ascii=False, sort_keys=True)
    con.execute(
        f"INSERT INTO rollout_step ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [*key, state, wave, start, end, note, moments.after(last), who, text],
    )
