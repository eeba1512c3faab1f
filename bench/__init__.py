"""Benchmarks: ratios against a peer measured in the same run. ``make bench`` runs all, ``python -m bench NAME`` one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable


def line(name: str, value: float, limit: float, ratio: float, **more: object) -> None:
    """Print one result: ``value`` in its own unit, its ``ratio`` to the peer's, the ``limit`` to keep."""
    print(
        json.dumps({"name": name, "value": round(value, 4), "limit": limit, "ratio": round(ratio, 3), **more}),
        flush=True,
    )


def timed(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
