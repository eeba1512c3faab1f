"""Who gets which arm: by a hash of the experiment and the key, which anybody can compute again and nobody keeps.

A respondent or customer: the first 8 bytes of SHA-256 of ``<experiment id>:<key>`` in UTF-8, as a number of 0..1, falls
into one of the arms' shares in their order. Branches, weeks and days are few, and chance alone would give them out
unevenly: they are put in the order of their hashes and dealt out like cards, weeks and days in blocks.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cx.act.experiments.definition import Definition

_MONDAY = dt.date(2024, 1, 1)
SUSPECT = 0.001
"""Below this p the arms' sizes are not what chance gives: something keeps an arm from being counted."""


def number(experiment_id: str, key: str) -> float:
    """The key's own place in 0..1 in this experiment."""
    digest = hashlib.sha256(f"{experiment_id}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def arm(experiment_id: str, key: str, weights: Sequence[int]) -> int:
    """The arm of a key, counted from 0."""
    place = number(experiment_id, key) * sum(weights)
    return next((at for at, edge in enumerate(accumulate(weights)) if place < edge), len(weights) - 1)


def branches(experiment_id: str, definition: Definition) -> Mapping[str, int]:
    """The arm of every branch that takes part."""
    cards = _cards(definition.weights)
    ordered = sorted(definition.branches, key=lambda branch: number(experiment_id, branch))
    return {branch: cards[at % len(cards)] for at, branch in enumerate(ordered)}


def span(experiment_id: str, definition: Definition, day: dt.date) -> tuple[int, str]:
    """The arm of the week (Monday to Sunday) or of the day itself, and what stands for that span.

    Weeks are dealt in blocks that follow each other; days likewise for each day of the week, from the first day on, so
    that Mondays are shared out as evenly as Saturdays.
    """
    cards, daily = _cards(definition.weights), definition.unit == "day"
    first = day if daily else day - dt.timedelta(days=day.weekday())
    block, at = divmod((first - (definition.start if daily else _MONDAY)).days // 7, len(cards))
    name = f"{block}.{day.weekday()}" if daily else str(block)
    dealt = sorted(range(len(cards)), key=lambda card: number(experiment_id, f"{name}.{card}"))
    return cards[dealt[at]], first.isoformat()


def spans(experiment_id: str, definition: Definition) -> Mapping[dt.date, int]:
    """The arm of every week of the experiment, by its Monday, or of every day."""
    step = 1 if definition.unit == "day" else 7
    first = definition.start if step == 1 else definition.start - dt.timedelta(days=definition.start.weekday())
    days = range(0, (definition.end - first).days + 1, step)
    return {(at := first + dt.timedelta(days=day)): span(experiment_id, definition, at)[0] for day in days}


def customers(experiment_id: str, definition: Definition, keys: Iterable[str]) -> tuple[int, ...]:
    """The arm of every key of a list."""
    weights = definition.weights
    return tuple(arm(experiment_id, key, weights) for key in keys)


def balance(counts: Sequence[int], weights: Sequence[int]) -> float:
    """How likely sizes this uneven are by chance alone (p of a chi-square test against the weights); 1 without any."""
    total, whole = sum(counts), sum(weights)
    if not total:
        return 1.0
    from scipy.special import chdtrc

    expected = [total * weight / whole for weight in weights]
    found = sum((count - e) ** 2 / e for count, e in zip(counts, expected, strict=True))
    return float(chdtrc(len(counts) - 1, found))


def _cards(weights: Sequence[int]) -> tuple[int, ...]:
    return tuple(at for at, weight in enumerate(weights) for _ in range(weight))
