"""A quick win as it stands, its result, and what is written beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from cx.act import charter as charters
from cx.act import verification
from cx.act.charter import Charter
from cx.act.verification import BeforeAfter, Outlook, Proof, Word
from cx.words import Label

State = Literal["idea", "running", "measuring", "closed", "dropped"]
STATES: tuple[State, ...] = ("idea", "running", "measuring", "closed")
PROVEN: frozenset[Word] = frozenset({"proven"})
# From a state, the states that may follow it (an idea may be rewritten: idea → idea).
STEPS: Mapping[str, frozenset[str]] = {
    "idea": frozenset({"idea", "running", "dropped"}),
    "running": frozenset({"measuring"}),
    "measuring": frozenset({"closed"}),
    "closed": frozenset({"measuring"}),
    "dropped": frozenset(),
}


@dataclass(frozen=True)
class Result:
    """What was found when a win was closed. ``verdict`` is the recorded word; ``proof`` all it rests on, read from
    what was ``recorded`` (JSON) when somebody looks at it. ``whole``: the reader sees the whole bank."""

    verdict: Word
    closed_on: dt.date
    lesson: Label = field(hash=False)
    recorded: str = field(repr=False)
    whole: bool = True

    @cached_property
    def proof(self) -> Proof:
        """What the verdict rests on; of results of before there were controls, before and after only."""
        plain = json.loads(self.recorded)
        return verification.proof_of(plain.get("proof") or plain["found"]).seen(self.whole)

    @property
    def found(self) -> BeforeAfter:
        """The pilots alone, before and after."""
        return self.proof.plain


@dataclass(frozen=True)
class Signature:
    """Somebody's yes to a charter: who, when (UTC), and the ``mark`` of the charter it was given to. ``alone``: there
    was nobody else who could have signed what its author had written. ``outlook``: what the pilot can show, as the
    signer saw it; None where it was signed before cx told that."""

    by: str
    at: dt.datetime
    mark: str
    alone: bool
    outlook: Outlook | None = None


@dataclass(frozen=True)
class Comment:
    """A colleague's words: when (UTC), by whom."""

    at: dt.datetime
    by: str
    text: Label


@dataclass(frozen=True)
class QuickWin:
    """A win as it stands. Without ``figures`` (pilots or controls beyond the asker's rights) baseline and result are
    left out; ``verdict`` is the recorded word alone. ``author`` wrote the charter as it stands. ``signature`` is None
    where nobody signed it, or what was signed has been rewritten since, or did not say what the pilot can show."""

    id: str
    state: State
    charter: Charter
    result: Result | None
    recorded_at: dt.datetime
    recorded_by: str
    figures: bool
    verdict: Word | None = None
    author: str = ""
    signature: Signature | None = None
    comments: int = 0


@dataclass(frozen=True)
class Step:
    """One line of a win's history: what was done (a state reached, ``signed``), when (UTC) and by whom."""

    at: dt.datetime
    by: str
    state: str


def marked(charter: Charter) -> str:
    """A mark of what a charter promises: two charters have the same where they promise the same."""
    steps = tuple(replace(each, done=None) for each in charter.milestones)
    promised = charters.as_json(replace(charter, baseline=None, better="higher", milestones=steps))
    return hashlib.sha256(dump(promised).encode()).hexdigest()[:16]


def dump(plain: Mapping[str, Any]) -> str:
    """Canonical JSON."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)
