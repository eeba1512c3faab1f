"""The line of an emotion curve: through its points, broken where something is left out."""

from __future__ import annotations

from collections.abc import Sequence

from cx.output.charts.journey_map import Dot


def smooth(points: Sequence[tuple[float, float]]) -> str:
    """An SVG path through points from left to right that never swings past them (monotone cubic, Fritsch and Carlson
    1980)."""
    if len(points) < 2:
        return ""
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(points, points[1:], strict=False)]
    turns = [slopes[0], *(_tangent(a, b) for a, b in zip(slopes, slopes[1:], strict=False)), slopes[-1]]
    path = f"M{points[0][0]:.2f} {points[0][1]:.2f}"
    for at, (a, b) in enumerate(zip(points, points[1:], strict=False)):
        third = (b[0] - a[0]) / 3
        path += (
            f"C{a[0] + third:.2f} {a[1] + third * turns[at]:.2f} "
            f"{b[0] - third:.2f} {b[1] - third * turns[at + 1]:.2f} {b[0]:.2f} {b[1]:.2f}"
        )
    return path


def runs(dots: Sequence[Dot]) -> list[list[Dot]]:
    """Dots that follow each other with nothing left out between."""
    found: list[list[Dot]] = []
    for dot in dots:
        if dot.joined and found:
            found[-1].append(dot)
        else:
            found.append([dot])
    return found


def _tangent(before: float, after: float) -> float:
    return 0.0 if before * after <= 0 else 2 * before * after / (before + after)
