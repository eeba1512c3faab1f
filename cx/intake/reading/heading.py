"""Where a table's column names stand: one row or several, below titles; names over several columns composed. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cx.intake import units
from cx.intake.reading import sniff

JOIN = " / "
DEEPEST = 3
_CAPTION = re.compile(r"^[^:：]{1,12}[:：]")
Row = Sequence[str | None]


@dataclass(frozen=True)
class Heading:
    """``first`` to ``last`` are the 0-based records that name the columns; ``titles`` the texts above them."""

    first: int
    last: int
    labels: tuple[str, ...]
    titles: tuple[str, ...]


def find(head: Sequence[Row], name: str) -> Heading:
    """The heading of a table by its first records. Raises :class:`Refused` as :func:`sniff.header` does."""
    anchor = sniff.header(head, name)
    first = last = anchor
    while last + 1 < len(head) and last + 1 - first < DEEPEST and _continues(head[last], *head[last + 1 : last + 3]):
        last += 1
    while first and last + 1 - first < DEEPEST and _spans(head[first - 1], head[first]):
        first -= 1
    sniff.refuse_data(head, last, name, alone=first == last)
    rows = [[_text(cell) for cell in row] for row in head[first : last + 1]]
    titles = [text for row in head[:first] for cell in row if (text := _text(cell))]
    return Heading(first, last, _labels(rows), tuple(dict.fromkeys(titles)))


def _text(cell: str | None) -> str:
    return " ".join((cell or "").split())


def _filled(row: Row) -> set[int]:
    return {place for place, cell in enumerate(row) if _text(cell)}


def _continues(above: Row, row: Row, below: Row = ()) -> bool:
    """Whether a row below the names goes on naming: words only, the first column left empty; nothing but units, or in
    columns that the row above leaves empty, or the same words again and again above figures."""
    filled = _filled(row)
    if not filled or 0 in filled or any(_figure(row[place]) for place in filled):
        return False
    if all(units.known(_text(row[place])) for place in filled):
        return True
    named = _filled(above)
    if filled - named:
        return bool(named - filled) and len(filled) > 1
    texts = [_text(row[place]) for place in filled]
    return len(set(texts)) < len(texts) and any(_figure(below[place]) for place in filled if place < len(below))


def _spans(above: Row, row: Row) -> bool:
    """Whether the row above names groups of columns: it fills what the names leave empty or tells equal ones apart."""
    over, named = _filled(above), _filled(row)
    if len(over) < 2 or any(_figure(above[place]) or _CAPTION.match(_text(above[place])) for place in over):
        return False
    labels = [_text(row[place]) for place in sorted(named)]
    return bool(over - named) or len(set(labels)) < len(labels)


def _figure(cell: str | None) -> bool:
    return sniff.is_figure(_text(cell)) or _text(cell) in ("-", "—", "–", "/")


def _labels(rows: list[list[str]]) -> tuple[str, ...]:
    """The names from top to bottom; an empty upper cell belongs to its left neighbour where a name is below."""
    width = max(len(row) for row in rows)
    rows = [row + [""] * (width - len(row)) for row in rows]
    for place, row in enumerate(rows[:-1]):
        for at in range(1, width):
            below = any(lower[at] for lower in rows[place + 1 :])
            apart = place and rows[place - 1][at] != rows[place - 1][at - 1]
            if not row[at] and below and not apart and any(lower[at - 1] for lower in rows[place + 1 :]):
                row[at] = row[at - 1]
    return tuple(JOIN.join(dict.fromkeys(row[at] for row in rows if row[at])) for at in range(width))
