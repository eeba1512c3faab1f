"""Touchpoints of a journey map on paper: a column of cards a stage, as fully as there is room."""

from __future__ import annotations

from collections.abc import Sequence

from cx.output.charts import theme
from cx.output.charts.journey_ink import Ink
from cx.output.charts.journey_map import TONES, Card, Column

Ladder = Sequence[tuple[tuple[int, int], tuple[int, int]]]
_BADGES = {
    "pain": ("#F6DDD6", "#8E321E"), "delight": ("#D5E6E3", "#0A4F4B"), "opportunity": ("#F7E8C8", "#6B4A07"),
    "peak": (theme.INK, "#FFFFFF"), "end": (theme.INK, "#FFFFFF"),
}  # fmt: skip
ALL = 9  # lines: more than a text here has
# Lines of a comment and of a note, first of touchpoints that are marked, then of others: as many as fit.
SHORTENED = (
    ((6, 3), (6, 3)), ((4, 2), (4, 2)), ((4, 2), (3, 2)), ((3, 2), (2, 1)), ((3, 1), (2, 1)), ((3, 1), (1, 1)),
    ((3, 1), (0, 1)), ((2, 1), (0, 1)), ((2, 1), (0, 0)), ((1, 1), (0, 0)), ((0, 1), (0, 0)), ((0, 0), (0, 0)),
)  # fmt: skip
WHOLE = (((ALL, ALL), (ALL, ALL)), ((0, ALL), (0, ALL)), ((0, 0), (0, 0)))  # nothing is cut in the middle


def stack(ink: Ink, column: Column, x: float, y: float, width: float, lowest: float, ladder: Ladder) -> float:
    """A stage's touchpoints, as fully as they fit above ``lowest``."""
    for marked, usual in ladder:
        trial, end = ink.blank(), y
        for card in column.cards:
            full = any(mark != "delight" for mark, _ in card.badges)
            end = _card(trial, card, x + 6, end, width - 12, marked if full else usual)
        if end <= lowest:
            break
    ink.add(trial)
    return end


def _card(ink: Ink, card: Card, x: float, y: float, width: float, detail: tuple[int, int]) -> float:
    shown = card.state == "shown"
    tone = TONES[card.tone] if shown and card.tone != "usual" else theme.PASSIVE
    ink.line(x, y + 3, x + width, y + 3, tone, 2.2, "" if shown else "4 3")
    y += 16
    for line in ink.folded(f"{card.number} {card.name}", 10, width, ALL):
        ink.text(x, y, line, 10, bold=True)
        y += 13
    if card.score:
        ink.text(x, y + 1, card.score, 12.5, bold=True)
        beside = x + ink.wide(card.score, 12.5) + 5
        lines = ink.folded(card.reach, 8, width, 3)
        if beside + ink.wide(card.reach, 8) <= x + width:
            ink.text(beside, y + 1, card.reach, 8, theme.MUTED)
            lines = []
        for line in lines:
            y += 11
            ink.text(x, y + 1, line, 8, theme.MUTED)
        y += 13
    y = _badges(ink, card, x, y, width)
    for note in card.notes if detail[1] else card.notes[:1] if not shown else ():
        for line in ink.folded(note, 8.5, width, detail[1] if shown else ALL):
            ink.text(x, y, line, 8.5, "#4C575B")
            y += 11
    if card.quote and detail[0]:
        said = ink.folded(f"“{card.quote}”", 8.5, width - 8, detail[0])
        ink.line(x + 1, y - 7, x + 1, y + 11 * len(said) + 2, tone, 1.4)
        for line in said:
            ink.text(x + 7, y + 1, line, 8.5)
            y += 11
        ink.text(x + 7, y + 1, ink.folded(card.by, 8, width - 8, 1)[0], 8, theme.MUTED)
        y += 12
    return y + 1


def _badges(ink: Ink, card: Card, x: float, y: float, width: float) -> float:
    if not card.badges:
        return y
    left = x
    for mark, word in card.badges:
        wide = ink.wide(word, 8.5) + 9
        if left + wide > x + width and left > x:
            left, y = x, y + 15
        back, fore = _BADGES[mark]
        ink.box(left, y - 8, wide, 13, back, 3)
        ink.text(left + wide / 2, y + 1.5, word, 8.5, fore, at="middle")
        left += wide + 4
    return y + 16
