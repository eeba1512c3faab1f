"""Which branches should pilot: drawn by lot from layers of branches that are alike, so that no hand picks the best."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace

from cx.act import verification
from cx.act.charter import Charter
from cx.act.quick_wins import planning
from cx.measure.scope import Rights
from cx.store.query import Connection

FEWEST = 6  # branches, below which there is nothing to draw from
_MOST = 8
_LOOKED = dt.timedelta(weeks=26)


def drawn(con: Connection, charter: Charter, rights: Rights, last: dt.date, branches: Sequence[str]) -> tuple[str, ...]:
    """Pilots for a charter of which metric and touchpoint are known: one of each layer of branches, layered by the
    metric in the half year up to ``last``. A fifth of the branches, 3 to 8, without those that serve another win at the
    touchpoint. Empty where fewer than ``FEWEST`` have a value. The same charter draws the same lot."""
    around = replace(charter, start=last, end=last + _LOOKED)
    taken = {*planning.busy(con, around), *planning.held(con, around)}
    open_to = [b for b in branches if b not in taken and (rights.branches is None or b in rights.branches)]
    levels = {}
    for branch in open_to:
        found = verification.ask(con, charter, rights, last - _LOOKED, last, [branch]).estimate
        if found.value is not None:
            levels[branch] = found.value
    return lot(levels, f"{charter.touchpoint}|{charter.metric}|{charter.nps_kind}")


def lot(levels: dict[str, float], seed: str) -> tuple[str, ...]:
    """One of each layer of neighbouring levels, by lot. Pure."""
    if len(levels) < FEWEST:
        return ()
    order = sorted(levels, key=lambda branch: (levels[branch], branch))
    wanted = max(3, min(_MOST, len(order) // 5))
    edges = [len(order) * at // wanted for at in range(wanted + 1)]
    layers = [order[low:high] for low, high in zip(edges, edges[1:], strict=False)]
    return tuple(sorted(min(layer, key=lambda branch: _ticket(seed, branch)) for layer in layers))


def _ticket(seed: str, branch: str) -> str:
    return hashlib.sha256(f"{seed}|{branch}".encode()).hexdigest()
