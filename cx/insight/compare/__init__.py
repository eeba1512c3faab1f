"""Comparing fairly: which units differ, one level of the organisation after the other, two selections side by side."""

METRICS = ("nps", "csat", "satisfaction", "ces")
