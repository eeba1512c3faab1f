"""QR codes: a PNG for the screen, and a PDF of cards to stand on a counter, one A6 page a branch."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A6
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from cx.output.fonts import Face, face

_INK, _MUTED, _BRAND = HexColor("#1E2A2F"), HexColor("#5C676B"), HexColor("#0E6B66")
_MARGIN = 9 * mm


@dataclass(frozen=True)
class Card:
    """What one card says; ``link`` is what its code opens."""

    bank: str
    place: str
    title: str
    call: str
    promise: str
    link: str


def png(link: str) -> bytes:
    """The code of a link for the screen, ten pixels a module, with the quiet zone that scanners need."""
    target = io.BytesIO()
    segno.make(link, error="m").save(target, kind="png", scale=10, border=4, dark="#1E2A2F", light="#fff")
    return target.getvalue()


def cards(found: Sequence[Card]) -> bytes:
    """A PDF, one card a page. Chinese is embedded."""
    font = face()
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A6)
    canvas.setTitle(found[0].title if found else "QR")
    for card in found:
        _draw(canvas, card, font)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _draw(canvas: Canvas, card: Card, font: Face) -> None:
    width, height = A6
    canvas.setFillColor(_BRAND)
    canvas.rect(0, height - 3 * mm, width, 3 * mm, stroke=0, fill=1)
    y = height - 14 * mm
    y = _lines(canvas, f"{card.bank} · {card.place}" if card.place else card.bank, font, 10, _MUTED, y)
    y = _lines(canvas, card.title, font, 16, _INK, y - 2 * mm)
    y = _lines(canvas, card.call, font, 10.5, _INK, y)
    side = min(62 * mm, y - 22 * mm)
    _code(canvas, card.link, (width - side) / 2, y - side + 1 * mm, side)
    y = _lines(canvas, card.promise, font, 9, _MUTED, y - side - 4 * mm)
    _lines(canvas, card.link, font, 6, _MUTED, max(y, 8 * mm))


def _lines(canvas: Canvas, text: str, font: Face, size: float, colour: HexColor, y: float) -> float:
    """Centred lines from ``y`` downwards; returns where the next may stand."""
    width = A6[0]
    canvas.setFillColor(colour)
    canvas.setFont(font.name, size)
    for line in _wrapped(font.fit(text), font.name, size, width - 2 * _MARGIN):
        canvas.drawCentredString(width / 2, y, line)
        y -= size * 1.45
    return y


def _wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    """Lines that fit; a text without blanks (Chinese, a link) breaks between any two letters."""
    lines = []
    for line in simpleSplit(text, font, size, width):
        while pdfmetrics.stringWidth(line, font, size) > width:
            cut = next(
                n for n in range(len(line), 0, -1) if pdfmetrics.stringWidth(line[:n], font, size) <= width or n == 1
            )
            lines.append(line[:cut])
            line = line[cut:]
        lines.append(line)
    return lines


def _code(canvas: Canvas, link: str, x: float, y: float, side: float) -> None:
    matrix = [list(row) for row in segno.make(link, error="m").matrix_iter(border=4)]
    step = side / len(matrix)
    canvas.setFillColor(_INK)
    path = canvas.beginPath()
    for down, row in enumerate(matrix):
        for right, dark in enumerate(row):
            if dark:
                path.rect(x + right * step, y + side - (down + 1) * step, step, step)
    canvas.drawPath(path, stroke=0, fill=1)
