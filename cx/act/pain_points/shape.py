"""What the register holds: a pain point (痛点), its evidence piece by piece, its steps, and what verified it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from cx.act.pain_points.closing import Check, Ending, Proof
from cx.measure.scope import Rights
from cx.measure.severity import Severity
from cx.measure.statistics import Estimate
from cx.store import labels
from cx.words import Label

State = Literal["monitor", "analyse", "identify", "optimise", "verify", "closed", "dropped"]
STATES: tuple[State, ...] = ("monitor", "analyse", "identify", "optimise", "verify", "closed")
"""The way of a pain point. ``dropped`` is off it: looked into, and none."""
Source = Literal["signals", "journey", "drivers", "crosscheck", "voices", "cases", "walks", "people"]
SOURCES: tuple[Source, ...] = ("signals", "journey", "drivers", "crosscheck", "voices", "cases", "walks", "people")
Did = Literal["opened", "added", "moved", "noted", "given", "checked", "closed", "reopened", "dropped"]


@dataclass(frozen=True)
class Grade:
    """Three parts from 1 to 5 of a signal: how far out, for how many periods, on how many of its figure's charts."""

    distance: int
    duration: int
    breadth: int

    @property
    def total(self) -> int:
        """Their sum, 3 to 15."""
        return self.distance + self.duration + self.breadth


@dataclass(frozen=True)
class Evidence:
    """A signal as it was when it was entered; ``subject`` is the key under which its chart stands today.

    Days are first days of periods; ``low`` and ``high`` the limits of the worst period, ``usual`` the centre (for a
    threshold: the threshold).
    """

    subject: str
    agreed: bool
    rules: tuple[str, ...]
    first: dt.date
    last: dt.date
    worst: dt.date
    value: float
    usual: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Piece:
    """One piece of evidence, frozen: the figure as it was, the question behind it, and where it is to be seen.

    ``family`` is the witness it comes from (``measure/severity.py``). ``figure`` is a metric of the door, ``theme``
    (share of comments), ``cases`` (how many) or ``said`` (words only). ``where``, ``nps_kind``, ``voice``, ``start``
    and ``end`` ask it again. ``against`` is what it was held against. ``page`` and ``query`` lead to it, filters in
    the address. ``more`` are further figures by name, as its source told them.
    """

    source: Source
    family: str
    figure: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    against: float | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    nps_kind: str | None = None
    voice: str = "customer"
    start: dt.date | None = None
    end: dt.date | None = None
    sql: str = ""
    parameters: tuple[str, ...] = ()
    page: str = ""
    query: tuple[tuple[str, str], ...] = ()
    more: tuple[tuple[str, float], ...] = ()
    signal: Evidence | None = None
    said: Label = field(default="", hash=False)
    taken_on: dt.date | None = None
    by: str = ""

    @property
    def about(self) -> str:
        """What it is about, whatever its period and figures: the same again is no new evidence."""
        if self.signal is not None:
            return f"{self.signal.subject}|{self.signal.agreed}|{self.signal.first}"
        if self.figure == "said":
            return f"{self.source}|{labels.kept(self.said)}"
        return f"{self.source}|{self.figure}|{self.where}|{self.nps_kind}|{self.voice}"

    @property
    def estimate(self) -> Estimate:
        """The frozen figure."""
        return Estimate(self.value, self.low, self.high, self.n, state="ok" if self.value is not None else "empty")


@dataclass(frozen=True)
class Matter:
    """What hurts, by which one matter is one entry: a touchpoint, else the name of a figure or theme; in one branch or
    (None) in the whole bank."""

    branch: str | None
    touchpoint: str | None
    name: str = ""

    @property
    def key(self) -> tuple[str | None, str]:
        return self.branch, self.touchpoint or self.name

    def within(self, rights: Rights) -> bool:
        """Whether it may be seen: the whole bank's only by those who see all of it."""
        return rights.branches is None or self.branch in rights.branches


@dataclass(frozen=True)
class PainPoint:
    """One entry as it stands. ``severity`` is the frozen one (entries of before: None, then ``grade`` is theirs);
    ``note`` is what was said at the last step; ``proof`` what it was closed on last, ``ending`` how (older records:
    None), ``since`` when it was opened or opened again."""

    id: str
    title: Label = field(hash=False)
    state: State
    matter: Matter
    pieces: tuple[Piece, ...]
    severity: Severity | None
    grade: Grade | None
    owner: str
    checks: tuple[Check, ...]
    proof: Proof | None
    note: Label = field(hash=False)
    since: dt.datetime
    recorded_at: dt.datetime
    recorded_by: str
    ending: Ending | None = None

    @property
    def open(self) -> bool:
        return self.state not in ("closed", "dropped")

    @property
    def branch(self) -> str | None:
        return self.matter.branch

    @property
    def touchpoint(self) -> str | None:
        return self.matter.touchpoint

    @property
    def signals(self) -> tuple[Evidence, ...]:
        """The signals among its evidence, the first entered first."""
        return tuple(piece.signal for piece in self.pieces if piece.signal is not None)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Where its evidence comes from, each once."""
        return tuple(dict.fromkeys(piece.source for piece in self.pieces))

    def seen_by(self, rights: Rights) -> PainPoint:
        """As these rights may see it: the branch's part in the bank is a figure of the whole bank."""
        if rights.branches is None or self.severity is None:
            return self
        return replace(self, severity=replace(self.severity, part=None))


@dataclass(frozen=True)
class Candidate:
    """What a source found today, ready to be entered. ``names`` fill the title (words ``pain_points.title_<kind>``)."""

    matter: Matter
    pieces: tuple[Piece, ...]
    grade: Grade | None = None

    @property
    def source(self) -> Source:
        return self.pieces[0].source


@dataclass(frozen=True)
class Step:
    """One line of the history; moments are UTC."""

    at: dt.datetime
    by: str
    state: State
    note: Label = field(hash=False)
    did: Did
    detail: Mapping[str, str] = field(default_factory=dict, hash=False)
