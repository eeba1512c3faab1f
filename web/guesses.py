"""Telling off whoever tries out links and codes: hopeless (120 bits and more), and refused all the same."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

GUESSES, GUESS_SECONDS = 20, 600
ADDRESSES = 10_000


def wait(refusal: Response) -> Response:
    """The refusal, with when to come back."""
    refusal.raw_headers.append((b"retry-after", b"%d" % GUESS_SECONDS))
    return refusal


class Guesses:
    """Unknown links or codes by address, forgotten ten minutes after the first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counted: dict[str, tuple[float, int]] = {}

    def by(self, request: Request) -> bool:
        """Count one more of this visitor; whether these are too many."""
        return self.another(request.client.host if request.client else "")

    def another(self, address: str) -> bool:
        """Count one more of an address; whether these are too many."""
        now = self._clock()
        since, count = self._counted.get(address, (now, 0))
        if now - since > GUESS_SECONDS:
            since, count = now, 0
        if len(self._counted) >= ADDRESSES:  # the latest half, however many come: seldom, so that it costs little
            latest = list(self._counted.items())[ADDRESSES // 2 :]
            self._counted = {a: kept for a, kept in latest if now - kept[0] <= GUESS_SECONDS}
        self._counted[address] = since, count + 1
        return count >= GUESSES
