"""Marks of a drawing as SVG: only what :mod:`cx.output.vector` can also put on paper."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from reportlab.pdfbase.pdfmetrics import stringWidth

from cx.output import lines
from cx.output.charts import theme
from cx.output.fonts import Face


class Ink:
    """Collects marks; places are in pixels from the top left. ``loose``: how much wider than in ``face`` texts run."""

    def __init__(self, face: Face, loose: float = 1.0) -> None:
        self.face, self.loose = face, loose
        self._parts: list[str] = []

    def blank(self) -> Ink:
        """An empty one, to try something out."""
        return Ink(self.face, self.loose)

    def add(self, other: Ink) -> None:
        """Keep what another has collected."""
        self._parts += other._parts

    def svg(self, width: float, height: float, title: str, about: str) -> str:
        """The drawing; ``about`` describes it to those who cannot see it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" font-family={quoteattr(theme.FONT)} role="img">'
            f"<title>{escape(title)}</title><desc>{escape(about)}</desc>"
            f'<rect x="0" y="0" width="{width:.0f}" height="{height:.0f}" fill="#FFFFFF"/>{"".join(self._parts)}</svg>'
        )

    def path(self, path: str, fill: str = "none", stroke: str = "none", wide: float = 1.0, dash: str = "") -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(f'<path d="{path}" fill="{fill}" stroke="{stroke}" stroke-width="{wide}"{dashed}/>')

    def line(
        self, x: float, y: float, to_x: float, to_y: float, stroke: str, wide: float = 1.0, dash: str = ""
    ) -> None:
        self.path(f"M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}", "none", stroke, wide, dash)

    def box(self, x: float, y: float, width: float, height: float, fill: str, round_by: float = 0.0) -> None:
        r = min(round_by, width / 2, height / 2)
        if r <= 0:
            self.path(f"M{x:.1f} {y:.1f}H{x + width:.1f}V{y + height:.1f}H{x:.1f}Z", fill)
            return
        corner = f"A{r:.1f} {r:.1f} 0 0 1"
        self.path(
            f"M{x + r:.1f} {y:.1f}H{x + width - r:.1f}{corner} {x + width:.1f} {y + r:.1f}V{y + height - r:.1f}"
            f"{corner} {x + width - r:.1f} {y + height:.1f}H{x + r:.1f}{corner} {x:.1f} {y + height - r:.1f}"
            f"V{y + r:.1f}{corner} {x + r:.1f} {y:.1f}Z",
            fill,
        )

    def circle(
        self, x: float, y: float, r: float, fill: str, stroke: str = "none", wide: float = 1.0, dash: str = ""
    ) -> None:
        half = f"A{r:.1f} {r:.1f} 0 0 1"
        self.path(
            f"M{x - r:.1f} {y:.1f}{half} {x + r:.1f} {y:.1f}{half} {x - r:.1f} {y:.1f}Z", fill, stroke, wide, dash
        )

    def text(
        self, x: float, y: float, words: str, size: float, fill: str = theme.INK, bold: bool = False, at: str = "start"
    ) -> None:
        """One line with its base at ``y``; ``at``: start, middle or end."""
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{at}"{weight}>'
            f"{escape(words)}</text>"
        )

    def wide(self, words: str, size: float) -> float:
        """Pixels that a line takes."""
        return self.loose * stringWidth(self.face.fit(words), self.face.name, size)

    def folded(self, words: str, size: float, width: float, most: int) -> list[str]:
        """The text in at most ``most`` lines; what does not fit is left out, with an ellipsis."""
        found = lines.fold(words, self.face.name, size, width / self.loose)
        if len(found) <= most:
            return found
        kept = found[:most]
        last = kept[-1] if kept else ""
        while last and self.wide(last + "…", size) > width:
            last = last[:-1]
        return [*kept[:-1], last.rstrip("，,、 ") + "…"] if kept else []
