"""Lock-out after failed sign-ins, by name, by address and by both; it expires by itself."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

PER_NAME_AND_ADDRESS = 5
PER_NAME = 20  # from anywhere: more than one address must try before a stranger's guesses shut its owner out
PER_ADDRESS = 20  # a branch's staff share one address: one forgetful colleague must not lock out the branch
LOCKED_SECONDS = 600
_REMEMBERED = 10_000
_Key = tuple[str | None, str | None]  # name and address; None stands for any


class Guard:
    """Counts failures in a sliding window of ten minutes. Known and unknown names are treated alike. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: OrderedDict[_Key, list[float]] = OrderedDict()

    def attempt(self, name: str, address: str) -> int:
        """Count a try as failed until it :meth:`succeeded`, so that tries at the same moment count too.

        Returns 0, or the seconds to wait; a try while locked is not made and does not count.
        """
        keys = _keys(name, address)
        with self._lock:
            wait = max(self._wait(key, allowed) for key, allowed in keys)
            if not wait:
                for key, _ in keys:
                    self._failures[key] = [*self._recent(key), self._clock()]
                    self._failures.move_to_end(key)
                while len(self._failures) > _REMEMBERED:
                    self._failures.popitem(last=False)
        return wait

    def locked(self, name: str, address: str) -> bool:
        """Whether a next try would have to wait; asking counts as none."""
        with self._lock:
            return any(self._wait(key, allowed) for key, allowed in _keys(name, address))

    def succeeded(self, name: str, address: str) -> None:
        """Forget a name's failures, and this one try of the address: one good account hides no guesses at others."""
        (by_both, _), (by_name, _), (by_address, _) = _keys(name, address)
        with self._lock:
            self._failures.pop(by_both, None)
            self._failures.pop(by_name, None)
            self._failures[by_address] = self._recent(by_address)[:-1]

    def _wait(self, key: _Key, allowed: int) -> int:
        recent = self._recent(key)
        if len(recent) < allowed:
            return 0
        return int(recent[-allowed] + LOCKED_SECONDS - self._clock()) + 1

    def _recent(self, key: _Key) -> list[float]:
        since = self._clock() - LOCKED_SECONDS
        return [moment for moment in self._failures.get(key, ()) if moment > since]


def _keys(name: str, address: str) -> tuple[tuple[_Key, int], ...]:
    plain = name.casefold()[:80]
    return ((plain, address), PER_NAME_AND_ADDRESS), ((plain, None), PER_NAME), ((None, address), PER_ADDRESS)
