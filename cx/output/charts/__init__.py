"""Rows of insight → charts: pure, the same on screen and on paper; ``width`` in pixels, or the container's."""

from cx.output.charts.journey import heat, journey_curve
from cx.output.charts.nps import distribution, ranking, spoken, trend

__all__ = ["distribution", "heat", "journey_curve", "ranking", "spoken", "trend"]
