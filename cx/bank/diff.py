"""What changed between two indicator dictionaries, and whether values before and after may be compared. Pure.

The three levels are those of version numbers, as with surveys. ``major``: the indicator no longer measures the same, so
its line breaks here. ``minor``: it is judged, weighed or placed otherwise. ``patch``: nothing that is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from cx.bank.shape import Indicator, Scale

Level = Literal["patch", "minor", "major"]
LEVELS: tuple[Level, ...] = ("patch", "minor", "major")
FIELDS: Mapping[str, Level] = {
    "unit": "major", "direction": "major", "formula": "major", "numerator": "major", "denominator": "major",
    "computed": "major", "grain": "major",
    "target": "minor", "thresholds": "minor", "scale": "minor", "weight": "minor", "low": "minor", "high": "minor",
    "journey": "minor", "stage": "minor", "touchpoint": "minor", "refresh": "minor",
    "name": "patch", "owner": "patch", "source": "patch", "version": "patch",
}  # fmt: skip
"""Every field of an entry but its id, and how grave a change of it is."""


@dataclass(frozen=True)
class Change:
    """``code``: added, removed, or changed (then ``field``, with its values as they are written in a file)."""

    code: Literal["added", "removed", "changed"]
    indicator: str
    level: Level
    field: str = ""
    before: str = ""
    after: str = ""


def compare(old: Mapping[str, Indicator], new: Mapping[str, Indicator]) -> tuple[Change, ...]:
    """Every change, the gravest first. An indicator that goes is major: what is built on it loses its values."""
    return tuple(sorted(_changes(old, new), key=lambda change: -LEVELS.index(change.level)))


def level(changes: tuple[Change, ...]) -> Level | None:
    """The level of the whole; None where both mean the same."""
    return changes[0].level if changes else None


def _changes(old: Mapping[str, Indicator], new: Mapping[str, Indicator]) -> Iterator[Change]:
    for id in old:
        if id not in new:
            yield Change("removed", id, "major")
    for id, entry in new.items():
        if id not in old:
            yield Change("added", id, "minor")
            continue
        for field, grave in FIELDS.items():
            before, after = written(getattr(old[id], field)), written(getattr(entry, field))
            if before != after:
                yield Change("changed", id, grave, field, before, after)


def written(value: object) -> str:
    """A field's value as a person would write it; empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, Scale):
        return f"{value.zero:g} → {value.full:g}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {written(each)}" for key, each in value.items())
    return f"{value:.12g}" if isinstance(value, float) else str(value)
