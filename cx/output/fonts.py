"""A font with Chinese for PDF: found on the machine, embedded and subset; see README for where each system keeps it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from cx.words import Problem, Refused

# TrueType outlines only: reportlab refuses CFF, which rules out Noto CJK.
CANDIDATES = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/wqy-zenhei/wqy-zenhei.ttc",
    "/usr/share/fonts/wenquanyi/wqy-zenhei/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "C:/Windows/Fonts/msyh.ttc",
    "C:/Windows/Fonts/simhei.ttf",
    "C:/Windows/Fonts/simsun.ttc",
    "C:/Windows/Fonts/Deng.ttf",
    "/System/Library/Fonts/STHeiti Medium.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "/Library/Fonts/Arial Unicode.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
)
LAST_RESORT = "STSong-Light"
_ALIKE = {"−": "–", "›": ">", "‹": "<", "•": "·", "\u00a0": " ", "\u200b": "", "\u202f": " "}


@dataclass(frozen=True)
class Face:
    """A font registered with reportlab. Not ``embedded``: the reader's own Chinese font is used in its place."""

    name: str
    embedded: bool
    path: str | None

    def fit(self, text: str) -> str:
        """The text with what the font cannot draw replaced by a look-alike, or by a box: nothing vanishes."""
        glyphs = getattr(getattr(pdfmetrics.getFont(self.name), "face", None), "charToGlyph", None)
        if glyphs is None:
            return text
        return "".join(c if ord(c) in glyphs or c in "\n\t" else _ALIKE.get(c, "□") for c in text)


def face() -> Face:
    """The font of ``CX_FONT``, else the first candidate that embeds, else STSong-Light, which is not embedded.

    Raises :class:`Refused` (``report_font``) where ``CX_FONT`` names a file that cannot be used.
    """
    return _face(os.environ.get("CX_FONT") or None, CANDIDATES)


@cache
def _face(wanted: str | None, candidates: Iterable[str]) -> Face:
    if wanted:
        try:
            return _register(wanted)
        except (TTFError, OSError) as error:
            raise Refused(Problem("report_font", "CX_FONT", {"path": wanted, "detail": error})) from error
    for path in candidates:
        if Path(path).is_file():
            try:
                return _register(path)
            except (TTFError, OSError):
                continue
    pdfmetrics.registerFont(UnicodeCIDFont(LAST_RESORT))
    return Face(LAST_RESORT, False, None)


def _register(path: str) -> Face:
    font = TTFont(f"cx-{Path(path).stem}", path, subfontIndex=0)
    pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(font.fontName, *[font.fontName] * 4)  # one weight: <b> is drawn, not another file
    return Face(font.fontName, True, path)
