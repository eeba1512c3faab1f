"""The journey map by itself: one page A4 landscape as PDF, or a file of vectors or pixels."""

from __future__ import annotations

import io
import re
from math import inf

import vl_convert
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from cx.output import fonts
from cx.output.charts.journey_drawing import Head, draw
from cx.output.charts.journey_map import Board
from cx.output.vector import Figure
from cx.words import Translator

_MARGIN = 10 * mm
_EDGE = 24  # pixels around a file
_LARGER = (0.72, 0.8, 0.9)  # of the width, when there is little to draw
_SIZE = re.compile(r'width="(\d+)" height="(\d+)" viewBox="[^"]*"')
_LOOSE = 1.08  # a reader's font may run wider than the one on paper
_PAGE = landscape(A4)
_WIDTH, _HEIGHT = ((side - 2 * _MARGIN) / 0.75 for side in _PAGE)  # pixels of the drawing on the page


def pdf(board: Board, t: Translator, head: Head, author: str) -> bytes:
    """One page A4 landscape, vectors throughout; the same map gives the same bytes.

    Raises :class:`~cx.words.Refused` (``report_font``) where ``CX_FONT`` cannot be used.
    """
    figure = Figure(_sized(_fullest(board, t, head), _WIDTH), fonts.face(), _PAGE[1] - 2 * _MARGIN)
    wide, tall = figure.wrap(_PAGE[0] - 2 * _MARGIN, 0)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=_PAGE, invariant=1, lang="zh-CN" if t.lang == "zh" else "en")
    canvas.setTitle(head.title)
    canvas.setAuthor(author)
    canvas.setCreator("cx")
    figure.drawOn(canvas, (_PAGE[0] - wide) / 2, _PAGE[1] - _MARGIN - tall)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def svg(board: Board, t: Translator, head: Head) -> str:
    """The map as SVG, in the proportions of the page and with a margin."""
    return _sized(_fullest(board, t, head, _LOOSE), _WIDTH, _EDGE)


def png(board: Board, t: Translator, head: Head) -> bytes:
    """The map as a picture of twice the pixels."""
    return vl_convert.svg_to_png(svg(board, t, head), scale=2)


def _fullest(board: Board, t: Translator, head: Head, loose: float = 1.0) -> str:
    """The drawing in the largest letters with which everything fits on the page; else in the smallest, shortened."""
    for part in _LARGER:
        drawn = draw(board, t, fonts.face(), _WIDTH * part, head, inf, loose)
        if _size(drawn)[1] <= _HEIGHT * part:
            return drawn
    return draw(board, t, fonts.face(), _WIDTH, head, _HEIGHT, loose)


def _size(drawn: str) -> tuple[int, int]:
    found = _SIZE.search(drawn)
    assert found
    return int(found[1]), int(found[2])


def _sized(drawn: str, width: float, edge: int = 0) -> str:
    """The drawing ``width`` pixels wide, with an edge of white around it."""
    wide, tall = _size(drawn)
    scale = width / wide
    right, low = width + 2 * edge, tall * scale + 2 * edge
    opened = f'width="{right:.0f}" height="{low:.0f}" viewBox="0 0 {right:.0f} {low:.0f}" style="background: #FFFFFF"'
    start, inside = _SIZE.sub(opened, drawn, count=1).split("</desc>", 1)
    inside = inside.removesuffix("</svg>")
    return f'{start}</desc><g transform="translate({edge} {edge}) scale({scale:.4f})">{inside}</g></svg>'
