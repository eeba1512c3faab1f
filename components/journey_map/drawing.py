"""The journey map on screen: stages across, the curve over them, volume, and each touchpoint as a card.

Plain HTML, so that names wrap, texts can be read aloud and copied, and nothing is drawn twice.
"""

from __future__ import annotations

from base64 import b64encode
from html import escape

import streamlit as st

from cx.output.charts.journey_curve import runs, smooth
from cx.output.charts.journey_map import TONES, Board, Card, Column, Dot, Empty
from cx.words import Translator

_WIDE, _TALL = 1000, 250  # of the picture of the line, which is stretched to its place
CSS = """<style>
.cx-jm { overflow-x: auto; border: 1px solid #DEDACF; border-radius: 10px; background: #FFFFFF66; }
.cx-jm-in { min-width: calc(56px + var(--n) * var(--least)); padding: .7rem .6rem .8rem .3rem; }
.cx-jm-row { display: grid; grid-template-columns: 56px minmax(0, 1fr); }
.cx-jm-side { font-size: .74rem; color: #5C676B; line-height: 1.3; padding: .2rem .35rem 0 .15rem; text-align: right;
  position: relative; }
.cx-jm-grid { display: grid; grid-template-columns: repeat(var(--n), minmax(0, 1fr)); }
.cx-jm-stage { background: #F1EEE6; text-align: center; line-height: 1.4; padding: .55rem 15px .5rem 19px;
  margin-right: -9px;
  clip-path: polygon(0 0, calc(100% - 13px) 0, 100% 50%, calc(100% - 13px) 100%, 0 100%, 13px 50%); }
.cx-jm-stage.pain { background: #F6DDD6; } .cx-jm-stage.delight { background: #D5E6E3; }
.cx-jm-grid .cx-jm-stage:last-child { margin-right: 0; }
.cx-jm-stage strong { display: block; font-weight: 620; overflow-wrap: anywhere; }
.cx-jm-stage span { display: block; font-size: .78rem; color: #4C575B; }
.cx-jm-band { position: relative; height: 290px; margin-top: .5rem; }
.cx-jm-band > i { position: absolute; top: 0; bottom: 0; width: calc(100% / var(--n));
  border-right: 1px dashed #E7E3D8; }
.cx-jm-plot { position: absolute; left: 0; right: 0; top: 50px; height: 160px; }
.cx-jm-plot img { position: absolute; inset: 0; width: 100%; height: 100%; }
.cx-jm-plot hr { position: absolute; left: 0; right: 0; margin: 0; border: 0; border-top: 1px solid #EDE9DF; }
.cx-jm-plot hr.mean { border-top: 1px dashed #9AA3A5; }
.cx-jm-side b { position: absolute; right: .4rem; transform: translateY(-50%); font-weight: 400; }
.cx-jm-side b.mean { color: #1E2A2F; }
.cx-jm-dot { position: absolute; width: 21px; height: 21px; margin: -10.5px; border-radius: 50%; color: #FFF;
  font-size: .7rem; line-height: 17px; text-align: center; border: 2px solid #FBFAF7; box-sizing: border-box; }
.cx-jm-dot.pain { box-shadow: 0 0 0 2px #C8553D; } .cx-jm-dot.opportunity { border-radius: 5px; }
.cx-jm-dot.opportunity, .cx-jm-dot.usual { color: #1E2A2F; }
.cx-jm-score { position: absolute; transform: translate(-50%, -50%); font-size: .76rem; color: #1E2A2F; }
.cx-jm-lead { position: absolute; width: 0; border-left: 1px dotted #5C676B; }
.cx-jm-flag { position: absolute; transform: translateX(-50%); font-size: .74rem; line-height: 1.45; color: #FFF;
  background: #1E2A2F; border-radius: 9px; padding: 0 .5rem; white-space: nowrap; }
.cx-jm-flag.left { transform: translateX(-14px); } .cx-jm-flag.right { transform: translateX(calc(-100% + 14px)); }
.cx-jm-none { position: absolute; bottom: 6px; transform: translateX(-50%); font-size: .68rem; color: #5C676B;
  text-align: center; line-height: 1.25; }
.cx-jm-none i { display: block; margin: 0 auto 1px; width: 17px; height: 17px; border: 1.5px solid #9AA3A5;
  border-radius: 50%; font-style: normal; font-size: .66rem; line-height: 14px; background: #FBFAF7; }
.cx-jm-none.indicator i { border-radius: 4px; }
.cx-jm-bars { position: relative; height: 34px; border-bottom: 1px solid #DEDACF; }
.cx-jm-bars span { position: absolute; bottom: 0; width: 13px; margin-left: -6.5px; min-height: 1.5px;
  background: #B9C7C6;
  border-radius: 2px 2px 0 0; }
.cx-jm-cards { list-style: none; margin: 0 !important; padding: 0 .45rem !important; min-width: 0;
  border-right: 1px dashed #E7E3D8; }
.cx-jm-cards:last-child { border-right: 0; }
.cx-jm-card { border-top: 3px solid #CFCABD; padding: .4rem 0 .65rem; margin: .55rem 0 0 !important; line-height: 1.42;
  font-size: .84rem; overflow-wrap: anywhere; }
.cx-jm-card.pain { border-color: #C8553D; } .cx-jm-card.delight { border-color: #0E6B66; }
.cx-jm-card.opportunity { border-color: #D9A441; } .cx-jm-card.none { border-top-style: dashed; }
.cx-jm-card strong { font-weight: 600; display: block; } .cx-jm-card strong i { font-style: normal; font-weight: 400;
  color: #5C676B; font-size: .76rem; margin-right: .3em; }
.cx-jm-card b { font-size: 1.18rem; font-weight: 650; margin-right: .3em; }
.cx-jm-card small { font-size: .74rem; color: #5C676B; }
.cx-jm-card p { margin: .15rem 0 0; font-size: .78rem; color: #4C575B; }
.cx-jm-card q { display: block; quotes: none; border-left: 2px solid #CFCABD; padding-left: .45rem; margin-top: .35rem;
  font-size: .78rem; color: #1E2A2F; }
.cx-jm-card.pain q { border-color: #C8553D; } .cx-jm-card.delight q { border-color: #0E6B66; }
.cx-jm-card q small { display: block; }
.cx-jm-badge { display: inline-block; font-size: .72rem; line-height: 1.5; border-radius: 4px; padding: 0 .35rem;
  margin: .12rem .25rem .12rem 0; background: #E7E3D8; color: #1E2A2F; }
.cx-jm-badge.pain { background: #F6DDD6; color: #8E321E; } .cx-jm-badge.delight { background: #D5E6E3; color: #0A4F4B; }
.cx-jm-badge.opportunity { background: #F7E8C8; color: #6B4A07; }
.cx-jm-badge.peak, .cx-jm-badge.end { background: #1E2A2F; color: #FFF; }
.cx-jm-key { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .8rem; color: #5C676B; margin: .45rem 0 0; }
.cx-jm-key i { display: inline-block; width: 12px; height: 12px; border-radius: 50%; margin-right: .35em;
  vertical-align: -1px; } .cx-jm-key i.opportunity { border-radius: 3px; }
.cx-jm-key i.none { border: 1.5px solid #9AA3A5; box-sizing: border-box; }
.cx-jm-key i.gap, .cx-jm-none.gap i { border-style: dashed; }
.cx-jm-key i.hidden, .cx-jm-none.hidden i { background: #E7E3D8; } .cx-jm-key i.indicator { border-radius: 3px; }
.cx-jm-key i.bar { border-radius: 2px 2px 0 0; background: #B9C7C6; width: 8px; }
@media (max-width: 1050px) { .cx-jm-in { min-width: calc(42px + var(--n) * var(--narrow)); }
  .cx-jm-row { grid-template-columns: 42px minmax(0, 1fr); } .cx-jm-side { font-size: .68rem; padding-right: .2rem; }
  .cx-jm-dot { width: 17px; height: 17px; margin: -8.5px; font-size: .6rem; line-height: 13px; }
  .cx-jm-stage { padding-left: 14px; padding-right: 10px; } .cx-jm-stage strong { font-size: .88rem; }
  .cx-jm-score { font-size: .68rem; } .cx-jm-cards { padding: 0 .25rem !important; } }
.cx-jm:focus-visible { outline: 3px solid #0E6B66; outline-offset: 2px; }
</style>"""


def show(board: Board, t: Translator) -> None:
    """Draw the map; where it is wider than the page it scrolls by itself."""
    count = len(board.columns)
    least, narrow = max(92, 23 * board.widest + 8), max(76, 19 * board.widest + 3)  # pixels of a stage
    stages = "".join(_stage(column) for column in board.columns)
    cards = "".join(_cards(column) for column in board.columns)
    st.html(
        f'{CSS}<div class="cx-jm" role="region" tabindex="0" aria-label="{escape(t("journey.map_title"), quote=True)}">'
        f'<div class="cx-jm-in" style="--n: {count}; --least: {least}px; --narrow: {narrow}px">'
        f'<div class="cx-jm-row" aria-hidden="true"><div class="cx-jm-side">{escape(t("journey.side_stage"))}</div>'
        f'<div class="cx-jm-grid">{stages}</div></div>{_band(board, t)}{_bars(board, t)}'
        f'<div class="cx-jm-row"><div class="cx-jm-side" style="padding-top: .9rem">{escape(t("journey.side_cards"))}'
        f'</div><div class="cx-jm-grid">{cards}</div></div></div></div>{_key(board, t)}'
    )


def _stage(column: Column) -> str:
    lines = "".join(f"<span>{escape(line)}</span>" for line in (column.score, column.under, column.word) if line)
    return f'<div class="cx-jm-stage {column.feeling}"><strong>{escape(column.name)}</strong>{lines}</div>'


def _band(board: Board, t: Translator) -> str:
    """The curve: for the eye only, since every card says its score."""
    count = len(board.columns)
    rules = "".join(f'<i style="left: {100 * at / count:.3f}%"></i>' for at in range(count))
    lines = "".join(f'<hr style="top: {100 * y:.2f}%">' for y, _ in board.ticks)
    side = "".join(f'<b style="top: {_down(y):.1f}px">{escape(word)}</b>' for y, word in board.ticks)
    if board.mean:
        y, word = board.mean
        lines += f'<hr class="mean" style="top: {100 * y:.2f}%">'
        side += f'<b class="mean" style="top: {_down(y):.1f}px">{escape(t("journey.side_mean", value=word))}</b>'
    dots = "".join(_dot(dot) for dot in board.dots)
    flags = "".join(_flag(dot) for dot in board.dots if dot.flag)
    empties = "".join(_empty(empty) for empty in board.empties)
    return (
        f'<div class="cx-jm-row" aria-hidden="true"><div class="cx-jm-side" style="padding-top: .7rem">'
        f'{escape(t("journey.side_curve"))}{side}</div><div class="cx-jm-band">{rules}'
        f'<div class="cx-jm-plot">{lines}<img alt="" src="{_line(board)}">{dots}</div>{flags}{empties}</div></div>'
    )


def _down(y: float) -> float:
    return 8 + 50 + 160 * y


def _line(board: Board) -> str:
    """The curve alone, as a picture that is stretched; what is left out is crossed by a dotted line."""
    found = runs(board.dots)
    paths = [smooth([(dot.x * _WIDE, dot.y * _TALL) for dot in run]) for run in found]
    drawn = "".join(
        f'<path d="{path}" stroke="#0E6B66" stroke-opacity=".5" stroke-width="2.6"/>' for path in paths if path
    )
    for before, after in zip(found, found[1:], strict=False):
        a, b = before[-1], after[0]
        drawn += (
            f'<path d="M{a.x * _WIDE:.1f} {a.y * _TALL:.1f}L{b.x * _WIDE:.1f} {b.y * _TALL:.1f}" stroke="#9AA3A5" '
            'stroke-width="1.4" stroke-dasharray="2 5"/>'
        )
    drawn = drawn.replace("<path ", '<path fill="none" vector-effect="non-scaling-stroke" ')
    space = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_TALL}" preserveAspectRatio="none"'
    svg = f"<svg {space}>{drawn}</svg>"
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _dot(dot: Dot) -> str:
    at = f"left: {100 * dot.x:.3f}%; top: {100 * dot.y:.2f}%"
    beside = f"left: {100 * dot.x:.3f}%; top: calc({100 * dot.y:.2f}% {'-' if dot.above else '+'} 19px)"
    return (
        f'<span class="cx-jm-dot {dot.tone}" style="{at}; background: {TONES[dot.tone]}">{dot.number}</span>'
        f'<span class="cx-jm-score" style="{beside}">{escape(dot.score)}</span>'
    )


def _flag(dot: Dot) -> str:
    """Words for peak and end, each in a lane of its own, led to its dot."""
    middle = 50 + 160 * dot.y
    top = {"end": 2, "high": 24, "low": 236}[dot.lane]
    start, stop = (middle + 26, top) if dot.lane == "low" else (top + 18, middle - 28)
    side = "left" if dot.x < 0.1 else "right" if dot.x > 0.9 else ""
    left = f"left: {100 * dot.x:.3f}%"
    lead = f'<span class="cx-jm-lead" style="{left}; top: {start:.0f}px; height: {max(stop - start, 0):.0f}px"></span>'
    return f'{lead}<span class="cx-jm-flag {side}" style="{left}; top: {top}px">{escape(dot.flag)}</span>'


def _empty(empty: Empty) -> str:
    return f'<span class="cx-jm-none {empty.state}" style="left: {100 * empty.x:.3f}%"><i>{empty.number}</i></span>'


def _bars(board: Board, t: Translator) -> str:
    bars = "".join(
        f'<span style="left: {100 * dot.x:.3f}%; height: {100 * dot.volume:.1f}%"></span>' for dot in board.dots
    )
    return (
        f'<div class="cx-jm-row" aria-hidden="true"><div class="cx-jm-side">{escape(t("journey.side_volume"))}</div>'
        f'<div class="cx-jm-bars">{bars}</div></div>'
    )


def _cards(column: Column) -> str:
    cards = "".join(_card(card) for card in column.cards)
    said = " ".join(part for part in (column.name, column.score, column.under, column.word) if part)
    return f'<ul class="cx-jm-cards" role="list" aria-label="{escape(said, quote=True)}">{cards}</ul>'


def _card(card: Card) -> str:
    score = f"<b>{escape(card.score)}</b><small>{escape(card.reach)}</small>" if card.score else ""
    badges = "".join(f'<span class="cx-jm-badge {mark}">{escape(word)}</span>' for mark, word in card.badges)
    notes = "".join(f"<p>{escape(note)}</p>" for note in card.notes)
    quote = f"<q>“{escape(card.quote)}”<small>{escape(card.by)}</small></q>" if card.quote else ""
    tone = card.tone if card.state == "shown" else "none"
    return (
        f'<li class="cx-jm-card {tone}"><strong><i>{card.number}</i>{escape(card.name)}</strong>'
        f"{score}<div>{badges}</div>{notes}{quote}</li>"
    )


def _key(board: Board, t: Translator) -> str:
    """Only what the map shows."""
    tones = [tone for tone in TONES if any(dot.tone == tone for dot in board.dots)]
    said = "".join(
        f'<span><i class="{tone}" style="background: {TONES[tone]}"></i>{escape(t(f"journey.key_{tone}"))}</span>'
        for tone in tones
    )
    states = [state for state in ("hidden", "indicator", "gap") if any(e.state == state for e in board.empties)]
    said += "".join(f'<span><i class="none {s}"></i>{escape(t(f"journey.key_{s}"))}</span>' for s in states)
    said += f'<span><i class="bar"></i>{escape(t("journey.key_volume"))}</span>'
    return f'<div class="cx-jm-key" aria-hidden="true">{said}</div>'
