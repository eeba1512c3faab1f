"""What a shared device (kiosk, staff tablet) and a preview may know, in memory and for a short time only."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")


class Passing(Generic[V]):
    """At most ``most`` values, each for ``seconds`` after it was last put."""

    def __init__(self, seconds: float, most: int = 20_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._kept: OrderedDict[str, tuple[float, V]] = OrderedDict()

    def put(self, key: str, value: V) -> None:
        """Keep ``value``, the time running anew."""
        self._kept[key] = (self._clock(), value)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def put_new(self, value: V) -> str:
        """Keep ``value`` under a key nobody can guess, and return the key."""
        key = secrets.token_urlsafe(16)
        self.put(key, value)
        return key

    def get(self, key: str) -> V | None:
        """The value, while its time runs."""
        since, value = self._kept.get(key, (0.0, None))
        return value if value is not None and self._clock() - since < self._seconds else None

    def take(self, key: str) -> V | None:
        """The value, for the last time."""
        value = self.get(key)
        self._kept.pop(key, None)
        return value
