"""The dashboard that this tab is changing: kept in the session until it is saved, put aside or dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from components import session
from cx.bank.boards import Board, Tile
from cx.words import Problem

TOLD = "board_told"
"""What was just done, told by the next run."""
_KEY = "board_draft"


@dataclass(frozen=True)
class Draft:
    """A dashboard being changed, made of the file with ``stamp``; ``tile`` is the one in the form; ``refused`` says why
    the last attempt to save was not taken. ``round`` tells the widgets of one draft from those of the one before."""

    board: Board
    stamp: str
    before: Board
    tile: str = ""
    refused: tuple[Problem, ...] = ()
    round: int = 0

    @property
    def changed(self) -> bool:
        """Whether there is anything to save."""
        return self.board != self.before


def now() -> Draft | None:
    """The draft of this tab."""
    return session.get(_KEY, None)


def begin(board: Board, stamp: str) -> None:
    """Start changing a dashboard."""
    last = session.get(f"{_KEY}_round", 0) + 1
    session.put(f"{_KEY}_round", last)
    first = board.tiles[0].id if board.tiles else ""
    session.put(_KEY, Draft(board, stamp, board, first, round=last))


def end() -> None:
    """Forget the draft."""
    session.drop(_KEY)


def keep(draft: Draft) -> None:
    """Replace the draft."""
    session.put(_KEY, draft)


def change(make: Callable[[Board], Board], tile: str | None = None) -> None:
    """Change the dashboard of the draft; ``tile`` goes into the form."""
    draft = now()
    if draft is not None:
        keep(replace(draft, board=make(draft.board), tile=draft.tile if tile is None else tile))


def add(chart: str = "number") -> None:
    """A new tile at the end, in the form: what most ask for first."""
    draft = now()
    if draft is None:
        return
    fresh = Tile(draft.board.fresh(), chart, "nps", kind="transactional")
    change(lambda board: replace(board, tiles=(*board.tiles, fresh)), fresh.id)


def copy() -> None:
    """The tile in the form once more, after it."""
    draft = now()
    found = draft.board.tile(draft.tile) if draft else None
    if draft is None or found is None:
        return
    twin = replace(found, id=draft.board.fresh())
    at = draft.board.tiles.index(found) + 1
    tiles = (*draft.board.tiles[:at], twin, *draft.board.tiles[at:])
    change(lambda board: replace(board, tiles=tiles), twin.id)


def remove() -> None:
    """The tile in the form goes; its neighbour takes its place."""
    draft = now()
    found = draft.board.tile(draft.tile) if draft else None
    if draft is None or found is None:
        return
    at = draft.board.tiles.index(found)
    tiles = tuple(tile for tile in draft.board.tiles if tile.id != found.id)
    near = tiles[min(at, len(tiles) - 1)].id if tiles else ""
    change(lambda board: replace(board, tiles=tiles), near)


def move(by: int) -> None:
    """The tile in the form one place up (-1) or down (1)."""
    draft = now()
    found = draft.board.tile(draft.tile) if draft else None
    if draft is None or found is None:
        return
    tiles = list(draft.board.tiles)
    at = tiles.index(found)
    to = at + by
    if 0 <= to < len(tiles):
        tiles[at], tiles[to] = tiles[to], tiles[at]
        change(lambda board: replace(board, tiles=tuple(tiles)))


def pick(key: str) -> None:
    """The tile that a widget names goes into the form."""
    change(lambda board: board, session.get(key, ""))
