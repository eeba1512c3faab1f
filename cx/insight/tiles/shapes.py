"""What answers to tiles look like; trends, breakdowns and heat maps of journeys are those of the built-in screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cx.insight.breaks import Break
from cx.insight.journey import Heat
from cx.insight.nps import Bar, Breakdown, Trend
from cx.measure.statistics import Change, Estimate
from cx.store.comments import Comment
from cx.store.query import Cell, Measured

UNTESTED = Change(None, None, None, None, "too_few")
"""No verdict on a difference: none is tested, or it cannot be."""


@dataclass(frozen=True)
class Number:
    """One number; ``before`` is the equal period before, ``change`` its test where the metric has an interval.

    ``outdated``: an indicator with values from before its present meaning, which the target is not about.
    """

    estimate: Estimate
    before: Estimate
    change: Change
    breaks: tuple[Break, ...] = ()
    outdated: bool = False


@dataclass(frozen=True)
class Grid:
    """Two dimensions: keys of rows and columns in order, estimates by (row, column). ``more``: how many rows and
    columns there are besides."""

    by: tuple[str, str]
    rows: tuple[Any, ...]
    columns: tuple[Any, ...]
    cells: Mapping[tuple[Any, Any], Estimate]
    more: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Distribution:
    """Responses by score."""

    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Table:
    """Every cell of a breakdown, in order."""

    by: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Comments:
    """What customers wrote, the latest first."""

    comments: tuple[Comment, ...]


@dataclass(frozen=True)
class Nothing:
    """Why there is nothing to draw: no data, too few responses, a right that the reader lacks, a computed indicator
    that cannot be broken down so, an indicator that the model does not know, or a text, which asks nothing."""

    reason: Literal["empty", "hidden", "right", "computed", "unknown", "text"]


Answer = Number | Trend | Breakdown | Heat | Grid | Distribution | Table | Comments | Nothing


@dataclass(frozen=True)
class Found:
    """An answer, and what was asked for it (None where nothing was). ``tested``: whether differences are told from
    noise; counts and indicators are shown as they are."""

    answer: Answer
    measured: Measured | None = None
    tested: bool = True
