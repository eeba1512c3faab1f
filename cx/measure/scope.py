"""Scope: which facts a question is about, and which the asker may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Voice = Literal["customer", "staff", "walk"]


@dataclass(frozen=True)
class Rights:
    """What the asker may see. ``branches`` None means the whole bank; an empty set means nothing.

    ``act``: whether what is seen may be worked on.
    """

    branches: frozenset[str] | None
    comments: bool = True
    act: bool = True


WHOLE_BANK = Rights(branches=None)


@dataclass(frozen=True)
class Scope:
    """Filters and rights of one question; hashable, so that it is a cache key.

    ``start`` and ``end`` are days, both included. ``where`` holds (dimension, allowed values) pairs. Results with fewer
    than ``minimum_base`` answers are hidden, those below ``small_base`` marked. ``voice`` is whose answers they are:
    customers', staff's, or those of walk-throughs; never two together.
    """

    rights: Rights
    start: dt.date | None = None
    end: dt.date | None = None
    nps_kind: str | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    include_flagged: bool = False
    voice: Voice = "customer"
    minimum_base: int = 5
    small_base: int = 30

    def narrowed(self, **where: str | Iterable[str] | None) -> Scope:
        """Narrowed further: ``scope.narrowed(branch="0101", channel=["app", "web"])``. None narrows nothing."""
        more = {
            name: (value,) if isinstance(value, str) else tuple(sorted(value))
            for name, value in where.items()
            if value is not None
        }
        return replace(self, where=self.where + tuple(sorted(more.items())))

    def between(self, start: dt.date | None, end: dt.date | None) -> Scope:
        """The same scope in another period."""
        return replace(self, start=start, end=end)
