"""Where a line of mixed Chinese and Latin may break: between Chinese characters, never within a Latin word or number,
never before a closing mark nor after an opening one."""

from __future__ import annotations

import re

from reportlab.pdfbase.pdfmetrics import stringWidth

_CHINESE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_CLOSING = set("，。、；：！？）》」』】〉”’…")
_OPENING = set("（《「『【〈“‘")
_PART = re.compile(rf"\n|\bn \d[\d,]*|[^\S\n]+|[{_CHINESE}“”‘’…]|[^\s{_CHINESE}“”‘’…]+")


def fold(text: str, font: str, size: float, width: float) -> list[str]:
    """The text in lines no wider than ``width`` points; its own line ends are kept."""
    lines, line = [], ""
    for unit in units(text):
        if unit == "\n":
            lines.append(line.rstrip())
            line = ""
            continue
        if stringWidth((line + unit).rstrip(), font, size) > width:
            if line.strip():
                lines.append(line.rstrip())
            *full, unit = _pieces(unit.lstrip(), font, size, width)
            lines, line = lines + full, ""
        line += unit
    return [*lines, line.rstrip()]


def units(text: str) -> list[str]:
    """What must stay on one line: a word, a character with the marks that cling to it, spaces, a line end."""
    found: list[str] = []
    for part in _PART.findall(text):
        clings = part in _CLOSING or (found and found[-1][-1] in _OPENING)
        if clings and found and not found[-1].isspace() and part != "\n":
            found[-1] += part
        else:
            found.append(part)
    return found


def _pieces(unit: str, font: str, size: float, width: float) -> list[str]:
    """A unit wider than the line, cut wherever it must be."""
    pieces, piece = [], ""
    for character in unit:
        if piece and stringWidth(piece + character, font, size) > width:
            pieces.append(piece)
            piece = ""
        piece += character
    return [*pieces, piece]
