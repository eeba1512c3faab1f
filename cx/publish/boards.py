"""Dashboards: who may see and change which, saved with an entry in the audit log and never over somebody else's work.
What a reader sees on one is limited by their rights, not here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cx.access.rights import User, may
from cx.bank import board_file
from cx.bank.boards import Board
from cx.publish import kept
from cx.publish.board_shelf import READERS, Kept, Shelf, catalogue, shelf
from cx.store import audit
from cx.store.database import Database
from cx.words import Problem, Refused

MOST = 50
"""Dashboards that one person may own."""
__all__ = [
    "MOST", "READERS", "Kept", "Shelf", "catalogue", "create", "edits", "remove", "save", "seen", "sees", "shelf",
    "take_in",
]  # fmt: skip


def sees(user: User, board: Board) -> bool:
    """Whether a user may open a dashboard."""
    return (bool(board.owner) and board.owner == user.name) or user.role in board.roles


def edits(user: User, board: Board) -> bool:
    """Whether a user may change a dashboard: the owner; a shared one also who may share."""
    return sees(user, board) and (board.owner == user.name or may(user, "boards_share"))


def seen(shelf: Shelf, user: User) -> Iterator[Kept]:
    """The dashboards that a user may open: those made first of all for their role, then their own, then the rest."""
    own = [each for each in shelf.all() if sees(user, each.board)]
    yield from sorted(own, key=lambda e: (e.board.roles[:1] != (user.role,), e.board.owner != user.name))


def create(db: Database, shelf: Shelf, board: Board, user: User) -> Kept:
    """Keep a new dashboard: it is the user's, and private. Raises :class:`Refused` where it is not sound, or the user
    has :data:`MOST` already (``board_most``)."""
    with shelf.lock:
        if sum(each.board.owner == user.name for each in shelf.all()) >= MOST:
            raise Refused(Problem("board_most", board.id, {"most": MOST}))
        mine = replace(board, id=shelf.fresh(board.id), owner=user.name, roles=())
        return _write(db, shelf, mine, user, "board_created")


def take_in(db: Database, shelf: Shelf, name: str, data: bytes, user: User) -> Kept:
    """A file becomes a new dashboard of the user's own, private whatever it says. Raises :class:`Refused` with all that
    is wrong in it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Problem("model_unreadable", name, {"detail": error})) from error
    reading = board_file.read(text, name, catalogue())
    if reading.board is None:
        raise Refused(*reading.problems)
    return create(db, shelf, reading.board, user)


def save(db: Database, shelf: Shelf, board: Board, user: User, stamp: str) -> Kept:
    """Replace a dashboard by what was made of the one with that ``stamp``.

    Raises :class:`Refused`: it is not the user's to change or share, it is not sound, or somebody else changed it
    meanwhile (``board_conflict``, ``board_gone``); then nothing is written.
    """
    with shelf.lock:
        now = shelf.find(board.id)
        title = dict(board.title)
        if now is None:
            raise Refused(Problem("board_gone", board.id, {"title": title}))
        if not edits(user, now.board):
            raise Refused(Problem("board_yours", board.id, {"title": title}))
        if shelf.stamp(board.id) != stamp:
            told = {"who": now.board.changed_by or "?", "at": now.board.changed_at or "?", "title": title}
            raise Refused(Problem("board_conflict", board.id, told))
        if set(board.roles) != set(now.board.roles) and not may(user, "boards_share"):
            raise Refused(Problem("board_sharing", board.id))
        return _write(db, shelf, replace(board, owner=now.board.owner), user, "board_saved")


def remove(db: Database, shelf: Shelf, id: str, user: User, stamp: str) -> None:
    """Remove a dashboard; one that came with cx and was changed is as it came again. Raises :class:`Refused`."""
    with shelf.lock:
        now = shelf.find(id)
        if now is None:
            return
        values = {"title": dict(now.board.title)}
        if not edits(user, now.board):
            raise Refused(Problem("board_yours", id, values))
        if now.shipped or not now.board.owner and not shelf.ships(id):
            raise Refused(Problem("board_shipped", id, values))
        if shelf.stamp(id) != stamp:
            who = {"who": now.board.changed_by or "?", "at": now.board.changed_at or "?"}
            raise Refused(Problem("board_conflict", id, values | who))
        with db.writing(counted=False) as con:
            audit.write(con, user.name, "board_removed", id)
            shelf.drop(id)
        audit.mark(db)


def _write(db: Database, shelf: Shelf, board: Board, user: User, action: str) -> Kept:
    moment = kept.now().isoformat(timespec="seconds")
    board = replace(board, changed_by=user.name, changed_at=moment)
    problems = board_file.read(board_file.dump(board), f"{board.id}.yaml", catalogue()).problems
    if any(problem.severity == "error" for problem in problems):
        raise Refused(*problems)
    with db.writing(counted=False) as con:  # what screens measure has not changed
        detail = {"roles": list(board.roles), "tiles": len(board.tiles)}
        audit.write(con, user.name, action, board.id, detail)
        shelf.put(board)
    audit.mark(db)
    found = shelf.find(board.id)
    assert found is not None
    return found
