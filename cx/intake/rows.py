"""What reading a file shares with those who check it: options, progress, problems by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cx.words import Problem

Progress = Callable[[float, str], None]
"""``progress(fraction from 0 to 1, text key of the step)``."""


def silent(_fraction: float, _key: str) -> None:
    """A progress callback that tells nobody."""


ALL_SHEETS = "*"


@dataclass(frozen=True)
class Options:
    """What the user may fix when detection is wrong: the sheet (or ALL_SHEETS), the encoding, the delimiter."""

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class RowProblem:
    """Something wrong in one cell (``column`` and ``value``) or one whole row (``column`` empty) of a file."""

    row: int
    column: str
    value: str
    problem: Problem


@dataclass(frozen=True)
class Notice:
    """Something that was done and should be known: text ``upload.notice_<code>`` with ``values``."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
