"""What a case is, what a list of them may ask for, and what is told of them. Moments are UTC without zone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from cx.words import Problem

if TYPE_CHECKING:
    from cx.insight.signals import Alarm

State = Literal["open", "working", "closed"]
Action = Literal[
    "opened", "step", "contacted", "closed", "reopened", "escalated", "reason", "placed", "invited", "answered",
]  # fmt: skip
OUTCOMES = ("solved", "explained", "not_solved", "no_answer", "not_ours")
INVALID = "invalid"
"""Outcome of a case whose answer was found to be of bad quality afterwards: nothing to do, no cause."""
HAND, SIGNAL, COMPLAINT = "hand", "signal", "complaint"
"""Kinds of cases that no rule opened."""


class Placed(NamedTuple):
    """The touchpoint that a case is about, None where it is not known, and why: ``rating:<question>`` (rated lowest),
    ``theme:<id>`` (the comment), ``survey`` (asked about nothing else), ``tie`` (several rated equally low), ``none``.
    """

    touchpoint: str | None
    why: str


@dataclass(frozen=True)
class Cause:
    """The signal that a case was opened on: ``subject`` is the key of its chart, days are first days of periods."""

    subject: str
    agreed: bool
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class About:
    """What a case is about. ``branch`` None: the bank as a whole; ``title`` "" where a rule opened it."""

    title: str
    branch: str | None
    touchpoint: str | None
    urgent: bool = False
    cause: Cause | None = None


@dataclass(frozen=True)
class Case:
    """One case as it stands.

    ``kind`` is the rule that leads, or ``hand``, ``signal``, ``complaint``; ``kinds`` are all reasons. ``score`` is the
    NPS answer (0..10) that it came from, ``again`` that of the customer asked again. ``desk`` and ``root_cause`` are
    ids of ``rules.yaml``; ``timely`` is what an imported file says of itself. ``note`` is what was said last.
    ``placed``: why it is about its touchpoint (:class:`Placed`); None where a person or a signal said so.
    """

    id: str
    kind: str
    kinds: tuple[str, ...]
    hot: bool
    about: About
    channel: str | None
    topic: str | None
    survey_id: str | None
    response_id: str | None
    score: int | None
    state: State
    desk: str
    owner: str | None
    contact_due: dt.datetime | None
    close_due: dt.datetime | None
    contacted_at: dt.datetime | None
    closed_at: dt.datetime | None
    escalated_at: dt.datetime | None
    reopened: int
    root_cause: str | None
    outcome: str | None
    note: str
    reference: str
    again: int | None
    again_at: dt.datetime | None
    timely: bool | None
    opened_at: dt.datetime
    opened_by: str
    recorded_at: dt.datetime
    recorded_by: str
    placed: str | None = None

    @property
    def open(self) -> bool:
        return self.state != "closed"

    def late(self, now: dt.datetime) -> bool:
        """Whether it is open and should have been closed, or the customer contacted, before now."""
        return self.open and (self.contact_late(now) or (self.close_due is not None and self.close_due < now))

    def contact_late(self, now: dt.datetime) -> bool:
        """Whether nobody has spoken to the customer although it is time."""
        waits = self.open and self.contacted_at is None
        return waits and self.contact_due is not None and self.contact_due < now


@dataclass(frozen=True)
class Step:
    """One line of the history; ``by`` is ``audit.SYSTEM`` for what happened by itself."""

    at: dt.datetime
    by: str
    state: State
    owner: str | None
    outcome: str | None
    note: str
    action: Action
    root_cause: str | None
    template: str | None


@dataclass(frozen=True)
class Wanted:
    """Which cases a list is to show; empty: any. ``me`` is the user of ``whose="mine"``; ``active``: not closed."""

    whose: Literal["all", "mine", "nobody"] = "all"
    me: str = ""
    branch: str = ""
    kind: str = ""
    state: Literal["", "open", "working", "closed", "active"] = ""
    late: bool = False
    hot: bool = False
    words: str = ""
    cause: str = ""
    desk: str = ""


@dataclass(frozen=True)
class Listed:
    """A page of a list: how many there are in all, and the cases of this page."""

    n: int
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Standing:
    """How many cases are open, of them late, with a first contact due by the end of the day, hot, with nobody, gone to
    the manager; how many are closed; how many of the open ones the demo bank brought."""

    open: int
    late: int
    contact_due_today: int
    hot: int
    closed: int
    nobody: int
    escalated: int
    demo: int = 0


class Waiting(NamedTuple):
    """That somebody is unhappy in a branch now: where, since when, whether a colleague is on the way; no more."""

    touchpoint: str | None
    opened_at: dt.datetime
    taken: bool


class Given(NamedTuple):
    """One answer row as stored. ``text`` is None where it may not be read, and ``hidden`` says so."""

    question: str
    type: str
    score: int | None
    points: int | None
    choice: str | None
    number: Decimal | None
    text: str | None
    hidden: bool = False


class Contact(NamedTuple):
    """What a customer left to be called back."""

    question: str
    name: str | None
    phone: str | None
    email: str | None
    preferred: str | None


@dataclass(frozen=True)
class Said:
    """The response that a case came from: every answer in the order of the questionnaire, their own words only for
    those who may read them, and how to reach the customer for those who see to the case, while it is open."""

    submitted_at: dt.datetime
    survey_id: str
    version: str
    touchpoint: str | None
    branch: str | None
    channel: str | None
    lang: str | None
    score: int | None
    flagged: bool
    demo: bool
    answers: tuple[Given, ...]
    comments: tuple[tuple[str, str], ...] = ()
    contacts: tuple[Contact, ...] = ()


def missing(id: str) -> Problem:
    """That there is no such case, or none that may be seen."""
    return Problem("case_not_found", id[:40])


def of_alarm(alarm: Alarm) -> Cause:
    """What a case says of the signal that it was opened on."""
    return Cause(alarm.subject.key, alarm.agreed, alarm.first, alarm.last)
