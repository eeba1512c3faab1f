"""Which cells of a table to hide, so that a hidden one cannot be worked out from the others and a total."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

Key = tuple[Any, ...]


def hidden(bases: Mapping[Key, int], minimum: int) -> set[Key]:
    """Keys to hide of a table with these bases (respondents a cell), whose margins are taken to be known.

    Primary: a base of 1..minimum-1. Secondary: in every line of the table (all dimensions but one fixed) and in the
    whole table the hidden cells must be at least two and hold at least ``minimum`` respondents together, else the
    smallest shown cell goes too; a total minus the shown cells then tells only of a group as large as any shown.
    (Willenborg and de Waal, Elements of Statistical Disclosure Control, ch. 4; greedy.) One cell alone has no lines.
    """
    out = {key for key, base in bases.items() if 0 < base < minimum}
    if not out:
        return out
    lines: dict[Hashable, list[Key]] = {}
    for key, base in bases.items():
        if base and key:
            lines.setdefault("table", []).append(key)
            for place in range(len(key)):
                lines.setdefault((place, key[:place], key[place + 1 :]), []).append(key)
    changed = True
    while changed:
        changed = False
        for line in lines.values():
            extra = _extra(line, out, bases, minimum)
            out |= extra
            changed = changed or bool(extra)
    return out


def _extra(line: list[Key], out: set[Key], bases: Mapping[Key, int], minimum: int) -> set[Key]:
    gone = [key for key in line if key in out]
    shown = sorted((key for key in line if key not in out), key=lambda key: (bases[key], repr(key)))
    if not gone or not shown:
        return set()
    enough = len(gone) >= 2 and sum(bases[key] for key in gone) >= minimum
    return set() if enough else {shown[0]}
