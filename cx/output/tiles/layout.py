"""Where tiles stand: rows of six columns, filled in order, without holes; the same on screen and on paper."""

from __future__ import annotations

from collections.abc import Iterable

from cx.bank.boards import Tile

COLUMNS = 6
_SPAN = {"third": 2, "half": 3, "full": 6}
Placed = tuple[Tile, int]


def rows(tiles: Iterable[Tile]) -> list[list[Placed]]:
    """Rows of (tile, columns). What does not fit begins a new row; a row with room left shares it out, except the last
    one where a single tile stands."""
    found: list[list[Placed]] = [[]]
    for tile in tiles:
        span = _SPAN[tile.width]
        if found[-1] and sum(width for _, width in found[-1]) + span > COLUMNS:
            found.append([])
        found[-1].append((tile, span))
    whole = [_stretched(row) for row in found[:-1]]
    last = found[-1]
    return [row for row in (*whole, last if len(last) == 1 else _stretched(last)) if row]


def _stretched(row: list[Placed]) -> list[Placed]:
    room = COLUMNS - sum(width for _, width in row)
    if not row or not room:
        return row
    if len({width for _, width in row}) == 1:
        return [(tile, COLUMNS // len(row)) for tile, _ in row]
    *before, (tile, width) = row
    return [*before, (tile, width + room)]
