"""Their conditions as ours: what cannot be carried becomes a loss with its reason, never a wrong condition."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from cx.convert.expressions import Kind, NotCarried, to_cel
from cx.convert.report import Report

Dialect = Literal["surveyjs", "xpath", "limesurvey"]
_USES: Mapping[str, Literal["rule", "value"]] = {"rule": "rule", "value": "value"}


@dataclass
class Conditions:
    """Turns conditions of one survey into CEL.

    ``name`` gives our id of their variable (KeyError: none), ``kinds`` what it answers, both by their name.
    ``yes_no`` are questions of one choice there that ask yes or no here: our id → their value → ``true`` or ``false``.
    """

    dialect: Dialect
    report: Report
    name: Callable[[str], str]
    kinds: dict[str, Kind] = field(default_factory=dict)
    yes_no: dict[str, Mapping[str, str]] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    """Conditions that were ours before, as they were written."""

    def carried(self, place: str, part: str, source: str, own: str | None = None) -> str | None:
        """The condition in CEL, None where it is lost. ``part`` names ``convert.part_<part>``; ``own`` is the name of
        the question that a rule is about (``.`` in XPath)."""
        try:
            return self.cel(part, source, own)
        except NotCarried as why:
            self.report.dropped(place, "condition", part=part, expression=source, reason=why.reason)
            return None

    def cel(self, part: str, source: str, own: str | None = None) -> str:
        """The same, where somebody else tells the loss. Raises NotCarried."""
        if isinstance(ours := self.known.get(source), str):
            return ours
        kinds = self.kinds | ({".": self.kinds[own]} if own in self.kinds else {})
        use = _USES.get(part, "condition")
        return self._flagged(to_cel(source, self.dialect, kinds, lambda name: self._id(name, own), use))

    def _id(self, name: str, own: str | None) -> str:
        if name == "." and own is None:
            raise KeyError(name)
        return self.name(own if name == "." and own else name)

    def _flagged(self, cel: str) -> str:
        for id, values in self.yes_no.items():
            for value, flag in values.items():
                cel = re.sub(rf"\b{id} (==|!=) '{re.escape(value)}'", rf"{id} \1 {flag}", cel)
        return cel
