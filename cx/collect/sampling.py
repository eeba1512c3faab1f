"""Who of a list is invited, who is not, and why. Pure: the same list, rule and history give the same choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from cx.collect import secret as hashing
from cx.collect.people import Person
from cx.survey.schema import Sampling
from cx.words import Problem

Reason = Literal["no_key", "duplicate", "unknown_value", "not_eligible", "quarantine", "waiting", "not_drawn"]
REASONS: tuple[Reason, ...] = (
    *("no_key", "duplicate", "unknown_value", "not_eligible", "quarantine", "waiting", "not_drawn"),
)  # fmt: skip
_BEFORE_ELIGIBLE = frozenset(("no_key", "duplicate", "unknown_value", "not_eligible"))


@dataclass(frozen=True)
class History:
    """Whom cx asked before: ``recent`` within the quarantine, by whatever survey; ``waiting`` hold an open link of
    this very survey."""

    recent: AbstractSet[str] = frozenset()
    waiting: AbstractSet[str] = frozenset()


@dataclass(frozen=True)
class LeftOut:
    """A row that is not invited; ``detail`` is the value at fault, where there is one."""

    row: int
    reason: Reason
    detail: str = ""


@dataclass(frozen=True)
class Chosen:
    """The outcome for a list of people."""

    listed: tuple[Person, ...]
    invited: tuple[Person, ...]
    left: tuple[LeftOut, ...]

    @cached_property
    def reasons(self) -> Mapping[Reason, int]:
        """How many were left out, by reason, in the order in which reasons are looked for."""
        counted = Counter(out.reason for out in self.left)
        return {reason: counted[reason] for reason in REASONS if counted[reason]}

    @cached_property
    def details(self) -> tuple[tuple[str, int], ...]:
        """The values at fault and how many rows have each, most frequent first."""
        return tuple(Counter(out.detail for out in self.left if out.detail).most_common(5))

    @cached_property
    def by_channel(self) -> Mapping[str, tuple[int, int, int]]:
        """Listed, eligible and invited by channel (empty where the list names none)."""
        out = {left.row for left in self.left if left.reason in _BEFORE_ELIGIBLE}
        listed = Counter(_channel(person) for person in self.listed)
        eligible = Counter(_channel(person) for person in self.listed if person.row not in out)
        invited = Counter(_channel(person) for person in self.invited)
        return {channel: (listed[channel], eligible[channel], invited[channel]) for channel in sorted(listed)}


def choose(people: Sequence[Person], rule: Sampling, history: History, draw: str, secret: bytes) -> Chosen:
    """Apply a rule. ``draw`` names the draw of the random share: another name draws other people."""
    seen: set[str] = set()
    invited, left = [], []
    for person in people:
        reason, detail = _against(person, rule, history, seen)
        if reason is None and rule.share < 1 and hashing.chance(secret, draw, person.customer) >= rule.share:
            reason = "not_drawn"
        seen.add(person.customer)
        if reason is None:
            invited.append(person)
        else:
            left.append(LeftOut(person.row, reason, detail))
    return Chosen(tuple(people), tuple(invited), tuple(left))


def problems(people: Sequence[Person], rule: Sampling) -> tuple[Problem, ...]:
    """What makes a rule useless for this list: a condition about columns that it does not have."""
    if rule.eligible is None or not people:
        return ()
    known = {name for person in people for name in person.attributes}
    missing = sorted(rule.eligible.names - known)
    if not missing:
        return ()
    values = {"names": ", ".join(missing), "known": ", ".join(sorted(known)) or "–"}
    return (Problem("invite_attribute", rule.eligible.source, values),)


def _against(person: Person, rule: Sampling, history: History, seen: set[str]) -> tuple[Reason | None, str]:
    if not person.customer:
        return "no_key", ""
    if person.customer in seen:
        return "duplicate", ""
    if person.unknown:
        return "unknown_value", "; ".join(person.unknown)
    if rule.eligible is not None and not rule.eligible.holds(person.attributes):
        return "not_eligible", ""
    if person.customer in history.recent:
        return "quarantine", ""
    if person.customer in history.waiting:
        return "waiting", ""
    return None, ""


def _channel(person: Person) -> str:
    return person.dims.get("channel", "")
