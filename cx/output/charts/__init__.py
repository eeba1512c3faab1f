"""Rows of insight → charts: pure, the same on screen and on paper; ``width`` in pixels, or the container's."""

from cx.output.charts.journey import heat
from cx.output.charts.nps import distribution, ranking, spoken, trend

__all__ = ["distribution", "heat", "ranking", "spoken", "trend"]
