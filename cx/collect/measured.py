"""What rules of quality got wrong and right where the truth is known; a test measures it again.

``judged`` and ``flagged``: the demo bank's responses, all genuine. ``planted`` and ``found``: bad responses put among
them (tests/planted.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cx.collect.signals import Rule
from cx.measure import statistics
from cx.measure.statistics import Estimate


@dataclass(frozen=True)
class Measured:
    """One rule against known truth."""

    judged: int
    flagged: int
    planted: int
    found: int

    @property
    def alarms(self) -> Estimate:
        """The false-alarm rate with Wilson's interval."""
        return statistics.share(self.flagged, self.judged)


MEASURED: Mapping[Rule, Measured] = {
    "speeder": Measured(60_000, 228, 40, 40),
    "straight": Measured(10_570, 15, 40, 40),
    "duplicate": Measured(11_764, 9, 12, 12),
    "burst": Measured(24_932, 0, 9, 9),
    "filling": Measured(54_412, 0, 24, 24),
}
