"""A chart as vectors on paper: the SVG that Vega writes for a chart, drawn on a reportlab canvas.

Vega writes a small part of SVG: groups, rectangles, lines, paths, text; fill, stroke, opacity, dashes; translate,
rotate and scale. That part is drawn with the report's own font; anything else raises ``ValueError``, so that nothing is
left out silently.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import vl_convert
from reportlab.lib.colors import Color, toColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject
from reportlab.platypus import Flowable

from cx.output.fonts import Face

Attributes = Mapping[str, str]
Point = tuple[float, float]
_INHERITED = (
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "font-size",
    "font-weight",
    "text-anchor",
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_COMMAND = re.compile(r"([MLHVCZASQTmlhvczasqt])([^MLHVCZASQTmlhvczasqt]*)")
_CAPS = {"butt": 0, "round": 1, "square": 2}


class Figure(Flowable):
    """A chart, or a drawing as SVG text, as wide as the column at most, and never taller than ``tallest`` (points)."""

    def __init__(self, chart: Any, face: Face, tallest: float = 690) -> None:
        super().__init__()
        self.spaceAfter = 5
        svg = chart if isinstance(chart, str) else vl_convert.vegalite_to_svg(chart.to_dict())
        self._root = ElementTree.fromstring(svg)
        self._face, self._tallest, self._scale = face, tallest, 1.0
        self._size = float(self._root.attrib["width"]), float(self._root.attrib["height"])

    def wrap(self, available: float, _height: float) -> Point:
        """Size in points on the page."""
        self._scale = min(0.75, available / self._size[0], self._tallest / self._size[1])
        self.width, self.height = (side * self._scale for side in self._size)
        return self.width, self.height

    def draw(self) -> None:
        """Draw with SVG's axis, which points down."""
        canvas = self.canv
        canvas.saveState()
        canvas.transform(self._scale, 0, 0, -self._scale, 0, self.height)
        clips = {node.attrib["id"]: node for node in self._root.iter() if node.tag.endswith("}clipPath")}
        _Pen(canvas, self._face, clips).element(self._root, {"fill": "black", "stroke": "none"}, 1.0)
        canvas.restoreState()


class _Pen:
    def __init__(self, canvas: Canvas, face: Face, clips: Mapping[str, ElementTree.Element]) -> None:
        self.canvas, self.face, self.clips = canvas, face, clips

    def element(self, node: ElementTree.Element, above: Attributes, opacity: float) -> None:
        name = node.tag.rpartition("}")[2]
        if name in ("defs", "clipPath", "title", "desc") or node.get("display") == "none":
            return
        style = {key: above[key] for key in _INHERITED if key in above} | dict(node.attrib)
        opacity *= float(node.get("opacity", 1))
        draw = self._drawn(name)
        self.canvas.saveState()
        self._transform(node.get("transform", ""))
        if clip := node.get("clip-path"):
            self._clip(self.clips[clip[len("url(#") : -1]])
        if draw is not None:
            self._colours(style, opacity)
            draw(node, style)
        for child in node if name in ("svg", "g") else ():
            self.element(child, style, opacity)
        self.canvas.restoreState()

    def _drawn(self, name: str) -> Callable[[ElementTree.Element, Attributes], None] | None:
        known = {"svg": None, "g": None, "rect": self._rect, "line": self._line, "path": self._path, "text": self._text}
        if name not in known:
            raise ValueError(f"SVG element {name} is not drawn on paper")
        return known[name]

    def _transform(self, text: str) -> None:
        for name, inside in re.findall(r"(\w+)\(([^)]*)\)", text):
            values = [float(number) for number in _NUMBER.findall(inside)]
            if name == "translate":
                self.canvas.translate(values[0], values[1] if len(values) > 1 else 0)
            elif name == "rotate" and len(values) == 1:
                self.canvas.rotate(values[0])
            elif name == "scale":
                self.canvas.scale(values[0], values[-1])
            else:
                raise ValueError(f"SVG transform {name} is not drawn on paper")

    def _colours(self, style: Attributes, opacity: float) -> None:
        canvas = self.canvas
        for part, fill in (("fill", True), ("stroke", False)):
            colour = _colour(style.get(part))
            if colour is not None:
                alpha = opacity * float(style.get(f"{part}-opacity", 1)) * colour.alpha
                solid = Color(colour.red, colour.green, colour.blue)
                (canvas.setFillColor if fill else canvas.setStrokeColor)(solid)
                (canvas.setFillAlpha if fill else canvas.setStrokeAlpha)(alpha)
        canvas.setLineWidth(float(style.get("stroke-width", 1)))
        canvas.setLineCap(_CAPS[style.get("stroke-linecap", "butt")])
        canvas.setDash([float(number) for number in _NUMBER.findall(style.get("stroke-dasharray", ""))])

    def _clip(self, shape: ElementTree.Element) -> None:
        path = self.canvas.beginPath()
        for node in shape:
            if node.tag.endswith("}rect"):
                path.rect(*(float(node.get(key, 0)) for key in ("x", "y", "width", "height")))
            else:
                trace(path, node.attrib["d"])
        self.canvas.clipPath(path, stroke=0, fill=0)

    def _paint(self, path: PDFPathObject, style: Attributes) -> None:
        fill, stroke = (_colour(style.get(part)) is not None for part in ("fill", "stroke"))
        if fill or stroke:
            self.canvas.drawPath(path, stroke=int(stroke), fill=int(fill))

    def _rect(self, node: ElementTree.Element, style: Attributes) -> None:
        path = self.canvas.beginPath()
        path.rect(*(float(node.get(key, 0)) for key in ("x", "y", "width", "height")))
        self._paint(path, style)

    def _line(self, node: ElementTree.Element, style: Attributes) -> None:
        x1, y1, x2, y2 = (float(node.get(key, 0)) for key in ("x1", "y1", "x2", "y2"))
        path = self.canvas.beginPath()
        path.moveTo(x1, y1)
        path.lineTo(x2, y2)
        self._paint(path, style)

    def _path(self, node: ElementTree.Element, style: Attributes) -> None:
        path = self.canvas.beginPath()
        if trace(path, node.get("d", "")):
            self._paint(path, style)

    def _text(self, node: ElementTree.Element, style: Attributes) -> None:
        size, anchor = float(style.get("font-size", "11").removesuffix("px")), style.get("text-anchor", "start")
        bold = style.get("font-weight", "normal") in ("bold", "600", "650", "700")
        for x, y, text in _lines(node):
            words = self.face.fit(text)
            x -= {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * stringWidth(words, self.face.name, size)
            self.canvas.saveState()
            self.canvas.translate(x, y)
            self.canvas.scale(1, -1)
            self.canvas.setFont(self.face.name, size)
            if bold:  # the font has one weight: thicken its outline
                self.canvas.setStrokeColor(_colour(style.get("fill")) or Color(0, 0, 0))
                self.canvas.setLineWidth(size * 0.03)
            self.canvas.drawString(0, 0, words, mode=2 if bold else 0)
            self.canvas.restoreState()


def _lines(node: ElementTree.Element) -> Iterator[tuple[float, float, str]]:
    if node.text:
        yield float(node.get("x", 0)), float(node.get("y", 0)), node.text
    y = 0.0
    for part in node:
        y = float(part.get("y", y)) + float(part.get("dy", 0))
        yield float(part.get("x", 0)), y, part.text or ""


def _colour(text: str | None) -> Color | None:
    return None if text in (None, "none", "transparent") else toColor(text)


def trace(path: PDFPathObject, text: str) -> bool:
    """Trace SVG path data (M L H V C Z and circular A, absolute or relative); whether there was anything to trace."""
    at = start = (0.0, 0.0)
    for letter, inside in _COMMAND.findall(text):
        values = [float(number) for number in _NUMBER.findall(inside)]
        if letter in "Zz":
            path.close()
            at = start
            continue
        width = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "A": 7}.get(letter.upper())
        if width is None:
            raise ValueError(f"SVG path command {letter} is not drawn on paper")
        for index in range(0, len(values), width):
            moved = letter.upper() == "M" and index == 0
            at = _segment(path, "L" if letter.upper() == "M" and not moved else letter.upper(),
                          _absolute(letter, values[index : index + width], at), at)  # fmt: skip
            start = at if moved else start
    return bool(text)


def _absolute(letter: str, values: list[float], at: Point) -> list[float]:
    if letter.isupper():
        return values
    if letter == "h":
        return [values[0] + at[0]]
    if letter == "v":
        return [values[0] + at[1]]
    if letter == "a":
        return [*values[:5], values[5] + at[0], values[6] + at[1]]
    return [value + at[index % 2] for index, value in enumerate(values)]


def _segment(path: PDFPathObject, letter: str, values: list[float], at: Point) -> Point:
    if letter in "HV":
        values = [values[0], at[1]] if letter == "H" else [at[0], values[0]]
    end = (values[-2], values[-1])
    if letter == "M":
        path.moveTo(*end)
    elif letter in "LHV":
        path.lineTo(*end)
    elif letter == "C":
        path.curveTo(*values)
    elif at != end:
        for curve in arc(at, end, values[0], values[1], bool(values[3]), bool(values[4])):
            path.curveTo(*curve)
    return end


def arc(at: Point, end: Point, rx: float, ry: float, large: bool, sweep: bool) -> Iterator[tuple[float, ...]]:
    """An SVG arc of a circle as Bézier curves of at most a quarter turn (SVG 1.1, appendix F.6, with rx = ry)."""
    if not math.isclose(rx, ry, rel_tol=1e-6):
        raise ValueError("only arcs of a circle are drawn on paper")
    chord = math.dist(at, end)
    r = max(abs(rx), chord / 2)
    lift = math.sqrt(max(r * r - chord * chord / 4, 0.0)) * (-1 if large == sweep else 1)
    cx = (at[0] + end[0]) / 2 - lift * (end[1] - at[1]) / chord
    cy = (at[1] + end[1]) / 2 + lift * (end[0] - at[0]) / chord
    first = math.atan2(at[1] - cy, at[0] - cx)
    turn = (math.atan2(end[1] - cy, end[0] - cx) - first) % (2 * math.pi)
    turn = turn if sweep else turn - 2 * math.pi
    count = max(1, math.ceil(abs(turn) / (math.pi / 2) - 1e-9))
    k = 4 / 3 * math.tan(turn / count / 4)
    for index in range(count):
        a, b = first + turn * index / count, first + turn * (index + 1) / count
        yield (
            cx + r * (math.cos(a) - k * math.sin(a)), cy + r * (math.sin(a) + k * math.cos(a)),
            cx + r * (math.cos(b) + k * math.sin(b)), cy + r * (math.sin(b) - k * math.cos(b)),
            cx + r * math.cos(b), cy + r * math.sin(b),
        )  # fmt: skip
