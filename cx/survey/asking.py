"""What a rated question asks: how it was; or, beside that, what was expected of it or how much it matters.

Only the first is satisfaction. An expectation belongs to the question that rates the same by its id: ``wait_expected``
to ``wait``; rows of a matrix likewise (``m.staff_expected``, ``m_expected.staff``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

ENDINGS = {"expectation": "expected", "importance": "importance"}
ASKS = ("experience", *ENDINGS)
ENDING = r"^(.+)_(expected|importance)(\.[^.]+)?$"
"""Ids that say what is asked: what is rated, the ending, and a row."""
_KINDS = {ending: kind for kind, ending in ENDINGS.items()}


def partner(id: str) -> tuple[str, str] | None:
    """(what is asked, id of the question that rates the same), as an id says it; None where it says nothing."""
    found = re.match(ENDING, id)
    return (_KINDS[found[2]], found[1] + (found[3] or "")) if found else None


def beside(asked: Mapping[str, str | None]) -> dict[str, str]:
    """Which of these rated questions ask for something else than satisfaction, with what: as they say (one of
    :data:`ASKS`), or, where they do not (None), as the id says, if the question that rates the same is among them."""
    found = {}
    for id, says in asked.items():
        told = partner(id)
        kind = says or (told[0] if told and told[1] in asked else None)
        if kind in ENDINGS:
            found[id] = kind
    return found
