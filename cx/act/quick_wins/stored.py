"""Quick wins as rows: read under rights, and written."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cx.act import charter as charters
from cx.act import verification
from cx.act.charter import Charter
from cx.act.quick_wins.shapes import QuickWin, Result, Signature, State, Step, dump, marked
from cx.measure.scope import Rights
from cx.store import audit, moments
from cx.store.query import Connection
from cx.survey.personal import covered
from cx.words import Label

_COLUMNS = (
    "quick_win_id, state, charter, result, recorded_at, recorded_by, author, "
    "json_extract(result, ['$.verdict', '$.closed_on', '$.lesson'])"  # the proof itself is read when it is shown
)


@dataclass
class Beside:
    """What stands beside one win: the days its milestones were ticked, the latest signature, how many comments."""

    done: dict[int, dt.date | None] = field(default_factory=dict)
    signature: Signature | None = None
    comments: int = 0


def all(con: Connection, rights: Rights) -> tuple[QuickWin, ...]:
    """Every win not dropped that touches a branch within the rights; the highest score first."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_quick_win WHERE state <> 'dropped'").fetchall()
    beside = _beside(con)
    wins = [win for win in (_win(row, rights, beside[row[0]]) for row in rows) if win.charter.touches(rights)]
    return tuple(sorted(wins, key=lambda win: (-win.charter.score, win.charter.start, win.id)))


def get(con: Connection, id: str, rights: Rights) -> QuickWin | None:
    """The latest state of one win; None where there is none that touches a branch within the rights."""
    rows = con.execute(f"SELECT {_COLUMNS} FROM v_quick_win WHERE quick_win_id = ?", [id]).fetchall()
    win = _win(rows[0], rights, _beside(con, id)[id]) if rows else None
    return win if win is not None and win.charter.touches(rights) else None


def history(con: Connection, id: str, rights: Rights) -> tuple[Step, ...]:
    """Who did what when, signatures too, oldest first; empty where the win may not be seen."""
    if get(con, id, rights) is None:
        return ()
    rows = con.execute(
        "SELECT recorded_at, recorded_by, state FROM quick_win WHERE quick_win_id = ? UNION ALL "
        "SELECT recorded_at, recorded_by, kind FROM quick_win_entry WHERE quick_win_id = ? AND kind = 'signed' "
        "ORDER BY recorded_at",
        [id, id],
    ).fetchall()
    return tuple(Step(*row) for row in rows)


def record(
    con: Connection, id: str, state: State, charter: Charter, result: str | None, user: str, at: dt.datetime | None
) -> None:
    """Add a row: the win as it stands from now on. ``result`` is that of a :class:`Result`, as recorded."""
    written = replace(
        charter, title=covered(charter.title), hypothesis=covered(charter.hypothesis),
        milestones=tuple(replace(each, done=None) for each in charter.milestones),
    )  # fmt: skip
    con.execute(
        "INSERT INTO quick_win (quick_win_id, recorded_at, recorded_by, state, charter, result) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        [id, _moment(con, id, at), user, state, dump(charters.as_json(written)), result],
    )
    if at is None:  # a past that is only told (the demo bank) is nobody's doing of today
        audit.write(con, user, f"quick_win_{state}", id, {"pilots": charter.pilots})


def enter(con: Connection, id: str, kind: str, detail: Mapping[str, Any], user: str, at: dt.datetime | None) -> None:
    """Add a line beside a win: ``signed``, ``comment`` or ``milestone``."""
    con.execute(
        "INSERT INTO quick_win_entry (quick_win_id, recorded_at, recorded_by, kind, detail) VALUES (?, ?, ?, ?, ?)",
        [id, _moment(con, id, at), user, kind, dump(detail)],
    )
    if at is None:
        told = {name: value for name, value in detail.items() if name not in ("text", "outlook")}
        audit.write(con, user, f"quick_win_{kind}", id, told)


def entered(con: Connection, id: str, kind: str) -> Sequence[tuple[dt.datetime, str, Mapping[str, Any]]]:
    """The lines of one kind beside a win, oldest first: when, by whom, what."""
    rows = con.execute(
        "SELECT recorded_at, recorded_by, detail FROM quick_win_entry WHERE quick_win_id = ? AND kind = ? "
        "ORDER BY recorded_at",
        [id, kind],
    ).fetchall()
    return [(at, by, json.loads(detail)) for at, by, detail in rows]


def _moment(con: Connection, id: str, at: dt.datetime | None) -> dt.datetime:
    last = con.execute(
        "SELECT max(recorded_at) FROM (SELECT recorded_at FROM quick_win WHERE quick_win_id = ? UNION ALL "
        "SELECT recorded_at FROM quick_win_entry WHERE quick_win_id = ?)",
        [id, id],
    ).fetchall()[0][0]
    return moments.after(last, at)


def _beside(con: Connection, id: str | None = None) -> Mapping[str, Beside]:
    found: dict[str, Beside] = defaultdict(Beside)
    chosen, values = (" AND quick_win_id = ?", [id]) if id else ("", [])
    counted = con.execute(
        f"SELECT quick_win_id, count(*) FROM quick_win_entry WHERE kind = 'comment'{chosen} GROUP BY 1", values
    ).fetchall()
    for key, count in counted:
        found[key].comments = count
    rows = con.execute(
        "SELECT quick_win_id, recorded_at, recorded_by, kind, detail FROM quick_win_entry "
        f"WHERE kind <> 'comment'{chosen} ORDER BY recorded_at",
        values,
    ).fetchall()
    for key, at, by, kind, text in rows:
        detail = json.loads(text)
        if kind == "signed":
            known = detail.get("outlook")
            outlook = verification.outlook_of(known) if known else None
            found[key].signature = Signature(by, at, detail["mark"], detail["alone"], outlook)
        else:
            found[key].done[detail["milestone"] - 1] = detail["done"] and dt.date.fromisoformat(detail["done"])
    return found


def _win(row: tuple[Any, ...], rights: Rights, beside: Beside) -> QuickWin:
    key, state, charter_text, result_text, at, by, author, told = row
    charter = charters.of_json(json.loads(charter_text))
    figures, signed = charter.covered_by(rights), beside.signature
    if signed is not None and state == "idea" and (signed.outlook is None or signed.mark != marked(charter)):
        signed = None
    if signed is not None and not figures:
        signed = replace(signed, outlook=None)
    word, closed_on, lesson = (json.loads(text) for text in told) if result_text else (None, "", "")
    result = None
    if word and figures:
        result = Result(word, dt.date.fromisoformat(closed_on), lesson, result_text, rights.branches is None)
    verdict = word if figures or charter.voice == "customer" else None
    ticked = tuple(replace(each, done=beside.done.get(at)) for at, each in enumerate(charter.milestones))
    seen = replace(charter, milestones=ticked, baseline=charter.baseline if figures else None)
    return QuickWin(key, state, seen, result, at, by, figures, verdict, author or by, signed, beside.comments)


def concluded(proof: verification.Proof, closed_on: dt.date, lesson: Label) -> Result:
    """A result as it will be recorded, for who sees the whole bank."""
    plain = {"verdict": proof.verdict, "proof": verification.proof_json(proof), "lesson": lesson}
    return Result(proof.verdict, closed_on, lesson, dump(plain | {"closed_on": closed_on.isoformat()}))
