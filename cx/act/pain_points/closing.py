"""What verified a pain point, how far that reaches, and how it was closed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

GOOD = ("proven", "improved")
"""Words of a verification that say it worked, those of older records too."""


@dataclass(frozen=True)
class Check:
    """Before and after of its own indicator, recorded: means over whole periods, the change tested."""

    indicator: str
    started: dt.date
    before: tuple[float | None, int]
    after: tuple[float | None, int]
    diff: float | None
    low: float | None
    high: float | None
    verdict: str
    on: dt.date
    by: str
    sql: str = ""


@dataclass(frozen=True)
class Proof:
    """What a pain point may be closed on: a quick win with a recorded result, or a check of its own indicator."""

    kind: Literal["win", "check"]
    id: str
    verdict: str
    on: dt.date


@dataclass(frozen=True)
class Reach:
    """Where something that was verified is in place: in ``have`` of the ``of`` branches that a pain point is about,
    ``pilots`` of them from the trial; ``out`` were left out of the rollout with a reason."""

    of: int
    pilots: int
    have: int
    out: int = 0

    @property
    def left(self) -> int:
        """Branches still to come."""
        return self.of - self.have - self.out

    @property
    def whole(self) -> bool:
        return self.left <= 0


@dataclass(frozen=True)
class Ending:
    """How an entry was closed: how far its ``proof`` reached on that day, and, where that was not the whole of it or
    the proof did not say that it worked, who decided to close it (``by``) and ``why``."""

    reach: Reach
    on: dt.date
    by: str = ""
    why: str = ""

    @property
    def decided(self) -> bool:
        return bool(self.by)
