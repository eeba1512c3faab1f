"""Several quick wins at once: branches that two would share, too many under way, what they cost and save together."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cx.act.charter import Charter, of_json
from cx.act.quick_wins.shapes import PROVEN, QuickWin
from cx.measure.scope import Rights
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.words import Problem, Refused

AGAIN = dt.timedelta(days=92)
"""How long after its end a proven win is watched."""
_SETTING = "quick_win_limits"
_HIGHEST = 99


@dataclass(frozen=True)
class Limits:
    """How many wins may be under way at once before cx warns: in all, and at one branch."""

    total: int = 6
    branch: int = 2


@dataclass(frozen=True)
class Sums:
    """Money of several wins. ``cost`` is of all that started. Savings a year: ``proven`` of wins closed as proven,
    ``promised`` of those under way, ``hoped`` of ideas, ``lost`` of those closed with another word."""

    cost: float
    cost_proven: float
    proven: float
    promised: float
    hoped: float
    lost: float


def limits(con: Connection) -> Limits:
    """The limits that the team has set, else the usual ones."""
    rows = con.execute("SELECT value FROM setting WHERE name = ? ORDER BY saved_at DESC LIMIT 1", [_SETTING]).fetchall()
    return Limits(**json.loads(rows[0][0])) if rows else Limits()


def set_limits(db: Database, user_name: str, wanted: Limits, *, rights: Rights) -> None:
    """Set the limits; 1 to 99 each. Raises :class:`Refused`: ``quick_win_limits``, ``act_not_allowed`` for whom the
    whole bank is not theirs to plan."""
    if not rights.act or rights.branches is not None:
        raise Refused(Problem("act_not_allowed"))
    if not (1 <= wanted.branch <= _HIGHEST and 1 <= wanted.total <= _HIGHEST):
        raise Refused(Problem("quick_win_limits", "limits", {"most": _HIGHEST}))
    value = json.dumps(vars(wanted))
    with audit.writing(db) as con:
        con.execute("DELETE FROM setting WHERE name = ?", [_SETTING])
        con.execute("INSERT INTO setting (name, value, saved_at) VALUES (?, ?, now()::TIMESTAMP)", [_SETTING, value])
        audit.write(con, user_name, "quick_win_limits", "", {f"limit_{name}": n for name, n in vars(wanted).items()})


def under_way(wins: Iterable[QuickWin]) -> tuple[QuickWin, ...]:
    """Those that run or are being measured."""
    return tuple(win for win in wins if win.state in ("running", "measuring"))


def crowded(wins: Iterable[QuickWin], most: Limits) -> tuple[int, tuple[tuple[str, int], ...]]:
    """How many are under way where that is more than the limit (else 0), and the branches that pilot more wins at once
    than they should, with how many, the fullest first."""
    active = under_way(wins)
    pilots = Counter(branch for win in active for branch in win.charter.pilots)
    full = [(branch, n) for branch, n in pilots.most_common() if n > most.branch]
    return (len(active) if len(active) > most.total else 0), tuple(full)


def sums(wins: Iterable[QuickWin]) -> Sums:
    """Costs and savings, what is proven apart from what is promised. Wins whose word the asker may not see count as
    lost."""
    cost = cost_proven = proven = promised = hoped = lost = 0.0
    for win in wins:
        charter = win.charter
        if win.state == "idea":
            hoped += charter.saving
            continue
        cost += charter.cost
        if win.state != "closed":
            promised += charter.saving
        elif win.verdict in PROVEN:
            proven, cost_proven = proven + charter.saving, cost_proven + charter.cost
        else:
            lost += charter.saving
    return Sums(cost, cost_proven, proven, promised, hoped, lost)


def watched(win: QuickWin, today: dt.date) -> bool:
    """Whether a closed, proven win is still in the months after its end in which it is watched."""
    return win.state == "closed" and win.verdict in PROVEN and today <= win.charter.end + AGAIN


def clashes(con: Connection, charter: Charter, id: str | None = None) -> tuple[Problem, ...]:
    """Branches that cannot serve two wins at once: a control that pilots, or a pilot that is a control of, another win
    under way at the same touchpoint in these days."""
    others = _beside(con, charter, id)
    found = []
    for name, other_name in (("controls", "pilots"), ("pilots", "controls")):
        for other in others:
            if both := sorted(set(getattr(charter, name)) & set(getattr(other, other_name))):
                values = {"branches": ", ".join(both), "title": other.title}
                found.append(Problem(f"quick_win_busy_{name}", name, values))
    return tuple(found)


def busy(con: Connection, charter: Charter, id: str | None = None) -> tuple[str, ...]:
    """Branches that cannot be its controls: another win pilots there, at the same touchpoint in these days."""
    return tuple(sorted({branch for other in _beside(con, charter, id) for branch in other.pilots}))


def held(con: Connection, charter: Charter) -> tuple[str, ...]:
    """Branches that should not change: another win holds itself against them, at the same touchpoint in these days."""
    return tuple(sorted({branch for other in _beside(con, charter, None) for branch in other.controls}))


def _beside(con: Connection, charter: Charter, id: str | None) -> list[Charter]:
    rows = con.execute(
        "SELECT charter FROM v_quick_win WHERE state IN ('running', 'measuring') AND quick_win_id IS DISTINCT FROM ?",
        [id],
    ).fetchall()
    found = [of_json(json.loads(text)) for (text,) in rows]
    return [
        other for other in found
        if other.touchpoint == charter.touchpoint and other.start <= charter.end and charter.start <= other.end
    ]  # fmt: skip
