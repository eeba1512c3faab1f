"""What is written beside a quick win: the signature under its charter, ticked milestones, comments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from cx.act import verification
from cx.act.charter_checks import written
from cx.act.quick_wins import planning, stored
from cx.act.quick_wins.shapes import Comment, QuickWin, marked
from cx.measure.scope import Rights
from cx.store import audit
from cx.store.database import Database
from cx.store.query import Connection
from cx.survey.personal import covered
from cx.words import Label, Problem, Refused

if TYPE_CHECKING:
    from cx.bank.model import Model

LONGEST_COMMENT = 1000


def sign(
    db: Database, id: str, user_name: str, model: Model, today: dt.date, *, rights: Rights,
    others: Collection[str] = (), knowing: bool = False, at: dt.datetime | None = None,
) -> None:  # fmt: skip
    """Sign an idea's charter as it stands, and freeze with it what the pilot can show. ``others`` are all who could:
    where there is somebody beside its author, the author may not (``quick_win_own``); where there is nobody, the record
    says so. A pilot that will probably miss what counts is signed ``knowing`` that, or not at all
    (``quick_win_blind``)."""
    with audit.writing(db) as con:
        win = _open(con, id, rights)
        if not win.charter.covered_by(rights):
            raise Refused(Problem("quick_win_not_yours", "pilots"))
        if win.state != "idea":
            raise Refused(Problem("quick_win_step", "", {"state": win.state, "to": "signed"}))
        own = user_name == win.author
        if own and set(others) - {win.author}:
            raise Refused(Problem("quick_win_own", "signed"))
        found = foreseen(con, win, rights, today, model)
        if found.blind and not knowing:
            raise Refused(Problem("quick_win_blind", "signed"))
        detail = {"mark": marked(win.charter), "alone": own, "knowing": found.blind}
        stored.enter(con, id, "signed", detail | {"outlook": verification.outlook_json(found)}, user_name, at)


def foreseen(con: Connection, win: QuickWin, rights: Rights, today: dt.date, model: Model) -> verification.Outlook:
    """What the pilot of an idea can show, as far as it is known today."""
    exclude = () if win.charter.controls else planning.busy(con, win.charter, win.id)
    return verification.outlook(con, win.charter, rights, today, model, exclude)


def tick(
    db: Database, id: str, user_name: str, number: int, done: dt.date | None, *, rights: Rights,
    at: dt.datetime | None = None,
) -> None:  # fmt: skip
    """Say that a milestone (counted from 0) was reached on a day, or (None) that it was not. A branch's own may be
    ticked by who answers for that branch, the others by who answers for all branches of the win."""
    with audit.writing(db) as con:
        win = _open(con, id, rights)
        if not 0 <= number < len(win.charter.milestones):
            raise Refused(Problem("quick_win_not_found", id))
        if not may_tick(win, number, rights):
            raise Refused(Problem("quick_win_not_yours", "milestones"))
        stored.enter(con, id, "milestone", {"milestone": number + 1, "done": done and done.isoformat()}, user_name, at)


def may_tick(win: QuickWin, number: int, rights: Rights) -> bool:
    """Whether these rights reach as far as the milestone."""
    branch = win.charter.milestones[number].branch
    own = branch is not None and rights.branches is not None and branch in rights.branches
    return own or win.charter.covered_by(rights)


def comment(
    db: Database, id: str, user_name: str, text: Label, *, rights: Rights, at: dt.datetime | None = None
) -> None:
    """Add a comment; whoever may act and sees the win may say something, nobody takes it back."""
    said = covered(text.strip() if isinstance(text, str) else dict(text))
    if not written(said) or len(str(said)) > LONGEST_COMMENT:
        raise Refused(Problem("quick_win_comment", "comment", {"longest": LONGEST_COMMENT}))
    with audit.writing(db) as con:
        _open(con, id, rights)
        stored.enter(con, id, "comment", {"text": said}, user_name, at)


def comments(con: Connection, id: str, rights: Rights) -> tuple[Comment, ...]:
    """What colleagues said, oldest first; nothing where the win may not be seen."""
    if stored.get(con, id, rights) is None:
        return ()
    return tuple(Comment(at, by, detail["text"]) for at, by, detail in stored.entered(con, id, "comment"))


def acting(rights: Rights) -> None:
    """Raise :class:`Refused` (``act_not_allowed``) where somebody may only read."""
    if not rights.act:
        raise Refused(Problem("act_not_allowed"))


def _open(con: Connection, id: str, rights: Rights) -> QuickWin:
    acting(rights)
    win = stored.get(con, id, rights)
    if win is None or win.state == "dropped":
        raise Refused(Problem("quick_win_not_found", id))
    return win
