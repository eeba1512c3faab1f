"""The review (复盘): what moved in a period against the one before, what was done, whether it helped, what was learnt
and what to speak about next. ``docs/retrospect.md`` tells the rules. Owns no table: all is read from the records."""

from cx.act.retrospect.doing import about
from cx.act.retrospect.gathering import MOST, gather
from cx.act.retrospect.shapes import (
    Credit,
    Crossing,
    Deeds,
    Hint,
    Lesson,
    Moved,
    Pending,
    Point,
    Retrospect,
    Score,
    Spot,
)

__all__ = [
    "MOST", "Credit", "Crossing", "Deeds", "Hint", "Lesson", "Moved", "Pending", "Point", "Retrospect", "Score", "Spot",
    "about", "gather",
]  # fmt: skip
