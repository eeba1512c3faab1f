"""The journey map as one drawing (SVG), for paper and for files: the same board as on screen."""

from __future__ import annotations

from dataclasses import dataclass

from cx.output.charts import theme
from cx.output.charts.journey_cards import ALL, SHORTENED, WHOLE, stack
from cx.output.charts.journey_curve import runs, smooth
from cx.output.charts.journey_ink import Ink
from cx.output.charts.journey_map import TONES, Board, Column, Dot
from cx.output.fonts import Face
from cx.words import Translator

_SOFT = {"pain": "#F6DDD6", "delight": "#D5E6E3", "": theme.PANEL}
_SIDE = 60.0  # pixels at the left for what the rows are
_CURVE, _TOP, _FOOT = 106.0, 40.0, 56.0  # the curve's height, and the room for flags above and below it
_APART = 18.0  # pixels between two dots, from which on there is room for their numbers and scores
_BELOW = 20.0  # pixels for what colours and shapes say


@dataclass(frozen=True)
class Head:
    """What stands above and below a map that leaves the screen. ``answer`` is plain text."""

    title: str
    scope: str
    answer: str
    foot: str


def draw(
    board: Board, t: Translator, face: Face, width: float, head: Head | None, tallest: float, loose: float = 1.0
) -> str:
    """The map as SVG, ``width`` pixels wide, each column with as much of comments and notes as fits into ``tallest``
    pixels; never without a name or a score, so that a map of very many touchpoints is taller. ``loose``: how much wider
    than in ``face`` texts may run in the reader's font. Without ``head`` it is a figure among others,
    and a column has its notes whole or not at all."""
    ink = Ink(face, loose)
    y = _head(ink, head, width) if head else 0.0
    column = (width - _SIDE) / max(len(board.columns), 1)
    y = _stages(ink, board, t, y, column)
    y = _curve(ink, board, t, y, width)
    y = _bars(ink, board, t, y, width)
    ink.text(_SIDE - 8, y + 20, t("journey.side_cards"), 9, theme.MUTED, at="end")
    foot = ink.folded(head.foot, 8.5, width, 3) if head else []
    lowest = tallest - _BELOW - 12 * len(foot) - 6
    ladder = SHORTENED if head else WHOLE
    bottoms = [
        stack(ink, each, _SIDE + at * column, y, column, lowest, ladder) for at, each in enumerate(board.columns)
    ]
    end = max(bottoms, default=y) + 6
    for at in range(1, len(board.columns)):
        ink.line(_SIDE + at * column, y, _SIDE + at * column, end, theme.PANEL_DARK, 1, "3 3")
    y = _key(ink, board, t, end + 12, width)
    for line in foot:
        ink.text(0, y + 12, line, 8.5, theme.MUTED)
        y += 12
    return ink.svg(width, y + 3, head.title if head else t("journey.map_title"), board.about)


def _head(ink: Ink, head: Head, width: float) -> float:
    ink.text(0, 20, head.title, 19, theme.INK, bold=True)
    ink.text(width, 20, head.scope, 10, theme.MUTED, at="end")
    y = 26.0
    for line in ink.folded(head.answer, 11.5, width, 3):
        y += 16
        ink.text(0, y, line, 11.5)
    return y + 12


def _stages(ink: Ink, board: Board, t: Translator, y: float, column: float) -> float:
    ink.text(_SIDE - 8, y + 14, t("journey.side_stage"), 9, theme.MUTED, at="end")
    names = [ink.folded(each.name, 12, column - 34, ALL) for each in board.columns]
    facts = [_facts(ink, each, column - 26) for each in board.columns]
    tall = max((15 * len(a) + 11 * len(b) for a, b in zip(names, facts, strict=True)), default=15) + 8
    for at, (each, name) in enumerate(zip(board.columns, names, strict=True)):
        x, tip = _SIDE + at * column, 9.0
        left, right = x + (2 if at else 0), x + column + (5 if at + 1 < len(names) else 0)
        ink.path(
            f"M{left:.1f} {y:.1f}H{right - tip:.1f}L{right:.1f} {y + tall / 2:.1f}L{right - tip:.1f} {y + tall:.1f}"
            f"H{left:.1f}L{left + tip:.1f} {y + tall / 2:.1f}Z",
            _SOFT[each.feeling],
        )
        middle, line = x + column / 2 + 4, y + 15
        for part in name:
            ink.text(middle, line, part, 12, theme.INK, bold=True, at="middle")
            line += 15
        for words in facts[at]:
            ink.text(middle, line - 2, words, 9, "#4C575B", at="middle")
            line += 11
    return y + tall + 6


def _facts(ink: Ink, column: Column, width: float) -> list[str]:
    """What is said below a stage's name: its score and how it compares on one line where that fits."""
    said = [part for part in (column.score, column.word) if part]
    if len(said) > 1 and ink.wide(" · ".join(said), 9) <= width:
        said = [" · ".join(said)]
    return [line for words in (*said, column.under) for line in ink.folded(words, 9, width, ALL)]


def _curve(ink: Ink, board: Board, t: Translator, y: float, width: float) -> float:
    room, top = width - _SIDE, y + _TOP
    ink.text(_SIDE - 8, y + 10, t("journey.side_curve"), 9, theme.MUTED, at="end")
    for at in range(1, len(board.columns)):
        x = _SIDE + room * at / len(board.columns)
        ink.line(x, y, x, y + _TOP + _CURVE + _FOOT, theme.PANEL_DARK, 1, "3 3")
    for height, word in board.ticks:
        ink.line(_SIDE, top + _CURVE * height, width, top + _CURVE * height, theme.PANEL_DARK)
        ink.text(_SIDE - 8, top + _CURVE * height + 3, word, 9, theme.MUTED, at="end")
    if board.mean:
        middle = top + _CURVE * board.mean[0]
        ink.line(_SIDE, middle, width, middle, theme.NEUTRAL, 1, "4 3")
        ink.text(_SIDE - 6, middle + 3, t("journey.side_mean", value=board.mean[1]), 8.5, theme.INK, at="end")
    found = [[(_SIDE + room * d.x, top + _CURVE * d.y) for d in run] for run in runs(board.dots)]
    for before, after in zip(found, found[1:], strict=False):
        ink.line(*before[-1], *after[0], theme.NEUTRAL, 1.2, "2 4")
    for run in found:
        if len(run) > 1:
            ink.path(smooth(run), "none", "#86B4B1", 2.2)
    dense = room / len(board.columns) / board.widest < _APART
    for dot in board.dots:
        _dot(ink, dot, _SIDE + room * dot.x, top + _CURVE * dot.y, y, width, dense)
    for empty in board.empties:
        x, foot = _SIDE + room * empty.x, y + _TOP + _CURVE + _FOOT - 12
        if empty.state == "indicator":
            ink.path(f"M{x - 6:.1f} {foot - 6:.1f}h12v12h-12Z", "#FFFFFF", theme.NEUTRAL, 1)
        else:
            dash = "2 2" if empty.state == "gap" else ""
            ink.circle(x, foot, 6.5, "#FFFFFF" if dash else theme.PANEL_DARK, theme.NEUTRAL, 1, dash)
        if not dense:
            ink.text(x, foot + 2.8, str(empty.number), 7.5, theme.MUTED, at="middle")
    return y + _TOP + _CURVE + _FOOT


def _dot(ink: Ink, dot: Dot, x: float, y: float, top: float, width: float, dense: bool) -> None:
    if dot.flag:
        lane = {"end": top + 1, "high": top + 18, "low": top + _TOP + _CURVE + 19}[dot.lane]
        wide = ink.wide(dot.flag, 8.5) + 12
        left = min(max(x - wide / 2, _SIDE), width - wide)
        ink.line(x, y, x, lane + 7, theme.MUTED, 0.8, "1 2")
        ink.box(left, lane, wide, 14, theme.INK, 7)
        ink.text(left + wide / 2, lane + 10, dot.flag, 8.5, "#FFFFFF", at="middle")
    tone = TONES[dot.tone]
    if dense and not dot.flag:
        ink.circle(x, y, 3.5, tone)
        return
    if dot.tone == "opportunity":
        ink.box(x - 8, y - 8, 16, 16, tone, 3)
    else:
        if dot.tone == "pain":
            ink.circle(x, y, 10.2, "#FFFFFF", tone, 1.4)
        ink.circle(x, y, 8, tone)
    ink.text(x, y + 2.8, str(dot.number), 8, "#FFFFFF" if dot.tone in ("pain", "delight") else theme.INK, at="middle")
    beside = -13 if dot.above else 20
    wide = ink.wide(dot.score, 8.5) + 4
    if dot.flag:
        ink.box(x - wide / 2, y + beside - 8, wide, 10, "#FFFFFF")
    ink.text(x, y + beside, dot.score, 8.5, at="middle")


def _bars(ink: Ink, board: Board, t: Translator, y: float, width: float) -> float:
    tall, room = 24.0, width - _SIDE
    ink.text(_SIDE - 8, y + 12, t("journey.side_volume"), 9, theme.MUTED, at="end")
    for dot in board.dots:
        high = max(tall * dot.volume, 1)
        ink.box(_SIDE + room * dot.x - 5, y + tall - high, 10, high, "#B9C7C6", min(2, high / 2))
    ink.line(_SIDE, y + tall, width, y + tall, theme.LINE)
    return y + tall + 6


def _key(ink: Ink, board: Board, t: Translator, y: float, width: float) -> float:
    """What colours and shapes say; only what the map shows."""
    x = _SIDE
    tones = [tone for tone in TONES if any(dot.tone == tone for dot in board.dots)]
    states = [state for state in ("hidden", "indicator", "gap") if any(e.state == state for e in board.empties)]
    for name in (*tones, *states, "volume"):
        words = t(f"journey.key_{name}")
        if x + 16 + ink.wide(words, 8.5) > width:
            x, y = _SIDE, y + 14
        if name == "volume":
            ink.box(x + 2, y - 8, 6, 9, "#B9C7C6", 1)
        elif name in ("opportunity", "indicator"):
            fill = TONES.get(name, "#FFFFFF")
            ink.path(f"M{x:.1f} {y - 8:.1f}h9v9h-9Z", fill, theme.NEUTRAL if name == "indicator" else "none")
        else:
            edge = "none" if name in TONES else theme.NEUTRAL
            fill = TONES.get(name, theme.PANEL_DARK if name == "hidden" else "#FFFFFF")
            ink.circle(x + 4.5, y - 3.5, 4.5, fill, edge, 1, "2 2" if name == "gap" else "")
        ink.text(x + 14, y, words, 8.5, theme.MUTED)
        x += 30 + ink.wide(words, 8.5)
    return y + 2
