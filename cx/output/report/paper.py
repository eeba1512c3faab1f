"""A4 paper: styles, headings, tables, figures, header and page numbers. Knows nothing of what is reported."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    HRFlowable,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from cx.output import lines
from cx.output.charts import theme
from cx.output.fonts import Face
from cx.output.vector import Figure
from cx.words import Translator

MARGIN, TOP, BOTTOM = 20 * mm, 24 * mm, 20 * mm
WIDTH = A4[0] - 2 * MARGIN
FULL_PAGE = A4[1] - TOP - BOTTOM - 1  # what a title needs to always begin a page
CHART = 640  # pixels of a chart as wide as the column
_PADDING = 8.0  # points at both sides of a table cell
_TOGETHER = 14  # rows of a table that is not broken over pages
_HEAVY = ("cover", "title", "heading")
Cell = str | tuple[str, str]  # text, or text and its colour
_STYLES = {  # size, leading, space before and after, colour
    "cover": (23, 31, 0, 4, theme.INK),
    "title": (15, 22, 12, 5, theme.INK),
    "heading": (11.5, 17, 9, 3, theme.INK),
    "lead": (11.5, 19, 0, 5, theme.INK),
    "text": (9.5, 15.5, 0, 4, theme.INK),
    "note": (8.5, 13, 0, 4, theme.MUTED),
    "cell": (8.5, 12, 0, 0, theme.INK),
    "fine": (7.5, 10, 0, 0, theme.INK),
    "head": (8.5, 12, 0, 0, theme.MUTED),
}


@dataclass(frozen=True)
class Paper:
    """Makes flowables in one language and font; every method returns what to put on the page."""

    t: Translator
    face: Face

    def text(
        self, words: str, style: str = "text", right: bool = False, colour: str | None = None, width: float = WIDTH
    ) -> Paragraph:
        """A paragraph in one of the styles; ``words`` are plain text, folded to ``width`` points."""
        size, leading, before, after, ink = _STYLES[style]
        look = ParagraphStyle(
            style, fontName=self.face.name, bulletFontName=self.face.name, fontSize=size, leading=leading,
            spaceBefore=before, spaceAfter=after, textColor=HexColor(colour or ink),
            alignment=TA_RIGHT if right else TA_LEFT,
        )  # fmt: skip
        folded = lines.fold(self.face.fit(words), self.face.name, size, width - 1)
        kind = Heavy if style in _HEAVY else Paragraph
        return kind("<br/>".join(escape(line) for line in folded), look)

    def title(self, words: str, need: float = 200) -> list[Flowable]:
        """A chapter's title, a question, on a new page unless ``need`` points are left."""
        line = HRFlowable(width="100%", thickness=1.2, color=HexColor(theme.GOOD), spaceBefore=10, spaceAfter=0)
        return [CondPageBreak(need), line, self.text(words, "title")]

    def block(self, heading: str, *parts: Flowable) -> KeepTogether:
        """A heading that stays with what follows."""
        return KeepTogether([self.text(heading, "heading"), *parts])

    def figure(self, chart: Any) -> Figure:
        """A chart as vectors."""
        return Figure(chart, self.face)

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        parts: Sequence[float],
        numbers: int,
        heading: str = "",
        style: str = "cell",
    ) -> list[Flowable]:
        """A table as wide as the column, on one page if short: ``parts`` are relative widths, the last ``numbers``
        columns are set right; ``style`` "fine" for long ones to look something up in."""
        first = len(parts) - numbers
        widths = [WIDTH * part / sum(parts) for part in parts]
        body = [[self._cell(cell, at >= first, widths[at], style) for at, cell in enumerate(row)] for row in rows]
        top = [[self._cell(word, at >= first, widths[at], "head") for at, word in enumerate(head)]] if head else []
        look = [
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(theme.LINE)),
            *([("LINEBELOW", (0, 0), (-1, 0), 0.8, HexColor(theme.MUTED))] if top else []),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("FONTNAME", (0, 0), (-1, -1), self.face.name),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING - 2),
            ("TOPPADDING", (0, 0), (-1, -1), 3 if style == "cell" else 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5 if style == "cell" else 2.5),
        ]
        table = Table([*top, *body], colWidths=widths, style=look, repeatRows=len(top), spaceBefore=3, spaceAfter=6)
        story = [self.text(heading, "heading"), table] if heading else [table]
        return [KeepTogether(story)] if len(rows) <= _TOGETHER else [CondPageBreak(90), *story]

    def _cell(self, cell: Cell, right: bool, width: float, style: str) -> Paragraph:
        words, colour = cell if isinstance(cell, tuple) else (cell, None)
        return self.text(words, style, right, colour, width - _PADDING)


class Heavy(Paragraph):
    """A paragraph with thickened outlines: Chinese fonts that embed come in one weight."""

    def draw(self) -> None:
        """Draw filled and stroked. The mode belongs to the page's state, which a paragraph cannot set by itself."""
        self.canv.saveState()
        self.canv.setStrokeColor(self.style.textColor)
        self.canv.setLineWidth(self.style.fontSize * 0.025)
        self.canv._code.append("2 Tr")
        super().draw()
        self.canv.restoreState()


def gap(points: float) -> Spacer:
    """Empty height."""
    return Spacer(1, points)


def print_pdf(paper: Paper, story: list[Flowable], header: tuple[str, str], title: str, author: str) -> bytes:
    """Lay the story out on A4 with header and page numbers. The same story gives the same bytes."""

    def furniture(canvas: Canvas, _document: BaseDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(paper.face.name, 8)
        canvas.setFillColor(HexColor(theme.MUTED))
        y = A4[1] - 13 * mm
        canvas.drawString(MARGIN, y, paper.face.fit(header[0]))
        canvas.drawRightString(A4[0] - MARGIN, y, paper.face.fit(header[1]))
        canvas.setStrokeColor(HexColor(theme.LINE))
        canvas.line(MARGIN, y - 4, A4[0] - MARGIN, y - 4)
        canvas.restoreState()

    out = io.BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=TOP, bottomMargin=BOTTOM,
        initialFontName=paper.face.name, title=title, author=author, creator="cx", invariant=1,
        lang="zh-CN" if paper.t.lang == "zh" else "en",
    )  # fmt: skip
    frame = Frame(
        MARGIN, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
    )
    document.addPageTemplates(PageTemplate("page", [frame], onPage=furniture))
    document.build(story, canvasmaker=_numbered(paper))
    return out.getvalue()


def _numbered(paper: Paper) -> type[Canvas]:
    """A canvas that knows the last page's number before it writes the first."""

    class Numbered(Canvas):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 (reportlab's name)
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                self.setFont(paper.face.name, 8)
                self.setFillColor(HexColor(theme.MUTED))
                words = paper.t("report.page", number=number, total=len(self._pages))
                self.drawRightString(A4[0] - MARGIN, 11 * mm, words)
                super().showPage()
            super().save()

    return Numbered
