"""The bank's own names found again in a file's texts: branches, indicators, channels by id or by either name. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_NOISE = re.compile(r"[\s_\-—–·.,，、:：/()（）\[\]【】'’\"]+")
_UNIT = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_ENDING = re.compile(r"(支行|分行|网点|营业部|片区|branch|region)$")
BANK = frozenset({"全行", "全部网点", "wholebank", "bank", "all"})
"""Names of the whole bank that are no word for a sum."""
WHOLE_BANK = BANK | frozenset({"总行", "合计", "总计", "全部", "total"})


def plain(text: str) -> str:
    """A name without case, blanks and punctuation."""
    return _NOISE.sub("", text.strip().lower())


@dataclass(frozen=True)
class Lookup:
    """Members of one list of the bank's model, by whatever a file may call them."""

    by_name: Mapping[str, str]
    labels: tuple[str, ...]

    def find(self, text: str) -> str | None:
        """The id that a text means, or None."""
        for form in (plain(text), plain(_UNIT.sub("", text))):
            found = self.by_name.get(form) or self.by_name.get(_ENDING.sub("", form) or form)
            if found:
                return found
        return None

    def literal(self, text: str) -> bool:
        """Whether a text is a name or id as the bank's list has it; not only what is left of one."""
        return plain(text) in self._literal

    @cached_property
    def _literal(self) -> frozenset[str]:
        return frozenset(map(plain, self.labels))

    def near(self, text: str) -> str:
        """Names that look like a text, for "did you mean"; the first few of the list where none does."""
        close = difflib.get_close_matches(text, self.labels, 3, 0.5)
        inside = [label for label in self.labels if plain(text) and plain(text) in plain(label)]
        return " / ".join(list(dict.fromkeys([*close, *inside]))[:3] or list(self.labels[:4]))

    def candidates(self, text: str) -> tuple[str, ...]:
        """Ids that a text may mean, the likeliest first; none where nothing looks like it."""
        bare = _ENDING.sub("", plain(text))
        close = difflib.get_close_matches(bare, self.by_name, 6, 0.5)
        inside = [form for form in self.by_name if len(bare) > 1 and len(form) > 1 and (bare in form or form in bare)]
        return tuple(dict.fromkeys(self.by_name[form] for form in [*inside, *close]))[:5]


def lookup(members: Mapping[str, Any], name: Callable[[Any], Mapping[str, str] | str]) -> Lookup:
    """Index members by id and by all names; a form that two members share means neither."""
    forms: dict[str, set[str]] = {}
    labels: list[str] = []
    for id, member in members.items():
        label = name(member)
        names = [label] if isinstance(label, str) else list(label.values())
        labels.extend([id, *names])
        for form in _forms(id, names):
            forms.setdefault(form, set()).add(id)
    certain = {form: next(iter(ids)) for form, ids in forms.items() if len(ids) == 1}
    certain |= {plain(id): id for id in members}
    return Lookup(certain, tuple(dict.fromkeys(label for label in labels if label)))


def _forms(id: str, names: Iterable[str]) -> Iterable[str]:
    for text in (id, *names):
        form = plain(text)
        yield form
        yield plain(_UNIT.sub("", text))
        yield _ENDING.sub("", form) or form
    digits = re.sub(r"\D", "", id)
    if len(digits) >= 3:
        yield digits


def names(member: Any) -> Mapping[str, str] | str:
    """The names of a member of the model: its ``name``, or itself where the list holds labels only."""
    return member.name if hasattr(member, "name") else member
