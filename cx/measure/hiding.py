"""Which cells of a table to hide, so that a hidden one cannot be worked out from the others and a total."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

Key = tuple[Any, ...]
Within = Sequence[Mapping[Any, Hashable]]  # for each dimension of a key: the larger unit of each value, or nothing


def small(bases: Mapping[Key, int], minimum: int) -> set[Key]:
    """Keys of the cells that hold somebody, but fewer than ``minimum``."""
    return {key for key, base in bases.items() if 0 < base < minimum}


def hidden(bases: Mapping[Key, int], minimum: int, within: Within = ()) -> set[Key]:
    """Keys to hide of a table with these bases (respondents a cell), whose margins are taken to be known.

    Primary: a base of 1..minimum-1. Secondary: in every line of the table (all dimensions but one fixed) and in the
    whole table the hidden cells must be at least two and hold at least ``minimum`` respondents together, else the
    smallest shown cell goes too; a total minus the shown cells then tells only of a group as large as any shown.
    (Willenborg and de Waal, Elements of Statistical Disclosure Control, ch. 4; greedy: sure for one
    dimension, line by line for more.) One cell alone has no lines.

    ``within``: where values lie in larger units that have a table of their own (branches in regions), those of one
    unit are a line too; and a unit hidden in that table does not come back as the sum of what lies in it.
    """
    out = small(bases, minimum)
    if not out:
        return out
    for place, units in enumerate(within):
        if units:
            out |= _of_hidden_units(place, units, out, bases, minimum)
    lines = _lines(bases, within)
    changed = True
    while changed:
        changed = False
        for line in lines:
            extra = _extra(line, out, bases, minimum)
            out |= extra
            changed = changed or bool(extra)
    return out


def _lines(bases: Mapping[Key, int], within: Within) -> list[list[Key]]:
    """The lines of a table, the shorter first: what a part hides often serves the whole."""
    lines: dict[Hashable, list[Key]] = {}
    keys = [key for key, base in bases.items() if base and key]
    for key in keys:
        lines.setdefault("table", []).append(key)
    for place in range(len(keys[0]) if keys else 0):
        units = within[place] if within else None
        for key in keys:
            beside = key[:place] + key[place + 1 :]
            lines.setdefault((place, beside), []).append(key)
            if units:
                unit = units.get(key[place])
                lines.setdefault((place, beside, unit), []).append(key)
                lines.setdefault((place, "all", unit), []).append(key)
    return sorted(lines.values(), key=len)


def _of_hidden_units(
    place: int, units: Mapping[Any, Hashable], out: set[Key], bases: Mapping[Key, int], minimum: int
) -> set[Key]:
    """The smallest cell of each larger unit that its own table hides, where all that lies in it would be shown."""
    parts: dict[Key, list[Key]] = {}
    for key, base in bases.items():
        if base:
            parts.setdefault((*key[:place], units.get(key[place]), *key[place + 1 :]), []).append(key)
    gone = hidden({unit: sum(bases[key] for key in keys) for unit, keys in parts.items()}, minimum)
    return {_smallest(parts[unit], bases) for unit in gone if not out.intersection(parts[unit])}


def _extra(line: list[Key], out: set[Key], bases: Mapping[Key, int], minimum: int) -> set[Key]:
    gone = [key for key in line if key in out]
    shown = [key for key in line if key not in out]
    if not gone or not shown:
        return set()
    enough = len(gone) >= 2 and sum(bases[key] for key in gone) >= minimum
    return set() if enough else {_smallest(shown, bases)}


def _smallest(keys: Sequence[Key], bases: Mapping[Key, int]) -> Key:
    return min(keys, key=lambda key: (bases[key], repr(key)))
