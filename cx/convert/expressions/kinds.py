"""What a translator has to know about the names that an expression mentions, and how it says no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Name = Literal["text", "number", "whole", "flag", "choice", "choices", "date", "matrix"]


class NotCarried(Exception):
    """The expression has no equal in CEL. ``reason`` is a code: told by ``convert.reason_<code>``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Kind:
    """What a question answers with.

    ``choices`` are our choice ids. ``ids`` says which value of theirs is which of ours: ``{"Item 1": "item_1"}``; for a
    flag ``{"Y": "true", "N": "false"}``. Where it is empty, their values are our ids. ``rows`` of a matrix are
    their row names → our row ids, ``cell`` is what each row answers with. ``ordered``: a list whose order is the
    answer (ranking).
    """

    name: Name
    choices: tuple[str, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, str] = field(default_factory=dict)
    cell: Kind | None = None
    ordered: bool = False

    @property
    def values(self) -> Mapping[str, str]:
        """Each value of theirs and our id for it; empty where the choices are not known."""
        if self.name == "flag":
            return self.ids or {"true": "true", "false": "false"}
        return self.ids or {id: id for id in self.choices}
